"""Police rooms of the demonstration province: most in order, some failing in each known way."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import Any

from policeroom.common.pinyin import pinyin_key
from policeroom.common.versions import bulk_write_versions
from policeroom.demo.places import START, Places
from stations.enums import (
    CampusStatus,
    LinkKind,
    PremisesProvider,
    StationKind,
    UnitKind,
    UniversityLevel,
)
from stations.models import (
    Campus,
    CoverageLink,
    OrgUnit,
    Station,
    StationSuspension,
    StationVersion,
)
from stations.names import Operator, station_name
from stations.services.org import create_unit


def build_rooms(places: Places, rng: random.Random, *, today: dt.date) -> list[Station]:
    """Stations, centres, links, suspensions; returns the stations in the order of opening."""
    units = {unit.pk: unit for rows in places.counties.values() for unit in rows}
    city_of = {unit.pk: city for city in places.cities for unit in places.counties[city.pk]}
    supervising = dict(
        OrgUnit.objects.unscoped("demo: the internal security unit of each county")
        .filter(kind=UnitKind.INTERNAL_SECURITY)
        .values_list("parent_id", "pk")
    )
    rooms: list[Station] = []
    for index, campus in enumerate(_campuses_with_room(places)):
        unit = units[campus.unit_id]
        rooms.append(_room(index, campus, unit, city_of[unit.pk], rng))
    centers = _centers(places, units, city_of, rng, first=len(rooms))
    rooms += centers
    for room in rooms:
        room.supervising_unit_id = supervising[room.operator_id]
    Station.objects.bulk_create(rooms)
    bulk_write_versions(rooms, StationVersion, valid_from=START, by=None)
    _links(places, centers)
    _endings(rooms, today)
    return rooms


def _campuses_with_room(places: Places) -> list[Campus]:
    """Which campuses have a room: most undergraduate ones, designated and some other colleges."""
    chosen = []
    for index, campus in enumerate(places.campuses):
        if campus.status != CampusStatus.ACTIVE:
            continue
        if campus.university.level == UniversityLevel.UNDERGRADUATE:
            if index % 17 != 5:  # each seventeenth is missing: JS-06-1
                chosen.append(campus)
        elif campus.university.level == UniversityLevel.COLLEGE and index % 11 != 3:
            chosen.append(campus)
    return chosen


def _room(index: int, campus: Campus, unit: OrgUnit, city: OrgUnit, rng: random.Random) -> Station:
    suffix = campus.name if campus.is_branch else ""
    name = station_name(
        kind=StationKind.STANDALONE,
        operator=Operator(unit.kind, unit.name, city.name),
        university=campus.university.name,
        campus_suffix=suffix,
    )
    return _station(
        index,
        name,
        unit,
        kind=StationKind.STANDALONE,
        campus=campus,
        area=_area(index, rng, minimum=80),
        address=campus.address,
    )


def _area(index: int, rng: random.Random, *, minimum: int) -> Decimal | None:
    if index % 31 == 7:
        return None  # not measured: unknown
    if index % 13 == 4:
        return Decimal(minimum) - Decimal(rng.randrange(1, 2200)) / 100
    return Decimal(minimum) + Decimal(rng.randrange(0, 6000)) / 100


def _station(index: int, name: str, operator: OrgUnit, **facts: Any) -> Station:
    unit = create_unit(parent=operator, kind=UnitKind.STATION, name=name, by=None)
    area = facts.pop("area")
    return Station(
        unit=unit,
        org_path=unit.org_path,
        code=f"HL{index + 1:04d}",
        name=name,
        name_pinyin=pinyin_key(name),
        operator=operator,
        floor_area_m2=area,
        measured_on=START if area is not None else None,
        co_located=index % 3 == 0,
        premises_provider=PremisesProvider.UNIVERSITY,
        liaison_post="保卫处综合科科长",
        telephone=f"0990-555{index % 10000:04d}",
        plan_no=f"海公规划〔2025〕{index + 1}",
        approval_no=f"海公批〔2025〕{index + 1}号",
        opened_on=START,
        **facts,
    )


def _centers(
    places: Places,
    units: dict[int, OrgUnit],
    city_of: dict[int, OrgUnit],
    rng: random.Random,
    *,
    first: int,
) -> list[Station]:
    centers = []
    # the second university town has two centres: JS-06-4
    towns = [*places.clusters, places.clusters[1]]
    for index, cluster in enumerate(towns):
        unit = units[cluster.unit_id]
        name = station_name(
            kind=StationKind.CENTER,
            operator=Operator(unit.kind, unit.name, city_of[unit.pk].name),
            town=cluster.name if index < len(places.clusters) else "",
        )
        area = Decimal("118.60") if index == 2 else Decimal(120 + rng.randrange(0, 90))
        centers.append(
            _station(first + index, name, unit, kind=StationKind.CENTER, cluster=cluster, area=area)
        )
    return centers


def _links(places: Places, centers: list[Station]) -> None:
    """Primary links for colleges of the town, support links where a campus has its own room."""
    rows = []
    for index, center in enumerate(centers):
        members = _members(places, center.cluster_id)
        if index >= len(places.clusters):
            members = []
        elif index == len(places.clusters) - 1:
            members = members[:1]  # serves one university only: JS-06-4
        for campus in members:
            college = campus.university.level == UniversityLevel.COLLEGE
            rows.append(
                CoverageLink(
                    station=center,
                    campus=campus,
                    kind=LinkKind.PRIMARY if college else LinkKind.SUPPORT,
                    valid_from=START,
                )
            )
    CoverageLink.objects.bulk_create(rows)


def _members(places: Places, cluster_id: int | None) -> list[Campus]:
    members = [c for c in places.campuses if c.cluster_id == cluster_id]
    return sorted(members, key=lambda c: c.university.level == UniversityLevel.UNDERGRADUATE)


def _endings(rooms: list[Station], today: dt.date) -> None:
    """One room closed this spring, two are suspended now."""
    closed = rooms[40]
    closed.closed_on, closed.close_reason = dt.date(2026, 4, 1), "校区合并,警务室撤销(演示)"
    closed.save(update_fields=["closed_on", "close_reason"])
    for room in (rooms[23], rooms[77]):
        StationSuspension.objects.create(
            station=room,
            valid_from=today - dt.timedelta(days=12),
            valid_to=today + dt.timedelta(days=20),
            reason="用房改造(演示)",
            document_no="海公内保〔2026〕18号",
        )
