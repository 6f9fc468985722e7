"""Columns of the list of calls, and how states look everywhere."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from incidents.enums import Disposition, IncidentKind, IncidentState, Source
from incidents.models import Incident
from policeroom.common.tables import Column

#: (tone, mark) of a state; the word always stands beside it.
STATE_TONES: Final = {
    IncidentState.NEW: ("bad", "▲"),
    IncidentState.DISPATCHED: ("warn", "△"),
    IncidentState.ON_SCENE: ("info", ""),
    IncidentState.HANDLING: ("accent", ""),
    IncidentState.CLOSED: ("neutral", ""),
}
#: Characters of the narrative that a list or a card shows.
FIRST_WORDS: Final = 60


def first_words(incident: Incident) -> str:
    """The beginning of the narrative, on one line."""
    text = " ".join(incident.narrative.split())
    return text if len(text) <= FIRST_WORDS else f"{text[: FIRST_WORDS - 1]}…"


def handled_by(incident: Incident) -> str:
    """Names of the persons who handled it; the list fetches them if the column is shown."""
    return "、".join(str(person) for person in incident.handlers.all())


def response_minutes(incident: Incident) -> int | None:
    """Whole minutes from an exact report to the arrival."""
    if incident.arrived_at is None or incident.reported_precision != "exact":
        return None
    return int((incident.arrived_at - incident.reported_at).total_seconds() // 60)


def _category(incident: Any) -> str:
    return str(incident.category) if incident.category is not None else ""


INCIDENT_COLUMNS: Final = (
    Column("number", _("Number"), lambda i: i.number, Incident.get_absolute_url, primary=True),
    Column("reported", _("Reported at"), lambda i: i.reported_at, sort=("reported_at", "id")),
    Column("station", _("Police room"), lambda i: i.station.name),
    Column("kind", _("Kind"), lambda i: i.kind, words=dict(IncidentKind.choices)),
    Column("category", _("Category"), _category),
    Column("place", _("Place"), lambda i: i.place_text),
    Column("narrative", _("What happened"), first_words, primary=True),
    Column(
        "state",
        _("State"),
        lambda i: i.state,
        primary=True,
        tone=lambda i: STATE_TONES[i.state],
        words=dict(IncidentState.choices),
    ),
    Column(
        "disposition",
        _("Disposition"),
        lambda i: i.disposition,
        words={"": "", **dict(Disposition.choices)},
    ),
    Column("handlers", _("Handled by"), handled_by, optional=True),
    Column("dispatched", _("Dispatched at"), lambda i: i.dispatched_at, optional=True),
    Column("arrived", _("Arrived at"), lambda i: i.arrived_at, optional=True),
    Column("closed", _("Closed at"), lambda i: i.closed_at, optional=True),
    Column("response", _("Response (minutes)"), response_minutes, numeric=True, optional=True),
    Column("text", _("Whole narrative"), lambda i: i.narrative, optional=True),
    Column(
        "source",
        _("Entered through"),
        lambda i: i.source,
        optional=True,
        words=dict(Source.choices),
    ),
)
