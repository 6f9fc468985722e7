"""Columns of the duty log."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from policeroom.common.tables import Column

KEY: Final = ("warn", "△")


def _by(row: Any) -> str | None:
    return row.recorded_by.name if row.recorded_by else None


COLUMNS: Final = (
    Column("at", _("When"), lambda r: r.at, sort=("at", "id"), primary=True),
    Column("text", _("Entry"), lambda r: r.text, primary=True),
    Column(
        "key",
        _("For the next shift"),
        lambda r: _now("for the next shift") if r.is_key else "",
        tone=lambda r: KEY if r.is_key else ("", ""),
        primary=True,
    ),
    Column("room", _("Police room"), lambda r: r.station.name),
    Column("by", _("Recorded by"), _by),
    Column("day", _("Day"), lambda r: r.day, optional=True),
    Column("recorded", _("Recorded at"), lambda r: r.recorded_at, optional=True),
)
