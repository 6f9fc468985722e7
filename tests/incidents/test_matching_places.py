"""Places of a room: learned from what is written, edited by hand, never two of one name."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from incidents.models import Place
from incidents.services.places import add_place, edit_place, learn_place, offer_place
from policeroom.accounts.models import User
from policeroom.common.errors import DomainError
from policeroom.common.models import AuditEvent
from policeroom.common.roles import Role
from stations.models import Station
from tests.world import World, build, make_user

pytestmark = pytest.mark.integration

NOW = dt.datetime(2026, 9, 17, 15, 42, tzinfo=dt.timezone(dt.timedelta(hours=8)))


def names(station: Station) -> list[str]:
    rows = Place.objects.unscoped("test").filter(station=station)
    return list(rows.order_by("id").values_list("name", flat=True))


def acts() -> list[str]:
    rows = AuditEvent.objects.unscoped("test").filter(action__startswith="places.")
    return list(rows.order_by("id").values_list("action", flat=True))


def test_a_clean_name_is_learned_once(world: World, officer: User) -> None:
    first = learn_place(station=world.station_a1, text="未名桥", by=officer, now=NOW)
    again = learn_place(station=world.station_a1, text="未名桥 ", by=officer, now=NOW)

    assert first is not None
    assert first == again
    assert (first.org_path, first.campus) == (world.station_a1.org_path, world.campus_a_main)
    assert names(world.station_a1) == ["未名桥"]
    assert acts() == ["places.learn"]


@pytest.mark.parametrize(
    "text", ["", "学生被锁在教室里面", "有人打架", "2330", "桥", "x" * 80, "南门\n北门"]
)
def test_other_texts_stay_text(world: World, officer: User, text: str) -> None:
    assert learn_place(station=world.station_a1, text=text, by=officer, now=NOW) is None
    assert names(world.station_a1) == []


@pytest.mark.parametrize("text", ["3号公寓", "三号学生公寓", "新楼", "３号学生公寓"])
def test_another_way_to_say_it_is_the_known_place(world: World, officer: User, text: str) -> None:
    known = Place.objects.create(station=world.station_a1, name="3号学生公寓", aliases="新楼")
    assert learn_place(station=world.station_a1, text=text, by=officer, now=NOW) == known


def test_a_place_no_longer_offered_is_not_brought_back(world: World, officer: User) -> None:
    place = Place.objects.create(station=world.station_a1, name="老车棚")
    offer_place(place=place, offered=False, by=officer)
    assert learn_place(station=world.station_a1, text="老车棚", by=officer, now=NOW) is None
    assert names(world.station_a1) == ["老车棚"]


def test_rooms_learn_apart(world: World, officer: User) -> None:
    for room in (world.station_a1, world.center_a):
        learn_place(station=room, text="未名桥", by=officer, now=NOW)
    assert names(world.station_a1) == names(world.center_a) == ["未名桥"]


@pytest.mark.django_db(transaction=True)
def test_four_filings_at_once_learn_one_place() -> None:
    with transaction.atomic():
        world = build()
    officer = make_user("100001", "陈一", world.station_a1.unit, Role.OFFICER)
    barrier = threading.Barrier(4)

    def learn(_number: int) -> int:
        try:
            barrier.wait(timeout=20)
            place = learn_place(station=world.station_a1, text="未名桥", by=officer, now=NOW)
            assert place is not None
            return place.pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(learn, range(4)))

    assert len(found) == 1
    assert names(world.station_a1) == ["未名桥"]
    assert acts() == ["places.learn"]


@pytest.mark.parametrize(
    ("name", "aliases", "field"),
    [
        pytest.param("南门", "", "name", id="taken"),
        pytest.param("大门", "", "name", id="another's other name"),
        pytest.param("西门", "南门", "aliases", id="other name taken"),
        pytest.param("西", "", "name", id="short"),
        pytest.param("123", "", "name", id="digits"),
        pytest.param("西门", "西", "aliases", id="short other name"),
        pytest.param("西门", " ".join(f"名{n}号" for n in range(11)), "aliases", id="many"),
    ],
)
def test_names_that_would_mislead_are_refused(
    world: World, officer: User, name: str, aliases: str, field: str
) -> None:
    add_place(station=world.station_a1, name="南门", aliases="大门", by=officer)
    with pytest.raises(DomainError) as refusal:
        add_place(station=world.station_a1, name=name, aliases=aliases, by=officer)
    assert refusal.value.field == field
    assert names(world.station_a1) == ["南门"]


def test_editing_keeps_pinyin_and_history(world: World, officer: User) -> None:
    place = add_place(station=world.station_a1, name="南门", by=officer)
    edit_place(place=place, name="南大门", aliases="正门、南门 南门", by=officer)
    place.refresh_from_db()
    assert (place.name, place.aliases, place.name_pinyin) == ("南大门", "正门 南门", "ndm nandamen")
    event = AuditEvent.objects.unscoped("test").filter(action="places.edit").get()
    assert (event.before["name"], event.after["name"]) == ("南门", "南大门")


def test_stopping_twice_is_one_act(world: World, officer: User) -> None:
    place = add_place(station=world.station_a1, name="南门", by=officer)
    for _turn in range(2):
        offer_place(place=place, offered=False, by=officer)
    offer_place(place=place, offered=True, by=officer)
    assert acts() == ["places.add", "places.stop", "places.offer"]


def test_screens_add_rename_and_stop(
    world: World, officer: User, as_user: Callable[[User | None], Client]
) -> None:
    client = as_user(officer)
    new = reverse("incidents:place-new")
    sent = {"station": world.station_a1.pk, "name": "南门", "aliases": ""}
    assert client.post(new, sent).status_code == 302
    again = client.post(new, sent)
    assert "already means" in again.content.decode()

    place = Place.objects.unscoped("test").get()
    edit = reverse("incidents:place-edit", args=[place.pk])
    assert client.post(edit, {"name": "南大门", "aliases": "南门"}).status_code == 302
    stop = reverse("incidents:place-stop", args=[place.pk])
    assert client.get(stop).status_code == 200
    assert client.post(stop).status_code == 302

    listed = reverse("incidents:place-list")
    assert client.get(listed).context["table"].rows == []
    shown = client.get(listed, {"stopped": "on", "q": "ndm"}).context["table"].rows
    assert [row.cells[0].text for row in shown] == ["南大门"]


def test_a_room_of_another_city_cannot_be_chosen(
    world: World, officer: User, as_user: Callable[[User | None], Client]
) -> None:
    sent = {"station": world.station_b1.pk, "name": "南门"}
    response = as_user(officer).post(reverse("incidents:place-new"), sent)
    assert response.status_code == 200
    assert names(world.station_b1) == []
