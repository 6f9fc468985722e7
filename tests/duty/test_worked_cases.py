"""Matrix D 13, D 14 and D 16 through the screen, at the very minutes the matrix names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from duty.enums import TriggerKind
from duty.levels import DutyLevel
from duty.models import DutyOrder, LevelStaffing
from duty.services.triggers import declare_trigger
from policeroom.accounts.models import User
from policeroom.common.clock import ZONE
from policeroom.common.roles import Role
from stations.enums import StationKind
from tests.duty.orders_helpers import DAY, HOUR, MINUTE, ordered
from tests.duty.presence_helpers import came, shift
from tests.personnel.people_helpers import serves
from tests.world import START, World, make_user

pytestmark = pytest.mark.integration
SignIn = Callable[[User | None], Client]
Clock = Callable[[dt.datetime], None]
MIDNIGHT = dt.datetime(2026, 9, 18, tzinfo=ZONE)
RAISED, DUE = MIDNIGHT - MINUTE, MIDNIGHT + 59 * MINUTE


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Set what the pages read as now."""

    def set_to(at: dt.datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: at)

    return set_to


@pytest.fixture
def screens(world: World, officer: User, as_user: SignIn, clock: Clock) -> Callable[..., Any]:
    """The workbench of room A1 and the board of its city at an instant."""
    room = as_user(officer)
    watcher = as_user(make_user("700100", "指挥员", world.city_a, Role.COMMAND))

    def at(instant: dt.datetime) -> tuple[Any, Any]:
        clock(instant)
        bench = room.get(reverse("duty:workbench-room", args=[world.station_a1.pk]))
        board = watcher.get(reverse("duty:board"))
        assert (bench.status_code, board.status_code) == (200, 200)
        return bench.context, board.context

    return at


def asks(world: World, officers: int, auxiliaries: int) -> None:
    LevelStaffing.objects.create(
        unit=world.city_a,
        level=DutyLevel.TWO,
        station_kind=StationKind.STANDALONE,
        officers=officers,
        auxiliaries=auxiliaries,
        document_no="1",
        valid_from=START,
    )


def sent_order(world: World, client: Client, at: dt.datetime) -> None:
    """What the city's browser sends to put room A1 on level two."""
    page = client.post(
        reverse("duty:order-new"),
        {
            "client_uuid": "7d1b3a52-94a3-4e0b-8a40-7a1f2f1f0b13",
            "issuer": world.city_a.pk,
            "number": "勤13号",
            "level": DutyLevel.TWO.value,
            "title": "夜间安保",
            "reason": "突发情况",
            "areas": [],
            "rooms": "A0001",
            "starts_at": f"{at.astimezone(ZONE):%Y-%m-%dT%H:%M}",
            "ends_at": "",
        },
    )
    assert page.status_code == 302, page.context["form"].errors


def test_raised_at_23_59_the_level_holds_from_then_and_the_strength_from_00_59(
    world: World,
    city_supervisor: User,
    as_user: SignIn,
    clock: Clock,
    screens: Callable[..., Any],
) -> None:
    """D 13: issued 23:52 for 23:59; receipt until 00:07, across midnight; strength from 00:59."""
    asks(world, officers=1, auxiliaries=1)
    clock(RAISED - 7 * MINUTE)
    sent_order(world, as_user(city_supervisor), RAISED)
    seen = {}
    for instant in (RAISED - MINUTE, RAISED, DUE - MINUTE, DUE):
        bench, board = screens(instant)
        county = next(line for line in board["lines"] if line.name == "芦北区")
        seen[f"{instant:%H:%M}"] = (
            bench["sign"].label,
            bench["sign"].verdict.text,
            county.strength.text,
        )
    assert seen == {
        "23:58": ("level three", "as in the routine", "as in the routine"),
        "23:59": ("level two", "due by 09-18 00:59", "due by 09-18 00:59"),
        "00:58": ("level two", "due by 09-18 00:59", "due by 09-18 00:59"),
        "00:59": ("level two", "2 missing", "2 missing"),
    }
    limit = MIDNIGHT + 7 * MINUTE
    marks = [screens(at)[0]["first"].left.mark for at in (limit, limit + MINUTE)]
    assert marks == ["△", "▲"]
    assert screens(RAISED)[0]["sign"].since == "2026-09-17 23:59"


def test_when_the_provinces_level_one_ends_at_06_00_the_citys_level_two_holds(
    world: World,
    city_supervisor: User,
    province_staff: User,
    as_user: SignIn,
    clock: Clock,
    screens: Callable[..., Any],
) -> None:
    """D 14: down to 二级, not to 三级; the city cannot end the province's order."""
    six = MIDNIGHT + 6 * HOUR
    ordered(world.city_a, city_supervisor, number="市", now=RAISED)
    ordered(
        world.province,
        province_staff,
        number="省",
        level=DutyLevel.ONE,
        now=RAISED,
        ends_at=six,
    )
    clock(RAISED)
    of_province = DutyOrder.everything.get(number="省")
    revoke = reverse("duty:order-revoke", args=[of_province.pk])
    assert as_user(city_supervisor).post(revoke, {"reason": "x"}).status_code == 403
    seen = {}
    for instant in (six - MINUTE, six):
        bench, board = screens(instant)
        seen[f"{instant:%H:%M}"] = (
            bench["sign"].label,
            [link.label.split()[0] for link in bench["sign"].orders],
            [(line.title.split()[0], line.rooms) for line in board["orders"]],
            {tag.label for line in board["lines"] for tag in line.levels},
        )
    assert seen == {
        "05:59": ("level one", ["省"], [("省", 3), ("市", 3)], {"level one"}),
        "06:00": ("level two", ["市"], [("市", 3)], {"level two"}),
    }


def test_who_forgot_to_check_out_counts_until_the_shift_ends_and_not_longer(
    world: World,
    city_supervisor: User,
    county_staff: User,
    officer: User,
    screens: Callable[..., Any],
) -> None:
    """D 16: the interval ends with the shift, not at infinity; 20:00/20:00 is no gap."""
    evening = MIDNIGHT - 4 * HOUR
    first, second = (
        serves(world.station_a1, county_staff, name=name).person for name in ("甲警", "乙警")
    )
    shift(world.station_a1, first, evening - 8 * HOUR, evening)
    shift(world.station_a1, second, evening, evening + 2 * HOUR)
    declare_trigger(
        issuer=world.city_a,
        number="驻16号",
        kind=TriggerKind.EVENT,
        title="校庆",
        targets=[world.station_a1.org_path],
        starts_at=evening - HOUR,
        ends_at=evening + DAY,
        by=city_supervisor,
        now=evening - HOUR,
    )
    came(world.station_a1, first, officer, evening - 8 * HOUR)
    came(world.station_a1, second, officer, evening)
    seen = {
        f"{instant:%H:%M}": screens(instant)[1]["triggers"][0].state.text
        for instant in (
            evening - MINUTE,
            evening,
            evening + 2 * HOUR - MINUTE,
            evening + 2 * HOUR,
        )
    }
    assert seen == {
        "19:59": "an officer there",
        "20:00": "an officer there",
        "21:59": "an officer there",
        "22:00": "1 room without an officer",
    }
