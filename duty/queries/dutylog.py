"""Reads of the duty log."""

from __future__ import annotations

from duty.models import DutyLogEntry
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.scope import Scope


def log_rows(scope: Scope) -> ScopedQuerySet:
    """Lines in view with everything their columns read."""
    rows = DutyLogEntry.objects.within(scope, action="duty.view")
    return rows.select_related("station", "recorded_by")
