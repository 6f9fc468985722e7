"""Columns of swaps, and of the shifts somebody may give away."""

from __future__ import annotations

from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from duty.models import RosterShift, ShiftSwap
from duty.queries.swaps import STATES, state_of
from policeroom.common.tables import Column

TONES: Final = {
    "pending": ("warn", "△"),
    "approved": ("ok", ""),
    "refused": ("bad", ""),
    "withdrawn": ("", ""),
}


def swap_url(swap: ShiftSwap) -> str:
    return reverse("duty:swap", args=[swap.pk])


def _state(swap: ShiftSwap) -> str:
    return str(STATES[state_of(swap)])


SWAP_COLUMNS: Final = (
    Column("from", _("from"), lambda row: row.shift.starts_at, swap_url, primary=True),
    Column("until", _("until"), lambda row: row.shift.ends_at),
    Column("by", _("Asked by"), lambda row: row.shift.person.name, primary=True),
    Column("to", _("Who is to take the shift"), lambda row: row.to_person.name, primary=True),
    Column("reason", _("Reason"), lambda row: row.reason),
    Column("asked", _("Asked at"), lambda row: row.recorded_at),
    Column("state", _("State"), _state, tone=lambda row: TONES[state_of(row)], primary=True),
)
LIST_COLUMNS: Final = (
    *SWAP_COLUMNS[:1],
    Column("room", _("Police room"), lambda row: row.station.name, primary=True),
    *SWAP_COLUMNS[1:],
)


def _ask_url(shift: RosterShift) -> str:
    return reverse("duty:swap-new", args=[shift.pk])


OWN_COLUMNS: Final = (
    Column("from", _("from"), lambda row: row.starts_at, primary=True),
    Column("until", _("until"), lambda row: row.ends_at, primary=True),
    Column("kind", _("Kind"), lambda row: row.get_kind_display()),
    Column("ask", _("Swap"), lambda _row: str(_("Ask a colleague")), _ask_url, primary=True),
)
