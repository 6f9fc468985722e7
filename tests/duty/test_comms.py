"""Tests of radio and telephone (JS-23-4)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from duty.models import CommsTest
from duty.services.comms import record_test
from policeroom.accounts.models import User
from policeroom.common.errors import ConflictError, DomainError
from policeroom.common.models import AuditEvent
from stations.models import Station
from tests.duty.orders_helpers import HOUR, MINUTE, NOW
from tests.world import World

pytestmark = pytest.mark.integration
SignIn = Callable[[User | None], Client]
LIST, NEW = "duty:comms-list", "duty:comms-new"


def recorded(room: Station, by: User, **changes: Any) -> CommsTest:
    values: dict[str, Any] = {
        "station": room,
        "channel": "350兆电台",
        "result": "clear",
        "tested_at": NOW,
        "by": by,
        "now": NOW,
        **changes,
    }
    return record_test(**values)


def typed(world: World, **changes: Any) -> dict[str, Any]:
    """What a browser sends from the form."""
    return {
        "client_uuid": str(uuid.uuid4()),
        "station": world.station_a1.pk,
        "tested_at": f"{timezone.localtime():%Y-%m-%dT%H:%M}",
        "channel": "值班电话",
        "result": "clear",
        "note": "",
        **changes,
    }


@pytest.mark.parametrize(
    ("changes", "words", "field"),
    [
        pytest.param({"result": "faulty"}, "Say what is wrong", "note", id="fault without words"),
        pytest.param({"tested_at": NOW + MINUTE}, "lies in the future", "tested_at", id="to come"),
        pytest.param(
            {"tested_at": NOW.replace(year=2025)}, "opened on", "tested_at", id="not open"
        ),
    ],
)
def test_what_cannot_be_recorded_is_refused(
    world: World, officer: User, changes: dict[str, Any], words: str, field: str
) -> None:
    with pytest.raises(DomainError, match=words) as refusal:
        recorded(world.station_a1, officer, **changes)
    assert refusal.value.field == field
    assert not CommsTest.everything.exists()


def test_a_test_is_kept_with_who_and_when_and_in_the_trail(world: World, officer: User) -> None:
    row = recorded(world.station_a1, officer, result="faulty", note=" 无应答 ")
    assert (row.note, row.recorded_by, row.recorded_at, row.org_path) == (
        "无应答",
        officer,
        NOW,
        world.station_a1.org_path,
    )
    assert AuditEvent.everything.get(action="dutylog.comms").after["result"] == "faulty"


def test_a_double_send_gives_the_first_test(world: World, officer: User) -> None:
    key = uuid.uuid4()
    first = recorded(world.station_a1, officer, client_uuid=key)
    assert recorded(world.station_a1, officer, client_uuid=key, now=NOW + HOUR) == first
    with pytest.raises(ConflictError):
        recorded(world.station_a1, officer, client_uuid=key, channel="别的")


def test_the_database_refuses_to_change_a_test(world: World, officer: User) -> None:
    row = recorded(world.station_a1, officer)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        CommsTest.everything.filter(pk=row.pk).update(result="faulty")


def test_the_form_records_and_offers_the_channel_again(
    world: World, officer: User, as_user: SignIn
) -> None:
    client = as_user(officer)
    assert client.get(reverse(NEW)).context["form"].initial["channel"] == ""
    page = client.post(reverse(NEW), typed(world), follow=True)
    assert page.redirect_chain[-1][0] == reverse(LIST)
    assert [row.cells[1].text for row in page.context["table"].rows] == ["值班电话"]
    assert client.get(reverse(NEW)).context["form"].initial["channel"] == "值班电话"
    page = client.post(reverse(NEW), typed(world, result="faulty"))
    assert page.status_code == 422
    assert "Say what is wrong" in page.content.decode()
    page = client.post(reverse(NEW), typed(world, station=world.center_a.pk))
    assert page.status_code == 422
    assert CommsTest.everything.count() == 1


def test_supervisors_read_filter_and_export(
    world: World, officer: User, neighbour_officer: User, county_staff: User, as_user: SignIn
) -> None:
    recorded(world.station_a1, officer, channel="甲", tested_at=NOW - dt.timedelta(days=1))
    recorded(world.station_a1, officer, channel="乙", result="faulty", note="杂音")
    recorded(world.center_a, neighbour_officer, channel="丙", tested_at=NOW - HOUR)
    client = as_user(county_staff)

    def found(query: str) -> list[str]:
        table = client.get(f"{reverse(LIST)}?{query}").context["table"]
        return [row.cells[1].text for row in table.rows]

    assert found("") == ["乙", "丙", "甲"]
    assert found("result=faulty") == ["乙"]
    assert found("room=A0001") == ["乙", "甲"]
    assert found("until=2026-09-16") == ["甲"]
    sheet = client.get(f"{reverse(LIST)}?result=faulty&export=csv").content.decode("utf-8-sig")
    assert [word in sheet for word in "甲乙丙"] == [False, True, False]
    assert client.get(reverse(NEW)).status_code == 403
