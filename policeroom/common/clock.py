"""Running clocks: when something is due, and what became of it. Pure; instants are arguments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from enum import StrEnum
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")


class ClockStatus(StrEnum):
    """What a deadline is at an instant."""

    RUNNING = "running"
    MET = "met"
    LATE = "late"
    OVERDUE = "overdue"
    CANCELLED = "cancelled"


def deadline_status(
    *,
    due_at: dt.datetime,
    done_at: dt.datetime | None,
    now: dt.datetime,
    cancelled_at: dt.datetime | None = None,
) -> ClockStatus:
    """The one answer to "how does this clock stand": every list, board and rule asks here.

    Reading: 「以内」 includes the limit, so exactly `due_at` is met. What was done after `now`
    counts as not yet done: reports of a past instant stay as they were.
    """
    if cancelled_at is not None and cancelled_at <= now:
        return ClockStatus.CANCELLED
    if done_at is not None and done_at <= now:
        return ClockStatus.MET if done_at <= due_at else ClockStatus.LATE
    return ClockStatus.RUNNING if now <= due_at else ClockStatus.OVERDUE


def end_of_day_clock(
    *,
    started_at: dt.datetime,
    days: int,
    is_workday: Callable[[dt.date], bool],
    roll: bool,
) -> dt.datetime:
    """Last instant of a clock counted in days.

    Source: matrix section 0, "Day clocks" (民法典 201 to 203), parameter P-00. The start day is not
    counted; calendar days; with `roll` a last day that is no working day moves to the next one.
    Units: `days` in calendar days, at least 1.
    Raises: ValueError if `days` is below 1.
    """
    if days < 1:
        raise ValueError(f"a day clock needs at least one day: {days}")
    last = started_at.astimezone(ZONE).date() + dt.timedelta(days=days)
    while roll and not is_workday(last):
        last += dt.timedelta(days=1)
    return dt.datetime.combine(last, dt.time(23, 59, 59), ZONE)
