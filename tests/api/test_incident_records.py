"""The JSON interface of changes and of the records beside the log."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from incidents.models import Hazard, Incident, Lead, Transfer, UrgentNotice
from policeroom.accounts.models import User
from tests.incidents.clocks_cast import hand_over, notice, precinct, side
from tests.incidents.test_filing import call, category
from tests.world import World

pytestmark = pytest.mark.integration

SignIn = Callable[[User | None], Client]
API = "/api/v1/"
ABSENT = 987654
JSON = "application/json"
#: Session, account, grants, inbox, open session, savepoint (2); of the list itself: one.
LIST_QUERIES = 8
AT = "2026-09-17T15:42:00+08:00"


def send(client: Client, address: str, body: dict[str, Any], method: str = "post") -> Any:
    return getattr(client, method)(f"{API}{address}", body, content_type=JSON)


def change(client: Client, incident: Incident, **changes: Any) -> Any:
    facts = {name: {"base": base, "value": value} for name, (base, value) in changes.items()}
    return send(client, f"incidents/{incident.pk}/", {"changes": facts}, "patch")


def transfer_body(**changes: Any) -> dict[str, Any]:
    return {
        "client_uuid": str(uuid.uuid4()),
        "what": "case",
        "handed_at": AT,
        "receiver_kind": "precinct",
        "receiver_name": "芦北派出所",
        **changes,
    }


def urgent_body(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "client_uuid": str(uuid.uuid4()),
        "station": world.station_a1.pk,
        "summary": "实验楼起火",
        "side": "police",
        "known_at": AT,
        **changes,
    }


def lead_body(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "client_uuid": str(uuid.uuid4()),
        "station": world.station_a1.pk,
        "reference_no": "XS-2026-1",
        "received_at": AT,
        **changes,
    }


def hazard_body(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "client_uuid": str(uuid.uuid4()),
        "station": world.station_a1.pk,
        "place_text": "二食堂",
        "description": "线路老化",
        "found_at": AT,
        "responsible": "后勤管理处",
        "due_on": "2026-12-31",
        **changes,
    }


def test_facts_are_changed_together(world: World, officer: User, as_user: SignIn) -> None:
    incident = call(world, officer)
    category("dispute.noise")

    answer = change(
        as_user(officer),
        incident,
        category=(None, "dispute.noise"),
        disposition=("", "advised"),
        place=({"place": None, "place_text": ""}, {"place": None, "place_text": "南门"}),
    )

    assert answer.status_code == 200
    found = answer.json()
    assert (found["category_code"], found["disposition"], found["place_text"]) == (
        "dispute.noise",
        "advised",
        "南门",
    )
    assert found["version"] == incident.version + 1


def test_fact_changed_meanwhile_is_a_conflict_with_both_values(
    world: World, officer: User, as_user: SignIn
) -> None:
    incident, client = call(world, officer), as_user(officer)
    assert change(client, incident, disposition=("", "advised")).status_code == 200

    answer = change(client, incident, disposition=("", "settled"), kind=("report", "enquiry"))

    assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
    assert answer.json()["conflicts"] == {"disposition": {"stored": "advised", "sent": "settled"}}
    stored = Incident.objects.unscoped("test").get(pk=incident.pk)
    assert (stored.disposition, stored.kind) == ("advised", "report")


def test_time_is_changed_from_what_the_record_showed(
    world: World, officer: User, as_user: SignIn
) -> None:
    incident, client = call(world, officer), as_user(officer)
    shown = client.get(f"{API}incidents/{incident.pk}/").json()
    base = {name: shown[name] for name in ("reported_at", "reported_precision")}
    earlier = incident.reported_at - dt.timedelta(minutes=1)

    answer = change(client, incident, reported=(base, earlier.isoformat()))
    again = change(client, incident, reported=(base, AT))

    assert answer.status_code == 200
    assert dt.datetime.fromisoformat(answer.json()["reported_at"]) == earlier
    assert again.status_code == 409
    stored = again.json()["conflicts"]["reported"]["stored"]
    assert dt.datetime.fromisoformat(stored["reported_at"]) == earlier


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"religion": ("", "x")}, "changes.religion", id="fact that does not exist"),
        pytest.param(
            {"dispatched": (None, "2026-09-17T15:42:00")},
            "changes.dispatched.value",
            id="no offset",
        ),
        pytest.param(
            {
                "place": (
                    {"place": None, "place_text": ""},
                    {"place": None, "place_text": "南" * 121},
                )
            },
            "changes.place.value.place_text",
            id="fact of a fact",
        ),
        pytest.param({"dispatched": (None, "2099-01-01T00:00:00Z")}, "dispatched_at", id="to come"),
    ],
)
def test_bad_change_is_refused_by_field(
    world: World, officer: User, as_user: SignIn, changes: dict[str, Any], field: str
) -> None:
    incident = call(world, officer)
    answer = change(as_user(officer), incident, **changes)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert Incident.objects.unscoped("test").get(pk=incident.pk).version == incident.version


def test_change_takes_the_right_and_the_scope(
    world: World, officer: User, city_supervisor: User, as_user: SignIn
) -> None:
    own, far = call(world, officer), call(world, officer, station=world.station_b1)
    assert change(as_user(city_supervisor), own, disposition=("", "advised")).status_code == 403
    client = as_user(officer)
    foreign = change(client, far, disposition=("", "advised"))
    absent = send(client, f"incidents/{ABSENT}/", {}, "patch")
    assert (foreign.status_code, foreign.content) == (404, absent.content)


def test_transfer_is_made_once_received_and_listed(
    world: World, officer: User, as_user: SignIn
) -> None:
    incident, client = call(world, officer), as_user(officer)
    url, body = f"incidents/{incident.pk}/transfers/", transfer_body()

    codes = [send(client, url, sent).status_code for sent in (body, body, {**body, "what": "item"})]

    assert codes == [201, 200, 409]
    (row,) = client.get(f"{API}transfers/").json()["results"]
    receipt = {"received_at": AT, "received_by_name": "李"}
    answer = send(client, f"transfers/{row['id']}/receipt/", receipt)
    assert (answer.status_code, answer.json()["received_by_name"]) == (200, "李")
    assert [r["id"] for r in client.get(f"{API}{url}").json()["results"]] == [row["id"]]


def test_transfer_goes_to_a_unit_beside_the_room_and_to_no_other(
    world: World, officer: User, as_user: SignIn
) -> None:
    incident, near = call(world, officer), precinct(world)
    client, url = as_user(officer), f"incidents/{incident.pk}/transfers/"
    body = transfer_body(receiver_kind="branch", receiver_name="", receiver_unit=near.pk)
    far, absent = (
        send(client, url, {**body, "receiver_unit": pk})
        for pk in (world.station_b1.unit.pk, ABSENT)
    )
    assert (far.status_code, absent.status_code) == (400, 400)
    assert list(far.json()["errors"]) == ["receiver_unit"]
    made = send(client, url, body)
    assert (made.status_code, made.json()["receiver_kind"]) == (201, "precinct")


def test_struck_transfer_says_why(world: World, officer: User, as_user: SignIn) -> None:
    row = hand_over(world, officer, call(world, officer))
    answer = send(as_user(officer), f"transfers/{row.pk}/strike/", {"reason": "填错"})
    assert (answer.status_code, answer.json()["strike_reason"]) == (200, "填错")


def test_urgent_notice_is_raised_once_and_both_sides_act(
    world: World, officer: User, as_user: SignIn
) -> None:
    client, body = as_user(officer), urgent_body(world)

    codes = [
        send(client, "urgent-notices/", sent).status_code
        for sent in (body, body, {**body, "summary": "别的"})
    ]

    assert codes == [201, 200, 409]
    row = UrgentNotice.objects.unscoped("test").get()
    police = side(row, "police").pk
    told = {"reported_at": AT, "reported_to": "分局指挥中心, 电话"}
    measure = {
        "client_uuid": str(uuid.uuid4()),
        "side": "police",
        "text": "疏散",
        "taken_at": AT,
    }
    acts = [
        (f"urgent-sides/{police}/report/", told, 200),
        (f"urgent-sides/{police}/notify/", {"notified_at": AT}, 200),
        (f"urgent-sides/{police}/known/", {"known_at": AT, "note": "电话"}, 200),
        (f"urgent-notices/{row.pk}/measures/", measure, 201),
        (f"urgent-notices/{row.pk}/measures/", measure, 200),
        (f"urgent-notices/{row.pk}/disposal/", {"started_at": AT}, 200),
    ]
    assert [send(client, url, sent).status_code for url, sent, _code in acts] == [
        code for _url, _sent, code in acts
    ]
    found = client.get(f"{API}urgent-notices/{row.pk}/").json()
    sides = {s["side"]: s for s in found["sides"]}
    assert sides["police"]["reported_to"] == told["reported_to"]
    assert sides["university"]["known_at"] is not None
    assert [m["text"] for m in found["measures"]] == ["疏散"]


def test_second_notice_of_an_incident_is_the_first_one(
    world: World, officer: User, as_user: SignIn
) -> None:
    incident, client = call(world, officer), as_user(officer)
    first, second = (
        send(client, "urgent-notices/", urgent_body(world, incident=incident.pk))
        for _tap in range(2)
    )
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]


def test_lead_is_issued_from_above_and_answered_by_the_room(
    world: World, officer: User, city_supervisor: User, as_user: SignIn
) -> None:
    body = lead_body(world)
    assert send(as_user(officer), "leads/", body).status_code == 403
    above = as_user(city_supervisor)
    codes = [
        send(above, "leads/", sent).status_code
        for sent in (body, body, {**body, "reference_no": "XS-2"})
    ]
    assert codes == [201, 200, 409]
    row = Lead.objects.unscoped("test").get()
    answer = send(
        as_user(officer), f"leads/{row.pk}/answer/", {"result": "confirmed", "closed_at": AT}
    )
    assert (answer.status_code, answer.json()["result"]) == (200, "confirmed")


def test_hazard_is_recorded_extended_and_rechecked(
    world: World, officer: User, station_lead: User, as_user: SignIn
) -> None:
    client, body = as_user(officer), hazard_body(world)
    codes = [
        send(client, "hazards/", sent).status_code
        for sent in (body, body, {**body, "place_text": "一食堂"})
    ]
    assert codes == [201, 200, 409]
    row = Hazard.objects.unscoped("test").get()
    longer = {"due_on": "2027-01-31", "document_no": "1号", "reason": "材料未到"}
    extended = send(as_user(station_lead), f"hazards/{row.pk}/extension/", longer)
    assert (extended.status_code, extended.json()["due_on"]) == (200, "2027-01-31")
    order = extended.json()["orders"][-1]["id"]
    recheck = {"client_uuid": str(uuid.uuid4()), "checked_at": AT, "result": "fixed"}
    url = f"hazard-orders/{order}/recheck/"
    assert [send(client, url, recheck).status_code for _n in range(2)] == [201, 200]
    found = client.get(f"{API}hazards/{row.pk}/").json()
    assert found["closed_at"] is not None
    assert [bool(o["recheck"]) for o in found["orders"]] == [False, True]


def test_clocks_stand_as_they_stand_now(world: World, officer: User, as_user: SignIn) -> None:
    incident, client = call(world, officer), as_user(officer)
    fresh, now = transfer_body(handed_at=timezone.now().isoformat()), timezone.now()
    send(client, f"incidents/{incident.pk}/transfers/", fresh)
    overdue = hand_over(world, officer, incident, handed_at=now - dt.timedelta(days=30), now=now)
    stood = {
        status: [
            (row["object_id"], row["status"])
            for row in client.get(f"{API}clocks/?status={status}").json()["results"]
        ]
        for status in ("overdue", "running", "met")
    }
    other = Transfer.objects.unscoped("test").exclude(pk=overdue.pk).get()
    assert stood == {
        "overdue": [(overdue.pk, "overdue")],
        "running": [(other.pk, "running")],
        "met": [],
    }
    assert client.get(f"{API}clocks/?status=soon").status_code == 400


def test_statistics_count_the_area_and_the_period(
    world: World, officer: User, city_supervisor: User, as_user: SignIn
) -> None:
    call(world, officer, category=category("dispute.noise"))
    call(world, officer, station=world.station_b1)
    url = f"{API}incident-statistics/?span=days&start=2026-09-17&end=2026-09-17"
    found = as_user(officer).get(url).json()
    assert found["now"] == {
        "period": {"start": "2026-09-17", "end": "2026-09-17"},
        "total": 1,
        "figures": [
            {
                "area": world.station_a1.org_path,
                "category": "dispute.noise",
                "kind": "report",
                "calls": 1,
            }
        ],
    }
    assert sum(row["calls"] for row in found["hours"]) == 1
    client = as_user(city_supervisor)
    foreign, absent = (client.get(f"{url}&area={path}") for path in (world.city_b.org_path, "9999"))
    assert (foreign.status_code, foreign.content) == (404, absent.content)
    assert client.get(f"{url}&area={world.station_a2.org_path}").json()["now"]["total"] == 0


@pytest.mark.parametrize(
    ("address", "body", "field"),
    [
        pytest.param("urgent-notices/", urgent_body, "known_at", id="urgent notice"),
        pytest.param("hazards/", hazard_body, "found_at", id="hazard"),
    ],
)
def test_record_without_offset_or_of_others_is_refused_by_field(
    world: World,
    officer: User,
    as_user: SignIn,
    address: str,
    body: Callable[..., dict[str, Any]],
    field: str,
) -> None:
    client = as_user(officer)
    naive = send(client, address, body(world, **{field: "2026-09-17T15:42:00"}))
    foreign, absent = (
        send(client, address, body(world, station=pk)) for pk in (world.station_b1.pk, ABSENT)
    )
    assert (naive.status_code, list(naive.json()["errors"])) == (400, [field])
    assert (foreign.status_code, list(foreign.json()["errors"])) == (400, ["station"])
    assert foreign.content.replace(str(world.station_b1.pk).encode(), b"ID") == (
        absent.content.replace(str(ABSENT).encode(), b"ID")
    )


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("address", "more"),
    [("transfers/", 0), ("urgent-notices/", 2), ("leads/", 0), ("hazards/", 1), ("clocks/", 0)],
)
def test_lists_cost_the_same_for_one_and_three(
    world: World,
    officer: User,
    city_supervisor: User,
    as_user: SignIn,
    django_assert_num_queries: Any,
    address: str,
    more: int,
    rows: int,
) -> None:
    for number in range(rows):
        notice(world, officer)
        hand_over(world, officer, call(world, officer))
        send(as_user(officer), "hazards/", hazard_body(world))
        send(as_user(city_supervisor), "leads/", lead_body(world, reference_no=f"XS-{number}"))
    client = as_user(officer)
    client.get(f"{API}{address}")
    query = "&kind=transfer-receipt" if address == "clocks/" else ""
    with django_assert_num_queries(LIST_QUERIES + more):
        page = client.get(f"{API}{address}?limit=200{query}").json()
    assert len(page["results"]) == rows


@pytest.mark.parametrize("limit", [0, 201])
def test_page_beyond_the_limit_is_refused(officer: User, as_user: SignIn, limit: int) -> None:
    answer = as_user(officer).get(f"{API}hazards/?limit={limit}")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["limit"])
