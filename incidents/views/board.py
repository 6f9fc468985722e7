"""The board and the list of calls."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from incidents.access import scope_of
from incidents.enums import IncidentState
from incidents.forms.board import BoardFilter, ListFilter, midnight
from incidents.models import Incident
from incidents.queries import board as queries
from incidents.services.states import IncompleteError, advance, close_incident
from incidents.tables.board import INCIDENT_COLUMNS, MISSING_WORDS, ROOM_COLUMNS, card_of
from policeroom.common import tables
from policeroom.common.access import fetch, requires
from policeroom.common.errors import DomainError
from policeroom.common.lists import RegisterView, remembered_columns
from policeroom.common.pages import Link
from policeroom.common.scope import PATH_LENGTH, Scope
from policeroom.common.tables import Column

#: state -> the one a single key leads to.
NEXT: Final = {
    IncidentState.NEW: IncidentState.DISPATCHED,
    IncidentState.DISPATCHED: IncidentState.ON_SCENE,
    IncidentState.ON_SCENE: IncidentState.HANDLING,
    IncidentState.HANDLING: IncidentState.CLOSED,
}


@requires("incidents.view")
def board(request: HttpRequest) -> HttpResponse:
    """Open calls by state, and what was closed today.

    Polled every two seconds: two statements tell whether anything changed, 304 if not.
    """
    scope, now = scope_of(request), timezone.now()
    polled = bool(getattr(request, "htmx", False)) and not request.htmx.boosted  # type: ignore[attr-defined]
    filters = BoardFilter(request.GET, scope=scope, offer=not polled)
    filters.is_valid()
    rows = filters.narrow(Incident.objects.within(filters.narrow_scope))
    found = queries.columns(rows, since=midnight(timezone.localdate(now)))
    cards = [card for column in found for card in column.cards]
    queries.add_clocks(cards, now=now)
    tag = f'"{queries.fingerprint(found)}"'
    if polled and request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    queries.add_handlers(cards)
    context = {
        "columns": [_column(column, request, scope, now) for column in found],
        "shown": len(cards),
        "many_rooms": _many_rooms(filters.narrow_scope),
    }
    if polled:
        response = render(request, "incidents/board_columns.html", context)
        response.headers["ETag"] = tag
        return response
    context |= {
        "filters": filters,
        "filtered": filters.is_narrow,
        "poll_url": request.get_full_path(),
        "now": now,
        "actions": [search_link()],
    }
    return render(request, "incidents/board.html", context)


@requires("incidents.edit")
@require_POST
def board_next(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a call one state on, if it still is in the state the person saw."""
    scope, now = scope_of(request), timezone.now()
    incident = fetch(Incident.objects, scope, action="incidents.edit", pk=pk)
    text, url = "", incident.get_absolute_url()
    try:
        if request.POST.get("state") == incident.state:
            _move_on(incident, by=request.user, now=now)
        else:
            text = _("%(number)s was moved meanwhile; it is “%(state)s”.") % {
                "number": incident.number,
                "state": incident.get_state_display(),
            }
    except IncompleteError as refusal:
        missing = "、".join(str(MISSING_WORDS[code]) for code in refusal.missing)
        text = _("%(number)s cannot be closed yet; missing: %(missing)s.") % {
            "number": incident.number,
            "missing": missing,
        }
    except DomainError as refusal:
        text = refusal.message
    if not getattr(request, "htmx", False):
        if text:
            messages.error(request, text)
        return redirect("incidents:board")
    event = {"board-refused": {"text": text, "url": url}} if text else {"board-changed": True}
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(event)})


class IncidentList(RegisterView):
    """Every call in the reader's area."""

    access_policy = "incidents.view"
    columns: Sequence[Column] = INCIDENT_COLUMNS
    order = ("-reported_at", "-id")
    template_name = "incidents/list.html"
    title = gettext_lazy("Calls")
    filter_class = ListFilter
    export_action: str = "incidents.export"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The list; the room's own name is no column for who sees one room only."""
        if not _many_rooms(queries.holding(scope_of(request))):
            self.columns = ROOM_COLUMNS
        return super().get(request, **kwargs)

    def rows(self, scope: Scope) -> QuerySet[Incident]:
        action = self.export_action if self.request.GET.get("export") else self.access_policy
        scope = queries.holding(scope, action)
        asked = tables.chosen(self.columns, self.request.GET, remembered_columns(self.request))
        return queries.list_rows(scope, handlers=any(c.key == "handlers" for c in asked))

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        asked = any(request.GET.get(name) for name in ListFilter.base_fields)
        return {"filtered": asked, "actions": _list_actions(scope_of(request))}


def _list_actions(scope: Scope) -> list[Link]:
    """What leads on from the list: the search, and what devices sent that is to be checked."""
    checked = Link(_("Calls to be checked"), reverse("incidents:offline-list"), "inbox")
    return [search_link(), checked] if scope.can("incidents.review") else [search_link()]


def search_link() -> Link:
    """The button that leads to the search in calls."""
    return Link(_("Search in calls"), reverse("incidents:search"), "search")


def _move_on(incident: Incident, *, by: Any, now: dt.datetime) -> None:
    wanted = NEXT.get(IncidentState(incident.state))
    if wanted is None:
        raise DomainError(_("The incident is closed. Take it up again first, with a reason."))
    if wanted == IncidentState.CLOSED:
        close_incident(incident=incident, by=by, now=now)
    else:
        advance(incident=incident, state=wanted, at=now, by=by, now=now)


def _column(
    column: queries.Column, request: HttpRequest, scope: Scope, now: dt.datetime
) -> dict[str, Any]:
    """What the template shows of one column."""
    closed = column.state == IncidentState.CLOSED
    query = {k: str(v) for k, v in request.GET.items() if k in BoardFilter.base_fields and v}
    query["state"] = column.state.value
    following = NEXT.get(column.state)
    edits = scope.ranges_for("incidents.edit")
    return {
        "state": column.state.value,
        "label": _("closed today") if closed else column.state.label,
        "count": f"{len(column.cards)}+" if column.more else str(len(column.cards)),
        "more_url": f"{reverse('incidents:list')}?{urlencode(query)}" if column.more else "",
        "next_label": following.label if following else "",
        "cards": [
            card_of(card, now=now, may_move=_within(edits, card.org_path)) for card in column.cards
        ],
    }


def _within(ranges: tuple[tuple[str, str], ...], path: str) -> bool:
    return any(low <= path < high for low, high in ranges)


def _many_rooms(scope: Scope) -> bool:
    return len(scope.ranges) != 1 or len(scope.ranges[0][0]) < PATH_LENGTH
