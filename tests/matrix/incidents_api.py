"""Addresses and objects of incidents api."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from policeroom.accounts.models import User
from tests.matrix import Route
from tests.world import World

ROUTES: Final[dict[str, Route]] = {
    "api:category-list": Route("incidents.view"),
    "api:incident-list": Route("incidents.view"),
    "api:incident-detail": Route("incidents.view", "incident"),
    "api:incident-state": Route("incidents.edit", "incident", "incidents.edit"),
    "api:incident-reopen": Route("incidents.reopen", "incident", "incidents.reopen"),
    "api:entry-list": Route("incidents.view", "incident"),
}
NOT_A_PAGE: Final[set[str]] = set(ROUTES)
NEEDS_A_STATE: Final[set[str]] = set()


def add_targets(world: World, add: Callable[..., None], author: User) -> None:
    """Objects of this part in every relation to the cast."""
