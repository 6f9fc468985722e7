"""Where a request may look: path ranges compiled once per request from unexpired grants.

The organisation is a tree with a fixed-width materialised path (`org_path`, collation "C"). A
subtree is the half-open range `[path, next(path))`, never a LIKE and never a sub-select on grants.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from policeroom.common.roles import ADMIN_ROLES, Role, roles_for

#: Widths of the path segments: province, city, county, station.
SEGMENTS = (2, 2, 2, 4)
PATH_LENGTH = sum(SEGMENTS)

Range = tuple[str, str]


def path_end(path: str) -> str:
    """First path after the subtree of `path`: the last character moved up by one.

    Segments are decimal digits, so the character after "9" (":") sorts after every member.
    Raises: ValueError on an empty path, which would mean "everything".
    """
    if not path:
        raise ValueError("an empty org_path has no subtree")
    return path[:-1] + chr(ord(path[-1]) + 1)


def subtree(path: str) -> Range:
    """The half-open range of a unit and everything below it."""
    return path, path_end(path)


def merge_ranges(paths: Iterable[str]) -> tuple[Range, ...]:
    """Ranges of several subtrees without the ones that lie inside another."""
    merged: list[Range] = []
    for low, high in sorted(subtree(path) for path in set(paths)):
        if merged and low < merged[-1][1]:
            continue
        merged.append((low, high))
    return tuple(merged)


def range_q(ranges: Iterable[Range], lookup: str = "org_path") -> Q:
    """Condition "`lookup` lies in one of the ranges"; no range means no row.

    Below a leaf there is nothing: its range is the path itself, and an equality lets an index over
    the path and a time give the rows in order (50 pages instead of every row of the room).
    """
    condition = Q(pk__in=[])
    for low, high in ranges:
        if len(low) == PATH_LENGTH:
            condition |= Q(**{lookup: low})
        else:
            condition |= Q(**{f"{lookup}__gte": low, f"{lookup}__lt": high})
    return condition


@dataclass(frozen=True, slots=True)
class ScopeGrant:
    """One role on one unit, valid now."""

    role: Role
    unit_id: int
    unit_name: str
    path: str


@dataclass(frozen=True, slots=True)
class Scope:
    """What one request may see and do. Built once per request, never cached across requests."""

    grants: tuple[ScopeGrant, ...] = ()
    ranges: tuple[Range, ...] = field(init=False)

    def __post_init__(self) -> None:
        data = (grant.path for grant in self.grants if grant.role not in ADMIN_ROLES)
        object.__setattr__(self, "ranges", merge_ranges(data))

    @property
    def roles(self) -> frozenset[Role]:
        """Every role held anywhere."""
        return frozenset(grant.role for grant in self.grants)

    def can(self, action: str) -> bool:
        """Whether `action` is held on any unit: decides whether a page or button exists."""
        return not self.roles.isdisjoint(roles_for(action))

    def ranges_for(self, action: str) -> tuple[Range, ...]:
        """Where `action` is held."""
        allowed = roles_for(action)
        return merge_ranges(grant.path for grant in self.grants if grant.role in allowed)

    def allows(self, action: str, path: str) -> bool:
        """Whether `action` is held at `path`."""
        return any(low <= path < high for low, high in self.ranges_for(action))

    def covers(self, path: str) -> bool:
        """Whether rows at `path` may be seen at all."""
        return any(low <= path < high for low, high in self.ranges)

    def q(self, lookup: str = "org_path", *, action: str | None = None) -> Q:
        """Condition for a queryset: rows in view, or rows where `action` is held."""
        return range_q(self.ranges_for(action) if action else self.ranges, lookup)

    @property
    def root(self) -> ScopeGrant | None:
        """The grant that names the reader's own unit: the widest one, data roles first."""
        if not self.grants:
            return None
        return min(self.grants, key=lambda g: (g.role in ADMIN_ROLES, len(g.path), g.path))


NOBODY = Scope()
