"""A second, simple reading of the rules of a roster: it counts hours and shares no code with them.

A hand-made instance in the manner of Curtois: people, requirements and limits as rows of data.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: A shift as the checker sees it: person, first hour, hours, whether it is a night.
Row = tuple[int, int, int, bool]


@dataclass(frozen=True, slots=True)
class Limit:
    """One rule as a row: its name, and its number in hours or days."""

    name: str
    number: int


#: The limits `RestRules` has when nobody says otherwise, written down a second time.
LIMITS = (
    Limit("free hours after a shift", 11),
    Limit("free hours after a long shift", 24),
    Limit("hours from which a shift is long", 16),
    Limit("hours in a week", 56),
    Limit("days in a row", 6),
    Limit("nights in a row", 3),
)


def broken(
    rows: Sequence[Row], away: Iterable[tuple[int, int, int]], limits: Sequence[Limit] = LIMITS
) -> set[tuple[str, int]]:
    """Names of rules with the persons who break them. Hour 0 is midnight of a Monday."""
    number = {limit.name: limit.number for limit in limits}
    gone = {(person, hour) for person, start, end in away for hour in range(start, end)}
    found: set[tuple[str, int]] = set()
    for person in {row[0] for row in rows}:
        mine = [row for row in rows if row[0] == person]
        hours = [hour for _, start, length, _ in mine for hour in range(start, start + length)]
        if len(hours) != len(set(hours)):
            found.add(("two at once", person))
        if any((person, hour) in gone for hour in hours):
            found.add(("away", person))
        if _too_soon(mine, set(hours), number):
            found.add(("rest", person))
        if _week_too_long(mine, number["hours in a week"]):
            found.add(("week", person))
        if _in_a_row({start // 24 for _, start, _, _ in mine}) > number["days in a row"]:
            found.add(("days", person))
        if _in_a_row({row[1] // 24 for row in mine if row[3]}) > number["nights in a row"]:
            found.add(("nights", person))
    return found


def _too_soon(mine: Sequence[Row], hours: set[int], number: dict[str, int]) -> bool:
    """Whether any hour that must be free after a shift is worked."""
    for _, start, length, _ in mine:
        long = length >= number["hours from which a shift is long"]
        free = number["free hours after a long shift" if long else "free hours after a shift"]
        if any(hour in hours for hour in range(start + length, start + length + free)):
            return True
    return False


def _week_too_long(mine: Sequence[Row], most: int) -> bool:
    weeks = {start // 168 for _, start, _, _ in mine}
    return any(
        sum(length for _, start, length, _ in mine if start // 168 == week) > most for week in weeks
    )


def _in_a_row(days: set[int]) -> int:
    longest = 0
    for day in days:
        length = 0
        while day + length in days:
            length += 1
        longest = max(longest, length)
    return longest


def hours_since(origin: dt.datetime, instant: dt.datetime) -> int:
    """Whole hours; the instances keep to full ones."""
    seconds = (instant - origin).total_seconds()
    assert seconds % 3600 == 0
    return int(seconds // 3600)
