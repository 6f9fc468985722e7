"""The JSON interface of the log: same services, same refusals, same scope."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from incidents.models import Category, Incident, IncidentEntry
from policeroom.accounts.models import User
from tests.incidents.test_filing import call, category
from tests.world import World

pytestmark = pytest.mark.integration

SignIn = Callable[[User | None], Client]
URL = "/api/v1/incidents/"
ABSENT = 987654
JSON = "application/json"
#: Session, account, grants, inbox, open session, savepoint (2); of the list itself: one.
LIST_QUERIES = 8


def body_of(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "client_uuid": str(uuid.uuid4()),
        "station": world.station_a1.pk,
        "kind": "report",
        "narrative": "南门电动车相碰",
        "reported_at": "2026-09-17T15:42:00+08:00",
        **changes,
    }


def test_filing_is_201_then_200_then_409(world: World, officer: User, as_user: SignIn) -> None:
    client = as_user(officer)
    body = body_of(world, category="dispute.traffic", disposition="mediated")

    first = client.post(URL, body, content_type=JSON)
    again = client.post(URL, body, content_type=JSON)
    other = client.post(URL, {**body, "narrative": "北门"}, content_type=JSON)

    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert first.json() == again.json()
    assert (first.json()["state"], first.json()["category_code"]) == ("closed", "dispute.traffic")
    assert Incident.objects.unscoped("test").count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"reported_at": "2026-09-17T15:42:00"}, "reported_at", id="no offset"),
        pytest.param({"reported_at": "0001-01-01T00:00:00Z"}, "reported_at", id="first year"),
        pytest.param({"category": "castle"}, "category", id="unknown category"),
        pytest.param({"religion": "x"}, "religion", id="field that does not exist"),
        pytest.param({"kind": "rumour"}, "kind", id="unknown kind"),
        pytest.param({"narrative": " "}, "narrative", id="empty"),
        pytest.param({"station": ABSENT}, "station", id="unknown station"),
    ],
)
def test_bad_input_is_refused_by_field_and_writes_nothing(
    world: World, officer: User, as_user: SignIn, changes: dict[str, Any], field: str
) -> None:
    response = as_user(officer).post(URL, body_of(world, **changes), content_type=JSON)
    assert (response.status_code, list(response.json()["errors"])) == (400, [field])
    assert not Incident.objects.unscoped("test").exists()


def test_station_of_others_is_refused_like_an_unknown_one(
    world: World, officer: User, as_user: SignIn
) -> None:
    client = as_user(officer)
    foreign, absent = (
        client.post(URL, body_of(world, station=pk), content_type=JSON)
        for pk in (world.station_b1.pk, ABSENT)
    )
    assert (foreign.status_code, absent.status_code) == (400, 400)
    assert foreign.content.replace(str(world.station_b1.pk).encode(), b"ID") == (
        absent.content.replace(str(ABSENT).encode(), b"ID")
    )


def test_list_shows_each_caller_their_own_area(
    world: World,
    officer: User,
    city_supervisor: User,
    other_city_supervisor: User,
    as_user: SignIn,
) -> None:
    own = call(world, officer)
    second = call(world, officer, station=world.station_a2)
    far = call(world, officer, station=world.station_b1)

    def seen(user: User) -> set[int]:
        return {row["id"] for row in as_user(user).get(URL).json()["results"]}

    assert seen(officer) == {own.pk}
    assert seen(city_supervisor) == {own.pk, second.pk}
    assert seen(other_city_supervisor) == {far.pk}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("state=new", 1, id="state"),
        pytest.param("state=closed", 0, id="other state"),
        pytest.param("kind=report", 1, id="kind"),
        pytest.param("category=dispute", 1, id="category with what lies below it"),
        pytest.param("category=theft", 0, id="other category"),
        pytest.param("day_from=2026-09-17&day_to=2026-09-17", 1, id="day"),
        pytest.param("day_from=2026-09-18", 0, id="day after"),
    ],
)
def test_list_filters(world: World, officer: User, as_user: SignIn, query: str, found: int) -> None:
    call(world, officer, category=category("dispute.noise"))
    assert len(as_user(officer).get(f"{URL}?{query}").json()["results"]) == found


def test_list_pages_by_cursor_with_the_same_queries(
    world: World, officer: User, as_user: SignIn, django_assert_num_queries: Any
) -> None:
    client = as_user(officer)
    for _number in range(3):
        call(world, officer)
    seen, url = [], f"{URL}?limit=2"
    while url:
        with django_assert_num_queries(LIST_QUERIES):
            page = client.get(url).json()
        seen.append([row["number"][-3:] for row in page["results"]])
        url = page["next"]
    assert seen == [["003", "002"], ["001"]]


def test_state_goes_on_and_closing_names_what_is_missing(
    world: World, officer: User, as_user: SignIn
) -> None:
    incident = call(world, officer)
    client, url = as_user(officer), f"{URL}{incident.pk}/state/"

    moved = client.post(url, {"state": "on_scene"}, content_type=JSON)
    closed = client.post(url, {"state": "closed"}, content_type=JSON)

    assert (moved.status_code, moved.json()["state"]) == (200, "on_scene")
    assert closed.status_code == 400
    assert "cannot be closed" in closed.json()["detail"]


def test_reopening_is_the_leads(
    world: World, officer: User, station_lead: User, as_user: SignIn
) -> None:
    incident = call(world, officer, category=category("help.lost"), disposition="assisted")
    url = f"{URL}{incident.pk}/reopen/"
    assert as_user(officer).post(url, {"reason": "x"}, content_type=JSON).status_code == 403
    answer = as_user(station_lead).post(url, {"reason": "失主来电"}, content_type=JSON)
    assert (answer.status_code, answer.json()["state"]) == (200, "handling")


def test_entry_sent_three_times_is_one_line(world: World, officer: User, as_user: SignIn) -> None:
    incident = call(world, officer)
    client, url = as_user(officer), f"{URL}{incident.pk}/entries/"
    body = {"client_uuid": str(uuid.uuid4()), "text": "已到场"}

    codes = [client.post(url, body, content_type=JSON).status_code for _ in range(3)]

    assert codes == [201, 200, 200]
    assert IncidentEntry.objects.unscoped("test").filter(kind="note").count() == 1
    assert [row["kind"] for row in client.get(url).json()["results"]] == ["filed", "note"]


@pytest.mark.parametrize("tail", ["", "state/", "entries/"])
def test_incident_of_another_room_is_as_if_absent(
    world: World, officer: User, as_user: SignIn, tail: str
) -> None:
    incident = call(world, officer, station=world.station_b1)
    client = as_user(officer)
    method = client.post if tail == "state/" else client.get
    other, absent = (method(f"{URL}{pk}/{tail}") for pk in (incident.pk, ABSENT))
    assert (other.status_code, other.content) == (404, absent.content)


def test_categories_are_the_base_tree_and_the_citys_own(
    world: World, officer: User, other_city_supervisor: User, as_user: SignIn
) -> None:

    Category.objects.create(
        code="b-1", name="云川类", parent=category("other"), org_path=world.city_b.org_path
    )

    def codes(user: User) -> set[str]:
        found = as_user(user).get("/api/v1/incident-categories/").json()
        return {row["code"] for row in found}

    assert codes(other_city_supervisor) - codes(officer) == {"b-1"}
