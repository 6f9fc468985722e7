"""Compile the reader's grants into `request.scope`, once per request."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from personnel.queries import scope_for
from policeroom.common import audit
from policeroom.common.notify import unread_count
from policeroom.common.scope import NOBODY


class ScopeMiddleware:
    """Sets `request.scope` and `request.unread_count`; anonymous readers get nobody's scope."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.scope = NOBODY  # type: ignore[attr-defined]
        request.unread_count = 0  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            scope = scope_for(request.user, at=timezone.now())
            request.scope = scope  # type: ignore[attr-defined]
            request.unread_count = unread_count(request.user)  # type: ignore[attr-defined]
            facts = audit.current_facts.get()
            audit.current_facts.set(dataclasses.replace(facts, scope=scope))
        return self.get_response(request)
