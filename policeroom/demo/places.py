"""Bureaus, universities, campuses, populations of the demonstration province."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field

from policeroom.common.pinyin import pinyin_key
from policeroom.common.versions import bulk_write_versions
from policeroom.demo import names
from stations.enums import (
    CampusStatus,
    DesignationBasis,
    UnitKind,
    UniversityLevel,
    UniversityStatus,
)
from stations.models import (
    AcademicCalendar,
    Article6Designation,
    Campus,
    CampusVersion,
    Cluster,
    OrgUnit,
    PopulationSnapshot,
    University,
    UniversityVersion,
)
from stations.services.org import create_unit

#: First day of the demonstration: the first of two academic terms.
START = dt.date(2025, 9, 1)


@dataclass(slots=True)
class Places:
    """What the next steps build on."""

    province: OrgUnit
    cities: list[OrgUnit] = field(default_factory=list)
    counties: dict[int, list[OrgUnit]] = field(default_factory=dict)
    clusters: list[Cluster] = field(default_factory=list)
    universities: list[University] = field(default_factory=list)
    campuses: list[Campus] = field(default_factory=list)


def build_places(rng: random.Random) -> Places:
    """Create everything a station can stand on."""
    places = _bureaus()
    _clusters(places)
    _universities(places, rng)
    _campuses(places, rng)
    _populations(places, rng)
    _designations(places)
    _terms(places)
    return places


def _bureaus() -> Places:
    province = create_unit(
        parent=None,
        kind=UnitKind.PROVINCE,
        name=f"{names.PROVINCE}公安厅",
        area_name=names.PROVINCE,
        division_code="990000",
        by=None,
    )
    places = Places(province)
    for side, name in (
        (UnitKind.INTERNAL_SECURITY, "内保总队"),
        (UnitKind.COMMAND_CENTER, "情报指挥中心"),
    ):
        create_unit(parent=province, kind=side, name=f"{province.name}{name}", by=None)
    create_unit(
        parent=province, kind=UnitKind.EDUCATION, name=f"{names.PROVINCE}教育厅安稳处", by=None
    )
    stem = 0
    for number, (city_name, column, row, counties) in enumerate(names.CITIES, start=1):
        city = create_unit(
            parent=province,
            kind=UnitKind.CITY,
            name=f"{city_name}公安局",
            area_name=city_name,
            division_code=f"99{number:02d}00",
            grid_column=column,
            grid_row=row,
            by=None,
        )
        create_unit(
            parent=city,
            kind=UnitKind.INTERNAL_SECURITY,
            name=f"{city.name}内保支队",
            by=None,
        )
        places.cities.append(city)
        places.counties[city.pk] = [
            _county(city, names.COUNTY_STEMS[(stem + index) % 30], number, index, counties)
            for index in range(counties)
        ]
        stem += counties
    return places


def _county(city: OrgUnit, stem: str, number: int, index: int, counties: int) -> OrgUnit:
    """The last one of a city is a county, the one before it a zone without a division code."""
    code: str | None = f"99{number:02d}{index + 2:02d}"
    if index == counties - 1:
        kind, name, area = UnitKind.COUNTY, f"{stem}县公安局", f"{stem}县"
    elif index == counties - 2:
        kind, name, area, code = (
            UnitKind.BRANCH,
            f"{city.name}经开区分局",
            f"{city.area_name}经开区",
            None,
        )
    else:
        kind, name, area = UnitKind.BRANCH, f"{city.name}{stem}分局", f"{stem}区"
    county = create_unit(
        parent=city, kind=kind, name=name, area_name=area, division_code=code, by=None
    )
    create_unit(parent=county, kind=UnitKind.INTERNAL_SECURITY, name=f"{name}内保大队", by=None)
    return county


def _clusters(places: Places) -> None:
    by_name = {city.area_name.removesuffix("市"): city for city in places.cities}
    for town in names.TOWNS:
        city = by_name[town.removesuffix("大学城")]
        places.clusters.append(Cluster.objects.create(name=town, unit=places.counties[city.pk][0]))


def _universities(places: Places, rng: random.Random) -> None:
    number = 0
    used: set[str] = set()
    for city, count in zip(places.cities, names.UNIVERSITIES_PER_CITY, strict=True):
        for index in range(count):
            number += 1
            level, name = _name(city, index, number, used, rng)
            row = University(
                code=f"4199{number:06d}",
                name=name,
                name_pinyin=pinyin_key(name),
                level=level,
                unit=city,
                org_path=city.org_path,
                place_name=city.area_name,
                authority=names.PROVINCE if number % 5 else "教育部",
                ownership="民办" if number % 7 == 0 else "",
                status=_status(number),
                is_military=number == 60,
                double_first_class=level == UniversityLevel.UNDERGRADUATE and number % 23 == 1,
            )
            places.universities.append(row)
    University.objects.bulk_create(places.universities)
    bulk_write_versions(places.universities, UniversityVersion, valid_from=START, by=None)


def _status(number: int) -> str:
    return UniversityStatus.NOT_ENROLLING if number in {88, 140} else UniversityStatus.ACTIVE


def _name(
    city: OrgUnit, index: int, number: int, used: set[str], rng: random.Random
) -> tuple[str, str]:
    stem = city.area_name.removesuffix("市")
    if number % 35 == 0:
        return UniversityLevel.ADULT, f"{stem}第{number // 35}职工大学"
    level = UniversityLevel.UNDERGRADUATE if index % 9 < 4 else UniversityLevel.COLLEGE
    kinds = (
        names.UNDERGRADUATE_KINDS if level == UniversityLevel.UNDERGRADUATE else names.COLLEGE_KINDS
    )
    stems = (stem, *(s for s in names.COUNTY_STEMS))
    for prefix in (stem, rng.choice(stems), *stems):
        for kind in kinds[index % len(kinds) :] + kinds[: index % len(kinds)]:
            if prefix + kind not in used:
                used.add(prefix + kind)
                return level, prefix + kind
    raise ValueError(f"no invented name left for {city}")


def _campuses(places: Places, rng: random.Random) -> None:
    cluster_of = {cluster.unit_id: cluster for cluster in places.clusters}
    for index, university in enumerate(places.universities):
        counties = places.counties[university.unit_id]
        # a third of a city's colleges stand in the county that holds the university town
        unit = counties[0] if index % 3 == 0 else rng.choice(counties)
        places.campuses.append(
            _campus(university, 1, "主校区", unit, cluster_of.get(unit.pk), branch=False)
        )
        if university.level != UniversityLevel.UNDERGRADUATE or index % 2:
            continue
        home = index % 16 != 0
        city_id = university.unit_id if home else rng.choice(places.cities).pk
        unit = rng.choice(places.counties[city_id])
        places.campuses.append(
            _campus(
                university,
                2,
                rng.choice(names.CAMPUS_NAMES),
                unit,
                cluster_of.get(unit.pk),
                branch=True,
            )
        )
    Campus.objects.bulk_create(places.campuses)
    bulk_write_versions(places.campuses, CampusVersion, valid_from=START, by=None)


def _campus(
    university: University,
    number: int,
    name: str,
    unit: OrgUnit,
    cluster: Cluster | None,
    *,
    branch: bool,
) -> Campus:
    building = branch and int(university.code) % 19 == 0
    return Campus(
        university=university,
        code=f"{university.code}{number:02d}",
        name=name,
        is_branch=branch,
        unit=unit,
        org_path=unit.org_path,
        cluster=cluster,
        address=f"{unit.area_name}学府路{int(university.code) % 300 + 1}号",
        status=CampusStatus.CONSTRUCTION if building else CampusStatus.ACTIVE,
    )


def _populations(places: Places, rng: random.Random) -> None:
    rows = []
    for campus in places.campuses:
        if campus.status != CampusStatus.ACTIVE or int(campus.code) % 29 == 0:
            continue  # not there yet, or nobody reported: a data gap on purpose
        students = rng.randrange(2500, 36000, 50)
        for as_of, growth in ((START, 0), (dt.date(2026, 3, 1), 150), (dt.date(2026, 9, 1), 600)):
            rows.append(
                PopulationSnapshot(
                    campus=campus,
                    as_of=as_of,
                    students=students + growth,
                    staff=students // 12,
                    source="高校报表(演示)",
                )
            )
    PopulationSnapshot.objects.bulk_create(rows)


def _designations(places: Places) -> None:
    colleges = [u for u in places.universities if u.level == UniversityLevel.COLLEGE]
    for index, university in enumerate(colleges):
        if index % 6 == 0:
            Article6Designation.objects.create(
                university=university,
                basis=DesignationBasis.KEY if index % 12 else DesignationBasis.COMPLEX,
                decided_by=university.unit,
                decision_no=f"公内保〔2025〕{index + 1}号",
                valid_from=START,
            )


def _terms(places: Places) -> None:
    terms = (
        ("term", "2025-2026 秋季学期", START, dt.date(2026, 1, 19)),
        ("vacation", "2026 寒假", dt.date(2026, 1, 19), dt.date(2026, 3, 1)),
        ("term", "2025-2026 春季学期", dt.date(2026, 3, 1), dt.date(2026, 7, 6)),
        ("vacation", "2026 暑假", dt.date(2026, 7, 6), dt.date(2026, 9, 1)),
        ("term", "2026-2027 秋季学期", dt.date(2026, 9, 1), dt.date(2027, 1, 18)),
    )
    AcademicCalendar.objects.bulk_create(
        AcademicCalendar(university=u, kind=kind, name=name, starts_on=first, ends_on=last)
        for u in places.universities
        for kind, name, first, last in terms
    )
