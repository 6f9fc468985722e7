"""Columns of orders and receipts; how a level and a state look everywhere."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from duty.enums import LEVEL_LABELS, OrderState
from duty.levels import DutyLevel
from duty.queries.orders import state_of
from policeroom.common.clock import ClockStatus, deadline_status
from policeroom.common.deadlines import STATUS_LABELS
from policeroom.common.tables import Column

LEVEL_TONES: Final = {
    DutyLevel.THREE: ("neutral", ""),
    DutyLevel.TWO: ("info", ""),
    DutyLevel.ONE: ("warn", "△"),
    DutyLevel.ONE_PLUS: ("bad", "▲"),
}
STATE_TONES: Final = {
    OrderState.WAITING: ("warn", "△"),
    OrderState.PLANNED: ("info", ""),
    OrderState.RUNNING: ("ok", "✓"),
    OrderState.ENDED: ("neutral", ""),
    OrderState.SUPERSEDED: ("neutral", ""),
    OrderState.REVOKED: ("neutral", "×"),
}
RECEIPT_TONES: Final = {
    ClockStatus.RUNNING: ("info", ""),
    ClockStatus.MET: ("ok", "✓"),
    ClockStatus.LATE: ("warn", "△"),
    ClockStatus.OVERDUE: ("bad", "▲"),
    ClockStatus.CANCELLED: ("neutral", ""),
}


def order_columns(now: dt.datetime) -> tuple[Column, ...]:
    """The list of orders at an instant."""
    return (
        Column("number", _("Order number"), lambda r: r.number, primary=True),
        Column("title", _("Occasion"), lambda r: r.title, primary=True),
        Column(
            "level",
            _("Duty level"),
            lambda r: str(LEVEL_LABELS[DutyLevel(r.level)]),
            tone=lambda r: LEVEL_TONES[DutyLevel(r.level)],
            primary=True,
        ),
        Column(
            "state",
            _("State"),
            lambda r: str(state_of(r, now=now).label),
            tone=lambda r: STATE_TONES[state_of(r, now=now)],
            primary=True,
        ),
        Column("issuer", _("Issued by"), lambda r: r.issuer.name),
        Column("starts", _("Takes effect at"), lambda r: r.starts_at, sort=("starts_at", "id")),
        Column("ends", _("In force until"), lambda r: r.ends_at),
        Column("issued", _("Issued at"), lambda r: r.issued_at, sort=("issued_at", "id")),
        Column("reason", _("Reason"), lambda r: r.reason, optional=True),
        Column("approved", _("Approved at"), lambda r: r.approved_at, optional=True),
        Column("revoked", _("Revoked at"), lambda r: r.revoked_at, optional=True),
    )


def clock_of(row: Any, *, now: dt.datetime) -> ClockStatus:
    """How the clock of a row of `receipt_rows` stands."""
    return deadline_status(
        due_at=row.due_at, done_at=row.acknowledged_at, cancelled_at=row.cancelled_at, now=now
    )


def receipt_word(row: Any, *, now: dt.datetime) -> str:
    """What became of a receipt, in a word."""
    status = clock_of(row, now=now)
    words = {
        ClockStatus.MET: _now("acknowledged in time"),
        ClockStatus.LATE: _now("received late"),
        ClockStatus.RUNNING: _now("not received yet"),
    }
    return words.get(status) or str(STATUS_LABELS[status])


def receipt_columns(now: dt.datetime) -> tuple[Column, ...]:
    """The rooms of an order at an instant."""
    return (
        Column(
            "room",
            _("Police room"),
            lambda r: r.station.name,
            sort=("org_path", "id"),
            primary=True,
        ),
        Column(
            "receipt",
            _("Receipt"),
            lambda r: receipt_word(r, now=now),
            tone=lambda r: RECEIPT_TONES[clock_of(r, now=now)],
            primary=True,
        ),
        Column("received", _("Received at"), lambda r: r.acknowledged_at),
        Column("by", _("Received by"), lambda r: getattr(r.acknowledged_by, "name", None)),
        Column("implemented", _("Carried out at"), lambda r: r.implemented_at, primary=True),
        Column("how", _("How"), lambda r: r.implementation),
        Column("guards", _("Guards added"), lambda r: r.guards_added, numeric=True),
        Column("due", _("Due at"), lambda r: r.due_at),
        Column("escalated", _("Escalated at"), lambda r: r.escalated_at, optional=True),
        Column("sent", _("Sent at"), lambda r: r.opened_at, optional=True),
    )
