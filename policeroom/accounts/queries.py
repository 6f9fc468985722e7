"""Reads of one's own account: sessions, second factor, inbox, failures since the last sign-in."""

from __future__ import annotations

import datetime as dt

from axes.models import AccessFailureLog
from django.conf import settings
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from policeroom.accounts.models import User, UserSession
from policeroom.accounts.throttle import normalised
from policeroom.common.models import Notification


def own_session(user: User, session_key: str | None) -> UserSession | None:
    """The row of the session with this key, if it is the user's."""
    return UserSession.objects.filter(user=user, session_key=session_key or "").first()


def own_sessions(user: User) -> QuerySet[UserSession]:
    """The user's sessions, the newest first."""
    return UserSession.objects.filter(user=user).order_by("-created_at", "-id")


def sessions_over(at: dt.datetime) -> Q:
    """Condition: the session outlived the widest limits. An administrator's may be over earlier."""
    idle = at - dt.timedelta(seconds=settings.SESSION_IDLE_SECONDS)
    absolute = at - dt.timedelta(seconds=settings.SESSION_ABSOLUTE_SECONDS)
    return Q(last_seen_at__lte=idle) | Q(created_at__lte=absolute)


def open_sessions(user: User, *, at: dt.datetime) -> int:
    """How many browsers the account is signed in with."""
    return int(UserSession.objects.filter(user=user).exclude(sessions_over(at)).count())


def failures_since(user: User, since: dt.datetime | None) -> int:
    """Refused sign-ins for the user's number since the instant; all that are known without one."""
    rows = AccessFailureLog.objects.filter(username=normalised(user.username))
    if since is not None:
        rows = rows.filter(attempt_time__gt=since)
    return int(rows.count())


def second_factor(user: User) -> TOTPDevice | None:
    """The authenticator in use."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def waiting_authenticator(user: User) -> TOTPDevice | None:
    """The authenticator that was started and waits for its first code."""
    return TOTPDevice.objects.filter(user=user, confirmed=False).order_by("-pk").first()


def recovery_codes_left(user: User) -> int:
    """Recovery codes that were not used yet."""
    return int(StaticToken.objects.filter(device__user=user).count())


def inbox(user: User) -> QuerySet[Notification]:
    """The user's lines, unread first; `unread` is 1 or 0 for the keyset order."""
    unread = Case(
        When(read_at__isnull=True, then=Value(1)), default=Value(0), output_field=IntegerField()
    )
    return Notification.objects.filter(recipient=user).annotate(unread=unread)


def demo_accounts() -> QuerySet[User]:
    """Accounts the sign-in page of a demonstration offers."""
    return User.objects.filter(is_demo=True, is_active=True).order_by("id")
