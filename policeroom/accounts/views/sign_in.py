"""Sign in, sign out, the lock, the notice of use, the language."""

from __future__ import annotations

import datetime as dt
from typing import Any

from axes.helpers import get_cool_off
from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from policeroom.accounts import gates, queries, rules, services
from policeroom.accounts.demo import DEMO_PASSWORD
from policeroom.accounts.forms import LanguageForm, LoginForm, NoticeForm
from policeroom.accounts.models import User
from policeroom.accounts.signals import SIGN_IN
from policeroom.accounts.views.common import GREETING, greet, layout, next_address
from policeroom.common import audit
from policeroom.common.access import public, signed_in
from policeroom.common.models import AuditEvent
from policeroom.common.roles import Role


@public
@sensitive_post_parameters("password")
def login(request: HttpRequest) -> HttpResponse:
    """Number and password. The answer to every refusal is the same."""
    if request.user.is_authenticated:
        return redirect(next_address(request))
    form = LoginForm(request, data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user: Any = form.get_user()
        if not rules.first_password_is_over(user.password_expires_at, now=timezone.now()):
            return _enter(request, user)
        _refuse_first_password(form, user)
    context = {
        "form": form,
        "next": next_address(request),
        "ended": "next" in request.GET,
        "idle_minutes": settings.SESSION_IDLE_SECONDS // 60,
        "demo_accounts": _demo_accounts(),
        "demo_password": DEMO_PASSWORD if settings.DEMO_MODE else "",
    }
    return render(request, "accounts/login.html", context)


def _enter(request: HttpRequest, user: User) -> HttpResponse:
    last = user.last_login
    failures = queries.failures_since(user, last)
    auth.login(request, user)
    response: HttpResponse
    if request.session.get(gates.PENDING_FACTOR):
        request.session[GREETING] = [last.isoformat() if last else "", failures]
    if user.language:
        translation.activate(user.language)
    if not request.session.get(gates.PENDING_FACTOR):
        greet(request, last=last, failures=failures)
    response = redirect(next_address(request))
    if user.language:
        remember_language(response, user.language)
    return response


def _refuse_first_password(form: LoginForm, user: User) -> None:
    """Only who knows the password sees this; it opens nothing any more."""
    form.add_error(
        None,
        _(
            "This first password was already used, or its 24 hours are over. Ask your system "
            "administrator for a new one."
        ),
    )
    audit.record(
        SIGN_IN,
        by=None,
        obj=user,
        after={"account": "known", "reason": "first password is over"},
        result=AuditEvent.Result.REFUSED,
    )


def _demo_accounts() -> list[dict[str, str]]:
    """Rows of the list under the form; nothing outside demo mode."""
    if not settings.DEMO_MODE:
        return []
    codes = set(Role)
    return [
        {
            "username": user.username,
            "name": user.name,
            "unit": user.unit_name,
            "role": Role(user.demo_role).label if user.demo_role in codes else "",
        }
        for user in queries.demo_accounts()
    ]


@public
def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None
) -> HttpResponse:
    """The account is locked; the same page whether it exists or not (axes calls this)."""
    cool_off = get_cool_off(request) or dt.timedelta()
    context = {
        "minutes": int(cool_off.total_seconds() // 60),
        "failures": settings.AXES_FAILURE_LIMIT,
    }
    return render(request, "accounts/locked.html", context, status=429)


@signed_in
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Sign out; the browser is told to forget what it kept of the pages (requirements 52, 58).

    The page says `keep_sealed` while calls wait on the device that only the server can open: it
    has then removed everything else from the storage itself, and they must not be lost.
    """
    keep_sealed = "keep_sealed" in request.POST
    auth.logout(request)
    response = redirect("accounts:login")
    response.headers["Clear-Site-Data"] = '"cache"' if keep_sealed else '"cache", "storage"'
    return response


@signed_in
def notice(request: HttpRequest) -> HttpResponse:
    """The notice of use, acknowledged once (requirement 18)."""
    user: Any = request.user
    form = NoticeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.acknowledge_notice(by=user, at=timezone.now())
        return redirect(next_address(request))
    context = {
        "form": form,
        "next": next_address(request),
        "gated": user.notice_seen_at is None,
        "layout": layout(gated=user.notice_seen_at is None),
        "seen_at": user.notice_seen_at,
    }
    return render(request, "accounts/notice.html", context)


@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language of this browser, and of the account that is signed in."""
    response = redirect(next_address(request))
    form = LanguageForm(request.POST)
    if not form.is_valid():
        return response
    chosen = form.cleaned_data["language"]
    user: Any = request.user
    if user.is_authenticated and user.language != chosen:
        services.set_language(language=chosen, by=user, at=timezone.now())
    remember_language(response, chosen)
    return response


def remember_language(response: HttpResponse, chosen: str) -> None:
    """The cookie Django's LocaleMiddleware reads before anybody has signed in."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=int(dt.timedelta(days=365).total_seconds()),
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
