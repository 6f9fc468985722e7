"""Two taps, two sends, two officers at once: one record each, numbers without gaps or doubles."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from incidents.models import Incident, Transfer, UrgentNotice
from incidents.services.transfers import receive_transfer
from incidents.services.urgent import raise_from_incident
from policeroom.accounts.models import User
from policeroom.common.errors import DomainError
from policeroom.common.roles import Role
from tests.incidents.clocks_cast import NOW, call, hand_over
from tests.incidents.test_disputes import dispute
from tests.world import World, build, make_user

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]
THREADS = 6


def together(act: Callable[[int], Any]) -> list[Any]:
    """Run `act` in several threads, each with its own connection."""

    def alone(number: int) -> Any:
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(alone, range(THREADS)))


@pytest.fixture
def scene() -> tuple[World, User, Incident]:
    with transaction.atomic():
        world = build()
        officer = make_user("100001", "陈一", world.station_a1.unit, Role.OFFICER)
        incident = call(world, officer)
    return world, officer, incident


def test_taps_at_once_raise_one_notice(scene: tuple[World, User, Incident]) -> None:
    _world, officer, incident = scene
    raised = together(lambda _n: raise_from_incident(incident=incident, by=officer, now=NOW).pk)
    assert len(set(raised)) == 1
    assert UrgentNotice.objects.unscoped("test").count() == 1


def test_sends_of_one_form_at_once_make_one_transfer(scene: tuple[World, User, Incident]) -> None:
    world, officer, incident = scene
    sent = uuid.uuid4()
    rows = together(lambda _n: hand_over(world, officer, incident, client_uuid=sent).pk)
    assert len(set(rows)) == Transfer.objects.unscoped("test").count() == 1


def test_numbers_given_out_at_once_have_no_gap_and_no_double(
    scene: tuple[World, User, Incident],
) -> None:
    world, officer, _incident = scene
    numbers = together(lambda _n: dispute(world, officer).number)
    assert sorted(numbers) == [f"JF2026-{n:03d}" for n in range(1, THREADS + 1)]


def test_receipts_at_once_keep_the_first(scene: tuple[World, User, Incident]) -> None:
    world, officer, incident = scene
    row = hand_over(world, officer, incident)

    def sign(number: int) -> str:
        try:
            receive_transfer(
                transfer=row,
                received_at=NOW,
                received_by_name=f"签收人{number}",
                by=officer,
                now=NOW,
            )
        except DomainError:
            return ""
        return f"签收人{number}"

    signed = [name for name in together(sign) if name]
    row.refresh_from_db()
    assert signed == [row.received_by_name]
