"""How a record reads: its facts, its timeline, its clocks, what is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Field
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from incidents.enums import EntryKind, IncidentState, PartyRole, Precision
from incidents.models import Category, Incident, IncidentEntry, IncidentLink
from incidents.rules import (
    MISSING_ARRIVAL,
    MISSING_CATEGORY,
    MISSING_DISPOSITION,
    MISSING_ONSITE_REASON,
    MISSING_TRANSFER,
    MISSING_UNIVERSITY_ARRIVAL,
)
from policeroom.common.tables import display

STATE_TONES: Final = {
    IncidentState.NEW: ("bad", "●"),
    IncidentState.DISPATCHED: ("warn", "▷"),
    IncidentState.ON_SCENE: ("info", "◉"),
    IncidentState.HANDLING: ("accent", "◐"),
    IncidentState.CLOSED: ("ok", "✓"),
}
#: What each missing piece asks for.
MISSING_TEXTS: Final = {
    MISSING_CATEGORY: _("Which category?"),
    MISSING_DISPOSITION: _("What was done?"),
    MISSING_TRANSFER: _("A case is closed only after its transfer (article 13 (6))."),
    MISSING_ONSITE_REASON: _("Why was this call for help or dispute not settled on scene?"),
    MISSING_ARRIVAL: _("Sudden event: when did the police arrive?"),
    MISSING_UNIVERSITY_ARRIVAL: _("Sudden event: when did the university arrive?"),
}
#: What each fact that is changed as one (`services.changes.FIELDS`) is called.
FIELD_LABELS: Final = {
    "kind": _("Kind"),
    "category": _("Category"),
    "place": _("Where"),
    "narrative": _("What happened"),
    "reported": _("Reported"),
    "occurred": _("Happened"),
    "dispatched": _("Dispatched"),
    "arrived": _("Police arrived"),
    "university_arrived": _("University arrived"),
    "disposition": _("Disposition"),
    "onsite_reason": _("Not settled on scene"),
}
#: Icon of each kind of line.
ENTRY_ICONS: Final = {
    EntryKind.FILED: "file-plus",
    EntryKind.NOTE: "message-square",
    EntryKind.STATE: "arrow-right",
    EntryKind.CHANGE: "pencil",
    EntryKind.SUPPLEMENT: "message-square-plus",
    EntryKind.STRIKE: "strikethrough",
}
_WORDS: Final = {
    "handlers": _("handled by"),
    "attachment": _("attachment"),
    "party": _("person"),
    "link": _("link"),
    "reviewed": _("reviewed"),
    "transfer": _("transfer"),
    "receipt": _("receipt"),
    "typed": _("as it was typed"),
    "captured_at": _("captured at (device)"),
}
#: Values longer than this are folded away behind their line.
LONG: Final = 60


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One fact in a line of the timeline."""

    label: str
    before: str
    after: str
    long: bool = False


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One line of the timeline as the page shows it."""

    entry: IncidentEntry
    icon: str
    changes: list[ChangeLine]
    strike: IncidentEntry | None
    strikable: bool


def timeline_lines(
    entries: Iterable[IncidentEntry], *, links: Iterable[IncidentLink], incident: Incident
) -> list[TimelineLine]:
    """Lines oldest first; a strike stands with the line it strikes. One query at most."""
    rows = list(entries)
    shown = {row.pk for row in rows}
    rows = [row for row in rows if row.strikes_id not in shown]
    names = category_names(rows)
    ends = {link.pk: _other(link, incident).number for link in links}
    return [
        TimelineLine(
            entry=row,
            icon=ENTRY_ICONS[EntryKind(row.kind)],
            changes=[_change(n, pair, names, ends) for n, pair in row.changes.items()],
            strike=getattr(row, "struck_by", None),
            strikable=row.kind in (EntryKind.NOTE, EntryKind.SUPPLEMENT),
        )
        for row in rows
    ]


def category_names(entries: Iterable[IncidentEntry]) -> dict[str, str]:
    """Code -> name of every category the lines speak of."""
    codes = {
        value
        for entry in entries
        for value in entry.changes.get("category", ())
        if isinstance(value, str) and value
    }
    if not codes:
        return {}
    return {row.code: str(row) for row in Category.objects.filter(code__in=codes)}


def value_text(column: str, value: Any) -> str:
    """A stored value of a column as people read it."""
    if value in (None, ""):
        return "–"
    if isinstance(value, bool):
        return _now("yes") if value else _now("no")
    field = _field(column)
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, str) and column.endswith(("_at", "_from", "_to")):
        instant = parse_datetime(value)
        return display(instant) if instant else value
    return display(value)


def column_label(column: str) -> str:
    """The name of a column in a sentence."""
    if column in _WORDS:
        return str(_WORDS[column])
    field = _field(column)
    return str(field.verbose_name) if field is not None else column


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact of the record; `field` says where it is changed."""

    field: str
    label: str
    text: str
    hint: str = ""


def fact_lines(incident: Incident) -> list[FactLine]:
    """The facts in the order they are asked for."""
    since = incident.reported_at
    arrived, university = incident.arrived_at, incident.university_arrived_at
    texts: dict[str, tuple[str, str]] = {
        "kind": (str(incident.get_kind_display()), ""),
        "category": (category_text(incident), ""),
        "place": (place_text(incident), ""),
        "reported": (_instant(since, incident.reported_precision), ""),
        "occurred": (occurred_text(incident), ""),
        "dispatched": (display(incident.dispatched_at), ""),
        "arrived": (display(arrived), response_text(since, arrived)),
        "university_arrived": (display(university), response_text(since, university)),
        "disposition": (str(incident.get_disposition_display() or "–"), ""),
        "onsite_reason": (incident.no_onsite_reason or "–", ""),
    }
    return [
        FactLine(name, str(FIELD_LABELS[name]), text, hint) for name, (text, hint) in texts.items()
    ]


def occurred_text(incident: Incident) -> str:
    """When it happened, as well as it is known."""
    start, precision = incident.occurred_from, incident.occurred_precision
    if start is None:
        return str(Precision.UNKNOWN.label)
    if precision == Precision.RANGE and incident.occurred_to:
        return f"{display(start)} – {display(incident.occurred_to)}"
    return _instant(start, precision)


def place_text(incident: Incident) -> str:
    """The place by its name, and what was said more exactly."""
    name = incident.place.name if incident.place is not None else ""
    if name and incident.place_text and name not in incident.place_text:
        return f"{name} · {incident.place_text}"
    return incident.place_text or name or "–"


def category_text(incident: Incident) -> str:
    """Both levels of the category."""
    category = incident.category
    if category is None:
        return "–"
    return f"{category.parent} › {category}" if category.parent else str(category)


def response_text(start: dt.datetime | None, end: dt.datetime | None) -> str:
    """Minutes from the report to an arrival; nothing where one of them is not known."""
    if start is None or end is None or end < start:
        return ""
    minutes = int((end - start).total_seconds() // 60)
    return _now("%(minutes)d min after the report") % {"minutes": minutes}


def _instant(instant: dt.datetime, precision: str) -> str:
    text = display(instant)
    if precision == Precision.DAY:
        return f"{text[:10]} ({Precision.DAY.label})"
    return text


def _field(column: str) -> Field[Any, Any] | None:
    fields = {field.name: field for field in Incident._meta.concrete_fields}
    return fields.get(column)


def _other(link: IncidentLink, incident: Incident) -> Incident:
    return link.other if link.incident_id == incident.pk else link.incident


def _change(
    column: str, pair: list[Any], names: Mapping[str, str], ends: Mapping[int, str]
) -> ChangeLine:
    before, after = (_shown(column, value, names, ends) for value in pair)
    long = column == "narrative" or max(len(before), len(after)) > LONG
    return ChangeLine(column_label(column), before, after, long)


def _shown(column: str, value: Any, names: Mapping[str, str], ends: Mapping[int, str]) -> str:
    if value in (None, ""):
        return "–"
    if column == "link":
        return ends.get(value, _now("an incident of another police room"))
    if column == "category":
        return names.get(value, str(value))
    if column == "party":
        return str(dict(PartyRole.choices).get(value, value))
    return value_text(column, value)
