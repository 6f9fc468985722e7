"""Reads: access (scopes, grants, accounts, the trail) and people (posts, strength, vacancies)."""

from personnel.queries.access import (
    ENDING_SOON,
    INACTIVE,
    accounts_in,
    accounts_with_roles,
    audit_events,
    ending_between,
    grants_of,
    held_beyond,
    holders,
    open_grants,
    overlapping,
    requests_in,
    review,
    scope_for,
    valid_at,
    valid_grants,
)

__all__ = [
    "ENDING_SOON",
    "INACTIVE",
    "accounts_in",
    "accounts_with_roles",
    "audit_events",
    "ending_between",
    "grants_of",
    "held_beyond",
    "holders",
    "open_grants",
    "overlapping",
    "requests_in",
    "review",
    "scope_for",
    "valid_at",
    "valid_grants",
]
