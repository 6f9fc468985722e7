"""Columns of directives and of their hand-overs; how their clocks look."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from duty.enums import DirectiveState
from duty.tables.orders import RECEIPT_TONES
from policeroom.common.clock import ClockStatus, deadline_status
from policeroom.common.deadlines import STATUS_LABELS
from policeroom.common.tables import Column

STATE_TONES: Final = {
    DirectiveState.SENT: ("warn", "△"),
    DirectiveState.ACKNOWLEDGED: ("info", ""),
    DirectiveState.DONE: ("ok", "✓"),
    DirectiveState.WITHDRAWN: ("neutral", "✕"),
}


def receipt_clock(row: Any, *, now: dt.datetime) -> ClockStatus:
    """How the clock of the receipt of a row of `directive_rows` stands (JS-17-3)."""
    return deadline_status(
        due_at=row.receipt_due_at,
        done_at=row.acknowledged_at,
        cancelled_at=row.receipt_dropped_at,
        now=now,
    )


def feedback_clock(row: Any, *, now: dt.datetime) -> ClockStatus:
    """How the clock of its feedback stands (JS-17-4)."""
    return deadline_status(
        due_at=row.due_at, done_at=row.done_at, cancelled_at=row.dropped_at, now=now
    )


def directive_columns(now: dt.datetime) -> tuple[Column, ...]:
    """The list of directives at an instant."""
    return (
        Column("number", _("Directive number"), lambda r: r.number, primary=True),
        Column("text", _("Instruction"), lambda r: r.text, primary=True),
        Column("room", _("Police room"), lambda r: r.station.name, primary=True),
        Column(
            "state",
            _("State"),
            lambda r: r.get_state_display(),
            tone=lambda r: STATE_TONES[DirectiveState(r.state)],
            primary=True,
        ),
        Column(
            "receipt",
            _("Receipt"),
            lambda r: str(STATUS_LABELS[receipt_clock(r, now=now)]),
            tone=lambda r: RECEIPT_TONES[receipt_clock(r, now=now)],
        ),
        Column(
            "feedback",
            _("Feedback"),
            lambda r: str(STATUS_LABELS[feedback_clock(r, now=now)]),
            tone=lambda r: RECEIPT_TONES[feedback_clock(r, now=now)],
        ),
        Column("responsible", _("Responsible"), lambda r: getattr(r.responsible, "name", None)),
        Column("sent", _("Sent at"), lambda r: r.sent_at, sort=("sent_at", "id")),
        Column("due", _("Feedback due at"), lambda r: r.due_at, sort=("due_at", "id")),
        Column("done", _("Done at"), lambda r: r.done_at),
        Column("issuer", _("Issued by"), lambda r: r.issuer.name, optional=True),
    )


HANDOVER_COLUMNS: Final = (
    Column("at", _("Signed at"), lambda r: r.at, primary=True),
    Column("from", _("Handed over by"), lambda r: r.from_user.name, primary=True),
    Column("to", _("Taken over by"), lambda r: r.to_user.name, primary=True),
    Column("note", _("Note"), lambda r: r.note),
)
