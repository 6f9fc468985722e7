"""From where a request comes, how long a session lives, what an account must do first."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import ipaddress
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from policeroom.accounts import gates, queries, rules, services
from policeroom.common import access
from policeroom.common.roles import ACTIONS, ADMIN_ROLES
from policeroom.common.scope import NOBODY, Scope

GetResponse = Callable[[HttpRequest], HttpResponse]


#: Actions only the three administrators hold: what ADMIN_NETWORKS fences.
ADMIN_ACTIONS: Final = frozenset(name for name, roles in ACTIONS.items() if roles <= ADMIN_ROLES)


class ProxyAddressMiddleware:
    """The reader's address where a proxy stands in front (requirement 44).

    The last entry of X-Forwarded-For is what our own proxy saw; the ones before it are the
    client's word. Without BEHIND_PROXY the header is nobody's and is ignored.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.BEHIND_PROXY:
            told = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
            with contextlib.suppress(ValueError):
                request.META["REMOTE_ADDR"] = str(ipaddress.ip_address(told))
        return self.get_response(request)


class AdminNetworksMiddleware:
    """Administration exists only on the networks of ADMIN_NETWORKS (requirement 35).

    From elsewhere its addresses answer 404, as if they did not exist, and the administrator roles
    are no part of the request's scope: menu and buttons follow. An empty list means everywhere.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        scope = access.scope_of(request)
        if scope.roles & ADMIN_ROLES and not is_admin_network(request):
            kept = tuple(grant for grant in scope.grants if grant.role not in ADMIN_ROLES)
            request.scope = Scope(kept)  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Raise Http404 for the address of an administrator, whoever asks."""
        if access.policy_of(view) in ADMIN_ACTIONS and not is_admin_network(request):
            raise Http404


def is_admin_network(request: HttpRequest) -> bool:
    """Whether administration may be reached from the address of the request."""
    networks = _networks(tuple(settings.ADMIN_NETWORKS))
    if not networks:
        return True
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return any(address in network for network in networks)


@functools.lru_cache(maxsize=8)
def _networks(
    texts: tuple[str, ...],
) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(ipaddress.ip_network(text) for text in texts)


class SessionLimitsMiddleware:
    """Ends a session that idled too long, is too old, or was ended from elsewhere.

    It stands before `ScopeMiddleware` but decides in `process_view`, which runs when every
    middleware has been entered: the roles are known then, and no view has run.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Make the reader anonymous where the session is over; the access policy does the rest."""
        if not request.user.is_authenticated:
            return
        now = timezone.now()
        session = queries.own_session(request.user, request.session.session_key)
        if session is None:
            self._sign_out(request, _("This session was ended. Sign in again."))
            return
        idle = idle_limit(request)
        why = rules.session_end(
            started=session.created_at,
            seen=session.last_seen_at,
            now=now,
            idle=idle,
            absolute=dt.timedelta(seconds=settings.SESSION_ABSOLUTE_SECONDS),
        )
        if why is None:
            services.note_activity(session=session, at=now)
            return
        services.expire_session(session=session, why=why, at=now)
        self._sign_out(request, _reason(why, idle))

    @staticmethod
    def _sign_out(request: HttpRequest, reason: str) -> None:
        request.session.flush()
        request.user = AnonymousUser()
        request.scope = NOBODY  # type: ignore[attr-defined]
        request.unread_count = 0  # type: ignore[attr-defined]
        if not request.path.startswith("/api/"):
            messages.info(request, reason)


def idle_limit(request: HttpRequest) -> dt.timedelta:
    """30 minutes; 15 for the three administrators (requirement 11)."""
    if access.scope_of(request).roles & ADMIN_ROLES:
        return dt.timedelta(seconds=settings.SESSION_ADMIN_IDLE_SECONDS)
    return dt.timedelta(seconds=settings.SESSION_IDLE_SECONDS)


def _reason(why: rules.SessionEnd, idle: dt.timedelta) -> str:
    if why is rules.SessionEnd.IDLE:
        return _("You were signed out after %(minutes)d minutes without activity.") % {
            "minutes": idle.total_seconds() // 60
        }
    return _("You were signed out: a session lasts %(hours)d hours at most.") % {
        "hours": settings.SESSION_ABSOLUTE_SECONDS // 3600
    }


class AccountStateMiddleware:
    """Speaks the reader's language, and leads to what the account must do first (`gates`)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = getattr(request.user, "language", "")
        if language and language != translation.get_language():
            translation.activate(language)
            request.LANGUAGE_CODE = language
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not request.user.is_authenticated or access.policy_of(view) == access.PUBLIC:
            return None
        gate = gates.gate_for(request)
        name = request.resolver_match.view_name if request.resolver_match else ""
        if gate is None or name in gate.allowed or name == "accounts:logout":
            return None
        return _lead_to(request, gate)


def _lead_to(request: HttpRequest, gate: gates.Gate) -> HttpResponse:
    """The gate's page: as a redirect for people, as a refusal for programs."""
    target = reverse(gate.page)
    if request.path.startswith("/api/"):
        body = {
            "type": "about:blank",
            "title": _("The account must be completed first."),
            "status": 403,
            "code": gate.code,
            "detail": target,
        }
        return JsonResponse(body, status=403, content_type="application/problem+json")
    if request.method == "GET" and request.path != reverse(settings.LOGIN_REDIRECT_URL):
        target = f"{target}?{urlencode({'next': request.get_full_path()})}"
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": reverse(gate.page)})
    return redirect(target)
