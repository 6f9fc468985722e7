"""A proposal as JSON, so that its row says later what was proposed and why. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from duty.roster_rules import (
    Burden,
    Kind,
    Post,
    Quality,
    Reason,
    Share,
    Shift,
    Uncovered,
    Violation,
)
from policeroom.common.clock import ZONE
from policeroom.common.intervals import Span


@dataclass(frozen=True, slots=True)
class Planned:
    """A shift of the plan, and the id of the usual shift it is booked by."""

    shift: Shift
    template: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was proposed, what it leaves open of `needed` minutes of work, and how it is shared."""

    planned: tuple[Planned, ...]
    quality: Quality
    needed: int


def as_json(
    shifts: Iterable[Shift], quality: Quality, *, needed: int, template_of: Callable[[Shift], int]
) -> dict[str, Any]:
    """Plain lists; instants in ISO form."""
    return {
        "needed": needed,
        "shifts": [
            [shift.person, template_of(shift), shift.kind.value, *_instants(shift.span)]
            for shift in shifts
        ],
        "uncovered": [
            [*_instants(gap.span), gap.post.value, gap.missing, _counts(gap.reasons)]
            for gap in quality.uncovered
        ],
        "violations": [
            [one.person, one.reason.value, *_instants(one.span)] for one in quality.violations
        ],
        "shares": [[one.person, one.burden.value, one.carried, one.fair] for one in quality.shares],
    }


def read(stored: dict[str, Any]) -> Outcome:
    """What `as_json` wrote.

    Raises: KeyError for a row that is not worked out.
    """
    return Outcome(
        planned=tuple(
            Planned(Shift(_span(start, end), person, Kind(kind)), template)
            for person, template, kind, start, end in stored["shifts"]
        ),
        quality=Quality(
            uncovered=tuple(
                Uncovered(
                    _span(start, end), Post(post), missing, tuple((Reason(r), n) for r, n in why)
                )
                for start, end, post, missing, why in stored["uncovered"]
            ),
            violations=tuple(
                Violation(person, Reason(reason), _span(start, end))
                for person, reason, start, end in stored["violations"]
            ),
            shares=tuple(
                Share(person, Burden(burden), carried, fair)
                for person, burden, carried, fair in stored["shares"]
            ),
        ),
        needed=stored["needed"],
    )


def _instants(span: Span) -> tuple[str, str]:
    return span.start.isoformat(), span.end.isoformat()


def _span(start: str, end: str) -> Span:
    return Span(*(dt.datetime.fromisoformat(text).astimezone(ZONE) for text in (start, end)))


def _counts(reasons: Iterable[tuple[Reason, int]]) -> list[tuple[str, int]]:
    return [(reason.value, number) for reason, number in reasons]
