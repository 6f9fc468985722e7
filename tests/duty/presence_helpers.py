"""Shifts and arrivals for the tests of presence."""

from __future__ import annotations

import datetime as dt
from typing import Any

from duty.enums import ShiftKind
from duty.models import Presence, RosterShift
from duty.services.presence import check_in
from personnel.models import Person
from policeroom.accounts.models import User
from policeroom.common.clock import ZONE
from stations.models import Station

DAY = dt.date(2026, 9, 16)
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


def at(clock: str, *, days: int = 0) -> dt.datetime:
    """A clock time of `DAY`, or of so many days later."""
    hour, minute = clock.split(":")
    time = dt.time(int(hour), int(minute))
    return dt.datetime.combine(DAY + dt.timedelta(days=days), time, ZONE)


def shift(room: Station, person: Person, start: dt.datetime, end: dt.datetime) -> RosterShift:
    return RosterShift.objects.create(
        station=room, person=person, kind=ShiftKind.DAY, starts_at=start, ends_at=end
    )


def came(room: Station, person: Person, by: User, when: dt.datetime, **more: Any) -> Presence:
    return check_in(station=room, person=person, by=by, at=when, **more)


def again(row: Presence) -> Presence:
    """The row as the database has it now."""
    return Presence.everything.get(pk=row.pk)
