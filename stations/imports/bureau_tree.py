"""The recorded bureaus, by code and by place, and what a row of divisions means in them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from stations.enums import UnitKind
from stations.imports.base import Row
from stations.imports.bureau_columns import DISTRICTS
from stations.imports.naming import bureau_name, city_key, is_municipality, province_key
from stations.models import OrgUnit
from stations.names import normalise


@dataclass(frozen=True, slots=True)
class BureauRow(Row):
    """One place and its bureau. `division` is 市辖区, 县 … as the file writes it."""

    code: str
    name: str
    level: str
    parent_code: str
    parent_name: str
    division: str
    full_name: str
    grid_column: int | None
    grid_row: int | None


class BureauTree:
    """Bureaus of the database and of the file, by code and by place."""

    def __init__(self, units: list[OrgUnit]) -> None:
        self.paths = [unit.org_path for unit in units if unit.kind == UnitKind.PROVINCE]
        self.by_code: dict[str, OrgUnit] = {}
        self._units = {unit.pk: unit for unit in units}
        self._before = {unit.pk: unit.area_name for unit in units}
        self._provinces: dict[str, OrgUnit] = {}
        self._children: dict[tuple[int, str], OrgUnit] = {}
        self._named: dict[str, list[OrgUnit]] = defaultdict(list)
        for unit in units:
            unit.parent = self._units.get(unit.parent_id or 0)  # one instance per unit
            self.add(unit)

    def add(self, unit: OrgUnit) -> None:
        if unit.division_code:
            self.by_code[unit.division_code] = unit
        if unit.kind == UnitKind.PROVINCE:
            self._provinces[province_key(unit.area_name)] = unit
        elif unit.parent is not None:
            self._children[id(unit.parent), city_key(unit.area_name)] = unit
        for word in {unit.area_name, unit.name}:
            if word and unit not in self._named[normalise(word)]:
                self._named[normalise(word)].append(unit)

    def province(self, name: str) -> OrgUnit | None:
        found = self._provinces.get(province_key(name))
        return found if found is None or found.division_code is None else None

    def find(self, row: BureauRow, parent: OrgUnit, area: str) -> OrgUnit | None:
        """The recorded unit of a row: by code, else one without a code at the same place."""
        if row.code and row.code in self.by_code:
            return self.by_code[row.code]
        same_place = self._children.get((id(parent), city_key(area)))
        if same_place is not None and same_place.pk and same_place.division_code is None:
            return same_place
        if row.code:
            return same_place if same_place is not None and is_group(row.name) else None
        named = self._named.get(normalise(row.full_name), [])
        return next((unit for unit in named if unit.pk and unit.parent is parent), None)

    def named(self, name: str, level: str) -> OrgUnit | None:
        """A superior unit by place or full name, if only one fits."""
        kind = UnitKind.PROVINCE if level == "city" else UnitKind.CITY
        found = [unit for unit in self._named.get(normalise(name), []) if unit.kind == kind]
        return found[0] if len(found) == 1 else None

    def area_before(self, pk: int | None) -> str:
        return self._before.get(pk or 0, "")

    def missing(self, matched: set[int], scope: Any) -> list[str]:
        """Coded units, in the provinces of the file, that the file does not name."""
        provinces = {self._units[pk].org_path[:2] for pk in matched if pk in self._units}
        return [
            f"{unit.division_code} {unit.name}"
            for unit in self._units.values()
            if unit.pk not in matched
            and unit.division_code
            and unit.org_path[:2] in provinces
            and scope.covers(unit.org_path)
        ]


def level_of(code: str) -> str:
    if code.endswith("0000"):
        return "province"
    return "city" if code.endswith("00") else "county"


def is_group(name: str) -> bool:
    """市辖区 and 县 as the city level of a municipality."""
    return name in {"市辖区", "县"}


def area_of(row: BureauRow, parent: OrgUnit | None) -> str:
    """The place; the city level of a municipality carries the municipality's name."""
    if parent is not None and is_municipality(parent.area_name) and is_group(row.name):
        return parent.area_name
    return row.name


def kind_of(row: BureauRow, parent: OrgUnit) -> UnitKind:
    """Kind of bureau; a county administered by the province stands at the city level."""
    if row.level == "city" or parent.kind == UnitKind.PROVINCE:
        return UnitKind.CITY
    if row.division:
        return UnitKind.BRANCH if row.division in DISTRICTS else UnitKind.COUNTY
    return UnitKind.BRANCH if row.name.endswith("区") or not row.code else UnitKind.COUNTY


def derived_name(kind: str, area: str, parent: OrgUnit | None) -> str:
    return bureau_name(kind, area, city=parent.area_name if parent is not None else "")
