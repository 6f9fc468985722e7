"""Campuses and populations."""

from __future__ import annotations

import datetime as dt

import pytest

from stations.enums import CampusStatus
from stations.imports.pipeline import commit, examine
from stations.models import Campus, CampusVersion, Cluster, ImportJob, PopulationSnapshot
from tests.stations.imports.files import TODAY, context, csv_file, scope_at, table_counts

pytestmark = pytest.mark.integration

CAMPUSES = ImportJob.Kind.CAMPUSES
POPULATIONS = ImportJob.Kind.POPULATIONS
HEADER = (
    *("校区编码", "学校标识码", "校区名称", "是否分校区", "所在分局"),
    *("大学城", "地址", "状态", "启用日期"),
)
PEOPLE = ("校区编码", "日期", "学生数", "教职工数", "来源")


def write(kind, header, *rows, **fields):
    report, written = commit(kind, csv_file([header, *rows]), context(**fields))
    assert written, [(p.line, p.column, p.reason) for p in report.problems]
    return report


def problems_of(kind, header, *rows, **fields):
    report = examine(kind, csv_file([header, *rows]), context(**fields))
    return [(p.code, p.line, p.column, p.value) for p in report.problems]


def campus(code: str) -> Campus:
    return Campus.objects.unscoped("test").select_related("unit", "cluster").get(code=code)


@pytest.mark.django_db
def test_new_campus_without_a_code_gets_the_next_number(world):
    row = (
        "",
        "4199010001",
        "新港校区",
        "是",
        "栗桥县",
        "新港大学城",
        "新港路1号",
        "在建",
        "2026-09-01",
    )

    report = write(CAMPUSES, HEADER, row)

    assert report.created == 1
    made = campus("419901000104")
    assert (made.name, made.is_branch, made.unit_id, made.org_path, made.status) == (
        "新港校区",
        True,
        world.county_a2.pk,
        world.county_a2.org_path,
        CampusStatus.CONSTRUCTION,
    )
    assert (made.opened_on, made.address) == (dt.date(2026, 9, 1), "新港路1号")
    town = Cluster.objects.unscoped("test").get(name="新港大学城")
    assert (made.cluster_id, town.org_path) == (town.pk, world.county_a2.org_path)
    assert CampusVersion.objects.get(subject=made).valid_from == dt.date(2026, 9, 1)
    again = examine(CAMPUSES, csv_file([HEADER, row]), context())
    assert again.counts() == {"created": 0, "changed": 0, "unchanged": 1, "problems": 0}


@pytest.mark.django_db
def test_campus_is_corrected_by_code_and_empty_cells_leave_what_is_recorded(world):
    row = ("419901000102", "", "", "", "芦北区", "芦北大学城", "", "", "")

    report = write(CAMPUSES, HEADER, row)

    (change,) = report.changed_rows
    assert [(f.field, f.new) for f in change.fields] == [
        ("unit", "澜江市公安局芦北分局"),
        ("cluster", "芦北大学城"),
    ]
    moved = campus("419901000102")
    assert (moved.name, moved.org_path, moved.cluster_id) == (
        "栗桥校区",
        world.county_a1.org_path,
        world.cluster_a.pk,
    )
    versions = CampusVersion.objects.filter(subject=moved).order_by("valid_from")
    assert [(v.org_path, v.valid_to) for v in versions] == [
        (world.county_a2.org_path, TODAY),
        (world.county_a1.org_path, None),
    ]


@pytest.mark.django_db
def test_campus_rows_that_cannot_be(world):
    found = problems_of(
        CAMPUSES,
        HEADER,
        ("", "4199010009", "某校区", "", "芦北区", "", "", "", ""),
        ("", "4199010001", "另校区", "", "无此区", "", "", "", ""),
        ("", "4199010001", "", "", "芦北区", "", "", "", ""),
        ("419901000109", "4199010002", "某校区", "", "芦北区", "", "", "", ""),
        ("419901000109", "", "主校区", "", "芦北区", "", "", "", ""),
        ("419901000103", "", "", "", "", "", "", "停用", ""),
        ("419901000102", "", "主校区", "", "", "", "", "", ""),
    )

    assert found == [
        ("unknown", 2, "学校标识码", "4199010009"),
        ("unknown", 3, "所在分局", "无此区"),
        ("missing", 4, "校区名称", ""),
        ("foreign_prefix", 5, "校区编码", "419901000109"),
        ("name_used", 6, "校区名称", "主校区"),
        ("close_by_hand", 7, "状态", "closed"),
        ("name_used", 8, "校区名称", "主校区"),
    ]


@pytest.mark.django_db
def test_campus_elsewhere_is_out_of_reach(world):
    rows = (
        ("419901000103", "", "远校区", "", "", "", "", "", ""),
        ("", "4199010002", "分校区", "", "芦北区", "", "", "", ""),
        ("", "4199010001", "新校区", "", "云东区", "", "", "", ""),
    )

    found = problems_of(CAMPUSES, HEADER, *rows, scope=scope_at(world.city_a))

    assert [(code, line) for code, line, *_rest in found] == [
        ("outside", 2),
        ("unknown", 3),
        ("unknown", 4),
    ]


@pytest.mark.django_db
def test_campus_list_needs_a_code_or_university_and_name():
    report = examine(CAMPUSES, csv_file([("学校标识码", "地址"), ("4199010001", "x")]), context())

    (problem,) = report.problems
    assert (problem.code, problem.params["missing"]) == ("header_missing", "校区名称")


@pytest.mark.django_db
def test_population_is_added_and_corrected_by_a_new_row(world):
    day = "2026-09-01"
    first = write(POPULATIONS, PEOPLE, ("419901000101", day, "12,500", "1300", "学校报送"))
    second = write(POPULATIONS, PEOPLE, ("419901000101", day, "12600", "1300", ""))
    third = write(POPULATIONS, PEOPLE, ("419901000101", day, "12600", "1300", "学校报送"))

    assert (first.created, second.changed, third.unchanged) == (1, 1, 1)
    rows = PopulationSnapshot.objects.unscoped("test").filter(as_of=day).order_by("id")
    assert [(r.students, r.staff, r.source) for r in rows] == [
        (12_500, 1300, "学校报送"),
        (12_600, 1300, "学校报送"),
    ]


@pytest.mark.django_db
def test_population_rows_that_cannot_be(world):
    before = table_counts()
    rows = (
        ("419901000101", "2026-09-11", "1", "1", ""),
        ("419901000101", "2026-09-01", "-5", "1", ""),
        ("419901000101", "2026-09-01", "5", "一千", ""),
        ("419901000199", "2026-09-01", "5", "1", ""),
        ("419901000102", "2026-09-01", "5", "1", ""),
        ("419901000102", "2026-09-01", "6", "1", ""),
    )

    found = problems_of(POPULATIONS, PEOPLE, *rows)

    assert found == [
        ("ahead", 2, "日期", "2026-09-11"),
        ("bad_number", 3, "学生数", "-5"),
        ("bad_number", 4, "教职工数", "一千"),
        ("unknown", 5, "校区编码", "419901000199"),
        ("duplicate", 7, "校区编码", "419901000102 2026-09-01"),
    ]
    assert table_counts() == before


@pytest.mark.django_db
def test_population_of_another_city_reads_like_an_unknown_campus(world):
    def refused(code: str) -> tuple[str, str]:
        row = (code, "2026-09-01", "5", "1", "")
        report = examine(POPULATIONS, csv_file([PEOPLE, row]), context(scope_at(world.city_a)))
        (problem,) = report.problems
        return problem.code, problem.remedy

    assert refused("419901000201") == refused("419901000299")
