"""Emergency plans of the cities: who sees them, which one holds where, what it says and lacks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q

from duty.enums import LEVEL_CHOICES, PlanIncidentType
from duty.models import EmergencyPlan, PlanCell
from duty.plan_rules import Element, Place, Stand, lacking, stand_of
from duty.queries.arrangements import CITY_LENGTH, VIEW, of_city
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.models import Interval
from policeroom.common.scope import Scope
from stations.enums import UnitKind
from stations.models import OrgUnit
from stations.queries.places import units

EDIT = "plans.edit"
LEVELS = tuple(value for value, _label in LEVEL_CHOICES)
TYPES = tuple(PlanIncidentType)
IN_VIEW = "a paper of a city in view"


def plan_rows(scope: Scope) -> ScopedQuerySet:
    """Plans in view with what their columns read."""
    rows = EmergencyPlan.objects.unscoped("seen from its city, from above and from below")
    return rows.filter(of_city(scope)).select_related("unit", "recorded_by")


def with_completeness(rows: ScopedQuerySet) -> ScopedQuerySet:
    """Plans with the number of their cells that have all five elements."""
    full = Q(cells__isnull=False)
    for one in Element:
        full &= ~Q(**{f"cells__{one}": ""})
    return rows.annotate(complete=Count("cells", filter=full))


def plan_at(path: str, scope: Scope, day: dt.date) -> EmergencyPlan | None:
    """The plan that holds on a day for a place of a city, if the reader sees it.

    For a place above the cities it is the plan of the reader's own city; None where there is none.
    """
    if len(path) < CITY_LENGTH:
        path = scope.root.path if scope.root else ""
    found: EmergencyPlan | None = (
        plan_rows(scope).filter(Interval.valid_on(day), org_path=path[:CITY_LENGTH]).first()
    )
    return found


def cities_without(scope: Scope, day: dt.date) -> list[OrgUnit]:
    """Cities in view without a plan in force on the day (JS-18-1)."""
    holding = EmergencyPlan.objects.unscoped(IN_VIEW).filter(Interval.valid_on(day))
    cities = units(scope, [UnitKind.CITY], action=VIEW)
    return list(cities.exclude(pk__in=holding.values("unit")))


@dataclass(frozen=True, slots=True)
class Matrix:
    """A plan, cell by cell; what was never written stands as an empty cell."""

    cells: dict[Place, PlanCell]
    holes: dict[Place, list[Element]]

    @property
    def stand(self) -> Stand:
        return stand_of(self.holes)


def texts_of(cell: PlanCell) -> dict[str, str]:
    """What a cell says, by element."""
    return {one.value: getattr(cell, one) for one in Element}


def matrix_of(plan: EmergencyPlan) -> Matrix:
    """All levels and incident types of a plan: one statement."""
    written = {
        (cell.level, cell.incident_type): cell for cell in PlanCell.objects.filter(plan=plan)
    }
    cells = {
        (level, kind.value): written.get((level, kind.value))
        or PlanCell(plan=plan, level=level, incident_type=kind.value)
        for kind in TYPES
        for level in LEVELS
    }
    return Matrix(cells, {place: lacking(texts_of(cell)) for place, cell in cells.items()})


def cell_of(plan: EmergencyPlan, level: int, incident_type: str) -> PlanCell:
    """One cell, empty where nothing was written."""
    found = PlanCell.objects.filter(plan=plan, level=level, incident_type=incident_type).first()
    return found or PlanCell(plan=plan, level=level, incident_type=incident_type)
