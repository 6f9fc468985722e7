"""Short words for meetings in tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

from meetings.models import Meeting
from meetings.regimes import REGIMES
from meetings.services.meetings import Held, Present, record_meeting
from policeroom.common.clock import ZONE
from policeroom.common.periods import read_label
from stations.models import Station


def at(text: str) -> dt.datetime:
    """An instant of Asia/Shanghai."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZONE)


def said(*regimes: str, text: str = "已通报") -> dict[str, dict[str, dict[str, Any]]]:
    """Every heading of some regimes with a text."""
    return {code: {h: {"text": text} for h in REGIMES[code].headings} for code in regimes}


def held(start: str, *regimes: str, named: str = "", minutes: int = 40, body: Any = None) -> Held:
    """A meeting that began at `start` and makes up for the period `named`, if one is."""
    begin = at(start)
    return Held(
        held_at=begin,
        ended_at=begin + dt.timedelta(minutes=minutes),
        body=said(*regimes) if body is None else body,
        makes_up=dict.fromkeys(regimes, read_label(named)) if named else {},
    )


def meet(
    room: Station,
    regime: str,
    start: str,
    *,
    by: Any,
    named: str = "",
    entered: str = "",
    present: tuple[Present, ...] = (),
) -> Meeting:
    """One room's meeting, entered at `entered` or an hour after it began."""
    return record_meeting(
        unit=room.unit,
        rooms=[room],
        regimes=[regime],
        held=held(start, regime, named=named),
        present=present,
        by=by,
        now=at(entered) if entered else at(start) + dt.timedelta(hours=1),
    )
