"""Weeks, months and quarters (matrix section 0, D 7, D 8, D 24)."""

from __future__ import annotations

import datetime as dt

import pytest

from policeroom.common.clock import ZONE
from policeroom.common.periods import (
    PeriodKind,
    month_before,
    month_of,
    next_period,
    period_at,
    period_before,
    period_of,
    periods_touching,
    read_label,
)

pytestmark = pytest.mark.unit
WEEK, MONTH, QUARTER = PeriodKind.WEEK, PeriodKind.MONTH, PeriodKind.QUARTER
DAY = dt.date.fromisoformat


@pytest.mark.parametrize(
    ("kind", "day", "label", "start", "end"),
    [
        pytest.param(WEEK, "2027-01-02", "2026-W53", "2026-12-28", "2027-01-04", id="D7-W53"),
        pytest.param(WEEK, "2024-12-30", "2025-W01", "2024-12-30", "2025-01-06", id="D7-W01"),
        pytest.param(WEEK, "2026-05-17", "2026-W20", "2026-05-11", "2026-05-18", id="sunday"),
        pytest.param(MONTH, "2028-02-29", "2028-02", "2028-02-01", "2028-03-01", id="leap"),
        pytest.param(MONTH, "2026-12-31", "2026-12", "2026-12-01", "2027-01-01", id="december"),
        pytest.param(QUARTER, "2028-03-31", "2028-Q1", "2028-01-01", "2028-04-01", id="Q1"),
        pytest.param(QUARTER, "2026-10-01", "2026-Q4", "2026-10-01", "2027-01-01", id="Q4"),
    ],
)
def test_period_of_a_day(kind: PeriodKind, day: str, label: str, start: str, end: str) -> None:
    found = period_of(kind, DAY(day))
    assert (found.label, found.start, found.end) == (label, DAY(start), DAY(end))
    assert read_label(label) == found
    assert found.last_day == DAY(end) - dt.timedelta(days=1)
    assert found.ends_at == dt.datetime.combine(DAY(end), dt.time(), ZONE)


@pytest.mark.parametrize(
    ("instant", "month", "quarter"),
    [
        pytest.param("2026-06-30T15:40:00+00:00", "2026-06", "2026-Q2", id="D8-before-midnight"),
        pytest.param("2026-06-30T16:10:00+00:00", "2026-07", "2026-Q3", id="D8-after-midnight"),
        pytest.param("2026-07-01T00:00:00+08:00", "2026-07", "2026-Q3", id="first-instant"),
    ],
)
def test_the_day_in_shanghai_decides(instant: str, month: str, quarter: str) -> None:
    at = dt.datetime.fromisoformat(instant)
    assert (period_at(MONTH, at).label, period_at(QUARTER, at).label) == (month, quarter)


def test_naive_instants_are_refused() -> None:
    with pytest.raises(ValueError, match="no zone"):
        period_at(MONTH, dt.datetime(2026, 6, 30, 23, 40))  # noqa: DTZ001 -- the bad input


@pytest.mark.parametrize("kind", list(PeriodKind))
def test_periods_follow_each_other_without_a_gap(kind: PeriodKind) -> None:
    found = list(periods_touching(kind, DAY("2019-12-30"), DAY("2030-01-01")))
    for period in found:
        assert next_period(period).start == period.end
        assert period_before(next_period(period)) == period
        assert all(period_of(kind, day) == period for day in period.days)
        assert read_label(period.label) == period
    labels = [period.label for period in found]
    assert labels == sorted(set(labels))


def test_only_touched_periods() -> None:
    found = periods_touching(MONTH, DAY("2026-05-31"), DAY("2026-07-01"))
    assert [period.label for period in found] == ["2026-05", "2026-06"]
    assert not list(periods_touching(WEEK, DAY("2026-05-04"), DAY("2026-05-04")))


def test_month_before() -> None:
    assert month_before(month_of(DAY("2026-03-31"))).label == "2026-02"


@pytest.mark.parametrize(
    "text", ["2025-W53", "2026-W00", "2026-13", "2026-Q5", "2026", "26-W01", "2026-W1", ""]
)
def test_labels_that_name_nothing(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_label(text)
