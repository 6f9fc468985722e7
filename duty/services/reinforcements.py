"""Officers sent to a room for a 24-hour presence or an order (第九条「增配警力」, JS-09-5)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from duty.models import Reinforcement, RosterShift, Trigger
from duty.queries.orders import today_of
from duty.queries.triggers import OF_ROOMS, span_of
from duty.services.telling import tell_rooms
from personnel.enums import PersonKind
from personnel.models import Assignment, Person
from personnel.services.staff import locked_person
from policeroom.common import audit
from policeroom.common.errors import DomainError
from policeroom.common.models import Interval
from stations.models import Station

FACTS = ("person", "station", "trigger", "starts_at", "ends_at", "order_no")


@transaction.atomic
def send_reinforcement(
    *,
    trigger: Trigger,
    station: Station,
    person: Person,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    order_no: str,
    by: Any,
    now: dt.datetime,
) -> Reinforcement:
    """Send an officer to a room the 24-hour presence binds, for a stretch of it.

    Source: JS-09-5 (规范第九条). Planned until they check in at the room; never counted for 第八条.
    Raises: DomainError for an auxiliary, somebody who serves in that room anyway, a stretch outside
    the 24-hour presence, or a clash, which is named.
    """
    person = locked_person(person)
    row = Reinforcement(
        trigger=trigger,
        station=station,
        person=person,
        starts_at=starts_at.replace(second=0, microsecond=0),
        ends_at=ends_at.replace(second=0, microsecond=0),
        order_no=order_no.strip(),
        recorded_by=by,
    )
    row.full_clean(exclude=["org_path"])
    _refuse_who(row)
    _refuse_when(row)
    _refuse_clash(row)
    row.save(force_insert=True)
    audit.record("reinforcement.send", by=by, obj=row, after=audit.snapshot(row, FACTS))
    tell_rooms(
        [station.org_path],
        lambda: (
            _("Reinforcement: %(name)s") % {"name": person.name},
            _("%(start)s to %(end)s, %(order)s")
            % {"start": _local(row.starts_at), "end": _local(row.ends_at), "order": row.order_no},
        ),
        at=now,
        kind="reinforcement",
        key=f"reinforcement-{row.pk}",
        url=trigger.get_absolute_url(),
    )
    return row


def _refuse_who(row: Reinforcement) -> None:
    if row.person.kind != PersonKind.OFFICER:
        raise DomainError(
            _("%(name)s is no officer; auxiliaries do not count for 24-hour presence.")
            % {"name": row.person.name},
            field="person",
        )
    posts = Assignment.objects.unscoped(OF_ROOMS).filter(
        Interval.valid_on(today_of(row.starts_at)),
        person=row.person,
        station=row.station,
        is_primary=True,
    )
    if posts.exists():
        raise DomainError(
            _("%(name)s serves in %(room)s anyway; reinforcement is an officer more.")
            % {"name": row.person.name, "room": row.station.name},
            field="person",
        )


def _refuse_when(row: Reinforcement) -> None:
    """Raises: DomainError for hours outside the stretch, or a room it does not bind."""
    trigger = row.trigger
    span = span_of(trigger) if trigger is not None else None
    if trigger is None or span is None:
        raise DomainError(_("This 24-hour presence was ended before it began."))
    if not any(row.station.org_path.startswith(path) for path in trigger.targets):
        raise DomainError(
            _("%(trigger)s does not bind %(room)s.")
            % {"trigger": trigger, "room": row.station.name},
            field="station",
        )
    if row.starts_at < span.start or row.ends_at > span.end:
        raise DomainError(
            _("The 24-hour presence is from %(start)s to %(end)s; enter hours within it.")
            % {"start": _local(span.start), "end": _local(span.end)},
            field="starts_at" if row.starts_at < span.start else "ends_at",
        )


def _refuse_clash(row: Reinforcement) -> None:
    """Nobody is sent to two rooms at once, nor while rostered in another one."""
    during = {
        "person": row.person,
        "starts_at__lt": row.ends_at,
        "ends_at__gt": row.starts_at,
    }
    sent = Reinforcement.objects.unscoped(OF_ROOMS).filter(**during)
    shifts = RosterShift.objects.unscoped(OF_ROOMS).filter(struck_at__isnull=True, **during)
    rows: tuple[QuerySet[Any], ...] = (sent, shifts)
    for found in rows:
        other = found.select_related("station").order_by("starts_at", "id").first()
        if other is not None:
            raise DomainError(
                _("%(name)s is planned in %(room)s from %(start)s to %(end)s.")
                % {
                    "name": row.person.name,
                    "room": other.station.name,
                    "start": _local(other.starts_at),
                    "end": _local(other.ends_at),
                },
                field="person",
            )


def _local(instant: dt.datetime) -> str:
    return timezone.localtime(instant).strftime("%Y-%m-%d %H:%M")
