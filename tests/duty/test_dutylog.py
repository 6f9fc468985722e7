"""The duty log: written once, listed by room and day, exported."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from duty.models import DutyLogEntry
from duty.services.dutylog import write_entry
from duty.views.dutylog import LogList
from policeroom.accounts.models import User
from policeroom.common.errors import ConflictError, DomainError
from policeroom.common.models import AuditEvent
from policeroom.common.roles import Role
from tests.duty.handover_helpers import noted
from tests.duty.orders_helpers import DAY, HOUR, MINUTE, NOW
from tests.world import START, World, grant

pytestmark = pytest.mark.integration
SignIn = Callable[[User | None], Client]
LIST, NEW = "duty:log-list", "duty:log-new"


def typed(world: World, **changes: Any) -> dict[str, Any]:
    """What a browser sends from the quick line."""
    return {
        "client_uuid": str(uuid.uuid4()),
        "station": world.station_a1.pk,
        "text": "白班巡逻两圈",
        "at": "",
        **changes,
    }


# --- the service --------------------------------------------------------------------------------
def test_a_line_knows_its_day_in_the_time_of_the_province(world: World, officer: User) -> None:
    late = dt.datetime(2026, 9, 16, 16, 30, tzinfo=dt.UTC)  # half past midnight here
    row = noted(world.station_a1, officer, " 夜间巡逻 ", now=NOW, at=late, is_key=False)
    assert (row.text, row.day, row.recorded_at, row.recorded_by) == (
        "夜间巡逻",
        dt.date(2026, 9, 17),
        NOW,
        officer,
    )
    event = AuditEvent.everything.get(action="dutylog.write")
    assert event.after == {"day": "2026-09-17", "is_key": False}


@pytest.mark.parametrize(
    ("text", "at", "words"),
    [
        pytest.param("  ", NOW, "Write what happened", id="empty"),
        pytest.param("事", NOW + MINUTE, "lies in the future", id="to come"),
        pytest.param("事", NOW.replace(year=2025), "opened on 2026-01-01", id="not open"),
    ],
)
def test_what_cannot_have_happened_is_refused(
    world: World, officer: User, text: str, at: dt.datetime, words: str
) -> None:
    with pytest.raises(DomainError, match=words):
        noted(world.station_a1, officer, text, now=NOW, at=at)
    assert not DutyLogEntry.everything.exists()


def test_the_first_day_of_the_room_and_this_instant_are_fine(world: World, officer: User) -> None:
    opening = NOW.replace(year=START.year, month=START.month, day=START.day)
    for at in (NOW, opening):
        assert noted(world.station_a1, officer, "事", now=NOW, at=at).pk


def test_a_double_send_gives_the_first_line(world: World, officer: User) -> None:
    key = uuid.uuid4()
    values: dict[str, Any] = {
        "station": world.station_a1,
        "is_key": False,
        "at": None,
        "by": officer,
        "client_uuid": key,
    }
    first = write_entry(text="事", now=NOW, **values)
    assert first.at == NOW
    assert write_entry(text="事", now=NOW + HOUR, **values) == first
    with pytest.raises(ConflictError):
        write_entry(text="别的事", now=NOW, **values)


def test_the_database_refuses_to_change_or_delete_a_line(world: World, officer: User) -> None:
    row = noted(world.station_a1, officer, "事", now=NOW)
    rows = DutyLogEntry.everything.filter(pk=row.pk)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(text="改")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.delete()
    assert rows.get().text == "事"


# --- the page -----------------------------------------------------------------------------------
def test_one_line_and_enter_is_enough(world: World, officer: User, as_user: SignIn) -> None:
    client = as_user(officer)
    page = client.get(reverse(LIST))
    assert reverse(NEW) in page.content.decode()
    assert page.context["quick"].fields["station"].widget.is_hidden
    page = client.post(reverse(NEW), typed(world, is_key="on"), follow=True)
    row = DutyLogEntry.everything.get()
    assert (row.text, row.is_key, row.station) == ("白班巡逻两圈", True, world.station_a1)
    assert timezone.now() - row.at < 5 * MINUTE
    assert "stands on the next handover sheet" in " ".join(map(str, page.context["messages"]))
    assert page.redirect_chain[-1][0] == reverse(LIST)
    assert "白班巡逻两圈" in page.content.decode()


def test_a_refused_line_keeps_what_was_typed(world: World, officer: User, as_user: SignIn) -> None:
    page = as_user(officer).post(reverse(NEW), typed(world, at="2030-01-01T08:00"))
    assert page.status_code == 422
    assert "白班巡逻两圈" in page.content.decode()
    assert "lies in the future" in page.content.decode()


def test_nobody_writes_into_another_room(world: World, officer: User, as_user: SignIn) -> None:
    page = as_user(officer).post(reverse(NEW), typed(world, station=world.center_a.pk))
    assert page.status_code == 422
    assert not DutyLogEntry.everything.exists()


def test_who_serves_in_two_rooms_says_which(world: World, officer: User, as_user: SignIn) -> None:
    grant(officer, Role.OFFICER, world.center_a.unit)
    client = as_user(officer)
    assert not client.get(reverse(LIST)).context["quick"].fields["station"].widget.is_hidden
    client.post(reverse(NEW), typed(world, station=world.center_a.pk))
    assert DutyLogEntry.everything.get().station == world.center_a


def test_supervisors_read_and_do_not_write(
    world: World, officer: User, city_supervisor: User, as_user: SignIn
) -> None:
    noted(world.station_a1, officer, "事", now=NOW)
    client = as_user(city_supervisor)
    page = client.get(reverse(LIST))
    assert page.context["quick"] is None
    assert len(page.context["table"].rows) == 1
    assert client.post(reverse(NEW), typed(world)).status_code == 403


def test_list_filters_by_room_day_and_key_and_exports(
    world: World, officer: User, neighbour_officer: User, county_staff: User, as_user: SignIn
) -> None:
    noted(world.station_a1, officer, "甲", now=NOW)
    noted(world.station_a1, officer, "乙", now=NOW, at=NOW - DAY, is_key=False)
    noted(world.center_a, neighbour_officer, "丙", now=NOW, at=NOW - 2 * DAY)
    client = as_user(county_staff)

    def found(query: str) -> list[str]:
        table = client.get(f"{reverse(LIST)}?{query}").context["table"]
        return [row.cells[1].text for row in table.rows]

    assert found("") == ["甲", "乙", "丙"]
    assert found("key=key") == ["甲", "丙"]
    assert found("room=A0002") == ["丙"]
    assert found("since=2026-09-16&until=2026-09-16") == ["乙"]
    assert found("since=2026-09-17") == ["甲"]
    sheet = client.get(f"{reverse(LIST)}?key=key&export=csv").content.decode("utf-8-sig")
    assert [word in sheet for word in "甲乙丙"] == [True, False, True]


def test_pages_turn_by_key_and_nothing_is_lost(
    world: World, officer: User, as_user: SignIn
) -> None:
    for number in range(60):
        noted(world.station_a1, officer, f"第{number}条", now=NOW)  # all at one instant
    client, seen, query = as_user(officer), [], ""
    while True:
        table = client.get(f"{reverse(LIST)}{query}").context["table"]
        seen += [row.cells[1].text for row in table.rows]
        query = table.next_url
        if not query:
            break
    assert len(seen) == len(set(seen)) == 60


def test_the_list_asks_the_same_number_of_questions_for_many_lines(
    world: World, officer: User, asked: Callable[[User, str], HttpRequest]
) -> None:
    def ask() -> None:
        assert LogList.as_view()(asked(officer, "/")).status_code == 200

    noted(world.station_a1, officer, "事", now=NOW)
    ask()
    with CaptureQueriesContext(connection) as before:
        ask()
    for _number in range(3):
        noted(world.station_a1, officer, "事", now=NOW)
    with CaptureQueriesContext(connection) as after:
        ask()
    assert len(after) == len(before)
