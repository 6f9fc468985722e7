"""Receipts: acknowledged once, carried out once, and who may; 200 rooms, each told of once."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from duty.models import DutyOrder, OrderReceipt
from duty.queries.receipts import sums_of
from duty.services.receipts import acknowledge, carry_out
from personnel.queries import scope_for
from personnel.services import deadlines as escalation
from personnel.services import escalate_overdue
from policeroom.accounts.models import User
from policeroom.common.clock import ClockStatus
from policeroom.common.deadlines import status_of
from policeroom.common.errors import DomainError
from policeroom.common.models import Deadline, Notification
from policeroom.common.roles import Role
from tests.duty.orders_helpers import MINUTE, NOW, clock_of, ordered, receipt_of
from tests.world import World, add_station, build, make_user

pytestmark = pytest.mark.integration
SECOND = dt.timedelta(seconds=1)
AFTER = NOW + 16 * MINUTE


@pytest.fixture
def receipt(world: World, city_supervisor: User) -> OrderReceipt:
    return receipt_of(ordered(world.city_a, city_supervisor), world.station_a1)


@pytest.mark.parametrize(
    ("after", "status"),
    [
        pytest.param(15 * MINUTE, ClockStatus.MET, id="exactly 15 minutes"),
        pytest.param(15 * MINUTE + SECOND, ClockStatus.LATE, id="a second more"),
    ],
)
def test_acknowledging_stops_the_clock(
    receipt: OrderReceipt, officer: User, after: dt.timedelta, status: ClockStatus
) -> None:
    acknowledge(receipt=receipt, by=officer, now=NOW + after)
    assert status_of(clock_of(receipt), now=NOW + after) == status


def test_second_acknowledgement_changes_nothing(
    receipt: OrderReceipt, officer: User, station_lead: User
) -> None:
    acknowledge(receipt=receipt, by=officer, now=NOW + MINUTE)
    row = acknowledge(receipt=receipt, by=station_lead, now=NOW + 2 * MINUTE)
    assert (row.acknowledged_by, row.acknowledged_at) == (officer, NOW + MINUTE)


def test_carrying_out_is_recorded_with_the_guards(receipt: OrderReceipt, officer: User) -> None:
    """JS-15-2, JS-15-5; whoever carries it out has received it."""
    facts: dict[str, Any] = {"implementation": "双岗", "implemented_at": NOW + 5 * MINUTE}
    row = carry_out(receipt=receipt, by=officer, now=NOW + 6 * MINUTE, guards_added=4, **facts)
    assert (row.guards_added, row.acknowledged_at) == (4, NOW + 6 * MINUTE)
    assert status_of(clock_of(receipt), now=AFTER) == ClockStatus.MET
    again = carry_out(receipt=receipt, by=officer, now=AFTER, guards_added=4, **facts)
    assert again.implemented_at == NOW + 5 * MINUTE
    with pytest.raises(DomainError, match="recorded once"):
        carry_out(receipt=receipt, by=officer, now=AFTER, guards_added=5, **facts)


@pytest.mark.parametrize(
    ("at", "text", "words"),
    [
        pytest.param(NOW + 2 * MINUTE, "双岗", "lies in the future", id="to come"),
        pytest.param(NOW - MINUTE, "双岗", "before the order came", id="before the order"),
        pytest.param(NOW, " ", "Write how", id="no text"),
    ],
)
def test_carrying_out_that_cannot_be_is_refused(
    receipt: OrderReceipt, officer: User, at: dt.datetime, text: str, words: str
) -> None:
    with pytest.raises(DomainError, match=words):
        carry_out(
            receipt=receipt, implementation=text, implemented_at=at, by=officer, now=NOW + MINUTE
        )
    receipt.refresh_from_db()
    assert receipt.acknowledged_at is None


def test_sums_count_the_readers_own_rooms_only(
    world: World, city_supervisor: User, county_staff: User, officer: User
) -> None:
    order = ordered(world.city_a, city_supervisor)
    carry_out(
        receipt=receipt_of(order, world.station_a1),
        implementation="双岗",
        implemented_at=NOW,
        guards_added=3,
        by=officer,
        now=NOW,
    )
    escalate_overdue(now=AFTER)
    seen = {
        person.name: sums_of(order, scope_for(person, at=NOW), now=AFTER)
        for person in (city_supervisor, county_staff, officer)
    }
    assert {
        name: (s.rooms, s.received, s.overdue, s.escalated, s.carried_out, s.guards)
        for name, s in seen.items()
    } == {"冯五": (3, 1, 2, 2, 1, 3), "郑四": (2, 1, 1, 1, 1, 3), "陈一": (1, 1, 0, 0, 1, 3)}


# --- 200 rooms ----------------------------------------------------------------------------------
@pytest.fixture
def campaign(transactional_db: None) -> tuple[DutyOrder, User, set[int]]:
    """An order for 200 rooms, of which every third answers; the ids of those that did not."""
    with transaction.atomic():
        world = build()
        for number in range(196):  # four rooms are there
            add_station(
                f"C{number:04d}",
                f"澜江市公安局芦北分局第{number}警务室",
                world.county_a1,
                campus=world.campus_a_main,
            )
    above = make_user("700009", "局长", world.province, Role.PROVINCE)
    watcher = make_user("700010", "指挥", world.city_a, Role.COMMAND)
    make_user("700011", "县局", world.county_a1, Role.COUNTY)
    order = ordered(world.province, above)
    rows = list(OrderReceipt.everything.filter(order=order).order_by("pk"))
    for row in rows[::3]:
        acknowledge(receipt=row, by=above, now=NOW + 5 * MINUTE)
    return order, watcher, {row.pk for row in rows} - {row.pk for row in rows[::3]}


def escalated() -> set[int]:
    rows = Deadline.everything.filter(kind="order-receipt", escalated_at__isnull=False)
    return set(rows.values_list("object_id", flat=True))


def lines(person: User) -> int:
    return Notification.objects.filter(kind="deadline", recipient=person).count()


def in_city(order: DutyOrder, unanswered: set[int], person: User) -> int:
    rows = OrderReceipt.everything.filter(pk__in=unanswered, org_path__startswith=person.org_path)
    return rows.count()


def test_all_receipts_of_200_rooms_are_open(campaign: tuple[DutyOrder, User, set[int]]) -> None:
    order, _watcher, unanswered = campaign
    assert OrderReceipt.everything.filter(order=order).count() == 200
    assert Deadline.everything.filter(kind="order-receipt").count() == 200
    assert len(unanswered) == 133


def test_two_runs_at_once_and_one_killed_in_the_middle_tell_each_room_once(
    campaign: tuple[DutyOrder, User, set[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    order, watcher, unanswered = campaign
    monkeypatch.setattr(escalation, "BATCH", 20)
    real, died = escalation._tell, []

    def dying(row: Deadline, *, at: dt.datetime) -> None:
        real(row, at=at)
        if not died and row.object_id % 7 == 0:
            died.append(row.pk)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(escalation, "_tell", dying)

    def run(_number: int) -> int:
        try:
            return escalate_overdue(now=AFTER)
        except DatabaseError:
            return -1
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        counts = sorted(pool.map(run, range(2)))
    assert len(died) == 1
    assert counts[0] == -1  # the one that was killed; the other went on
    escalate_overdue(now=AFTER)

    assert escalated() == unanswered
    assert lines(watcher) == in_city(order, unanswered, watcher)
    assert lines(watcher) > 100
    assert escalate_overdue(now=AFTER + MINUTE) == 0
    assert lines(watcher) == in_city(order, unanswered, watcher)


def test_nobody_who_answered_is_told_of(campaign: tuple[DutyOrder, User, set[int]]) -> None:
    _order, _watcher, unanswered = campaign
    assert escalate_overdue(now=NOW + 15 * MINUTE) == 0  # the limit is included
    assert escalate_overdue(now=AFTER) == len(unanswered)
