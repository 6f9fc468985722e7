"""What became of what was owed: facts of many rooms in a constant number of queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Q

from duty.models import DutyArrangement
from duty.queries.arrangements import CITY_LENGTH, Routines
from meetings import rules
from meetings.models import Obligation, Sitting
from meetings.regimes import REGIMES
from meetings.rules import Days, Duty, RoomFacts, Standing
from policeroom.common.parameters import parameters_by_day
from policeroom.common.periods import DAY, Period
from stations.models import Station, StationSuspension

WHY: Final = "facts of rooms whose obligations the caller fetched through the scope"
Key = tuple[int, str, dt.date]


@dataclass(frozen=True, slots=True)
class Found:
    """One obligation with what became of it."""

    obligation: Obligation
    owed: Duty
    standing: Standing
    #: Sittings that serve its period, the earliest first.
    sittings: tuple[Sitting, ...]


@dataclass(slots=True)
class _Facts:
    rooms: dict[int, RoomFacts] = field(default_factory=dict)
    sittings: dict[Key, list[Sitting]] = field(default_factory=lambda: defaultdict(list))


def standings(obligations: Collection[Obligation], *, now: dt.datetime) -> list[Found]:
    """Each obligation with its standing as known at `now`, in the order given.

    Source: matrix section 0, D 5 to D 12. Numbers are those in force when the period began (D 25).
    Queries: rooms, suspensions, arrangements, sittings, numbers.
    """
    if not obligations:
        return []
    facts = _facts(obligations)
    numbers = parameters_by_day(row.starts_on for row in obligations)
    return [_found(row, facts, numbers[row.starts_on], now) for row in obligations]


def _found(row: Obligation, facts: _Facts, numbers: Mapping[str, Any], now: dt.datetime) -> Found:
    regime, period = REGIMES[row.regime], row.period
    owed = rules.duty(regime, period, facts.rooms[row.station_id])
    sittings = facts.sittings.get((row.station_id, row.regime, row.starts_on), [])
    standing = rules.standing(
        regime,
        period,
        owed=owed,
        sittings=[as_rule_sees(sitting, period) for sitting in sittings],
        makeup_days=numbers[regime.makeup],
        now=now,
        about_month=regime.code == "monthly" and numbers["P-14e"] == "B",
    )
    return Found(row, owed, standing, tuple(sittings))


def as_rule_sees(sitting: Sitting, period: Period) -> rules.Sitting:
    """A sitting of an entered meeting in the words of the rule."""
    times = sitting.meeting.times
    return rules.Sitting(
        held_at=times.began,
        recorded_at=times.entered,
        named_for=period if sitting.is_makeup else None,
        confirmed_at=sitting.confirmed_at,
    )


def _facts(obligations: Collection[Obligation]) -> _Facts:
    stations = {row.station_id for row in obligations}
    first = min(row.starts_on for row in obligations)
    last = max(row.ends_on for row in obligations)
    facts = _Facts()
    suspended: dict[int, list[Days]] = defaultdict(list)
    rows = StationSuspension.objects.unscoped(WHY).filter(station__in=stations)
    for station, start, end in rows.values_list("station_id", "valid_from", "valid_to"):
        suspended[station].append(Days(start, end))
    rooms = list(Station.objects.unscoped(WHY).filter(pk__in=stations))
    relieved = _relieved(rooms, first, last)
    for room in rooms:
        facts.rooms[room.pk] = RoomFacts(
            Days(room.opened_on, room.closed_on),
            tuple(suspended[room.pk]),
            relieved.get(room.pk, frozenset()),
        )
    held = Sitting.objects.unscoped(WHY).filter(
        station__in=stations,
        serves_from__gte=first,
        serves_from__lt=last,
        meeting__held_at__isnull=False,
    )
    for sitting in held.select_related("meeting").order_by("meeting__held_at", "pk"):
        key = (sitting.station_id, sitting.regime, sitting.serves_from)
        facts.sittings[key].append(sitting)
    return facts


def _relieved(rooms: list[Station], first: dt.date, end: dt.date) -> dict[int, frozenset[dt.date]]:
    """Days of `[first, end)` on which an arrangement without weekly briefings holds, by room.

    Source: 第十六条, D 6. Most cities have none: then nothing else is asked.
    """
    suspending = DutyArrangement.objects.unscoped(WHY).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=first), suspends_weekly=True, valid_from__lt=end
    )
    cities = set(suspending.values_list("org_path", flat=True))
    rooms = [room for room in rooms if room.org_path[:CITY_LENGTH] in cities]
    if not rooms:
        return {}
    routines = Routines(rooms, first, end - DAY)
    days = [first + number * DAY for number in range((end - first).days)]
    found: dict[int, frozenset[dt.date]] = {}
    for room in rooms:
        papers = ((day, routines.of(room, day).arrangement) for day in days)
        found[room.pk] = frozenset(day for day, paper in papers if paper and paper.suspends_weekly)
    return found
