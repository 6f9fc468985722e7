"""Levels over time and the worked cases of 第九条 and matrix D 13 to 16, exact to the minute."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duty.levels import (
    DutyLevel,
    LevelStretch,
    OrderFacts,
    level_at,
    level_stretches,
    required_from,
    strength_shortfalls,
    uncovered,
)
from policeroom.common.intervals import Span

pytestmark = pytest.mark.unit
DAY = dt.datetime(2026, 9, 17, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def at(hour: int, minute: int = 0) -> dt.datetime:
    return DAY + dt.timedelta(hours=hour, minutes=minute)


def order(number: int, level: DutyLevel, start: dt.datetime, *ends: dt.datetime) -> OrderFacts:
    return OrderFacts(number, level, start, ends)


def test_without_an_order_the_lowest_level_holds() -> None:
    assert level_at([], at(8)) == (DutyLevel.THREE, ())


def test_highest_order_wins_and_the_next_holds_again_when_it_ends() -> None:
    """D 14: province 一级 until 06:00 over a city's 二级: it drops to 二级, not to 三级."""
    city = order(1, DutyLevel.TWO, at(0), at(12))
    province = order(2, DutyLevel.ONE, at(2), at(6))
    found = level_stretches([city, province], Span(at(0), at(14)))
    assert found == [
        LevelStretch(Span(at(0), at(2)), DutyLevel.TWO, (1,)),
        LevelStretch(Span(at(2), at(6)), DutyLevel.ONE, (2,)),
        LevelStretch(Span(at(6), at(12)), DutyLevel.TWO, (1,)),
        LevelStretch(Span(at(12), at(14)), DutyLevel.THREE, ()),
    ]


def test_raise_one_minute_before_midnight_is_not_rounded_to_the_day() -> None:
    """D 13: raised at 23:59, presence needed from 00:59."""
    raised = order(1, DutyLevel.TWO, at(23, 59), at(30))
    stretches = level_stretches([raised], Span(at(20), at(30)))
    assert required_from(stretches, HOUR) == [(Span(at(24, 59), at(30)), DutyLevel.TWO)]


def test_while_a_raise_is_carried_out_the_level_before_is_still_required() -> None:
    city = order(1, DutyLevel.TWO, at(0), at(12))
    province = order(2, DutyLevel.ONE, at(2), at(6))
    stretches = level_stretches([city, province], Span(at(-1), at(12)))
    assert required_from(stretches, HOUR) == [
        (Span(at(1), at(2)), DutyLevel.TWO),
        (Span(at(2), at(3)), DutyLevel.TWO),
        (Span(at(3), at(6)), DutyLevel.ONE),
        (Span(at(6), at(12)), DutyLevel.TWO),
    ]


def test_orders_of_the_same_level_carry_it_together() -> None:
    """D 14: equal level, both need receipts."""
    both = [order(1, DutyLevel.TWO, at(0), at(8)), order(2, DutyLevel.TWO, at(0), at(8))]
    assert level_at(both, at(4)) == (DutyLevel.TWO, (1, 2))


def test_first_end_counts_and_an_open_end_runs_on() -> None:
    """D 15: `supersedes` closes the old order at the new one's start."""
    superseded = order(1, DutyLevel.TWO, at(0), at(12), at(4))
    open_end = order(2, DutyLevel.ONE, at(4))
    assert [level_at([superseded, open_end], at(h))[0] for h in (3, 4, 400)] == [
        DutyLevel.TWO,
        DutyLevel.ONE,
        DutyLevel.ONE,
    ]


def test_gap_of_20_minutes_is_one_finding_and_the_handover_none() -> None:
    police = [Span(at(17, 40), at(26)), Span(at(26), at(38)), Span(at(38, 20), at(46))]
    found = uncovered(Span(at(18), at(42)), police)
    assert [(gap.start, gap.minutes) for gap in found] == [(at(38), 20)]


@pytest.mark.parametrize(("minutes", "findings"), [(19, 1), (20, 0), (21, 0)])
def test_tolerated_gap_is_inclusive(minutes: int, findings: int) -> None:
    police = [Span(at(18), at(38)), Span(at(38, 20), at(42))]
    tolerated = dt.timedelta(minutes=minutes)
    assert len(uncovered(Span(at(18), at(42)), police, tolerated)) == findings


def test_shortfall_names_level_and_number() -> None:
    required = [(Span(at(0), at(4)), DutyLevel.TWO), (Span(at(4), at(8)), DutyLevel.ONE)]
    strength = {DutyLevel.TWO: 1, DutyLevel.ONE: 2}
    found = strength_shortfalls(required, [Span(at(0), at(8)), Span(at(6), at(8))], strength)
    assert [(s.span, s.level, s.missing) for s in found] == [(Span(at(4), at(6)), DutyLevel.ONE, 1)]


def test_level_without_a_number_is_the_callers_unknown() -> None:
    with pytest.raises(KeyError):
        strength_shortfalls([(Span(at(0), at(1)), DutyLevel.ONE)], [], {})


@st.composite
def orders(draw: st.DrawFn) -> OrderFacts:
    start = draw(st.integers(-60, 200))
    length = draw(st.none() | st.integers(1, 120))
    ends = () if length is None else (at(0, start + length),)
    return OrderFacts(draw(st.integers(1, 9)), draw(st.sampled_from(DutyLevel)), at(0, start), ends)


@given(st.lists(orders(), max_size=6))
def test_stretches_agree_with_every_minute(rows: list[OrderFacts]) -> None:
    window = Span(at(0), at(3))
    found = level_stretches(rows, window)
    assert found[0].span.start == window.start
    assert found[-1].span.end == window.end
    for offset in range(180):
        minute = at(0, offset)
        (stretch,) = [s for s in found if s.span.start <= minute < s.span.end]
        assert stretch.level == level_at(rows, minute)[0]
