"""The search over the log."""

from __future__ import annotations

import re
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.enums import IncidentState
from incidents.forms.search import SearchFilter
from incidents.models import IncidentText
from incidents.queries import search as queries
from incidents.tables.board import STATE_TONES
from policeroom.common import throttle
from policeroom.common.access import requires, scope_of
from policeroom.common.pages import Link
from policeroom.common.scope import Scope

#: Characters of the found text that are shown around the first hit.
AROUND: Final = 40


@requires("incidents.view")
def search(request: HttpRequest) -> HttpResponse:
    """Calls that hold every word, newest first."""
    filters = SearchFilter(request.GET, scope=scope_of(request))
    filters.is_valid()
    refused = None
    if request.GET.get("q") and not request.GET.get("cursor"):
        refused = throttle.refusal(request, throttle.SEARCH)
    if refused is not None:
        return refused
    words = queries.words_of(filters.cleaned_data.get("q", ""))
    hits: list[dict[str, Any]] = []
    following = ""
    if words:
        rows = queries.texts(filters.narrow_scope, words, today=timezone.localdate())
        rows = rows.filter(filters.conditions("incident__"))
        hits, following = _hits(
            filters.narrow_scope, rows, words, cursor=request.GET.get("cursor", "")
        )
    context = {
        "filters": filters,
        "words": words,
        "single": [word for word in words if len(word) == 1],
        "hits": hits,
        "next_url": _next(request, following),
        "actions": [Link(_("Search everything"), reverse("search"), "search")],
    }
    if getattr(request, "htmx", False) and request.GET.get("cursor"):
        return render(request, "incidents/search_hits.html", context)
    return render(request, "incidents/search.html", context)


def _hits(
    scope: Scope, rows: Any, words: list[str], *, cursor: str
) -> tuple[list[dict[str, Any]], str]:
    """What the page shows of each call of one page."""
    pks, following = queries.page_of(
        rows, cursor=cursor, now=timezone.now(), in_order=queries.only_rooms(scope)
    )
    texts = dict(
        IncidentText.objects.within(scope)
        .filter(pk__in=pks)
        .order_by()
        .values_list("incident_id", "text")
    )
    found = [
        {
            "url": row.get_absolute_url(),
            "number": row.number,
            "reported": row.reported_at,
            "station": row.station.name,
            "category": str(row.category) if row.category else "",
            "place": row.place_text,
            "state": row.get_state_display(),
            "tone": STATE_TONES[IncidentState(row.state)],
            "excerpt": excerpt(texts.get(row.pk, ""), words),
        }
        for row in queries.in_order(scope, pks)
    ]
    return found, following


def excerpt(text: str, words: list[str]) -> list[tuple[str, bool]]:
    """The text around the first hit in pieces, each with whether it is one of the words."""
    line = " ".join(text.split("\n", 1)[-1].split()) or text.strip()
    hits = [at for word in words if (at := line.find(word)) >= 0]
    start = max(0, min(hits, default=0) - AROUND // 2)
    end = start + 3 * AROUND
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    parts = re.split(f"({pattern})", line[start:end])
    pieces = [(part, index % 2 == 1) for index, part in enumerate(parts) if part]
    head = [("…", False)] if start else []
    tail = [("…", False)] if end < len(line) else []
    return [*head, *pieces, *tail]


def _next(request: HttpRequest, cursor: str) -> str:
    if not cursor:
        return ""
    query = request.GET.copy()
    query["cursor"] = cursor
    return f"?{query.urlencode()}"
