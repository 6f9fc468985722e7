"""Addresses of the duty board, the workbench, and a room's duty in the JSON interface."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from policeroom.accounts.models import User
from tests.matrix import Route
from tests.world import World

WATCH, VIEW = "duty.watch", "duty.view"
RECORD, ROSTER = "presence.record", "roster.edit"

ROUTES: Final[dict[str, Route]] = {
    "duty:board": Route(WATCH),
    "duty:board-live": Route(WATCH),
    "duty:workbench": Route(VIEW),
    "duty:workbench-room": Route(VIEW, "station", VIEW),
    "duty:workbench-live": Route(VIEW, "station", VIEW),
    **{
        f"api:{name}-list": Route(VIEW)
        for name in (
            *("shift-template", "shift", "presence"),
            *("reinforcement", "handover", "duty-log"),
        )
    },
    "api:shift-strike": Route(ROSTER, "shift", ROSTER),
    "api:presence-end": Route(RECORD, "presence", RECORD),
    "api:handover-detail": Route(VIEW, "handover", "", VIEW),
}
#: Parts of a page that it fetches again, and the JSON interface.
NOT_A_PAGE: Final[set[str]] = {
    "duty:board-live",
    "duty:workbench-live",
    *(name for name in ROUTES if name.startswith("api:")),
}
NEEDS_A_STATE: Final[set[str]] = set()


def add_targets(world: World, add: Callable[..., None], author: User) -> None:
    """Rooms, shifts, presences and sheets are made by the other fragments."""
