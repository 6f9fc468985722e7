"""Orders through the screen: issued, watched while rooms answer, ended; who may what."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from duty.levels import DutyLevel
from duty.models import DutyOrder, OrderReceipt
from duty.services.receipts import settle_orders
from duty.views.orders import OrderList, ReceiptList, detail, live
from policeroom.accounts.models import User
from policeroom.common.roles import Role
from tests.duty.orders_helpers import MINUTE, ordered, receipt_of
from tests.world import World, add_station, make_user

pytestmark = pytest.mark.integration
SignIn = Callable[[User | None], Client]


@pytest.fixture
def order(world: World, city_supervisor: User) -> DutyOrder:
    """An order of the city, issued a minute ago."""
    return ordered(world.city_a, city_supervisor, number="勤1号", now=timezone.now() - MINUTE)


@pytest.fixture
def second(world: World) -> User:
    return make_user("700001", "孔二", world.city_a, Role.CITY)


def typed(world: World, **changes: Any) -> dict[str, Any]:
    """What a browser sends from the form."""
    return {
        "client_uuid": str(uuid.uuid4()),
        "issuer": world.city_a.pk,
        "number": "勤8号",
        "level": DutyLevel.TWO.value,
        "title": "校庆安保",
        "reason": "大型活动",
        "areas": [],
        "rooms": "",
        "starts_at": f"{timezone.localtime():%Y-%m-%dT%H:%M}",
        "ends_at": "",
        **changes,
    }


def codes(order: DutyOrder) -> set[str]:
    rows = OrderReceipt.everything.filter(order=order)
    return set(rows.values_list("station__code", flat=True))


def url(name: str, row: Any) -> str:
    return reverse(f"duty:{name}", args=[row.pk])


def said(page: Any) -> str:
    return " ".join(str(message) for message in page.context["messages"])


# --- issuing ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("areas", "rooms", "bound"),
    [
        pytest.param([], "", {"A0001", "A0002", "A0003"}, id="the whole area"),
        pytest.param(["county_a1"], "", {"A0001", "A0002"}, id="a county"),
        pytest.param([], "A0001,A0003", {"A0001", "A0003"}, id="rooms by number"),
        pytest.param(["county_a2"], "A0001", {"A0001", "A0003"}, id="both"),
    ],
)
def test_an_order_reaches_whom_it_names(
    world: World,
    city_supervisor: User,
    as_user: SignIn,
    areas: list[str],
    rooms: str,
    bound: set[str],
) -> None:
    sent = typed(world, areas=[getattr(world, name).pk for name in areas], rooms=rooms)
    page = as_user(city_supervisor).post(reverse("duty:order-new"), sent, follow=True)
    order = DutyOrder.everything.get()
    assert codes(order) == bound
    assert f"went to {len(bound)} rooms" in said(page)
    assert page.redirect_chain[-1][0] == order.get_absolute_url()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"rooms": "B0001"}, "Not a room of your area: B0001", id="foreign room"),
        pytest.param({"rooms": "X1 X2"}, "X1, X2", id="unknown rooms"),
        pytest.param({"starts_at": "2026-01-01T08:00"}, "begins now or later", id="past"),
        pytest.param({"number": ""}, "required", id="no number"),
    ],
)
def test_what_cannot_be_issued_is_refused_at_the_form(
    world: World,
    city_supervisor: User,
    as_user: SignIn,
    changes: dict[str, str],
    words: str,
) -> None:
    page = as_user(city_supervisor).post(reverse("duty:order-new"), typed(world, **changes))
    assert page.status_code == 422
    assert words in page.content.decode()
    assert not DutyOrder.everything.exists()


def test_an_issuer_the_reader_does_not_speak_for_is_refused(
    world: World, county_staff: User, as_user: SignIn
) -> None:
    page = as_user(county_staff).post(reverse("duty:order-new"), typed(world))
    assert page.status_code == 422
    assert not DutyOrder.everything.exists()


def test_a_weaker_order_says_that_it_has_no_effect(
    world: World, province_staff: User, city_supervisor: User, as_user: SignIn
) -> None:
    """D 14."""
    ordered(world.province, province_staff, number="省1号", level=DutyLevel.ONE, now=timezone.now())
    page = as_user(city_supervisor).post(reverse("duty:order-new"), typed(world), follow=True)
    assert "省1号" in said(page)
    assert "no effect" in said(page)


# --- the second person --------------------------------------------------------------------------
def test_highest_level_waits_for_a_second_person(
    world: World, city_supervisor: User, second: User, as_user: SignIn
) -> None:
    sent = typed(world, level=DutyLevel.ONE_PLUS.value)
    page = as_user(city_supervisor).post(reverse("duty:order-new"), sent, follow=True)
    assert "binds nobody before" in said(page)
    order = DutyOrder.everything.get()
    assert "waits for approval" in page.content.decode()

    own = as_user(city_supervisor).post(url("order-approve", order))
    assert own.status_code == 422
    assert "does not approve" in own.content.decode()
    asked = as_user(second).get(url("order-approve", order)).content.decode()
    assert "rooms are bound" in asked
    as_user(second).post(url("order-approve", order))
    assert codes(order) == {"A0001", "A0002", "A0003"}


# --- rooms answer -------------------------------------------------------------------------------
def test_the_live_part_follows_the_rooms_and_is_silent_while_nothing_happens(
    world: World, order: DutyOrder, city_supervisor: User, officer: User, as_user: SignIn
) -> None:
    room, center = as_user(officer), as_user(city_supervisor)
    receipt = receipt_of(order, world.station_a1)
    first = center.get(url("order-live", order))
    tag = first.headers["ETag"]
    assert center.get(url("order-live", order), headers={"if-none-match": tag}).status_code == 304

    page = room.get(order.get_absolute_url()).content.decode()
    assert url("receipt-acknowledge", receipt) in page
    room.post(url("receipt-acknowledge", receipt))
    changed = center.get(url("order-live", order), headers={"if-none-match": tag})
    assert changed.status_code == 200
    assert [figure.value for figure in changed.context["figures"]] == [3, 1, 0, 0, 0, 0]
    assert world.station_a1.name not in {
        r.cells[0].text for r in changed.context["unanswered"].rows
    }

    minute = f"{timezone.localtime():%Y-%m-%dT%H:%M}"
    sent = {"implemented_at": minute, "implementation": "双岗巡逻", "guards_added": 6}
    room.post(url("receipt-carry-out", receipt), sent)
    figures = center.get(url("order-live", order)).context["figures"]
    assert [figure.value for figure in figures] == [3, 1, 0, 1, 0, 6]
    page = room.get(order.get_absolute_url()).content.decode()
    assert "双岗巡逻" in page
    assert url("receipt-acknowledge", receipt) not in page


def test_a_room_sees_its_own_receipt_only(
    world: World, order: DutyOrder, officer: User, as_user: SignIn
) -> None:
    client = as_user(officer)
    page = client.get(order.get_absolute_url())
    assert next(figure.value for figure in page.context["figures"]) == 1
    assert world.station_a2.name not in page.content.decode()
    other = receipt_of(order, world.station_a2)
    assert client.post(url("receipt-acknowledge", other)).status_code == 404


def test_acknowledging_a_revoked_order_says_so(
    world: World, order: DutyOrder, city_supervisor: User, officer: User, as_user: SignIn
) -> None:
    as_user(city_supervisor).post(url("order-revoke", order), {"reason": "活动取消"})
    receipt = receipt_of(order, world.station_a1)
    page = as_user(officer).post(url("receipt-acknowledge", receipt), follow=True)
    assert "was revoked" in said(page)
    receipt.refresh_from_db()
    assert receipt.acknowledged_at is None


# --- ending -------------------------------------------------------------------------------------
def test_the_county_under_it_neither_revokes_nor_supersedes(
    order: DutyOrder, county_staff: User, as_user: SignIn
) -> None:
    client = as_user(county_staff)
    assert url("order-revoke", order) not in client.get(order.get_absolute_url()).content.decode()
    for act in ("order-revoke", "order-supersede"):
        assert client.get(url(act, order)).status_code == 403
        assert client.post(url(act, order), {"reason": "x"}).status_code == 403
    order.refresh_from_db()
    assert order.revoked_at is None


def test_the_province_supersedes_the_citys_order(
    world: World, order: DutyOrder, province_staff: User, as_user: SignIn
) -> None:
    sent = typed(world, issuer=world.province.pk, level=DutyLevel.ONE.value)
    as_user(province_staff).post(url("order-supersede", order), sent)
    new = DutyOrder.everything.get(issuer=world.province)
    order.refresh_from_db()
    assert (new.supersedes, order.superseded_at) == (order, new.starts_at)
    page = as_user(province_staff).get(order.get_absolute_url()).content.decode()
    assert url("order-revoke", order) not in page


def test_revoking_asks_with_the_numbers(
    order: DutyOrder, city_supervisor: User, as_user: SignIn
) -> None:
    page = as_user(city_supervisor).get(url("order-revoke", order))
    assert [(line.number, line.text) for line in page.context["consequences"]] == [
        (3, "rooms are told"),
        (3, "running clocks fall away"),
    ]
    assert as_user(city_supervisor).post(url("order-revoke", order)).status_code == 422


# --- lists --------------------------------------------------------------------------------------
def test_list_filters_by_state_level_and_word(
    world: World, order: DutyOrder, city_supervisor: User, as_user: SignIn
) -> None:
    now = timezone.now()
    ordered(world.city_a, city_supervisor, number="勤2号", level=3, now=now)
    ordered(
        world.city_a, city_supervisor, number="勤3号", now=now, starts_at=now + dt.timedelta(days=1)
    )
    client = as_user(city_supervisor)

    def found(query: str) -> list[str]:
        table = client.get(f"{reverse('duty:order-list')}?{query}").context["table"]
        return [row.cells[0].text for row in table.rows]

    assert found("") == ["勤3号", "勤2号", "勤1号"]
    assert found("state=planned") == ["勤3号"]
    assert found("state=running&level=3") == ["勤2号"]
    assert found("q=1号") == ["勤1号"]


def test_rooms_of_an_order_filter_and_export(
    world: World, order: DutyOrder, officer: User, city_supervisor: User, as_user: SignIn
) -> None:
    as_user(officer).post(url("receipt-acknowledge", receipt_of(order, world.station_a1)))
    client = as_user(city_supervisor)

    def found(query: str) -> set[str]:
        table = client.get(f"{url('order-rooms', order)}?{query}").context["table"]
        return {row.cells[0].text for row in table.rows}

    assert found("state=received") == {world.station_a1.name}
    assert found("state=open") == {world.center_a.name, world.station_a2.name}
    assert found("state=unfinished") == {world.station_a1.name}
    assert found("state=overdue") == found("state=carried-out") == set()
    assert found("room=A0003") == {world.station_a2.name}
    sheet = client.get(f"{url('order-rooms', order)}?export=csv").content.decode("utf-8-sig")
    assert {name for name in (world.station_a1.name, world.station_a2.name) if name in sheet} == {
        world.station_a1.name,
        world.station_a2.name,
    }


@pytest.mark.parametrize("view", ["list", "detail", "live", "rooms"])
def test_pages_ask_the_same_number_of_questions_for_many_rooms(
    world: World,
    city_supervisor: User,
    order: DutyOrder,
    asked: Callable[[User, str], HttpRequest],
    view: str,
) -> None:
    def ask() -> Any:
        request = asked(city_supervisor, "/")
        page = {
            "list": lambda: OrderList.as_view()(request),
            "detail": lambda: detail(request, pk=order.pk),
            "live": lambda: live(request, pk=order.pk),
            "rooms": lambda: ReceiptList.as_view()(request, pk=order.pk),
        }[view]()
        assert page.status_code == 200

    with CaptureQueriesContext(connection) as before:
        ask()
    for number in range(3):
        add_station(
            f"A10{number}",
            f"澜江市公安局芦北分局第{number}警务室",
            world.county_a1,
            campus=world.campus_a_main,
        )
    for number in range(2):
        ordered(world.city_a, city_supervisor, number=f"多{number}", now=timezone.now())
    settle_orders(now=timezone.now())
    assert OrderReceipt.everything.filter(order=order).count() == 6
    with CaptureQueriesContext(connection) as after:
        ask()
    assert len(after) == len(before)
