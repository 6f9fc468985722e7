"""Columns of drills, and of rooms by their next one."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from duty.enums import LEVEL_LABELS
from duty.levels import DutyLevel
from duty.models import Drill
from duty.tables.plans import TYPE_WORDS
from policeroom.common.pages import Fact, fact
from policeroom.common.tables import Column

#: Days before the due day from which it is pointed out.
SOON: Final = dt.timedelta(days=30)


def levels_word(levels: list[int]) -> str:
    """The levels of a drill."""
    return "、".join(str(LEVEL_LABELS[DutyLevel(level)]) for level in levels)


COLUMNS: Final = (
    Column("title", _("Title"), lambda r: r.title, primary=True),
    Column("held", _("Held on"), lambda r: r.held_on, sort=("held_on", "id"), primary=True),
    Column("kind", _("Incident type"), lambda r: r.incident_type, words=TYPE_WORDS, primary=True),
    Column("room", _("Police room"), lambda r: r.station.name, primary=True),
    Column("levels", _("Duty levels"), lambda r: levels_word(r.levels)),
    Column("participants", _("Participants"), lambda r: r.participants, numeric=True),
    Column("document", _("Document number"), lambda r: r.document_no, optional=True),
    Column(
        "by",
        _("Recorded by"),
        lambda r: r.recorded_by.name if r.recorded_by else None,
        optional=True,
    ),
)


def drill_facts(row: Drill) -> list[Fact]:
    """What is recorded of a drill, but its evaluation and proof."""
    return [
        fact(_now("Police room"), row.station.name, url=row.station.get_absolute_url()),
        fact(_now("Held on"), row.held_on),
        fact(_now("Incident type"), str(TYPE_WORDS[row.incident_type])),
        fact(_now("Duty levels"), levels_word(row.levels)),
        fact(_now("Participants"), row.participants),
        fact(
            _now("Emergency plan"),
            str(row.plan) if row.plan else None,
            url=row.plan.get_absolute_url() if row.plan else "",
        ),
        fact(_now("Document number"), row.document_no),
        fact(
            _now("Recorded by"),
            row.recorded_by.name if row.recorded_by else None,
            hint=fact("", row.recorded_at).text,
        ),
    ]


def due_word(due_on: dt.date, today: dt.date) -> str:
    """When the next drill is due, counted from a day."""
    days = (due_on - today).days
    if days < 0:
        text = ngettext("%(days)d day overdue", "%(days)d days overdue", -days)
    else:
        text = ngettext("in %(days)d day", "in %(days)d days", days)
    return text % {"days": abs(days)}


def due_tone(due_on: dt.date, today: dt.date) -> tuple[str, str]:
    """Tone and mark of `due_word`."""
    if due_on < today:
        return ("bad", "▲")
    return ("warn", "△") if due_on <= today + SOON else ("neutral", "")


def room_columns(today: dt.date, *, may_record: Any) -> tuple[Column, ...]:
    """Rooms with their last and their next drill; `may_record` says where the reader acts."""
    return (
        Column("room", _("Police room"), lambda r: r.name, sort=("org_path", "id"), primary=True),
        Column(
            "state",
            _("Next drill"),
            lambda r: due_word(r.due_on, today),
            tone=lambda r: due_tone(r.due_on, today),
            primary=True,
        ),
        Column("due", _("Due by"), lambda r: r.due_on, sort=("due_on", "id"), primary=True),
        Column(
            "last",
            _("Last drill"),
            lambda r: r.last_drill,
            url=lambda r: (
                reverse("duty:drill-detail", args=[r.last_drill_id]) if r.last_drill_id else ""
            ),
            primary=True,
        ),
        Column("unit", _("Operated by"), lambda r: r.operator.name),
        Column(
            "act",
            _("Act"),
            lambda r: _now("Record a drill") if may_record(r) else "",
            url=lambda r: f"{reverse('duty:drill-new')}?station={r.pk}" if may_record(r) else "",
            primary=True,
        ),
    )
