"""Shifts of a room: templates, booking, moving, striking, the days before once more."""

from __future__ import annotations

import datetime as dt
import uuid
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from duty.demand import shift_span
from duty.models import RosterShift, ShiftSwap, ShiftTemplate
from duty.queries.roster import WEEK, has_post, leave_on, midnight, standing_shifts
from personnel.models import Person
from personnel.services.staff import locked_person
from policeroom.common import audit
from policeroom.common.clients import digest, replayed
from policeroom.common.clock import ZONE
from policeroom.common.errors import DomainError
from stations.models import Station

OWN = "rows of a room its caller fetched through the scope"
SHIFT_FACTS = ("person", "kind", "starts_at", "ends_at", "template")
TEMPLATE_FACTS = ("name", "kind", "starts", "minutes", "officers", "auxiliaries", "is_active")
INSTANT = dt.timedelta.resolution


@transaction.atomic
def add_template(*, station: Station, by: Any, **facts: Any) -> ShiftTemplate:
    """Add a shift as the room usually has it. `facts`: names of `TEMPLATE_FACTS`.

    Raises: ValidationError on bad fields or a name the room already has.
    """
    row = ShiftTemplate(station=station, recorded_by=by, **facts)
    row.full_clean(exclude=["org_path"])
    row.save()
    after = audit.snapshot(row, TEMPLATE_FACTS)
    audit.record("roster.template", by=by, obj=row, after=after)
    return row


@transaction.atomic
def edit_template(*, template: ShiftTemplate, by: Any, **facts: Any) -> ShiftTemplate:
    """Change a usual shift, or offer it no longer; what is booked stays as it was booked.

    Raises: ValidationError as `add_template`.
    """
    rows = ShiftTemplate.objects.unscoped(OWN).select_related("station")
    row: ShiftTemplate = rows.select_for_update(of=("self",)).get(pk=template.pk)
    before = audit.snapshot(row, TEMPLATE_FACTS)
    for name, value in facts.items():
        if name not in TEMPLATE_FACTS:
            raise TypeError(f"a shift template has no field {name}")
        setattr(row, name, value)
    row.full_clean(exclude=["org_path"])
    row.save(update_fields=list(facts))
    after = audit.snapshot(row, TEMPLATE_FACTS)
    audit.record("roster.template-edit", by=by, obj=row, before=before, after=after)
    return row


@transaction.atomic
def book_shift(
    *,
    person: Person,
    template: ShiftTemplate,
    day: dt.date,
    by: Any,
    client_uuid: uuid.UUID | None = None,
) -> RosterShift:
    """Book somebody for one of the room's shifts on a day.

    Raises: DomainError for a day without a post here, a day of absence, a closed room, or another
    shift at that time (with the room and the hours).
    """
    person = locked_person(person)
    fingerprint = digest({"person": person, "template": template, "day": day})
    earlier = replayed(RosterShift, client_uuid, fingerprint)
    if earlier is not None:
        return earlier
    row = planned(person=person, template=template, day=day)
    row.recorded_by, row.client_uuid = by, client_uuid
    row.client_digest = fingerprint if client_uuid else ""
    return _book(row, by)


def planned(*, person: Person, template: ShiftTemplate, day: dt.date) -> RosterShift:
    """The shift a booking would make; not stored."""
    span = shift_span(day, template.starts, template.minutes)
    return RosterShift(
        station=template.station,
        person=person,
        kind=template.kind,
        template=template,
        starts_at=span.start,
        ends_at=span.end,
    )


def moved(shift: RosterShift, *, person: Person, day: dt.date) -> RosterShift:
    """The shift with another person or day, at the same time of day; not stored."""
    row = copy(shift)
    by = day - timezone.localdate(shift.starts_at, ZONE)
    row.person, row.starts_at, row.ends_at = person, shift.starts_at + by, shift.ends_at + by
    return row


def conflict(row: RosterShift) -> str:
    """Why a shift that is not stored yet would be refused; "" if nothing stands in its way."""
    try:
        _refuse(row)
    except DomainError as refusal:
        return refusal.message
    return ""


def _refuse(row: RosterShift) -> None:
    _refuse_unfit(row)
    _refuse_absent(row)
    _refuse_clash(row)


def _book(row: RosterShift, by: Any) -> RosterShift:
    """Check and store a shift of a person who is held."""
    _refuse(row)
    row.full_clean(exclude=["org_path"], validate_constraints=False)
    row.save()
    audit.record("roster.book", by=by, obj=row, after=audit.snapshot(row, SHIFT_FACTS))
    return row


@transaction.atomic
def move_shift(*, shift: RosterShift, person: Person, day: dt.date, by: Any) -> RosterShift:
    """Give a shift to somebody else, or put it on another day at the same time of day.

    People are held in the order of their ids, so that two moves at once wait for each other.
    Raises: DomainError as `book_shift`, or if the shift is struck or a swap of it waits.
    """
    held = {one.pk: locked_person(one) for one in _in_order(shift.person, person)}
    rows = RosterShift.objects.unscoped(OWN).select_related("station")
    row: RosterShift = rows.select_for_update(of=("self",)).get(pk=shift.pk)
    if row.struck_at is not None:
        raise DomainError(_("This shift is already struck."))
    if (
        ShiftSwap.objects.unscoped(OWN)
        .filter(shift=row, approved__isnull=True, withdrawn_at__isnull=True)
        .exists()
    ):
        raise DomainError(_("A swap of this shift is waiting. Decide it first."))
    before = audit.snapshot(row, SHIFT_FACTS)
    row = moved(row, person=held[person.pk], day=day)
    after = audit.snapshot(row, SHIFT_FACTS)
    if after == before:
        return row
    _refuse(row)
    row.full_clean(exclude=["org_path"], validate_constraints=False)
    row.save(update_fields=["person", "starts_at", "ends_at"])
    audit.record("roster.move", by=by, obj=row, before=before, after=after)
    return row


def _in_order(*people: Person) -> list[Person]:
    return sorted({one.pk: one for one in people}.values(), key=lambda one: one.pk)


@transaction.atomic
def strike_shift(*, shift: RosterShift, by: Any, at: dt.datetime) -> RosterShift:
    """Take a shift off the roster; it stays in the trail.

    Raises: DomainError if it is already struck.
    """
    rows = RosterShift.objects.unscoped(OWN).select_related("person")
    row: RosterShift = rows.select_for_update(of=("self",)).get(pk=shift.pk)
    if row.struck_at is not None:
        raise DomainError(_("This shift is already struck."))
    row.struck_at = at
    row.save(update_fields=["struck_at"])
    audit.record("roster.strike", by=by, obj=row, before=audit.snapshot(row, SHIFT_FACTS))
    return row


@dataclass(frozen=True, slots=True)
class NotCopied:
    """A shift that could not be booked once more, and the sentence why."""

    shift: RosterShift
    reason: str


@dataclass(slots=True)
class Copied:
    """What came of a copy: how many shifts were booked, and those that were not."""

    booked: int = 0
    refused: list[NotCopied] = field(default_factory=list)


def copy_last_week(*, station: Station, monday: dt.date, by: Any) -> Copied:
    """Book the shifts of the week before once more, seven days later; see `copy_before`."""
    return copy_before(station=station, first=monday, end=monday + WEEK, cycle=WEEK, by=by)


@transaction.atomic
def copy_before(
    *, station: Station, first: dt.date, end: dt.date, cycle: dt.timedelta, by: Any
) -> Copied:
    """Fill `[first, end)` with the shifts of the `cycle` before it, over and over on the same
    days of the week.

    A second copy books nothing twice: what already stands is passed over in silence, any other
    clash, absence or ended post is told. People are held in one order, so that two copies at once
    wait for each other.
    Units: `cycle` in whole weeks.
    """
    found = Copied()
    rows = standing_shifts().filter(station=station, starts_at__gte=midnight(first - cycle))
    rows = rows.filter(starts_at__lt=midnight(first)).select_related("person", "template")
    held: dict[int, Person] = {}
    for old in rows.order_by("person_id", "starts_at", "id"):
        if old.person_id not in held:
            held[old.person_id] = locked_person(old.person)
        for times in range(1, -(-(end - first) // cycle) + 1):
            later = old.starts_at + times * cycle
            if later < midnight(end):
                again = _again(old, held[old.person_id], station, later, by)
                _copy_one(again, found, by)
    return found


def _again(
    old: RosterShift, person: Person, station: Station, starts_at: dt.datetime, by: Any
) -> RosterShift:
    return RosterShift(
        station=station,
        person=person,
        kind=old.kind,
        template=old.template,
        starts_at=starts_at,
        ends_at=starts_at + (old.ends_at - old.starts_at),
        recorded_by=by,
    )


def _copy_one(row: RosterShift, found: Copied, by: Any) -> None:
    same = {"station": row.station, "starts_at": row.starts_at, "ends_at": row.ends_at}
    if standing_shifts().filter(person=row.person, **same).exists():
        return
    try:
        _book(row, by)
    except DomainError as refusal:
        found.refused.append(NotCopied(row, refusal.message))
    else:
        found.booked += 1


def hours(start: dt.datetime, end: dt.datetime) -> str:
    """A shift in a sentence: 2026-09-16 08:00 to 20:00; the end with its day where that differs."""
    start, end = timezone.localtime(start, ZONE), timezone.localtime(end, ZONE)
    until = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%Y-%m-%d %H:%M}"
    return _("%(start)s to %(end)s") % {"start": f"{start:%Y-%m-%d %H:%M}", "end": until}


def _days(row: RosterShift) -> tuple[dt.date, dt.date]:
    """First and last day of a shift; one that ends at midnight does not touch the next day."""
    return (
        timezone.localdate(row.starts_at, ZONE),
        timezone.localdate(row.ends_at - INSTANT, ZONE),
    )


def _refuse_unfit(row: RosterShift) -> None:
    day, _last = _days(row)
    room = row.station
    if day < room.opened_on or (room.closed_on is not None and day >= room.closed_on):
        raise DomainError(
            _("%(room)s does not operate on %(day)s.") % {"room": room.name, "day": day},
            field="day",
        )
    left = row.person.left_on
    if not has_post(row.person, room, day) or (left is not None and day >= left):
        raise DomainError(
            _("%(name)s has no post in %(room)s on %(day)s.")
            % {"name": row.person.name, "room": room.name, "day": day},
            field="person",
        )


def _refuse_absent(row: RosterShift) -> None:
    leave = leave_on(row.person, *_days(row))
    if leave is None:
        return
    start, end = leave
    values = {"name": row.person.name, "start": start}
    if end is None:
        text = _("%(name)s is recorded as absent from %(start)s on.")
    else:
        text = _("%(name)s is recorded as absent from %(start)s to %(end)s.")
        values["end"] = end - dt.timedelta(days=1)
    raise DomainError(text % values, field="person")


def _refuse_clash(row: RosterShift) -> None:
    """Say which shift stands in the way, before the database says that one does."""
    others = (
        standing_shifts()
        .filter(person=row.person, starts_at__lt=row.ends_at, ends_at__gt=row.starts_at)
        .exclude(pk=row.pk)
    )
    other = others.select_related("station").order_by("starts_at").first()
    if other is None:
        return
    raise DomainError(
        _("%(name)s already has a shift in %(room)s, %(hours)s.")
        % {
            "name": row.person.name,
            "room": other.station.name,
            "hours": hours(other.starts_at, other.ends_at),
        },
        field="person",
    )


@transaction.atomic
def book_instead(*, shift: RosterShift, person: Person, by: Any, at: dt.datetime) -> RosterShift:
    """Give the hours of a shift to somebody else: the old one is struck, a new one booked.

    People are held in the order of their ids, as when a shift is moved.
    Raises: DomainError as `strike_shift` and `book_shift`; then nothing is changed.
    """
    held = {one.pk: locked_person(one) for one in _in_order(shift.person, person)}
    old = strike_shift(shift=shift, by=by, at=at)
    row = RosterShift(
        station=old.station,
        person=held[person.pk],
        kind=old.kind,
        template=old.template,
        starts_at=old.starts_at,
        ends_at=old.ends_at,
        recorded_by=by,
    )
    return _book(row, by)
