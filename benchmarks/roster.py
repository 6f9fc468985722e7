"""Rosters proposed for crews of 1 to 20 over four weeks: time, hours left open, fairness. Pure.

Officers only: one round the clock in two shifts of twelve hours, a second one by day from eight
people on. Weekends and the National Day week are shared.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence
from typing import Final

from duty.proposal import Proposal, cpsat, propose, rotation
from duty.roster_rules import (
    Burden,
    Kind,
    Member,
    Pattern,
    Post,
    Request,
    report,
    slots_of,
)
from policeroom.common.clock import ZONE
from policeroom.common.intervals import Span

CREWS: Final = range(1, 21)
#: Four weeks around the National Day; they begin on a Monday.
WINDOW: Final = Span(dt.datetime(2026, 9, 21, tzinfo=ZONE), dt.datetime(2026, 10, 19, tzinfo=ZONE))
HOLIDAYS: Final = frozenset(dt.date(2026, 10, day) for day in range(1, 8))
#: From this many people a second officer stands in the day shift.
TWO_BY_DAY: Final = 8


def request(people: int) -> Request:
    """Four weeks of a room with that many officers, none of them away."""
    by_day = 2 if people >= TWO_BY_DAY else 1
    patterns = (
        Pattern(Kind.DAY, dt.time(8), 720, officers=by_day, auxiliaries=0),
        Pattern(Kind.NIGHT, dt.time(20), 720, officers=1, auxiliaries=0),
    )
    days = [WINDOW.start.date() + dt.timedelta(days=number) for number in range(28)]
    return Request(
        window=WINDOW,
        members=tuple(Member(number, Post.OFFICER) for number in range(1, people + 1)),
        slots=tuple(slots_of(patterns, WINDOW, ())),
        weekends=frozenset(day for day in days if day.weekday() >= 5),
        holidays=HOLIDAYS,
    )


def run(crews: Sequence[int] = CREWS) -> None:
    """Print the table: what is proposed, and beside it what taking turns gives."""
    solver = "OR-Tools" if cpsat.installed() else "OR-Tools is not installed: all take turns"
    print(f"\nRoster: four weeks, one officer round the clock ({solver})")
    print(
        f"{'people':>6}{'method':>10}{'proven':>8}{'seconds':>9}{'open h':>8}{'of':>6}{'rules':>7}"
        f"{'nights':>8}{'weekends':>10}{'holidays':>10}{'hours':>7}{'turns: s':>10}{'open h':>8}"
    )
    for people in crews:
        print(_row(people))


def _row(people: int) -> str:
    asked = request(people)
    start = time.perf_counter()
    turns = report(asked, rotation.fill(asked, ()))
    between = time.perf_counter()
    found: Proposal = propose(asked)
    took = time.perf_counter() - between
    needed = sum(slot.officers * slot.span.minutes for slot in asked.slots) // 60
    quality = found.quality
    return (
        f"{people:>6}{found.method.value:>10}{'yes' if found.proven else '-':>8}{took:>9.2f}"
        f"{quality.uncovered_minutes // 60:>8}{needed:>6}{len(quality.violations):>7}"
        f"{quality.worst(Burden.NIGHTS):>8.1f}{quality.worst(Burden.WEEKENDS):>10.1f}"
        f"{quality.worst(Burden.HOLIDAYS):>10.1f}{quality.worst(Burden.HOURS):>7.1f}"
        f"{between - start:>10.2f}{turns.uncovered_minutes // 60:>8}"
    )
