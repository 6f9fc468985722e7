"""People and their posts: enter, assign, end. The database refuses two primary posts at once."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from personnel.enums import OFFICER_POSTS, EndReason, PersonKind, Post
from personnel.models import Assignment, Person
from personnel.models.secondments import STANDING
from personnel.services.vacancies import settle_room
from policeroom.common import audit
from policeroom.common.clients import digest, replayed
from policeroom.common.errors import DomainError
from policeroom.common.models import Interval
from stations.enums import LinkKind
from stations.models import OrgUnit, Station, University

PERSON_FIELDS = (
    "staff_no",
    "name",
    "kind",
    "unit",
    "telephone",
    "selection_no",
    "selected_on",
    "left_on",
)
POST_FIELDS = (
    "person",
    "station",
    "post",
    "is_primary",
    "named_university",
    "order_no",
    "valid_from",
    "valid_to",
    "end_reason",
)
#: Stored as it is and translated where it is shown.
LEFT = gettext_noop("left the service")
OWN = "rows of a person or room its caller fetched through the scope"


@transaction.atomic
def add_person(
    *,
    staff_no: str,
    name: str,
    kind: str,
    unit: OrgUnit,
    by: Any,
    client_uuid: uuid.UUID | None = None,
    **facts: Any,
) -> Person:
    """Enter a police officer or auxiliary officer. `facts`: further names of `PERSON_FIELDS`.

    A resend under the same `client_uuid` returns the first row.
    Raises: ConflictError for other content under a used UUID; ValidationError on bad fields or a
    staff number that is taken.
    """
    values = {"staff_no": staff_no.strip(), "name": name.strip(), "kind": kind, "unit": unit}
    values |= facts
    fingerprint = digest(values)
    earlier = replayed(Person, client_uuid, fingerprint)
    if earlier is not None:
        return earlier
    person = Person(
        **values,
        org_path=unit.org_path,
        recorded_by=by,
        client_uuid=client_uuid,
        client_digest=fingerprint if client_uuid else "",
    )
    person.full_clean()
    person.save()
    audit.record("people.add", by=by, obj=person, after=audit.snapshot(person, PERSON_FIELDS))
    return person


@transaction.atomic
def edit_person(*, person: Person, by: Any, **changes: Any) -> Person:
    """Correct what is recorded of a person; an officer does not become an auxiliary in place.

    Raises: DomainError where the kind would change under an open post; ValidationError on bad
    fields.
    """
    person = locked_person(person)
    before = audit.snapshot(person, PERSON_FIELDS)
    for name, value in changes.items():
        if name not in PERSON_FIELDS:
            raise TypeError(f"a person has no field {name}")
        setattr(person, name, value)
    if before["kind"] != person.kind and person.assignments.exists():
        raise DomainError(
            _("%(name)s already has a post; the kind stays as it is.") % {"name": person.name},
            field="kind",
        )
    person.full_clean()
    person.save()
    after = audit.snapshot(person, PERSON_FIELDS)
    audit.record("people.edit", by=by, obj=person, before=before, after=after)
    return person


@transaction.atomic
def assign(
    *,
    person: Person,
    station: Station,
    post: str,
    valid_from: dt.date,
    by: Any,
    today: dt.date,
    is_primary: bool = True,
    named_university: University | None = None,
    order_no: str = "",
    client_uuid: uuid.UUID | None = None,
) -> Assignment:
    """Give a person a post in a room from a day on.

    Source: 第八条 (JS-08-1, JS-08-7). Fills the oldest vacancy of the kind in the room.
    Raises: DomainError for a post that does not fit the person, a room that does not operate, a
    person who left; ValidationError naming the clash where the person already has a primary post.
    """
    facts = {
        "person": person,
        "station": station,
        "post": post,
        "valid_from": valid_from,
        "is_primary": is_primary,
        "named_university": named_university,
        "order_no": order_no.strip(),
    }
    fingerprint = digest(facts)
    earlier = replayed(Assignment, client_uuid, fingerprint)
    if earlier is not None:
        return earlier
    person = locked_person(person)
    _check_fit(person, station, post, valid_from)
    if named_university is not None:
        _check_named(station, post, named_university, valid_from)
    row = Assignment(
        **{**facts, "person": person},
        org_path=station.org_path,
        recorded_by=by,
        client_uuid=client_uuid,
        client_digest=fingerprint if client_uuid else "",
    )
    _refuse_clash(row)
    row.full_clean(validate_constraints=False)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:  # somebody else was faster between the look and the write
        _refuse_clash(row)
        raise
    follow_post(person, today=today)
    audit.record("people.assign", by=by, obj=row, after=audit.snapshot(row, POST_FIELDS))
    settle_room(station_id=row.station_id, today=today)
    return row


@transaction.atomic
def end_post(
    *, assignment: Assignment, last_day: dt.date, reason: str, by: Any, today: dt.date
) -> Assignment:
    """End a post; the last day still counts (matrix D 4).

    Raises: DomainError if it is already ended, or ends before it began.
    """
    rows = Assignment.objects.unscoped(OWN).select_for_update(of=("self",))
    row: Assignment = rows.select_related("person", "station").get(pk=assignment.pk)
    if row.valid_to is not None:
        raise DomainError(
            _("This post already ends; its last day is %(day)s.")
            % {"day": row.valid_to - dt.timedelta(days=1)}
        )
    if last_day < row.valid_from:
        raise DomainError(
            _("The post began on %(day)s; its last day is that day or later.")
            % {"day": row.valid_from},
            field="last_day",
        )
    before = audit.snapshot(row, POST_FIELDS)
    row.valid_to = last_day + dt.timedelta(days=1)
    row.end_reason = EndReason(reason)
    row.full_clean()
    row.save(update_fields=["valid_to", "end_reason"])
    follow_post(row.person, today=today)
    after = audit.snapshot(row, POST_FIELDS)
    audit.record("people.end-post", by=by, obj=row, before=before, after=after)
    settle_room(station_id=row.station_id, today=today)
    return row


@transaction.atomic
def leave_service(*, person: Person, last_day: dt.date, by: Any, at: dt.datetime) -> Person:
    """Record that a person leaves; the last day still counts. Posts, absences and secondments end.

    Raises: DomainError if they already left, or a post would only begin after that day.
    """
    person = locked_person(person)
    if person.left_on is not None:
        raise DomainError(
            _("%(name)s left on %(day)s.") % {"name": person.name, "day": person.left_on}
        )
    gone = last_day + dt.timedelta(days=1)
    later = person.assignments.filter(valid_from__gte=gone).select_related("station").first()
    if later is not None:
        raise DomainError(
            _("%(name)s begins a post in %(room)s on %(day)s. Leave on that day or later.")
            % {"name": person.name, "room": later.station.name, "day": later.valid_from},
            field="last_day",
        )
    ended = _end_with_service(person, gone, at=at)
    before = audit.snapshot(person, PERSON_FIELDS)
    person.left_on = gone
    person.full_clean()
    person.save(update_fields=["left_on"])
    today = timezone.localdate(at)
    follow_post(person, today=today)
    after = {**audit.snapshot(person, PERSON_FIELDS), "posts_ended": len(ended)}
    audit.record("people.leave", by=by, obj=person, before=before, after=after)
    for room in sorted({row.station_id for row in ended}):
        settle_room(station_id=room, today=today)
    return person


def _end_with_service(person: Person, gone: dt.date, *, at: dt.datetime) -> list[Assignment]:
    """End what would run beyond the last day of service; what only begins then falls away."""
    beyond = Q(valid_to__isnull=True) | Q(valid_to__gt=gone)
    ended = list(person.assignments.filter(beyond).select_related("station").order_by("station_id"))
    for row in ended:
        row.valid_to, row.end_reason = gone, EndReason.LEAVING
        row.save(update_fields=["valid_to", "end_reason"])
    absences = person.absences.filter(beyond, struck_at__isnull=True)
    absences.filter(valid_from__gte=gone).update(struck_at=at)
    absences.filter(valid_from__lt=gone).update(valid_to=gone)
    sent = person.secondments.filter(beyond, STANDING)
    sent.filter(valid_from__gte=gone).update(struck_at=at, strike_reason=LEFT)
    sent.filter(valid_from__lt=gone).update(valid_to=gone)
    return ended


def follow_post(person: Person, *, today: dt.date) -> None:
    """Let the person's path follow the primary post of today, else the unit they belong to."""
    post = (
        Assignment.objects.unscoped(OWN)
        .filter(Interval.valid_on(today), person=person, is_primary=True)
        .first()
    )
    path = post.org_path if post is not None else person.unit.org_path
    if person.org_path != path:
        person.org_path = path
        person.save(update_fields=["org_path"])


def follow_posts(*, today: dt.date) -> int:
    """Let people's paths follow posts that begin or end on their own day; returns how many moved.

    A post that begins tomorrow was recorded today: nobody acts on the day itself.
    """
    post = Assignment.objects.unscoped(OWN).filter(
        Interval.valid_on(today), person=OuterRef("pk"), is_primary=True
    )
    wanted = Coalesce(Subquery(post.values("org_path")[:1]), F("unit__org_path"))
    rows = Person.objects.unscoped("a task for every room").annotate(wanted=wanted)
    moved = list(rows.exclude(org_path=F("wanted")).order_by("id"))
    for person in moved:
        with transaction.atomic():
            follow_post(locked_person(person), today=today)
    return len(moved)


def locked_person(person: Person) -> Person:
    """The person as they stand now, held until the act is done."""
    rows = Person.objects.unscoped(OWN).select_for_update(of=("self",))
    found: Person = rows.select_related("unit").get(pk=person.pk)
    return found


def _check_fit(person: Person, station: Station, post: str, valid_from: dt.date) -> None:
    officer = Post(post) in OFFICER_POSTS
    if officer != (person.kind == PersonKind.OFFICER):
        raise DomainError(
            _("%(name)s is %(kind)s and cannot be “%(post)s”.")
            % {"name": person.name, "kind": person.get_kind_display(), "post": Post(post).label},
            field="post",
        )
    if valid_from < station.opened_on or (station.closed_on and valid_from >= station.closed_on):
        raise DomainError(
            _("%(room)s does not operate on %(day)s.") % {"room": station.name, "day": valid_from},
            field="valid_from",
        )
    if person.left_on is not None and valid_from >= person.left_on:
        raise DomainError(
            _("%(name)s left on %(day)s.") % {"name": person.name, "day": person.left_on},
            field="person",
        )


def _check_named(station: Station, post: str, university: University, day: dt.date) -> None:
    """JS-08-7: named is an officer of a centre, for a university the centre covers first."""
    covered = station.links.filter(
        Interval.valid_on(day), kind=LinkKind.PRIMARY, campus__university=university
    )
    if Post(post) not in OFFICER_POSTS or not covered.exists():
        raise DomainError(
            _(
                "%(room)s covers no campus of %(university)s first on %(day)s, or the post is none "
                "of an officer: nobody can be named for it there."
            )
            % {"room": station.name, "university": university.name, "day": day},
            field="named_university",
        )


def _refuse_clash(row: Assignment) -> None:
    """Say with whom and when a post clashes, before the database says that it does."""
    others = Assignment.objects.unscoped(OWN).select_related("station").filter(person=row.person)
    later = others.exclude(valid_to__isnull=False, valid_to__lte=row.valid_from)
    for other in later:
        if other.station_id == row.station_id or (other.is_primary and row.is_primary):
            raise DomainError(
                _("%(name)s already has a post from %(day)s in %(room)s. End that one first.")
                % {"name": row.person.name, "day": other.valid_from, "room": other.station.name},
                field="person",
            )
