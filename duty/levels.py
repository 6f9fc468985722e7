"""第九条, 第十五条: which level holds, who must be there, where somebody is missing. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

from policeroom.common.intervals import Span, gaps, shortfalls, union


class DutyLevel(IntEnum):
    """The four levels from low to high; the value is stored and compared."""

    THREE = 1
    TWO = 2
    ONE = 3
    ONE_PLUS = 4


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What decides when an order holds. `ends` are its end, revocation and supersession, if any."""

    order_id: int
    level: DutyLevel
    starts_at: dt.datetime
    ends: tuple[dt.datetime, ...] = ()

    @property
    def ends_at(self) -> dt.datetime | None:
        """The first instant it no longer holds; None: until it is revoked (matrix D 15)."""
        return min(self.ends, default=None)

    def holds(self, at: dt.datetime) -> bool:
        """Whether the order is in force at the instant (half-open)."""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


@dataclass(frozen=True, slots=True)
class LevelStretch:
    """A stretch during which one level holds; `order_ids` are the orders that carry it."""

    span: Span
    level: DutyLevel
    order_ids: tuple[int, ...]


def level_at(orders: Iterable[OrderFacts], at: dt.datetime) -> tuple[DutyLevel, tuple[int, ...]]:
    """The level of a room at an instant, and the orders that carry it; 三级 without an order.

    Source: 第十五条. Reading: the highest order in force wins; when it ends, the next highest holds
    again (matrix D 14); orders of the same level carry it together.
    """
    holding = [order for order in orders if order.holds(at)]
    level = max((order.level for order in holding), default=DutyLevel.THREE)
    return level, tuple(sorted(o.order_id for o in holding if o.level == level))


def level_stretches(orders: Sequence[OrderFacts], window: Span) -> list[LevelStretch]:
    """The levels of a room over a window, gapless and in order; the day is never rounded (D 13)."""
    edges = {window.start, window.end}
    for order in orders:
        edges |= {order.starts_at, *order.ends}
    inside = sorted(edge for edge in edges if window.start <= edge <= window.end)
    found: list[LevelStretch] = []
    for start, end in pairwise(inside):
        level, carriers = level_at(orders, start)
        same = found and (found[-1].level, found[-1].order_ids) == (level, carriers)
        since = found.pop().span.start if same else start
        found.append(LevelStretch(Span(since, end), level, carriers))
    return found


def required_from(
    stretches: Sequence[LevelStretch], grace: dt.timedelta
) -> list[tuple[Span, DutyLevel]]:
    """When the strength of a level must be there: after a raise the grace runs, else at once.

    Source: JS-15-3, P-15b (matrix D 13). While the grace of a raise runs, the level before it is
    still required. A stretch shorter than its grace asks for nothing beyond the level before.
    """
    found: list[tuple[Span, DutyLevel]] = []
    reached = DutyLevel.THREE
    for stretch in stretches:
        start, end = stretch.span.start, stretch.span.end
        if stretch.level > reached and found:
            ready = min(start + grace, end)
            found.append((Span(start, ready), reached))
            if ready < end:
                found.append((Span(ready, end), stretch.level))
                reached = stretch.level
            continue
        found.append((stretch.span, stretch.level))
        reached = stretch.level
    return [(span, level) for span, level in found if level > DutyLevel.THREE]


def next_raise(
    required: Sequence[tuple[Span, DutyLevel]], at: dt.datetime
) -> tuple[DutyLevel, dt.datetime] | None:
    """The stronger level that must be reached next, and by when; None where none is coming.

    Source: JS-15-3, P-15b: what a room is told while the time after a raise runs (matrix D 13).
    `required` is what `required_from` found.
    """
    current = max((lvl for span, lvl in required if span.start <= at < span.end), default=0)
    for span, level in required:
        if span.start > at and level > current:
            return level, span.start
    return None


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Too few people for the level during a stretch; `missing` in persons."""

    span: Span
    level: DutyLevel
    missing: int


def strength_shortfalls(
    required: Sequence[tuple[Span, DutyLevel]],
    present: Sequence[Span],
    strength: dict[DutyLevel, int],
) -> list[Shortfall]:
    """Each stretch with fewer people than the city's table asks for at the level that holds.

    Source: JS-15-3 (规范第十五条); the numbers are the city's. A level the table does not name is
    the caller's `unknown`.
    Raises: KeyError for a required level without a number.
    """
    return [
        Shortfall(span, level, missing)
        for window, level in required
        for span, missing in shortfalls(window, present, strength[level])
    ]


def uncovered(
    trigger: Span, police: Iterable[Span], tolerated: dt.timedelta = dt.timedelta(0)
) -> list[Span]:
    """Stretches of a trigger without a police officer in the room, longer than is tolerated.

    Source: JS-09-4 (规范第九条「24小时驻守」), P-09b. Auxiliaries do not count, reinforcement does,
    the duty level does not matter (matrix D 16). Several officers at once count once.
    """
    return [gap for gap in gaps(trigger, union(police)) if gap.end - gap.start > tolerated]
