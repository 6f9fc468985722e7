"""Reads of trainings and annual plans."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet

from personnel.models import TrainingPlan, TrainingRecord
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.parameters import parameters_on
from policeroom.common.scope import Scope
from stations.enums import UnitKind
from stations.models import OrgUnit


def training_rows(scope: Scope, *, action: str = "people.view") -> ScopedQuerySet:
    """Trainings of people where the reader holds `action`."""
    return TrainingRecord.objects.within(scope, action=action).select_related("person")


def ending(rows: ScopedQuerySet, *, first: dt.date, last: dt.date) -> ScopedQuerySet:
    """Trainings that end in the days from `first` to `last`, of people who serve on.

    One that a later training of the same kind replaces is left out.
    """
    renewed = TrainingRecord.objects.unscoped("trainings of the same people").filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=OuterRef("valid_until")),
        person=OuterRef("person"),
        kind=OuterRef("kind"),
        completed_on__gt=OuterRef("completed_on"),
        struck_at__isnull=True,
    )
    found: ScopedQuerySet = rows.filter(
        ~Exists(renewed),
        person__left_on__isnull=True,
        struck_at__isnull=True,
        valid_until__range=(first, last),
    )
    return found


def plan_rows(scope: Scope, *, action: str = "people.view") -> ScopedQuerySet:
    """Annual plans of cities where the reader holds `action`."""
    return TrainingPlan.objects.within(scope, action=action).select_related("unit")


def plan_due(year: int) -> dt.date:
    """The last day for the plan of a year: P-19a as it holds on the first day of that year."""
    text = parameters_on(dt.date(year, 1, 1))["P-19a"]
    return dt.date.fromisoformat(f"{year}-{text}")


def plan_cities(scope: Scope) -> QuerySet[OrgUnit]:
    """City bureaus whose plan the reader may record."""
    rows = OrgUnit.objects.within(scope, action="people.edit").filter(kind=UnitKind.CITY)
    return rows.order_by("org_path")


def cities_without_plan(scope: Scope, year: int) -> QuerySet[OrgUnit]:
    """City bureaus in view that have no plan for the year."""
    plans = TrainingPlan.objects.unscoped("plans of cities in view").filter(
        unit=OuterRef("pk"), year=year
    )
    cities = OrgUnit.objects.within(scope, action="people.view").filter(kind=UnitKind.CITY)
    return cities.filter(~Exists(plans))
