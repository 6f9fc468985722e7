"""Drills of rooms, and when the next one is due (第十八条)."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db.models import DateField, DateTimeField, ExpressionWrapper, F, OuterRef, Q, Subquery
from django.db.models.functions import Cast, Coalesce, Greatest

from duty.models import Drill
from duty.queries.arrangements import VIEW
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.parameters import parameters_on
from policeroom.common.scope import Scope
from stations.models import Station

RECORD: Final = "drills.record"
OF_ROOM: Final = "drills of rooms in view"


def drill_rows(scope: Scope) -> ScopedQuerySet:
    """Drills in view with what their columns read."""
    rows = Drill.objects.within(scope, action=VIEW)
    return rows.select_related("station", "plan__unit", "recorded_by")


def rhythm(day: dt.date) -> int:
    """Days within which a room drills again (P-18)."""
    return int(parameters_on(day)["P-18"])


def rooms_by_drill(scope: Scope, day: dt.date, *, every: int) -> ScopedQuerySet:
    """Rooms that are open on the day with their last drill and the day the next one is due by.

    Source: JS-18-4; `every` as `rhythm` gives it. `plan_rules.next_drill` as SQL.
    """
    last = Drill.objects.unscoped(OF_ROOM).filter(station=OuterRef("pk"), held_on__lte=day)
    begins = Greatest("opened_on", Coalesce(F("last_drill"), F("opened_on")))
    instant = ExpressionWrapper(begins + dt.timedelta(days=every), output_field=DateTimeField())
    rooms = Station.objects.within(scope, action=VIEW).filter(
        Q(closed_on__isnull=True) | Q(closed_on__gt=day), opened_on__lte=day
    )
    newest = last.order_by("-held_on", "-id")
    return (
        rooms.select_related("operator")
        .annotate(
            last_drill=Subquery(newest.values("held_on")[:1]),
            last_drill_id=Subquery(newest.values("pk")[:1]),
        )
        .annotate(due_on=Cast(instant, DateField()))
    )
