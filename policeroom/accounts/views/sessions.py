"""One's own sessions: where the account is signed in, and how to end it there."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from policeroom.accounts import queries, services
from policeroom.accounts.middleware import idle_limit
from policeroom.common.access import signed_in


@signed_in
@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """Every browser the account is signed in with."""
    user: Any = request.user
    found = list(queries.own_sessions(user))
    context = {
        "sessions": found,
        "current_key": request.session.session_key,
        "others": len(found) - 1,
        "most": settings.SESSION_MAX_PARALLEL,
        "idle_minutes": int(idle_limit(request).total_seconds() // 60),
        "absolute_hours": settings.SESSION_ABSOLUTE_SECONDS // 3600,
    }
    return render(request, "accounts/sessions.html", context)


@signed_in
@require_POST
def session_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of one's own sessions; this one ends by signing out."""
    user: Any = request.user
    session = get_object_or_404(queries.own_sessions(user), pk=pk)
    if session.session_key == request.session.session_key:
        messages.error(request, _("This is the session you are using: sign out to end it."))
    else:
        services.end_session(session=session, by=user, at=timezone.now(), reason="own")
        messages.success(request, _("The session was ended."))
    return redirect("accounts:sessions")


@signed_in
@require_POST
def sessions_end_others(request: HttpRequest) -> HttpResponse:
    """End every session but this one."""
    user: Any = request.user
    keep = str(request.session.session_key)
    ended = services.end_sessions(
        user=user, by=user, at=timezone.now(), keep=keep, reason="own, all others"
    )
    text = ngettext(
        "%(count)d other session was ended.", "%(count)d other sessions were ended.", ended
    )
    messages.success(request, text % {"count": ended})
    return redirect("accounts:sessions")
