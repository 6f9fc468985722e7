"""Columns of appraisals, commendations and accountability decisions."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from personnel.models import Accountability, Appraisal, Commendation
from personnel.models.decisions import Decision
from policeroom.common.tables import Column

STATE_WORDS = {"standing": _("stands"), "struck": _("struck")}
STATE_TONES = {"standing": ("ok", ""), "struck": ("warn", "△")}


def state_of(row: Any) -> str:
    """Code of `STATE_WORDS`."""
    return "standing" if row.struck_at is None else "struck"


_ROOM = Column("room", _("Police room"), lambda d: d.station.name, primary=True)
_YEAR = Column("year", _("Year"), lambda d: str(d.year), primary=True)
_SCHEME = Column("scheme", _("Scheme"), lambda d: d.scheme)
_PERSON = Column("person", _("Person"), lambda d: d.person.name if d.person else None, primary=True)
_RESULT = Column("result", _("What was decided"), lambda d: d.result, primary=True)
_GROUND = Column("ground", _("Ground"), lambda d: d.ground)
_PAPER = (
    Column("unit", _("Deciding unit"), lambda d: d.decided_by.name),
    Column("day", _("Decided on"), lambda d: d.decided_on, sort=("decided_on", "id")),
    Column("document", _("Document number"), lambda d: d.document_no),
    Column(
        "state",
        _("State"),
        state_of,
        tone=lambda d: STATE_TONES[state_of(d)],
        words=STATE_WORDS,
    ),
    Column("why", _("Struck because"), lambda d: d.strike_reason, optional=True),
)

LISTS: dict[type[Decision], tuple[Column, ...]] = {
    Appraisal: (_ROOM, _YEAR, _RESULT, _SCHEME, *_PAPER),
    Commendation: (_ROOM, _PERSON, _RESULT, _GROUND, *_PAPER),
    Accountability: (_ROOM, _PERSON, _RESULT, _GROUND, *_PAPER),
}


def of_person(linked: bool) -> tuple[Column, ...]:
    """Columns in a person's file; `linked` where the reader may open the decision."""
    day = Column(
        "day",
        _("Decided on"),
        lambda d: d.decided_on,
        (lambda d: d.get_absolute_url()) if linked else None,
        primary=True,
    )
    rest = [column for column in _PAPER if column.key != "day"]
    return (day, _RESULT, _GROUND, _ROOM, *rest)
