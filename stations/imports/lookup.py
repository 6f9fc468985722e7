"""What the cells of a list may point at, within the reach of the requester."""

from __future__ import annotations

from collections import defaultdict

from policeroom.common.scope import Scope
from stations.enums import UnitKind
from stations.models import Cluster, OrgUnit
from stations.names import normalise

#: Bureaus a campus lies with and a room is run by.
BUREAUS = (UnitKind.CITY, UnitKind.COUNTY, UnitKind.BRANCH)


class Bureaus:
    """Bureaus in reach by division code, full name or place: one query."""

    def __init__(self, scope: Scope) -> None:
        self._found: dict[str, dict[int, OrgUnit]] = defaultdict(dict)
        rows = OrgUnit.objects.within(scope).filter(kind__in=BUREAUS).select_related("parent")
        for unit in rows:
            for word in (unit.division_code, unit.name, unit.area_name):
                if word:
                    self._found[normalise(word)][unit.pk] = unit

    def find(self, text: str) -> OrgUnit | str:
        """The bureau, or the code of the reason why there is none."""
        found = self._found.get(normalise(text), {})
        if len(found) == 1:
            return next(iter(found.values()))
        return "ambiguous" if found else "unknown"


class Towns:
    """University towns in reach, by name within a city; unknown ones are planned: one query."""

    def __init__(self, scope: Scope) -> None:
        rows = Cluster.objects.within(scope).select_related("unit").order_by("id")
        self.planned: list[Cluster] = []
        self._found: dict[tuple[str, str], Cluster] = {}
        for town in rows:
            self._found.setdefault((normalise(town.name), town.org_path[:4]), town)

    def find(self, name: str, unit: OrgUnit) -> Cluster | None:
        return self._found.get((normalise(name), unit.org_path[:4])) if name else None

    def find_or_plan(self, name: str, unit: OrgUnit) -> Cluster | None:
        """The town of that name in the city of the unit; a new one lies with the unit."""
        if not name:
            return None
        known = self.find(name, unit)
        if known is None:
            known = Cluster(name=name, unit=unit, org_path=unit.org_path)
            self._found[normalise(name), unit.org_path[:4]] = known
            self.planned.append(known)
        return known
