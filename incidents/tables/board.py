"""Columns of the list of calls, and how states look everywhere."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from incidents import rules
from incidents.enums import Disposition, IncidentKind, IncidentState, Precision, Source
from incidents.models import Incident
from incidents.queries.board import Card
from policeroom.common.tables import Column, display

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


#: What stands in the way of closing, in a word.
MISSING_WORDS: Final = {
    rules.MISSING_CATEGORY: _("category"),
    rules.MISSING_DISPOSITION: _("disposition"),
    rules.MISSING_TRANSFER: _("transfer"),
    rules.MISSING_ONSITE_REASON: _("why not settled on scene"),
    rules.MISSING_ARRIVAL: _("police arrived at"),
    rules.MISSING_UNIVERSITY_ARRIVAL: _("university arrived at"),
}


def age_text(age: dt.timedelta) -> str:
    """How long ago, in the largest unit that says enough."""
    minutes = max(0, int(age.total_seconds() // 60))
    if minutes < 60:
        return ngettext("%(n)d min", "%(n)d min", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < 24:
        return ngettext("%(n)d h", "%(n)d h", hours) % {"n": hours}
    return ngettext("%(n)d day", "%(n)d days", hours // 24) % {"n": hours // 24}


def card_of(card: Card, *, now: dt.datetime, may_move: bool) -> dict[str, Any]:
    """What the template shows of one card."""
    english = (get_language() or "").startswith("en")
    name = (card.category_en or card.category) if english else card.category
    text = " ".join(card.narrative.split())
    return {
        "pk": card.pk,
        "version": card.version,
        "url": reverse("incidents:detail", args=[card.pk]),
        "next_url": reverse("incidents:board-next", args=[card.pk]) if may_move else "",
        "number": card.number,
        "station": card.station,
        "category": name or _now("no category yet"),
        "has_category": bool(name),
        "place": card.place,
        "text": text if len(text) <= FIRST_WORDS else f"{text[: FIRST_WORDS - 1]}…",
        "handlers": "、".join(card.handlers),
        "clocks": card.clocks,
        "age": age_text(now - card.reported_at),
        "reported": card.reported_at,
        "reported_text": display(card.reported_at),
    }


def first_words(incident: Incident) -> str:
    """The beginning of the narrative, on one line."""
    text = " ".join(incident.narrative.split())
    return text if len(text) <= FIRST_WORDS else f"{text[: FIRST_WORDS - 1]}…"


def handled_by(incident: Incident) -> str:
    """Names of the persons who handled it; the list fetches them if the column is shown."""
    return "、".join(str(person) for person in incident.handlers.all())


def reported(incident: Incident) -> dt.datetime | dt.date | None:
    """When it was reported, as far as that is known: an instant, its day, or nothing."""
    if incident.reported_precision == Precision.UNKNOWN:
        return None
    if incident.reported_precision == Precision.DAY:
        return timezone.localdate(incident.reported_at)
    return incident.reported_at


def occurred(incident: Incident) -> str:
    """When it occurred, as far as that is known: an instant, a day, or from … to."""
    first, last = incident.occurred_from, incident.occurred_to
    if first is None:
        return ""
    if incident.occurred_precision == Precision.DAY:
        return display(timezone.localdate(first))
    return display(first) if last is None else f"{display(first)} – {display(last)}"


def response_minutes(incident: Incident) -> int | None:
    """Whole minutes from an exact report to the arrival."""
    if incident.arrived_at is None or incident.reported_precision != "exact":
        return None
    return int((incident.arrived_at - incident.reported_at).total_seconds() // 60)


def _category(incident: Any) -> str:
    return str(incident.category) if incident.category is not None else ""


INCIDENT_COLUMNS: Final = (
    Column("number", _("Number"), lambda i: i.number, Incident.get_absolute_url, primary=True),
    Column("reported", _("Reported at"), reported, sort=("reported_at", "id")),
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
    Column("occurred", _("Occurred"), occurred, optional=True),
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

#: The columns for readers of one room.
ROOM_COLUMNS: Final = tuple(
    replace(column, optional=True) if column.key == "station" else column
    for column in INCIDENT_COLUMNS
)
