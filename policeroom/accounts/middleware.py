"""Session limits and account state: minimal doors, being deepened."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]


class SessionLimitsMiddleware:
    """Ends sessions that idled too long or are too old."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


class AccountStateMiddleware(SessionLimitsMiddleware):
    """Sends a person to what the account needs first (password, notice, second factor)."""
