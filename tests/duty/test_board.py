"""The duty board: what it counts, what it notices at once, who sees which part of it."""

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
from duty.models import LevelStaffing
from duty.queries.board import area_of, board_of
from duty.queries.board_stamp import stamp
from duty.services.directives import acknowledge_directive, send_directive
from duty.services.orders import revoke_order
from duty.services.presence import check_out
from duty.services.receipts import acknowledge, carry_out
from duty.services.triggers import declare_trigger, end_trigger
from duty.tables import board as tables
from personnel.enums import Post
from personnel.queries import scope_for
from policeroom.accounts.models import User
from policeroom.common.roles import Role
from stations.enums import StationKind
from tests.duty.orders_helpers import DAY, HOUR, MINUTE, NOW, ordered, receipt_of
from tests.duty.presence_helpers import came
from tests.duty.test_levels_now import many_rooms
from tests.personnel.people_helpers import serves
from tests.world import START, World, make_user

pytestmark = pytest.mark.integration
SignIn = Callable[[User | None], Client]


@pytest.fixture
def watcher(world: World) -> User:
    """The command centre of city A."""
    return make_user("700100", "指挥员", world.city_a, Role.COMMAND)


def asks(world: World, officers: int, auxiliaries: int) -> None:
    """Level two of city A in rooms of one university."""
    LevelStaffing.objects.create(
        unit=world.city_a,
        level=DutyLevel.TWO,
        station_kind=StationKind.STANDALONE,
        officers=officers,
        auxiliaries=auxiliaries,
        document_no="1",
        valid_from=START,
    )


def seen(user: User, now: dt.datetime) -> Any:
    return board_of(area_of(scope_for(user, at=now), None), now=now)


def line(board: Any, name: str) -> Any:
    return next(item for item in tables.lines(board) if item.name == name)


# --- what it counts -----------------------------------------------------------------------------
def test_an_area_counts_levels_strength_and_answers(
    world: World, watcher: User, city_supervisor: User, officer: User, county_staff: User
) -> None:
    asks(world, officers=1, auxiliaries=1)
    order = ordered(world.city_a, city_supervisor, targets=[world.county_a1.org_path])
    came(world.station_a1, serves(world.station_a1, county_staff).person, officer, NOW + HOUR)
    acknowledge(receipt=receipt_of(order, world.station_a1), by=officer, now=NOW + MINUTE)
    board = seen(watcher, NOW + HOUR)
    raised, quiet = line(board, "芦北区"), line(board, "栗桥县")
    assert [(tag.label, tag.rooms) for tag in raised.levels] == [("level two", 2)]
    assert (raised.rooms, raised.present, raised.nobody) == (2, "1 / 0", 1)
    assert raised.strength.text == "1 missing"
    assert raised.receipts.text == "1 overdue"
    assert (quiet.strength.text, quiet.receipts.text) == ("as in the routine", "0")
    (found,) = board.orders
    assert (found.rooms, found.received, found.open, found.late, found.short) == (2, 1, 1, 1, 1)
    assert [room.name for room in tables.short_rooms(board)] == [world.station_a1.name]


def test_first_hour_after_a_raise_says_when_the_strength_is_due(
    world: World, watcher: User, city_supervisor: User
) -> None:
    """D 13: raised at 23:59, the strength is due at 00:59 of the next day."""
    asks(world, officers=1, auxiliaries=1)
    start = NOW.replace(hour=23, minute=59)
    ordered(world.city_a, city_supervisor, now=start, targets=[world.station_a1.org_path])
    due = start + HOUR
    assert line(seen(watcher, start - MINUTE), "芦北区").strength.text == "as in the routine"
    for minute in (start, due - MINUTE):
        found = line(seen(watcher, minute), "芦北区")
        assert [tag.label for tag in found.levels] == ["level two", "level three"]
        assert found.strength.text == "due by 09-18 00:59"
    assert line(seen(watcher, due), "芦北区").strength.text == "2 missing"


def test_when_the_province_ends_its_order_the_city_holds(
    world: World, watcher: User, city_supervisor: User, province_staff: User
) -> None:
    """D 14: at 06:00 down to 二级, not to 三级; both orders stand there until then."""
    six = (NOW + DAY).replace(hour=6, minute=0)
    ordered(world.city_a, city_supervisor)
    ordered(world.province, province_staff, level=DutyLevel.ONE, ends_at=six)
    before, after = seen(watcher, six - MINUTE), seen(watcher, six)
    assert {room.level for room in before.rooms} == {DutyLevel.ONE}
    assert {room.level for room in after.rooms} == {DutyLevel.TWO}
    assert [len(before.orders), len(after.orders)] == [2, 1]


def test_24_hour_presence_counts_officers_only(
    world: World, watcher: User, city_supervisor: User, officer: User, county_staff: User
) -> None:
    """D 16: an auxiliary does not cover it, an officer next door neither."""
    declare_trigger(
        issuer=world.city_a,
        number="驻1号",
        kind=TriggerKind.EVENT,
        title="校庆",
        targets=[world.station_a1.org_path],
        starts_at=NOW,
        ends_at=NOW + DAY,
        by=city_supervisor,
        now=NOW,
    )
    auxiliary = serves(world.station_a1, county_staff, post=Post.AUXILIARY, name="丙辅").person
    came(world.station_a1, auxiliary, officer, NOW)
    came(world.center_a, serves(world.center_a, county_staff, name="乙警").person, officer, NOW)
    assert line(seen(watcher, NOW + MINUTE), "芦北区").guarded.text == "1 room without an officer"
    stay = came(world.station_a1, serves(world.station_a1, county_staff).person, officer, NOW)
    assert line(seen(watcher, NOW + MINUTE), "芦北区").guarded.text == "an officer there"
    check_out(presence=stay, by=officer, at=NOW + 5 * MINUTE)
    (found,) = seen(watcher, NOW + 5 * MINUTE).triggers
    assert (found.rooms, found.unguarded) == (1, 1)


def test_statements_do_not_grow_with_the_rooms(
    world: World,
    watcher: User,
    city_supervisor: User,
    officer: User,
    county_staff: User,
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    """Orders, presence and directives are there; `test_query_counts` has the page for 3,000."""
    ordered(world.city_a, city_supervisor)
    came(world.station_a1, serves(world.station_a1, county_staff).person, officer, NOW)
    area = area_of(scope_for(watcher, at=NOW), None)
    for more in (0, 300):
        many_rooms(world, more)
        with django_assert_num_queries(16):
            board = board_of(area, now=NOW + MINUTE)
        assert len(board.rooms) == 3 + more
        with django_assert_num_queries(1):
            stamp(area, now=NOW + MINUTE)


# --- what it notices ----------------------------------------------------------------------------
def test_every_act_changes_the_stamp_within_its_minute_and_nothing_else_does(
    world: World, watcher: User, city_supervisor: User, officer: User, county_staff: User
) -> None:
    now, area = NOW, area_of(scope_for(watcher, at=NOW), None)
    person = serves(world.station_a1, county_staff).person
    made: dict[str, Any] = {}
    acts = {
        "order": lambda: ordered(world.city_a, city_supervisor, now=now),
        "receipt": lambda: acknowledge(
            receipt=receipt_of(made["order"], world.station_a1), by=officer, now=now
        ),
        "carried out": lambda: carry_out(
            receipt=receipt_of(made["order"], world.station_a1),
            implemented_at=now,
            implementation="双岗",
            guards_added=None,
            by=officer,
            now=now,
        ),
        "came": lambda: came(world.station_a1, person, officer, now - MINUTE),
        "left": lambda: check_out(presence=made["came"], by=officer, at=now),
        "trigger": lambda: declare_trigger(
            issuer=world.city_a,
            number="驻1号",
            kind=TriggerKind.EVENT,
            title="校庆",
            targets=[world.city_a.org_path],
            starts_at=now,
            ends_at=now + DAY,
            by=city_supervisor,
            now=now,
        ),
        "ended": lambda: end_trigger(
            trigger=made["trigger"], reason="结束", by=city_supervisor, now=now
        ),
        "directive": lambda: send_directive(
            issuer=world.city_a,
            station=world.station_a1,
            number="令1号",
            text="巡查",
            by=city_supervisor,
            now=now,
        ),
        "answered": lambda: acknowledge_directive(directive=made["directive"], by=officer, now=now),
        "table": lambda: asks(world, officers=1, auxiliaries=1),
        "revoked": lambda: revoke_order(
            order=made["order"], reason="结束", by=city_supervisor, now=now
        ),
    }
    for name, act in acts.items():
        before = stamp(area, now=now)
        assert stamp(area, now=now) == before
        made[name] = act()
        assert stamp(area, now=now) != before, name


def test_a_clock_that_runs_out_changes_the_stamp_within_the_minute(
    world: World, watcher: User, city_supervisor: User
) -> None:
    start = NOW.replace(second=30)
    ordered(world.city_a, city_supervisor, now=start)
    area = area_of(scope_for(watcher, at=NOW), None)
    due = start + 15 * MINUTE
    second = dt.timedelta(seconds=1)
    assert stamp(area, now=due) == stamp(area, now=due - second)
    assert stamp(area, now=due + second) != stamp(area, now=due)


def test_what_happens_elsewhere_leaves_the_stamp_alone(
    world: World, watcher: User, province_staff: User, county_staff: User
) -> None:
    area = area_of(scope_for(watcher, at=NOW), None)
    before = stamp(area, now=NOW)
    stranger = serves(world.station_b1, province_staff, name="外警").person
    came(world.station_b1, stranger, province_staff, NOW - MINUTE)
    send_directive(
        issuer=world.city_b,
        station=world.station_b1,
        number="令9号",
        text="巡查",
        by=province_staff,
        now=NOW,
    )
    assert stamp(area, now=NOW) == before


# --- the pages ----------------------------------------------------------------------------------
def test_the_page_drills_down_from_city_to_room(
    world: World, province_staff: User, as_user: SignIn
) -> None:
    client, names = as_user(province_staff), []
    url = reverse("duty:board")
    for _step in range(3):
        page = client.get(url)
        names.append([item.name for item in page.context["lines"]])
        url = f"{reverse('duty:board')}{page.context['lines'][0].url}"
    assert names == [
        ["澜江市", "云川市"],
        ["芦北区", "栗桥县"],
        [world.station_a1.name, world.center_a.name],
    ]
    assert page.context["lines"][0].url == reverse(
        "duty:workbench-room", args=[world.station_a1.pk]
    )
    assert [link.label for link in page.context["trail"]] == [
        "Duty board",
        "海岚省",
        "澜江市",
        "芦北区",
    ]


def test_an_unchanged_board_is_304_and_an_order_is_not(
    world: World,
    watcher: User,
    city_supervisor: User,
    as_user: SignIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client, url, now = as_user(watcher), reverse("duty:board-live"), timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    first = client.get(url)
    assert first.status_code == 200
    again = client.get(url, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    order = ordered(world.city_a, city_supervisor, now=now)
    changed = client.get(url, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert order.title in changed.content.decode()


def test_an_area_outside_is_as_absent_as_one_that_does_not_exist(
    world: World, watcher: User, as_user: SignIn
) -> None:
    client = as_user(watcher)
    for name in ("duty:board", "duty:board-live"):
        outside = client.get(f"{reverse(name)}?area={world.county_b1.pk}")
        absent = client.get(f"{reverse(name)}?area=999999")
        assert outside.status_code == absent.status_code == 404
        assert outside.content == absent.content
    assert client.get(f"{reverse('duty:board')}?area=x").status_code == 200


def test_the_board_is_the_command_centres_home_and_not_a_rooms(
    world: World, watcher: User, officer: User, as_user: SignIn
) -> None:
    home = reverse("home")
    assert as_user(watcher).get(home)["Location"] == reverse("duty:board")
    assert as_user(officer).get(home)["Location"] == reverse("duty:workbench")
    assert as_user(officer).get(reverse("duty:board")).status_code == 403
