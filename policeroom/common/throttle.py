"""How often one person may search and export (requirement 49): counted in the shared cache.

Sign-in has its own lock (django-axes) and the API its own rate (DRF). A counter belongs to one
person, one kind of request and one window of the clock; `INCR` is atomic, so parallel requests
count one by one. Without the cache nothing is counted: a police room must be found in an outage.
"""

from __future__ import annotations

import datetime as dt
import time
from typing import Any, Final

import structlog
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from policeroom.common import audit
from policeroom.common.models import AuditEvent

log = structlog.get_logger(__name__)

SEARCH: Final = "search"
EXPORT: Final = "export"
#: kind -> (setting that holds the number; 0 counts nothing, length of the window in seconds)
LIMITS: Final = {SEARCH: ("SEARCHES_PER_MINUTE", 60), EXPORT: ("EXPORTS_PER_HOUR", 3600)}
PROBLEM_TYPE: Final = "application/problem+json"


def refusal(request: HttpRequest, kind: str) -> HttpResponse | None:
    """Count one request of this kind; the answer 429 where it is one too many, else None.

    The first refusal of a window leaves an audit event; the ones after it do not fill the trail.
    """
    setting, seconds = LIMITS[kind]
    limit = int(getattr(settings, setting))
    if limit == 0:
        return None
    number, wait = _count(f"limit:{kind}:{request.user.pk}", seconds)
    if number <= limit:
        return None
    if number == limit + 1:
        audit.record(
            kind,
            by=request.user,
            org_path=getattr(request.user, "org_path", ""),
            after={"path": request.path, "limit": limit, "seconds": seconds},
            result=AuditEvent.Result.REFUSED,
        )
    response = _answer(request, limit, seconds, wait)
    response.headers["Retry-After"] = str(wait)
    return response


def _count(key: str, seconds: int) -> tuple[int, int]:
    """This request's number in the present window, and the seconds until the next one begins."""
    now = time.time()
    window = int(now // seconds)
    wait = max(1, int((window + 1) * seconds - now))
    name = f"{key}:{window}"
    try:
        cache.add(name, 0, timeout=2 * seconds)
        return cache.incr(name), wait
    except (RedisError, ValueError):
        log.warning("throttle_without_cache", key=name)
        return 0, wait


def _answer(request: HttpRequest, limit: int, seconds: int, wait: int) -> HttpResponse:
    """For people a page, for htmx the way to it, for programs a problem document."""
    until = timezone.localtime(timezone.now() + dt.timedelta(seconds=wait))
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=429, headers={"HX-Redirect": request.get_full_path()})
    context: dict[str, Any] = {
        "limit": limit,
        "minutes": seconds // 60,
        "until": f"{until:%H:%M:%S}",
        "back": request.path,
    }
    if request.path.startswith("/api/") or "json" in request.headers.get("Accept", ""):
        detail = _("Try again at %(until)s.") % context
        body = {"type": "about:blank", "title": "Too Many Requests", "status": 429}
        return JsonResponse(
            {**body, "detail": detail, "retry_after": wait}, status=429, content_type=PROBLEM_TYPE
        )
    return render(request, "accounts/too_often.html", context, status=429)
