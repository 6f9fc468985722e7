"""Addresses and objects of board, list, search and statistics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.utils import timezone

from incidents.enums import IncidentKind, Source
from incidents.services.filing import file_incident
from policeroom.accounts.models import User
from tests.matrix import Route
from tests.world import World

ROUTES: Final[dict[str, Route]] = {
    "incidents:list": Route("incidents.view"),
    "incidents:board": Route("incidents.view"),
    "incidents:search": Route("incidents.view"),
    "incidents:statistics": Route("incidents.view"),
    "incidents:statistics-export": Route("incidents.export"),
    "incidents:board-next": Route("incidents.edit", "board-call", "incidents.edit"),
}
#: Files and acts, no pages.
NOT_A_PAGE: Final[set[str]] = {"incidents:statistics-export", "incidents:board-next"}
NEEDS_A_STATE: Final[set[str]] = set()


def add_targets(world: World, add: Callable[..., None], author: User) -> None:
    """Objects of this part in every relation to the cast."""
    now = timezone.now()
    for room in (world.station_a1, world.center_a, world.station_a2, world.station_b1):
        row = file_incident(
            station=room,
            kind=IncidentKind.REPORT,
            narrative="矩阵",
            reported_at=now,
            source=Source.FORM,
            by=author,
            now=now,
        )
        label = f"call of {room.code}"
        add("board-call", label, {room.org_path}, room.org_path, pk=row.pk)
