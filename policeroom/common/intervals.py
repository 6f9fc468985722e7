"""Half-open intervals of instants: union, difference, gaps. Pure and minute-exact.

An interval is `[start, end)`, so a hand-over at 20:00/20:00 leaves no gap (matrix D 16).
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The instants from `start` until before `end`.

    Raises: ValueError if the end does not lie after the start.
    """

    start: dt.datetime
    end: dt.datetime

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"{self.end} does not lie after {self.start}")

    @property
    def minutes(self) -> int:
        """Whole minutes; a started minute counts, so that no gap is called zero."""
        return -(-(self.end - self.start) // dt.timedelta(minutes=1))

    def cut(self, window: Span) -> Span | None:
        """The part inside `window`, None if there is none."""
        start, end = max(self.start, window.start), min(self.end, window.end)
        return Span(start, end) if start < end else None


def union(spans: Iterable[Span]) -> list[Span]:
    """The same instants in as few spans as possible, in order; touching spans become one."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            last = merged[-1]
            merged[-1] = Span(last.start, max(last.end, span.end))
        else:
            merged.append(span)
    return merged


def gaps(window: Span, spans: Iterable[Span]) -> list[Span]:
    """What of `window` no span covers, in order."""
    found, since = [], window.start
    for span in union(filter(None, (span.cut(window) for span in spans))):
        if since < span.start:
            found.append(Span(since, span.start))
        since = span.end
    if since < window.end:
        found.append(Span(since, window.end))
    return found


def shortfalls(window: Span, spans: Iterable[Span], required: int) -> list[tuple[Span, int]]:
    """Stretches of `window` where fewer than `required` spans overlap, with how many are missing.

    Neighbouring stretches of the same number are one.
    Raises: ValueError if `required` is negative.
    """
    if required < 0:
        raise ValueError(f"required is negative: {required}")
    steps: dict[dt.datetime, int] = {window.start: 0, window.end: 0}
    for span in filter(None, (span.cut(window) for span in spans)):
        steps[span.start] = steps.get(span.start, 0) + 1
        steps[span.end] = steps.get(span.end, 0) - 1
    found: list[tuple[Span, int]] = []
    present = 0
    edges = sorted(steps)
    for start, end in itertools.pairwise(edges):
        present += steps[start]
        missing = required - present
        if missing <= 0:
            continue
        if found and found[-1][1] == missing and found[-1][0].end == start:
            found[-1] = (Span(found[-1][0].start, end), missing)
        else:
            found.append((Span(start, end), missing))
    return found
