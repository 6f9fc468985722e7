"""Addresses and objects of drafts and offline capture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from policeroom.accounts.models import User
from tests.matrix import PUBLIC, SIGNED_IN, Route
from tests.world import World

ROUTES: Final[dict[str, Route]] = {
    "drafts:list": Route(SIGNED_IN),
    "drafts:session": Route(PUBLIC),
    "drafts:open": Route(SIGNED_IN),
    "drafts:save": Route(SIGNED_IN),
    "drafts:discard": Route(SIGNED_IN),
}
NOT_A_PAGE: Final[set[str]] = set(ROUTES) - {"drafts:list"}
NEEDS_A_STATE: Final[set[str]] = set()


def add_targets(world: World, add: Callable[..., None], author: User) -> None:
    """Objects of this part in every relation to the cast."""
