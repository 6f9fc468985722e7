"""Doubled sends from several connections at once: one row, one answer."""

from __future__ import annotations

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.utils import timezone

from stations.models import OrgUnit, Station
from stations.services.org import create_unit
from stations.services.rooms import open_station
from tests.world import World, add_campus, build

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]
THREADS = 6


def together(act) -> list:
    """Run `act` in several threads, each with its own connection."""

    def alone(number: int):
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(alone, range(THREADS)))


@pytest.fixture
def places() -> World:
    with transaction.atomic():
        return build()


def test_one_uuid_sent_at_once_opens_one_room(places: World) -> None:
    with transaction.atomic():
        campus = add_campus(places.university_b, 2, "新校区", places.county_b1)
    sent = uuid.uuid4()

    def send(_number: int) -> int:
        return open_station(
            kind="standalone",
            operator=places.county_b1,
            campus=campus,
            opened_on=dt.date(2026, 9, 1),
            client_uuid=sent,
            by=None,
            at=timezone.now(),
        ).pk

    assert len(set(together(send))) == 1
    assert Station.objects.unscoped("test").filter(campus=campus).count() == 1


def test_units_created_at_once_get_different_paths(places: World) -> None:
    def create(number: int) -> str:
        unit = create_unit(parent=places.county_a1, kind="station", name=f"并发{number}", by=None)
        return unit.org_path

    paths = together(create)
    assert len(set(paths)) == THREADS
    assert OrgUnit.objects.unscoped("test").filter(org_path__in=paths).count() == THREADS
