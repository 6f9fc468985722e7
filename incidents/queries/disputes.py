"""Reads of disputes and screenings."""

from __future__ import annotations

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from incidents.models import Dispute, DisputeScreening, DisputeStep
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.scope import Scope


def dispute_rows(scope: Scope) -> ScopedQuerySet:
    """Disputes in view with `session_count`: one query."""
    steps = DisputeStep.objects.unscoped("sessions of disputes in view").filter(
        dispute=OuterRef("pk")
    )
    counted = steps.order_by().values("dispute").annotate(n=Count("pk")).values("n")
    return (
        Dispute.objects.within(scope, action="incidents.view")
        .select_related("station", "incident", "recorded_by")
        .annotate(session_count=Coalesce(Subquery(counted, output_field=IntegerField()), Value(0)))
    )


def steps_of(dispute: Dispute) -> QuerySet[DisputeStep]:
    """Sessions and visits, oldest first."""
    return dispute.steps.select_related("recorded_by")


def screening_rows(scope: Scope) -> ScopedQuerySet:
    """Screenings in view."""
    return DisputeScreening.objects.within(scope, action="incidents.view").select_related(
        "station", "recorded_by"
    )
