"""The demonstration has orders that ran out, were revoked and run, and cities with their tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from duty.enums import OrderState
from duty.levels import DutyLevel
from duty.models import DutyOrder, LevelStaffing, OrderReceipt
from duty.queries.orders import state_of
from policeroom.accounts.models import User
from policeroom.common.models import Deadline

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture(scope="module")
def now(django_db_setup: None, django_db_blocker) -> Iterator[dt.datetime]:
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(DEMO_MODE=True):
        call_command("seed_demo", verbosity=0)
        yield timezone.now()
        transaction.set_rollback(True)


def test_orders_stand_in_three_states(now: dt.datetime) -> None:
    orders = DutyOrder.everything.order_by("starts_at")
    assert [(row.level, state_of(row, now=now)) for row in orders] == [
        (DutyLevel.TWO, OrderState.ENDED),
        (DutyLevel.ONE_PLUS, OrderState.REVOKED),
        (DutyLevel.TWO, OrderState.RUNNING),
    ]


def test_most_rooms_answered_and_the_silent_ones_were_told_of_once(now: dt.datetime) -> None:
    rows = OrderReceipt.everything.filter(order__level=DutyLevel.TWO, order__ends_at__isnull=False)
    silent = rows.filter(acknowledged_at__isnull=True)
    assert 0.02 < silent.count() / rows.count() < 0.2
    clocks = Deadline.everything.filter(
        object_type="duty.orderreceipt", object_id__in=silent.values("pk")
    )
    assert clocks.count() == silent.count()
    assert not clocks.filter(escalated_at__isnull=True).exists()


def test_the_room_one_signs_in_to_has_an_order_to_answer(now: dt.datetime) -> None:
    lead = User.objects.get(username="990401")
    row = OrderReceipt.everything.get(org_path=lead.org_path, order__ends_at__isnull=True)
    assert row.acknowledged_at is None


def test_every_city_has_a_number_for_every_level_and_kind(now: dt.datetime) -> None:
    cities = LevelStaffing.everything.values_list("unit", flat=True).distinct().count()
    assert LevelStaffing.everything.count() == cities * 6
    assert cities == 13
