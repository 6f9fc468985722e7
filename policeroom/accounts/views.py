"""Own account: minimal doors, being deepened."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views import View

from policeroom.common.access import SIGNED_IN, public, signed_in


@public
def login(request: HttpRequest) -> HttpResponse:
    return HttpResponse("login")


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    return HttpResponse("locked", status=429)


@public
def language(request: HttpRequest) -> HttpResponse:
    return HttpResponse("language")


@signed_in
def _page(request: HttpRequest, pk: int = 0) -> HttpResponse:
    return HttpResponse("account")


logout = notice = password = second_factor = second_factor_qr = second_factor_verify = _page
second_factor_remove = second_factor_codes = sessions = session_end = sessions_end_others = _page
inbox_read = inbox_read_all = _page


class InboxView(View):
    access_policy = SIGNED_IN

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("inbox")
