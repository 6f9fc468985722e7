"""Home, and the two health answers for whatever watches the service."""

from __future__ import annotations

import datetime as dt

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from redis.exceptions import RedisError

from policeroom.common.access import public, scope_of, signed_in
from policeroom.common.models import Heartbeat
from policeroom.common.roles import STATION_ROLES

#: A heartbeat older than this means beat or worker stand still.
HEARTBEAT_LIMIT = dt.timedelta(minutes=5)


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Send everybody to the page they come for (design section 1)."""
    scope = scope_of(request)
    if scope.roles & STATION_ROLES and scope.can("stations.view"):
        return redirect("stations:own")
    for action, target in (
        ("coverage.view", "reports:coverage"),
        ("users.manage", "access:user-list"),
        ("grants.approve", "access:grant-list"),
        ("audit.view", "access:audit-list"),
    ):
        if scope.can(action):
            return redirect(target)
    return redirect("accounts:inbox")


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
