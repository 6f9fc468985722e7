"""Vacancies (第二十条): they open by themselves, run their clock, are filled or fall away.

Nothing here depends on being called in time: `settle_room` brings the vacancies of one room to
what the posts and absences say on a day, however often and from wherever it is called.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from personnel.deadline_kinds import REFILL
from personnel.enums import OFFICER_POSTS, PersonKind, Post
from personnel.models import Assignment, Person, Vacancy
from personnel.queries.strength import strength_of
from personnel.services.deadlines import people_above
from personnel.services.vacancy_causes import (
    KINDS,
    OWN,
    causes,
    ended_posts,
    replaced_otherwise,
    rooms_concerned,
    too_long,
)
from policeroom.common import audit
from policeroom.common.clock import ZONE, end_of_day_clock
from policeroom.common.deadlines import (
    cancel_deadline,
    meet_deadline,
    open_deadline,
    restart_deadline,
)
from policeroom.common.errors import DomainError
from policeroom.common.models import Deadline, Interval
from policeroom.common.notify import notify
from policeroom.common.parameters import parameters_on
from policeroom.common.roles import Role
from stations.models import Station

DAY = dt.timedelta(days=1)
FIELDS = ("station", "kind", "opened_on", "filled_on", "filled_by", "withdrawn_on")

#: Stored as they are and translated where they are shown: the task has no reader.
BACK = gettext_noop("the absent person is back")
CLOSED = gettext_noop("the room closed")


def open_vacancies(*, today: dt.date) -> int:
    """Bring every room to what is due up to `today`; returns how many vacancies opened.

    Source: JS-20-1, JS-20-2 (规范第二十条), matrix D 4, D 18. Idempotent: the unique cause of a
    vacancy decides. Two schedulers take the rooms one after the other.
    """
    concerned = rooms_concerned(today, parameters_on(today), _OPEN)
    return sum(settle_room(station_id=pk, today=today) for pk in concerned)


def settle_rooms_of(person: Person, *, today: dt.date) -> None:
    """Settle the rooms where somebody holds or held a primary post."""
    rooms = person.assignments.filter(is_primary=True).order_by("station_id")
    for pk in rooms.values_list("station_id", flat=True).distinct():
        settle_room(station_id=pk, today=today)


@transaction.atomic
def settle_room(*, station_id: int, today: dt.date) -> int:
    """Open, fill and withdraw the vacancies of one room as of `today`; returns how many opened."""
    station: Station = (
        Station.objects.unscoped(OWN).select_for_update(of=("self",)).get(pk=station_id)
    )
    _reopen(station, today)
    opened = _open_for_posts(station, today)
    opened += _open_for_away(station, today, parameters_on(today))
    for row in opened:
        if _gaps(station, row.opened_on)[PersonKind(row.kind)]:
            _run(row, station, row.opened_on)
    if _open_rows(station).exists():
        _withdraw(station, today)
        _fill(station, today)
        _settle_clocks(station, today)
    return len(opened)


@transaction.atomic
def withdraw_vacancy(*, vacancy: Vacancy, reason: str, by: Any, today: dt.date) -> Vacancy:
    """Let a vacancy fall away by decision: the post itself is not to be filled again.

    Raises: DomainError if it is already filled or withdrawn, or without a reason.
    """
    rows = Vacancy.objects.unscoped(OWN).select_for_update(of=("self",))
    row: Vacancy = rows.select_related("station").get(pk=vacancy.pk)
    if row.filled_on is not None or row.withdrawn_on is not None:
        raise DomainError(_("This vacancy is no longer open."))
    if not reason.strip():
        raise DomainError(_("Say why nobody is to follow."), field="reason")
    _end_by(row, withdrawn_on=max(today, row.opened_on), reason=reason.strip(), by=by)
    settle_room(station_id=row.station_id, today=today)
    return row


# --- what is due -------------------------------------------------------------------------------
def _open_for_posts(station: Station, today: dt.date) -> list[Vacancy]:
    rows = ended_posts(today).filter(station=station).order_by("valid_to", "id")
    opened = [
        _open(station, row.post, today, opened_on=row.valid_to, cause_assignment=row)
        for row in rows
        if row.valid_to is not None
    ]
    return [row for row in opened if row is not None]


def _open_for_away(station: Station, today: dt.date, values: dict[str, Any]) -> list[Vacancy]:
    """The day after the limit, in the room where the person who is away counts on that day."""
    opened = []
    here = Q(person__assignments__station=station, person__assignments__is_primary=True)
    for kind in KINDS:
        limit = values[kind.parameter]
        rows = too_long(kind, today, limit).filter(here).distinct().order_by("valid_from", "id")
        for row in rows:
            day = row.valid_from + dt.timedelta(days=limit)
            post = _counting_post(row.person_id, station, day)
            gone = station.closed_on is not None and station.closed_on <= day
            if post is None or gone or replaced_otherwise(kind, row.person_id, station, day):
                continue
            cause = {kind.field: row}
            opened.append(_open(station, post.post, today, opened_on=day, **cause))
    return [row for row in opened if row is not None]


def _counting_post(person_id: int, station: Station, day: dt.date) -> Assignment | None:
    """The primary post somebody holds in the room on the day."""
    rows = Assignment.objects.unscoped(OWN).filter(
        Interval.valid_on(day), station=station, person=person_id, is_primary=True
    )
    return rows.first()


def _open(
    station: Station, post: str, today: dt.date, *, opened_on: dt.date, **cause: Any
) -> Vacancy | None:
    """A new vacancy, or None where another scheduler was faster."""
    kind = PersonKind.OFFICER if Post(post) in OFFICER_POSTS else PersonKind.AUXILIARY
    row, created = Vacancy.objects.unscoped(OWN).get_or_create(
        **cause,
        defaults={
            "station": station,
            "org_path": station.org_path,
            "kind": kind,
            "opened_on": opened_on,
        },
    )
    if not created:
        return None
    audit.record("vacancies.open", by=None, obj=row, after=audit.snapshot(row, FIELDS))
    _tell(row, at=instant(today))
    return row


def _tell(row: Vacancy, *, at: dt.datetime) -> None:
    """The county learns at once; when the clock runs out, the city too (`escalate_overdue`)."""
    for person in people_above(row.org_path, {Role.COUNTY}, at=at):
        with translation.override(person.language or settings.LANGUAGE_CODE):
            title = _("Vacancy: %(kind)s in %(room)s") % {
                "kind": row.get_kind_display(),
                "room": row.station.name,
            }
        notify(
            [person],
            kind="vacancy",
            title=title[:200],
            url=row.get_absolute_url(),
            key=f"vacancy-{row.pk}",
        )


def _reopen(station: Station, today: dt.date) -> None:
    """A return that was a mistake: the person is away on the day they were said to be back."""
    for kind in KINDS:
        rows = Vacancy.objects.unscoped(OWN).filter(
            Interval.valid_on(F("withdrawn_on"), f"{kind.field}__"),
            **{f"{kind.field}__struck_at__isnull": True},
            station=station,
            withdraw_reason=BACK,
        )
        for row in rows.filter(withdrawn_on__lte=today).order_by("id"):
            before = audit.snapshot(row, FIELDS)
            row.withdrawn_on, row.withdraw_reason = None, ""
            row.save(update_fields=["withdrawn_on", "withdraw_reason"])
            after = audit.snapshot(row, FIELDS)
            audit.record("vacancies.reopen", by=None, obj=row, before=before, after=after)


# --- what ends one -----------------------------------------------------------------------------
#: Condition: still open.
_OPEN = Q(filled_on__isnull=True, withdrawn_on__isnull=True)


def _open_rows(station: Station) -> QuerySet[Vacancy]:
    """Open vacancies of the room, the oldest first."""
    rows = Vacancy.objects.unscoped(OWN).filter(_OPEN, station=station)
    return rows.select_related("cause_absence", "cause_secondment").order_by("opened_on", "id")


def _withdraw(station: Station, today: dt.date) -> None:
    """Vacancies of a room that closed, or of somebody who is back."""
    closed = station.closed_on if station.closed_on and station.closed_on <= today else None
    for row in _open_rows(station):
        back = next((_back_on(cause, station, today) for cause in causes(row)), None)
        if closed is not None:
            _end_by(row, withdrawn_on=max(closed, row.opened_on), reason=CLOSED)
        elif back is not None:
            _end_by(row, withdrawn_on=max(back, row.opened_on), reason=BACK)


def _back_on(away: Any, station: Station, today: dt.date) -> dt.date | None:
    """The first day somebody serves in the room again; None where they do not.

    Who left the room while away does not come back: the vacancy stays.
    """
    day: dt.date | None = away.valid_from if away.struck_at is not None else away.valid_to
    if day is None or day > today:
        return None
    return day if _counting_post(away.person_id, station, day) else None


def _fill(station: Station, today: dt.date) -> None:
    """Give each new post that has begun to the oldest vacancy of its kind that was open then."""
    for row in _open_rows(station):
        officer = row.kind == PersonKind.OFFICER
        posts = OFFICER_POSTS if officer else frozenset({Post.AUXILIARY})
        used = Vacancy.objects.unscoped(OWN).filter(filled_by__isnull=False).values("filled_by")
        found = (
            Assignment.objects.unscoped(OWN)
            .filter(
                station=station,
                is_primary=True,
                post__in=posts,
                valid_from__gte=row.opened_on,
                valid_from__lte=today,
            )
            .exclude(pk__in=used)
            .order_by("valid_from", "id")
            .first()
        )
        if found is not None:
            _fill_by(row, found)


def _fill_by(row: Vacancy, post: Assignment) -> None:
    before = audit.snapshot(row, FIELDS)
    row.filled_on, row.filled_by = post.valid_from, post
    row.save(update_fields=["filled_on", "filled_by"])
    meet_deadline(_clock(row), subject=row, at=instant(post.valid_from))
    after = audit.snapshot(row, FIELDS)
    audit.record("vacancies.fill", by=post.recorded_by, obj=row, before=before, after=after)


def _end_by(row: Vacancy, *, withdrawn_on: dt.date, reason: str, by: Any = None) -> None:
    before = audit.snapshot(row, FIELDS)
    row.withdrawn_on, row.withdraw_reason = withdrawn_on, reason
    row.full_clean()
    row.save(update_fields=["withdrawn_on", "withdraw_reason"])
    cancel_deadline(_clock(row), subject=row, at=instant(withdrawn_on))
    after = {**audit.snapshot(row, FIELDS), "reason": reason}
    audit.record("vacancies.withdraw", by=by, obj=row, before=before, after=after)


# --- the clock ---------------------------------------------------------------------------------
def instant(day: dt.date) -> dt.datetime:
    """The first instant of a day; vacancies are known to the day."""
    return dt.datetime.combine(day, dt.time(), ZONE)


def _clock(row: Vacancy) -> Any:
    return REFILL[PersonKind(row.kind)][0]


def _gaps(station: Station, day: dt.date) -> dict[PersonKind, int]:
    """How many of each kind the room lacks on a day."""
    found = strength_of(station, day)
    return {
        PersonKind.OFFICER: found.officer_gap if found else 0,
        PersonKind.AUXILIARY: found.auxiliary_gap if found else 0,
    }


def _settle_clocks(station: Station, today: dt.date) -> None:
    """Let as many clocks run as people are missing; a vacancy above the number has none.

    Source: JS-20 (规范第二十条): what is above the required number raises nothing. The oldest
    vacancies run. One that was above the number and is needed now starts today.
    """
    rows = list(_open_rows(station))
    gaps = _gaps(station, today) if rows else {}
    for row in rows:
        kind, start = PersonKind(row.kind), max(today, row.opened_on)
        if gaps[kind] > 0:
            gaps[kind] -= 1
            _run(row, station, start)
        else:
            cancel_deadline(_clock(row), subject=row, at=instant(start))


def _run(row: Vacancy, station: Station, start: dt.date) -> None:
    """Start the clock, or start it again; one that runs goes on."""
    kind, parameter = REFILL[PersonKind(row.kind)]
    clocks = Deadline.objects.unscoped(OWN).filter(
        kind=kind.code, object_type=Vacancy._meta.label_lower, object_id=row.pk
    )
    known = clocks.first()
    if known is not None and known.cancelled_at is None:
        return
    began = instant(start)
    due = end_of_day_clock(
        started_at=began,
        days=parameters_on(start)[parameter],
        is_workday=lambda _day: True,
        roll=False,
    )
    if known is not None:
        restart_deadline(kind, subject=row, started_at=began, due_at=due)
        return
    with translation.override(settings.LANGUAGE_CODE):
        label = _("Vacancy: %(kind)s in %(room)s") % {
            "kind": row.get_kind_display(),
            "room": station.name,
        }
    open_deadline(
        kind,
        subject=row,
        org_path=station.org_path,
        label=label,
        started_at=began,
        due_at=due,
        url=row.get_absolute_url(),
    )
