"""Addresses and objects of the meeting regime."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from django.utils import timezone

from meetings.models import ActionItem, Sitting
from meetings.services.items import add_item
from meetings.services.meetings import Held, plan_meeting, record_meeting
from policeroom.accounts.models import User
from tests.matrix import Route
from tests.world import World

VIEW, EDIT, CONFIRM = "meetings.view", "meetings.edit", "meetings.confirm"

ROUTES: Final[dict[str, Route]] = {
    "meetings:own": Route(VIEW),
    "meetings:obligation-list": Route(VIEW),
    "meetings:item-list": Route(VIEW),
    "meetings:room": Route(VIEW, "station", VIEW),
    "meetings:plan": Route(EDIT, "station", EDIT),
    "meetings:enter": Route(EDIT, "station", EDIT),
    "meetings:meeting-detail": Route(VIEW, "meeting", "", VIEW),
    "meetings:held": Route(EDIT, "planned-meeting", EDIT, VIEW),
    "meetings:minutes": Route(EDIT, "meeting", EDIT, VIEW),
    "meetings:cancel": Route(EDIT, "planned-meeting", EDIT, VIEW),
    "meetings:item-new": Route(EDIT, "meeting", EDIT, VIEW),
    "meetings:sitting-confirm": Route(CONFIRM, "sitting", CONFIRM, VIEW),
    "meetings:item-redate": Route(EDIT, "action-item", EDIT, VIEW),
    "meetings:item-close": Route(EDIT, "action-item", EDIT, VIEW),
}
NOT_A_PAGE: Final[set[str]] = {"meetings:own", "meetings:sitting-confirm"}
#: Only a planned meeting has them; `tests/e2e/test_meetings.py` plans one.
NEEDS_A_STATE: Final[set[str]] = {"meetings:held", "meetings:cancel"}


def add_targets(world: World, add: Callable[..., None], author: User) -> None:
    """A planned and a held meeting with a decision in every relation to the cast."""
    now = timezone.now()
    end = now - dt.timedelta(hours=1)
    for room in (world.station_a1, world.center_a, world.station_a2, world.station_b1):
        one = {"unit": room.unit, "rooms": [room], "regimes": ["weekly"], "by": author}
        planned = plan_meeting(planned_at=now + dt.timedelta(days=1), **one)
        held = Held(end - dt.timedelta(hours=1), end, {"weekly": {}}, {})
        meeting = record_meeting(held=held, present=[], now=now, **one)
        item: ActionItem = add_item(
            meeting=meeting,
            station=room,
            regime="weekly",
            text="补齐台账",
            owner="保卫处",
            due_on=timezone.localdate(end),
            by=author,
        )
        sitting = Sitting.objects.unscoped("fixture").get(meeting=meeting)
        path = room.org_path
        for kind, row in (
            ("planned-meeting", planned),
            ("meeting", meeting),
            ("sitting", sitting),
            ("action-item", item),
        ):
            add(kind, f"{kind} of {room.code}", {path}, path, pk=row.pk)
