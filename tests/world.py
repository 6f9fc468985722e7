"""A small invented province, written by hand: two cities, three counties, four rooms.

海岚省 ── 澜江市 ── 芦北区 (branch)  ── room A1 (澜江大学 main campus), room A1b (centre)
       │         └─ 栗桥县 (county)  ── room A2 (澜江大学 栗桥校区)
       └─ 云川市 ── 云东区 (branch)  ── room B1 (云川大学); and 澜江大学's branch campus 云东校区
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import Permission
from django.utils import timezone

from personnel.models import RoleGrant
from policeroom.accounts.models import User
from policeroom.common.roles import Role
from policeroom.common.versions import write_version
from stations.enums import LinkKind, StationKind, UnitKind, UniversityLevel
from stations.models import (
    Campus,
    CampusVersion,
    Cluster,
    CoverageLink,
    OrgUnit,
    PopulationSnapshot,
    Station,
    StationVersion,
    University,
    UniversityVersion,
)
from stations.services.org import create_unit

START = dt.date(2026, 1, 1)
PASSWORD = "Lantern-River-2026"


@dataclass
class World:
    """Handles on everything the tests speak about."""

    province: OrgUnit
    city_a: OrgUnit
    city_b: OrgUnit
    county_a1: OrgUnit
    county_a2: OrgUnit
    county_b1: OrgUnit
    university_a: University
    university_b: University
    college_a: University
    campus_a_main: Campus
    campus_a_stone: Campus
    campus_a_far: Campus
    campus_b_main: Campus
    campus_college: Campus
    cluster_a: Cluster
    station_a1: Station
    center_a: Station
    station_a2: Station
    station_b1: Station


def add_university(
    code: str, name: str, unit: OrgUnit, level: str = UniversityLevel.UNDERGRADUATE
) -> University:
    """A university with its open version."""
    row = University(code=code, name=name, unit=unit, level=level, place_name=unit.area_name)
    row.save()
    write_version(row, UniversityVersion, valid_from=START, by=None)
    return row


def add_campus(
    university: University,
    number: int,
    name: str,
    unit: OrgUnit,
    *,
    is_branch: bool = False,
    people: int | None = 12000,
    cluster: Cluster | None = None,
) -> Campus:
    """A campus with its open version and, unless `people` is None, one population snapshot."""
    row = Campus(
        university=university,
        code=f"{university.code}{number:02d}",
        name=name,
        unit=unit,
        is_branch=is_branch,
        cluster=cluster,
    )
    row.save()
    write_version(row, CampusVersion, valid_from=START, by=None)
    if people is not None:
        PopulationSnapshot.objects.create(
            campus=row, as_of=START, students=people - 1000, staff=1000, source="fixture"
        )
    return row


def add_station(
    code: str,
    name: str,
    operator: OrgUnit,
    *,
    campus: Campus | None = None,
    kind: str = StationKind.STANDALONE,
    area: str | None = "96.50",
    cluster: Cluster | None = None,
    opened_on: dt.date = START,
) -> Station:
    """A station with its leaf unit and its open version."""
    unit = create_unit(parent=operator, kind=UnitKind.STATION, name=name, by=None)
    row = Station(
        unit=unit,
        code=code,
        name=name,
        kind=kind,
        operator=operator,
        campus=campus,
        cluster=cluster,
        floor_area_m2=Decimal(area) if area else None,
        opened_on=opened_on,
    )
    row.save()
    write_version(row, StationVersion, valid_from=opened_on, by=None)
    return row


def build() -> World:
    """Create the province in the current test's transaction."""
    province = create_unit(
        parent=None, kind=UnitKind.PROVINCE, name="海岚省公安厅", area_name="海岚省", by=None
    )
    city_a, city_b = (
        create_unit(parent=province, kind=UnitKind.CITY, name=f"{n}公安局", area_name=n, by=None)
        for n in ("澜江市", "云川市")
    )
    county_a1 = create_unit(
        parent=city_a,
        kind=UnitKind.BRANCH,
        name="澜江市公安局芦北分局",
        area_name="芦北区",
        by=None,
    )
    county_a2 = create_unit(
        parent=city_a, kind=UnitKind.COUNTY, name="栗桥县公安局", area_name="栗桥县", by=None
    )
    county_b1 = create_unit(
        parent=city_b,
        kind=UnitKind.BRANCH,
        name="云川市公安局云东分局",
        area_name="云东区",
        by=None,
    )
    university_a = add_university("4199010001", "澜江大学", city_a)
    university_b = add_university("4199010002", "云川大学", city_b)
    college_a = add_university("4199010003", "澜江港口职业学院", city_a, UniversityLevel.COLLEGE)
    cluster_a = Cluster.objects.create(
        name="芦北大学城", unit=county_a1, org_path=county_a1.org_path
    )
    campus_a_main = add_campus(university_a, 1, "主校区", county_a1, cluster=cluster_a)
    campus_a_stone = add_campus(university_a, 2, "栗桥校区", county_a2, is_branch=True)
    campus_a_far = add_campus(university_a, 3, "云东校区", county_b1, is_branch=True)
    campus_b_main = add_campus(university_b, 1, "主校区", county_b1)
    campus_college = add_campus(college_a, 1, "主校区", county_a1, cluster=cluster_a)
    station_a1 = add_station(
        "A0001", "澜江市公安局芦北分局澜江大学警务室", county_a1, campus=campus_a_main
    )
    center_a = add_station(
        "A0002",
        "澜江市公安局芦北分局大学城中心警务室",
        county_a1,
        kind=StationKind.CENTER,
        area="150.00",
        cluster=cluster_a,
    )
    CoverageLink.objects.create(
        station=center_a, campus=campus_college, kind=LinkKind.PRIMARY, valid_from=START
    )
    station_a2 = add_station(
        "A0003", "栗桥县公安局澜江大学警务室", county_a2, campus=campus_a_stone, area="79.99"
    )
    station_b1 = add_station(
        "B0001", "云川市公安局云东分局云川大学警务室", county_b1, campus=campus_b_main, area=None
    )
    names = locals()
    return World(**{field: names[field] for field in World.__dataclass_fields__})


def make_user(username: str, name: str, unit: OrgUnit, *roles: Role, **fields: Any) -> User:
    """A person with roles on a unit, valid since the start of the fixture year."""
    user = User(
        username=username,
        name=name,
        org_path=unit.org_path,
        unit_name=unit.name,
        must_change_password=False,
        password_changed_at=timezone.now(),
        notice_seen_at=timezone.now(),
        language="en",
        **fields,
    )
    user.set_password(PASSWORD)
    user.save()
    for role in roles:
        grant(user, role, unit)
    return user


def grant(user: User, role: Role, unit: OrgUnit, **fields: Any) -> RoleGrant:
    """One valid role grant; `fields` overrides validity."""
    values = {
        "valid_from": timezone.make_aware(dt.datetime(2026, 1, 1)),  # noqa: DTZ001 -- made aware
        "reason": "fixture",
        **fields,
    }
    return RoleGrant.objects.create(
        user=user,
        content_object=unit,
        role=role.value,
        permission=Permission.objects.get(
            codename=role.codename, content_type__app_label="stations"
        ),
        **values,
    )
