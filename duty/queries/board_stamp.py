"""Whether anything the duty board shows has changed: one statement, whatever the area."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.db.models import Aggregate, Count, F, Max, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from duty.enums import TriggerState
from duty.models import DutyOrder, LevelStaffing, Trigger
from duty.queries.board import OF_AREA, Area, live_receipts, open_clocks, operating
from duty.queries.orders import approved, in_force, not_over, today_of
from duty.queries.presence import standing
from duty.queries.triggers import state_condition
from policeroom.common.models import Interval


def stamp(area: Area, *, now: dt.datetime) -> str:
    """The same text while the board of the area shows the same.

    It holds the minute: what only the clock ends (a shift nobody checked out of, a room that
    closes) ends at a full minute. What somebody does changes a count or a sum at once; sums of
    keys tell sets of the same size apart.
    """
    first, *others = [
        _line(place, rows, *sums) for place, (rows, *sums) in enumerate(_parts(area, now))
    ]
    found = sorted(first.union(*others, all=True).values_list("part", "n", "a", "b"))
    minute = now.replace(second=0, microsecond=0)
    return hashlib.sha256(repr((minute, area.ranges, found)).encode()).hexdigest()[:32]


def _parts(area: Area, now: dt.datetime) -> list[tuple[QuerySet, Aggregate, Aggregate]]:
    """Rows the board follows from, and two sums over them."""
    orders = DutyOrder.objects.unscoped(OF_AREA).filter(approved(now), not_over(now))
    triggers = Trigger.objects.unscoped(OF_AREA)
    there = standing().filter(
        area.q(), Q(left_at__isnull=True) | Q(left_at__gt=now), came_at__lte=now
    )
    tables = LevelStaffing.objects.unscoped(OF_AREA).filter(Interval.valid_on(today_of(now)))
    return [
        (orders, Sum("pk"), Count("pk", filter=in_force(now))),
        (
            live_receipts(area, now),
            Count("pk", filter=Q(acknowledged_at__isnull=False)),
            Count("pk", filter=Q(implemented_at__isnull=False)),
        ),
        (open_clocks(area), Sum("pk"), Count("pk", filter=Q(due_at__lt=now))),
        (there, Sum("pk"), Sum("person_id")),
        (triggers.filter(state_condition(TriggerState.RUNNING, now=now)), Sum("pk"), Max("pk")),
        (tables, Sum("pk"), Sum(F("officers") + F("auxiliaries"))),
        (operating(area, now), Sum("pk"), Max("pk")),
    ]


def _line(place: int, rows: QuerySet, a: Aggregate, b: Aggregate) -> QuerySet:
    """One part as one row: its place, its number of rows, its two sums."""
    line: QuerySet = (
        rows.order_by()
        .annotate(part=Value(place))
        .values("part")
        .annotate(n=Count("pk"), a=Coalesce(a, 0), b=Coalesce(b, 0))
    )
    return line
