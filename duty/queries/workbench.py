"""Reads of the workbench: the reader's own shifts, who is there, what comes next."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from duty.models import Presence, RosterShift
from duty.queries.presence import people_of, standing
from duty.queries.roster import DAY, WEEK, midnight, monday_of, standing_shifts
from personnel.models import Person
from policeroom.common.clock import ZONE
from stations.models import Station

OWN = "the reader's own person"


def own_person(user: Any) -> Person | None:
    """The person of an account: the linked one, else the one whose number is the sign-in name."""
    named = Q(user__isnull=True, staff_no=user.username)
    rows = Person.objects.unscoped(OWN).filter(Q(user=user) | named)
    found: Person | None = rows.order_by("user_id", "id").first()
    return found


def own_week(person: Person, *, now: dt.datetime) -> QuerySet[RosterShift]:
    """Shifts of a person that touch this ISO week, in whatever room."""
    monday = midnight(monday_of(timezone.localdate(now, ZONE)))
    rows = standing_shifts().filter(person=person, ends_at__gt=monday)
    return rows.filter(starts_at__lt=monday + WEEK).select_related("station").order_by("starts_at")


@dataclass(frozen=True, slots=True)
class Relief:
    """The next shifts that begin in a room."""

    at: dt.datetime
    people: list[Person]


def next_relief(station: Station, *, now: dt.datetime) -> Relief | None:
    """Who comes next, and when; None if nobody is booked within two days."""
    rows = standing_shifts().filter(
        station=station, starts_at__gt=now, starts_at__lte=now + 2 * DAY
    )
    shifts = list(rows.select_related("person").order_by("starts_at", "id")[:20])
    if not shifts:
        return None
    at = shifts[0].starts_at
    return Relief(at, [row.person for row in shifts if row.starts_at == at])


@dataclass(frozen=True, slots=True)
class Own:
    """Where the reader stands: in the room since when, or free to come."""

    person: Person
    here: Presence | None
    may_come: bool


def own_place(person: Person, station: Station, *, now: dt.datetime) -> Own:
    """Whether the reader is in the room, or may be checked in there today."""
    rows = standing().filter(person=person, station=station, left_at__isnull=True)
    here = rows.order_by("came_at").first()
    may_come = here is None and people_of(station, now).filter(pk=person.pk).exists()
    return Own(person, here, may_come)
