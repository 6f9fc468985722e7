"""One row of the ministry's list, and what is recorded about its universities: five reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from policeroom.common.managers import ScopedQuerySet
from stations.imports import bulk
from stations.imports.base import Row
from stations.imports.places import Spot
from stations.models import Campus, CampusVersion, University, UniversityVersion


@dataclass(frozen=True, slots=True)
class UniversityRow(Row):
    """One university of the list."""

    code: str
    name: str
    level: str
    authority: str
    ownership: str
    place: str
    province: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the database holds about the universities of the file."""

    universities: dict[str, University]
    campuses: dict[str, Campus]
    since: dict[int, Any]
    campus_since: dict[int, Any]


def stated_facts(row: UniversityRow, spot: Spot) -> dict[str, Any]:
    return {
        "name": row.name,
        "level": row.level,
        "authority": row.authority,
        "ownership": row.ownership,
        "unit": spot.city,
        "place_name": row.place,
    }


def stored(model: Any) -> ScopedQuerySet:
    return model.objects.unscoped("rows compared above, each checked for reach")


def read_recorded(codes: list[str]) -> Recorded:
    """Universities of these codes, their main campuses, and since when they are as they are."""
    universities = {
        row.code: row for row in stored(University).filter(code__in=codes).select_related("unit")
    }
    mains = stored(Campus).filter(code__in=[f"{code}01" for code in universities])
    campuses = {row.code[:10]: row for row in mains.select_related("unit", "cluster")}
    return Recorded(
        universities,
        campuses,
        bulk.open_since(UniversityVersion, [row.pk for row in universities.values()]),
        bulk.open_since(CampusVersion, [row.pk for row in campuses.values()]),
    )
