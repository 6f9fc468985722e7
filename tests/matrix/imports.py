"""Addresses and objects of imports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from policeroom.accounts.models import User
from stations.models import ImportJob
from tests.matrix import Route
from tests.world import World

ACTION = "incidents.import"
JOB_PAGES = ("detail", "columns", "words", "progress", "rows", "commit", "cancel")

ROUTES: Final[dict[str, Route]] = {
    "incidents:import-list": Route(ACTION),
    "incidents:import-new": Route(ACTION),
    **{f"incidents:import-{name}": Route(ACTION, "log-job", ACTION) for name in JOB_PAGES},
}
#: A piece of a page, a file, and what is only posted.
NOT_A_PAGE: Final[set[str]] = {
    f"incidents:import-{name}" for name in ("progress", "rows", "commit", "cancel")
}
NEEDS_A_STATE: Final[set[str]] = set()


def add_targets(world: World, add: Callable[..., None], author: User) -> None:
    """Objects of this part in every relation to the cast."""
    for room in (world.station_a1, world.center_a, world.station_a2, world.station_b1):
        job = ImportJob.objects.create(
            kind=ImportJob.Kind.INCIDENTS,
            filename="log.csv",
            sha256="0" * 64,
            org_path=room.org_path,
            ranges=[],
            options={"station": room.pk, "mapping": None},
            created_by=author,
        )
        add("log-job", room.name, {room.org_path}, room.org_path, pk=job.pk)
