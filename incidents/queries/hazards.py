"""Reads of hazards and of what the universities of a room have on file."""

from __future__ import annotations

import datetime as dt

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When

from incidents.models import Hazard, HazardOrder, UniversityEvidence
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.models import Interval
from policeroom.common.scope import Scope
from stations.models import CoverageLink, Station, University


def hazard_rows(scope: Scope, *, on: dt.date) -> ScopedQuerySet:
    """Hazards in view with what the list shows, `overdue` on a day: one query."""
    late = Q(due_on__lt=on, closed_at__isnull=True, struck_at__isnull=True)
    return (
        Hazard.objects.within(scope, action="incidents.view")
        .select_related("station", "campus__university", "recorded_by")
        .annotate(
            overdue=Case(
                When(late, then=Value(True)), default=Value(False), output_field=BooleanField()
            )
        )
    )


def current_order(hazard: Hazard) -> HazardOrder:
    """The order whose due date holds: the latest."""
    return hazard.orders.order_by("-id")[0]


def orders_of(hazard: Hazard) -> QuerySet[HazardOrder]:
    """Every due date of a hazard with its recheck, oldest first: one query."""
    return hazard.orders.select_related("recheck__recorded_by", "recorded_by").order_by("id")


def evidence_rows(scope: Scope) -> ScopedQuerySet:
    """Evidence of universities in view."""
    return UniversityEvidence.objects.within(scope, action="incidents.view").select_related(
        "station", "university", "recorded_by"
    )


def universities_of(station: Station, *, on: dt.date) -> QuerySet[University]:
    """Universities a room serves on a day: the one it stands in, and those it covers."""
    links = CoverageLink.objects.unscoped("what a room in view covers").filter(
        Interval.valid_on(on), station=station
    )
    campuses = Q(campuses__in=links.values("campus"))
    if station.campus_id is not None:
        campuses |= Q(campuses=station.campus_id)
    rows = University.objects.unscoped("universities a room in view serves")
    return rows.filter(campuses).distinct().order_by("code")
