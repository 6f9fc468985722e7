"""Addresses and objects of the duty board and of the workbench."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from policeroom.accounts.models import User
from tests.matrix import Route
from tests.world import World

WATCH, VIEW = "duty.watch", "duty.view"

ROUTES: Final[dict[str, Route]] = {
    "duty:board": Route(WATCH),
    "duty:board-live": Route(WATCH),
    "duty:workbench": Route(VIEW),
    "duty:workbench-room": Route(VIEW, "station", VIEW),
    "duty:workbench-live": Route(VIEW, "station", VIEW),
}
#: Parts of a page that it fetches again.
NOT_A_PAGE: Final[set[str]] = {"duty:board-live", "duty:workbench-live"}
NEEDS_A_STATE: Final[set[str]] = set()


def add_targets(world: World, add: Callable[..., None], author: User) -> None:
    """Rooms are made by the matrix itself."""
