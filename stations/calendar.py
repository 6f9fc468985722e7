"""Working days and terms: pure functions over facts somebody else read from the database.

The calendar is the State Council's: weekdays work, weekends do not, and the days of `exceptions`
differ from their weekday (statutory holidays and make-up working days).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar

from stations.enums import DayKind, TermKind

ONE_DAY = dt.timedelta(days=1)
SATURDAY = 5


class TermFacts(Protocol):
    """One term or vacation: half-open days."""

    @property
    def kind(self) -> str: ...

    @property
    def starts_on(self) -> dt.date: ...

    @property
    def ends_on(self) -> dt.date: ...


Term = TypeVar("Term", bound=TermFacts)


def is_working_day(day: dt.date, exceptions: Mapping[dt.date, str]) -> bool:
    """Whether `day` is worked.

    `exceptions` gives the `DayKind` of every day that differs from its weekday.
    Raises: ValueError if the mapping holds a kind that is not a `DayKind`.
    """
    kind = exceptions.get(day)
    if kind is None:
        return day.weekday() < SATURDAY
    return DayKind(kind) == DayKind.MAKEUP


def roll_to_working_day(day: dt.date, exceptions: Mapping[dt.date, str]) -> dt.date:
    """`day` itself if it is worked, else the first working day after it.

    Source: P-00 (matrix section 0, day clocks): a last day that is not a working day rolls.
    """
    while not is_working_day(day, exceptions):
        day += ONE_DAY
    return day


def next_working_day(day: dt.date, exceptions: Mapping[dt.date, str]) -> dt.date:
    """The first working day after `day`, whatever `day` itself is."""
    return roll_to_working_day(day + ONE_DAY, exceptions)


def working_days(start: dt.date, end: dt.date, exceptions: Mapping[dt.date, str]) -> int:
    """Number of working days in `[start, end)`."""
    length = (end - start).days
    days = (start + dt.timedelta(days=offset) for offset in range(length))
    return sum(is_working_day(day, exceptions) for day in days)


def term_on(day: dt.date, terms: Iterable[Term]) -> Term | None:
    """The term or vacation `day` lies in; None where the academic calendar says nothing."""
    for term in terms:
        if term.starts_on <= day < term.ends_on:
            return term
    return None


def in_term(day: dt.date, terms: Iterable[TermFacts]) -> bool | None:
    """Whether `day` lies in term; None (unknown) where the academic calendar says nothing."""
    found = term_on(day, terms)
    return None if found is None else found.kind == TermKind.TERM
