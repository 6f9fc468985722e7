"""Periods of the statistics: pure arithmetic on days. All periods are half-open."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

WEEK, MONTH, QUARTER, YEAR, DAYS = "week", "month", "quarter", "year", "days"
DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` until before `end`."""

    start: dt.date
    end: dt.date

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def last(self) -> dt.date:
        """The last day that belongs to it."""
        return self.end - DAY

    def split(self) -> tuple[list[dt.date], list[dt.date]]:
        """First days of the whole months inside, and the single days that remain."""
        months, days, day = [], [], self.start
        while day < self.end:
            following = next_month(day)
            if day.day == 1 and following <= self.end:
                months.append(day)
                day = following
            else:
                days.append(day)
                day += DAY
        return months, days


def next_month(day: dt.date) -> dt.date:
    """First day of the following month."""
    return shift_months(day.replace(day=1), 1)


def shift_months(day: dt.date, months: int) -> dt.date:
    """The same day so many months later; the month's last day where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    following = dt.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return dt.date(year, month + 1, min(day.day, (following - DAY).day))


def period_around(kind: str, day: dt.date) -> Period:
    """The calendar week (from Monday), month, quarter or year that holds the day.

    Raises: ValueError for another kind.
    """
    if kind == WEEK:
        start = day - DAY * day.weekday()
        return Period(start, start + 7 * DAY)
    months = {MONTH: 1, QUARTER: 3, YEAR: 12}.get(kind)
    if months is None:
        raise ValueError(kind)
    first = dt.date(day.year, (day.month - 1) // months * months + 1, 1)
    return Period(first, shift_months(first, months))


def until(period: Period, today: dt.date) -> Period:
    """The part of the period that has come; its first day at least."""
    return Period(period.start, max(period.start + DAY, min(period.end, today + DAY)))


def before(kind: str, whole: Period, seen: Period) -> Period:
    """The period before `whole`, as far into it as `seen` is: 1 to 24 October for 24 November.

    A period seen to its end is compared with all of the one before.
    """
    if kind in (WEEK, DAYS):
        start = whole.start - DAY * whole.days
        return Period(start, start + DAY * seen.days)
    months = {MONTH: 1, QUARTER: 3, YEAR: 12}[kind]
    return _same_part(whole, seen, months)


def year_before(kind: str, whole: Period, seen: Period) -> Period:
    """The same part one year earlier; of weeks, 52 weeks earlier, so that weekdays agree."""
    if kind == WEEK:
        back = 364 * DAY
        return Period(seen.start - back, seen.end - back)
    return _same_part(whole, seen, 12)


def _same_part(whole: Period, seen: Period, months: int) -> Period:
    start = shift_months(whole.start, -months)
    if seen == whole:
        end = shift_months(whole.end, -months)
        return Period(start, max(end, start + DAY))
    end = shift_months(seen.last, -months) + DAY
    return Period(start, max(end, start + DAY))
