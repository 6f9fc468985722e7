"""What the sign-in machinery reports: sessions are recorded, the audit trail is written."""

from __future__ import annotations

from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from policeroom.accounts import gates, queries, services
from policeroom.accounts.gates import CONFIRMED_AT
from policeroom.accounts.models import User, UserSession
from policeroom.accounts.throttle import account_key
from policeroom.common import audit
from policeroom.common.models import AuditEvent

SIGN_IN = "account.sign-in"
LOCK = "account.lock"
SIGN_OUT = "account.sign-out"


@receiver(user_logged_in, dispatch_uid="accounts.signed-in")
def on_signed_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Record the browser, use up a first password, note whether a second factor must follow."""
    now = timezone.now()
    if request.session.session_key is None:
        request.session.save()
    services.start_session(
        user=user,
        session_key=str(request.session.session_key),
        ip=request.META.get("REMOTE_ADDR") or None,
        user_agent=request.META.get("HTTP_USER_AGENT", ""),
        at=now,
    )
    first = services.use_up_first_password(user=user, at=now)
    pending = queries.second_factor(user) is not None
    if pending:
        request.session[gates.PENDING_FACTOR] = True
    else:
        request.session[CONFIRMED_AT] = now.isoformat()
    audit.record(
        SIGN_IN,
        by=user,
        obj=user,
        after={"first_password": first, "second_factor_pending": pending},
    )


@receiver(user_login_failed, dispatch_uid="accounts.sign-in-refused")
def on_sign_in_refused(
    sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
) -> None:
    """Keep the refusal with the account it was aimed at.

    What was typed is not kept where no such account exists: people type passwords into that field.
    """
    user = User.objects.filter(username__iexact=account_key(request, credentials)).first()
    audit.record(
        SIGN_IN,
        by=None,
        obj=user,
        after={
            "account": "known" if user else "unknown",
            "locked": bool(getattr(request, "axes_locked_out", False)),
        },
        result=AuditEvent.Result.REFUSED,
    )


@receiver(user_locked_out, dispatch_uid="accounts.locked")
def on_locked(sender: Any, request: HttpRequest, username: str, **kwargs: Any) -> None:
    """Keep the moment a lock begins; refusals while it lasts are sign-in events of their own."""
    failures = getattr(request, "axes_failures_since_start", None)
    if failures is None:
        return
    user = User.objects.filter(username__iexact=username).first()
    audit.record(
        LOCK,
        by=None,
        obj=user,
        after={"account": "known" if user else "unknown", "failures": failures},
        result=AuditEvent.Result.REFUSED,
    )


@receiver(user_logged_out, dispatch_uid="accounts.signed-out")
def on_signed_out(sender: Any, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    """Forget the browser."""
    if user is None:
        return
    UserSession.objects.filter(session_key=request.session.session_key or "").delete()
    audit.record(SIGN_OUT, by=user, obj=user)
