"""The facts of a record as plain values: from a file, from the database, and back.

A fact is text or None, so that two of them are equal exactly when they say the same. An instant is
ISO in UTC; `reported` and `occurred` join precision and instants, because one without the other
says nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django.utils import timezone

from incidents.enums import IncidentState, Precision
from incidents.models import Incident

Facts = dict[str, str | None]

#: What the file calls it where our record holds a code; kept beside the record, not in it.
WORDS: Final = frozenset({"category_word", "disposition_word"})
#: Says when that log changed the row; decides what is stale and is no fact of the call.
UPDATED: Final = "updated"
#: Fact -> columns of `Incident` it is kept in.
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "kind": ("kind",),
    "category": ("category",),
    "place_text": ("place_text", "place"),
    "narrative": ("narrative",),
    "reported": ("reported_at", "reported_precision"),
    "occurred": ("occurred_from", "occurred_to", "occurred_precision"),
    "dispatched_at": ("dispatched_at",),
    "arrived_at": ("arrived_at",),
    "closed_at": ("closed_at",),
    "disposition": ("disposition",),
    "state": ("state", "closed_at"),
}
_SEPARATOR: Final = "|"


def iso(instant: dt.datetime | None) -> str | None:
    """An instant as text, the same for the same instant in every zone."""
    return instant.astimezone(dt.UTC).isoformat() if instant is not None else None


def span(precision: str, first: dt.datetime | None, last: dt.datetime | None = None) -> str:
    """A span as text; what is not known has no instant."""
    if precision == Precision.UNKNOWN or first is None:
        return str(Precision.UNKNOWN)
    parts = [str(precision), iso(first) or "", *([iso(last) or ""] if last else [])]
    return _SEPARATOR.join(parts)


def read_span(text: str | None) -> tuple[str, dt.datetime | None, dt.datetime | None]:
    """The reverse of `span`."""
    precision, *ends = (text or str(Precision.UNKNOWN)).split(_SEPARATOR)
    instants = [dt.datetime.fromisoformat(end) for end in ends]
    first = instants[0] if instants else None
    return precision, first, instants[1] if len(instants) > 1 else None


def facts_of(incident: Incident, category_code: str) -> Facts:
    """What the record says now."""
    return {
        "kind": incident.kind,
        "category": category_code,
        "place_text": incident.place_text,
        "narrative": incident.narrative,
        "reported": span(incident.reported_precision, incident.reported_at),
        "occurred": span(incident.occurred_precision, incident.occurred_from, incident.occurred_to),
        "dispatched_at": iso(incident.dispatched_at),
        "arrived_at": iso(incident.arrived_at),
        "closed_at": iso(incident.closed_at),
        "disposition": incident.disposition,
        "state": incident.state,
    }


def put(incident: Incident, facts: Mapping[str, str | None], *, look_up: Any) -> None:
    """Write facts into the columns of a record; `look_up` gives category and place.

    A record that is closed has the instant it was: the one the file gives, else the last one it
    knows; an open one has none.
    """
    for name, value in facts.items():
        if name == "category":
            incident.category = look_up.category(value)
        elif name == "place_text":
            incident.place_text = value or ""
            incident.place_id = look_up.place(value)
        elif name == "reported":
            _put_reported(incident, value)
        elif name == "occurred":
            precision, first, last = read_span(value)
            incident.occurred_precision = precision
            incident.occurred_from, incident.occurred_to = first, last
        elif name in ("dispatched_at", "arrived_at", "closed_at"):
            setattr(incident, name, dt.datetime.fromisoformat(value) if value else None)
        elif name in COLUMNS:
            setattr(incident, name, value or "")
    if incident.state != IncidentState.CLOSED:
        incident.closed_at = None
    elif incident.closed_at is None:
        incident.closed_at = last_known(incident)


def _put_reported(incident: Incident, value: str | None) -> None:
    precision, first, _last = read_span(value)
    incident.reported_precision = precision
    if first is not None:
        incident.reported_at = first


def last_known(incident: Incident) -> dt.datetime:
    """The latest instant the record knows: it was over then, or later."""
    known = (incident.arrived_at, incident.dispatched_at, incident.reported_at)
    return max(instant for instant in known if instant is not None)


def worded(name: str, value: str | None) -> str:
    """A fact as people read it."""
    if not value:
        return ""
    if name in ("reported", "occurred"):
        precision, first, last = read_span(value)
        if first is None:
            return "–"
        if precision == Precision.DAY:
            return f"{timezone.localtime(first):%Y-%m-%d}"
        return " – ".join(_local(end) for end in (first, last) if end is not None)
    if name.endswith("_at"):
        return _local(dt.datetime.fromisoformat(value))
    return value


def _local(instant: dt.datetime) -> str:
    return f"{timezone.localtime(instant):%Y-%m-%d %H:%M}"
