"""What the quick line asks for: shape, scope, queries, ETag."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from benchmarks.measure import Statements
from incidents.matching import suggest
from incidents.models import Category, MatchRule, Place
from incidents.queries.vocabulary import vocabulary_of
from incidents.services.category_tree import add_category, offer_category
from policeroom.accounts.models import User
from policeroom.common.roles import Role
from tests.world import World, grant, make_user

pytestmark = pytest.mark.integration

SUGGEST, WORDS = reverse("incidents:suggest"), reverse("incidents:vocabulary")
#: Session, user, grants, unread notifications, the user's open sessions.
FRAME = 5


@pytest.fixture
def client(officer: User, as_user: Callable[[User | None], Client]) -> Client:
    return as_user(officer)


def ask(client: Client, text: str, **more: Any) -> Any:
    response = client.get(SUGGEST, {"q": text, **more})
    assert response.status_code == 200
    return response.json()


def rule(world: World, by: User, **changes: Any) -> MatchRule:
    values = {
        "org_path": world.city_a.org_path,
        "target": "category",
        "category": Category.objects.get(code="traffic.parking"),
        "keyword": "石墩阵",
        "weight": 12,
        "created_by": by,
        "created_at": timezone.now(),
        **changes,
    }
    return MatchRule.objects.create(**values)


def test_answer_has_the_agreed_shape(world: World, client: Client) -> None:
    place = Place.objects.create(station=world.station_a1, name="南门")
    category = Category.objects.get(code="dispute.traffic")

    found = ask(client, "南门 电动车纠纷 已调解 -15")

    assert set(found) == {
        "place", "category", "disposition", "kind", "time", "handlers", "rest",
    }  # fmt: skip
    assert found["place"] == [{"id": place.pk, "text": "南门", "score": 10, "why": "南门"}]
    assert found["category"][0] == {
        "id": category.pk,
        "code": "dispute.traffic",
        "name": "Traffic dispute",
        "kind": "report",
        "score": 8,
        "why": "电动车纠纷",
    }
    assert found["disposition"] == [
        {"code": "mediated", "name": "mediated", "score": 9, "why": "已调解"}
    ]
    assert found["kind"] == [{"code": "report", "name": "report"}]
    at = dt.datetime.fromisoformat(found["time"]["at"])
    assert timedelta_minutes(timezone.now() - at) == 15
    assert (found["time"]["text"], found["handlers"], found["rest"]) == ("-15", [], "电动车纠纷")


def timedelta_minutes(span: dt.timedelta) -> int:
    return round(span.total_seconds() / 60)


@pytest.mark.parametrize("text", ["", " ", "a" * 5000, "南门" * 2000, "%s'\"<script>"])
def test_any_text_is_answered(world: World, client: Client, text: str) -> None:
    assert ask(client, text)["time"] == {"at": None, "text": ""}


def test_unknown_place_comes_without_an_id(world: World, client: Client) -> None:
    assert ask(client, "未名桥 打架")["place"][0]["id"] is None


def test_stopped_place_is_not_known(world: World, client: Client) -> None:
    Place.objects.create(station=world.station_a1, name="老车棚", is_active=False)
    assert ask(client, "老车棚 打架")["place"][0]["id"] is None


def test_places_and_people_of_another_room_are_not_known(
    world: World, client: Client, neighbour_officer: User
) -> None:
    Place.objects.create(station=world.center_a, name="邻居塔")
    found = ask(client, f"邻居塔 {neighbour_officer.name}")
    assert (found["place"], found["handlers"]) == ([], [])


def test_people_with_a_role_at_the_room_are_found(
    world: World, client: Client, officer: User, station_lead: User
) -> None:
    found = ask(client, "南门 打架 cy 吴三")
    assert found["handlers"] == [
        {"id": officer.pk, "name": officer.name},
        {"id": station_lead.pk, "name": station_lead.name},
    ]


def test_a_role_that_ended_or_is_no_station_role_is_not_on_duty(
    world: World, client: Client
) -> None:
    left = make_user("100021", "钱离任", world.station_a1.unit)
    grant(left, Role.OFFICER, world.station_a1.unit, valid_to=timezone.now())
    make_user("100022", "孙县局", world.county_a1, Role.COUNTY)
    assert ask(client, "打架 钱离任 孙县局")["handlers"] == []


@pytest.mark.parametrize(
    ("path", "found"), [("city_a", True), ("city_b", False)], ids=["own city", "other city"]
)
def test_rules_of_the_own_city_count(
    world: World, client: Client, province_staff: User, path: str, found: bool
) -> None:
    rule(world, province_staff, org_path=getattr(world, path).org_path)
    codes = [row["code"] for row in ask(client, "石墩阵")["category"]]
    assert (codes == ["traffic.parking"]) is found


def test_rule_of_the_province_counts_until_it_ends(
    world: World, client: Client, province_staff: User
) -> None:
    row = rule(world, province_staff, org_path="")
    assert ask(client, "石墩阵")["category"][0]["score"] == 12
    MatchRule.objects.filter(pk=row.pk).update(is_active=False, ended_at=timezone.now())
    assert ask(client, "石墩阵")["category"] == []


def test_category_of_the_city_is_found_and_a_stopped_one_is_not(
    world: World, client: Client, city_supervisor: User
) -> None:
    own = add_category(
        parent=Category.objects.get(code="dispute"),
        name="占座纷争",
        org_path=world.city_a.org_path,
        by=city_supervisor,
    )
    assert ask(client, "占座纷争")["category"][0]["code"] == own.code
    offer_category(category=own, offered=False, by=city_supervisor)
    assert own.code not in [row["code"] for row in ask(client, "占座纷争")["category"]]


def test_room_is_chosen_among_those_where_one_may_file(
    world: World, client: Client, officer: User
) -> None:
    grant(officer, Role.AUXILIARY, world.center_a.unit)
    Place.objects.create(station=world.center_a, name="邻居塔")
    assert ask(client, "邻居塔", station=world.center_a.pk)["place"][0]["score"] == 10
    assert ask(client, "邻居塔", station=world.station_a1.pk)["place"] == []


@pytest.mark.parametrize("asked", ["station_b1", "absent", "word", "huge"])
@pytest.mark.parametrize("url", [SUGGEST, WORDS])
def test_any_other_room_does_not_exist(world: World, client: Client, url: str, asked: str) -> None:
    known = {"absent": "987654", "word": "x1", "huge": "9" * 30}
    station = known.get(asked) or str(world.station_b1.pk)
    assert client.get(url, {"q": "打架", "station": station}).status_code == 404


def test_a_reader_without_the_act_is_refused(
    world: World, city_supervisor: User, as_user: Callable[[User | None], Client]
) -> None:
    client = as_user(city_supervisor)
    assert client.get(SUGGEST, {"station": world.station_a1.pk}).status_code == 403


@pytest.mark.parametrize("rows", [1, 3, 40])
@pytest.mark.parametrize("url", [SUGGEST, WORDS])
def test_queries_do_not_grow(
    world: World, client: Client, officer: User, province_staff: User, url: str, rows: int
) -> None:
    for number in range(rows):
        Place.objects.create(station=world.station_a1, name=f"{number}号岗亭")
        rule(world, province_staff, keyword=f"石墩阵{number}号")
    client.get(SUGGEST)  # the first page of a session may record that it began

    with Statements() as seen:
        response = client.get(url, {"q": "南门 打架"})

    assert response.status_code == 200
    assert len(seen) == FRAME + 5  # room, places, categories, rules, people


def test_vocabulary_is_sent_once_and_then_only_when_it_changed(
    world: World, client: Client
) -> None:
    place = Place.objects.create(station=world.station_a1, name="南门", aliases="大门")
    first = client.get(WORDS)
    words = first.json()
    assert words["places"] == [
        {"id": place.pk, "name": "南门", "aliases": ["大门"], "pinyin": "nm nanmen dm damen"}
    ]
    assert {row["code"] for row in words["dispositions"]} >= {"mediated", "transferred"}
    assert len(words["categories"]) == Category.objects.count()
    assert [row["name"] for row in words["people"]] == ["陈一"]

    again = client.get(WORDS, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")

    Place.objects.create(station=world.station_a1, name="北门")
    assert client.get(WORDS, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_server_reads_a_line_as_the_page_does(world: World, client: Client, officer: User) -> None:
    now = timezone.now()
    words = vocabulary_of(world.station_a1, at=now)
    found = suggest("图书馆 手机被偷", vocabulary=words, now=now)
    asked = ask(client, "图书馆 手机被偷")
    assert [c.code for c in found.category] == [row["code"] for row in asked["category"]]


def test_post_is_no_way_to_ask(world: World, client: Client) -> None:
    assert client.post(SUGGEST).status_code == 405
