"""Change one's own password."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters

from policeroom.accounts import gates, rules, services
from policeroom.accounts.forms import PasswordForm
from policeroom.accounts.models import User, UserSession
from policeroom.accounts.views.common import layout, next_address, password_is_right
from policeroom.common.access import signed_in
from policeroom.common.forms import attempt


@signed_in
@sensitive_post_parameters("current", "new", "repeated")
def password(request: HttpRequest) -> HttpResponse:
    """The form; without the menu when the change is due."""
    user: Any = request.user
    form = PasswordForm(request.POST if request.method == "POST" else None, user=user)
    if request.method == "POST" and form.is_valid():
        if not password_is_right(request, form.cleaned_data["current"]):
            form.add_error("current", _("This is not your present password."))
        else:
            ended = attempt(form, lambda: _change(request, user, form.cleaned_data["new"]))
            if ended is not None:
                _confirm(request, ended)
                return redirect(next_address(request))
    due = gates.password_due(request)
    context = {
        "form": form,
        "next": next_address(request),
        "layout": layout(gated=due),
        "gated": due,
        "first": user.must_change_password,
        "max_age_days": rules.PASSWORD_MAX_AGE.days,
        "changed_at": user.password_changed_at,
    }
    return render(request, "accounts/password.html", context)


def _change(request: HttpRequest, user: User, new: str) -> int:
    """Change it, and keep only this session, under a new key."""
    old_key = request.session.session_key or ""
    ended = services.change_password(
        user=user, password=new, by=user, at=timezone.now(), keep=old_key
    )
    update_session_auth_hash(request, user)
    UserSession.objects.filter(session_key=old_key).update(session_key=request.session.session_key)
    return ended


def _confirm(request: HttpRequest, ended: int) -> None:
    text = _("Your password was changed.")
    if ended:
        others = ngettext(
            "%(count)d other session was ended.", "%(count)d other sessions were ended.", ended
        ) % {"count": ended}
        text = f"{text} {others}"
    messages.success(request, text)
