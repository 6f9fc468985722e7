"""Reads of presence: how many people are in a room at an instant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Count, Q

from duty.models import Presence
from personnel.enums import PersonKind


def present_at(station_ids: Iterable[int], at: dt.datetime) -> dict[int, tuple[int, int]]:
    """Officers and auxiliaries in each room at an instant: one statement; rooms with nobody miss.

    A presence is half-open: who left at `at` is gone (matrix D 16).
    """
    rows = (
        Presence.objects.unscoped("rooms its caller took from the scope")
        .filter(Q(left_at__isnull=True) | Q(left_at__gt=at), came_at__lte=at)
        .filter(station_id__in=list(station_ids))
        .order_by()
        .values("station_id")
        .annotate(
            officers=Count("pk", filter=Q(person__kind=PersonKind.OFFICER)),
            auxiliaries=Count("pk", filter=Q(person__kind=PersonKind.AUXILIARY)),
        )
    )
    return {row["station_id"]: (row["officers"], row["auxiliaries"]) for row in rows}
