"""Addresses and objects of presence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.utils import timezone

from duty.models import Presence
from personnel.enums import PersonKind
from personnel.services.staff import add_person
from policeroom.accounts.models import User
from tests.matrix import Route
from tests.world import World

VIEW, RECORD, CORRECT = "duty.view", "presence.record", "presence.correct"

ROUTES: Final[dict[str, Route]] = {
    "duty:presence": Route(VIEW),
    "duty:presence-list": Route(VIEW),
    "duty:presence-room": Route(VIEW, "station", VIEW),
    "duty:presence-in": Route(RECORD, "station", RECORD),
    "duty:presence-new": Route(CORRECT, "station", CORRECT),
    "duty:presence-out": Route(RECORD, "presence", RECORD),
    "duty:presence-correct": Route(CORRECT, "presence", CORRECT),
    "duty:presence-strike": Route(CORRECT, "presence", CORRECT),
}
NOT_A_PAGE: Final[set[str]] = {"duty:presence-in", "duty:presence-out"}
#: They need somebody who was there; other tests open them.
NEEDS_A_STATE: Final[set[str]] = {"duty:presence-correct", "duty:presence-strike"}


def add_targets(world: World, add: Callable[..., None], author: User) -> None:
    """A presence in every relation to the cast."""
    for number, room in enumerate(
        (world.station_a1, world.center_a, world.station_a2, world.station_b1)
    ):
        person = add_person(
            staff_no=f"P{number}",
            name="在岗",
            kind=PersonKind.OFFICER,
            unit=room.operator,
            by=author,
        )
        stay = Presence.objects.create(station=room, person=person, came_at=timezone.now())
        path = room.org_path
        add("presence", f"presence in {room.code}", {path}, path, pk=stay.pk)
