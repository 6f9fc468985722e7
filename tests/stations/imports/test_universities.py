"""The ministry's list: an empty system, later editions, refusals, other areas, cost."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from policeroom.common.models import AuditEvent
from stations.enums import UnitKind, UniversityLevel, UniversityStatus
from stations.imports.pipeline import commit, examine
from stations.models import (
    Campus,
    CampusVersion,
    ImportJob,
    OrgUnit,
    Station,
    University,
    UniversityVersion,
)
from stations.services.org import create_unit
from tests.stations.imports.files import (
    HEADER,
    TODAY,
    context,
    csv_file,
    scope_at,
    table_counts,
    universities,
    xlsx_file,
)

pytestmark = pytest.mark.integration

KIND = ImportJob.Kind.UNIVERSITIES
FIRST, LATER = dt.date(2026, 5, 31), dt.date(2026, 8, 31)

#: The universities of tests/world.py as the ministry lists them.
WORLD = (
    ("澜江大学", "4199010001", "澜江市", "本科"),
    ("云川大学", "4199010002", "云川市", "本科"),
    ("澜江港口职业学院", "4199010003", "澜江市", "专科"),
)


def write(rows, **fields):
    report, written = commit(KIND, csv_file(rows), context(**fields))
    assert written, [(p.line, p.column, p.reason) for p in report.problems]
    return report


def problems_of(rows, **fields):
    report = examine(KIND, csv_file(rows), context(**fields))
    return [(p.code, p.line, p.column, p.value) for p in report.problems]


def university(code: str) -> University:
    return University.objects.unscoped("test").select_related("unit").get(code=code)


# --- an empty system --------------------------------------------------------------------


@pytest.mark.django_db
def test_empty_system_gets_provisional_bureaus_universities_and_main_campuses():
    report = write(universities(*WORLD), as_of=FIRST)

    assert report.counts() == {"created": 3, "changed": 0, "unchanged": 0, "problems": 0}
    assert report.summary[0].params == {"universities": 3, "cities": 2}
    units = OrgUnit.objects.unscoped("test").values_list("org_path", "kind", "name", "provisional")
    assert list(units) == [
        ("01", UnitKind.PROVINCE, "海岚省公安厅", True),
        ("0101", UnitKind.CITY, "澜江市公安局", True),
        ("0102", UnitKind.CITY, "云川市公安局", True),
    ]
    notice = next(n for n in report.notices if n.code == "new_units")
    assert notice.items == ("海岚省公安厅", "澜江市公安局", "云川市公安局")
    row = university("4199010003")
    assert (row.level, row.unit.name, row.org_path) == (
        UniversityLevel.COLLEGE,
        "澜江市公安局",
        "0101",
    )
    assert row.name_pinyin.startswith("ljgkzyxy ")
    campus = Campus.objects.unscoped("test").get(code="419901000301")
    assert (campus.name, campus.is_branch, campus.unit_id, campus.org_path) == (
        "主校区",
        False,
        row.unit_id,
        "0101",
    )
    for versions in (UniversityVersion, CampusVersion):
        assert set(versions.objects.values_list("valid_from", "valid_to")) == {(FIRST, None)}


@pytest.mark.django_db
def test_one_audit_event_with_counts():
    write(universities(*WORLD), as_of=FIRST, filename="list.csv")

    (event,) = AuditEvent.objects.unscoped("test")
    assert event.action == "imports.commit"
    assert event.after == {
        "list": "universities",
        "file": "list.csv",
        "as_of": "2026-05-31",
        "created": 3,
        "changed": 0,
        "unchanged": 0,
        "problems": 0,
    }


@pytest.mark.django_db
def test_municipality_is_a_province_and_a_city_of_the_same_place():
    rows = universities(("津港大学", "4112990001", "天津市", "本科"), province="天津市")

    report = write(rows)

    units = OrgUnit.objects.unscoped("test").values_list("org_path", "name")
    assert list(units) == [("01", "天津市公安局"), ("0101", "天津市公安局")]
    assert report.summary[0].params["cities"] == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("province", "place", "city"),
    [
        pytest.param("江苏省", "昆山市", "苏州市", id="county-level city"),
        pytest.param("四川省", "凉山州", "凉山彝族自治州", id="short prefecture"),
        pytest.param("云南省", "大理白族\n自治州", "大理白族自治州", id="line break"),
        pytest.param("河南省", "济源市", "济源市", id="administered by the province"),
        pytest.param("河北省", "天津市", "天津市", id="in a municipality next door"),
    ],
)
def test_place_counts_to_its_city(province, place, city):
    write(universities(("某学院", "4199010009", place, "本科"), province=province))

    row = university("4199010009")
    assert (row.unit.area_name, row.unit.kind) == (city, UnitKind.CITY)
    assert row.place_name == place.replace("\n", "")


@pytest.mark.django_db
def test_short_and_full_prefecture_are_one_unit():
    rows = universities(
        ("甲学院", "4151990001", "凉山州", "本科"),
        ("乙学院", "4151990002", "凉山彝族\n自治州", "专科"),
        province="四川省",
    )

    write(rows)

    assert OrgUnit.objects.unscoped("test").filter(kind=UnitKind.CITY).count() == 1


@pytest.mark.django_db
def test_county_of_the_tree_takes_the_main_campus_and_its_city_the_university(world):
    rows = universities(*WORLD, ("栗桥学院", "4199010004", "栗桥县", "本科"))

    write(rows, as_of=TODAY)

    assert university("4199010004").unit_id == world.city_a.pk
    campus = Campus.objects.unscoped("test").get(code="419901000401")
    assert campus.unit_id == world.county_a2.pk


# --- the same list again, a later edition -----------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("as_file", [csv_file, xlsx_file], ids=["csv", "xlsx"])
def test_same_list_again_changes_nothing(as_file):
    rows = universities(*WORLD)
    write(rows, as_of=FIRST)
    before = table_counts()

    report, written = commit(KIND, as_file(rows), context(as_of=LATER))

    assert written
    assert report.counts() == {"created": 0, "changed": 0, "unchanged": 3, "problems": 0}
    assert table_counts() == before


@pytest.mark.django_db
def test_numeric_codes_half_width_brackets_and_line_breaks_are_the_same_list():
    write(universities(("澜江大学（栗桥）", "4199010001", "澜江市", "本科")), as_of=FIRST)
    rows = universities(("澜江大学\n(栗桥)", 4199010001.0, "澜江市", "本科"))

    report = examine(KIND, xlsx_file(rows), context(as_of=LATER))

    assert report.counts() == {"created": 0, "changed": 0, "unchanged": 1, "problems": 0}


@pytest.mark.django_db
def test_later_edition_renames_moves_and_lifts_in_place(world):
    keys = dict(University.objects.unscoped("test").values_list("code", "pk"))
    rows = universities(
        ("澜江科技大学", "4199010001", "云川市", "本科"),
        ("云川大学", "4199010002", "云川市", "本科"),
        ("澜江港口大学", "4199010003", "澜江市", "职业本科"),
    )

    report = write(rows, as_of=LATER)

    assert report.counts() == {"created": 0, "changed": 2, "unchanged": 1, "problems": 0}
    changes = {
        (change.key, field.field): (field.old, field.new)
        for change in report.changed_rows
        for field in change.fields
    }
    assert changes["4199010001", "name"] == ("澜江大学", "澜江科技大学")
    assert changes["4199010001", "unit"] == ("澜江市公安局", "云川市公安局")
    assert changes["4199010003", "level"] == ("college", "undergraduate")
    assert dict(University.objects.unscoped("test").values_list("code", "pk")) == keys
    moved = university("4199010001")
    assert (moved.unit_id, moved.org_path, moved.name_pinyin.split()[0]) == (
        world.city_b.pk,
        world.city_b.org_path,
        "ljkjdx",
    )
    versions = UniversityVersion.objects.filter(subject=moved).order_by("valid_from")
    assert [(v.name, v.valid_from, v.valid_to) for v in versions] == [
        ("澜江大学", dt.date(2026, 1, 1), LATER),
        ("澜江科技大学", LATER, None),
    ]
    assert Station.objects.unscoped("test").get(pk=world.station_a1.pk).campus_id == (
        world.campus_a_main.pk
    )


@pytest.mark.django_db
def test_moved_university_takes_its_main_campus_only_from_where_an_import_put_it(world):
    world.campus_college.unit = world.city_a
    world.campus_college.save()
    rows = universities(
        ("澜江大学", "4199010001", "云川市", "本科"),
        ("云川大学", "4199010002", "云川市", "本科"),
        ("澜江港口职业学院", "4199010003", "云川市", "专科"),
    )

    report = write(rows, as_of=LATER)

    places = dict(Campus.objects.unscoped("test").values_list("code", "unit_id"))
    assert places["419901000301"] == world.city_b.pk
    assert places["419901000101"] == world.county_a1.pk
    stays = next(n for n in report.notices if n.code == "campus_stays")
    assert stays.items == ("澜江大学: 澜江市公安局芦北分局",)
    days = CampusVersion.objects.filter(subject=world.campus_college).order_by("valid_from")
    assert [(v.unit_id, v.valid_to) for v in days][-1] == (world.city_b.pk, None)


@pytest.mark.django_db
def test_universities_missing_from_the_list_are_named_and_kept(world):
    report = write(universities(WORLD[0]), as_of=LATER)

    notice = next(n for n in report.notices if n.code == "missing_universities")
    assert notice.items == ("4199010003 澜江港口职业学院", "4199010002 云川大学")
    assert University.objects.unscoped("test").count() == 3


@pytest.mark.django_db
def test_closed_university_is_named_and_stays_closed(world):
    world.university_b.status = UniversityStatus.CLOSED
    world.university_b.save()

    report = write(universities(*WORLD), as_of=LATER)

    assert next(n for n in report.notices if n.code == "closed_in_list").items == ("云川大学",)
    assert university("4199010002").status == UniversityStatus.CLOSED


@pytest.mark.django_db
def test_older_edition_never_rewrites_history(world):
    rows = universities(("澜江旧大学", "4199010001", "澜江市", "本科"), *WORLD[1:])

    assert problems_of(rows, as_of=dt.date(2017, 5, 31)) == [
        ("later_change", 4, "学校标识码", "4199010001")
    ]


# --- the edition, the province ----------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("title", "filename", "asked", "expected"),
    [
        pytest.param("截至2026年5月31日", "x_2026-01-01.csv", None, FIRST, id="title first"),
        pytest.param("名单", "x_2026-05-31.csv", LATER, FIRST, id="then the file name"),
        pytest.param("名单", "x.csv", LATER, LATER, id="then the option"),
        pytest.param("名单", "x.csv", None, TODAY, id="else today"),
    ],
)
def test_edition_day(title, filename, asked, expected):
    rows = [[title], *universities(WORLD[0])[1:]]

    write(rows, filename=filename, as_of=asked)

    assert UniversityVersion.objects.get().valid_from == expected


@pytest.mark.django_db
def test_list_dated_ahead_is_refused():
    assert problems_of(universities(WORLD[0]), filename="2026-12-31.csv")[0][0] == "future_day"


@pytest.mark.django_db
def test_province_option_takes_only_its_rows_and_accepts_the_short_name():
    rows = universities(*WORLD) + universities(
        ("别省大学", "4198010001", "青岚市", "本科"), province="南屿省"
    )

    report = write(rows, province="海岚")

    assert report.created == 3
    assert problems_of(rows, province="北屿省")[0][0] == "no_rows_of_province"


@pytest.mark.django_db
def test_province_comes_from_the_column_where_there_is_no_heading():
    rows = [[*HEADER, "省份"], [1, "澜江大学", "4199010001", "", "澜江市", "本科", "", "海岚省"]]

    write(rows)

    assert university("4199010001").unit.parent.area_name == "海岚省"


@pytest.mark.django_db
def test_row_without_any_province_is_refused():
    rows = [list(HEADER), [1, "澜江大学", "4199010001", "", "澜江市", "本科", ""]]

    assert problems_of(rows)[0][:2] == ("unknown_province", 2)


@pytest.mark.django_db
def test_heading_that_counts_wrong_is_a_notice():
    rows = universities(*WORLD)
    rows[2] = ["海岚省（5所）"]

    report = write(rows)

    notice = next(n for n in report.notices if n.code == "header_count")
    assert notice.params == {"province": "海岚省", "said": 5, "found": 3}


@pytest.mark.django_db
def test_repeated_header_and_notes_are_passed_over():
    rows = universities(*WORLD)
    rows = [*rows[:4], list(HEADER), *rows[4:], ["注：独立学院列入本科"]]

    assert write(rows).created == 3


# --- refusals ---------------------------------------------------------------------------


@pytest.mark.django_db
def test_every_bad_row_with_line_column_value_and_nothing_written():
    rows = universities(
        ("澜江大学", "4199010001", "澜江市", "本科"),
        ("无码大学", "", "澜江市", "本科"),
        ("短码大学", "41990", "澜江市", "本科"),
        ("重码大学", "4199010001", "澜江市", "本科"),
        ("", "4199010005", "澜江市", "本科"),
        ("怪层次大学", "4199010006", "澜江市", "博士"),
        ("无地大学", "4199010007", "", "本科"),
    )
    before = table_counts()

    report, written = commit(KIND, csv_file(rows), context())

    assert not written
    assert table_counts() == before
    assert [(p.code, p.line, p.column, p.value) for p in report.problems] == [
        ("missing", 5, "学校标识码", ""),
        ("bad_code", 6, "学校标识码", "41990"),
        ("duplicate", 7, "学校标识码", "4199010001"),
        ("missing", 8, "学校名称", ""),
        ("bad_choice", 9, "办学层次", "博士"),
        ("missing", 10, "所在地", ""),
    ]
    assert report.problems[2].params == {"first": 4, "second": 7}


@pytest.mark.django_db
def test_ten_thousand_rows_with_three_bad_ones_name_exactly_these_and_write_nothing():
    rows = [(f"第{n}学院", f"41990{n:05d}", "澜江市", "专科") for n in range(10_000)]
    rows[17] = (*rows[17][:1], "12", *rows[17][2:])
    rows[4_999] = (*rows[4_999][:3], "未知")
    rows[9_999] = ("", *rows[9_999][1:])
    before = table_counts()

    report, written = commit(KIND, csv_file(universities(*rows)), context())

    assert not written
    assert table_counts() == before
    assert [(p.line, p.column, p.value) for p in report.problems] == [
        (21, "学校标识码", "12"),
        (5_003, "办学层次", "未知"),
        (10_003, "学校名称", ""),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"%PDF-1.7", "not_a_table", id="no spreadsheet"),
        pytest.param(csv_file([["学校名称", "所在地"], ["a", "b"]]), "header_missing", id="header"),
        pytest.param(csv_file([list(HEADER)]), "no_rows", id="no row"),
    ],
)
def test_unusable_file_gives_one_report_and_no_row(content, code):
    before = table_counts()

    report, written = commit(KIND, content, context())

    assert not written
    assert [p.code for p in report.problems] == [code]
    assert table_counts() == before


# --- other areas ------------------------------------------------------------------------


@pytest.mark.django_db
def test_city_imports_its_own_universities_only(world):
    rows = universities(*WORLD)

    found = problems_of(rows, scope=scope_at(world.city_a))

    assert found == [("outside", 5, "所在地", "云川市")]


@pytest.mark.django_db
def test_city_takes_no_university_of_another_city(world):
    rows = universities(("云川大学", "4199010002", "澜江市", "本科"))

    assert problems_of(rows, scope=scope_at(world.city_a)) == [
        ("outside", 4, "学校标识码", "4199010002")
    ]


@pytest.mark.django_db
def test_refusal_is_the_same_for_an_unknown_place_and_for_one_elsewhere(world):
    def refused(place: str) -> tuple[str, str]:
        rows = universities(("新大学", "4199010008", place, "本科"))
        report = examine(KIND, csv_file(rows), context(scope_at(world.city_a)))
        (problem,) = report.problems
        return problem.reason, problem.remedy

    assert refused("云川市") == refused("无此市")


@pytest.mark.django_db
def test_province_user_creates_cities_of_the_own_province_but_no_province(world):
    own = universities(*WORLD, ("新城学院", "4199010008", "新城市", "本科"))
    other = universities(("别省大学", "4198010001", "青岚市", "本科"), province="南屿省")
    scope = scope_at(world.province)

    assert write(own, scope=scope, as_of=LATER).created == 1
    assert [code for code, *_rest in problems_of(other, scope=scope)] == ["outside"]


@pytest.mark.django_db
def test_list_of_one_city_does_not_name_what_other_cities_have(world):
    report = examine(
        KIND, csv_file(universities(WORLD[0])), context(scope_at(world.city_a), as_of=LATER)
    )

    notice = next(n for n in report.notices if n.code == "missing_universities")
    assert notice.items == ("4199010003 澜江港口职业学院",)


# --- cost -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_dry_run_asks_the_database_the_same_number_of_questions_for_3_and_300_rows():
    create_unit(
        parent=None, kind=UnitKind.PROVINCE, name="海岚省公安厅", area_name="海岚省", by=None
    )
    counts = []
    for size in (3, 300):
        rows = [(f"第{n}学院", f"41990{n:05d}", "澜江市", "专科") for n in range(size)]
        with CaptureQueriesContext(connection) as queries:
            examine(KIND, csv_file(universities(*rows)), context())
        counts.append(len(queries))

    assert counts == [4, 4]


@pytest.mark.django_db
def test_column_that_is_absent_leaves_what_is_recorded_and_an_empty_cell_does_not(world):
    world.university_a.ownership = "民办"
    world.university_a.save()
    with_column = universities(*WORLD)
    without = [row[:-1] if len(row) == len(HEADER) else row for row in with_column]

    assert examine(KIND, csv_file(without), context(as_of=LATER)).changed == 0
    (change,) = examine(KIND, csv_file(with_column), context(as_of=LATER)).changed_rows
    assert [(f.field, f.old, f.new) for f in change.fields] == [("ownership", "民办", "")]
