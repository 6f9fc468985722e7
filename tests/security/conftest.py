"""What the attacks share: every object of the access matrix, people of city A, a crawler."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from policeroom.accounts.models import User
from policeroom.common.roles import Role
from tests.security.crawl import Visitor
from tests.test_access_matrix import targets  # noqa: F401 -- a fixture
from tests.world import World, make_user

#: People whose area is city A, or less: nothing of city B may ever reach them.
CITY_A = {
    "city": (Role.CITY, "city_a"),
    "command": (Role.COMMAND, "city_a"),
    "county": (Role.COUNTY, "county_a1"),
    "station_lead": (Role.STATION_LEAD, "station_a1"),
    "officer": (Role.OFFICER, "center_a"),
}


@pytest.fixture
def visit(world: World, as_user: Callable[[User | None], Client]) -> Callable[[str], Visitor]:
    """A crawler signed in as one of `CITY_A`, or as a role of the province."""
    number: Iterator[int] = iter(range(500001, 500100))

    def visitor(who: str) -> Visitor:
        role, place = CITY_A[who] if who in CITY_A else (Role(who), "province")
        unit = getattr(world, place)
        person = make_user(str(next(number)), f"访客{who}", getattr(unit, "unit", unit), role)
        return Visitor(as_user(person))

    return visitor
