"""The one result type of every rule. Pure: no Django, no clock, no query."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Status(StrEnum):
    """What a rule says about its subject at an instant (matrix section 0)."""

    PASS = "pass"  # noqa: S105 -- a verdict
    FAIL = "fail"
    MISSED = "missed"
    LATE = "late"
    PENDING = "pending"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "n/a"
    EXEMPT = "exempt"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule, one subject.

    `measured` and `required` are in the unit the rule's docstring names; `reason` is a code of
    `compliance.catalogue.REASONS`, where its sentence stands.
    """

    rule_id: str
    status: Status
    measured: int | Decimal | None
    required: int | Decimal | None
    reason: str
