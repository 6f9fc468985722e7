"""Reading without a scope is an error."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.apps import apps
from django.db.models import QuerySet
from django.utils import timezone

from personnel.queries import scope_for
from policeroom.accounts.models import User
from policeroom.common.errors import UnscopedReadError
from policeroom.common.managers import ScopedModel
from policeroom.common.scope import NOBODY
from stations.models import Campus, Station, University
from tests.world import World

pytestmark = pytest.mark.integration

READS: list[Callable[[QuerySet], object]] = [
    list,
    len,
    bool,
    lambda rows: rows.count(),
    lambda rows: rows.exists(),
    lambda rows: rows.first(),
    lambda rows: rows.get(pk=1),
    lambda rows: list(rows.values_list("pk")),
    lambda rows: list(rows.iterator()),
    lambda rows: rows.aggregate(),
    lambda rows: rows.update(code="x"),
    lambda rows: rows.delete(),
    lambda rows: rows[:3][0],
]


@pytest.mark.parametrize("read", READS)
def test_every_way_of_reading_needs_a_scope(
    world: World, read: Callable[[QuerySet], object]
) -> None:
    with pytest.raises(UnscopedReadError, match="Station"):
        read(Station.objects.filter(kind="standalone"))


def test_within_nobody_is_empty(world: World) -> None:
    assert list(Station.objects.within(NOBODY)) == []


def test_a_reason_is_required() -> None:
    with pytest.raises(ValueError, match="why"):
        Station.objects.unscoped("")


def test_city_sees_its_own_stations_only(world: World, city_supervisor: User) -> None:
    scope = scope_for(city_supervisor, at=timezone.now())
    assert set(Station.objects.within(scope)) == {
        world.station_a1,
        world.center_a,
        world.station_a2,
    }


def test_university_from_elsewhere_is_seen_with_the_local_campus_only(
    world: World, other_city_supervisor: User
) -> None:
    scope = scope_for(other_city_supervisor, at=timezone.now())
    assert set(University.objects.within(scope)) == {world.university_a, world.university_b}
    assert set(Campus.objects.within(scope)) == {world.campus_a_far, world.campus_b_main}


def test_every_scoped_model_guards_its_objects() -> None:
    models = [m for m in apps.get_models() if issubclass(m, ScopedModel)]
    assert len(models) > 15
    for model in models:
        with pytest.raises(UnscopedReadError):
            model.objects.exists()
