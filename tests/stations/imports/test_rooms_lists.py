"""Police rooms and equipment."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stations.enums import EquipmentCategory, StationKind, UnitKind
from stations.imports.pipeline import commit, examine
from stations.models import (
    CoverageLink,
    EquipmentItem,
    ImportJob,
    OrgUnit,
    Station,
    StationVersion,
)
from tests.stations.imports.files import TODAY, context, csv_file, scope_at, table_counts
from tests.world import add_campus

pytestmark = pytest.mark.integration

ROOMS = ImportJob.Kind.STATIONS
GEAR = ImportJob.Kind.EQUIPMENT
HEADER = (
    *("警务室编号", "类型", "校区编码", "主办单位", "启用日期", "面积", "面积口径"),
    *("测量日期", "合署办公", "大学城", "覆盖校区", "地址", "电话"),
)
ITEMS = ("警务室编号", "资产编号", "类别", "名称", "数量", "状态", "下次检查日期", "启用日期")


def room(code="N0001", kind="警务室", campus="", operator="云东区", opened="2026-03-01", **cells):
    names = ("area", "basis", "measured", "shared", "town", "covers", "address", "telephone")
    return (code, kind, campus, operator, opened, *(cells.get(name, "") for name in names))


def write(kind, header, *rows, **fields):
    report, written = commit(kind, csv_file([header, *rows]), context(**fields))
    assert written, [(p.line, p.column, p.reason) for p in report.problems]
    return report


def problems_of(kind, header, *rows, **fields):
    report = examine(kind, csv_file([header, *rows]), context(**fields))
    return [(p.code, p.line, p.column, p.value) for p in report.problems]


def station(code: str) -> Station:
    return Station.objects.unscoped("test").select_related("unit", "operator").get(code=code)


@pytest.mark.django_db
def test_new_room_gets_its_name_its_leaf_and_its_first_version(world):
    row = room(
        campus="419901000103", area="80.5", measured="2026-02-01", shared="是", address="一楼"
    )

    write(ROOMS, HEADER, row)

    made = station("N0001")
    assert made.name == "云川市公安局云东分局澜江大学警务室"
    assert (made.unit.kind, made.unit.name, made.org_path) == (
        UnitKind.STATION,
        made.name,
        f"{world.county_b1.org_path}0002",
    )
    assert (made.floor_area_m2, made.co_located, made.address) == (Decimal("80.50"), True, "一楼")
    version = StationVersion.objects.get(subject=made)
    assert (version.valid_from, version.campus_id, version.org_path) == (
        dt.date(2026, 3, 1),
        world.campus_a_far.pk,
        made.org_path,
    )
    assert made.name_pinyin.startswith("ycs")


@pytest.mark.django_db
def test_second_room_of_a_university_carries_its_campus(world):
    far = add_campus(world.university_b, 2, "北苑校区", world.county_b1)

    write(ROOMS, HEADER, room(campus=far.code))

    assert station("N0001").name == "云川市公安局云东分局云川大学北苑校区警务室"


@pytest.mark.django_db
def test_centre_gets_its_town_and_links(world):
    row = room(kind="大学城中心警务室", town="云东大学城", covers="419901000103、419901000201")

    report = write(ROOMS, HEADER, row)

    made = station("N0001")
    assert (made.kind, made.name) == (
        StationKind.CENTER,
        "云川市公安局云东分局云东大学城中心警务室",
    )
    assert made.cluster.name == "云东大学城"
    assert [n.code for n in report.notices] == ["new_clusters"]
    links = CoverageLink.objects.unscoped("test").filter(station=made)
    assert set(links.values_list("campus__code", "valid_from", "valid_to")) == {
        ("419901000103", dt.date(2026, 3, 1), None),
        ("419901000201", dt.date(2026, 3, 1), None),
    }


@pytest.mark.django_db
def test_rooms_again_change_nothing(world):
    rows = (
        room(campus="419901000103", area="80"),
        room("N0002", "中心", town="云东大学城", covers="419901000201"),
    )
    write(ROOMS, HEADER, *rows)
    before = table_counts()

    report = write(ROOMS, HEADER, *rows)

    assert report.counts() == {"created": 0, "changed": 0, "unchanged": 2, "problems": 0}
    assert table_counts() == before


@pytest.mark.django_db
def test_room_is_corrected_from_the_day_of_the_list(world):
    row = room(
        "A0003", campus="419901000102", operator="栗桥县公安局", opened="2026-01-01", area="80"
    )

    report = write(ROOMS, HEADER, row)

    (change,) = report.changed_rows
    assert [(f.field, f.old, f.new) for f in change.fields] == [("floor_area_m2", "79.99", "80.00")]
    versions = StationVersion.objects.filter(subject=world.station_a2).order_by("valid_from")
    assert [(v.floor_area_m2, v.valid_to) for v in versions] == [
        (Decimal("79.99"), TODAY),
        (Decimal("80.00"), None),
    ]


@pytest.mark.django_db
def test_centre_gains_and_loses_campuses(world):
    other = add_campus(world.university_a, 4, "江湾校区", world.county_a1)
    row = room("A0002", "中心", operator="芦北区", opened="2026-01-01", covers=other.code)

    write(ROOMS, HEADER, row)

    links = CoverageLink.objects.unscoped("test").filter(station=world.center_a)
    assert set(links.values_list("campus__code", "valid_from", "valid_to")) == {
        ("419901000301", dt.date(2026, 1, 1), TODAY),
        (other.code, TODAY, None),
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param(room(), ("needs_campus", "校区编码"), id="no campus"),
        pytest.param(room(campus="419901000999"), ("unknown", "校区编码"), id="unknown campus"),
        pytest.param(
            room(campus="419901000101"), ("campus_elsewhere", "校区编码"), id="another bureau"
        ),
        pytest.param(room(campus="419901000201"), ("campus_taken", "校区编码"), id="has a room"),
        pytest.param(
            room(campus="419901000103", operator="海岚省公安厅"),
            ("unknown", "主办单位"),
            id="the province runs none",
        ),
        pytest.param(
            room(campus="419901000103", covers="419901000201"),
            ("only_center", "覆盖校区"),
            id="stand-alone covers none",
        ),
        pytest.param(
            room(kind="中心", covers="419901000301"), ("linked", "覆盖校区"), id="covered already"
        ),
        pytest.param(room(campus="419901000103", area="八十"), ("bad_decimal", "面积"), id="area"),
        pytest.param(
            room(campus="419901000103", opened="三月"), ("bad_day", "启用日期"), id="no day"
        ),
        pytest.param(room(campus="419901000103", kind="岗亭"), ("bad_choice", "类型"), id="kind"),
        pytest.param(
            room("B0001", campus="419901000201", opened="2026-02-01"),
            ("fixed", "启用日期"),
            id="the first day stays",
        ),
        pytest.param(
            room("B0001", campus="419901000103", opened="2026-01-01"),
            ("fixed", "校区编码"),
            id="the campus stays",
        ),
    ],
)
def test_room_that_cannot_be(world, row, expected):
    before = table_counts()

    report, written = commit(ROOMS, csv_file([HEADER, row]), context())

    assert not written
    assert [(p.code, p.column, p.line) for p in report.problems] == [(*expected, 2)]
    assert table_counts() == before


@pytest.mark.django_db
def test_rooms_of_another_city_are_out_of_reach(world):
    rows = (
        room("B0001", campus="419901000201", opened="2026-01-01"),
        room("N0002", campus="419901000103"),
        room("N0003", kind="中心", operator="芦北区", town="芦北大学城", covers="419901000103"),
    )

    found = problems_of(ROOMS, HEADER, *rows, scope=scope_at(world.city_a))

    assert [(code, line, column) for code, line, column, _value in found] == [
        ("outside", 2, "警务室编号"),
        ("unknown", 3, "主办单位"),
        ("unknown", 4, "覆盖校区"),
    ]


@pytest.mark.django_db
def test_rooms_dry_run_asks_the_same_number_of_questions_for_1_and_40_rows(world):
    campuses = [
        add_campus(world.university_b, n, f"{n}号校区", world.county_b1) for n in range(2, 42)
    ]
    counts = []
    for size in (1, 40):
        rows = [room(f"N{n:04d}", campus=c.code) for n, c in enumerate(campuses[:size])]
        with CaptureQueriesContext(connection) as queries:
            report = examine(ROOMS, csv_file([HEADER, *rows]), context())
        assert report.created == size
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_forty_rooms_are_written_with_as_many_statements_as_one(world):
    campuses = [
        add_campus(world.university_b, n, f"{n}号校区", world.county_b1) for n in range(2, 43)
    ]
    counts = []
    for prefix, part in (("A", campuses[:1]), ("B", campuses[1:])):
        rows = [room(f"{prefix}{c.code}", campus=c.code) for c in part]
        with CaptureQueriesContext(connection) as queries:
            write(ROOMS, HEADER, *rows)
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert OrgUnit.objects.unscoped("test").filter(kind=UnitKind.STATION).count() == 45


# --- equipment


@pytest.mark.django_db
def test_equipment_is_added_corrected_and_left_alone(world):
    row = ("A0001", "ZC-1", "互联网电脑", "台式计算机", "2", "在用", "2026-12-31", "2026-02-01")
    first = write(GEAR, ITEMS, row)
    second = write(GEAR, ITEMS, row)
    third = write(GEAR, ITEMS, ("A0001", "ZC-1", "互联网电脑", "台式计算机", "3", "维修", "", ""))

    assert (first.created, second.unchanged, third.changed) == (1, 1, 1)
    item = EquipmentItem.objects.unscoped("test").get()
    assert (item.category, item.quantity, item.state, item.started_on, item.next_check_on) == (
        EquipmentCategory.INTERNET_COMPUTER,
        3,
        "repair",
        dt.date(2026, 2, 1),
        dt.date(2026, 12, 31),
    )


@pytest.mark.django_db
def test_equipment_rows_that_cannot_be(world):
    world.station_b1.closed_on = dt.date(2026, 6, 1)
    world.station_b1.close_reason = "合并"
    world.station_b1.save()

    found = problems_of(
        GEAR,
        ITEMS,
        ("X9999", "1", "档案柜", "柜", "1", "", "", ""),
        ("A0001", "1", "飞机", "柜", "1", "", "", ""),
        ("A0001", "2", "档案柜", "柜", "0", "", "", ""),
        ("A0001", "3", "档案柜", "柜", "1", "报废", "", ""),
        ("A0001", "4", "档案柜", "柜", "1", "", "", ""),
        ("A0001", "4", "档案柜", "柜", "1", "", "", ""),
        ("B0001", "1", "档案柜", "柜", "1", "", "", ""),
    )

    assert found == [
        ("unknown", 2, "警务室编号", "X9999"),
        ("bad_choice", 3, "类别", "飞机"),
        ("bad_number", 4, "数量", "0"),
        ("retire_by_hand", 5, "状态", "retired"),
        ("duplicate", 7, "资产编号", "A0001 4"),
        ("room_closed", 8, "警务室编号", "B0001"),
    ]


@pytest.mark.django_db
def test_equipment_of_another_city_reads_like_an_unknown_room(world):
    def refused(code: str) -> tuple[str, str]:
        row = (code, "1", "档案柜", "柜", "1", "", "", "")
        report = examine(GEAR, csv_file([ITEMS, row]), context(scope_at(world.city_a)))
        (problem,) = report.problems
        return problem.code, problem.remedy

    assert refused("B0001") == refused("X9999")
