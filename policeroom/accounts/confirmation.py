"""The person confirms to be the one who signed in, before acts that reach far (requirement 16).

`@confirmed` stands inside `@requires`: who may not act is refused first. The page asks for the
password, and for a code where a second factor is on; what was typed on the form behind it is
carried along and acted on at once.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from policeroom.accounts import queries, services
from policeroom.accounts.forms import ConfirmForm
from policeroom.accounts.gates import CONFIRMED_AT
from policeroom.accounts.views.common import password_is_right, rotate_key
from policeroom.common import audit

#: Fields of the page itself; never handed on to the form behind it.
OWN_FIELDS: Final = frozenset({"confirm_password", "confirm_code", "confirm_only"})
ACTION: Final = "account.confirm"

View = Callable[..., HttpResponse]


def mark(request: HttpRequest, *, at: dt.datetime) -> None:
    """The person proved who it is just now: signed in, or confirmed."""
    request.session[CONFIRMED_AT] = at.isoformat()


def is_recent(request: HttpRequest, *, at: dt.datetime) -> bool:
    """Whether the last proof is younger than CONFIRMATION_SECONDS."""
    text = request.session.get(CONFIRMED_AT, "")
    if not text:
        return False
    age = at - dt.datetime.fromisoformat(text)
    return age < dt.timedelta(seconds=settings.CONFIRMATION_SECONDS)


def confirmed(view: View) -> View:
    """Let a view act only for somebody who signed in or confirmed within ten minutes."""

    @sensitive_post_parameters("confirm_password", "confirm_code")
    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_recent(request, at=timezone.now()):
            return view(request, *args, **kwargs)
        return ask(request) or view(request, *args, **kwargs)

    return guarded


def ask(request: HttpRequest) -> HttpResponse | None:
    """The question, or where it leads once answered; None lets the act that was sent go on."""
    user: Any = request.user
    has_code = queries.second_factor(user) is not None
    sent = request.method == "POST" and "confirm_password" in request.POST
    form = ConfirmForm(request.POST if sent else None, has_code=has_code)
    if sent and form.is_valid() and _is_right(request, form):
        mark(request, at=timezone.now())
        rotate_key(request)
        audit.record(ACTION, by=user, obj=user, after={"path": request.path})
        return redirect(request.get_full_path()) if "confirm_only" in request.POST else None
    carried = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in OWN_FIELDS and name != "csrfmiddlewaretoken"
        for value in values
    ]
    only = request.method == "GET" or "confirm_only" in request.POST
    context = {
        "form": form,
        "carried": carried,
        "only": only,
        "minutes": settings.CONFIRMATION_SECONDS // 60,
    }
    status = 422 if form.is_bound else 200
    return render(request, "accounts/confirm.html", context, status=status)


def _is_right(request: HttpRequest, form: ConfirmForm) -> bool:
    """The password first: a code is used up by being tried, and both count towards their locks."""
    user: Any = request.user
    if not password_is_right(request, form.cleaned_data["confirm_password"]):
        form.add_error("confirm_password", _("This is not your present password."))
        return False
    if "confirm_code" not in form.fields:
        return True
    code = form.cleaned_data["confirm_code"]
    if services.check_code(user=user, code=code, at=timezone.now()) is None:
        form.add_error("confirm_code", _("This code is wrong, too old or already used."))
        return False
    return True
