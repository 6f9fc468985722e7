"""Where a university lies: a place name of a list to a bureau of the tree, or a new one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from policeroom.common.errors import DomainError
from policeroom.common.scope import Scope
from stations.enums import UnitKind
from stations.imports.county_cities import COUNTY_CITIES, PROVINCE_DIGITS
from stations.imports.naming import (
    bureau_name,
    city_key,
    full_city_name,
    is_municipality,
    province_key,
)
from stations.models import OrgUnit
from stations.services.org import next_child_path

MUNICIPALITIES = frozenset(n for n in PROVINCE_DIGITS.values() if is_municipality(n))
PLACES = (UnitKind.PROVINCE, UnitKind.CITY, UnitKind.COUNTY, UnitKind.BRANCH)


@dataclass(frozen=True, slots=True)
class Spot:
    """The city a university counts to, and the bureau its main campus lies with."""

    city: OrgUnit
    campus_unit: OrgUnit


@dataclass(frozen=True, slots=True)
class NoSpot:
    """Why a place cannot be used: a code of `reasons.REASONS`."""

    code: str


def place_units() -> list[OrgUnit]:
    """All bureaus of places, superiors first: one query."""
    rows = OrgUnit.objects.unscoped("a file names places; what it hits is checked for reach")
    return list(rows.filter(kind__in=PLACES).select_related("parent").order_by("org_path"))


class PlaceResolver:
    """Finds the bureau of a place; plans provisional ones where the requester may create them."""

    def __init__(self, units: Iterable[OrgUnit], scope: Scope) -> None:
        self.scope = scope
        self.planned: list[OrgUnit] = []
        self._paths: list[str] = []
        self._provinces: dict[str, OrgUnit] = {}
        self._cities: dict[tuple[int, str], OrgUnit] = {}
        self._counties: dict[tuple[str, str], list[OrgUnit]] = defaultdict(list)
        self._known: dict[tuple[str, str], Spot | NoSpot] = {}
        kept: dict[int, OrgUnit] = {}
        for unit in units:
            unit.parent = kept.get(unit.parent_id or 0)  # one instance per unit
            kept[unit.pk] = unit
            self._add(unit)

    def _add(self, unit: OrgUnit) -> None:
        if unit.kind == UnitKind.PROVINCE:
            self._provinces.setdefault(province_key(unit.area_name), unit)
            self._paths.append(unit.org_path)
        elif unit.kind == UnitKind.CITY:
            self._cities.setdefault((id(unit.parent), city_key(unit.area_name)), unit)
        elif unit.area_name:
            self._counties[unit.org_path[:2], unit.area_name].append(unit)

    def resolve(self, province: str, place: str) -> Spot | NoSpot:
        """Source: Issue A, places given as county-level cities count to their parent city.

        First as a city in the tree of the province, then as a county of it, then by the reference
        table, else as a new provisional city.
        """
        if place in MUNICIPALITIES:
            province = place  # a university of one province may lie in a municipality
        asked = (province_key(province), place)
        if asked not in self._known:
            self._known[asked] = self._resolve(province, place)
        return self._known[asked]

    def county_id(self, city: OrgUnit, place: str) -> int | None:
        """The county bureau of that place in the city, if there is one."""
        found = self._counties.get((city.org_path[:2], place), [])
        return next((unit.pk for unit in found if unit.parent_id == city.pk), None)

    def _resolve(self, province: str, place: str) -> Spot | NoSpot:
        top = self._province(province)
        if top is None:
            return NoSpot("outside")
        city = self._cities.get((id(top), city_key(place)))
        county = None if city is not None else self._county(top, place)
        name = self._city_of(top, place)
        if county is not None:
            city = county.parent
        elif city is None:
            city = self._cities.get((id(top), city_key(name)))
        if city is None:
            return self._new_city(top, name)
        return Spot(city, county or city) if self._covers(city) else NoSpot("outside")

    def _new_city(self, top: OrgUnit, name: str) -> Spot | NoSpot:
        if not self._covers(top):
            return NoSpot("outside")
        if not name.endswith(("市", "州", "盟", "地区", "林区")):
            return NoSpot("unknown_place")
        city = self._plan(UnitKind.CITY, full_city_name(name), top)
        return Spot(city, city)

    def _county(self, top: OrgUnit, place: str) -> OrgUnit | None:
        found = self._counties.get((top.org_path, place), []) if top.org_path else []
        return found[0] if len(found) == 1 else None

    @staticmethod
    def _city_of(top: OrgUnit, place: str) -> str:
        """The city a place counts to by the reference table; districts of a municipality to it."""
        name = COUNTY_CITIES.get((top.area_name, place), place)
        if is_municipality(top.area_name) and not name.endswith("市"):
            return top.area_name
        return name

    def _covers(self, unit: OrgUnit) -> bool:
        """A planned unit was covered when it was planned."""
        return not unit.org_path or self.scope.covers(unit.org_path)

    def _province(self, name: str) -> OrgUnit | None:
        found = self._provinces.get(province_key(name))
        if found is not None:
            return found
        if not may_add_province(self.scope, self._paths):
            return None
        return self._plan(UnitKind.PROVINCE, name, None)

    def _plan(self, kind: UnitKind, area: str, parent: OrgUnit | None) -> OrgUnit:
        unit = OrgUnit(
            parent=parent,
            kind=kind,
            name=bureau_name(kind, area),
            area_name=area,
            provisional=True,
        )
        self.planned.append(unit)
        if kind == UnitKind.PROVINCE:
            self._provinces[province_key(area)] = unit
        else:
            self._cities[id(parent), city_key(area)] = unit
        return unit


def may_add_province(scope: Scope, taken: list[str]) -> bool:
    """Whether the scope reaches the place in the tree a new province would take."""
    try:
        return scope.covers(next_child_path("", taken, depth=1))
    except DomainError:
        return False
