"""Addresses and objects of swaps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.utils import timezone

from duty.models import ShiftSwap
from personnel.enums import PersonKind
from personnel.services.staff import add_person
from policeroom.accounts.models import User
from tests.duty.presence_helpers import HOUR, shift
from tests.matrix import Route
from tests.world import World

VIEW, ASK, DECIDE = "duty.view", "swaps.ask", "roster.edit"

ROUTES: Final[dict[str, Route]] = {
    "duty:swap-list": Route(VIEW),
    "duty:swap-room": Route(VIEW, "station", VIEW),
    "duty:swap-new": Route(ASK, "shift", ASK),
    "duty:swap": Route(VIEW, "swap", VIEW),
    "duty:swap-decide": Route(DECIDE, "swap", DECIDE),
    "duty:swap-withdraw": Route(ASK, "swap", ASK),
}
NOT_A_PAGE: Final[set[str]] = {"duty:swap-decide", "duty:swap-withdraw"}
#: The demonstration has none, and shifts ahead only on some days; other tests open them.
NEEDS_A_STATE: Final[set[str]] = {"duty:swap", "duty:swap-new"}


def add_targets(world: World, add: Callable[..., None], author: User) -> None:
    """A swap in every relation to the cast."""
    now = timezone.now()
    for number, room in enumerate(
        (world.station_a1, world.center_a, world.station_a2, world.station_b1)
    ):
        giver, taker = (
            add_person(
                staff_no=f"W{number}{side}",
                name="换班",
                kind=PersonKind.OFFICER,
                unit=room.operator,
                by=author,
            )
            for side in "AB"
        )
        row = ShiftSwap.objects.create(
            station=room,
            shift=shift(room, giver, now + HOUR, now + 9 * HOUR),
            to_person=taker,
            reason="培训",
            recorded_by=author,
        )
        path = room.org_path
        add("swap", f"swap in {room.code}", {path}, path, pk=row.pk)
