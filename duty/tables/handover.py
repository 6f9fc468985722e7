"""Columns of handover sheets; how far a sheet is."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from django.utils.translation import gettext_lazy as _

from duty.models import ShiftHandover
from personnel.enums import PersonKind
from personnel.models import Person
from policeroom.common.pages import Fact
from policeroom.common.tables import Column

STATE_WORDS: Final = {
    "outgoing": _("waits for the outgoing side"),
    "incoming": _("waits for the incoming side"),
    "signed": _("signed by both"),
}
STATE_TONES: Final = {"outgoing": ("info", ""), "incoming": ("warn", "△"), "signed": ("ok", "✓")}


def state_of(row: ShiftHandover) -> str:
    """Whose signature is missing: "outgoing", "incoming", or "signed"."""
    if row.signed_in_at is not None:
        return "signed"
    return "outgoing" if row.signed_out_at is None else "incoming"


def state_fact(row: ShiftHandover) -> Fact:
    """How far the sheet is, for the head of its page."""
    tone, mark = STATE_TONES[state_of(row)]
    return Fact("", STATE_WORDS[state_of(row)], tone=tone, mark=mark)


def by_name(person: Person) -> str:
    """姓名 + 民警/辅警."""
    return f"{person.name} {PersonKind(person.kind).label}"


def last_columns() -> tuple[Column, ...]:
    """The last sheets beside the form: which, when, how far. A short list is not sorted by hand."""
    shown = [column for column in COLUMNS if column.key in {"number", "state", "handed"}]
    return tuple(
        replace(column, sort=(), url=ShiftHandover.get_absolute_url)
        if column.key == "number"
        else replace(column, sort=())
        for column in shown
    )


COLUMNS: Final = (
    Column("number", _("Number"), lambda r: r.number, primary=True),
    Column("room", _("Police room"), lambda r: r.station.name, primary=True),
    Column(
        "state",
        _("State"),
        state_of,
        tone=lambda r: STATE_TONES[state_of(r)],
        words=STATE_WORDS,
        primary=True,
    ),
    Column("handed", _("Handover at"), lambda r: r.handed_at, sort=("handed_at", "id")),
    Column("outgoing", _("Outgoing"), lambda r: by_name(r.outgoing)),
    Column("incoming", _("Incoming"), lambda r: by_name(r.incoming)),
    Column("out", _("Signed, outgoing"), lambda r: r.signed_out_at),
    Column("in", _("Signed, incoming"), lambda r: r.signed_in_at),
    Column("notes", _("To be noted"), lambda r: r.notes, optional=True),
)
