"""Home, the search over everything, and the two health answers for whatever watches the service."""

from __future__ import annotations

import datetime as dt

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from policeroom.common import throttle
from policeroom.common.access import public, scope_of, signed_in
from policeroom.common.models import Heartbeat
from policeroom.common.pages import Link
from policeroom.common.roles import STATION_ROLES, Role
from policeroom.common.scope import Scope
from policeroom.common.search import LONGEST, groups_for

#: A heartbeat older than this means beat or worker stand still.
HEARTBEAT_LIMIT = dt.timedelta(minutes=5)


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Send everybody to the page they come for (design section 1)."""
    scope = scope_of(request)
    if scope.roles & STATION_ROLES:
        return redirect("duty:workbench")
    if Role.COMMAND in scope.roles:
        return redirect("duty:board")
    for action, target in (
        ("coverage.view", "reports:coverage"),
        ("users.manage", "access:user-list"),
        ("grants.approve", "access:grant-list"),
        ("audit.view", "access:audit-list"),
    ):
        if scope.can(action):
            return redirect(target)
    return redirect("accounts:inbox")


@signed_in
def search(request: HttpRequest) -> HttpResponse:
    """Whatever the reader's area holds under a name, a number or a word."""
    text = request.GET.get("q", "").strip()[:LONGEST]
    refused = throttle.refusal(request, throttle.SEARCH) if text else None
    if refused is not None:
        return refused
    scope = scope_of(request)
    groups = groups_for(scope, text, now=timezone.now())
    context = {
        "q": text,
        "found": sum(len(group.rows) for group in groups),
        "groups": groups,
        "actions": _closer_searches(scope, text),
    }
    htmx = getattr(request, "htmx", None)
    partial = htmx is not None and bool(htmx) and not htmx.boosted
    return render(request, "search_results.html" if partial else "search.html", context)


def _closer_searches(scope: Scope, text: str) -> list[Link]:
    """The search with filters over calls, for those who may read calls."""
    if not scope.can("incidents.view"):
        return []
    url = reverse("incidents:search")
    return [Link(_("Search in calls"), f"{url}?{urlencode({'q': text})}" if text else url, "siren")]


@public
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Nothing else is asked, so a full database does not kill the web."""
    return HttpResponse("ok\n", content_type="text/plain")


@public
def readyz(request: HttpRequest) -> HttpResponse:
    """Database, cache and background, each by name; 503 when a page could not be served.

    A silent worker or cache is reported but is no reason to stop serving (requirement 79).
    """
    state = {"database": _database(), "cache": _cache(), "background": "unknown"}
    if state["database"] == "ok":
        beat = Heartbeat.objects.filter(name="worker").values_list("at", flat=True).first()
        late = beat is None or timezone.now() - beat > HEARTBEAT_LIMIT
        state["background"] = "late" if late else "ok"
    return JsonResponse(state, status=200 if state["database"] == "ok" else 503)


def _database() -> str:
    try:
        connection.ensure_connection()
    except DatabaseError:
        return "down"
    return "ok"


def _cache() -> str:
    try:
        cache.set("readyz", "1", 10)
    except RedisError:
        return "down"
    return "ok"
