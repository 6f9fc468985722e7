"""Addresses and objects of the routines of term and vacation, of emergency plans and drills."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from duty.services.arrangements import issue_arrangement
from policeroom.accounts.models import User
from tests.matrix import Route
from tests.world import World

VIEW, ARRANGE = "duty.view", "arrangements.edit"

ROUTES: Final[dict[str, Route]] = {
    "duty:arrangement-list": Route(VIEW),
    "duty:arrangement-new": Route(ARRANGE),
    "duty:arrangement-copy": Route(ARRANGE),
    "duty:arrangement-detail": Route(VIEW, "arrangement", "", VIEW),
    "duty:arrangement-end": Route(ARRANGE, "arrangement", ARRANGE, VIEW),
    "api:duty-arrangement-list": Route(VIEW),
    "api:duty-arrangement-detail": Route(VIEW, "arrangement", "", VIEW),
    "api:duty-arrangement-end": Route(ARRANGE, "arrangement", ARRANGE, VIEW),
}
NOT_A_PAGE: Final[set[str]] = {name for name in ROUTES if name.startswith("api:")}
NEEDS_A_STATE: Final[set[str]] = set()


def add_targets(world: World, add: Callable[..., None], author: User) -> None:
    """What each city fixed; a room, and everybody between it and the city, sees it."""
    for city, rooms in (
        (world.city_a, (world.station_a1, world.center_a, world.station_a2)),
        (world.city_b, (world.station_b1,)),
    ):
        code = city.org_path
        seen = {code, *(room.org_path for room in rooms)}
        row = issue_arrangement(
            unit=city,
            part="term",
            title=f"{city.area_name}平时勤务安排",
            document_no="矩阵",
            day_starts=dt.time(8),
            day_ends=dt.time(20),
            officer_on_workdays=True,
            auxiliary_every_day=True,
            suspends_weekly=False,
            valid_from=rooms[0].opened_on,
            by=author,
        )
        add("arrangement", f"routine of {city.area_name}", seen, code, pk=row.pk)
