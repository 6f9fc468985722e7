"""Addresses and objects of what a shift leaves behind: handover sheets, duty log, comms tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.utils import timezone

from duty.models import ShiftHandover
from personnel.enums import PersonKind
from personnel.services.staff import add_person
from policeroom.accounts.models import User
from tests.matrix import Route
from tests.world import World

VIEW, SIGN, WRITE = "duty.view", "handover.sign", "dutylog.write"

ROUTES: Final[dict[str, Route]] = {
    "duty:handover": Route(VIEW),
    "duty:handover-list": Route(VIEW),
    "duty:handover-room": Route(VIEW, "station", VIEW),
    "duty:handover-detail": Route(VIEW, "handover", "", VIEW),
    "duty:handover-print": Route(VIEW, "handover", "", VIEW),
    "duty:handover-change": Route(SIGN, "handover", SIGN, VIEW),
    "duty:handover-sign-out": Route(SIGN, "handover", SIGN, VIEW),
    "duty:handover-sign-in": Route(SIGN, "handover", SIGN, VIEW),
    "duty:log-list": Route(VIEW),
    "duty:log-new": Route(WRITE),
    "duty:comms-list": Route(VIEW),
    "duty:comms-new": Route(WRITE),
}
NOT_A_PAGE: Final[set[str]] = {"duty:handover-sign-out", "duty:handover-sign-in"}
#: They need a sheet, which the demonstration does not hold, or a refused line; other tests do.
NEEDS_A_STATE: Final[set[str]] = {
    "duty:handover-detail",
    "duty:handover-print",
    "duty:handover-change",
    "duty:log-new",
}


def add_targets(world: World, add: Callable[..., None], author: User) -> None:
    """A sheet nobody signed in every relation to the cast."""
    for number, room in enumerate(
        (world.station_a1, world.center_a, world.station_a2, world.station_b1)
    ):
        outgoing, incoming = (
            add_person(
                staff_no=f"H{number}{side}",
                name="交接",
                kind=PersonKind.OFFICER,
                unit=room.operator,
                by=author,
            )
            for side in (1, 2)
        )
        sheet = ShiftHandover.objects.create(
            station=room,
            number=f"矩阵{number}",
            handed_at=timezone.now(),
            outgoing=outgoing,
            incoming=incoming,
        )
        path = room.org_path
        add("handover", f"sheet of {room.code}", {path}, path, pk=sheet.pk)
