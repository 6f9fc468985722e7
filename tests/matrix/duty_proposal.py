"""Addresses and objects of proposed rosters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from duty.models import RosterProposal
from policeroom.accounts.models import User
from tests.matrix import Route
from tests.world import World

VIEW, EDIT = "duty.view", "roster.edit"

ROUTES: Final[dict[str, Route]] = {
    "duty:proposal-room": Route(VIEW, "station", VIEW),
    "duty:proposal-new": Route(EDIT, "station", EDIT),
    "duty:proposal": Route(VIEW, "proposal", VIEW),
    "duty:proposal-progress": Route(VIEW, "proposal", VIEW),
    "duty:proposal-adopt": Route(EDIT, "proposal", EDIT),
    "duty:proposal-discard": Route(EDIT, "proposal", EDIT),
    "duty:quality-room": Route(VIEW, "station", VIEW),
    "duty:quality-export": Route(VIEW, "station", VIEW),
}
#: A piece of a page, a file, and what is only posted.
NOT_A_PAGE: Final[set[str]] = {
    "duty:proposal-progress",
    "duty:proposal-adopt",
    "duty:proposal-discard",
    "duty:quality-export",
}
#: The demonstration has none; other tests open one.
NEEDS_A_STATE: Final[set[str]] = {"duty:proposal", "duty:proposal-new"}


def add_targets(world: World, add: Callable[..., None], author: User) -> None:
    """A proposal in every relation to the cast."""
    for room in (world.station_a1, world.center_a, world.station_a2, world.station_b1):
        row = RosterProposal.objects.create(
            station=room, first_day=dt.date(2026, 9, 21), weeks=1, recorded_by=author
        )
        path = room.org_path
        add("proposal", f"proposal for {room.code}", {path}, path, pk=row.pk)
