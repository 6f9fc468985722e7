"""The level of rooms at an instant: for one with why, for 3,000 in two statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from duty.levels import DutyLevel
from duty.models import DutyOrder
from duty.queries.levels import levels_at, room_level
from duty.services.orders import approve_order, revoke_order
from personnel.queries import scope_for
from policeroom.accounts.models import User
from policeroom.common.roles import Role
from stations.enums import StationKind, UnitKind
from stations.models import OrgUnit, Station
from tests.duty.orders_helpers import DAY, HOUR, MINUTE, NOW, ordered
from tests.world import START, World, add_station, make_user

pytestmark = pytest.mark.integration
Count = Callable[..., object]


def sign(world: World, at: dt.datetime) -> tuple[DutyLevel, dt.datetime | None, list[str]]:
    found = room_level(world.station_a1, at)
    return found.level, found.since, [order.number for order in found.orders]


def test_without_an_order_level_three_holds_since_ever(world: World) -> None:
    assert sign(world, NOW) == (DutyLevel.THREE, None, [])


def test_raised_at_one_minute_before_midnight(world: World, city_supervisor: User) -> None:
    """D 13: the day is not rounded to a level."""
    start = NOW.replace(hour=23, minute=59)
    ordered(world.city_a, city_supervisor, number="1", now=start)
    assert sign(world, start - dt.timedelta(seconds=1)) == (DutyLevel.THREE, None, [])
    assert sign(world, start) == (DutyLevel.TWO, start, ["1"])


def test_when_the_provinces_order_ends_the_citys_holds_again(
    world: World, city_supervisor: User, province_staff: User
) -> None:
    """D 14: 一级 ends at 06:00: down to 二级, not to 三级; both orders were received."""
    six = (NOW + DAY).replace(hour=6, minute=0)
    ordered(world.city_a, city_supervisor, number="市")
    ordered(world.province, province_staff, number="省", level=DutyLevel.ONE, ends_at=six)
    assert sign(world, six - MINUTE) == (DutyLevel.ONE, NOW, ["省"])
    assert sign(world, six) == (DutyLevel.TWO, six, ["市"])


def test_orders_of_one_level_carry_it_together_and_a_follower_does_not_restart_it(
    world: World, city_supervisor: User, province_staff: User
) -> None:
    ordered(world.city_a, city_supervisor, number="市", ends_at=NOW + 2 * HOUR)
    ordered(
        world.province, province_staff, number="省", starts_at=NOW + HOUR, ends_at=NOW + 3 * HOUR
    )
    assert sign(world, NOW + HOUR) == (DutyLevel.TWO, NOW, ["市", "省"])
    assert sign(world, NOW + 2 * HOUR) == (DutyLevel.TWO, NOW, ["省"])
    assert sign(world, NOW + 3 * HOUR) == (DutyLevel.THREE, NOW + 3 * HOUR, [])


def test_highest_level_holds_from_the_approval(world: World, city_supervisor: User) -> None:
    second = make_user("700001", "孔二", world.city_a, Role.CITY)
    order = ordered(world.city_a, city_supervisor, number="1", level=DutyLevel.ONE_PLUS)
    assert sign(world, NOW + MINUTE)[0] == DutyLevel.THREE
    approve_order(order=order, by=second, now=NOW + 30 * MINUTE)
    assert sign(world, NOW + 29 * MINUTE)[0] == DutyLevel.THREE
    assert sign(world, NOW + 30 * MINUTE) == (DutyLevel.ONE_PLUS, NOW + 30 * MINUTE, ["1"])


def test_revoked_order_holds_until_it_was_revoked(world: World, city_supervisor: User) -> None:
    order = ordered(world.city_a, city_supervisor)
    revoke_order(order=order, reason="结束", by=city_supervisor, now=NOW + HOUR)
    assert sign(world, NOW + HOUR - MINUTE)[0] == DutyLevel.TWO
    assert sign(world, NOW + HOUR) == (DutyLevel.THREE, NOW + HOUR, [])


def test_the_area_shows_the_same_as_each_room(
    world: World, city_supervisor: User, province_staff: User
) -> None:
    ordered(world.city_a, city_supervisor, targets=[world.county_a1.org_path])
    ordered(
        world.province,
        province_staff,
        level=DutyLevel.ONE,
        targets=[world.center_a.org_path, world.city_b.org_path],
    )
    found = levels_at(NOW, scope_for(province_staff, at=NOW))
    rooms = {world.station_a1, world.center_a, world.station_a2, world.station_b1}
    assert {room.code: found[room.pk][0] for room in rooms} == {
        "A0001": DutyLevel.TWO,
        "A0002": DutyLevel.ONE,
        "A0003": DutyLevel.THREE,
        "B0001": DutyLevel.ONE,
    }
    for room in rooms:
        one = room_level(room, NOW)
        assert found[room.pk] == (one.level, tuple(order.pk for order in one.orders))


def test_rooms_outside_the_view_or_not_open_are_left_out(world: World, county_staff: User) -> None:
    add_station(
        "A0009",
        "栗桥县公安局新校区警务室",
        world.county_a1,
        campus=world.campus_a_main,
        opened_on=(NOW + DAY).date(),
    )
    found = levels_at(NOW, scope_for(county_staff, at=NOW))
    assert set(found) == {world.station_a1.pk, world.center_a.pk}


def many_rooms(world: World, number: int) -> None:
    """Rooms by the thousand, written directly: their paths and days are what counts here."""
    units = OrgUnit.objects.bulk_create(
        OrgUnit(
            parent=world.county_a1,
            kind=UnitKind.STATION,
            name=f"第{n}警务室",
            org_path=f"{world.county_a1.org_path}{n + 5000:04d}",
        )
        for n in range(number)
    )
    Station.everything.bulk_create(
        Station(
            unit=unit,
            code=f"Z{unit.org_path}",
            name=unit.name,
            kind=StationKind.STANDALONE,
            operator=world.county_a1,
            campus=world.campus_a_main,
            org_path=unit.org_path,
            opened_on=START,
        )
        for unit in units
    )


def test_3000_rooms_take_two_statements(
    world: World,
    city_supervisor: User,
    province_staff: User,
    django_assert_num_queries: Count,
) -> None:
    for n in range(5):
        ordered(world.city_a, city_supervisor, number=str(n), ends_at=NOW + HOUR * (n + 1))
    many_rooms(world, 2996)
    scope = scope_for(province_staff, at=NOW)
    with django_assert_num_queries(2):
        found = levels_at(NOW, scope)
    assert len(found) == 3000
    assert sum(level == DutyLevel.TWO for level, _orders in found.values()) == 2999
    assert DutyOrder.everything.count() == 5


def test_sign_stands_on_the_file_of_the_room(
    world: World,
    city_supervisor: User,
    officer: User,
    as_user: Callable[[User | None], Client],
) -> None:
    now = timezone.now()
    order = ordered(world.city_a, city_supervisor, number="勤7号", now=now)
    page = as_user(officer).get(reverse("stations:detail", args=[world.station_a1.pk]))
    text = page.content.decode()
    assert "level two" in text
    assert f"{timezone.localtime(now):%Y-%m-%d %H:%M}" in text
    assert order.get_absolute_url() in text
