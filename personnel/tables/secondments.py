"""Columns of secondments: the list, and the table in a person's file."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from personnel.enums import SecondmentState
from personnel.services.staff import LEFT
from personnel.tables.staff import last_day, person_label
from policeroom.common.tables import Column

TONES = {
    SecondmentState.ASKED: ("warn", "△"),
    SecondmentState.APPROVED: ("ok", "✓"),
    SecondmentState.REFUSED: ("neutral", ""),
    SecondmentState.STRUCK: ("neutral", ""),
}


def note_of(row: Any) -> str:
    """On what it rests, or why it was refused or struck."""
    if row.strike_reason:
        return _now(LEFT) if row.strike_reason == LEFT else row.strike_reason
    text: str = row.refusal or row.approval_no
    return text


_DATES = (
    Column("from", _("From"), lambda s: s.valid_from, primary=True, sort=("valid_from", "id")),
    Column("last", _("Last day"), last_day, primary=True),
    Column("ordered", _("Ordered by"), lambda s: s.ordered_by.name),
    Column("order", _("Order number"), lambda s: s.order_no),
    Column("purpose", _("Purpose"), lambda s: s.purpose),
)
_DECISION = (
    Column(
        "state",
        _("State"),
        lambda s: s.state,
        primary=True,
        tone=lambda s: TONES[s.state],
        words=dict(SecondmentState.choices),
    ),
    Column("note", _("Approval or reason"), note_of),
)

LIST_COLUMNS = (
    Column("person", _("Person's name"), lambda s: person_label(s.person), primary=True),
    Column("number", _("Staff number"), lambda s: s.person.staff_no, optional=True),
    Column("room", _("Police room"), lambda s: s.room, primary=True),
    *_DATES,
    *_DECISION,
    Column(
        "running",
        _("Away today"),
        lambda s: s.running,
        words={True: _("yes"), False: ""},
        optional=True,
    ),
)

#: In a person's file the first column leads to the secondment.
OF_PERSON_COLUMNS = (
    Column(
        "order",
        _("Order number"),
        lambda s: s.order_no,
        lambda s: s.get_absolute_url(),
        primary=True,
    ),
    *(replace(column, sort=()) for column in _DATES if column.key != "order"),
    *_DECISION,
)
