"""Weeks, months and quarters of the regulation: half-open, Asia/Shanghai. Pure.

Source: matrix section 0, "Periods". A week is an ISO week and is named by its ISO year: 2026-W53
holds the 2nd of January 2027 (matrix D 7).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from policeroom.common.clock import ZONE

DAY: Final = dt.timedelta(days=1)
MONTHS_OF_QUARTER: Final = 3
_KEY: Final = re.compile(r"(\d{4})-(?:W(\d{2})|Q([1-4])|(\d{2}))")


class PeriodKind(StrEnum):
    """The three rhythms of 第十四条."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from `start` until before `end`."""

    start: dt.date
    end: dt.date
    kind: PeriodKind

    @property
    def label(self) -> str:
        """2026-W53, 2026-08 or 2026-Q3: unique within its kind, and sorts by time."""
        if self.kind == PeriodKind.WEEK:
            year, week, _weekday = self.start.isocalendar()
            return f"{year}-W{week:02}"
        if self.kind == PeriodKind.MONTH:
            return f"{self.start:%Y-%m}"
        return f"{self.start.year}-Q{(self.start.month + 2) // MONTHS_OF_QUARTER}"

    @property
    def last_day(self) -> dt.date:
        """The last day of the period."""
        return self.end - DAY

    @property
    def starts_at(self) -> dt.datetime:
        """First instant."""
        return dt.datetime.combine(self.start, dt.time(), ZONE)

    @property
    def ends_at(self) -> dt.datetime:
        """First instant after the period: closed iff `now >= ends_at`."""
        return dt.datetime.combine(self.end, dt.time(), ZONE)

    @property
    def days(self) -> Iterator[dt.date]:
        """Every day, in order."""
        return (self.start + number * DAY for number in range((self.end - self.start).days))


def period_of(kind: PeriodKind, day: dt.date) -> Period:
    """The period of this kind that holds `day`."""
    if kind == PeriodKind.WEEK:
        start = day - day.weekday() * DAY
        return Period(start, start + 7 * DAY, kind)
    if kind == PeriodKind.MONTH:
        start = day.replace(day=1)
        return Period(start, _months_later(start, 1), kind)
    start = dt.date(day.year, (day.month - 1) // MONTHS_OF_QUARTER * MONTHS_OF_QUARTER + 1, 1)
    return Period(start, _months_later(start, MONTHS_OF_QUARTER), kind)


def period_at(kind: PeriodKind, instant: dt.datetime) -> Period:
    """The period that holds `instant`, by its day in Asia/Shanghai (matrix D 8).

    Raises: ValueError if `instant` carries no zone.
    """
    if instant.tzinfo is None:
        raise ValueError(f"{instant} carries no zone")
    return period_of(kind, instant.astimezone(ZONE).date())


def next_period(period: Period) -> Period:
    """The period after."""
    return period_of(period.kind, period.end)


def period_before(period: Period) -> Period:
    """The period before."""
    return period_of(period.kind, period.start - DAY)


def periods_touching(kind: PeriodKind, start: dt.date, end: dt.date) -> Iterator[Period]:
    """Every period that shares a day with `[start, end)`, in order."""
    period = period_of(kind, start)
    while period.start < end:
        yield period
        period = next_period(period)


def read_label(text: str) -> Period:
    """The period that `Period.label` names.

    Raises: ValueError if it names none (2025-W53 does not exist).
    """
    found = _KEY.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} names no period")
    year, week, quarter, month = found.groups()
    if week:
        return period_of(PeriodKind.WEEK, dt.date.fromisocalendar(int(year), int(week), 1))
    if quarter:
        return period_of(PeriodKind.QUARTER, dt.date(int(year), int(quarter) * 3 - 2, 1))
    return period_of(PeriodKind.MONTH, dt.date(int(year), int(month), 1))


def month_of(day: dt.date) -> Period:
    """The calendar month that holds `day`."""
    return period_of(PeriodKind.MONTH, day)


def month_before(month: Period) -> Period:
    """The month before `month`."""
    return month_of(month.start - DAY)


def _months_later(first: dt.date, months: int) -> dt.date:
    count = first.month - 1 + months
    return dt.date(first.year + count // 12, count % 12 + 1, 1)
