"""Which days may be entered or asked for: far enough for every record, near enough to count with.

The calendar of the language ends at year 9999 and the database's begins elsewhere: "the day
before" and "midnight of" must exist for every day a person can send.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.utils.dateparse import parse_date

FIRST_DAY: Final = dt.date(1800, 1, 1)
LAST_DAY: Final = dt.date(2199, 12, 31)


def read_day(text: str) -> dt.date | None:
    """The day written as 2026-09-01; None if it is no day or lies outside the permitted years."""
    try:
        day = parse_date(text.strip())
    except ValueError:
        return None
    return day if day is not None and FIRST_DAY <= day <= LAST_DAY else None
