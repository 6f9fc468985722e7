"""Screens of the police rooms: who sees what, lists, exports, the file on a day, the acts."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from policeroom.accounts.models import User
from policeroom.common.models import AuditEvent
from policeroom.common.roles import Role
from stations.enums import LinkKind, StationKind
from stations.models import CoverageLink, Station, StationVersion
from stations.services import rooms as services
from tests.world import START, World, add_campus, add_station, add_university, grant, make_user

pytestmark = pytest.mark.integration

SignIn = Callable[[User | None], Client]
ABSENT = 987654
#: Session, account, grants, inbox, open session, savepoint (2); of the list: bureaus, rows, count.
LIST_QUERIES = 10


def names(response: Any) -> list[str]:
    """Names in the first column of a list page."""
    return [row.cells[0].text for row in response.context["table"].rows]


# --- who sees what ------------------------------------------------------------------------------
def test_list_shows_each_reader_their_own_area(
    world: World,
    officer: User,
    city_supervisor: User,
    other_city_supervisor: User,
    province_staff: User,
    as_user: SignIn,
) -> None:
    city_a = {world.station_a1.name, world.center_a.name, world.station_a2.name}
    seen = {
        user.name: set(names(as_user(user).get("/stations/")))
        for user in (officer, city_supervisor, other_city_supervisor, province_staff)
    }

    assert seen == {
        officer.name: {world.station_a1.name},
        city_supervisor.name: city_a,
        other_city_supervisor.name: {world.station_b1.name},
        province_staff.name: city_a | {world.station_b1.name},
    }


PAGES = ["", "coverage/", "history/", "print/", "edit/", "rename/", "close/", "suspend/", "resume/"]


@pytest.mark.parametrize("page", [*PAGES, "links/new/"])
def test_station_of_others_is_as_if_absent(
    world: World, city_supervisor: User, as_user: SignIn, page: str
) -> None:
    client = as_user(city_supervisor)

    other = client.get(f"/stations/{world.station_b1.pk}/{page}")
    absent = client.get(f"/stations/{ABSENT}/{page}")

    assert (other.status_code, absent.status_code) == (404, 404)
    assert other.content == absent.content
    assert Station.everything.filter(pk=world.station_b1.pk).exists()


def test_sibling_station_is_absent_for_an_officer(
    world: World, officer: User, as_user: SignIn
) -> None:
    client = as_user(officer)

    assert client.get(f"/stations/{world.station_a1.pk}/").status_code == 200
    assert client.get(f"/stations/{world.center_a.pk}/").status_code == 404


@pytest.mark.parametrize("page", ["edit/", "rename/", "close/", "suspend/", "resume/"])
def test_officer_may_not_act_on_the_own_station(
    world: World, officer: User, as_user: SignIn, page: str
) -> None:
    response = as_user(officer).get(f"/stations/{world.station_a1.pk}/{page}")

    assert response.status_code == 403


def test_acts_are_absent_where_they_are_not_allowed(
    world: World, officer: User, county_staff: User, as_user: SignIn
) -> None:
    url = f"/stations/{world.station_a1.pk}/"

    as_officer = as_user(officer).get(url)
    as_county = as_user(county_staff).get(url)

    assert f"{url}edit/" not in as_officer.content.decode()
    assert f"{url}edit/" in as_county.content.decode()
    assert "/stations/new/" not in as_user(officer).get("/stations/").content.decode()
    assert "/stations/new/" in as_user(county_staff).get("/stations/").content.decode()


def test_action_held_elsewhere_does_not_reach_here(
    world: World, officer: User, as_user: SignIn
) -> None:
    grant(officer, Role.COUNTY, world.county_a2)
    client = as_user(officer)

    assert client.get(f"/stations/{world.station_a2.pk}/edit/").status_code == 200
    assert client.get(f"/stations/{world.station_a1.pk}/edit/").status_code == 403


def test_administrators_see_no_station(world: World, system_admin: User, as_user: SignIn) -> None:
    client = as_user(system_admin)

    assert client.get("/stations/").status_code == 403
    assert client.get(f"/stations/{world.station_a1.pk}/").status_code == 403


# --- the list -----------------------------------------------------------------------------------
def test_list_takes_the_same_queries_for_1_and_3_rows(
    world: World,
    officer: User,
    city_supervisor: User,
    as_user: SignIn,
    django_assert_num_queries: Any,
) -> None:
    single, several = as_user(officer), as_user(city_supervisor)

    with django_assert_num_queries(LIST_QUERIES):
        assert len(names(single.get("/stations/"))) == 1
    with django_assert_num_queries(LIST_QUERIES):
        assert len(names(several.get("/stations/"))) == 3


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("q=中心", {"A0002"}, id="name"),
        pytest.param("q=ycdx", {"B0001"}, id="pinyin initials"),
        pytest.param("q=a000", {"A0001", "A0002", "A0003"}, id="number"),
        pytest.param("kind=center", {"A0002"}, id="kind"),
        pytest.param("no_area=on", {"B0001"}, id="area missing"),
        pytest.param("state=suspended", {"A0003"}, id="suspended"),
        pytest.param("state=closed", {"A0001"}, id="closed"),
        pytest.param("state=operating&kind=standalone", {"B0001"}, id="two conditions"),
        pytest.param("q=nothing", set(), id="no match"),
    ],
)
def test_list_filters(
    world: World, province_staff: User, as_user: SignIn, query: str, expected: set[str]
) -> None:
    at = timezone.now()
    services.suspend_station(
        station=world.station_a2,
        valid_from=START,
        reason="装修",
        document_no="1",
        by=province_staff,
        at=at,
    )
    services.close_station(
        station=world.station_a1, on=START, reason="撤并", by=province_staff, at=at
    )

    response = as_user(province_staff).get(f"/stations/?{query}")

    assert {row.cells[1].text for row in response.context["table"].rows} == expected


def test_list_filter_by_bureau_offers_only_the_own_area(
    world: World, city_supervisor: User, as_user: SignIn
) -> None:
    client = as_user(city_supervisor)

    found = client.get(f"/stations/?bureau={world.county_a2.pk}")
    foreign = client.get(f"/stations/?bureau={world.county_b1.pk}")
    absent = client.get(f"/stations/?bureau={ABSENT}")

    assert names(found) == [world.station_a2.name]
    offered = set(found.context["filters"].fields["bureau"].queryset)
    assert offered == {world.city_a, world.county_a1, world.county_a2}
    errors = [page.context["filters"].errors.as_json() for page in (foreign, absent)]
    assert errors[0] == errors[1]


def test_list_marks_a_name_that_does_not_follow_the_rule(
    world: World, county_staff: User, as_user: SignIn
) -> None:
    Station.everything.filter(pk=world.station_a1.pk).update(name="澜江大学警务室")

    response = as_user(county_staff).get("/stations/")

    checks = {row.cells[0].text: row.cells[-1] for row in response.context["table"].rows}
    assert checks["澜江大学警务室"].text == "not by the rule"
    assert (checks["澜江大学警务室"].tone, checks["澜江大学警务室"].mark) == ("warn", "△")
    assert checks[world.center_a.name].text == "by the rule"


def test_empty_list_says_what_belongs_here(
    world: World, as_user: SignIn, province_staff: User
) -> None:
    newcomer = make_user("100090", "甲", world.county_b1, Role.COUNTY)
    Station.everything.filter(pk=world.station_b1.pk).update(org_path=world.station_a1.org_path)

    page = as_user(newcomer).get("/stations/").content.decode()

    assert "No police room in your area yet" in page
    assert "/stations/new/" in page


def test_export_equals_the_screen(world: World, city_supervisor: User, as_user: SignIn) -> None:
    client = as_user(city_supervisor)
    table = client.get("/stations/?kind=standalone").context["table"]

    sheet = client.get("/stations/?kind=standalone&export=xlsx")
    text = client.get("/stations/?kind=standalone&export=csv")

    book = CalamineWorkbook.from_filelike(io.BytesIO(sheet.content))
    rows = book.get_sheet_by_index(0).to_python()
    head = next(i for i, row in enumerate(rows) if row[0] == table.columns[0].label)
    assert list(rows[head]) == [column.label for column in table.columns]
    body = [[_as_shown(value) for value in row] for row in rows[head + 1 :]]
    assert body == [[cell.text for cell in row.cells] for row in table.rows]
    assert len(body) == 2
    lines = text.content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == names(
        client.get("/stations/?kind=standalone")
    )
    assert AuditEvent.everything.filter(action="export").count() == 2


def _as_shown(value: Any) -> str:
    """A cell of the sheet as the screen writes it."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, (int, float)):
        return f"{Decimal(str(value)):,.2f}"
    return str(value)


# --- the file -----------------------------------------------------------------------------------
def test_file_on_a_past_day(world: World, county_staff: User, as_user: SignIn) -> None:
    services.edit_station(
        station=world.station_a1,
        valid_from=dt.date(2026, 3, 2),
        floor_area_m2=Decimal("120.00"),
        by=county_staff,
        at=timezone.now(),
    )
    client = as_user(county_staff)
    url = f"/stations/{world.station_a1.pk}/"

    before = client.get(f"{url}?on=2026-03-01").content.decode()
    after = client.get(url).content.decode()
    too_early = client.get(f"{url}?on=2025-06-01").content.decode()
    unreadable = client.get(f"{url}?on=2026-02-30").content.decode()

    assert "As of 2026-03-01" in before
    assert ("96.50" in before, "120.00" in before) == (True, False)
    assert ("96.50" in after, "120.00" in after) == (False, True)
    assert "As of" not in after
    assert "Nothing was recorded on 2025-06-01; the room opened on 2026-01-01." in too_early
    assert "2026-02-30 is no day" in unreadable


def test_history_lists_versions_and_acts(
    world: World, county_staff: User, officer: User, as_user: SignIn
) -> None:
    services.edit_station(
        station=world.station_a1,
        valid_from=dt.date(2026, 3, 2),
        address="芦北路 9 号",
        floor_area_m2=Decimal("120.00"),
        by=county_staff,
        at=timezone.now(),
    )

    page = as_user(officer).get(f"/stations/{world.station_a1.pk}/history/")

    assert [v.valid_from for v in page.context["versions"]] == [dt.date(2026, 3, 2), START]
    (act,) = page.context["acts"]
    assert act.label == "Facts changed"
    assert ("Floor area (m²)", "96.50", "120.00") in act.changes
    assert "芦北路 9 号" in page.content.decode()
    assert county_staff.name in page.content.decode()


def test_coverage_names_a_campus_elsewhere_without_a_link(
    world: World, city_supervisor: User, as_user: SignIn
) -> None:
    CoverageLink.everything.create(
        station=world.center_a,
        campus=world.campus_b_main,
        kind=LinkKind.SUPPORT,
        valid_from=START,
    )

    page = as_user(city_supervisor).get(f"/stations/{world.center_a.pk}/coverage/")

    reachable = {str(line.link.campus): line.reachable for line in page.context["lines"]}
    assert reachable == {"澜江港口职业学院 主校区": True, "云川大学 主校区": False}
    text = page.content.decode()
    assert world.campus_college.get_absolute_url() in text
    assert "云川大学 主校区" in text
    assert f'"{world.campus_b_main.get_absolute_url()}"' not in text


def test_print_page_carries_the_facts(world: World, officer: User, as_user: SignIn) -> None:
    page = as_user(officer).get(f"/stations/{world.station_a1.pk}/print/?on=2026-05-01")

    text = page.content.decode()
    assert "Record of the police room on 2026-05-01." in text
    assert "96.50" in text
    assert "澜江大学 主校区" in text


def test_own_leads_station_users_to_their_file(
    world: World, officer: User, city_supervisor: User, as_user: SignIn
) -> None:
    assert as_user(officer).get("/stations/own/").url == f"/stations/{world.station_a1.pk}/"
    assert as_user(city_supervisor).get("/stations/own/").url == "/stations/"
    grant(officer, Role.OFFICER, world.center_a.unit)
    assert as_user(officer).get("/stations/own/").url == "/stations/"


# --- opening ------------------------------------------------------------------------------------
def opening(world: World, **changes: Any) -> dict[str, Any]:
    """A valid form of a room for the college's campus."""
    return {
        "client_uuid": str(uuid.uuid4()),
        "kind": StationKind.STANDALONE,
        "operator": world.county_a1.pk,
        "opened_on": "2026-03-02",
        "campus": world.campus_college.pk,
        "floor_area_m2": "88.5",
        "area_basis": "exclusive",
        **changes,
    }


def test_open_sent_twice_makes_one_room(world: World, county_staff: User, as_user: SignIn) -> None:
    client = as_user(county_staff)
    form = opening(world)

    first = client.post("/stations/new/", form)
    again = client.post("/stations/new/", form)
    other = client.post("/stations/new/", {**form, "address": "另一条路"})

    room = Station.everything.get(client_uuid=form["client_uuid"])
    assert (first.status_code, first.url) == (302, f"/stations/{room.pk}/")
    assert (again.status_code, again.url) == (302, f"/stations/{room.pk}/")
    assert other.status_code == 422
    assert "already sent with other content" in other.content.decode()
    assert (room.name, room.floor_area_m2) == (
        "澜江市公安局芦北分局澜江港口职业学院警务室",
        Decimal("88.50"),
    )
    assert AuditEvent.everything.get(action="stations.open").actor == county_staff


def test_open_refusal_keeps_what_was_typed(
    world: World, county_staff: User, as_user: SignIn
) -> None:
    form = opening(world, campus=world.campus_a_main.pk, address="芦北路 9 号")

    page = as_user(county_staff).post("/stations/new/", form)

    text = page.content.decode()
    assert page.status_code == 422
    assert "already has a room of its own" in text
    assert 'href="#id_campus"' in text
    assert "芦北路 9 号" in text
    assert not Station.everything.filter(client_uuid=form["client_uuid"]).exists()


@pytest.mark.parametrize("field", ["operator", "campus"])
def test_open_answers_a_foreign_id_like_an_unknown_one(
    world: World, county_staff: User, as_user: SignIn, field: str
) -> None:
    client = as_user(county_staff)
    foreign = {"operator": world.county_b1.pk, "campus": world.campus_b_main.pk}[field]

    answers = [
        list(
            client.post("/stations/new/", opening(world, **{field: pk}))
            .context["form"]
            .errors[field]
        )
        for pk in (foreign, ABSENT)
    ]

    assert len(answers[0]) == 1
    assert answers[0] == answers[1]


def test_open_offers_only_the_own_area(world: World, county_staff: User, as_user: SignIn) -> None:
    page = as_user(county_staff).get(f"/stations/new/?campus={world.campus_college.pk}")

    form = page.context["form"]
    assert set(form.fields["operator"].queryset) == {world.county_a1}
    assert set(form.fields["campus"].queryset) == {world.campus_a_main, world.campus_college}
    assert set(form.fields["covered"].queryset) == {world.campus_a_main}
    assert (form.initial["campus"], form.initial["operator"]) == (
        world.campus_college,
        world.county_a1,
    )


def test_open_is_forbidden_to_officers(world: World, officer: User, as_user: SignIn) -> None:
    response = as_user(officer).post("/stations/new/", opening(world))

    assert response.status_code == 403
    refusal = AuditEvent.everything.filter(result="refused").latest("id")
    assert (refusal.action, refusal.actor) == ("stations.open", officer)


def test_open_by_a_city_supervisor_of_another_city_never_reaches_here(
    world: World, other_city_supervisor: User, as_user: SignIn
) -> None:
    page = as_user(other_city_supervisor).post("/stations/new/", opening(world))

    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"operator", "campus"}


# --- edit, close, suspend, links through the pages ----------------------------------------------
def editing(station: Station, **changes: Any) -> dict[str, Any]:
    return {
        "valid_from": "2026-03-02",
        "campus": station.campus_id or "",
        "floor_area_m2": "120",
        "area_basis": "exclusive",
        "inside_campus": "on",
        **changes,
    }


def test_county_edits_with_history(world: World, county_staff: User, as_user: SignIn) -> None:
    url = f"/stations/{world.station_a1.pk}/"

    response = as_user(county_staff).post(f"{url}edit/", editing(world.station_a1))

    assert (response.status_code, response.url) == (302, url)
    versions = StationVersion.objects.filter(subject=world.station_a1).order_by("valid_from")
    assert [v.floor_area_m2 for v in versions] == [Decimal("96.50"), Decimal("120.00")]


def test_station_lead_edits_all_but_what_the_bureau_decides(
    world: World, station_lead: User, as_user: SignIn
) -> None:
    client = as_user(station_lead)
    url = f"/stations/{world.station_a1.pk}/edit/"

    fields = set(client.get(url).context["form"].fields)
    response = client.post(
        url, editing(world.station_a1, campus=world.campus_college.pk, plan_no="X")
    )

    assert fields.isdisjoint({"campus", "cluster", "supervising_unit", "plan_no", "approval_no"})
    assert {"floor_area_m2", "telephone", "valid_from"} <= fields
    assert response.status_code == 302
    station = Station.everything.get(pk=world.station_a1.pk)
    assert (station.campus, station.plan_no, station.floor_area_m2) == (
        world.campus_a_main,
        "",
        Decimal("120.00"),
    )


def test_edit_refusal_stands_at_its_field(
    world: World, county_staff: User, as_user: SignIn
) -> None:
    page = as_user(county_staff).post(
        f"/stations/{world.station_a1.pk}/edit/",
        editing(world.station_a1, valid_from="2025-01-01"),
    )

    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["valid_from"]
    assert "2025-01-01" in page.content.decode()


def test_rename_page_shows_the_name_and_renames(
    world: World, county_staff: User, as_user: SignIn
) -> None:
    Station.everything.filter(pk=world.station_a1.pk).update(name="澜江大学警务室")
    client = as_user(county_staff)
    url = f"/stations/{world.station_a1.pk}/"

    hint = client.get(url).content.decode()
    client.post(f"{url}rename/", {"valid_from": "2026-03-02"})

    assert "澜江市公安局芦北分局澜江大学警务室" in hint
    assert Station.everything.get(pk=world.station_a1.pk).name == world.station_a1.name


def test_close_page_asks_with_numbers_then_closes(
    world: World, county_staff: User, as_user: SignIn
) -> None:
    client = as_user(county_staff)
    url = f"/stations/{world.center_a.pk}/"

    page = client.get(f"{url}close/")
    response = client.post(f"{url}close/", {"on": "2026-06-01", "reason": "撤并"})

    numbers = [(item.number, item.text) for item in page.context["consequences"]]
    assert numbers == [
        (1, "coverage link ends"),
        (1, "university loses this room"),
        (12000, "students and staff on its campuses"),
        (0, "lines of equipment stay on its list"),
    ]
    assert response.status_code == 302
    station = Station.everything.get(pk=world.center_a.pk)
    assert (station.closed_on, station.close_reason) == (dt.date(2026, 6, 1), "撤并")
    assert "closed" in client.get(url).content.decode()


def test_get_of_an_act_changes_nothing(world: World, county_staff: User, as_user: SignIn) -> None:
    client = as_user(county_staff)
    before = (list(Station.everything.order_by("id").values()), AuditEvent.everything.count())

    for page in (*PAGES, "links/new/"):
        assert client.get(f"/stations/{world.center_a.pk}/{page}").status_code == 200

    assert before == (
        list(Station.everything.order_by("id").values()),
        AuditEvent.everything.count(),
    )


def test_suspend_and_resume_pages(world: World, county_staff: User, as_user: SignIn) -> None:
    client = as_user(county_staff)
    url = f"/stations/{world.station_a1.pk}/"

    missing = client.post(f"{url}suspend/", {"valid_from": "2026-03-02", "reason": "装修"})
    client.post(
        f"{url}suspend/", {"valid_from": "2026-03-02", "reason": "装修", "document_no": "7 号"}
    )
    suspended = client.get(url).content.decode()
    client.post(f"{url}resume/", {"on": "2026-04-01"})

    assert list(missing.context["form"].errors) == ["document_no"]
    assert "Suspended from 2026-03-02" in suspended
    assert "7 号" in suspended
    assert f"{url}resume/" in suspended
    assert "Suspended from" not in client.get(url).content.decode()


def test_link_pages(world: World, county_staff: User, as_user: SignIn) -> None:
    client = as_user(county_staff)
    url = f"/stations/{world.center_a.pk}/"
    campus = add_campus(
        add_university("4199010009", "芦北师范学院", world.city_a), 1, "主校区", world.county_a1
    )

    client.post(
        f"{url}links/new/", {"campus": campus.pk, "kind": "primary", "valid_from": "2026-03-02"}
    )
    link = CoverageLink.everything.get(campus=campus)
    ended = client.post(f"{url}links/{link.pk}/end/", {"on": "2026-04-01"})

    link.refresh_from_db()
    assert (ended.url, link.kind, link.valid_to) == (
        f"{url}coverage/",
        "primary",
        dt.date(2026, 4, 1),
    )


def test_link_of_another_station_is_absent(
    world: World, county_staff: User, as_user: SignIn
) -> None:
    link = CoverageLink.everything.get(station=world.center_a)

    response = as_user(county_staff).get(f"/stations/{world.station_a1.pk}/links/{link.pk}/end/")

    assert response.status_code == 404


# --- search -------------------------------------------------------------------------------------
def hits(response: Any) -> dict[str, set[str]]:
    return {g.key: {row.label for row in g.rows} for g in response.context["groups"]}


def test_search_finds_by_name_pinyin_and_number(
    world: World, city_supervisor: User, as_user: SignIn
) -> None:
    client = as_user(city_supervisor)

    by_pinyin = hits(client.get("/search/?q=ljgkzy"))
    by_code = hits(client.get("/search/?q=4199010003"))
    by_number = hits(client.get("/search/?q=A0002"))

    assert by_pinyin == {
        "universities": {"澜江港口职业学院"},
        "campuses": {"澜江港口职业学院 主校区"},
    }
    assert by_code == by_pinyin
    assert by_number == {"stations": {world.center_a.name}}


def test_search_stays_in_the_readers_area(
    world: World, city_supervisor: User, other_city_supervisor: User, officer: User, as_user: SignIn
) -> None:
    assert hits(as_user(city_supervisor).get("/search/?q=云川")) == {}
    there = hits(as_user(other_city_supervisor).get("/search/?q=澜江大学"))
    assert there == {"universities": {"澜江大学"}, "campuses": {"澜江大学 云东校区"}}
    assert hits(as_user(officer).get("/search/?q=澜江")) == {
        "stations": {world.station_a1.name},
        "universities": {"澜江大学"},  # the one whose campus the room stands on
        "campuses": {"澜江大学 主校区"},
    }


def test_search_shows_at_most_ten_and_says_so(
    world: World, province_staff: User, as_user: SignIn
) -> None:
    for number in range(11):
        add_university(f"41990200{number:02d}", f"样例学院{number:02d}", world.city_a)

    page = as_user(province_staff).get("/search/?q=样例学院")

    (group,) = page.context["groups"]
    assert (len(group.rows), group.more) == (10, True)
    assert "There are more" in page.content.decode()


def test_search_empty_states(world: World, officer: User, as_user: SignIn) -> None:
    client = as_user(officer)

    nothing_asked = client.get("/search/").content.decode()
    nothing_found = client.get("/search/?q=%3Cscript%3E").content.decode()
    partial = client.get("/search/?q=A0001", headers={"HX-Request": "true"}).content.decode()

    assert "Type a name, its pinyin initials or a number" in nothing_asked
    assert "Nothing in your area matches “&lt;script&gt;”" in nothing_found
    assert world.station_a1.name in partial
    assert "<html" not in partial


def test_second_room_of_a_bureau_is_not_marked(
    world: World, county_staff: User, as_user: SignIn
) -> None:
    campus = add_campus(world.university_a, 4, "江湾校区", world.county_a1, is_branch=True)
    add_station(
        "A0050", "澜江市公安局芦北分局澜江大学江湾校区警务室", world.county_a1, campus=campus
    )

    rows = as_user(county_staff).get("/stations/").context["table"].rows

    assert {row.cells[-1].text for row in rows} == {"by the rule"}
