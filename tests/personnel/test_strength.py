"""Strength on any day: who counts, what is required, what is missing, and the pages."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from personnel.enums import EndReason, Post
from personnel.queries.strength import strength_of, strength_on
from personnel.services.absences import record_absence
from personnel.services.staff import end_post
from personnel.strength import Assessment
from policeroom.accounts.models import User
from policeroom.common.pinyin import pinyin_key
from policeroom.common.roles import Role
from policeroom.common.scope import subtree
from policeroom.common.verdicts import Status
from policeroom.common.versions import bulk_write_versions
from stations.enums import LinkKind, StationKind, UnitKind
from stations.models import (
    Campus,
    CoverageLink,
    OrgUnit,
    PopulationSnapshot,
    Station,
    StationSuspension,
    StationVersion,
    UniversityVersion,
)
from tests.personnel.people_helpers import FROM, TODAY, parameter, serves
from tests.world import START, World, add_campus, add_university, make_user

pytestmark = pytest.mark.integration
SignIn = Callable[[User | None], Client]
DAY = dt.timedelta(days=1)


def found(room: Station, day: dt.date = TODAY) -> Assessment:
    assessed = strength_of(room, day)
    assert assessed is not None
    return assessed


def results(room: Station, day: dt.date = TODAY) -> dict[str, Status]:
    return {v.rule_id: v.status for v in found(room, day).verdicts}


def people(campus: Campus, number: int, as_of: dt.date = FROM) -> None:
    PopulationSnapshot.objects.create(
        campus=campus, as_of=as_of, students=number - 500, staff=500, source="fixture"
    )


# --- who counts ---------------------------------------------------------------------------------
def test_last_day_is_counted_and_the_next_is_not(world: World, county_staff: User) -> None:
    post = serves(world.station_a1, county_staff)
    end_post(
        assignment=post,
        last_day=dt.date(2026, 5, 14),
        reason=EndReason.TRANSFER,
        by=county_staff,
        today=TODAY,
    )
    counted = {
        day: found(world.station_a1, dt.date(2026, 5, day)).room.officers for day in (14, 15)
    }
    assert counted == {14: 1, 15: 0}
    assert results(world.station_a1, dt.date(2026, 5, 15))["JS-08-1"] is Status.FAIL


def test_absence_counts_for_30_days_and_not_on_the_31st(world: World, county_staff: User) -> None:
    officer = serves(world.station_a1, county_staff, post=Post.LEAD)
    auxiliary = serves(world.station_a1, county_staff, post=Post.AUXILIARY)
    first = dt.date(2026, 7, 1)
    for post in (officer, auxiliary):
        record_absence(
            person=post.person, valid_from=first, last_day=None, by=county_staff, today=first
        )
    on_30, on_31 = (found(world.station_a1, first + n * DAY).room for n in (29, 30))
    assert (on_30.officers, on_30.leads, on_30.auxiliaries) == (1, 1, 1)
    assert (on_31.officers, on_31.leads, on_31.auxiliaries) == (0, 0, 0)
    assert (on_31.officers_away, on_31.auxiliaries_away) == (1, 1)


def test_struck_absence_and_secondary_post_do_not_change_the_count(
    world: World, county_staff: User
) -> None:
    post = serves(world.station_a1, county_staff)
    row = record_absence(
        person=post.person, valid_from=FROM, last_day=None, by=county_staff, today=FROM
    )
    row.struck_at = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
    row.save()
    serves(world.center_a, county_staff, person=post.person, is_primary=False)
    assert found(world.station_a1).room.officers == 1
    assert found(world.center_a).room.officers == 0
    assert results(world.center_a)["JS-09-1"] is Status.FAIL
    assert results(world.station_a1)["JS-09-1"] is Status.PASS


@pytest.mark.parametrize(
    ("posts", "expected"),
    [
        pytest.param([], Status.SUPPRESSED, id="nobody"),
        pytest.param([Post.OFFICER], Status.FAIL, id="none in charge"),
        pytest.param([Post.LEAD, Post.OFFICER], Status.PASS, id="one in charge"),
        pytest.param([Post.LEAD, Post.LEAD], Status.FAIL, id="two in charge"),
    ],
)
def test_one_officer_is_in_charge(
    world: World, county_staff: User, posts: list[str], expected: Status
) -> None:
    for post in posts:
        serves(world.station_a1, county_staff, post=post)
    assert results(world.station_a1)["JS-08-2"] is expected


# --- what is required ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("population", "reading", "required"),
    [
        pytest.param(29_999, "A", 1, id="29,999 A"),
        pytest.param(30_000, "A", 2, id="30,000 A"),
        pytest.param(29_999, "B", 2, id="29,999 B"),
        pytest.param(20_000, "C", 2, id="20,000 C"),
        pytest.param(45_000, "D", 5, id="45,000 D"),
        pytest.param(20_000, "E", 2, id="20,000 E"),
    ],
)
def test_auxiliaries_follow_the_population_and_the_reading(
    world: World, county_staff: User, population: int, reading: str, required: int
) -> None:
    parameter("P-08a", reading)
    people(world.campus_a_main, population)
    serves(world.station_a1, county_staff, post=Post.AUXILIARY)
    assessed = found(world.station_a1)
    assert (assessed.need.auxiliaries, assessed.auxiliary_gap) == (required, required - 1)


def test_population_is_the_latest_up_to_the_day(world: World) -> None:
    people(world.campus_a_main, 30_000, dt.date(2026, 6, 1))
    before, after = (
        found(world.station_a1, dt.date(2026, month, day)) for month, day in ((5, 31), (6, 1))
    )
    assert (before.room.population, before.need.auxiliaries) == (12_000, 1)
    assert (after.room.population, after.need.auxiliaries) == (30_000, 2)


@pytest.mark.parametrize(
    ("days", "stale"), [pytest.param(400, False, id="400"), pytest.param(401, True, id="401")]
)
def test_population_older_than_the_limit_warns(world: World, days: int, stale: bool) -> None:
    assert found(world.station_a1, START + days * DAY).stale is stale


def test_unknown_population_is_unknown_and_the_base_number_is_missing(
    world: World, county_staff: User
) -> None:
    PopulationSnapshot.objects.unscoped("test").filter(campus=world.campus_a_main).delete()
    nobody = found(world.station_a1)
    assert (nobody.need.auxiliaries, nobody.auxiliary_gap) == (None, 1)
    assert results(world.station_a1)["JS-08-3"] is Status.FAIL
    serves(world.station_a1, county_staff, post=Post.AUXILIARY)
    assert results(world.station_a1)["JS-08-3"] is Status.UNKNOWN
    assert found(world.station_a1).unknown


@pytest.mark.parametrize("number", [1, 2, 5])
def test_centre_needs_one_of_each_for_every_university(
    world: World, county_staff: User, number: int
) -> None:
    for index in range(1, number):
        university = add_university(f"41990101{index:02d}", f"大学{index}", world.city_a)
        campus = add_campus(university, 1, "主校区", world.county_a1)
        CoverageLink.objects.create(
            station=world.center_a, campus=campus, kind=LinkKind.PRIMARY, valid_from=START
        )
    second = add_campus(world.college_a, 2, "东校区", world.county_a1)
    CoverageLink.objects.create(
        station=world.center_a, campus=second, kind=LinkKind.PRIMARY, valid_from=START
    )  # two campuses of one university count once
    CoverageLink.objects.create(
        station=world.center_a,
        campus=world.campus_a_main,
        kind=LinkKind.SUPPORT,
        valid_from=START,
    )  # support is not counted
    for _index in range(number - 1):
        serves(world.center_a, county_staff)
        serves(world.center_a, county_staff, post=Post.AUXILIARY)
    short = found(world.center_a)
    assert (short.need.officers, short.need.auxiliaries) == (number, number)
    assert (short.officer_gap, short.auxiliary_gap) == (1, 1)

    serves(world.center_a, county_staff)
    serves(world.center_a, county_staff, post=Post.AUXILIARY)
    full = results(world.center_a)
    assert (full["JS-08-5"], full["JS-08-6"]) == (Status.PASS, Status.PASS)


def test_tolerance_of_the_province_is_rounded_up(world: World) -> None:
    parameter("P-08b", "80")
    for index in range(4):
        university = add_university(f"41990101{index:02d}", f"大学{index}", world.city_a)
        campus = add_campus(university, 1, "主校区", world.county_a1)
        CoverageLink.objects.create(station=world.center_a, campus=campus, valid_from=START)
    assert found(world.center_a).need.officers == 4  # of five universities


def test_university_of_a_centre_has_its_named_officer(world: World, county_staff: User) -> None:
    serves(world.center_a, county_staff)
    assert results(world.center_a)["JS-08-7"] is Status.FAIL
    serves(world.center_a, county_staff, named_university=world.college_a)
    assert results(world.center_a)["JS-08-7"] is Status.PASS


def test_first_class_university_counts_as_a_whole_and_is_advice(
    world: World, county_staff: User, province_staff: User
) -> None:
    UniversityVersion.objects.filter(subject=world.university_a).update(double_first_class=True)
    for campus in (world.campus_a_main, world.campus_a_stone, world.campus_a_far):
        people(campus, 14_000)  # 42,000 in all: three are required
    serves(world.station_a1, county_staff, post=Post.LEAD)
    serves(world.station_a1, county_staff, post=Post.AUXILIARY)
    serves(world.station_a2, province_staff, post=Post.AUXILIARY)
    advice = {v.rule_id: v for v in found(world.station_a1).verdicts}["JS-08-4"]
    assert (advice.status, advice.measured, advice.required) == (Status.FAIL, 2, 3)
    assert found(world.station_a1).failing == ()


def test_suspended_room_needs_nobody(world: World) -> None:
    StationSuspension.objects.create(
        station=world.station_a1, valid_from=TODAY, valid_to=TODAY + DAY, reason="改造"
    )
    suspended = found(world.station_a1)
    assert (suspended.verdicts, suspended.gap) == ((), 0)
    assert found(world.station_a1, TODAY + DAY).gap == 2


def test_room_is_absent_before_it_opens_and_after_it_closes(world: World) -> None:
    assert strength_of(world.station_a1, START - DAY) is None
    Station.everything.filter(pk=world.station_a1.pk).update(closed_on=TODAY, close_reason="撤销")
    assert strength_of(world.station_a1, TODAY - DAY) is not None
    assert strength_of(world.station_a1, TODAY) is None


# --- constant cost ------------------------------------------------------------------------------
def many_rooms(world: World, number: int) -> list[Station]:
    """Rooms with their leaf and version, in four statements."""
    first, parent = 5000, world.county_a2
    units = [
        OrgUnit(
            parent=parent,
            kind=UnitKind.STATION,
            name=f"室{index}",
            org_path=f"{parent.org_path}{first + index:04d}",
        )
        for index in range(number)
    ]
    OrgUnit.objects.bulk_create(units)
    rooms = [
        Station(
            unit=unit,
            org_path=unit.org_path,
            code=f"M{index:05d}",
            name=unit.name,
            name_pinyin=pinyin_key(unit.name),
            kind=StationKind.STANDALONE,
            operator=parent,
            campus=world.campus_a_stone,
            opened_on=START,
        )
        for index, unit in enumerate(units)
    ]
    Station.objects.bulk_create(rooms)
    bulk_write_versions(rooms, StationVersion, valid_from=START, by=None)
    return rooms


def test_costs_the_same_for_1_3_and_3000_rooms(world: World, county_staff: User) -> None:
    post = serves(world.station_a1, county_staff)
    rooms = many_rooms(world, 2996)
    record_absence(person=post.person, valid_from=FROM, last_day=None, by=county_staff, today=TODAY)
    UniversityVersion.objects.filter(subject=world.university_a).update(double_first_class=True)

    def cost(path: str) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            assessed = strength_on(TODAY, [subtree(path)])
        return len(assessed), len(queries)

    assert len(rooms) + 4 == 3000
    assert [
        cost(path)
        for path in (
            world.station_a1.org_path,
            world.city_a.org_path,
            world.province.org_path,
        )
    ] == [(1, 11), (2999, 11), (3000, 11)]


# --- pages --------------------------------------------------------------------------------------
def rows(client: Client, query: str = "") -> dict[str, dict[str, str]]:
    table = client.get(f"/people/strength/?on={TODAY}{query}").context["table"]
    heads = [column.key for column in table.columns]
    return {
        row.cells[0].text: dict(zip(heads, (c.text for c in row.cells), strict=True))
        for row in table.rows
    }


def test_page_says_required_present_missing_and_why(
    world: World, county_staff: User, as_user: SignIn
) -> None:
    serves(world.station_a1, county_staff, post=Post.LEAD)
    people(world.campus_a_main, 30_000)
    shown = rows(as_user(county_staff))
    assert set(shown) == {world.station_a1.name, world.center_a.name}
    row = shown[world.station_a1.name]
    wanted = ("population", "need_officers", "officers", "need_auxiliaries", "auxiliaries", "gap")
    assert [row[key] for key in wanted] == ["30,000", "1", "1", "2", "0", "2"]
    assert row["why"] == "Too few auxiliaries."


def test_page_of_a_past_day(world: World, county_staff: User, as_user: SignIn) -> None:
    serves(world.station_a1, county_staff)
    client = as_user(county_staff)
    page = client.get(f"/people/strength/{world.station_a1.pk}/?on={FROM - DAY}")
    before = {fact.label: fact.text for fact in page.context["facts"]}
    after = {
        fact.label: fact.text
        for fact in client.get(f"/people/strength/{world.station_a1.pk}/?on={FROM}").context[
            "facts"
        ]
    }
    assert (before["Officers"], after["Officers"]) == (
        "0 present, 1 required",
        "1 present, 1 required",
    )
    assert client.get(f"/people/strength/{world.station_b1.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("&state=short", {"center"}, id="short"),
        pytest.param("&state=full", {"room"}, id="full"),
        pytest.param("&kind=center", {"center"}, id="kind"),
        pytest.param("&q=A0001", {"room"}, id="number"),
    ],
)
def test_filters(
    world: World, county_staff: User, as_user: SignIn, query: str, expected: set[str]
) -> None:
    serves(world.station_a1, county_staff, post=Post.LEAD)
    serves(world.station_a1, county_staff, post=Post.AUXILIARY)
    words = {world.station_a1.name: "room", world.center_a.name: "center"}
    assert {words[name] for name in rows(as_user(county_staff), query)} == expected


def test_export_and_who_may_not(
    world: World, county_staff: User, station_lead: User, as_user: SignIn
) -> None:
    response = as_user(county_staff).get(f"/people/strength/?on={TODAY}&export=xlsx")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0)
    names = {row[0] for row in sheet.to_python()}
    assert {world.station_a1.name, world.center_a.name} <= names
    assert as_user(station_lead).get("/people/strength/?export=xlsx").status_code == 403


def test_room_page_says_who_counts(world: World, county_staff: User, as_user: SignIn) -> None:
    here = serves(world.station_a1, county_staff, name="在岗")
    away = serves(world.station_a1, county_staff, name="久离")
    record_absence(person=away.person, valid_from=FROM, last_day=None, by=county_staff, today=TODAY)
    other = serves(world.center_a, county_staff, name="兼任")
    serves(world.station_a1, county_staff, person=other.person, is_primary=False)
    page = as_user(county_staff).get(f"/people/strength/{world.station_a1.pk}/?on={TODAY}")
    table = page.context["blocks"][0].table
    assert {row.cells[0].text: row.cells[6].text for row in table.rows} == {
        here.person.name: "yes",
        "久离": "no: away too long",
        "兼任": "no: secondary post",
    }


def test_station_file_shows_the_card_to_who_may_see_people(
    world: World, county_staff: User, as_user: SignIn
) -> None:
    url = f"/stations/{world.station_a1.pk}/"
    assert "Who counts" in as_user(county_staff).get(url).content.decode()
    assert (
        f"/people/strength/{world.station_a1.pk}/"
        in as_user(county_staff).get(url).content.decode()
    )


def test_education_side_sees_no_card(world: World, as_user: SignIn) -> None:
    reader = make_user("100009", "教育", world.province, Role.EDUCATION)
    page = as_user(reader).get(f"/stations/{world.station_a1.pk}/")
    assert page.status_code == 200
    assert "Who counts" not in page.content.decode()
