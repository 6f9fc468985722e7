"""Who is in which room at an instant, or over a stretch, in a constant number of queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from duty.checkout import assumed_end
from duty.enums import PresenceSource
from duty.models import Presence, PresenceCorrection, Reinforcement, RosterShift
from personnel.enums import PersonKind
from personnel.models import Absence, Assignment, Person
from policeroom.common.clock import ZONE
from policeroom.common.intervals import Span
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.models import Interval
from policeroom.common.parameters import parameters_on
from stations.models import Station

OF_ROOMS = "presences of rooms the caller fetched through the scope"
DAY = dt.timedelta(days=1)
#: A person at a room.
Place = tuple[int, int]
Rooms = Collection[int] | QuerySet[Any]


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody in a room; `verified` where the person, not the clock, ended it."""

    station_id: int
    person_id: int
    is_officer: bool
    span: Span
    verified: bool


def standing() -> ScopedQuerySet:
    """Presences that count: not struck. Of rooms their caller fetched."""
    return Presence.objects.unscoped(OF_ROOMS).filter(struck_at__isnull=True)


def longest_on(at: dt.datetime) -> dt.timedelta:
    """P-09c as it holds at an instant."""
    return dt.timedelta(hours=parameters_on(timezone.localdate(at, ZONE))["P-09c"])


def planned_for(rows: Iterable[Presence]) -> Mapping[Place, list[Span]]:
    """Shifts and reinforcements of the same people in the same rooms that end after they came."""
    rows = list(rows)
    found: dict[Place, list[Span]] = defaultdict(list)
    if not rows:
        return found
    asked: dict[str, Any] = {
        "person__in": {row.person_id for row in rows},
        "station__in": {row.station_id for row in rows},
        "ends_at__gt": min(row.came_at for row in rows),
    }
    facts = ("person_id", "station_id", "starts_at", "ends_at")
    shifts = RosterShift.objects.unscoped(OF_ROOMS).filter(struck_at__isnull=True, **asked)
    sent = Reinforcement.objects.unscoped(OF_ROOMS).filter(**asked)
    for plan in (shifts, sent):
        for person, station, starts, ends in plan.order_by().values_list(*facts):
            found[person, station].append(Span(starts, ends))
    return found


def assumed_ends(rows: Iterable[Presence], *, at: dt.datetime) -> dict[int, dt.datetime]:
    """When each presence without a check-out ends; `at` says which parameters hold."""
    rows = [row for row in rows if row.left_at is None]
    if not rows:
        return {}
    plans, longest = planned_for(rows), longest_on(at)
    return {
        row.pk: assumed_end(row.came_at, plans.get((row.person_id, row.station_id), ()), longest)
        for row in rows
    }


def stays(station_ids: Rooms, window: Span) -> dict[int, list[Stay]]:
    """Who was in the rooms during a window, cut to it, in the order they came.

    A window that ends in the future counts those still there until their shift ends.
    """
    rows = list(
        standing()
        .filter(Q(left_at__isnull=True) | Q(left_at__gt=window.start))
        .filter(station__in=station_ids, came_at__lt=window.end)
        .annotate(person_kind=F("person__kind"))
        .order_by("came_at", "id")
    )
    ends = assumed_ends(rows, at=window.start)
    found: dict[int, list[Stay]] = defaultdict(list)
    for row in rows:
        span = Span(row.came_at, row.left_at or ends[row.pk]).cut(window)
        if span is None:
            continue
        officer = row.person_kind == PersonKind.OFFICER
        verified = row.left_at is not None and row.left_source != PresenceSource.ASSUMED
        found[row.station_id].append(Stay(row.station_id, row.person_id, officer, span, verified))
    return dict(found)


def present_at(station_ids: Rooms, at: dt.datetime) -> dict[int, tuple[int, int]]:
    """(officers, auxiliaries) in each room at an instant; a room with nobody is missing."""
    found = {}
    for station, there in stays(station_ids, Span(at, at + dt.timedelta.resolution)).items():
        officers = sum(stay.is_officer for stay in there)
        found[station] = (officers, len(there) - officers)
    return found


def forgotten(station: Station, window: Span) -> QuerySet[Presence]:
    """Presences that ended unverified during a window and were not followed by another one."""
    later = standing().filter(person=OuterRef("person"), came_at__gte=OuterRef("left_at"))
    return (
        standing()
        .filter(
            station=station,
            left_source=PresenceSource.ASSUMED,
            left_at__gt=window.start,
            left_at__lte=window.end,
        )
        .exclude(Exists(later))
        .select_related("person")
        .order_by("left_at", "id")
    )


def people_of(station: Station, at: dt.datetime) -> QuerySet[Person]:
    """Who may be checked in: a post here, or a shift or reinforcement here on that day.

    Annotated: `away` (an absence is recorded for the day).
    """
    day = timezone.localdate(at, ZONE)
    start = dt.datetime.combine(day, dt.time(), ZONE)
    own = {"person": OuterRef("pk"), "station": station}
    today = {"starts_at__lt": start + DAY, "ends_at__gt": start}
    posts = Assignment.objects.unscoped(OF_ROOMS).filter(Interval.valid_on(day), **own)
    shifts = RosterShift.objects.unscoped(OF_ROOMS).filter(struck_at__isnull=True, **own, **today)
    sent = Reinforcement.objects.unscoped(OF_ROOMS).filter(**own, **today)
    away = Absence.objects.unscoped(OF_ROOMS).filter(
        Interval.valid_on(day), person=OuterRef("pk"), struck_at__isnull=True
    )
    return (
        Person.objects.unscoped(OF_ROOMS)
        .filter(Exists(posts) | Exists(shifts) | Exists(sent))
        .exclude(left_on__lte=day)
        .annotate(away=Exists(away))
        .order_by("away", "-kind", "name", "id")
    )


def stays_on(station: Station, day: dt.date) -> QuerySet[Presence]:
    """Presences of a room that touch a day, newest first, struck ones too.

    Annotated: `corrected` (something was changed afterwards).
    """
    start = dt.datetime.combine(day, dt.time(), ZONE)
    changes = PresenceCorrection.objects.unscoped(OF_ROOMS)
    return (
        Presence.objects.unscoped(OF_ROOMS)
        .filter(Q(left_at__isnull=True) | Q(left_at__gt=start))
        .filter(station=station, came_at__lt=start + DAY)
        .select_related("person")
        .annotate(corrected=Exists(changes.filter(presence=OuterRef("pk"))))
        .order_by("-came_at", "-id")
    )
