"""Duty orders: whom they bind, the second person, superseding, revoking, reminders (第十五条)."""

from __future__ import annotations

import uuid

import pytest
from django.core.exceptions import ValidationError

from duty.enums import OrderState
from duty.levels import DutyLevel
from duty.models import DutyOrder, OrderReceipt
from duty.queries.orders import may_end, order_rows, state_condition, state_of, stronger
from duty.services.orders import approve_order, remind_of_open_orders, revoke_order
from duty.services.receipts import acknowledge, settle_orders
from duty.tasks import remind_of_open_orders as remind_task
from duty.tasks import settle_orders as settle_task
from personnel.queries import scope_for
from policeroom.accounts.models import User
from policeroom.common.clock import ClockStatus
from policeroom.common.deadlines import status_of
from policeroom.common.errors import ConflictError, DomainError
from policeroom.common.models import AuditEvent, Notification
from policeroom.common.roles import Role
from stations.enums import UnitKind
from stations.services.moves import move_unit
from stations.services.org import create_unit
from stations.services.rooms import close_station
from tests.duty.orders_helpers import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    bound,
    clock_of,
    ordered,
    receipt_of,
)
from tests.personnel.people_helpers import parameter
from tests.world import World, add_station, make_user

pytestmark = pytest.mark.integration


@pytest.fixture
def second(world: World) -> User:
    """The city's second person."""
    return make_user("700001", "孔二", world.city_a, Role.CITY)


def told(person: User, kind: str) -> int:
    return Notification.objects.filter(recipient=person, kind=kind).count()


# --- issuing ------------------------------------------------------------------------------------
def test_every_operating_room_of_the_area_gets_a_receipt_with_its_clock(
    world: World, city_supervisor: User, officer: User
) -> None:
    order = ordered(world.city_a, city_supervisor)
    assert bound(order) == {"A0001", "A0002", "A0003"}
    clock = clock_of(receipt_of(order, world.station_a1))
    assert (clock.started_at, clock.due_at) == (NOW, NOW + 15 * MINUTE)
    assert (clock.rule_id, clock.org_path) == ("JS-15-4", world.station_a1.org_path)
    assert told(officer, "duty-order") == 1


def test_limit_of_the_receipt_is_a_parameter(world: World, city_supervisor: User) -> None:
    parameter("P-15a", "5")
    clock = clock_of(receipt_of(ordered(world.city_a, city_supervisor), world.station_a1))
    assert clock.due_at == NOW + 5 * MINUTE


def test_receipt_limit_runs_across_midnight(world: World, city_supervisor: User) -> None:
    """D 13: issued 23:52, in force from 23:59, to be received by 00:07."""
    issued = NOW.replace(hour=23, minute=52)
    order = ordered(world.city_a, city_supervisor, now=issued, starts_at=issued + 7 * MINUTE)
    clock = clock_of(receipt_of(order, world.station_a1))
    assert clock.due_at == NOW.replace(hour=0, minute=7) + DAY


@pytest.mark.parametrize(
    ("targets", "rooms"),
    [
        pytest.param(["county_a1"], {"A0001", "A0002"}, id="a county"),
        pytest.param(["station_a1"], {"A0001"}, id="a room"),
        pytest.param(["county_a1", "station_a2"], {"A0001", "A0002", "A0003"}, id="both"),
        pytest.param(["county_a1", "station_a1"], {"A0001", "A0002"}, id="a room named twice"),
    ],
)
def test_targets_are_subtrees_or_rooms(
    world: World, city_supervisor: User, targets: list[str], rooms: set[str]
) -> None:
    paths = [getattr(world, name).org_path for name in targets]
    assert bound(ordered(world.city_a, city_supervisor, targets=paths)) == rooms


def test_a_command_centre_issues_for_the_area_it_hangs_at(world: World) -> None:
    center = create_unit(
        parent=world.city_a, kind=UnitKind.COMMAND_CENTER, name="澜江市情报指挥中心", by=None
    )
    person = make_user("700002", "指挥", center, Role.COMMAND)
    assert bound(ordered(center, person)) == {"A0001", "A0002", "A0003"}


@pytest.mark.parametrize("path", ["", "999999", "city_b"])
def test_targets_outside_the_issuers_area_are_refused(
    world: World, city_supervisor: User, path: str
) -> None:
    targets = [world.city_b.org_path if path == "city_b" else path] if path else []
    with pytest.raises(DomainError) as refusal:
        ordered(world.city_a, city_supervisor, targets=targets)
    assert refusal.value.field == "targets"
    assert not DutyOrder.everything.exists()


def test_an_order_does_not_begin_in_the_past(world: World, city_supervisor: User) -> None:
    with pytest.raises(DomainError, match="begins now or later"):
        ordered(world.city_a, city_supervisor, starts_at=NOW - MINUTE)


def test_a_number_is_used_once_per_issuer(world: World, city_supervisor: User) -> None:
    ordered(world.city_a, city_supervisor, number="1")
    ordered(world.county_a1, city_supervisor, number="1")
    with pytest.raises(ValidationError, match="already used"):
        ordered(world.city_a, city_supervisor, number="1")


def test_sent_twice_it_is_one_order(world: World, city_supervisor: User) -> None:
    key = uuid.uuid4()
    first = ordered(world.city_a, city_supervisor, number="1", client_uuid=key)
    again = ordered(world.city_a, city_supervisor, number="1", client_uuid=key)
    assert again == first
    assert OrderReceipt.everything.count() == 3
    with pytest.raises(ConflictError):
        ordered(world.city_a, city_supervisor, number="2", client_uuid=key)


def test_weaker_order_under_a_stronger_one_is_stored_and_says_so(
    world: World, province_staff: User, city_supervisor: User
) -> None:
    """D 14: it has no effect, and the author learns of it."""
    above = ordered(world.province, province_staff, level=DutyLevel.ONE)
    order = ordered(world.city_a, city_supervisor)
    assert stronger(order, at=NOW) == [above]
    assert stronger(above, at=NOW) == []


# --- the second person --------------------------------------------------------------------------
def test_highest_level_binds_nobody_before_a_second_person_agreed(
    world: World, city_supervisor: User, second: User
) -> None:
    order = ordered(world.city_a, city_supervisor, level=DutyLevel.ONE_PLUS)
    assert bound(order) == set()
    assert state_of(order, now=NOW) == OrderState.WAITING
    assert told(second, "duty-order-approval") == 1
    assert told(city_supervisor, "duty-order-approval") == 0

    with pytest.raises(DomainError, match="does not approve"):
        approve_order(order=order, by=city_supervisor, now=NOW + MINUTE)
    assert bound(order) == set()

    later = NOW + 20 * MINUTE
    approved = approve_order(order=order, by=second, now=later)
    assert bound(order) == {"A0001", "A0002", "A0003"}
    assert clock_of(receipt_of(order, world.station_a1)).due_at == later + 15 * MINUTE
    assert state_of(approved, now=later) == OrderState.RUNNING
    assert approve_order(order=order, by=city_supervisor, now=later).approved_by == second


def test_other_levels_need_no_approval(world: World, city_supervisor: User, second: User) -> None:
    order = ordered(world.city_a, city_supervisor, level=DutyLevel.ONE)
    with pytest.raises(DomainError, match="needs no approval"):
        approve_order(order=order, by=second, now=NOW)


# --- superseding and revoking -------------------------------------------------------------------
def test_superseding_ends_the_old_order_where_the_new_one_begins(
    world: World, city_supervisor: User
) -> None:
    old = ordered(world.city_a, city_supervisor)
    at = NOW + HOUR
    new = ordered(world.city_a, city_supervisor, supersedes=old, starts_at=at, level=3)
    old.refresh_from_db()
    assert old.superseded_at == at
    assert state_of(old, now=at - MINUTE) == OrderState.RUNNING
    assert state_of(old, now=at) == OrderState.SUPERSEDED
    with pytest.raises(DomainError, match="already superseded"):
        ordered(world.city_a, city_supervisor, supersedes=old)
    assert new.supersedes == old


def test_superseding_at_once_lets_the_old_clocks_fall_away(
    world: World, city_supervisor: User
) -> None:
    old = ordered(world.city_a, city_supervisor)
    ordered(world.city_a, city_supervisor, supersedes=old)
    clock = clock_of(receipt_of(old, world.station_a1))
    assert status_of(clock, now=NOW) == ClockStatus.CANCELLED


def test_order_that_waits_supersedes_only_once_it_is_approved(
    world: World, city_supervisor: User, second: User
) -> None:
    old = ordered(world.city_a, city_supervisor)
    new = ordered(world.city_a, city_supervisor, supersedes=old, level=DutyLevel.ONE_PLUS)
    old.refresh_from_db()
    assert old.superseded_at is None
    approve_order(order=new, by=second, now=NOW + HOUR)
    old.refresh_from_db()
    assert old.superseded_at == NOW + HOUR


def test_order_revoked_before_it_began_gives_back_what_it_was_to_supersede(
    world: World, city_supervisor: User
) -> None:
    old = ordered(world.city_a, city_supervisor)
    new = ordered(world.city_a, city_supervisor, supersedes=old, starts_at=NOW + HOUR)
    revoke_order(order=new, reason="改期", by=city_supervisor, now=NOW + MINUTE)
    old.refresh_from_db()
    assert old.superseded_at is None
    ordered(world.city_a, city_supervisor, supersedes=old, now=NOW + MINUTE)


def test_revoking_ends_it_and_drops_the_clocks_that_had_time(
    world: World, city_supervisor: User, officer: User
) -> None:
    order = ordered(world.city_a, city_supervisor)
    acknowledge(receipt=receipt_of(order, world.station_a1), by=officer, now=NOW + MINUTE)
    revoke_order(order=order, reason="活动取消", by=city_supervisor, now=NOW + 2 * MINUTE)
    order.refresh_from_db()
    at = NOW + 2 * MINUTE
    assert state_of(order, now=at) == OrderState.REVOKED
    assert {
        code: status_of(clock_of(receipt_of(order, room)), now=at)
        for code, room in (("A1", world.station_a1), ("A2", world.station_a2))
    } == {"A1": ClockStatus.MET, "A2": ClockStatus.CANCELLED}
    assert told(officer, "duty-order-end") == 1
    with pytest.raises(DomainError, match="was revoked"):
        acknowledge(receipt=receipt_of(order, world.station_a2), by=officer, now=at)


def test_revoking_forgives_no_receipt_that_was_overdue(world: World, city_supervisor: User) -> None:
    order = ordered(world.city_a, city_supervisor)
    late = NOW + 16 * MINUTE
    revoke_order(order=order, reason="结束", by=city_supervisor, now=late)
    clock = clock_of(receipt_of(order, world.station_a1))
    assert status_of(clock, now=late) == ClockStatus.OVERDUE


def test_revoking_needs_a_reason_and_an_order_that_is_not_over(
    world: World, city_supervisor: User
) -> None:
    order = ordered(world.city_a, city_supervisor, ends_at=NOW + HOUR)
    with pytest.raises(DomainError, match="Say why"):
        revoke_order(order=order, reason=" ", by=city_supervisor, now=NOW)
    with pytest.raises(DomainError, match="is over since"):
        revoke_order(order=order, reason="晚", by=city_supervisor, now=NOW + HOUR)


def test_only_the_issuer_or_a_superior_ends_an_order(
    world: World,
    province_staff: User,
    city_supervisor: User,
    county_staff: User,
    other_city_supervisor: User,
) -> None:
    center = create_unit(
        parent=world.city_a, kind=UnitKind.COMMAND_CENTER, name="澜江市情报指挥中心", by=None
    )
    beside = make_user("700002", "指挥", center, Role.COMMAND)
    people = (province_staff, city_supervisor, county_staff, other_city_supervisor, beside)
    order = ordered(world.city_a, city_supervisor)
    may = {person.name for person in people if may_end(scope_for(person, at=NOW), order)}
    assert may == {"韩七", "冯五"}
    of_center = ordered(center, beside)
    may = {person.name for person in people if may_end(scope_for(person, at=NOW), of_center)}
    assert may == {"韩七", "冯五", "指挥"}  # the bureau stands above its own command centre


# --- who sees it --------------------------------------------------------------------------------
def test_seen_where_it_was_issued_and_where_it_binds(
    world: World,
    province_staff: User,
    city_supervisor: User,
    county_staff: User,
    officer: User,
    neighbour_officer: User,
    other_city_supervisor: User,
) -> None:
    targets = [world.station_a1.org_path]
    order = ordered(world.city_a, city_supervisor, targets=targets)
    people = (
        province_staff,
        city_supervisor,
        county_staff,
        officer,
        neighbour_officer,
        other_city_supervisor,
    )
    sees = {p.name for p in people if order_rows(scope_for(p, at=NOW)).filter(pk=order.pk).exists()}
    assert sees == {"韩七", "冯五", "郑四", "陈一"}


def test_the_filter_says_the_same_state_as_the_page(
    world: World, city_supervisor: User, second: User
) -> None:
    orders = [
        ordered(world.city_a, city_supervisor),
        ordered(world.city_a, city_supervisor, starts_at=NOW + DAY),
        ordered(world.city_a, city_supervisor, ends_at=NOW + HOUR),
        ordered(world.city_a, city_supervisor, level=DutyLevel.ONE_PLUS),
        ordered(world.city_a, city_supervisor, level=DutyLevel.ONE_PLUS),
    ]
    approve_order(order=orders[4], by=second, now=NOW + MINUTE)
    ordered(world.city_a, city_supervisor, supersedes=orders[1], starts_at=NOW + 2 * DAY)
    revoked = ordered(world.city_a, city_supervisor)
    revoke_order(order=revoked, reason="误发", by=city_supervisor, now=NOW + MINUTE)
    for now in (NOW + 2 * MINUTE, NOW + 2 * HOUR, NOW + DAY, NOW + 3 * DAY):
        found = {
            state: set(
                DutyOrder.everything.filter(state_condition(state, now=now)).values_list(
                    "pk", flat=True
                )
            )
            for state in OrderState
        }
        said = {state: set() for state in OrderState}
        for row in DutyOrder.everything.all():
            said[state_of(row, now=now)].add(row.pk)
        assert found == said


# --- rooms that come and go, orders without an end ----------------------------------------------
def test_room_that_opens_later_is_bound_from_then_on(world: World, city_supervisor: User) -> None:
    """D 15."""
    order = ordered(world.city_a, city_supervisor)
    add_station(
        "A0009",
        "栗桥县公安局新校区警务室",
        world.county_a2,
        campus=world.campus_a_stone,
        opened_on=(NOW + DAY).date(),
    )
    assert settle_orders(now=NOW + HOUR) == 0
    opening = (NOW + DAY).replace(hour=0, minute=1)
    assert [settle_orders(now=opening) for _run in range(3)] == [1, 0, 0]
    assert bound(order) == {"A0001", "A0002", "A0003", "A0009"}
    receipt = OrderReceipt.everything.get(station__code="A0009")
    assert clock_of(receipt).due_at == opening + 15 * MINUTE
    events = AuditEvent.objects.unscoped("test").filter(action="orders.bind")
    assert events.count() == 1


def test_room_that_closes_drops_out(world: World, city_supervisor: User) -> None:
    order = ordered(world.city_a, city_supervisor)
    close_station(
        station=world.station_a2,
        on=NOW.date(),
        reason="撤并",
        by=city_supervisor,
        at=NOW,
    )
    settle_orders(now=NOW + MINUTE)
    clock = clock_of(receipt_of(order, world.station_a2))
    assert status_of(clock, now=NOW + MINUTE) == ClockStatus.CANCELLED


def test_orders_that_are_over_bind_nobody_new(world: World, city_supervisor: User) -> None:
    ordered(world.city_a, city_supervisor, ends_at=NOW + HOUR)
    ordered(world.city_a, city_supervisor, level=DutyLevel.ONE_PLUS)
    add_station("A0009", "栗桥县公安局新校区警务室", world.county_a2, campus=world.campus_a_stone)
    assert settle_orders(now=NOW + 2 * HOUR) == 0


def test_order_without_an_end_is_brought_to_mind_once_a_period(
    world: World, city_supervisor: User, other_city_supervisor: User
) -> None:
    ordered(world.city_a, city_supervisor)
    ordered(world.city_a, city_supervisor, ends_at=NOW + 90 * DAY)
    assert remind_of_open_orders(now=NOW + 30 * DAY - MINUTE) == 0
    for _run in range(2):
        assert remind_of_open_orders(now=NOW + 30 * DAY) == 1
    assert told(city_supervisor, "duty-order-open") == 1
    remind_of_open_orders(now=NOW + 60 * DAY)
    assert told(city_supervisor, "duty-order-open") == 2
    assert told(other_city_supervisor, "duty-order-open") == 0


def test_tasks_run_on_an_empty_table(db: None) -> None:
    assert (settle_task(), remind_task()) == (0, 0)


def test_an_order_goes_on_to_bind_a_county_that_moves(world: World) -> None:
    province = make_user("200071", "省厅", world.province, Role.PROVINCE)
    order = ordered(
        world.province, province, targets=[world.city_b.org_path, world.county_a1.org_path]
    )
    assert world.station_a1.code in bound(order)
    move = move_unit(
        unit=world.county_a1,
        parent=world.city_b,
        seen_path=world.county_a1.org_path,
        reason="区划调整",
        by=province,
        at=NOW,
    )
    order.refresh_from_db()
    assert set(order.targets) == {world.city_b.org_path, move.new_path}
    world.station_a1.refresh_from_db()
    assert any(world.station_a1.org_path.startswith(path) for path in order.targets)
    settle_orders(now=NOW + MINUTE)
    assert receipt_of(order, world.station_a1).org_path == world.station_a1.org_path
