"""Columns of action items."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.models import ActionItem
from policeroom.common.tables import Column

STATE_WORDS: Final = {"open": _("open"), "overdue": _("overdue"), "done": _("closed")}
STATE_TONES: Final = {"open": ("info", "○"), "overdue": ("bad", "▲"), "done": ("ok", "✓")}


def state_of(item: ActionItem, today: dt.date) -> str:
    """Closed, overdue or open on a day."""
    if item.done_on is not None:
        return "done"
    return "overdue" if item.due_on < today else "open"


def item_columns(today: dt.date) -> tuple[Column, ...]:
    """Columns of the list of items as of `today`."""

    def state(row: Any) -> str:
        return state_of(row, today)

    return (
        Column("due", _("Due on"), lambda r: r.due_on, sort=("due_on", "id"), primary=True),
        Column("text", _("Decision"), lambda r: r.text, primary=True),
        Column("owner", _("Responsible"), lambda r: r.owner),
        Column("room", _("Police room"), lambda r: r.station.name),
        Column(
            "state",
            _("State"),
            state,
            words=STATE_WORDS,
            tone=lambda r: STATE_TONES[state(r)],
            primary=True,
        ),
        Column("first", _("First due on"), lambda r: r.first_due_on, optional=True),
        Column("result", _("Result"), lambda r: r.result or None),
    )


def item_url(row: ActionItem) -> str:
    """The meeting that decided it."""
    return reverse("meetings:meeting-detail", args=[row.meeting_id])
