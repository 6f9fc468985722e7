"""Interval arithmetic: what is covered, what is not, to the minute."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policeroom.common.intervals import Span, gaps, shortfalls, union

pytestmark = pytest.mark.unit
DAY = dt.datetime(2026, 9, 17, tzinfo=dt.UTC)


def at(hour: int, minute: int = 0) -> dt.datetime:
    """An instant of the test's day; hours beyond 23 lie on the next one."""
    return DAY + dt.timedelta(hours=hour, minutes=minute)


def test_worked_case_of_article_9_is_one_gap_of_20_minutes() -> None:
    """Trigger 18:00 to 18:00; A 17:40-02:00, B 02:00-14:00, A 14:20-22:00."""
    present = [Span(at(17, 40), at(26)), Span(at(26), at(38)), Span(at(38, 20), at(46))]
    found = gaps(Span(at(18), at(42)), present)
    assert [(gap.start, gap.end, gap.minutes) for gap in found] == [(at(38), at(38, 20), 20)]


def test_handover_at_the_same_minute_is_no_gap() -> None:
    assert gaps(Span(at(8), at(12)), [Span(at(8), at(10)), Span(at(10), at(12))]) == []


def test_nobody_there_is_one_gap_of_the_whole_window() -> None:
    assert gaps(Span(at(8), at(12)), [Span(at(5), at(8)), Span(at(12), at(13))]) == [
        Span(at(8), at(12))
    ]


def test_shortfall_names_how_many_are_missing() -> None:
    present = [Span(at(8), at(12)), Span(at(10), at(14))]
    assert shortfalls(Span(at(8), at(16)), present, 2) == [
        (Span(at(8), at(10)), 1),
        (Span(at(12), at(14)), 1),
        (Span(at(14), at(16)), 2),
    ]


def test_same_shortfall_over_a_change_of_people_is_one_stretch() -> None:
    present = [Span(at(8), at(10)), Span(at(10), at(12))]
    assert shortfalls(Span(at(8), at(12)), present, 2) == [(Span(at(8), at(12)), 1)]


def test_started_minute_counts() -> None:
    assert Span(at(8), at(8) + dt.timedelta(seconds=1)).minutes == 1


def test_empty_span_and_negative_requirement_are_refused() -> None:
    with pytest.raises(ValueError, match="does not lie after"):
        Span(at(8), at(8))
    with pytest.raises(ValueError, match="negative"):
        shortfalls(Span(at(8), at(9)), [], -1)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start = draw(st.integers(0, 200))
    return Span(at(0, start), at(0, start + draw(st.integers(1, 60))))


@given(st.lists(spans(), max_size=12), spans(), st.integers(0, 4))
def test_every_minute_agrees_with_counting(
    present: list[Span], window: Span, required: int
) -> None:
    def there(minute: dt.datetime, rows: list[Span]) -> int:
        return sum(row.start <= minute < row.end for row in rows)

    open_spans, short = gaps(window, present), shortfalls(window, present, required)
    joined = union(present)
    for offset in range(window.minutes):
        minute = window.start + dt.timedelta(minutes=offset)
        assert there(minute, open_spans) == (there(minute, present) == 0)
        assert there(minute, joined) == (there(minute, present) > 0)
        missing = [number for span, number in short if span.start <= minute < span.end]
        assert missing == [n for n in [required - there(minute, present)] if n > 0]
