"""Request id, response headers, and the access policy of every view."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import resolve_url

from policeroom.common import access, audit
from policeroom.common.errors import NotAllowedError
from policeroom.common.models import AuditEvent

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Give each request an id that its log lines, audit events and error page share."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        facts = audit.RequestFacts(
            request_id=request_id,
            ip=request.META.get("REMOTE_ADDR") or None,
            source="api" if request.path.startswith("/api/") else "web",
        )
        token = audit.current_facts.set(facts)
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            response = self.get_response(request)
        finally:
            structlog.contextvars.clear_contextvars()
            audit.current_facts.reset(token)
        response.headers["X-Request-Id"] = request_id
        return response


class ResponseHeadersMiddleware:
    """Headers no library sets: nothing personal is cached by a proxy or a shared browser."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class RefuseNulMiddleware:
    """400 for an address with a NUL character: no browser sends one, and no text can be stored so.

    Forms and serializers refuse it in what they read; this is for everything read without one.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("NUL character in the address")
        return self.get_response(request)


class AccessPolicyMiddleware:
    """Refuse a view that declares no policy, and a reader who does not hold the declared one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        policy = access.policy_of(view)
        if policy == access.PUBLIC:
            return None
        if not request.user.is_authenticated:
            if request.path.startswith("/api/"):
                return None  # DRF answers 401/403 in JSON
            # an address that takes only a POST is no place to come back to
            back = request.get_full_path() if request.method == "GET" else resolve_url("home")
            return redirect_to_login(back, resolve_url(settings.LOGIN_URL))
        if policy is None:
            raise PermissionDenied(f"{request.path} declares no access policy")
        if policy != access.SIGNED_IN and not access.scope_of(request).can(policy):
            self._record_refusal(request, policy)
            if request.path.startswith("/api/"):
                body = {"type": "about:blank", "title": "Forbidden", "status": 403}
                return JsonResponse(body, status=403, content_type="application/problem+json")
            raise PermissionDenied
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Keep a refusal made inside a view; its transaction is already rolled back."""
        if isinstance(exception, (PermissionDenied, NotAllowedError)):
            match = request.resolver_match
            policy = access.policy_of(match.func) if match else None
            self._record_refusal(request, policy or "undeclared")

    @staticmethod
    def _record_refusal(request: HttpRequest, policy: str) -> None:
        audit.record(
            policy,
            by=request.user if request.user.is_authenticated else None,
            org_path=getattr(request.user, "org_path", ""),
            after={"method": request.method, "path": request.path},
            result=AuditEvent.Result.REFUSED,
        )
