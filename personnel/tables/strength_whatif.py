"""Columns of a what-if: need and gap of each room before and after."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from personnel.strength import Assessment
from personnel.tables.strength import shown
from personnel.whatif import NEW_CENTER, Line
from policeroom.common.tables import Column


def _pair(found: Assessment | None, *, officers: bool) -> str | None:
    """Present of required."""
    if found is None:
        return None
    need = found.need.officers if officers else shown(found.need.auxiliaries)
    have = found.room.officers if officers else found.room.auxiliaries
    return _now("%(have)s present, %(need)s required") % {"have": have, "need": need}


def _more(number: int) -> str:
    return f"{number:+d}" if number else "0"


def _url(line: Line) -> str:
    return reverse("personnel:room-strength", args=[line.pk]) if line.pk != NEW_CENTER else ""


def _gap(found: Assessment | None) -> int | None:
    return found.gap if found is not None else None


def _after_tone(line: Line) -> tuple[str, str]:
    if line.after is None:
        return "neutral", ""
    return ("bad", "▲") if line.after.gap else ("ok", "✓")


def _people(found: Assessment | None) -> Any:
    return found.room.population if found is not None and not found.room.is_center else None


LINE_COLUMNS = (
    Column("room", _("Police room"), lambda n: n.name, _url, primary=True),
    Column("people", _("People now"), lambda n: _people(n.before), numeric=True),
    Column("people_after", _("People then"), lambda n: _people(n.after), numeric=True),
    Column("officers", _("Officers now"), lambda n: _pair(n.before, officers=True)),
    Column("officers_after", _("Officers then"), lambda n: _pair(n.after, officers=True)),
    Column("auxiliaries", _("Auxiliaries now"), lambda n: _pair(n.before, officers=False)),
    Column("auxiliaries_after", _("Auxiliaries then"), lambda n: _pair(n.after, officers=False)),
    Column("gap", _("Missing now"), lambda n: _gap(n.before), numeric=True, primary=True),
    Column(
        "gap_after",
        _("Missing then"),
        lambda n: _now("given up") if n.after is None else n.after.gap,
        primary=True,
        tone=_after_tone,
    ),
)
