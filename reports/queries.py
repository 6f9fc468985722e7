"""Names and shapes of the areas a report is divided by."""

from __future__ import annotations

from django.db.models import Q

from policeroom.common.scope import Scope, subtree
from reports.coverage import Area
from stations.enums import UnitKind
from stations.models import OrgUnit

_AREA_KINDS = (UnitKind.PROVINCE, UnitKind.CITY, UnitKind.COUNTY, UnitKind.BRANCH)


def places(scope: Scope) -> dict[str, Area]:
    """Every province, city and county the scope covers or lies in, by path (one query).

    The bureaus above the reader's own unit are named (they stand in every heading), but no sibling.
    """
    above = {low[:length] for low, _high in scope.ranges for length in (2, 4, 6)}
    rows = (
        OrgUnit.objects.unscoped("own subtree and the bureaus above it, by explicit paths")
        .filter(kind__in=_AREA_KINDS)
        .filter(scope.q() | Q(org_path__in=sorted(above)))
        .order_by("org_path")
        .values_list("org_path", "area_name", "name", "grid_column", "grid_row")
    )
    return {path: Area(path, area or name, column, row) for path, area, name, column, row in rows}


def children(known: dict[str, Area], path: str) -> list[Area]:
    """The areas one step below `path`: cities of a province, counties of a city."""
    width = {2: 4, 4: 6}.get(len(path))
    if width is None:
        return []
    low, high = subtree(path)
    return [area for key, area in known.items() if len(key) == width and low <= key < high]
