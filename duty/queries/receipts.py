"""Reads of receipts: what each room did with an order, and the sums of it."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import astuple, dataclass

from django.db.models import Count, Max, OuterRef, Q, Subquery, Sum

from duty.deadline_kinds import ORDER_RECEIPT
from duty.enums import OrderState
from duty.models import DutyOrder, OrderReceipt
from duty.queries.orders import state_of
from duty.queries.staffing import Need, required_now
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.models import Deadline
from policeroom.common.scope import Scope
from stations.models import Station


def receipt_rows(scope: Scope) -> ScopedQuerySet:
    """Receipts in view with `due_at`, `cancelled_at` and `escalated_at` of their clock."""
    clock = Deadline.objects.unscoped("the clock of a receipt in view").filter(
        kind=ORDER_RECEIPT.code,
        object_type=OrderReceipt._meta.label_lower,
        object_id=OuterRef("pk"),
    )
    return (
        OrderReceipt.objects.within(scope, action="duty.view")
        .select_related("station", "order__issuer", "acknowledged_by")
        .annotate(
            due_at=Subquery(clock.values("due_at")[:1]),
            cancelled_at=Subquery(clock.values("cancelled_at")[:1]),
            escalated_at=Subquery(clock.values("escalated_at")[:1]),
        )
    )


def overdue(now: dt.datetime) -> Q:
    """Condition on `receipt_rows`: not acknowledged, and the clock has run out."""
    return Q(acknowledged_at__isnull=True, cancelled_at__isnull=True, due_at__lt=now)


@dataclass(frozen=True, slots=True)
class Sums:
    """An order as it stands in the reader's area."""

    rooms: int
    received: int
    overdue: int
    escalated: int
    carried_out: int
    guards: int
    last_change: dt.datetime | None

    @property
    def tag(self) -> str:
        """Changes with anything the live part shows."""
        return "-".join(str(value) for value in astuple(self))


@dataclass(frozen=True, slots=True)
class Stand:
    """The sums of an order, and what each of its rooms in view must have and has now."""

    sums: Sums
    needs: dict[int, Need]

    @property
    def short(self) -> int:
        """Rooms with fewer people than the city's table asks for."""
        return sum(bool(need.missing) for need in self.needs.values())

    @property
    def unknown(self) -> int:
        """Rooms for whose level the city has fixed no numbers."""
        return sum(need.missing is None for need in self.needs.values())

    @property
    def tag(self) -> str:
        """Changes with anything the live part shows."""
        state = sorted((pk, astuple(need)) for pk, need in self.needs.items())
        digest = hashlib.sha256(repr(state).encode()).hexdigest()[:16]
        return f"{self.sums.tag}-{digest}"


def stand_of(order: DutyOrder, scope: Scope, *, now: dt.datetime) -> Stand:
    """How an order stands in the reader's area: six statements, however many rooms."""
    return Stand(sums_of(order, scope, now=now), needs_of(order, scope, now=now))


def needs_of(order: DutyOrder, scope: Scope, *, now: dt.datetime) -> dict[int, Need]:
    """What the order's rooms in view must have now; nothing before it holds or once it is over."""
    if state_of(order, now=now) is not OrderState.RUNNING:
        return {}
    rooms = Station.objects.within(scope, action="duty.view").filter(order_receipts__order=order)
    return required_now(rooms.order_by("org_path"), now)


def sums_of(order: DutyOrder, scope: Scope, *, now: dt.datetime) -> Sums:
    """The sums of an order in one statement."""
    found = receipt_rows(scope).filter(order=order).order_by()
    sums = found.aggregate(
        rooms=Count("pk"),
        received=Count("pk", filter=Q(acknowledged_at__isnull=False)),
        overdue=Count("pk", filter=overdue(now)),
        escalated=Count("pk", filter=Q(escalated_at__isnull=False)),
        carried_out=Count("pk", filter=Q(implemented_at__isnull=False)),
        guards=Sum("guards_added", default=0),
        last_change=Max("acknowledged_at"),
    )
    return Sums(**sums)
