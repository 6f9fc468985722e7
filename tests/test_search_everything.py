"""The search over everything: rooms, places, people and calls on one page, each as far as read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from benchmarks.measure import Statements
from policeroom.accounts.models import User
from policeroom.common.roles import Role
from policeroom.common.search import MOST_LINES, Group
from tests.incidents.test_filing import NOW, call
from tests.personnel.people_helpers import serves, somebody
from tests.test_query_counts import FRAME
from tests.world import World, grant, make_user

pytestmark = pytest.mark.integration
AsUser = Callable[[User | None], Client]


@pytest.fixture(autouse=True)
def today() -> object:
    with time_machine.travel(NOW, tick=True):
        yield


def groups(client: Client, text: str) -> dict[str, Group]:
    return {group.key: group for group in client.get("/search/", {"q": text}).context["groups"]}


def labels(client: Client, text: str) -> dict[str, list[str]]:
    return {key: [row.label for row in group.rows] for key, group in groups(client, text).items()}


def test_one_word_finds_rooms_places_people_and_calls(
    world: World, officer: User, county_staff: User, as_user: AsUser
) -> None:
    row = call(world, officer, narrative="澜江大学操场拾得钱包", place_text="操场")
    who = serves(world.station_a1, county_staff, name="澜江明").person

    found = groups(as_user(county_staff), "澜江")

    assert list(found) == ["stations", "universities", "campuses", "people", "incidents"]
    (person,), (incident,) = found["people"].rows, found["incidents"].rows
    assert (person.url, person.label) == (who.get_absolute_url(), "澜江明")
    assert person.note.endswith(world.station_a1.name)
    assert incident.url == row.get_absolute_url()
    assert incident.label == f"{row.number} 澜江大学操场拾得钱包"
    assert "操场" in incident.note
    assert world.station_a1.name in incident.note


@pytest.mark.parametrize("text", ["钱包", "操场 钱包", "2026-0917-001", "林安"])
def test_readers_find_what_their_area_and_role_hold(
    world: World,
    officer: User,
    county_staff: User,
    other_city_supervisor: User,
    neighbour_officer: User,
    system_admin: User,
    as_user: AsUser,
    text: str,
) -> None:
    call(world, officer, narrative="拾得钱包", place_text="操场")
    serves(world.station_a1, county_staff, name="林安")
    education = make_user("100040", "苏教", world.province, Role.EDUCATION)

    key = "people" if text == "林安" else "incidents"
    for reader in (officer, county_staff):
        assert list(labels(as_user(reader), text)) == [key]
    for reader in (other_city_supervisor, neighbour_officer, system_admin, education):
        assert labels(as_user(reader), text) == {}


def test_a_second_role_elsewhere_opens_no_call_there(
    world: World, officer: User, other_city_supervisor: User, as_user: AsUser
) -> None:
    """Who reads the rooms of a city as education staff reads calls of the own room only."""
    call(world, officer, narrative="拾得钱包")
    call(world, other_city_supervisor, station=world.station_b1, narrative="拾得钱包")
    reader = make_user("100041", "苏双", world.city_b, Role.EDUCATION)
    grant(reader, Role.OFFICER, world.station_a1.unit)

    found = groups(as_user(reader), "钱包")

    assert [world.station_a1.name in row.note for row in found["incidents"].rows] == [True]


def test_a_group_is_cut_and_leads_to_its_own_search(
    world: World, officer: User, county_staff: User, as_user: AsUser
) -> None:
    for _ in range(MOST_LINES + 1):
        call(world, officer, narrative="拾得钱包")
        somebody(world.county_a1, county_staff, name="钱包生")
    client = as_user(county_staff)

    found = groups(client, "钱包")

    for key, name, shown in (
        ("people", "personnel:person-list", lambda page: page.context["table"].rows),
        ("incidents", "incidents:search", lambda page: page.context["hits"]),
    ):
        group = found[key]
        assert (len(group.rows), group.more) == (MOST_LINES, True)
        assert group.more_url.startswith(f"{reverse(name)}?q=")
        assert len(shown(client.get(group.more_url))) == MOST_LINES + 1
        assert group.more_url in client.get("/search/", {"q": "钱包"}).content.decode()


def test_who_left_is_found_in_the_list_only(
    world: World, county_staff: User, as_user: AsUser
) -> None:
    person = somebody(world.county_a1, county_staff, name="钱包生")
    person.left_on = NOW.date()
    person.save(update_fields=["left_on"])

    assert labels(as_user(county_staff), "钱包") == {}


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow_with_the_hits(
    world: World, officer: User, county_staff: User, as_user: AsUser, number: int
) -> None:
    for _ in range(number):
        call(world, officer, narrative="澜江大学钱包")
        serves(world.station_a1, county_staff, name="澜江明")
    client = as_user(county_staff)
    client.get("/search/")
    with Statements() as seen:
        page = client.get("/search/", {"q": "澜江"})
    assert [len(group.rows) for group in page.context["groups"]][-2:] == [number, number]
    # rooms, universities, campuses; people and their trainings; calls of the last month, of ever,
    # and what is shown of them
    assert len(seen) == FRAME + 8


def test_too_many_searches_are_refused(
    world: World, officer: User, as_user: AsUser, settings: object
) -> None:
    cache.clear()
    settings.SEARCHES_PER_MINUTE = 2  # type: ignore[attr-defined]
    client = as_user(officer)
    answers = [client.get("/search/", {"q": "钱包"}).status_code for _ in range(3)]
    cache.clear()
    assert answers == [200, 200, 429]


def test_the_pages_of_calls_lead_to_search_and_to_what_is_to_be_checked(
    world: World, officer: User, station_lead: User, as_user: AsUser
) -> None:
    search, checked = reverse("incidents:search"), reverse("incidents:offline-list")
    for page in ("incidents:list", "incidents:board"):
        assert f'href="{search}"' in as_user(officer).get(reverse(page)).content.decode()
    assert f'href="{search}"' in as_user(officer).get("/search/").content.decode()
    assert f'href="{reverse("search")}"' in as_user(officer).get(search).content.decode()
    for reader, is_shown in ((officer, False), (station_lead, True)):
        page = as_user(reader).get(reverse("incidents:list")).content.decode()
        assert (f'href="{checked}"' in page) is is_shown
