"""A generated province of any number of police rooms: invented, the same in every run.

13 cities, 78 counties, 7 universities for 8 rooms, 4 branch campuses for 10 universities. One room
in 40 is a centre. One university in ten has its branch campus in the next city, so that scopes cut
through universities. A third of the records has an earlier version, every campus two populations.
Everything is written with `bulk_create`; statistics are gathered at the end.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db import connection, models

from policeroom.common.pinyin import pinyin_key
from policeroom.common.versions import version_fields
from stations.enums import DesignationBasis, LinkKind, StationKind, UnitKind, UniversityLevel
from stations.models import (
    Article6Designation,
    Campus,
    CampusVersion,
    Cluster,
    CoverageLink,
    OrgUnit,
    PopulationSnapshot,
    Station,
    StationSuspension,
    StationVersion,
    University,
    UniversityVersion,
)
from stations.names import Operator, station_name

EARLIER: Final = dt.date(2024, 9, 1)
START: Final = dt.date(2025, 9, 1)
CITIES: Final = 13
COUNTIES: Final = 6
BATCH: Final = 1000

_FIRST: Final = "澜松云海岚江梧霜栖青禾星雁白望墨石柳竹梅"
_SECOND: Final = "江岭川屿河原丰溪湖渡泊山浦堰汀岗港塘洲坊"
#: The first half are undergraduate.
_KINDS: Final = (
    "大学", "理工大学", "师范大学", "财经大学", "工程学院", "传媒学院",
    "职业技术学院", "护理职业学院", "港口职业学院", "机电学校", "商贸学校", "旅游学校",
)  # fmt: skip
_NAMES: Final = len(_FIRST) * len(_SECOND) * len(_KINDS)


@dataclass(frozen=True, slots=True)
class Province:
    """What was generated. `free` are campuses without a room of their own."""

    root: OrgUnit
    cities: list[OrgUnit]
    counties: list[OrgUnit]
    universities: list[University]
    campuses: list[Campus]
    stations: list[Station]
    free: list[Campus]


def generate(stations: int) -> Province:
    """Write a province of `stations` police rooms into an empty database."""
    root, cities, counties = _organisation()
    universities = _universities(round(stations * 7 / 8) or 1, cities)
    campuses = _campuses(universities, counties)
    centers = stations // 40
    sites = [campus for index, campus in enumerate(campuses) if index % 20 != 7]
    housed = sites[: stations - centers]
    taken = {campus.pk for campus in housed}
    free = [campus for campus in campuses if campus.pk not in taken]
    rooms = _stations(housed, centers, counties)
    _links([room for room in rooms if room.kind == StationKind.CENTER], free)
    StationSuspension.objects.bulk_create(
        [StationSuspension(station=r, valid_from=START, reason="装修") for r in rooms[9::50]]
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Province(root, cities, counties, universities, campuses, rooms, free)


def _unit(parent: OrgUnit | None, kind: str, path: str, name: str, area: str = "") -> OrgUnit:
    return OrgUnit(
        parent=parent,
        kind=kind,
        name=name,
        area_name=area,
        org_path=path,
        name_pinyin=pinyin_key(name),
    )


def _organisation() -> tuple[OrgUnit, list[OrgUnit], list[OrgUnit]]:
    root = _unit(None, UnitKind.PROVINCE, "01", "海岚省公安厅", "海岚省")
    root.save()
    areas = [f"{_FIRST[i]}{_SECOND[-1 - i]}市" for i in range(CITIES)]
    cities = _write(
        _unit(root, UnitKind.CITY, f"01{i + 1:02d}", f"{area}公安局", area)
        for i, area in enumerate(areas)
    )
    counties = _write(_county(city, i, j) for i, city in enumerate(cities) for j in range(COUNTIES))
    return root, cities, counties


def _county(city: OrgUnit, i: int, j: int) -> OrgUnit:
    path = f"{city.org_path}{j + 1:02d}"
    stem = f"{_SECOND[j]}{_FIRST[-1 - i]}"
    if j % 2:
        return _unit(city, UnitKind.COUNTY, path, f"{stem}县公安局", f"{stem}县")
    return _unit(city, UnitKind.BRANCH, path, f"{city.name}{stem}分局", f"{stem}区")


def _universities(number: int, cities: list[OrgUnit]) -> list[University]:
    rows = _write(_university(index, cities[index % CITIES]) for index in range(number))
    _versions(rows, UniversityVersion)
    colleges = [row for row in rows if row.level == UniversityLevel.COLLEGE]
    Article6Designation.objects.bulk_create(
        [
            Article6Designation(
                university=row, valid_from=START, basis=DesignationBasis.KEY, decided_by=row.unit
            )
            for row in colleges[::10]
        ]
    )
    return rows


def _university(index: int, city: OrgUnit) -> University:
    first, second = index % len(_FIRST), index // len(_FIRST) % len(_SECOND)
    round_ = index // (len(_FIRST) * len(_SECOND))
    kind = (round_ + first + second) % len(_KINDS)
    name = "新" * (index // _NAMES) + _FIRST[first] + _SECOND[second] + _KINDS[kind]
    undergraduate = kind < len(_KINDS) // 2
    return University(
        code=f"41{index:08d}",
        name=name,
        name_pinyin=pinyin_key(name),
        level=UniversityLevel.UNDERGRADUATE if undergraduate else UniversityLevel.COLLEGE,
        unit=city,
        org_path=city.org_path,
        place_name=city.area_name,
        is_military=index % 200 == 199,
    )


def _campuses(universities: list[University], counties: list[OrgUnit]) -> list[Campus]:
    mains = [
        _campus(row, 1, "主校区", counties[_place(index)]) for index, row in enumerate(universities)
    ]
    branches = [
        _campus(row, 2, "东校区", counties[_place(index, branch=True)])
        for index, row in enumerate(universities)
        if index % 5 < 2
    ]
    rows = _write([*mains, *branches])
    _versions(rows, CampusVersion)
    known = [row for index, row in enumerate(rows) if index % 9 != 8]
    _write(_population(row, day) for row in known for day in (EARLIER, START))
    return rows


def _population(campus: Campus, day: dt.date) -> PopulationSnapshot:
    students = 2000 + int(campus.code) * 37 % 30000
    return PopulationSnapshot(
        campus=campus, as_of=day, students=students, staff=900, source="generated"
    )


def _place(index: int, *, branch: bool = False) -> int:
    """Number of the county: cities in turn, then counties; a branch lies beside it or farther."""
    city, county = index % CITIES, index // CITIES % COUNTIES
    if branch and index % 10 == 0:
        city = (city + 1) % CITIES
    elif branch:
        county = (county + 1) % COUNTIES
    return city * COUNTIES + county


def _campus(university: University, number: int, name: str, unit: OrgUnit) -> Campus:
    return Campus(
        university=university,
        code=f"{university.code}{number:02d}",
        name=name,
        is_branch=number > 1,
        unit=unit,
        org_path=unit.org_path,
    )


def _stations(housed: list[Campus], centers: int, counties: list[OrgUnit]) -> list[Station]:
    places = [counties[index * 7 % len(counties)] for index in range(centers)]
    towns = _write(
        Cluster(name=f"第{i + 1}大学城", unit=unit, org_path=unit.org_path)
        for i, unit in enumerate(places)
    )
    drafts = [_draft(campus.unit, campus, None) for campus in housed]
    drafts += [_draft(unit, None, town) for unit, town in zip(places, towns, strict=True)]
    used: Counter[str] = Counter()
    units = []
    for row in drafts:
        used[row.operator.org_path] += 1
        path = f"{row.operator.org_path}{used[row.operator.org_path]:04d}"
        units.append(_unit(row.operator, UnitKind.STATION, path, row.name))
    for number, (row, unit) in enumerate(zip(drafts, _write(units), strict=True), start=1):
        row.unit, row.org_path, row.code = unit, unit.org_path, f"HL-{number:05d}"
        row.floor_area_m2 = None if number % 12 == 0 else Decimal(60 + number * 13 % 120)
    _write(drafts)
    _versions(drafts, StationVersion)
    return drafts


def _draft(operator: OrgUnit, campus: Campus | None, town: Cluster | None) -> Station:
    kind = StationKind.STANDALONE if campus else StationKind.CENTER
    name = station_name(
        kind=kind,
        operator=Operator(kind=operator.kind, name=operator.name, city_name=operator.parent.name),
        university=campus.university.name if campus else "",
        town=town.name if town else "",
    )
    return Station(
        kind=kind,
        name=name,
        name_pinyin=pinyin_key(name),
        operator=operator,
        campus=campus,
        cluster=town,
        opened_on=EARLIER,
    )


def _links(centers: list[Station], free: list[Campus]) -> None:
    """Up to three primary links and one in support for each centre."""
    if not centers:
        return
    _write(
        CoverageLink(
            station=centers[index % len(centers)],
            campus=campus,
            kind=LinkKind.PRIMARY if index < 3 * len(centers) else LinkKind.SUPPORT,
            valid_from=START,
        )
        for index, campus in enumerate(free[: 4 * len(centers)])
    )


def _versions(subjects: Sequence[Any], version: type[models.Model]) -> None:
    """The open version of every subject, and a closed one of every third."""
    names = version_fields(version)

    def of(subject: Any, since: dt.date, until: dt.date | None) -> Any:
        values = {name: getattr(subject, name) for name in names}
        return version(subject=subject, valid_from=since, valid_to=until, **values)

    _write(of(row, EARLIER, START) for row in subjects[::3])
    _write(of(row, START, None) for row in subjects)


def _write(rows: Any) -> list[Any]:
    rows = list(rows)
    if rows:
        type(rows[0])._default_manager.bulk_create(rows, batch_size=BATCH)
    return rows
