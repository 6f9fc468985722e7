"""The JSON interface of people, strength, secondments and decisions."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from personnel.enums import Post
from personnel.models import Assignment
from policeroom.accounts.models import User
from tests.personnel.people_helpers import FROM, TODAY, serves, trained
from tests.world import World

pytestmark = pytest.mark.integration
SignIn = Callable[[User | None], Client]
API, JSON = "/api/v1/", "application/json"


def send(client: Client, address: str, body: dict[str, Any]) -> Any:
    return client.post(f"{API}{address}", body, content_type=JSON)


def read(client: Client, address: str) -> Any:
    answer = client.get(f"{API}{address}")
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.fixture
def post(world: World, county_staff: User) -> Assignment:
    return serves(world.station_a1, county_staff, post=Post.LEAD, name="接口")


def ask_body(world: World, post: Assignment, **changes: Any) -> dict[str, Any]:
    return {
        "client_uuid": str(uuid.uuid4()),
        "person": post.person_id,
        "valid_from": "2026-06-01",
        "last_day": "2026-06-10",
        "ordered_by": world.city_a.pk,
        "order_no": "市借1号",
        "purpose": "专班",
        **changes,
    }


def test_secondment_is_asked_once_decided_and_ended(
    world: World, post: Assignment, station_lead: User, county_staff: User, as_user: SignIn
) -> None:
    lead, county = as_user(station_lead), as_user(county_staff)
    body = ask_body(world, post)
    answers = [
        send(lead, "secondments/", body),
        send(lead, "secondments/", body),
        send(lead, "secondments/", body | {"purpose": "别的"}),
    ]
    assert [answer.status_code for answer in answers] == [201, 200, 409]
    shown = answers[0].json()
    assert (shown["state"], shown["last_day"]) == ("asked", "2026-06-10")
    address = f"secondments/{shown['id']}/"

    clash = send(lead, "secondments/", ask_body(world, post, valid_from="2026-06-10"))
    assert clash.status_code == 400
    assert "市借1号 from 2026-06-01 to 2026-06-10" in clash.json()["errors"]["valid_from"][0]
    outside = send(lead, "secondments/", ask_body(world, post, ordered_by=world.city_b.pk))
    absent = send(lead, "secondments/", ask_body(world, post, ordered_by=987654))
    assert [
        str(answer.json()).replace(str(pk), "KEY")
        for answer, pk in ((outside, world.city_b.pk), (absent, 987654))
    ] == [str(absent.json()).replace("987654", "KEY")] * 2

    assert send(lead, f"{address}approval/", {"approval_no": "x"}).status_code == 403
    done = send(county, f"{address}approval/", {"approval_no": "县批8号"}).json()
    assert (done["state"], done["approval_no"]) == ("approved", "县批8号")
    strength = read(county, f"stations/{world.station_a1.pk}/strength/?on=2026-06-05")
    assert (strength["officers"], strength["seconded"], strength["failing"]) == (
        0,
        1,
        ["JS-08-1", "JS-08-3"],
    )
    assert send(lead, f"{address}strike/", {"reason": "误"}).status_code == 403
    longer = send(lead, f"{address}end/", {"last_day": "2026-06-11"})
    assert longer.status_code == 400
    ended = send(lead, f"{address}end/", {"last_day": "2026-06-03"}).json()
    assert ended["last_day"] == "2026-06-03"
    assert [row["id"] for row in read(lead, "secondments/?state=approved")["results"]] == [
        shown["id"]
    ]
    assert send(county, f"{address}strike/", {"reason": "误"}).json()["state"] == "struck"


def test_file_of_a_person_holds_posts_absences_secondments_and_trainings(
    world: World,
    post: Assignment,
    station_lead: User,
    other_city_supervisor: User,
    as_user: SignIn,
) -> None:
    lead = as_user(station_lead)
    post.person.absences.create(valid_from=TODAY, valid_to=None)
    trained(post.person, FROM)
    send(lead, "secondments/", ask_body(world, post))
    shown = read(lead, f"people/{post.person_id}/")
    assert (shown["station"], shown["post"], shown["seconded"]) == (
        world.station_a1.pk,
        "lead",
        False,
    )
    assert {key: len(shown[key]) for key in ("posts", "absences", "secondments", "trainings")} == {
        "posts": 1,
        "absences": 1,
        "secondments": 1,
        "trainings": 1,
    }
    assert set(shown["absences"][0]) == {"id", "valid_from", "last_day"}
    other = as_user(other_city_supervisor)
    assert other.get(f"{API}people/{post.person_id}/").status_code == 404
    assert read(other, "people/")["results"] == []


def test_decisions_are_recorded_listed_and_struck(
    world: World,
    post: Assignment,
    city_supervisor: User,
    county_staff: User,
    officer: User,
    as_user: SignIn,
) -> None:
    city = as_user(city_supervisor)
    paper = {
        "client_uuid": str(uuid.uuid4()),
        "station": world.station_a1.pk,
        "decided_by": world.city_a.pk,
        "decided_on": "2026-09-01",
        "document_no": "市公政12号",
        "result": "嘉奖",
    }
    given = {**paper, "person": post.person_id, "ground": "处置得力"}
    first, again = (send(city, "commendations/", given) for _time in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    appraisal = {**paper, "year": 2025, "scheme": "办法"}
    assert send(city, "appraisals/", appraisal).status_code == 201
    twice = send(city, "appraisals/", appraisal | {"client_uuid": str(uuid.uuid4())})
    assert "already recorded" in str(twice.json())
    assert send(city, "accountability/", given | {"result": "批评"}).status_code == 201

    room = as_user(officer)
    assert [row["person"] for row in read(room, "commendations/")["results"]] == [post.person_id]
    assert room.get(f"{API}accountability/").status_code == 403
    assert send(as_user(county_staff), "commendations/", given).status_code == 403
    address = f"commendations/{first.json()['id']}/strike/"
    assert send(city, address, {"reason": "决定撤销"}).json()["strike_reason"] == "决定撤销"
    assert read(room, "commendations/")["results"] == []
    assert len(read(room, "commendations/?struck=true")["results"]) == 1


@pytest.mark.parametrize("address", ["people/", "secondments/", "commendations/"])
def test_lists_cost_the_same_for_one_and_many(
    world: World,
    city_supervisor: User,
    station_lead: User,
    as_user: SignIn,
    address: str,
) -> None:
    def add(number: int) -> None:
        post = serves(world.station_a1, city_supervisor, name=f"接口{number}")
        assert send(as_user(station_lead), "secondments/", ask_body(world, post)).status_code == 201

    def cost() -> int:
        client = as_user(city_supervisor)
        with CaptureQueriesContext(connection) as found:
            read(client, address)
        return len(found)

    add(1)
    one = cost()
    for number in (2, 3):
        add(number)
    assert cost() == one
