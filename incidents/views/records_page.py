"""What the page of a record shows, put together once for the page, its live parts and refusals."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from incidents.access import scope_of
from incidents.enums import OPEN_STATES, Disposition, IncidentState
from incidents.forms.records_parts import EntryForm
from incidents.models import Incident
from incidents.queries import records as queries
from incidents.rules import (
    MISSING_ARRIVAL,
    MISSING_CATEGORY,
    MISSING_DISPOSITION,
    MISSING_ONSITE_REASON,
    MISSING_TRANSFER,
    MISSING_UNIVERSITY_ARRIVAL,
)
from incidents.services.parties import masked
from incidents.services.states import missing_of
from incidents.tables import records as tables
from incidents.views.clocks_acts import acts_context
from incidents.views.clocks_pages import clock_line
from policeroom.common.access import fetch
from policeroom.common.models import Deadline
from policeroom.common.pages import Link

EDIT = "incidents.edit"
#: Seconds between two looks of an open page; the template names the same.
POLL_SECONDS: Final = 3
#: Columns that "now" fixes.
INSTANT_OF: Final = {
    MISSING_ARRIVAL: "arrived_at",
    MISSING_UNIVERSITY_ARRIVAL: "university_arrived_at",
}


@dataclass(frozen=True, slots=True)
class Rights:
    """What this reader may do to this record now; the rest is absent from the page."""

    edit: bool
    add: bool
    close: bool
    reopen: bool
    review: bool
    parties: bool
    hold: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """One answer of a missing piece; `key` is the digit that chooses it."""

    name: str
    value: str
    label: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """One missing piece, why it is asked for, and its remedy."""

    code: str
    text: str
    blocks: bool
    chips: list[Chip] = field(default_factory=list)
    url: str = ""


def record_for(request: HttpRequest, pk: int, *, action: str | None = None) -> Incident:
    """The incident of the address, through the reader's scope."""
    incident: Incident = fetch(queries.record_rows(), scope_of(request), action=action, pk=pk)
    return incident


def back_to(incident: Incident, anchor: str = "") -> str:
    """The record's page."""
    url = incident.get_absolute_url()
    return f"{url}#{anchor}" if anchor else url


def rights_of(request: HttpRequest, incident: Incident) -> Rights:
    """See `Rights`."""
    scope, path = scope_of(request), incident.org_path
    reviewed = incident.reviewed_at is not None
    edits = scope.allows(EDIT, path)
    reviews = scope.allows("incidents.review", path)
    own = incident.recorded_by_id == request.user.pk
    return Rights(
        edit=edits and not reviewed,
        add=edits,
        close=incident.is_open and scope.allows("incidents.close", path),
        reopen=not incident.is_open and scope.allows("incidents.reopen", path),
        review=not incident.is_open and not reviewed and not own and reviews,
        parties=scope.allows("incidents.parties", path),
        hold=reviews,
    )


def record_tag(incident: Incident, clocks: Sequence[Deadline], *, now: dt.datetime) -> str:
    """ETag of the live parts: changes with the record, its clocks, and the minutes of those."""
    running = any(c.done_at is None and c.cancelled_at is None for c in clocks)
    state = [
        incident.pk,
        incident.version,
        get_language(),
        [(c.pk, c.due_at, c.done_at, c.cancelled_at) for c in clocks],
        now.replace(second=0, microsecond=0) if running else "",
    ]
    return f'"{hashlib.sha256(repr(state).encode()).hexdigest()[:32]}"'


def record_context(
    request: HttpRequest,
    incident: Incident,
    *,
    clocks: list[Deadline] | None = None,
    before: int | None = None,
    refused: str = "",
) -> dict[str, Any]:
    """Everything the three live parts of the page read; the number of queries is fixed."""
    scope, now = scope_of(request), timezone.now()
    clocks = queries.clocks_of(incident) if clocks is None else clocks
    rights = rights_of(request, incident)
    links = queries.links_of(incident, scope)
    page = queries.timeline(incident, scope, before=before)
    tone, mark = tables.STATE_TONES[IncidentState(incident.state)]
    return {
        "incident": incident,
        "rights": rights,
        "tone": tone,
        "mark": mark,
        "steps": _steps(incident) if rights.edit else [],
        "clocks": [clock_line(row, scope, at=now) for row in clocks],
        "points": open_points(incident, now=now),
        "refused": refused,
        "facts": tables.fact_lines(incident),
        "lines": tables.timeline_lines(page.entries, links=links, incident=incident),
        "earlier": page.before,
        "people": list(incident.handlers.order_by("name", "username")),
        "parties": [(p, masked(p)) for p in queries.parties_of(incident, scope)],
        "hold": queries.running_hold(incident, scope),
        "attachments": list(queries.attachments_of(incident, scope)),
        "links": [(link, _end(link, incident)) for link in links],
        "tag": record_tag(incident, clocks, now=now),
        "as_of": now,
        **acts_context(incident, scope),
    }


def record_page(
    request: HttpRequest,
    incident: Incident,
    *,
    before: int | None = None,
    refused: str = "",
    entry_form: EntryForm | None = None,
) -> HttpResponse:
    """The whole page; 422 where an act was refused on it."""
    context = record_context(request, incident, before=before, refused=refused)
    form = entry_form or EntryForm(scope=scope_of(request), now=timezone.now())
    context |= {
        "entry_form": form,
        "crumbs": crumbs(incident),
    }
    status = 422 if refused or form.is_bound else 200
    return render(request, "incidents/record_detail.html", context, status=status)


def crumbs(incident: Incident, *more: Link) -> list[Link]:
    """Breadcrumb of the record and of the pages below it."""
    here = Link(incident.number, incident.get_absolute_url() if more else "")
    return [Link(_("Incidents"), reverse("incidents:board")), here, *more]


def open_points(incident: Incident, *, now: dt.datetime) -> list[OpenPoint]:
    """What is missing: first what stands in the way of closing, then what the articles ask for.

    The digits belong to the first point that has chips.
    """
    blocking = missing_of(incident) if incident.is_open else ()
    points, digits = [], True
    for code in (*blocking, *queries.duties(incident)):
        chips = _chips(code, incident, now=now, digits=digits)
        digits = digits and not chips
        points.append(
            OpenPoint(
                code=code,
                text=str(tables.MISSING_TEXTS[code]),
                blocks=code in blocking,
                chips=chips,
                url=reverse("incidents:transfer-new", args=[incident.pk])
                if code == MISSING_TRANSFER
                else "",
            )
        )
    return points


def _chips(code: str, incident: Incident, *, now: dt.datetime, digits: bool) -> list[Chip]:
    match code:
        case _ if code == MISSING_CATEGORY:
            rows = queries.likely_categories(incident, now=now)
            found = [("category", str(row.pk), str(row)) for row in rows]
        case _ if code == MISSING_DISPOSITION:
            found = [("disposition", value, str(label)) for value, label in Disposition.choices]
        case _ if code in INSTANT_OF:
            found = [("instant", INSTANT_OF[code], _("now"))]
        case _ if code in (MISSING_TRANSFER, MISSING_ONSITE_REASON):
            found = []
        case _:
            raise ValueError(f"no remedy for {code}")
    return [
        Chip(name, value, label, str(number) if digits else "")
        for number, (name, value, label) in enumerate(found, start=1)
    ]


def _steps(incident: Incident) -> list[tuple[str, str]]:
    """The states an open incident may go on to, the next one first; closing is an act itself."""
    if not incident.is_open:
        return []
    order = list(OPEN_STATES)
    here = order.index(IncidentState(incident.state))
    return [(state.value, str(state.label)) for state in order[here + 1 :]]


def _end(link: Any, incident: Incident) -> Incident:
    end: Incident = link.other if link.incident_id == incident.pk else link.incident
    return end
