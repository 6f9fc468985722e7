"""Pages below /people/: who sees whom, the list and its export, a file, the acts on posts."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from python_calamine import CalamineWorkbook

from personnel.enums import EndReason, PersonKind, Post
from personnel.models import Assignment, Person
from personnel.services.staff import leave_service
from personnel.views.staff import PersonList
from policeroom.accounts.models import User
from policeroom.common.errors import DomainError
from policeroom.common.roles import Role
from tests.personnel.people_helpers import FROM, serves, somebody, trained
from tests.world import World, grant

pytestmark = pytest.mark.integration
SignIn = Callable[[User | None], Client]
DAY = dt.timedelta(days=1)


def names(response: Any) -> set[str]:
    return {row.cells[0].text for row in response.context["table"].rows}


def cells(response: Any) -> dict[str, list[str]]:
    return {
        row.cells[0].text: [cell.text for cell in row.cells]
        for row in response.context["table"].rows
    }


@pytest.fixture
def staffed(world: World, province_staff: User) -> World:
    """One officer in each room of the small world, named after it."""
    for room, name in (
        (world.station_a1, "甲一"),
        (world.center_a, "甲心"),
        (world.station_a2, "甲二"),
        (world.station_b1, "乙一"),
    ):
        serves(room, province_staff, name=name)
    return world


def test_each_reader_sees_the_people_of_the_own_area(
    staffed: World,
    officer: User,
    station_lead: User,
    county_staff: User,
    city_supervisor: User,
    province_staff: User,
    as_user: SignIn,
) -> None:
    seen = {
        user.name: names(as_user(user).get("/people/"))
        for user in (officer, station_lead, county_staff, city_supervisor, province_staff)
    }
    assert seen == {
        officer.name: {"甲一"},
        station_lead.name: {"甲一"},
        county_staff.name: {"甲一", "甲心"},
        city_supervisor.name: {"甲一", "甲心", "甲二"},
        province_staff.name: {"甲一", "甲心", "甲二", "乙一"},
    }


def test_right_held_in_a_room_does_not_reach_what_the_education_side_sees(
    staffed: World, officer: User, as_user: SignIn
) -> None:
    grant(officer, Role.EDUCATION, staffed.province)
    client = as_user(officer)
    other = Person.everything.get(name="乙一")
    assert names(client.get("/people/")) == {"甲一"}
    assert client.get(f"/people/{other.pk}/").status_code == 404


def test_person_of_others_is_as_if_absent(
    staffed: World, county_staff: User, as_user: SignIn
) -> None:
    client = as_user(county_staff)
    other = Person.everything.get(name="乙一")
    for page in ("", "edit/", "leave/", "posts/new/"):
        assert client.get(f"/people/{other.pk}/{page}").status_code == 404
    post = Assignment.everything.get(person=other)
    assert client.get(f"/people/posts/{post.pk}/end/").status_code == 404


def test_lead_reads_and_does_not_edit(staffed: World, station_lead: User, as_user: SignIn) -> None:
    client = as_user(station_lead)
    own = Person.everything.get(name="甲一")
    page = client.get(f"/people/{own.pk}/")
    assert page.status_code == 200
    assert "/edit/" not in page.content.decode()
    for act in ("edit/", "leave/", "posts/new/"):
        assert client.get(f"/people/{own.pk}/{act}").status_code == 403
    assert client.get("/people/?export=xlsx").status_code == 403


def test_list_shows_room_post_and_training(
    world: World, county_staff: User, as_user: SignIn
) -> None:
    good = serves(world.station_a1, county_staff, name="训全", post=Post.LEAD)
    trained(good.person, FROM)
    late = serves(world.station_a1, county_staff, name="训迟")
    trained(late.person, FROM + DAY)
    partly = serves(world.center_a, county_staff, name="训缺", post=Post.AUXILIARY)
    trained(partly.person, FROM, "business", "safety")
    serves(world.center_a, county_staff, name="未训")
    somebody(world.county_a1, county_staff, name="无岗")

    found = cells(as_user(county_staff).get("/people/"))

    assert {name: (row[3], row[4], row[6]) for name, row in found.items()} == {
        "训全": (world.station_a1.name, "in charge", "trained before the post"),
        "训迟": (world.station_a1.name, "officer", "trained after the post began"),
        "训缺": (world.center_a.name, "auxiliary", "topics missing"),
        "未训": (world.center_a.name, "officer", "not trained before the post"),
        "无岗": ("–", "–", "no post"),
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("q=甲", {"甲一", "甲心"}, id="name"),
        pytest.param("q=jiaxin", {"甲心"}, id="pinyin"),
        pytest.param("kind=auxiliary", {"辅三"}, id="kind"),
        pytest.param("room=A0002", {"甲心"}, id="number of the room"),
        pytest.param("room=大学城", {"甲心"}, id="name of the room"),
        pytest.param("no_post=on", {"辅三"}, id="without a post"),
        pytest.param("left=on", {"甲一", "甲心", "辅三", "走四"}, id="also those who left"),
    ],
)
def test_filters(
    staffed: World, county_staff: User, as_user: SignIn, query: str, expected: set[str]
) -> None:
    somebody(staffed.county_a1, county_staff, name="辅三", kind=PersonKind.AUXILIARY)
    gone = somebody(staffed.county_a1, county_staff, name="走四")
    leave_service(person=gone, last_day=FROM, by=county_staff, at=timezone.now())

    assert names(as_user(county_staff).get(f"/people/?{query}")) == expected


def test_export_holds_the_people_of_the_filter(
    staffed: World, county_staff: User, as_user: SignIn
) -> None:
    response = as_user(county_staff).get("/people/?room=A0002&export=xlsx")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0)
    rows = sheet.to_python()
    heads = next(index for index, row in enumerate(rows) if row[0] == "Person's name")
    assert [row[0] for row in rows[heads + 1 :]] == ["甲心"]


def test_list_costs_the_same_for_one_and_many(
    world: World,
    county_staff: User,
    asked: Callable[[User, str], HttpRequest],
) -> None:
    def queries() -> int:
        request = asked(county_staff, "/people/")
        with CaptureQueriesContext(connection) as found:
            assert PersonList.as_view()(request).status_code == 200
        return len(found)

    serves(world.station_a1, county_staff)
    one = queries()
    for _number in range(4):
        serves(world.center_a, county_staff)
    assert (one, queries()) == (3, 3)  # rows, trainings, count


def test_person_is_entered_and_given_a_post(
    world: World, county_staff: User, as_user: SignIn
) -> None:
    client = as_user(county_staff)
    form = client.get("/people/new/").context["form"]
    sent = {
        "client_uuid": form["client_uuid"].value(),
        "name": "林安",
        "staff_no": "700001",
        "kind": "officer",
        "unit": world.county_a1.pk,
    }
    first = client.post("/people/new/", sent)
    again = client.post("/people/new/", sent)
    person = Person.everything.get(staff_no="700001")
    assert (
        (first.status_code, first.url)
        == (again.status_code, again.url)
        == (
            302,
            f"/people/{person.pk}/",
        )
    )

    given = client.post(
        f"/people/{person.pk}/posts/new/",
        {
            "station": world.station_a1.pk,
            "post": "lead",
            "valid_from": "2026-05-04",
            "is_primary": "on",
        },
    )
    assert given.status_code == 302
    row = Assignment.everything.get(person=person)
    assert (row.station, row.post, row.is_primary) == (world.station_a1, Post.LEAD, True)


def test_number_that_is_taken_is_refused_at_its_field(
    world: World, county_staff: User, as_user: SignIn
) -> None:
    taken = somebody(world.county_a1, county_staff).staff_no
    response = as_user(county_staff).post(
        "/people/new/",
        {"name": "林安", "staff_no": taken, "kind": "officer", "unit": world.county_a1.pk},
    )
    assert response.status_code == 422
    assert "staff_no" in response.context["form"].errors


def test_post_in_a_room_of_others_is_no_choice(
    world: World, county_staff: User, as_user: SignIn
) -> None:
    person = somebody(world.county_a1, county_staff)
    response = as_user(county_staff).post(
        f"/people/{person.pk}/posts/new/",
        {"station": world.station_b1.pk, "post": "officer", "valid_from": "2026-05-04"},
    )
    assert response.status_code == 422
    assert "station" in response.context["form"].errors


def test_university_the_room_does_not_cover_is_refused(
    world: World, county_staff: User, as_user: SignIn
) -> None:
    person = somebody(world.county_a1, county_staff)
    url = f"/people/{person.pk}/posts/new/"
    sent = {"post": "officer", "valid_from": "2026-05-04", "is_primary": "on"}
    sent["named_university"] = str(world.college_a.pk)
    refused = as_user(county_staff).post(url, {**sent, "station": world.station_a1.pk})
    assert "named_university" in refused.context["form"].errors
    given = as_user(county_staff).post(url, {**sent, "station": world.center_a.pk})
    assert given.status_code == 302
    assert Assignment.everything.get(person=person).named_university == world.college_a


def test_page_that_ends_a_post_says_what_is_left(
    world: World, county_staff: User, as_user: SignIn
) -> None:
    serves(world.station_a1, county_staff, name="留下")
    row = serves(world.station_a1, county_staff, name="离开")
    page = as_user(county_staff).get(f"/people/posts/{row.pk}/end/")
    assert [c.number for c in page.context["consequences"]] == [2, 1, 1]

    sent = {"last_day": "2026-05-14", "reason": "transfer"}
    done = as_user(county_staff).post(f"/people/posts/{row.pk}/end/", sent)
    row = Assignment.everything.get(pk=row.pk)
    assert (done.status_code, row.valid_to, row.end_reason) == (
        302,
        dt.date(2026, 5, 15),
        EndReason.TRANSFER,
    )


def test_leaving_ends_posts_and_keeps_the_file(
    world: World, county_staff: User, as_user: SignIn
) -> None:
    row = serves(world.station_a1, county_staff)
    client = as_user(county_staff)
    client.post(f"/people/{row.person_id}/leave/", {"last_day": "2026-05-14"})
    row = Assignment.everything.get(pk=row.pk)
    person = Person.everything.get(pk=row.person_id)
    assert (row.valid_to, row.end_reason) == (dt.date(2026, 5, 15), EndReason.LEAVING)
    assert (person.left_on, person.org_path) == (dt.date(2026, 5, 15), world.county_a1.org_path)
    page = client.get(f"/people/{person.pk}/")
    assert page.status_code == 200
    assert "posts/new" not in page.content.decode()


def test_leaving_before_a_post_begins_is_refused(world: World, county_staff: User) -> None:
    row = serves(world.station_a1, county_staff)
    with pytest.raises(DomainError, match="begins a post") as refusal:
        leave_service(person=row.person, last_day=FROM - DAY, by=county_staff, at=timezone.now())
    assert refusal.value.field == "last_day"


def test_second_leaving_is_refused(world: World, county_staff: User) -> None:
    who = somebody(world.county_a1, county_staff)
    leave_service(person=who, last_day=FROM, by=county_staff, at=timezone.now())
    with pytest.raises(DomainError, match="left on"):
        leave_service(person=who, last_day=FROM, by=county_staff, at=timezone.now())
