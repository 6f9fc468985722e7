"""Columns of tests of radio and telephone."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from duty.enums import CommsResult
from policeroom.common.tables import Column

RESULT_TONES: Final = {CommsResult.CLEAR: ("ok", "✓"), CommsResult.FAULTY: ("bad", "▲")}
RESULT_WORDS: Final = {code: code.label for code in CommsResult}

COLUMNS: Final = (
    Column("tested", _("Tested at"), lambda r: r.tested_at, sort=("tested_at", "id"), primary=True),
    Column("channel", _("Channel"), lambda r: r.channel, primary=True),
    Column(
        "result",
        _("Result"),
        lambda r: r.result,
        tone=lambda r: RESULT_TONES[CommsResult(r.result)],
        words=RESULT_WORDS,
        primary=True,
    ),
    Column("note", _("Note"), lambda r: r.note),
    Column("room", _("Police room"), lambda r: r.station.name),
    Column("by", _("Recorded by"), lambda r: r.recorded_by.name if r.recorded_by else None),
    Column("recorded", _("Recorded at"), lambda r: r.recorded_at, optional=True),
)
