"""Reads of appraisals, commendations and accountability decisions."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from personnel.models import Accountability, Appraisal, Commendation, Person
from personnel.models.decisions import STANDING, Decision
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.scope import Scope
from stations.enums import UnitKind
from stations.models import OrgUnit, Station


def decision_rows(model: type[Decision], scope: Scope, *, action: str) -> ScopedQuerySet:
    """Decisions about rooms where the reader holds `action`, with what lists and pages show."""
    related = ["station", "decided_by", "recorded_by", "corrects"]
    if model is not Appraisal:
        related.append("person")
    rows: ScopedQuerySet = model.objects.within(scope, action=action).select_related(*related)
    return rows


def units_of(scope: Scope) -> QuerySet[OrgUnit]:
    """Units that may have decided: those in the reader's area, and those above it."""
    above = {grant.path[:length] for grant in scope.grants for length in (2, 4, 6) if grant.path}
    rows = OrgUnit.objects.unscoped("units in and above the reader's area").filter(
        scope.q() | Q(org_path__in=sorted(above))
    )
    return rows.exclude(kind=UnitKind.STATION).order_by("org_path", "id")


def about(person: Person) -> list[Any]:
    """Commendations of a person in view, the latest first, struck ones with their reason."""
    rows = Commendation.objects.unscoped("decisions about a person in view")
    return list(rows.filter(person=person).select_related("station", "decided_by"))


def against(person: Person) -> list[Any]:
    """Accountability decisions about a person whom the reader may see them of."""
    rows = Accountability.objects.unscoped("decisions about a person in view")
    return list(rows.filter(person=person).select_related("station", "decided_by"))


def without_appraisal(scope: Scope, year: int) -> QuerySet[Station]:
    """Rooms in view that were open all year and have no appraisal of it (JS-21-2)."""
    done = Appraisal.objects.unscoped("appraisals of rooms in view").filter(
        STANDING, station=OuterRef("pk"), year=year
    )
    rows: QuerySet[Station] = Station.objects.within(scope, action="people.view")
    return rows.filter(~Exists(done), closed_on__isnull=True, opened_on__lte=f"{year}-01-01")
