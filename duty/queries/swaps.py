"""Swaps: what became of them, and the shifts somebody may give away."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from duty.models import RosterShift, ShiftSwap
from duty.queries.roster import standing_shifts
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.scope import Scope
from stations.models import Station

STATES: Final = {
    "pending": _("to be decided"),
    "approved": _("approved"),
    "refused": _("refused"),
    "withdrawn": _("withdrawn"),
}
_CONDITIONS: Final = {
    "pending": Q(approved__isnull=True, withdrawn_at__isnull=True),
    "approved": Q(approved=True),
    "refused": Q(approved=False),
    "withdrawn": Q(withdrawn_at__isnull=False),
}


def state_of(swap: ShiftSwap) -> str:
    """A key of `STATES`."""
    if swap.withdrawn_at is not None:
        return "withdrawn"
    if swap.approved is None:
        return "pending"
    return "approved" if swap.approved else "refused"


def in_state(rows: QuerySet[Any], state: str) -> QuerySet[Any]:
    """Those of `rows` in a state."""
    return rows.filter(_CONDITIONS[state])


def swap_rows(scope: Scope) -> ScopedQuerySet:
    """Swaps where the reader may see duty, with everything their columns show."""
    rows: ScopedQuerySet = ShiftSwap.objects.within(scope, action="duty.view")
    return rows.select_related(
        "station", "shift__person", "to_person", "recorded_by", "decided_by", "result"
    )


def own_shifts(station: Station, user: Any, now: dt.datetime) -> QuerySet[RosterShift]:
    """Shifts in the room that somebody has ahead and has not asked to give away."""
    rows = standing_shifts().filter(station=station, person__user=user, starts_at__gt=now)
    waiting = ShiftSwap.objects.unscoped("swaps of shifts the reader has")
    asked = in_state(waiting, "pending").values("shift")
    return rows.exclude(pk__in=asked).select_related("template").order_by("starts_at", "id")
