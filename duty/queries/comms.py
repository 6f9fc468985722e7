"""Reads of tests of radio and telephone."""

from __future__ import annotations

from duty.models import CommsTest
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.scope import Scope


def comms_rows(scope: Scope) -> ScopedQuerySet:
    """Tests in view with everything their columns read."""
    rows = CommsTest.objects.within(scope, action="duty.view")
    return rows.select_related("station", "recorded_by")


def last_test(scope: Scope) -> CommsTest | None:
    """The latest test in view."""
    found: CommsTest | None = comms_rows(scope).order_by("-tested_at", "-id").first()
    return found
