"""Screens of places: who sees which campus, what forms offer and refuse, history, query counts."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from policeroom.common.models import AuditEvent
from policeroom.common.roles import Role
from stations.enums import CampusStatus, DesignationBasis, UnitKind, UniversityLevel
from stations.models import (
    AcademicCalendar,
    Article6Designation,
    Campus,
    Cluster,
    OrgUnit,
    PopulationSnapshot,
    University,
)
from stations.services import places, places_campuses
from stations.services.org import create_unit
from tests.stations.places_helpers import first_column, in_english, sheet, text_of
from tests.world import START, add_campus, add_university, make_user

pytestmark = pytest.mark.integration

LIST = reverse("stations:university-list")
CAMPUSES = reverse("stations:campus-list")
BUREAUS = reverse("stations:bureau-list")
TOWNS = reverse("stations:cluster-list")


def url(name: str, pk: int) -> str:
    return reverse(f"stations:{name}", args=[pk])


@pytest.fixture
def city_a(city_supervisor, as_user):
    return in_english(as_user(city_supervisor))


@pytest.fixture
def city_b(other_city_supervisor, as_user):
    return in_english(as_user(other_city_supervisor))


@pytest.fixture
def province(province_staff, as_user):
    return in_english(as_user(province_staff))


@pytest.fixture
def county(county_staff, as_user):
    return in_english(as_user(county_staff))


def count_queries(client, address: str) -> int:
    """Queries of the page itself; those of the frame (session, person, grants) are not its own."""
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return sum('FROM "stations_' in query["sql"] for query in captured.captured_queries)


# --- what lies elsewhere ------------------------------------------------------------------------


def test_a_city_lists_its_universities_and_those_with_a_campus_there(world, city_a, city_b):
    mine = city_a.get(LIST)
    theirs = city_b.get(LIST)

    assert set(first_column(mine)) == {"澜江大学", "澜江港口职业学院"}
    assert set(first_column(theirs)) == {"澜江大学", "云川大学"}


def test_a_county_lists_the_universities_with_a_campus_in_it(world, county):
    assert set(first_column(county.get(LIST))) == {"澜江大学", "澜江港口职业学院"}
    assert set(first_column(county.get(CAMPUSES))) == {"主校区"}


def test_campus_counts_stop_at_the_border(world, city_a, city_b, province):
    def counts(client):
        rows = client.get(LIST).context["table"].rows
        column = [c.key for c in client.get(LIST).context["table"].columns].index("campuses")
        return {row.cells[0].text: row.cells[column].text for row in rows}

    assert counts(province)["澜江大学"] == "3"
    assert counts(city_a)["澜江大学"] == "2"
    assert counts(city_b)["澜江大学"] == "1"


@pytest.mark.parametrize("name", ["university-list", "campus-list"])
def test_exports_hold_what_is_shown_and_nothing_from_elsewhere(world, city_b, name):
    response = city_b.get(reverse(f"stations:{name}"), {"export": "xlsx"})

    text = "\n".join(str(cell) for row in sheet(response) for cell in row if cell is not None)
    assert "澜江大学" in text
    assert "栗桥校区" not in text
    assert "芦北分局" not in text
    assert "澜江港口职业学院" not in text


def test_export_repeats_the_chosen_columns_and_filter(world, province):
    response = province.get(LIST, {"export": "xlsx", "q": "ycdx", "col": ["code", "campuses"]})

    rows = sheet(response)
    assert rows[-2:] == [["Name", "Code", "Campuses"], ["云川大学", "4199010002", 1.0]]
    event = AuditEvent.objects.unscoped("test").filter(action="export").latest("id")
    assert event.after["rows"] == 1


def test_detail_shows_only_the_campuses_in_view(world, city_a, city_b):
    address = world.university_a.get_absolute_url()

    mine, theirs = text_of(city_a, address), text_of(city_b, address)

    assert "栗桥校区" in mine
    assert "云东校区" not in mine
    assert world.station_a1.name in mine
    assert "云东校区" in theirs
    assert "栗桥校区" not in theirs
    assert world.station_a1.name not in theirs
    assert "栗桥县" not in theirs


def test_a_campus_elsewhere_answers_like_one_that_does_not_exist(world, city_a):
    absent = url("campus-detail", 999_999)
    hidden = world.campus_a_far.get_absolute_url()

    assert city_a.get(hidden).status_code == 404
    assert city_a.get(absent).status_code == 404
    for name in ("campus-edit", "campus-close", "population-new"):
        assert city_a.get(url(name, world.campus_a_far.pk)).status_code == 404
        assert city_a.post(url(name, world.campus_a_far.pk), {}).status_code == 404


def test_history_leaves_out_the_time_elsewhere(world, province_staff, city_a, city_b):
    places_campuses.edit_campus(
        campus=world.campus_a_stone,
        valid_from=dt.date(2026, 6, 1),
        today=timezone.localdate(),
        by=province_staff,
        unit=world.county_b1,
    )
    address = world.campus_a_stone.get_absolute_url()

    theirs = text_of(city_b, address)
    then = text_of(city_b, address, on="2026-03-01")

    assert "栗桥县公安局" not in theirs
    assert "Nothing was recorded for 2026-03-01" in then
    assert city_a.get(address).status_code == 404
    # the city it lay in then still finds it in the state of that day, without a link
    past = text_of(city_a, world.university_a.get_absolute_url(), on="2026-03-01")
    assert "栗桥校区" in past
    assert address not in past


def test_pickers_offer_only_the_readers_own_area(world, city_b, county):
    form = city_b.get(url("campus-new", world.university_a.pk)).context["form"]
    offered = set(form.fields["unit"].queryset)
    assert offered == {world.city_b, world.county_b1}
    assert set(form.fields["cluster"].queryset) == set()

    form = county.get(url("campus-new", world.university_a.pk)).context["form"]
    assert set(form.fields["unit"].queryset) == {world.county_a1}

    filters = city_b.get(LIST).context["filters"]
    assert set(filters.fields["unit"].queryset) == {world.city_b, world.county_b1}


def test_a_unit_from_elsewhere_is_refused_like_an_unknown_one(world, city_b):
    address = url("campus-new", world.university_a.pk)
    body = {"name": "新校区", "status": "active", "valid_from": "2026-03-01"}

    def errors(unit):
        return city_b.post(address, body | {"unit": unit}).context["form"].errors["unit"]

    assert errors(world.county_a2.pk) == errors(999_999)
    assert not Campus.objects.unscoped("test").filter(name="新校区").exists()


def test_a_filter_by_an_area_elsewhere_is_an_error_and_reveals_nothing(world, city_b):
    hidden = city_b.get(LIST, {"unit": str(world.city_a.pk)}).context["filters"].errors
    absent = city_b.get(LIST, {"unit": "999999"}).context["filters"].errors

    assert hidden == absent
    assert set(hidden) == {"unit"}


def test_confirm_page_of_a_closing_counts_only_what_is_in_view(world, city_a):
    page = text_of(city_a, url("university-close", world.university_a.pk))

    assert "<b>2</b> open campuses in your area" in page
    assert "<b>2</b> police rooms on them" in page


# --- acts in view but not allowed ---------------------------------------------------------------


def test_another_city_sees_the_university_but_may_not_edit_it(world, city_b):
    assert city_b.get(world.university_a.get_absolute_url()).status_code == 200
    for name in ("university-edit", "university-close", "term-new", "designation-new"):
        assert city_b.get(url(name, world.university_a.pk)).status_code == 403
        assert (
            city_b.post(url(name, world.university_a.pk), {"day": "2026-06-01"}).status_code == 403
        )
    world.university_a.refresh_from_db()
    assert world.university_a.status == "active"


def test_buttons_exist_only_where_the_act_is_allowed(world, city_a, city_b, county):
    def actions(client):
        context = client.get(world.university_a.get_absolute_url()).context
        return {action.label for action in context["actions"]}

    assert actions(city_a) == {"Edit", "Add campus", "Close university"}
    assert actions(city_b) == {"Add campus"}
    assert actions(county) == {"Add campus"}


def test_a_county_may_not_edit_universities_nor_a_city_the_bureaus(world, county, city_a):
    assert county.get(url("university-edit", world.university_a.pk)).status_code == 403
    assert city_a.get(url("bureau-edit", world.county_a1.pk)).status_code == 403
    assert city_a.get(reverse("stations:bureau-new")).status_code == 403


# --- universities -------------------------------------------------------------------------------


def university_body(world, **changes):
    body = {
        "code": "4199010009",
        "name": "海岚师范大学",
        "level": "undergraduate",
        "unit": world.city_a.pk,
        "status": "active",
        "valid_from": "2026-03-01",
        "client_uuid": "7a0e3c1e-6d0b-4c58-8d0d-2b6f6e1f0c11",
    }
    return body | changes


def test_university_is_recorded_once_however_often_the_form_is_sent(world, city_a):
    address = reverse("stations:university-new")

    first = city_a.post(address, university_body(world))
    second = city_a.post(address, university_body(world))
    other = city_a.post(address, university_body(world, name="海岚工业大学"))

    made = University.objects.unscoped("test").get(code="4199010009")
    assert first.headers["Location"] == made.get_absolute_url()
    assert "already sent with other content" in other.content.decode()
    assert made.name == "海岚师范大学"
    assert second.headers["Location"] == made.get_absolute_url()


def test_university_form_names_what_the_reader_sees_and_hides_the_rest(world, city_b):
    address = reverse("stations:university-new")
    own_unit = {"unit": world.city_b.pk}

    seen = city_b.post(address, university_body(world, code="4199010001", **own_unit))
    unseen = city_b.post(address, university_body(world, code="4199010003", **own_unit))
    short = city_b.post(address, university_body(world, code="419901", **own_unit))

    assert seen.context["form"].errors["code"] == ["4199010001 is already recorded: 澜江大学."]
    assert unseen.context["form"].errors["code"] == [
        "The code 4199010003 cannot be used for a new university. Check the ministry's list."
    ]
    assert "澜江港口职业学院" not in unseen.content.decode()
    assert short.context["form"].errors["code"] == [
        "The ministry code has ten digits, e.g. 4199010001."
    ]


def test_university_edit_keeps_the_past(world, city_a):
    today = timezone.localdate()
    body = university_body(world, name="澜江港口职业大学", valid_from=f"{today:%Y-%m-%d}")

    answer = city_a.post(url("university-edit", world.college_a.pk), body)

    address = world.college_a.get_absolute_url()
    assert answer.headers["Location"] == address
    assert "澜江港口职业大学" in text_of(city_a, address)
    before = city_a.get(address, {"on": "2026-01-01"})
    assert [fact.text for fact in before.context["facts"][:3]] == [
        "澜江港口职业学院",
        "4199010003",
        str(UniversityLevel.COLLEGE.label),
    ]
    assert "As of 2026-01-01" in before.content.decode()


def test_a_refused_edit_says_why_and_keeps_what_was_typed(world, city_a):
    body = university_body(world, name="新名字", valid_from="2025-12-31")

    answer = city_a.post(url("university-edit", world.college_a.pk), body)

    assert "a change dated 2026-01-01; 2025-12-31 lies before it" in str(
        answer.context["form"].errors["valid_from"]
    )
    assert 'value="新名字"' in answer.content.decode()
    world.college_a.refresh_from_db()
    assert world.college_a.name == "澜江港口职业学院"


def test_a_city_cannot_move_a_university_to_another_city(world, city_a):
    body = university_body(world, unit=world.city_b.pk)

    answer = city_a.post(url("university-edit", world.college_a.pk), body)

    assert set(answer.context["form"].errors) == {"unit"}
    world.college_a.refresh_from_db()
    assert world.college_a.unit == world.city_a


def test_university_is_closed_after_the_question(world, city_a):
    address = url("university-close", world.college_a.pk)

    asked = city_a.get(address)
    world.college_a.refresh_from_db()
    assert world.college_a.status == "active"
    assert "<b>1</b> open campuses" in asked.content.decode()

    city_a.post(address, {"day": f"{timezone.localdate():%Y-%m-%d}"})
    world.college_a.refresh_from_db()
    assert world.college_a.status == "closed"


@pytest.mark.parametrize("asked", ["2999-01-01", "yesterday", "2026-13-01", "0000-00-00"])
def test_a_day_that_cannot_be_shown_gives_today_and_says_so(world, city_a, asked):
    response = city_a.get(world.university_a.get_absolute_url(), {"on": asked})

    assert response.context["shown"].day == timezone.localdate()
    assert set(response.context["shown"].form.errors) == {"on"}
    assert len(response.context["campuses"].rows) == 2


def test_list_filters(world, province):
    def names(**params):
        return set(first_column(province.get(LIST, params)))

    assert names(q="港口") == {"澜江港口职业学院"}
    assert names(q="LJDX") == {"澜江大学"}
    assert names(q="419901000") == {"澜江大学", "云川大学", "澜江港口职业学院"}
    assert names(q="4199010002") == {"云川大学"}
    assert names(level="college") == {"澜江港口职业学院"}
    assert names(status="closed") == set()
    assert names(unit=str(world.county_b1.pk)) == {"澜江大学", "云川大学"}
    assert names(unit=str(world.city_a.pk)) == {"澜江大学", "澜江港口职业学院"}


def test_lists_say_what_belongs_there_when_they_are_empty(world, city_a, as_user):
    filtered = text_of(city_a, LIST, q="nothing like it")
    lonely = create_unit(
        parent=world.province, kind=UnitKind.CITY, name="远山市公安局", area_name="远山市", by=None
    )
    client = in_english(as_user(make_user("100099", "许九", lonely, Role.CITY)))
    empty = text_of(client, LIST)

    assert "Nothing matches this filter" in filtered
    assert "No university here" in empty
    assert reverse("stations:university-new") in empty


# --- campuses -----------------------------------------------------------------------------------


def campus_body(world, **changes):
    body = {
        "name": "滨江校区",
        "unit": world.county_a1.pk,
        "status": "active",
        "valid_from": "2026-03-01",
    }
    return body | changes


def test_campus_list_shows_population_room_and_centre(world, city_a):
    response = city_a.get(CAMPUSES)

    keys = [column.key for column in response.context["table"].columns]
    rows = {
        row.cells[1].text: dict(zip(keys, [cell.text for cell in row.cells], strict=True))
        for row in response.context["table"].rows
    }
    assert set(rows) == {"419901000101", "419901000102", "419901000301"}
    assert rows["419901000101"]["people"] == "12,000"
    assert rows["419901000101"]["room"] == world.station_a1.name
    assert rows["419901000301"]["room"] == "–"
    assert rows["419901000301"]["center"] == world.center_a.name


def test_campus_filters(world, province):
    def codes(**params):
        rows = province.get(CAMPUSES, params).context["table"].rows
        return {row.cells[1].text for row in rows}

    assert codes(q="云东") == {"419901000103"}
    assert codes(q="ycdx") == {"419901000201"}
    assert codes(room="none") == {"419901000103", "419901000301"}
    assert codes(unit=str(world.county_a2.pk)) == {"419901000102"}
    assert codes(status="closed") == set()


def test_a_county_adds_a_campus_in_its_own_area(world, county):
    answer = county.post(url("campus-new", world.university_a.pk), campus_body(world))

    campus = Campus.objects.unscoped("test").get(name="滨江校区")
    assert answer.headers["Location"] == campus.get_absolute_url()
    assert (campus.code, campus.org_path) == ("419901000104", world.county_a1.org_path)


def test_campus_edit_keeps_a_university_town_the_reader_does_not_see(world, county):
    town = Cluster.objects.create(name="澜江大学城", unit=world.city_a, org_path="x")
    Campus.objects.unscoped("test").filter(pk=world.campus_a_main.pk).update(cluster=town)
    address = url("campus-edit", world.campus_a_main.pk)
    today = f"{timezone.localdate():%Y-%m-%d}"

    assert "cluster" not in county.get(address).context["form"].fields
    county.post(address, campus_body(world, name="本部", valid_from=today))

    world.campus_a_main.refresh_from_db()
    assert (world.campus_a_main.name, world.campus_a_main.cluster) == ("本部", town)


def test_campus_is_closed_after_the_question_in_numbers(world, county):
    address = url("campus-close", world.campus_college.pk)

    asked = text_of(county, address)
    assert "<b>0</b> police rooms on it stay open" in asked
    assert "<b>1</b> coverage links of centres end" in asked

    county.post(address, {"day": f"{timezone.localdate():%Y-%m-%d}"})
    world.campus_college.refresh_from_db()
    assert world.campus_college.status == CampusStatus.CLOSED


def test_population_correction_shows_both_rows(world, county):
    address = url("population-new", world.campus_a_main.pk)
    body = {"as_of": "2026-03-01", "students": "30000", "staff": "2000", "source": "学校报表"}

    county.post(address, body)
    county.post(address, body | {"students": "31000"})

    rows = county.get(world.campus_a_main.get_absolute_url()).context["populations"].rows
    assert [[cell.text for cell in row.cells[:5]] for row in rows] == [
        ["2026-03-01", "31,000", "2,000", "33,000", "counts"],
        ["2026-03-01", "30,000", "2,000", "32,000", "replaced by a correction"],
        ["2026-01-01", "11,000", "1,000", "12,000", "counts"],
    ]


def test_population_form_refuses_the_impossible(world, county):
    address = url("population-new", world.campus_a_main.pk)

    answer = county.post(address, {"as_of": "2199-01-01", "students": "1", "staff": "1"})
    many = county.post(address, {"as_of": "2026-03-01", "students": "3000000", "staff": "-1"})

    assert "lies in the future" in str(answer.context["form"].errors["as_of"])
    assert set(many.context["form"].errors) == {"students", "staff"}
    assert (
        PopulationSnapshot.objects.unscoped("test").filter(campus=world.campus_a_main).count() == 1
    )


def test_campus_of_a_past_day_shows_the_room_of_that_day(world, city_a):
    places_campuses.close_campus(
        campus=world.campus_college,
        day=dt.date(2026, 6, 1),
        today=timezone.localdate(),
        by=None,
    )
    address = world.campus_college.get_absolute_url()

    now, then = text_of(city_a, address), text_of(city_a, address, on="2026-05-31")

    assert world.center_a.name in then
    assert "No police room of your area" in now


# --- designations, terms, towns -----------------------------------------------------------------


def test_designation_is_recorded_shown_and_lifted(world, city_a):
    detail = world.college_a.get_absolute_url()
    body = {
        "basis": "key",
        "decided_by": world.city_a.pk,
        "decision_no": "临公〔2026〕3号",
        "valid_from": "2026-03-01",
    }

    city_a.post(url("designation-new", world.college_a.pk), body)
    row = Article6Designation.objects.unscoped("test").get()
    assert url("designation-end", row.pk) in text_of(city_a, detail)

    city_a.post(url("designation-end", row.pk), {"valid_to": "2026-06-01"})
    shown = text_of(city_a, detail)
    assert "2026-06-01" in shown
    assert url("designation-end", row.pk) not in shown


def test_designation_of_a_university_is_refused_on_the_form(world, city_a):
    body = {"basis": "key", "decided_by": world.city_a.pk, "valid_from": "2026-03-01"}

    answer = city_a.post(url("designation-new", world.university_a.pk), body)

    assert "only a college" in str(answer.context["form"].non_field_errors())
    assert Article6Designation.objects.unscoped("test").count() == 0


def test_designation_elsewhere_is_not_found(world, city_b):
    row = Article6Designation.objects.create(
        university=world.college_a,
        basis=DesignationBasis.KEY,
        decided_by=world.city_a,
        valid_from=START,
    )

    assert (
        city_b.post(url("designation-end", row.pk), {"valid_to": "2026-06-01"}).status_code == 404
    )
    row.refresh_from_db()
    assert row.valid_to is None


def test_terms_are_typed_with_their_last_day(world, city_a):
    body = {
        "kind": "term",
        "name": "2026 spring",
        "starts_on": "2026-03-02",
        "last_day": "2026-07-05",
    }

    city_a.post(url("term-new", world.university_a.pk), body)
    row = AcademicCalendar.objects.unscoped("test").get()
    assert row.ends_on == dt.date(2026, 7, 6)

    overlap = city_a.post(url("term-new", world.university_a.pk), body | {"name": "again"})
    assert "overlaps “2026 spring” (2026-03-02 to 2026-07-05)" in str(
        overlap.context["form"].errors["starts_on"]
    )
    backwards = city_a.post(url("term-edit", row.pk), body | {"last_day": "2026-03-01"})
    assert set(backwards.context["form"].errors) == {"last_day"}
    city_a.post(url("term-edit", row.pk), body | {"last_day": "2026-07-12"})
    row.refresh_from_db()
    assert row.ends_on == dt.date(2026, 7, 13)


def test_terms_are_seen_by_the_city_of_a_branch_campus(world, city_b):
    AcademicCalendar.objects.create(
        university=world.university_a,
        kind="term",
        name="2026 spring",
        starts_on=dt.date(2026, 3, 2),
        ends_on=dt.date(2026, 7, 6),
    )

    page = text_of(city_b, world.university_a.get_absolute_url())

    assert "2026 spring" in page
    assert "2026-07-05" in page


def test_university_towns_count_campuses_in_view(world, city_a, city_b):
    answer = city_a.get(TOWNS)
    assert [[cell.text for cell in row.cells] for row in answer.context["table"].rows] == [
        ["芦北大学城", "澜江市公安局芦北分局", "2", world.center_a.name]
    ]
    assert first_column(city_b.get(TOWNS)) == []

    body = {"name": "栗桥大学城", "unit": world.county_a2.pk}
    city_a.post(reverse("stations:cluster-new"), body)
    assert set(first_column(city_a.get(TOWNS))) == {"芦北大学城", "栗桥大学城"}
    elsewhere = city_a.post(reverse("stations:cluster-new"), body | {"unit": world.county_b1.pk})
    assert set(elsewhere.context["form"].errors) == {"unit"}


# --- bureaus ------------------------------------------------------------------------------------


def test_bureaus_stand_in_tree_order_without_rooms(world, province, city_b):
    create_unit(
        parent=world.city_a, kind=UnitKind.INTERNAL_SECURITY, name="澜江市公安局内保支队", by=None
    )

    assert first_column(province.get(BUREAUS)) == [
        "海岚省公安厅",
        "澜江市公安局",
        "澜江市公安局内保支队",
        "澜江市公安局芦北分局",
        "栗桥县公安局",
        "云川市公安局",
        "云川市公安局云东分局",
    ]
    assert first_column(city_b.get(BUREAUS)) == ["云川市公安局", "云川市公安局云东分局"]
    assert first_column(province.get(BUREAUS, {"kind": "internal_security"})) == [
        "澜江市公安局内保支队"
    ]


def test_bureau_page_counts_its_area_and_links_up_only_within_view(world, city_a, city_b):
    response = city_a.get(url("bureau-detail", world.city_a.pk))
    across = city_b.get(url("bureau-detail", world.city_b.pk))

    counts = response.context["counts"]
    assert [fact.text for fact in counts] == [2, 3, 3]
    shown = [len(city_a.get(fact.url).context["table"].rows) for fact in counts]
    assert shown == [2, 3, 3]
    # 澜江大学 belongs to the other city, its 云东校区 lies here
    assert [fact.text for fact in across.context["counts"]] == [2, 2, 1]
    assert url("bureau-detail", world.province.pk) not in response.content.decode()
    assert city_b.get(url("bureau-detail", world.city_a.pk)).status_code == 404
    assert city_a.get(url("bureau-detail", world.station_a1.unit.pk)).status_code == 404


def test_province_adds_and_corrects_a_bureau(world, province):
    body = {
        "parent": world.city_b.pk,
        "kind": "branch",
        "name": "云川市公安局开发区分局",
        "area_name": "云川开发区",
        "provisional": "on",
    }
    missing = province.post(reverse("stations:bureau-new"), body | {"area_name": ""})
    assert set(missing.context["form"].errors) == {"area_name"}

    province.post(reverse("stations:bureau-new"), body)
    unit = OrgUnit.objects.unscoped("test").get(name="云川市公安局开发区分局")
    assert unit.org_path.startswith(world.city_b.org_path)
    assert "Provisional: an import met" in text_of(province, url("bureau-detail", unit.pk))

    edit = {"name": unit.name, "area_name": "云川经开区", "division_code": "990199"}
    province.post(url("bureau-edit", unit.pk), edit)
    unit.refresh_from_db()
    assert (unit.area_name, unit.division_code, unit.provisional) == ("云川经开区", "990199", False)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"division_code": "12"}, "division_code", id="two digits"),
        pytest.param({"grid_column": "3"}, "grid_row", id="column without row"),
        pytest.param({"name": ""}, "name", id="no name"),
    ],
)
def test_bureau_form_refuses(world, province, changes, field):
    body = {"name": "栗桥县公安局", "area_name": "栗桥县"} | changes

    answer = province.post(url("bureau-edit", world.county_a2.pk), body)

    assert set(answer.context["form"].errors) == {field}


def test_a_county_cannot_hang_under_the_province(world, province):
    body = {
        "parent": world.province.pk,
        "kind": "county",
        "name": "孤县公安局",
        "area_name": "孤县",
    }

    answer = province.post(reverse("stations:bureau-new"), body)

    assert "cannot hang under" in str(answer.context["form"].errors["parent"])
    assert not OrgUnit.objects.unscoped("test").filter(name="孤县公安局").exists()


# --- cost ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        pytest.param(LIST, 3, id="universities"),
        pytest.param(CAMPUSES, 3, id="campuses"),
        pytest.param(TOWNS, 3, id="towns"),
        pytest.param(BUREAUS, 3, id="bureaus"),
    ],
)
def test_lists_cost_the_same_for_one_row_and_for_three(world, as_user, address, expected):
    city = create_unit(
        parent=world.province, kind=UnitKind.CITY, name="远山市公安局", area_name="远山市", by=None
    )
    client = in_english(as_user(make_user("100098", "何十", city, Role.CITY)))

    def add(number: int) -> None:
        unit = create_unit(
            parent=city, kind=UnitKind.COUNTY, name=f"远{number}县公安局", area_name="县", by=None
        )
        town = Cluster.objects.create(name=f"远{number}大学城", unit=unit)
        university = add_university(f"419902000{number}", f"远山{number}大学", city)
        add_campus(university, 1, "主校区", unit, cluster=town)

    add(1)
    one = count_queries(client, address)
    add(2)
    add(3)
    three = count_queries(client, address)

    assert len(client.get(address).context["table"].rows) >= 3
    assert (one, three) == (expected, expected)


@pytest.mark.parametrize(
    ("address", "sort"),
    [
        (LIST, key)
        for key in ("", "name", "-name", "code", "place", "-place", "campuses", "-campuses")
    ]
    + [
        (CAMPUSES, key)
        for key in ("", "code", "university", "-university", "unit", "people", "-people")
    ],
)
def test_pages_of_every_order_hold_each_row_once(world, province, address, sort):
    for number in range(60):
        university = add_university(f"41990300{number:02d}", f"海岚第{number}大学", world.city_b)
        people = 2000 + number % 5 if number % 3 else None
        add_campus(university, 1, "主校区", world.county_b1, people=people)
    everything = set(University.objects.unscoped("test").values_list("code", flat=True))
    if address == CAMPUSES:
        everything = set(Campus.objects.unscoped("test").values_list("code", flat=True))

    codes: list[str] = []
    target = f"{address}?sort={sort}"
    pages = 0
    while target:
        table = province.get(target).context["table"]
        codes += [row.cells[1].text for row in table.rows]
        target = f"{address}{table.next_url}" if table.next_url else ""
        pages += 1

    assert pages == 2
    assert len(codes) == len(everything)
    assert set(codes) == everything


def test_a_university_page_costs_the_same_for_one_campus_and_for_three(world, city_a):
    address = world.college_a.get_absolute_url()
    one = count_queries(city_a, address)
    add_campus(world.college_a, 2, "二校区", world.county_a1)
    add_campus(world.college_a, 3, "三校区", world.county_a2)
    three = count_queries(city_a, address)

    assert len(city_a.get(address).context["campuses"].rows) == 3
    assert (one, three) == (6, 6)


def test_designating_a_former_college_leaves_its_history(world, city_a, city_supervisor):
    """Matrix D20: rules use the state at the instant; a lift to 本科 keeps the designation row."""
    places.designate(
        university=world.college_a,
        basis=DesignationBasis.KEY,
        decided_by=world.city_a,
        valid_from=START,
        by=city_supervisor,
    )
    places.edit_university(
        university=world.college_a,
        valid_from=dt.date(2026, 6, 1),
        today=timezone.localdate(),
        by=city_supervisor,
        level=UniversityLevel.UNDERGRADUATE,
    )

    response = city_a.get(world.college_a.get_absolute_url())

    assert len(response.context["designations"].rows) == 1
    assert response.context["may_designate"] is False
