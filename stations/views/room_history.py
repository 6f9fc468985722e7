"""The history tab of the station file: every set of facts, every act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policeroom.common.access import fetch, requires, scope_of
from stations.models import Station
from stations.queries import rooms as queries
from stations.tables.rooms import ACT_LABELS
from stations.views.rooms import station_file, station_tabs

#: Keys of an audit event's values, as the history names them.
FACT_LABELS = {
    field.name: field.verbose_name
    for field in Station._meta.get_fields()
    if hasattr(field, "verbose_name")
} | {
    "valid_from": gettext_lazy("valid from"),
    "valid_to": gettext_lazy("valid until (not included)"),
    "covers": gettext_lazy("covers"),
    "campus_of_link": gettext_lazy("campus"),
    "links_moved": gettext_lazy("coverage that began with the opening"),
    "links_ended": gettext_lazy("coverage ended"),
    "links_dropped": gettext_lazy("coverage that never began"),
    "reason": gettext_lazy("reason"),
    "document_no": gettext_lazy("document number"),
    "resume_document_no": gettext_lazy("document number of the resumption"),
}


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the history: an audit event in words."""

    event: Any
    label: str
    changes: list[tuple[str, str, str]]


def _act(event: Any) -> Act:
    keys = list(dict.fromkeys([*event.after, *event.before]))
    changes = [
        (
            capfirst(str(FACT_LABELS.get(key, key))),
            _word(event.before.get(key)),
            _word(event.after.get(key)),
        )
        for key in keys
        if event.before.get(key) or event.after.get(key) not in (None, "", [], False)
    ]
    return Act(event, capfirst(str(ACT_LABELS.get(event.action, event.action))), changes)


def _word(value: Any) -> str:
    """A value of the trail for the reader; keys of foreign rows ("12 name") lose the number."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return "、".join(str(item) for item in value)
    text = "" if value is None else str(value)
    number, space, name = text.partition(" ")
    return name if space and number.isdigit() else text


@requires("stations.view")
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Every recorded set of facts and every act on the station, newest first."""
    scope = scope_of(request)
    station = fetch(station_file(), scope, pk=pk)
    context = {
        "station": station,
        "tabs": station_tabs(station, scope, "history"),
        "versions": queries.station_versions(station),
        "acts": [_act(event) for event in queries.station_events(station)],
        "limit": queries.HISTORY_LIMIT,
        "may_correct": scope.allows("stations.open", station.org_path),
    }
    return render(request, "stations/rooms/history.html", context)
