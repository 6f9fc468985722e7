"""What the city's tables ask of rooms at an instant, and what is missing (JS-15-1, JS-15-3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from duty.levels import (
    DutyLevel,
    OrderFacts,
    level_stretches,
    next_raise,
    required_from,
)
from duty.models import DutyOrder, LevelStaffing
from duty.queries.levels import MOMENT, binding, by_target
from duty.queries.orders import approved, facts_of, today_of
from duty.queries.presence import present_at
from policeroom.common.intervals import Span
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.models import Interval
from policeroom.common.parameters import parameters_on
from policeroom.common.scope import SEGMENTS, Scope
from stations.models import Station

CITY_LENGTH = sum(SEGMENTS[:2])
#: The level whose strength is required, and the stronger one that is due, with when.
Required = tuple[DutyLevel, tuple[DutyLevel, dt.datetime] | None]
#: Level and kind of room, or the id of one room, to officers and auxiliaries.
Numbers = dict[tuple[str, int, str], tuple[int, int]]


def staffing_rows(scope: Scope) -> ScopedQuerySet:
    """Rows of the tables in view: the city's own, and for its rooms what binds them."""
    cities = {low[:CITY_LENGTH] for low, _high in scope.ranges_for("duty.view")}
    mine = Q(station__isnull=True) | scope.q("station__org_path", action="duty.view")
    rows = LevelStaffing.objects.unscoped("a table is seen from the city it is of and from below")
    return rows.filter(
        scope.q(action="duty.view") | (Q(org_path__in=sorted(cities)) & mine)
    ).select_related("unit", "station")


@dataclass(frozen=True, slots=True)
class Coming:
    """What a room that was raised must have by `due_at`; None where the table says nothing."""

    level: DutyLevel
    due_at: dt.datetime
    officers: int | None
    auxiliaries: int | None


@dataclass(frozen=True, slots=True)
class Need:
    """What a room must have at an instant, and has.

    `level` is the one whose strength is required: while the time after a raise runs, the one
    before, and `coming` says what is due. `officers` and `auxiliaries` are None where the table
    says nothing; at level three no table applies and both are 0.
    """

    level: DutyLevel
    officers: int | None
    auxiliaries: int | None
    present: tuple[int, int]
    coming: Coming | None = None

    @property
    def missing(self) -> int | None:
        """Persons short; None where the city has not said how many there must be."""
        if self.officers is None or self.auxiliaries is None:
            return None
        here = self.present
        return max(0, self.officers - here[0]) + max(0, self.auxiliaries - here[1])


def required_now(rooms: Iterable[Station], at: dt.datetime) -> dict[int, Need]:
    """What each of the rooms must have at the instant, and has: four statements.

    Source: JS-15-3, P-15b, matrix D 13. The caller took the rooms from the scope.
    """
    rooms = list(rooms)
    grace = dt.timedelta(minutes=int(parameters_on(today_of(at))["P-15b"]))
    below = by_target((row.targets, facts_of(row)) for row in _recent_orders(at, grace))
    numbers = _numbers({room.org_path[:CITY_LENGTH] for room in rooms}, today_of(at))
    present = present_at([room.pk for room in rooms], at)
    levels: dict[tuple[int, ...], Required] = {}
    found = {}
    for room in rooms:
        facts = binding(below, room.org_path)
        key = tuple(sorted(facts))
        if key not in levels:
            levels[key] = required_level(list(facts.values()), at, grace)
        found[room.pk] = _need(room, levels[key], numbers, present.get(room.pk, (0, 0)))
    return found


def required_level(facts: list[OrderFacts], at: dt.datetime, grace: dt.timedelta) -> Required:
    """The level whose strength must be there at the instant, and the stronger one that is due.

    What held before the grace is reached: only a raise within it is still being carried out.
    """
    window = Span(at - grace, at + grace + MOMENT)
    required = required_from(level_stretches(facts, window), grace)
    level = next((lvl for span, lvl in required if span.start <= at < span.end), DutyLevel.THREE)
    return level, next_raise(required, at)


def _recent_orders(at: dt.datetime, grace: dt.timedelta) -> Iterable[DutyOrder]:
    """Orders that held at some instant of the grace before `at`."""
    since = at - grace
    rows = DutyOrder.objects.unscoped("what is required follows from every order")
    return rows.filter(
        approved(at),
        Q(ends_at__isnull=True) | Q(ends_at__gt=since),
        Q(revoked_at__isnull=True) | Q(revoked_at__gt=since),
        Q(superseded_at__isnull=True) | Q(superseded_at__gt=since),
        starts_at__lte=at,
    )


def _numbers(cities: set[str], day: dt.date) -> Numbers:
    rows = LevelStaffing.objects.unscoped("the tables of the cities of these rooms").filter(
        Interval.valid_on(day), org_path__in=sorted(cities)
    )
    return {
        (row.org_path, row.level, row.station_kind or str(row.station_id)): (
            row.officers,
            row.auxiliaries,
        )
        for row in rows
    }


def _need(room: Station, required: Required, numbers: Numbers, present: tuple[int, int]) -> Need:
    """What the city's table says of the level that is required, and of the one that is due."""
    level, raised = required
    officers, auxiliaries = _pair(room, level, numbers)
    coming = None
    if raised is not None:
        coming = Coming(*raised, *_pair(room, raised[0], numbers))
    return Need(level, officers, auxiliaries, present, coming)


def _pair(room: Station, level: DutyLevel, numbers: Numbers) -> tuple[int, int] | tuple[None, None]:
    """Officers and auxiliaries. A room's own row goes before the row of its kind."""
    if level == DutyLevel.THREE:
        return 0, 0
    city = room.org_path[:CITY_LENGTH]
    for key in (str(room.pk), room.kind):
        pair = numbers.get((city, level.value, key))
        if pair is not None:
            return pair
    return None, None
