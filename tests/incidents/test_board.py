"""The board by state, its poll, its one key; the list and its export."""

from __future__ import annotations

import datetime as dt
import io
import json
import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from benchmarks.measure import Statements
from incidents.enums import Disposition, IncidentState, Precision
from incidents.models import Incident, Transfer
from incidents.queries import board as queries
from incidents.services.timeline import add_entry
from incidents.tables.board import age_text
from policeroom.accounts.models import User
from policeroom.common.models import AuditEvent, Deadline
from policeroom.common.roles import Role
from tests.incidents.test_filing import MINUTE, call, category
from tests.world import World, grant, make_user

pytestmark = pytest.mark.integration
AsUser = Callable[[User | None], Client]
BOARD = "/incidents/board/"
HTMX = {"HX-Request": "true"}


def now_call(world: World, by: User, **changes: object) -> Incident:
    """A call reported just now by the real clock: the board shows what was closed today."""
    now = timezone.now()
    return call(world, by, **{"reported_at": now - 3 * MINUTE, "now": now, **changes})


def columns_of(page: object) -> dict[str, list[str]]:
    return {
        column["state"]: [card["text"] for card in column["cards"]]
        for column in page.context["columns"]  # type: ignore[attr-defined]
    }


def test_calls_stand_in_the_column_of_their_state(
    world: World, officer: User, as_user: AsUser
) -> None:
    now = timezone.now()
    now_call(world, officer, narrative="新")
    now_call(world, officer, narrative="派", dispatched_at=now)
    now_call(world, officer, narrative="到", arrived_at=now)
    now_call(world, officer, narrative="处", disposition=Disposition.SETTLED)
    now_call(
        world,
        officer,
        narrative="结",
        disposition=Disposition.SETTLED,
        category=category("help.lost"),
    )
    old = now_call(
        world,
        officer,
        narrative="昨",
        disposition=Disposition.SETTLED,
        category=category("help.lost"),
    )
    Incident.everything.filter(pk=old.pk).update(closed_at=now - dt.timedelta(days=1, hours=1))
    assert columns_of(as_user(officer).get(BOARD)) == {
        "new": ["新"], "dispatched": ["派"], "on_scene": ["到"], "handling": ["处"],
        "closed": ["结"],
    }  # fmt: skip


def test_each_reader_sees_the_own_area(
    world: World, officer: User, neighbour_officer: User, city_supervisor: User,
    other_city_supervisor: User, as_user: AsUser,
) -> None:  # fmt: skip
    now_call(world, officer, narrative="甲")
    now_call(world, officer, narrative="乙", station=world.center_a)
    now_call(world, officer, narrative="丙", station=world.station_b1)
    seen = {
        officer: {"甲"},
        neighbour_officer: {"乙"},
        city_supervisor: {"甲", "乙"},
        other_city_supervisor: {"丙"},
    }
    for user, texts in seen.items():
        assert set(columns_of(as_user(user).get(BOARD))["new"]) == texts


@pytest.mark.parametrize(
    ("query", "hit"),
    [
        pytest.param({"kind": "report"}, True, id="kind"),
        pytest.param({"kind": "enquiry"}, False, id="other kind"),
        pytest.param({"category": "theft"}, True, id="category above"),
        pytest.param({"category": "help"}, False, id="other category"),
        pytest.param({"q": "电动"}, True, id="words"),
        pytest.param({"q": "雨伞"}, False, id="other words"),
        pytest.param({"end": "2026-01-31"}, False, id="period before"),
        pytest.param({"area": "0101010002"}, False, id="other room"),
        pytest.param({"area": "010101"}, True, id="own county"),
        pytest.param({"area": "0102"}, True, id="area outside is no filter"),
    ],
)
def test_filter_of_the_address(
    world: World, officer: User, county_staff: User, city_supervisor: User, as_user: AsUser,
    query: dict[str, str], hit: bool,
) -> None:  # fmt: skip
    now_call(world, officer, narrative="电动车", category=category("theft.bicycle"))
    assert bool(columns_of(as_user(city_supervisor).get(BOARD, query))["new"]) == hit


def test_columns_are_capped_and_lead_into_the_list(
    world: World, officer: User, as_user: AsUser
) -> None:
    for n in range(queries.COLUMN_CAP + 1):
        now_call(world, officer, narrative=f"第{n}起")
    page = as_user(officer).get(BOARD, {"kind": "report", "unknown": "x"})
    new = page.context["columns"][0]
    assert (len(new["cards"]), new["count"]) == (30, "30+")
    assert new["more_url"] == "/incidents/?kind=report&state=new"
    assert new["cards"][0]["text"] == "第30起"


def test_poll_answers_304_until_something_changes(
    world: World, officer: User, as_user: AsUser
) -> None:
    row = now_call(world, officer)
    client = as_user(officer)
    first = client.get(BOARD, headers=HTMX)
    tag = first.headers["ETag"]
    again = client.get(BOARD, headers={**HTMX, "If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    add_entry(incident=row, text="x", at=timezone.now(), by=officer, now=timezone.now())
    changed = client.get(BOARD, headers={**HTMX, "If-None-Match": tag})
    assert (changed.status_code, changed.headers["ETag"] == tag) == (200, False)
    assert "<html" not in changed.content.decode()


@pytest.mark.parametrize("number", [1, 20])
def test_poll_that_changes_nothing_costs_two_reads_of_calls(
    world: World, officer: User, as_user: AsUser, number: int
) -> None:
    for _ in range(number):
        now_call(world, officer)
    client = as_user(officer)
    tag = client.get(BOARD, headers=HTMX).headers["ETag"]
    with Statements() as seen:
        client.get(BOARD, headers={**HTMX, "If-None-Match": tag})
    assert len(seen) == 7  # the frame's 5, cards, clocks


def test_clock_of_a_transfer_stands_on_the_card(
    world: World, officer: User, as_user: AsUser
) -> None:
    now = timezone.now()
    row = now_call(world, officer)
    transfer = Transfer.everything.create(
        incident=row, org_path=row.org_path, what="case", receiver_kind="precinct",
        receiver_name="北所", handed_at=now, recorded_by=officer, client_uuid=uuid.uuid4(),
    )  # fmt: skip
    clock = Deadline.everything.create(
        kind="transfer-receipt", org_path=row.org_path, object_type="incidents.transfer",
        object_id=transfer.pk, label="收据", started_at=now - 2 * MINUTE, due_at=now - MINUTE,
    )  # fmt: skip
    client = as_user(officer)
    page = client.get(BOARD)
    clocks = page.context["columns"][0]["cards"][0]["clocks"]
    assert [(c.label, c.overdue) for c in clocks] == [("收据", True)]
    tag = client.get(BOARD, headers=HTMX).headers["ETag"]
    Deadline.everything.filter(pk=clock.pk).update(done_at=now)
    assert client.get(BOARD, headers={**HTMX, "If-None-Match": tag}).status_code == 200


def move(client: Client, row: Incident, state: str, **headers: str) -> object:
    return client.post(f"{BOARD}{row.pk}/next/", {"state": state}, headers=headers)


def test_one_key_moves_a_call_through_every_state(
    world: World, officer: User, as_user: AsUser
) -> None:
    row = now_call(world, officer, category=category("help.lost"))
    client = as_user(officer)
    for state in ("new", "dispatched", "on_scene"):
        answer = move(client, row, state, **HTMX)
        assert json.loads(answer.headers["HX-Trigger"]) == {"board-changed": True}
    row.refresh_from_db()
    assert row.state == IncidentState.HANDLING
    assert row.dispatched_at is not None
    assert row.arrived_at is not None
    refused = json.loads(move(client, row, "handling", **HTMX).headers["HX-Trigger"])
    assert refused["board-refused"]["text"] == (
        f"{row.number} cannot be closed yet; missing: disposition."
    )
    Incident.everything.filter(pk=row.pk).update(disposition=Disposition.ASSISTED)
    move(client, row, "handling", **HTMX)
    row.refresh_from_db()
    assert row.state == IncidentState.CLOSED


def test_call_that_moved_meanwhile_is_not_moved_again(
    world: World, officer: User, as_user: AsUser
) -> None:
    row = now_call(world, officer)
    client = as_user(officer)
    move(client, row, "new")
    answer = client.post(f"{BOARD}{row.pk}/next/", {"state": "new"}, follow=True)
    assert f"{row.number} was moved meanwhile" in answer.content.decode()
    row.refresh_from_db()
    assert row.state == IncidentState.DISPATCHED


def test_who_may_move_a_call(
    world: World, officer: User, neighbour_officer: User, county_staff: User,
    other_city_supervisor: User, as_user: AsUser,
) -> None:  # fmt: skip
    row = now_call(world, officer)
    assert as_user(officer).get(f"{BOARD}{row.pk}/next/").status_code == 405
    statuses = {
        user.pk: move(as_user(user), row, "new").status_code
        for user in (neighbour_officer, county_staff, other_city_supervisor)
    }
    assert list(statuses.values()) == [404, 403, 403]
    page = as_user(county_staff).get(BOARD)
    assert page.context["columns"][0]["cards"][0]["next_url"] == ""


def test_age_is_said_in_the_largest_unit() -> None:
    ages = [dt.timedelta(seconds=-5), 59 * MINUTE, 60 * MINUTE, 48 * 60 * MINUTE]
    assert [age_text(age) for age in ages] == ["0 min", "59 min", "1 h", "2 days"]


# --- the list -----------------------------------------------------------------------------------
LIST = "/incidents/"


def numbers(page: object) -> list[str]:
    table = page.context["table"]  # type: ignore[attr-defined]
    return [row.cells[0].text for row in table.rows]


def test_list_is_newest_first_within_the_scope(
    world: World, officer: User, as_user: AsUser
) -> None:
    now = timezone.now()
    for minutes in (30, 10, 20):
        now_call(world, officer, reported_at=now - minutes * MINUTE, now=now)
    now_call(world, officer, station=world.center_a)
    page = as_user(officer).get(LIST)
    assert [n[-3:] for n in numbers(page)] == ["002", "003", "001"]


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        pytest.param({"state": "open"}, {"开"}, id="open"),
        pytest.param({"state": "closed"}, {"结", "日"}, id="closed"),
        pytest.param({"hour": "21"}, {"结"}, id="hour"),
        pytest.param({"hour": "20", "hours": "3"}, {"结"}, id="block of hours"),
        pytest.param({"weekday": "4"}, {"开"}, id="weekday"),
        pytest.param({"response": "measured"}, {"结"}, id="measured"),
        pytest.param({"response": "none"}, {"开"}, id="no arrival"),
        pytest.param({"response": "inexact"}, {"日"}, id="not exact"),
        pytest.param({"response": "negative"}, set(), id="negative"),
        pytest.param({"place": "南门"}, {"开"}, id="place"),
        pytest.param({"q": "开"}, set(), id="one character is no word of the text"),
        pytest.param({"q": "南门"}, {"开"}, id="words"),
    ],
)
def test_filters_of_the_list(
    world: World, officer: User, as_user: AsUser, query: dict[str, str], hits: set[str]
) -> None:
    day = timezone.make_aware(dt.datetime(2026, 9, 17, 10))  # noqa: DTZ001 -- made aware
    done = {"disposition": Disposition.SETTLED, "category": category("help.lost")}
    call(world, officer, narrative="开", reported_at=day, place_text="南门")
    night = timezone.make_aware(dt.datetime(2026, 9, 15, 21, 30))  # noqa: DTZ001 -- made aware
    call(world, officer, narrative="结", reported_at=night, arrived_at=night + MINUTE, **done)
    call(
        world,
        officer,
        narrative="日",
        reported_at=night,
        arrived_at=night + MINUTE,
        reported_precision=Precision.DAY,
        **done,
    )
    page = as_user(officer).get(LIST, {**query, "col": "text"})
    assert {row.cells[-1].text for row in page.context["table"].rows} == hits


def test_export_is_exactly_the_filter_and_formula_safe(
    world: World, officer: User, as_user: AsUser
) -> None:
    call(world, officer, narrative="=1+1")
    call(world, officer, narrative="别的", kind="enquiry")
    answer = as_user(officer).get(LIST, {"kind": "report", "col": "narrative", "export": "xlsx"})
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
    cells = [cell for row in sheet.to_python() for cell in row]
    assert "'=1+1" in cells
    assert "别的" not in cells
    assert AuditEvent.objects.unscoped("test").filter(action="export").count() == 1


def test_auxiliary_reads_the_list_but_exports_nothing(
    world: World, officer: User, as_user: AsUser
) -> None:
    auxiliary = make_user("100009", "辅一", world.station_a1.unit, Role.AUXILIARY)
    call(world, officer)
    client = as_user(auxiliary)
    assert len(numbers(client.get(LIST))) == 1
    assert client.get(LIST, {"export": "xlsx"}).status_code == 403


@pytest.mark.parametrize("number", [1, 40])
@pytest.mark.parametrize("shown", ["", "handlers"])
def test_list_costs_the_same_for_one_and_many(
    world: World, officer: User, as_user: AsUser, number: int, shown: str
) -> None:
    for _ in range(number):
        call(world, officer, handlers=[officer])
    client = as_user(officer)
    client.get(LIST)
    with Statements() as seen:
        client.get(LIST, {"col": shown} if shown else {})
    # frame 5, areas, categories, rows, capped count; handlers if they are shown
    assert len(seen) == 9 + bool(shown)


def test_grant_on_two_rooms_shows_both_and_no_third(
    world: World, officer: User, as_user: AsUser
) -> None:
    grant(officer, Role.OFFICER, world.station_b1.unit)
    for room in (world.station_a1, world.station_b1, world.center_a):
        call(world, officer, station=room, narrative=room.code)
    page = as_user(officer).get(LIST, {"col": "narrative"})
    assert {row.cells[-1].text for row in page.context["table"].rows} == {"A0001", "B0001"}


def test_who_reads_universities_elsewhere_reads_no_calls_there(
    world: World, officer: User, as_user: AsUser
) -> None:
    grant(officer, Role.EDUCATION, world.province)
    now_call(world, officer, narrative="自己")
    now_call(world, officer, narrative="别处", station=world.station_b1)
    client = as_user(officer)
    assert columns_of(client.get(BOARD))["new"] == ["自己"]
    assert len(numbers(client.get(LIST))) == 1
    assert len(client.get("/incidents/search/", {"q": "别处"}).context["hits"]) == 0
    assert client.get("/incidents/statistics/").context["total"].now == 1


def test_export_leaves_out_rooms_where_only_reading_is_allowed(
    world: World, officer: User, as_user: AsUser
) -> None:
    grant(officer, Role.AUXILIARY, world.center_a.unit)
    call(world, officer, narrative="可导出")
    call(world, officer, narrative="只可读", station=world.center_a)
    client = as_user(officer)
    assert len(numbers(client.get(LIST))) == 2
    text = client.get(LIST, {"export": "csv", "col": "narrative"}).content.decode("utf-8-sig")
    assert ("可导出" in text, "只可读" in text) == (True, False)
