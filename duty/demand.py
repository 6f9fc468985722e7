"""第十六条: which hours of a roster lack people, from the shifts a room says it needs. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from policeroom.common.clock import ZONE
from policeroom.common.intervals import Span, gaps, shortfalls


@dataclass(frozen=True, slots=True)
class Demand:
    """One shift of one day and who it needs, in persons."""

    name: str
    span: Span
    officers: int
    auxiliaries: int


@dataclass(frozen=True, slots=True)
class Booking:
    """Somebody's shift in the room."""

    span: Span
    is_officer: bool


@dataclass(frozen=True, slots=True)
class Lack:
    """Hours of a demand without enough people of one kind; `missing` in persons."""

    demand: Demand
    span: Span
    is_officer: bool
    missing: int


def shift_span(day: dt.date, starts: dt.time, minutes: int) -> Span:
    """A shift that begins on a day, in Asia/Shanghai; it may end on a later one."""
    start = dt.datetime.combine(day, starts, ZONE)
    return Span(start, start + dt.timedelta(minutes=minutes))


def missing_in(
    span: Span, present: Sequence[Span], needed: int, intended: Iterable[Span]
) -> list[tuple[Span, int]]:
    """Where of a shift fewer than `needed` are present, with how many; the one place that says so.

    Reading: hours meant to be empty (`intended`) are no gap, however few are there.
    Raises: ValueError if `needed` is negative.
    """
    return [
        stretch for part in gaps(span, intended) for stretch in shortfalls(part, present, needed)
    ]


def lacks(
    demands: Iterable[Demand], bookings: Sequence[Booking], intended: Sequence[Span] = ()
) -> list[Lack]:
    """What the bookings leave open, in order of time; officers first.

    Reading: whoever is booked at that time counts, whatever their shift is called. An officer does
    not stand in for an auxiliary, nor the other way round. `intended` as in `missing_in`.
    """
    found = []
    for demand in demands:
        for is_officer, needed in ((True, demand.officers), (False, demand.auxiliaries)):
            spans = [one.span for one in bookings if one.is_officer == is_officer]
            found += [
                Lack(demand, span, is_officer, missing)
                for span, missing in missing_in(demand.span, spans, needed, intended)
            ]
    return sorted(found, key=lambda lack: (lack.span, not lack.is_officer, lack.demand.name))
