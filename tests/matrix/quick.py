"""Addresses and objects of quick."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from policeroom.accounts.models import User
from tests.matrix import Route
from tests.world import World

ROUTES: Final[dict[str, Route]] = {
    "incidents:capture": Route("incidents.file"),
    "incidents:quick": Route("incidents.file"),
    "incidents:quick-room": Route("incidents.file"),
}
NOT_A_PAGE: Final[set[str]] = {"incidents:quick", "incidents:quick-room"}
NEEDS_A_STATE: Final[set[str]] = set()


def add_targets(world: World, add: Callable[..., None], author: User) -> None:
    """Objects of this part in every relation to the cast."""
