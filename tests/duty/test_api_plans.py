"""The JSON interface of arrangements, emergency plans and drills."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from policeroom.accounts.models import User
from tests.duty.test_api_duty import read, send
from tests.duty.test_arrangements import arranged
from tests.world import World

pytestmark = pytest.mark.integration
SignIn = Callable[[User | None], Client]


def arrangement_body(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "client_uuid": str(uuid.uuid4()),
        "unit": world.city_a.pk,
        "part": "vacation",
        "title": "寒暑假勤务安排",
        "document_no": "6号",
        "valid_from": "2026-01-01",
        "last_day": None,
        "day_starts": "08:00",
        "day_ends": "18:00",
        "officer_on_workdays": True,
        "auxiliary_every_day": False,
        "suspends_weekly": True,
        **changes,
    }


def test_the_city_fixes_reads_and_ends_a_routine(
    world: World, city_supervisor: User, officer: User, as_user: SignIn
) -> None:
    client, body = as_user(city_supervisor), arrangement_body(world)
    made = send(client, "duty-arrangements/", body)
    assert (made.status_code, made.json()["unit_name"]) == (201, world.city_a.name)
    assert send(client, "duty-arrangements/", body).status_code == 200
    assert send(client, "duty-arrangements/", {**body, "title": "别的"}).status_code == 409
    foreign = send(client, "duty-arrangements/", arrangement_body(world, unit=world.city_b.pk))
    absent = send(client, "duty-arrangements/", arrangement_body(world, unit=987654))
    assert foreign.status_code == absent.status_code == 400
    assert set(foreign.json()["errors"]) == {"unit"}
    arranged(world, city_supervisor)
    room = as_user(officer)
    found = read(room, "duty-arrangements/?on=2026-09-01")["results"]
    assert [row["part"] for row in found] == ["term", "vacation"]
    assert read(room, "duty-arrangements/?on=2025-09-01")["results"] == []
    address = f"duty-arrangements/{made.json()['id']}/end/"
    assert send(room, address, {"last_day": "2026-08-31"}).status_code == 403
    ended = send(client, address, {"last_day": "2026-08-31"})
    assert (ended.status_code, ended.json()["valid_to"]) == (200, "2026-09-01")
    assert send(client, address, {"last_day": "2026-09-30"}).json()["errors"] == {
        "last_day": ["This arrangement ends on 2026-08-31 anyway."]
    }


def test_a_plan_is_begun_and_written_cell_by_cell(
    world: World, city_supervisor: User, officer: User, as_user: SignIn
) -> None:
    client, room = as_user(city_supervisor), as_user(officer)
    body = {
        "client_uuid": str(uuid.uuid4()),
        "unit": world.city_a.pk,
        "title": "处置预案",
        "document_no": "7号",
        "valid_from": "2026-01-01",
    }
    made = send(client, "emergency-plans/", body)
    assert (made.status_code, len(made.json()["cells"])) == (201, 32)
    assert send(client, "emergency-plans/", body).status_code == 200
    foreign = {**body, "client_uuid": str(uuid.uuid4()), "unit": world.city_b.pk}
    assert set(send(client, "emergency-plans/", foreign).json()["errors"]) == {"unit"}
    address = f"emergency-plans/{made.json()['id']}/"
    cell = {"level": 2, "incident_type": "fire", "duties": "疏散", "tiers": "分局增援"}
    assert send(room, f"{address}cells/", cell).status_code == 403
    assert send(client, f"{address}cells/", {**cell, "mood": "x"}).status_code == 400
    wrote = send(client, f"{address}cells/", cell)
    assert wrote.json()["missing"] == ["composition", "joint_duty", "requirements"]
    wrote = send(client, f"{address}cells/", {**cell, "duties": ""} | {"composition": "两警四辅"})
    assert (wrote.json()["duties"], wrote.json()["composition"]) == ("", "两警四辅")
    shown = read(room, address)
    found = next(c for c in shown["cells"] if (c["level"], c["incident_type"]) == (2, "fire"))
    assert (found["tiers"], shown["complete"]) == ("分局增援", 0)
    assert [row["id"] for row in read(room, "emergency-plans/")["results"]] == [shown["id"]]
