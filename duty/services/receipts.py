"""What a room does with an order: receipt, implementation, guards (JS-15-2, JS-15-4, JS-15-5)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from duty.deadline_kinds import ORDER_RECEIPT
from duty.enums import LEVEL_LABELS
from duty.levels import DutyLevel
from duty.models import DutyOrder, OrderReceipt
from duty.queries.orders import live_orders, rooms_of, today_of, waits
from duty.services.telling import tell_rooms
from policeroom.common import audit
from policeroom.common.deadlines import Opening, meet_deadline, open_deadlines
from policeroom.common.errors import DomainError
from policeroom.common.models import Deadline
from policeroom.common.parameters import parameters_on
from stations.services.guards import locked

#: Why these reads have no scope.
WHOLE = "receipts of an order, whoever looks at it"


def open_receipts(*, order: DutyOrder, at: dt.datetime) -> int:
    """Open what is missing of the order's receipts, one per operating room, each with its clock.

    Source: JS-15-4, P-15a, matrix D 15. The caller holds the order locked. Safe to run again:
    a room that has a receipt keeps it. Returns how many were opened.
    """
    rooms = rooms_of(order.targets, on=today_of(at)).exclude(order_receipts__order=order)
    rows = [
        OrderReceipt(order=order, station=room, org_path=room.org_path, opened_at=at)
        for room in rooms
    ]
    if not rows:
        return 0
    OrderReceipt.objects.bulk_create(rows, batch_size=500)
    due_at = at + dt.timedelta(minutes=int(parameters_on(today_of(at))["P-15a"]))
    label, url = _("Receipt: %(order)s") % {"order": order}, order.get_absolute_url()
    open_deadlines(
        ORDER_RECEIPT,
        OrderReceipt,
        [Opening(row.pk, row.org_path, label, url) for row in rows],
        started_at=at,
        due_at=due_at,
    )
    tell_rooms(
        [row.org_path for row in rows],
        lambda: (
            _("Duty order %(number)s: %(level)s")
            % {"number": order.number, "level": LEVEL_LABELS[DutyLevel(order.level)]},
            order.title,
        ),
        at=at,
        kind="duty-order",
        key=f"duty-order-{order.pk}",
        url=url,
        due_at=due_at,
    )
    return len(rows)


def drop_clocks(*, order: DutyOrder, at: dt.datetime) -> int:
    """Let the clocks of receipts fall away that still had time; what was overdue stays overdue."""
    receipts = OrderReceipt.objects.unscoped(WHOLE).filter(order=order).values("pk")
    return _running(receipts).filter(due_at__gte=at).update(cancelled_at=at)


def _running(receipts: Any) -> Any:
    return Deadline.objects.unscoped(WHOLE).filter(
        kind=ORDER_RECEIPT.code,
        object_type=OrderReceipt._meta.label_lower,
        object_id__in=receipts,
        done_at__isnull=True,
        cancelled_at__isnull=True,
    )


def settle_orders(*, now: dt.datetime) -> int:
    """Bring the receipts of every live order to what the rooms are today.

    Source: matrix D 15: a room that opened is bound from then on, a closed one drops out. Safe to
    run twice or at once: each order is settled in its own transaction, under its lock.
    Returns: receipts opened.
    """
    return sum(_settle(order, now=now) for order in live_orders(now))


@transaction.atomic
def _settle(order: DutyOrder, *, now: dt.datetime) -> int:
    order = locked(order)
    if order.revoked_at is not None or waits(order):
        return 0
    opened = open_receipts(order=order, at=now)
    closed = OrderReceipt.objects.unscoped(WHOLE).filter(
        order=order, station__closed_on__lte=today_of(now)
    )
    dropped = _running(closed.values("pk")).update(cancelled_at=now)
    if opened or dropped:
        audit.record("orders.bind", by=None, obj=order, after={"opened": opened, "closed": dropped})
    return opened


@transaction.atomic
def acknowledge(*, receipt: OrderReceipt, by: Any, now: dt.datetime) -> OrderReceipt:
    """The room received the order; the clock stops. Sent twice, the first counts.

    Source: JS-15-4 (规范第十五条).
    Raises: DomainError for an order that was revoked.
    """
    row = locked(receipt)
    if row.acknowledged_at is not None:
        return row
    _refuse_revoked(row)
    _receive(row, by=by, at=now)
    row.save(update_fields=["acknowledged_at", "acknowledged_by"])
    audit.record("orders.receive", by=by, obj=row, after={"received": row.station.name})
    return row


@transaction.atomic
def carry_out(
    *,
    receipt: OrderReceipt,
    implementation: str,
    implemented_at: dt.datetime,
    by: Any,
    now: dt.datetime,
    guards_added: int | None = None,
) -> OrderReceipt:
    """Record how the room carried the order out, and the guards the university added. Once.

    Source: JS-15-2, JS-15-5. Whoever carries an order out has received it.
    Raises: DomainError without a text, a second time with other facts, for an order that was
    revoked, or an instant before the order came or to come.
    """
    text = implementation.strip()
    if not text:
        raise DomainError(_("Write how the order was carried out."), field="implementation")
    row = locked(receipt)
    if row.implemented_at is not None:
        if (row.implementation, row.guards_added) == (text, guards_added):
            return row
        raise DomainError(
            _("It was recorded on %(at)s how this order was carried out. It is recorded once.")
            % {"at": _local(row.implemented_at)}
        )
    _refuse_revoked(row)
    _check(implemented_at, row, now=now)
    if row.acknowledged_at is None:
        _receive(row, by=by, at=now)
    row.implemented_at, row.implementation = implemented_at, text
    row.guards_added = guards_added
    row.full_clean(exclude=("order", "station", "acknowledged_by"))
    row.save()
    audit.record(
        "orders.carry-out",
        by=by,
        obj=row,
        after={"implemented_at": _local(implemented_at), "guards_added": guards_added},
    )
    return row


def _receive(row: OrderReceipt, *, by: Any, at: dt.datetime) -> None:
    row.acknowledged_at, row.acknowledged_by = at, by
    meet_deadline(ORDER_RECEIPT, subject=row, at=at)


def _refuse_revoked(row: OrderReceipt) -> None:
    order = row.order
    if order.revoked_at is not None:
        raise DomainError(
            _("%(order)s was revoked on %(at)s; there is nothing to do.")
            % {"order": order, "at": _local(order.revoked_at)}
        )


def _check(instant: dt.datetime, row: OrderReceipt, *, now: dt.datetime) -> None:
    if instant > now:
        raise DomainError(
            _("%(instant)s lies in the future; it is %(now)s. Enter a time up to now.")
            % {"instant": _local(instant), "now": _local(now)},
            field="implemented_at",
        )
    # people write minutes; the order came within one
    if instant < row.opened_at.replace(second=0, microsecond=0):
        raise DomainError(
            _("%(instant)s lies before the order came (%(earliest)s).")
            % {"instant": _local(instant), "earliest": _local(row.opened_at)},
            field="implemented_at",
        )


def _local(instant: dt.datetime) -> str:
    return timezone.localtime(instant).strftime("%Y-%m-%d %H:%M")
