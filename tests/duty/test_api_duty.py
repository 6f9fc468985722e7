"""The JSON interface of orders, receipts, levels, 24-hour presence and directives."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from duty.enums import PresenceSource
from duty.levels import DutyLevel
from duty.models import Directive, DutyOrder, Presence, Trigger
from duty.services.staffing import fix_strength
from policeroom.accounts.models import User
from policeroom.common.roles import Role
from tests.duty.orders_helpers import HOUR, MINUTE, ordered, receipt_of
from tests.personnel.people_helpers import serves
from tests.world import START, World, add_station, make_user

pytestmark = pytest.mark.integration
SignIn = Callable[[User | None], Client]
API = "/api/v1/"
ABSENT = 987654
JSON = "application/json"
#: Session, account, grants, inbox, open session, savepoint (2); of the list itself: one.
LIST_QUERIES = 8


def send(client: Client, address: str, body: dict[str, Any] | None = None) -> Any:
    return client.post(f"{API}{address}", body or {}, content_type=JSON)


def read(client: Client, address: str) -> Any:
    answer = client.get(f"{API}{address}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def order_body(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "client_uuid": str(uuid.uuid4()),
        "issuer": world.city_a.pk,
        "number": "勤9号",
        "level": DutyLevel.TWO.value,
        "title": "校庆安保",
        "reason": "大型活动",
        "starts_at": timezone.now().isoformat(),
        **changes,
    }


def trigger_body(world: World, **changes: Any) -> dict[str, Any]:
    now = timezone.now().replace(second=0, microsecond=0)
    return {
        "client_uuid": str(uuid.uuid4()),
        "issuer": world.city_a.pk,
        "number": "驻9号",
        "kind": "event",
        "title": "校庆安保",
        "rooms": [world.station_a1.pk],
        "starts_at": (now - 3 * HOUR).isoformat(),
        "ends_at": (now - HOUR).isoformat(),
        **changes,
    }


def directive_body(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "client_uuid": str(uuid.uuid4()),
        "issuer": world.city_a.pk,
        "station": world.station_a1.pk,
        "number": "令9号",
        "text": "核查东门监控",
        **changes,
    }


# --- orders and receipts ------------------------------------------------------------------------
def test_order_is_issued_once_answered_and_revoked(
    world: World, city_supervisor: User, officer: User, as_user: SignIn
) -> None:
    center, room = as_user(city_supervisor), as_user(officer)
    body = order_body(world)
    first = send(center, "duty-orders/", body)
    again = send(center, "duty-orders/", body)
    changed = send(center, "duty-orders/", body | {"title": "别的"})
    assert [answer.status_code for answer in (first, again, changed)] == [201, 200, 409]
    shown = first.json()
    assert (shown["state"], shown["level"], shown["targets"]) == (
        "running",
        2,
        [world.city_a.org_path],
    )
    order = DutyOrder.everything.get()
    assert again.json()["id"] == shown["id"] == order.pk

    receipts = read(room, f"duty-orders/{order.pk}/receipts/")["results"]
    assert [line["station"] for line in receipts] == [world.station_a1.pk]
    number = receipts[0]["id"]
    answer = send(room, f"order-receipts/{number}/acknowledgement/")
    assert answer.status_code == 200
    assert answer.json()["acknowledged_at"] is not None
    done = {
        "implementation": "双岗巡逻",
        "implemented_at": timezone.now().isoformat(),
        "guards_added": 4,
    }
    answer = send(room, f"order-receipts/{number}/implementation/", done)
    assert (answer.status_code, answer.json()["guards_added"]) == (200, 4)

    answer = send(center, f"duty-orders/{order.pk}/revoke/", {"reason": "活动取消"})
    assert (answer.status_code, answer.json()["state"]) == (200, "revoked")
    assert read(room, f"duty-orders/{order.pk}/")["revoke_reason"] == "活动取消"


def test_highest_level_is_approved_by_a_second_person(
    world: World, city_supervisor: User, as_user: SignIn
) -> None:
    second = make_user("700001", "孔二", world.city_a, Role.CITY)
    shown = send(
        as_user(city_supervisor), "duty-orders/", order_body(world, level=DutyLevel.ONE_PLUS.value)
    ).json()
    assert shown["state"] == "waiting"
    address = f"duty-orders/{shown['id']}/approval/"
    own = send(as_user(city_supervisor), address)
    assert (own.status_code, own["Content-Type"]) == (400, "application/problem+json")
    assert send(as_user(second), address).json()["state"] == "running"


def test_superseding_takes_the_issuers_right(
    world: World,
    city_supervisor: User,
    county_staff: User,
    province_staff: User,
    as_user: SignIn,
) -> None:
    before = ordered(world.city_a, city_supervisor, now=timezone.now() - MINUTE)
    below = order_body(world, issuer=world.county_a1.pk, supersedes=before.pk)
    assert send(as_user(county_staff), "duty-orders/", below).status_code == 403
    above = order_body(world, issuer=world.province.pk, supersedes=before.pk)
    assert send(as_user(province_staff), "duty-orders/", above).status_code == 201
    assert read(as_user(city_supervisor), f"duty-orders/{before.pk}/")["state"] == "superseded"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"issuer": "county_a1"}, "issuer", id="unit the caller is not"),
        pytest.param({"rooms": "station_b1"}, "rooms", id="foreign room"),
        pytest.param({"areas": "city_b"}, "areas", id="foreign area"),
        pytest.param({"starts_at": "2026-09-17T15:42:00"}, "starts_at", id="no offset"),
        pytest.param({"starts_at": "2026-01-01T00:00:00Z"}, "starts_at", id="past"),
        pytest.param({"level": 9}, "level", id="no level"),
        pytest.param({"colour": "red"}, "colour", id="unknown fact"),
    ],
)
def test_bad_order_is_refused_by_field(
    world: World, city_supervisor: User, as_user: SignIn, changes: dict[str, Any], field: str
) -> None:
    body = order_body(world)
    for name, value in changes.items():
        place = getattr(world, value, None) if isinstance(value, str) else None
        body[name] = value if place is None else place.pk
        if name in {"rooms", "areas"}:
            body[name] = [body[name]]
    answer = send(as_user(city_supervisor), "duty-orders/", body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not DutyOrder.everything.exists()


def test_orders_take_the_right_and_the_scope(
    world: World,
    city_supervisor: User,
    other_city_supervisor: User,
    county_staff: User,
    officer: User,
    as_user: SignIn,
) -> None:
    order = ordered(world.city_a, city_supervisor, now=timezone.now())
    receipt = receipt_of(order, world.station_a2)
    reason = {"reason": "x"}
    assert send(as_user(officer), "duty-orders/", order_body(world)).status_code == 403
    assert send(as_user(county_staff), f"duty-orders/{order.pk}/revoke/", reason).status_code == 403
    away = as_user(other_city_supervisor)
    for number in (order.pk, ABSENT):
        assert away.get(f"{API}duty-orders/{number}/").status_code == 404
        assert send(away, f"duty-orders/{number}/revoke/", reason).status_code == 404
    assert (
        send(as_user(officer), f"order-receipts/{receipt.pk}/acknowledgement/").status_code == 404
    )
    assert read(away, "duty-orders/")["results"] == []
    order.refresh_from_db()
    assert order.revoked_at is None


def test_orders_filter_and_page(world: World, city_supervisor: User, as_user: SignIn) -> None:
    now = timezone.now()
    for number, level in enumerate((2, 3, 2)):
        ordered(world.city_a, city_supervisor, number=f"勤{number}", level=level, now=now)
    ordered(world.city_a, city_supervisor, number="勤后", now=now, starts_at=now + HOUR)
    client = as_user(city_supervisor)
    found = read(client, "duty-orders/?state=running&level=2")["results"]
    assert [row["number"] for row in found] == ["勤2", "勤0"]
    page = read(client, "duty-orders/?limit=3")
    assert [row["number"] for row in page["results"]] == ["勤后", "勤2", "勤1"]
    rest = client.get(page["next"]).json()
    assert ([row["number"] for row in rest["results"]], rest["next"]) == (["勤0"], None)


# --- levels -------------------------------------------------------------------------------------
def test_levels_now_say_what_each_room_must_have_and_has(
    world: World, city_supervisor: User, officer: User, as_user: SignIn
) -> None:
    order = ordered(
        world.city_a,
        city_supervisor,
        targets=[world.station_a1.org_path],
        now=timezone.now() - 2 * HOUR,
    )
    fix_strength(
        unit=world.city_a,
        level=DutyLevel.TWO,
        officers=2,
        auxiliaries=1,
        valid_from=START,
        document_no="澜公〔2026〕1号",
        by=city_supervisor,
        station=world.station_a1,
    )
    person = serves(world.station_a1, city_supervisor, name="甲警").person
    Presence.objects.create(station=world.station_a1, person=person, came_at=timezone.now() - HOUR)
    rows = {row["code"]: row for row in read(as_user(city_supervisor), "duty-levels/")["results"]}
    assert set(rows) == {"A0001", "A0002", "A0003"}
    assert rows["A0001"] == {
        "station": world.station_a1.pk,
        "code": "A0001",
        "name": world.station_a1.name,
        "level": 2,
        "orders": [order.pk],
        "officers_required": 2,
        "auxiliaries_required": 1,
        "officers_present": 1,
        "auxiliaries_present": 0,
        "missing": 2,
    }
    assert (rows["A0003"]["level"], rows["A0003"]["missing"]) == (1, 0)
    own = read(as_user(officer), "duty-levels/")["results"]
    assert [row["code"] for row in own] == ["A0001"]
    page = read(as_user(city_supervisor), "duty-levels/?limit=2")
    rest = as_user(city_supervisor).get(page["next"]).json()["results"]
    assert [row["code"] for row in page["results"] + rest] == ["A0001", "A0002", "A0003"]


# --- 24-hour presence ---------------------------------------------------------------------------
def test_trigger_shows_each_stretch_to_the_minute(
    world: World, city_supervisor: User, officer: User, as_user: SignIn
) -> None:
    body = trigger_body(world)
    start, end = (dt.datetime.fromisoformat(body[name]) for name in ("starts_at", "ends_at"))
    person = serves(world.station_a1, city_supervisor, name="甲警").person
    gone = start + 40 * MINUTE
    for came, left in ((start - HOUR, gone), (gone + 20 * MINUTE, end + HOUR)):
        Presence.objects.create(
            station=world.station_a1,
            person=person,
            came_at=came,
            left_at=left,
            left_source=PresenceSource.DESK,
        )
    center = as_user(city_supervisor)
    answers = [send(center, "triggers/", body) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    shown = answers[0].json()
    assert (shown["state"], shown["id"]) == ("ended", Trigger.everything.get().pk)
    rows = read(as_user(officer), f"triggers/{shown['id']}/rooms/")["results"]
    stretch = rows[0]["uncovered"][0]
    assert [dt.datetime.fromisoformat(stretch[name]) for name in ("start", "end")] == [
        gone,
        gone + 20 * MINUTE,
    ]
    assert [(row["code"], row["minutes"], len(row["uncovered"])) for row in rows] == [
        ("A0001", 20, 1)
    ]


def test_trigger_ends_early_by_its_issuer(
    world: World,
    city_supervisor: User,
    county_staff: User,
    other_city_supervisor: User,
    as_user: SignIn,
) -> None:
    ends = (timezone.now() + HOUR).isoformat()
    shown = send(as_user(city_supervisor), "triggers/", trigger_body(world, ends_at=ends)).json()
    address, reason = f"triggers/{shown['id']}/end/", {"reason": "活动取消"}
    assert shown["state"] == "running"
    assert send(as_user(county_staff), address, reason).status_code == 403
    assert send(as_user(other_city_supervisor), address, reason).status_code == 404
    assert list(send(as_user(city_supervisor), address).json()["errors"]) == ["reason"]
    assert send(as_user(city_supervisor), address, reason).json()["state"] == "early"
    found = read(as_user(county_staff), "triggers/?state=early&kind=event")["results"]
    assert [row["number"] for row in found] == ["驻9号"]
    assert read(as_user(county_staff), "triggers/?kind=guard")["results"] == []


def test_trigger_takes_the_right_and_its_own_area(
    world: World, officer: User, city_supervisor: User, as_user: SignIn
) -> None:
    watcher = make_user("700020", "指挥", world.city_a, Role.COMMAND)
    for person in (officer, watcher):
        assert send(as_user(person), "triggers/", trigger_body(world)).status_code == 403
    foreign = trigger_body(world, rooms=[world.station_b1.pk])
    answer = send(as_user(city_supervisor), "triggers/", foreign)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["rooms"])
    assert not Trigger.everything.exists()


# --- directives ---------------------------------------------------------------------------------
def test_directive_from_sending_to_feedback(
    world: World, city_supervisor: User, officer: User, station_lead: User, as_user: SignIn
) -> None:
    center, first, lead = (as_user(who) for who in (city_supervisor, officer, station_lead))
    body = directive_body(world)
    answers = [send(center, "directives/", body) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    shown = answers[0].json()
    assert shown["receipt_due_at"] is not None
    assert (shown["state"], shown["due_named"], shown["responsible"]) == ("sent", False, None)
    address = f"directives/{shown['id']}/"
    assert send(first, f"{address}acknowledgement/").json()["responsible_name"] == "陈一"
    late = send(lead, f"{address}acknowledgement/")
    assert late.status_code == 400
    assert "陈一 acknowledged" in late.json()["detail"]
    assert send(lead, f"{address}takeover/").status_code == 403
    offer = send(first, f"{address}handover/", {"to": station_lead.pk, "note": "交班"})
    assert (offer.json()["offered_to"], offer.json()["responsible"]) == (
        station_lead.pk,
        officer.pk,
    )
    taken = send(lead, f"{address}takeover/").json()
    assert (taken["first_receiver"], taken["responsible"]) == (officer.pk, station_lead.pk)
    assert send(first, f"{address}feedback/", {"feedback": "完成"}).status_code == 403
    done = send(lead, f"{address}feedback/", {"feedback": "监控已恢复"})
    assert (done.status_code, done.json()["state"]) == (200, "done")
    assert read(center, address)["feedback"] == "监控已恢复"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"station": "station_b1"}, "station", id="foreign room"),
        pytest.param({"due_at": "2026-01-01T00:00:00Z"}, "due_at", id="due before"),
        pytest.param({"due_at": "2026-09-17T15:42:00"}, "due_at", id="no offset"),
        pytest.param({"text": ""}, "text", id="no text"),
    ],
)
def test_bad_directive_is_refused_by_field(
    world: World, city_supervisor: User, as_user: SignIn, changes: dict[str, Any], field: str
) -> None:
    places = {
        name: getattr(world, value).pk for name, value in changes.items() if value == "station_b1"
    }
    answer = send(
        as_user(city_supervisor), "directives/", directive_body(world, **(changes | places))
    )
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not Directive.everything.exists()


def test_hand_over_goes_to_people_of_the_room_only(
    world: World, city_supervisor: User, officer: User, neighbour_officer: User, as_user: SignIn
) -> None:
    shown = send(as_user(city_supervisor), "directives/", directive_body(world)).json()
    address = f"directives/{shown['id']}/"
    send(as_user(officer), f"{address}acknowledgement/")
    answers = [
        send(as_user(officer), f"{address}handover/", {"to": number})
        for number in (neighbour_officer.pk, ABSENT)
    ]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert list(answers[0].json()["errors"]) == ["to"]
    assert send(as_user(neighbour_officer), f"{address}acknowledgement/").status_code == 404


def test_directives_filter_and_are_withdrawn_by_the_issuer(
    world: World, city_supervisor: User, county_staff: User, as_user: SignIn
) -> None:
    center = as_user(city_supervisor)
    here = send(center, "directives/", directive_body(world)).json()
    there = send(center, "directives/", directive_body(world, station=world.station_a2.pk)).json()
    address, reason = f"directives/{here['id']}/withdraw/", {"reason": "误发"}
    assert send(as_user(county_staff), address, reason).status_code == 403
    assert send(center, address, reason).json()["withdraw_reason"] == "误发"

    def found(query: str) -> list[int]:
        return [row["id"] for row in read(center, f"directives/?{query}")["results"]]

    assert found("") == [there["id"], here["id"]]
    assert found("state=open") == [there["id"]]
    assert found("state=withdrawn") == [here["id"]]
    assert found(f"station={world.station_a1.pk}") == [here["id"]]
    assert found("state=overdue") == []


# --- lists --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("address", "own"),
    [
        pytest.param("duty-orders/", 1, id="orders"),
        pytest.param("triggers/", 1, id="triggers"),
        pytest.param("directives/", 1, id="directives"),
        pytest.param("duty-levels/", 7, id="levels"),
    ],
)
def test_lists_ask_the_same_number_of_questions_for_many_rows(
    world: World, city_supervisor: User, as_user: SignIn, address: str, own: int
) -> None:
    client, now = as_user(city_supervisor), timezone.now()

    def more(number: int) -> None:
        ordered(world.city_a, city_supervisor, number=f"多{number}", now=now)
        send(client, "triggers/", trigger_body(world, number=f"多{number}"))
        send(client, "directives/", directive_body(world, number=f"多{number}"))

    more(0)
    read(client, address)
    with CaptureQueriesContext(connection) as before:
        read(client, address)
    for number in range(1, 4):
        more(number)
        add_station(
            f"A10{number}",
            f"澜江市公安局芦北分局第{number}警务室",
            world.county_a1,
            campus=world.campus_a_main,
        )
    with CaptureQueriesContext(connection) as after:
        rows = read(client, address)["results"]
    assert len(rows) >= 4
    assert len(after) == len(before) == LIST_QUERIES - 1 + own
