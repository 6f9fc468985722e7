"""The access matrix in pieces: each part of the project lists its addresses and makes its objects.

A fragment is a module with `ROUTES` (name -> Route), `add_targets(world, add, author)`, which
calls `add(kind, label, seen_at, judged_at, served_by, **kwargs)` for own, sibling, other-city and
mixed objects, and, for the browser's walk, `NOT_A_PAGE` and `NEEDS_A_STATE` (sets of names).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

PUBLIC, SIGNED_IN = "public", "signed-in"


@dataclass(frozen=True)
class Target:
    """One object of the matrix: its ids, where it is seen from, where acts on it are judged."""

    label: str
    kwargs: dict[str, Any]
    seen_at: frozenset[str] = frozenset()
    judged_at: str = ""
    #: Leaves of rooms that stand on or cover it: seen from exactly there, not from above.
    served_by: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Route:
    """One address: who may reach it at all, on which kind of object, with which act there."""

    policy: str
    kind: str = ""
    act: str = ""
    #: The object is seen through this action's area, not through data roles.
    seen_through: str = ""
