"""Pages of presence: who may tap what, what the page says, the rooms of an area."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from duty.models import Presence
from duty.services.presence import end_forgotten
from duty.views import presence as views
from personnel.models import Person
from policeroom.accounts.models import User
from policeroom.common.clock import ZONE
from policeroom.common.roles import Role
from tests.duty.presence_helpers import HOUR, again, came
from tests.personnel.people_helpers import serves
from tests.world import World, grant

pytestmark = pytest.mark.integration
SignIn = Callable[[User | None], Client]
Asked = Callable[[User, str], HttpRequest]


@pytest.fixture
def chen(world: World, county_staff: User) -> Person:
    return serves(world.station_a1, county_staff, name="陈岗").person


def page_of(world: World) -> str:
    return f"/duty/presence/rooms/{world.station_a1.pk}/"


def minutes_ago(number: int) -> dt.datetime:
    return timezone.now() - dt.timedelta(minutes=number)


def typed(at: dt.datetime) -> str:
    """An instant as the picker of the browser sends it."""
    return f"{at.astimezone(ZONE):%Y-%m-%dT%H:%M}"


def rows(response: Any) -> dict[str, list[str]]:
    table = response.context["table"]
    return {row.cells[0].text: [cell.text for cell in row.cells] for row in table.rows}


def test_two_taps_in_and_out(world: World, officer: User, chen: Person, as_user: SignIn) -> None:
    client = as_user(officer)
    page = client.get(page_of(world))
    assert [item.person for item in page.context["expected"]] == [chen]
    key = re.search(r'name="client_uuid" value="([^"]+)"', page.content.decode())
    assert key is not None
    sent = {"person": chen.pk, "client_uuid": key.group(1)}
    for _tap in range(2):
        done = client.post(f"{page_of(world)}in/", sent, follow=True)
        assert done.redirect_chain == [(page_of(world), 302)]
    row = Presence.everything.get(person=chen)
    assert [item.presence for item in done.context["here"]] == [row]
    assert done.context["expected"] == []

    Presence.everything.filter(pk=row.pk).update(came_at=minutes_ago(30))
    done = client.post(f"/duty/presence/{row.pk}/out/", follow=True)
    assert "陈岗 is checked out." in done.content.decode()
    assert done.context["here"] == []
    assert again(row).left_at is not None


def test_refused_arrival_says_why_on_the_page(
    world: World, officer: User, chen: Person, as_user: SignIn
) -> None:
    came(world.station_a1, chen, officer, minutes_ago(30))
    sent = {"person": chen.pk, "client_uuid": uuid.uuid4()}
    answer = as_user(officer).post(f"{page_of(world)}in/", sent)
    assert answer.status_code == 422
    assert answer.context["problem"].startswith("陈岗 is checked in at")
    assert Presence.everything.count() == 1


def test_refused_leaving_says_why_on_the_page(
    world: World, officer: User, chen: Person, as_user: SignIn
) -> None:
    row = came(world.station_a1, chen, officer, timezone.now())
    answer = as_user(officer).post(f"/duty/presence/{row.pk}/out/")
    assert answer.status_code == 422
    assert "Check out a minute later" in answer.context["problem"]
    assert again(row).left_at is None


def test_person_of_another_room_is_as_unknown_as_nobody(
    world: World, officer: User, county_staff: User, as_user: SignIn
) -> None:
    other = serves(world.station_b1, county_staff, name="远岗").person
    client = as_user(officer)
    known, unknown = (
        client.post(f"{page_of(world)}in/", {"person": pk}).context["problem"]
        for pk in (other.pk, 999_999)
    )
    assert (
        known
        == unknown
        == "Select a valid choice. That choice is not one of the available " + ("choices.")
    )


def test_only_the_room_taps_and_only_the_lead_corrects(
    world: World,
    officer: User,
    station_lead: User,
    county_staff: User,
    city_supervisor: User,
    chen: Person,
    as_user: SignIn,
) -> None:
    row = came(world.station_a1, chen, officer, minutes_ago(30))
    acts = [f"/duty/presence/{row.pk}/{act}/" for act in ("out", "correct")]
    shown = {}
    for user in (officer, station_lead, county_staff, city_supervisor):
        text = as_user(user).get(page_of(world)).content.decode()
        shown[user.name] = tuple(act in text for act in (*acts, f"{page_of(world)}new/"))
    assert shown == {
        officer.name: (True, False, False),
        station_lead.name: (True, True, True),
        county_staff.name: (False, True, True),
        city_supervisor.name: (False, False, False),
    }


def test_room_of_others_is_as_if_absent(
    world: World, neighbour_officer: User, station_lead: User, chen: Person, as_user: SignIn
) -> None:
    row = came(world.station_a1, chen, station_lead, minutes_ago(30))
    client = as_user(neighbour_officer)
    assert client.get(page_of(world)).status_code == 404
    assert client.post(f"{page_of(world)}in/", {"person": chen.pk}).status_code == 404
    assert client.post(f"/duty/presence/{row.pk}/out/").status_code == 404
    assert again(row).left_at is None


def test_education_side_reads_no_presence(
    world: World, officer: User, chen: Person, as_user: SignIn
) -> None:
    grant(officer, Role.EDUCATION, world.province)
    client = as_user(officer)
    other = f"/duty/presence/rooms/{world.station_b1.pk}/"
    assert client.get(other).status_code == 403
    assert set(rows(client.get("/duty/presence/rooms/"))) == {world.station_a1.name}


def test_own_room_opens_where_there_is_one(
    world: World, officer: User, county_staff: User, as_user: SignIn
) -> None:
    assert as_user(officer).get("/duty/presence/").url == page_of(world)
    assert as_user(county_staff).get("/duty/presence/").url == "/duty/presence/rooms/"
    own_roster = f"/duty/roster/rooms/{world.station_a1.pk}/"
    assert as_user(officer).get("/duty/roster/").url == own_roster
    assert as_user(county_staff).get("/duty/roster/").url == "/duty/presence/rooms/"


def test_list_counts_who_is_there(
    world: World, officer: User, county_staff: User, chen: Person, as_user: SignIn
) -> None:
    came(world.station_a1, chen, officer, minutes_ago(30))
    client = as_user(county_staff)
    found = rows(client.get("/duty/presence/rooms/"))
    assert {name: row[3:] for name, row in found.items()} == {
        world.station_a1.name: ["somebody there", "1", "0"],
        world.center_a.name: ["nobody there", "0", "0"],
    }
    assert set(rows(client.get("/duty/presence/rooms/?empty=on"))) == {world.center_a.name}
    assert set(rows(client.get("/duty/presence/rooms/?q=A0001"))) == {world.station_a1.name}


def test_list_asks_as_often_for_one_as_for_three(
    world: World, province_staff: User, asked: Asked
) -> None:
    counts = []
    for room in (world.station_a1, world.center_a, world.station_a2):
        came(room, serves(room, province_staff).person, province_staff, minutes_ago(30))
        request = asked(province_staff, "/duty/presence/rooms/")
        with CaptureQueriesContext(connection) as queries:
            views.RoomList.as_view()(request)
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts


def test_room_asks_as_often_for_one_as_for_three(
    world: World, station_lead: User, asked: Asked
) -> None:
    counts = []
    for _n in range(3):
        came(
            world.station_a1,
            serves(world.station_a1, station_lead).person,
            station_lead,
            minutes_ago(30),
        )
        serves(world.station_a1, station_lead)
        request = asked(station_lead, page_of(world))
        with CaptureQueriesContext(connection) as queries:
            views.room(request, world.station_a1.pk)
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts


def test_forgotten_check_out_stays_on_the_page_until_the_person_says_so(
    world: World, officer: User, chen: Person, as_user: SignIn
) -> None:
    row = came(world.station_a1, chen, officer, timezone.now() - 13 * HOUR)
    client = as_user(officer)
    page = client.get(page_of(world))
    assert [line.cells[4].text for line in page.context["lines"].rows] == ["end not verified"]
    for _look in ("before the task", "after it"):
        page = client.get(page_of(world))
        (item,) = page.context["here"]
        assert (item.presence, item.over, page.context["here_count"]) == (row, True, 0)
        end_forgotten(now=timezone.now())
    client.post(f"/duty/presence/{row.pk}/out/")
    assert client.get(page_of(world)).context["here"] == []
    assert again(row).left_source == "desk"


def test_lead_enters_corrects_and_strikes(
    world: World, station_lead: User, chen: Person, as_user: SignIn
) -> None:
    client = as_user(station_lead)
    start, end = minutes_ago(300), minutes_ago(60)
    sent = {"person": chen.pk, "came_at": typed(start), "left_at": typed(end)}
    assert client.post(f"{page_of(world)}new/", sent).url == page_of(world)
    row = Presence.everything.get(person=chen)
    assert (row.source, typed(row.came_at), typed(row.left_at)) == (
        "manual",
        typed(start),
        typed(end),
    )
    sent = {"came_at": typed(minutes_ago(290)), "left_at": typed(end), "reason": "晚到十分钟"}
    assert client.post(f"/duty/presence/{row.pk}/correct/", sent).url == page_of(world)
    page = client.get(f"/duty/presence/{row.pk}/correct/").content.decode()
    assert "晚到十分钟" in page
    assert station_lead.name in page
    assert client.post(f"/duty/presence/{row.pk}/strike/", {"reason": ""}).status_code == 422
    client.post(f"/duty/presence/{row.pk}/strike/", {"reason": "点错人"})
    assert again(row).struck_at is not None
    assert client.get(f"/duty/presence/{row.pk}/correct/").status_code == 404


def test_wrong_correction_is_shown_with_the_form(
    world: World, station_lead: User, chen: Person, as_user: SignIn
) -> None:
    row = came(world.station_a1, chen, station_lead, minutes_ago(30))
    later = typed(timezone.now() + HOUR)
    sent = {"came_at": later, "left_at": "", "reason": "x"}
    answer = as_user(station_lead).post(f"/duty/presence/{row.pk}/correct/", sent)
    assert answer.status_code == 422
    assert "still to come" in answer.context["form"].errors["came_at"][0]


def test_lines_of_another_day(world: World, officer: User, chen: Person, as_user: SignIn) -> None:
    came(world.station_a1, chen, officer, timezone.now() - dt.timedelta(days=3))
    client = as_user(officer)
    day = timezone.localdate(timezone.now() - dt.timedelta(days=3), ZONE)
    shown = client.get(f"{page_of(world)}?on={day}").context["lines"].rows
    assert [row.cells[0].text for row in shown] == ["陈岗"]
    page = client.get(f"{page_of(world)}?on=2199-01-01")
    assert page.context["day"] == timezone.localdate()
    assert "lies in the future" in page.content.decode()
