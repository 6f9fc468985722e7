"""Reads of leads, assigned tasks and outreach activities."""

from __future__ import annotations

from incidents.models import AssignedTask, Lead, OutreachActivity
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.scope import Scope
from stations.models import OrgUnit


def lead_rows(scope: Scope) -> ScopedQuerySet:
    """Leads in view."""
    return Lead.objects.within(scope, action="incidents.view").select_related(
        "station", "recorded_by", "closed_by"
    )


def task_rows(scope: Scope) -> ScopedQuerySet:
    """Assigned tasks in view."""
    return AssignedTask.objects.within(scope, action="incidents.view").select_related(
        "station", "recorded_by", "closed_by"
    )


def outreach_rows(scope: Scope) -> ScopedQuerySet:
    """Outreach activities in view."""
    return OutreachActivity.objects.within(scope, action="incidents.view").select_related(
        "station", "recorded_by"
    )


def issuing_unit(scope: Scope, path: str) -> OrgUnit:
    """The reader's own unit that may pass something down to the room at `path`: the nearest."""
    ranges = scope.ranges_for("leads.issue")
    able = [
        grant
        for grant in scope.grants
        if path.startswith(grant.path) and any(low <= grant.path < high for low, high in ranges)
    ]
    nearest = max(able, key=lambda grant: len(grant.path))
    return OrgUnit.objects.within(scope).get(pk=nearest.unit_id)
