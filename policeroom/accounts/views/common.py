"""What the account pages share: safe return addresses, re-entry of the password, new keys."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from policeroom.accounts.models import UserSession

#: Session key: what to tell after the second factor (see `greet`).
GREETING = "greeting"


def is_own_address(request: HttpRequest, url: str) -> bool:
    """Whether the address is a path of this site; a bare word would be read as a view's name."""
    return url.startswith("/") and url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )


def next_address(request: HttpRequest, *, default: str = "") -> str:
    """Where to go on: the `next` that came along if it is safe, else home.

    Sign-out answers only to a POST, so it is no place to come back to.
    """
    url = request.POST.get("next") or request.GET.get("next") or ""
    if url and is_own_address(request, url) and not url.startswith(reverse("accounts:logout")):
        return url
    return default or resolve_url(settings.LOGIN_REDIRECT_URL)


def layout(*, gated: bool) -> str:
    """The frame of a page: without the menu while nothing else can be reached."""
    return "bare.html" if gated else "base.html"


def password_is_right(request: HttpRequest, password: str) -> bool:
    """Ask for the person's password again. Failures count towards the lock like a sign-in's."""
    user: Any = request.user
    found = authenticate(request, username=user.get_username(), password=password)
    return found is not None and found.pk == user.pk


def rotate_key(request: HttpRequest) -> None:
    """Give the session a new key and keep its row (requirement 12)."""
    old = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=old).update(session_key=request.session.session_key)


def greet(request: HttpRequest, *, last: dt.datetime | None, failures: int) -> None:
    """Say when the account was last used and how often somebody failed since (requirement 18)."""
    if last is None:
        text = _("This is the first sign-in with this account.")
    else:
        text = _("Last sign-in: %(instant)s.") % {
            "instant": f"{timezone.localtime(last):%Y-%m-%d %H:%M}"
        }
    if not failures:
        messages.info(request, text)
        return
    since = ngettext(
        "%(count)d failed attempt since then.", "%(count)d failed attempts since then.", failures
    ) % {"count": failures}
    advice = _("If that was not you, change your password and tell the security administrator.")
    messages.warning(request, f"{text} {since} {advice}")
