"""A roster proposed for a room: facts in, plan out. Nothing is booked here. Pure.

Crews of up to `SMALL` take turns: too few people leave nothing to optimise, only gaps to name.
Larger ones go to CP-SAT where OR-Tools is installed, and take turns where it is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from duty.proposal import cpsat, rotation
from duty.roster_rules import Post, Quality, Request, Shift, report

#: Up to this many people of a post take turns; the solver proves nothing for so few.
SMALL: Final = 3


class Method(StrEnum):
    """How a plan came about."""

    ROTATION = "rotation"
    CPSAT = "cpsat"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan with its report; `proven` only where the solver showed that none is better."""

    shifts: tuple[Shift, ...]
    quality: Quality
    method: Method
    proven: bool = False


def propose(request: Request, *, effort: float = cpsat.EFFORT) -> Proposal:
    """A plan that breaks no rule, and covers as much as was found, with what it leaves open.

    The same request gives the same plan. `effort` is the solver's deterministic time, not seconds.
    """
    turns = rotation.fill(request, ())
    largest = max(len(request.crew(post)) for post in Post)
    if largest <= SMALL or not cpsat.installed():
        return Proposal(turns, report(request, turns), Method.ROTATION)
    solution = cpsat.solve(request, turns, effort=effort)
    if solution is None:
        return Proposal(turns, report(request, turns), Method.ROTATION)
    filled = rotation.fill(request, solution.shifts)
    return Proposal(filled, report(request, filled), Method.CPSAT, solution.proven)
