"""Divisions and bureaus: names, provisional units taken over, renames, zones, refusals."""

from __future__ import annotations

import pytest

from stations.enums import UnitKind
from stations.imports.pipeline import commit, examine
from stations.models import Campus, ImportJob, OrgUnit, University
from tests.stations.imports.files import (
    TODAY,
    context,
    csv_file,
    scope_at,
    table_counts,
    universities,
)

pytestmark = pytest.mark.integration

KIND = ImportJob.Kind.BUREAUS
ENGLISH = ("code", "name", "level", "parent_code", "parent_name", "kind")
CHINESE = (
    *("行政区划代码", "名称", "级别", "上级代码", "上级名称"),
    *("类别", "机构全称", "方格列", "方格行"),
)
#: A province code ends in four zeros; the invented one is 990000.
TREE = (
    ("990000", "海岚省", "province", "", "", ""),
    ("990100", "澜江市", "city", "990000", "海岚省", "设区市"),
    ("990102", "芦北区", "county", "990100", "澜江市", "市辖区"),
    ("990121", "栗桥县", "county", "990100", "澜江市", "县"),
    ("990181", "东湾市", "county", "990100", "澜江市", "县级市"),
    ("990200", "云川市", "city", "990000", "海岚省", "设区市"),
    ("990202", "云东区", "county", "990200", "云川市", "市辖区"),
)


def write(*rows, header=ENGLISH, **fields):
    report, written = commit(KIND, csv_file([header, *rows]), context(**fields))
    assert written, [(p.line, p.column, p.reason) for p in report.problems]
    return report


def problems_of(*rows, header=ENGLISH, **fields):
    report = examine(KIND, csv_file([header, *rows]), context(**fields))
    return [(p.code, p.line, p.column, p.value) for p in report.problems]


def bureau(**lookup) -> OrgUnit:
    return OrgUnit.objects.unscoped("test").get(**lookup)


@pytest.mark.django_db
def test_empty_system_gets_the_whole_tree_with_names_by_rule():
    report = write(*TREE)

    assert report.counts() == {"created": 7, "changed": 0, "unchanged": 0, "problems": 0}
    rows = OrgUnit.objects.unscoped("test").values_list("org_path", "kind", "name")
    assert list(rows) == [
        ("01", UnitKind.PROVINCE, "海岚省公安厅"),
        ("0101", UnitKind.CITY, "澜江市公安局"),
        ("010101", UnitKind.BRANCH, "澜江市公安局芦北分局"),
        ("010102", UnitKind.COUNTY, "栗桥县公安局"),
        ("010103", UnitKind.COUNTY, "东湾市公安局"),
        ("0102", UnitKind.CITY, "云川市公安局"),
        ("010201", UnitKind.BRANCH, "云川市公安局云东分局"),
    ]
    assert bureau(division_code="990102").name_pinyin.startswith("ljsgajlbfj ")


@pytest.mark.django_db
def test_rows_may_stand_in_any_order_and_twice_changes_nothing():
    write(*reversed(TREE))
    before = table_counts()

    report = write(*TREE)

    assert report.counts() == {"created": 0, "changed": 0, "unchanged": 7, "problems": 0}
    assert table_counts() == before


@pytest.mark.django_db
def test_provisional_units_of_a_university_list_are_taken_over():
    rows = universities(
        ("澜江大学", "4199010001", "澜江市", "本科"), ("东湾学院", "4199010002", "澜江市", "本科")
    )
    commit(ImportJob.Kind.UNIVERSITIES, csv_file(rows), context(as_of=TODAY))
    keys = dict(OrgUnit.objects.unscoped("test").values_list("area_name", "pk"))

    report = write(*TREE)

    assert (report.created, report.changed) == (5, 2)
    assert next(n for n in report.notices if n.code == "taken_over").params == {"count": 2}
    city = bureau(area_name="澜江市")
    assert (city.pk, city.division_code, city.provisional) == (keys["澜江市"], "990100", False)


@pytest.mark.django_db
def test_main_campus_moves_to_the_county_that_arrived_with_the_divisions():
    table = universities(("东湾学院", "4132990002", "昆山市", "本科"), province="江苏省")
    commit(ImportJob.Kind.UNIVERSITIES, csv_file(table), context(as_of=TODAY))
    rows = (
        ("320000", "江苏省", "province", "", "", ""),
        ("320500", "苏州市", "city", "320000", "江苏省", "设区市"),
        ("320583", "昆山市", "county", "320500", "苏州市", "县级市"),
    )
    write(*rows)
    report, _written = commit(ImportJob.Kind.UNIVERSITIES, csv_file(table), context(as_of=TODAY))

    (change,) = report.changed_rows
    assert [(f.field, f.old, f.new) for f in change.fields] == [
        ("main_campus", "苏州市公安局", "昆山市公安局")
    ]
    assert University.objects.unscoped("test").get().unit.area_name == "苏州市"
    assert Campus.objects.unscoped("test").get().unit.division_code == "320583"


@pytest.mark.django_db
def test_units_without_a_code_get_it_and_keep_hand_written_names(world):
    world.county_a2.name = "澜江市栗桥县公安局"
    world.county_a2.save()

    report = write(*TREE)

    assert (report.created, report.changed) == (1, 6)
    county = bureau(pk=world.county_a2.pk)
    assert (county.division_code, county.name) == ("990121", "澜江市栗桥县公安局")
    assert bureau(pk=world.county_a1.pk).name == "澜江市公安局芦北分局"


@pytest.mark.django_db
def test_county_that_becomes_a_district_is_renamed_in_place():
    write(*TREE)
    key = bureau(division_code="990121").pk

    report = write(*TREE[:3], ("990121", "栗桥区", "county", "990100", "澜江市", "市辖区"))

    (change,) = report.changed_rows
    assert [(f.field, f.new) for f in change.fields] == [
        ("kind", "branch"),
        ("name", "澜江市公安局栗桥分局"),
        ("area_name", "栗桥区"),
    ]
    assert bureau(pk=key).org_path == "010102"
    missing = next(n for n in report.notices if n.code == "missing_units")
    assert missing.items == (
        "990181 东湾市公安局",
        "990200 云川市公安局",
        "990202 云川市公安局云东分局",
    )


@pytest.mark.django_db
def test_development_zone_has_a_branch_and_no_code():
    write(*TREE)
    zone = ("", "临港开发区", "", "", "澜江市", "", "澜江市公安局临港分局", "", "")

    first = write(zone, header=CHINESE)
    second = write(zone, header=CHINESE)

    assert (first.created, second.unchanged) == (1, 1)
    unit = bureau(name="澜江市公安局临港分局")
    assert (unit.kind, unit.division_code, unit.parent.name) == (
        UnitKind.BRANCH,
        None,
        "澜江市公安局",
    )


@pytest.mark.django_db
def test_grid_cells_and_full_names_are_taken_from_their_columns():
    write(*TREE)
    row = ("990100", "澜江市", "市", "990000", "海岚省", "设区市", "澜江市公安总局", "3", "2")

    write(row, header=CHINESE)

    city = bureau(division_code="990100")
    assert (city.name, city.grid_column, city.grid_row) == ("澜江市公安总局", 3, 2)
    assert write(*TREE).unchanged == 7
    assert bureau(division_code="990100").name == "澜江市公安总局"


@pytest.mark.django_db
def test_municipality_and_counties_administered_by_the_province():
    write(
        ("990000", "津港市", "", "", "", ""),
        ("990100", "市辖区", "", "990000", "津港市", ""),
        ("990101", "河东区", "", "990100", "", "市辖区"),
        ("980000", "南屿省", "", "", "", ""),
        ("989000", "省直辖县级行政区划", "", "980000", "南屿省", ""),
        ("989001", "济川市", "", "989000", "", "县级市"),
    )

    rows = OrgUnit.objects.unscoped("test").values_list("org_path", "kind", "name")
    assert list(rows) == [
        ("01", UnitKind.PROVINCE, "津港市公安局"),
        ("0101", UnitKind.CITY, "津港市公安局"),
        ("010101", UnitKind.BRANCH, "津港市公安局河东分局"),
        ("02", UnitKind.PROVINCE, "南屿省公安厅"),
        ("0201", UnitKind.CITY, "济川市公安局"),
    ]


@pytest.mark.django_db
def test_bad_rows_are_named():
    write(*TREE)

    found = problems_of(
        ("990103", "无主区", "county", "990300", "", "市辖区"),
        ("990121", "栗桥县", "county", "990200", "云川市", "县"),
        ("99010", "短码区", "county", "990100", "", "市辖区"),
        ("", "临港开发区", "county", "", "澜江市", ""),
        ("990104", "南区", "county", "990100", "", "市辖区"),
        ("990104", "北区", "county", "990100", "", "市辖区"),
    )

    assert found == [
        ("no_parent", 2, "parent_code", "990300"),
        ("moves_unit", 3, "parent_code", "栗桥县"),
        ("bad_code", 4, "code", "99010"),
        ("needs_full_name", 5, "机构全称", ""),
        ("duplicate", 7, "code", "990104"),
    ]


@pytest.mark.django_db
def test_bureaus_of_other_provinces_are_out_of_reach(world):
    other = ("970000", "北屿省", "province", "", "", "")

    assert problems_of(*TREE, other, scope=scope_at(world.province)) == [
        ("outside", 9, "name", "北屿省")
    ]
    found = problems_of(*TREE, scope=scope_at(world.city_a))
    assert [(code, line) for code, line, *_rest in found] == [
        ("outside", 2),
        ("outside", 7),
        ("outside", 8),
    ]
