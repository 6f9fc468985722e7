"""Columns of the calls that wait to be checked."""

from __future__ import annotations

from typing import Any, Final

from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from incidents.models import OfflineReason, OfflineRecord
from policeroom.common.tables import Column

STATE_TONES: Final = {
    OfflineRecord.State.WAITING: ("warn", "△"),
    OfflineRecord.State.ACCEPTED: ("ok", ""),
    OfflineRecord.State.REFUSED: ("neutral", ""),
}


def first_words(record: Any) -> str:
    """The beginning of what was typed."""
    return Truncator(record.text).chars(40)


OFFLINE_COLUMNS: Final = (
    Column("text", _("Text"), first_words, lambda row: row.get_absolute_url(), primary=True),
    Column("author", _("Author"), lambda row: row.author, primary=True),
    Column("room", _("Police room"), lambda row: row.station.name),
    Column("captured", _("Captured at"), lambda row: row.captured_at),
    Column("received", _("Received at"), lambda row: row.received_at),
    Column("reason", _("Reason"), lambda row: row.reason, words=dict(OfflineReason.choices)),
    Column(
        "state",
        _("State"),
        lambda row: row.state,
        tone=lambda row: STATE_TONES[row.state],
        words=dict(OfflineRecord.State.choices),
        primary=True,
    ),
)
