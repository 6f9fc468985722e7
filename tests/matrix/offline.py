"""Addresses and objects of drafts and offline capture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.utils import timezone

from incidents.models import OfflineReason, OfflineRecord
from policeroom.accounts.models import User
from tests.matrix import PUBLIC, SIGNED_IN, Route
from tests.world import World

ROUTES: Final[dict[str, Route]] = {
    "drafts:list": Route(SIGNED_IN),
    "drafts:session": Route(PUBLIC),
    "drafts:open": Route(SIGNED_IN),
    "drafts:save": Route(SIGNED_IN),
    "drafts:discard": Route(SIGNED_IN),
    "service-worker": Route(PUBLIC),
    "incidents:capture-offline": Route(PUBLIC),
    "incidents:offline-key": Route(SIGNED_IN),
    "incidents:sealed": Route(SIGNED_IN),
    "incidents:sealed-correct": Route(SIGNED_IN),
    "incidents:offline-list": Route("incidents.review"),
    **{
        f"incidents:offline-{act}": Route(
            "incidents.review", "offline", "incidents.review", "incidents.review"
        )
        for act in ("detail", "accept", "refuse")
    },
}
NOT_A_PAGE: Final[set[str]] = set(ROUTES) - {
    "drafts:list",
    "incidents:offline-list",
    "incidents:offline-detail",
}
NEEDS_A_STATE: Final[set[str]] = set()


def add_targets(world: World, add: Callable[..., None], author: User) -> None:
    """A call to be checked at each room."""
    for room in (world.station_a1, world.center_a, world.station_b1):
        record = OfflineRecord.objects.create(
            station=room,
            org_path=room.org_path,
            reason=OfflineReason.OTHER_SENDER,
            body={"text": ["南门 两车相碰"]},
            author=author,
            sender=author,
            captured_at=timezone.now(),
            received_at=timezone.now(),
        )
        add("offline", room.code, {room.org_path}, room.org_path, pk=record.pk)
