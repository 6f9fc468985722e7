"""Addresses and objects of rosters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from django.utils import timezone

from duty.models import IntendedGap, RosterShift, ShiftTemplate
from personnel.enums import PersonKind
from personnel.services.staff import add_person
from policeroom.accounts.models import User
from tests.matrix import PUBLIC, Route
from tests.world import World

VIEW, EDIT = "duty.view", "roster.edit"

ROUTES: Final[dict[str, Route]] = {
    "duty:roster": Route(VIEW),
    "duty:roster-feed": Route(PUBLIC),
    "duty:roster-subscription": Route(VIEW),
    "duty:roster-subscription-revoke": Route(VIEW),
    "duty:roster-room": Route(VIEW, "station", VIEW),
    "duty:roster-book": Route(EDIT, "station", EDIT),
    "duty:roster-book-check": Route(EDIT, "station", EDIT),
    "duty:roster-copy": Route(EDIT, "station", EDIT),
    "duty:roster-month": Route(VIEW, "station", VIEW),
    "duty:roster-month-copy": Route(EDIT, "station", EDIT),
    "duty:roster-move": Route(EDIT, "shift", EDIT),
    "duty:roster-move-check": Route(EDIT, "shift", EDIT),
    "duty:roster-template-new": Route(EDIT, "station", EDIT),
    "duty:roster-template-edit": Route(EDIT, "shift-template", EDIT),
    "duty:roster-strike": Route(EDIT, "shift", EDIT),
    "duty:roster-gap-new": Route(EDIT, "station", EDIT),
    "duty:roster-gap-strike": Route(EDIT, "intended-gap", EDIT),
}
NOT_A_PAGE: Final[set[str]] = {
    "duty:roster-copy",
    "duty:roster-month-copy",
    "duty:roster-book-check",
    "duty:roster-move-check",
    "duty:roster-feed",
    "duty:roster-subscription-revoke",
}
#: The demonstration has no roster; other tests open them.
NEEDS_A_STATE: Final[set[str]] = {
    "duty:roster-template-edit",
    "duty:roster-strike",
    "duty:roster-move",
    "duty:roster-gap-strike",
}


def add_targets(world: World, add: Callable[..., None], author: User) -> None:
    """A usual shift, a booked one and empty hours in every relation to the cast."""
    now = timezone.now()
    for number, room in enumerate(
        (world.station_a1, world.center_a, world.station_a2, world.station_b1)
    ):
        path = room.org_path
        template = ShiftTemplate.objects.create(
            station=room, name="白班", kind="day", starts=dt.time(8), minutes=720
        )
        add("shift-template", f"usual shift of {room.code}", {path}, path, pk=template.pk)
        person = add_person(
            staff_no=f"R{number}",
            name="排班",
            kind=PersonKind.OFFICER,
            unit=room.operator,
            by=author,
        )
        shift = RosterShift.objects.create(
            station=room,
            person=person,
            kind="day",
            template=template,
            starts_at=now,
            ends_at=now + dt.timedelta(hours=12),
        )
        add("shift", f"shift in {room.code}", {path}, path, pk=shift.pk)
        gap = IntendedGap.objects.create(
            station=room, starts_at=now, ends_at=now + dt.timedelta(hours=2), reason="演练"
        )
        add("intended-gap", f"empty hours of {room.code}", {path}, path, pk=gap.pk)
