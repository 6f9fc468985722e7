"""Shifts of a room: templates, booking, striking, the last week once more."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from duty.demand import shift_span
from duty.models import RosterShift, ShiftTemplate
from duty.queries.roster import WEEK, absence_on, has_post, midnight, standing_shifts
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
    span = shift_span(day, template.starts, template.minutes)
    row = RosterShift(
        station=template.station,
        person=person,
        kind=template.kind,
        template=template,
        starts_at=span.start,
        ends_at=span.end,
        recorded_by=by,
        client_uuid=client_uuid,
        client_digest=fingerprint if client_uuid else "",
    )
    return _book(row, by)


def _book(row: RosterShift, by: Any) -> RosterShift:
    """Check and store a shift of a person who is held."""
    _refuse_unfit(row)
    _refuse_absent(row)
    _refuse_clash(row)
    row.full_clean(exclude=["org_path"], validate_constraints=False)
    row.save()
    audit.record("roster.book", by=by, obj=row, after=audit.snapshot(row, SHIFT_FACTS))
    return row


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


@dataclass(slots=True)
class Copied:
    """What came of a copy: how many shifts were booked, and a sentence for each that was not."""

    booked: int = 0
    refused: list[str] = field(default_factory=list)


@transaction.atomic
def copy_last_week(*, station: Station, monday: dt.date, by: Any) -> Copied:
    """Book the shifts of the week before once more, seven days later.

    A second copy books nothing twice: what already stands is passed over in silence, any other
    clash, absence or ended post is told. People are held in one order, so that two copies at once
    wait for each other.
    """
    found = Copied()
    start = midnight(monday - WEEK)
    rows = standing_shifts().filter(station=station, starts_at__gte=start)
    rows = rows.filter(starts_at__lt=midnight(monday)).select_related("person", "template")
    for old in rows.order_by("person_id", "starts_at", "id"):
        row = RosterShift(
            station=station,
            person=locked_person(old.person),
            kind=old.kind,
            template=old.template,
            starts_at=old.starts_at + WEEK,
            ends_at=old.ends_at + WEEK,
            recorded_by=by,
        )
        same = {"station": station, "starts_at": row.starts_at, "ends_at": row.ends_at}
        if standing_shifts().filter(person=row.person, **same).exists():
            continue
        try:
            _book(row, by)
        except DomainError as refusal:
            found.refused.append(refusal.message)
        else:
            found.booked += 1
    return found


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
    absence = absence_on(row.person, *_days(row))
    if absence is None:
        return
    values = {"name": row.person.name, "start": absence.valid_from}
    if absence.valid_to is None:
        text = _("%(name)s is recorded as absent from %(start)s on.")
    else:
        text = _("%(name)s is recorded as absent from %(start)s to %(end)s.")
        values["end"] = absence.valid_to - dt.timedelta(days=1)
    raise DomainError(text % values, field="person")


def _refuse_clash(row: RosterShift) -> None:
    """Say which shift stands in the way, before the database says that one does."""
    others = standing_shifts().filter(
        person=row.person, starts_at__lt=row.ends_at, ends_at__gt=row.starts_at
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
