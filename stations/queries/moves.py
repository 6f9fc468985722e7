"""What moving a bureau touches, in numbers, and the moves a unit has behind it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q, QuerySet

from policeroom.accounts.models import User
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.models import AuditEvent
from policeroom.common.scope import SEGMENTS, Scope, range_q, subtree
from stations.enums import UnitKind
from stations.models import Campus, Cluster, OrgUnit, Station, UnitMove

#: Name of every array of paths: whom an order is for.
PATH_LIST: Final = "targets"
#: Rows that stay under the path they were written with.
HISTORY: Final = (AuditEvent,)


def path_models() -> list[type[models.Model]]:
    """Every model whose rows carry an `org_path`, in a fixed order; the audit trail left out."""
    return _models_with("org_path")


def path_list_models() -> list[type[models.Model]]:
    """Every model whose rows name paths in an array, in a fixed order."""
    return _models_with(PATH_LIST)


def _models_with(name: str) -> list[type[models.Model]]:
    found = []
    for model in apps.get_models(include_auto_created=True):
        try:
            model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        if model not in HISTORY and not model._meta.proxy:
            found.append(model)
    return sorted(found, key=lambda model: model._meta.label_lower)


def rows_below(model: type[models.Model], path: str) -> QuerySet[Any]:
    """Rows of a model at or below a path, whoever asks: a move leaves none of them behind."""
    return model._base_manager.filter(range_q([subtree(path)]))


def running_roles(units: QuerySet[OrgUnit], *, at: dt.datetime) -> int:
    """Role grants on the units that hold at the instant or will begin."""
    running = Q(role_grants__valid_to__isnull=True) | Q(role_grants__valid_to__gt=at)
    return units.filter(running, role_grants__isnull=False).values("role_grants").count()


@dataclass(frozen=True, slots=True)
class MoveConsequences:
    """Numbers of the confirm page. `gaining` and `losing` are running roles of superiors."""

    units: int
    stations: int
    campuses: int
    clusters: int
    accounts: int
    roles: int
    rows: int
    losing: int
    gaining: int


def move_consequences(unit: OrgUnit, parent: OrgUnit, *, at: dt.datetime) -> MoveConsequences:
    """What follows the unit, and for whom its area leaves or enters view."""
    why = "what a move touches, decided for the whole province"
    units = OrgUnit.objects.unscoped(why)
    old, new = _line(unit.org_path if unit.is_line else ""), _line(parent.org_path)
    if not unit.is_line:
        own = User.objects.filter(org_path=unit.org_path, unit_name=unit.name).count()
        roles = running_roles(units.filter(pk=unit.pk), at=at)
        return MoveConsequences(0, 0, 0, 0, own, roles, own + 1, 0, 0)
    area = range_q([subtree(unit.org_path)])
    below = units.filter(area)
    return MoveConsequences(
        units=below.exclude(kind=UnitKind.STATION).exclude(pk=unit.pk).count(),
        stations=Station.objects.unscoped(why).filter(area).count(),
        campuses=Campus.objects.unscoped(why).filter(area).count(),
        clusters=Cluster.objects.unscoped(why).filter(area).count(),
        accounts=User.objects.filter(area).count(),
        roles=running_roles(below, at=at),
        rows=sum(rows_below(model, unit.org_path).count() for model in path_models()),
        losing=running_roles(units.filter(org_path__in=old - new - {unit.org_path}), at=at),
        gaining=running_roles(units.filter(org_path__in=new - old), at=at),
    )


def moves_of(unit: OrgUnit, scope: Scope) -> ScopedQuerySet:
    """Where the unit hung before, newest first."""
    rows = UnitMove.objects.within(scope).filter(unit=unit)
    return rows.select_related("old_parent", "new_parent", "moved_by").order_by("-id")


def superiors_for(unit: OrgUnit, scope: Scope) -> ScopedQuerySet:
    """Units it may hang under: a county or branch under a city, a side unit at any bureau."""
    kinds = [UnitKind.PROVINCE, UnitKind.CITY, UnitKind.COUNTY, UnitKind.BRANCH]
    wanted = Q(kind=UnitKind.CITY) if unit.is_line else Q(kind__in=kinds)
    rows = OrgUnit.objects.within(scope, action="bureaus.edit").filter(wanted)
    return rows.exclude(pk__in=[unit.pk, unit.parent_id]).order_by("org_path", "id")


def _line(path: str) -> set[str]:
    """The path and those of its superiors."""
    ends = [sum(SEGMENTS[: depth + 1]) for depth in range(len(SEGMENTS))]
    return {path[:end] for end in ends if end <= len(path)}
