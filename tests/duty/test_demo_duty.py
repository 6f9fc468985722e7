"""The demonstration has orders that ran out, were revoked and run, and cities with their tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from duty.enums import DirectiveState, OrderState, TriggerState
from duty.levels import DutyLevel
from duty.models import (
    Directive,
    DutyOrder,
    LevelStaffing,
    OrderReceipt,
    Presence,
    RosterShift,
    Trigger,
)
from duty.queries.orders import state_of
from duty.queries.triggers import cover_of
from duty.queries.triggers import state_of as state_of_trigger
from personnel.models import Absence
from policeroom.accounts.models import User
from policeroom.common.clock import ZONE
from policeroom.common.models import Deadline
from stations.models import Station

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


def test_nobody_is_booked_while_away_or_without_a_rest(now: dt.datetime) -> None:
    shifts = list(RosterShift.everything.order_by("person", "starts_at"))
    assert len(shifts) > 5_000
    pairs = pairwise(shifts)
    rests = [b.starts_at - a.ends_at for a, b in pairs if a.person_id == b.person_id]
    assert min(rests) >= dt.timedelta(hours=11)
    for row in Absence.everything.filter(struck_at__isnull=True):
        first = dt.datetime.combine(row.valid_from, dt.time(), ZONE)
        booked = RosterShift.everything.filter(person=row.person, ends_at__gt=first)
        if row.valid_to:
            end = dt.datetime.combine(row.valid_to, dt.time(), ZONE)
            booked = booked.filter(starts_at__lt=end)
        assert not booked.exists()


def test_the_own_room_has_two_terms_and_somebody_is_on_duty_in_most_rooms(
    now: dt.datetime,
) -> None:
    lead = User.objects.get(username="990401")
    own = RosterShift.everything.filter(org_path=lead.org_path)
    assert own.earliest("starts_at").starts_at < now - dt.timedelta(days=300)
    assert own.latest("starts_at").starts_at > now
    planned = RosterShift.everything.filter(starts_at__lte=now, ends_at__gt=now)
    here = Presence.everything.filter(came_at__lte=now, left_at__isnull=True)
    assert here.count() > 0.8 * planned.count()


def test_a_24_hour_presence_is_over_and_one_is_to_come(now: dt.datetime) -> None:
    past, to_come = Trigger.everything.order_by("starts_at")
    assert (state_of_trigger(past, now=now), state_of_trigger(to_come, now=now)) == (
        TriggerState.ENDED,
        TriggerState.PLANNED,
    )
    rooms = list(Station.everything.filter(org_path__in=past.targets))
    found = cover_of(past, rooms, now=now)
    alone = [cover.minutes for cover in found.values() if not cover.sent]
    helped = [cover.minutes for cover in found.values() if cover.sent]
    # the night is 12 hours; whoever has the day comes and goes some minutes early
    assert min(alone) > 11 * 60
    assert min(helped) < 11 * 60


def test_the_room_one_signs_in_to_has_a_directive_in_each_state(now: dt.datetime) -> None:
    lead = User.objects.get(username="990401")
    rows = Directive.everything.filter(org_path=lead.org_path).order_by("sent_at")
    assert [(row.state, row.responsible) for row in rows] == [
        (DirectiveState.DONE, lead),
        (DirectiveState.ACKNOWLEDGED, lead),
        (DirectiveState.SENT, None),
    ]
