"""Sessions: started at sign-in, limited in number and time, ended at once when they must end."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet

from policeroom.accounts import rules
from policeroom.accounts.models import User, UserSession
from policeroom.accounts.queries import sessions_over
from policeroom.common import audit


@transaction.atomic
def start_session(
    *, user: User, session_key: str, ip: str | None, user_agent: str, at: dt.datetime
) -> UserSession:
    """Record a signed-in browser; beyond the permitted number the oldest one ends.

    Source: requirement 15. Sessions that are already over do not count. The sign-in itself is
    audited by the signal handler; each session ended here leaves its own event.
    """
    User.objects.select_for_update().get(pk=user.pk)
    _drop(UserSession.objects.filter(sessions_over(at), user=user))
    _drop(UserSession.objects.filter(session_key=session_key))
    session = UserSession.objects.create(
        user=user,
        session_key=session_key,
        created_at=at,
        last_seen_at=at,
        ip=ip,
        device=rules.device_name(user_agent),
    )
    living = UserSession.objects.filter(user=user).order_by("-created_at", "-id")
    for extra in living[settings.SESSION_MAX_PARALLEL :]:
        end_session(session=extra, by=user, at=at, reason="parallel")
    return session


@transaction.atomic
def end_session(*, session: UserSession, by: User | None, at: dt.datetime, reason: str) -> None:
    """End one session: its browser is signed out at its next request."""
    audit.record(
        "account.session-end",
        by=by,
        obj=session.user,
        after={
            "reason": reason,
            "sessions": 1,
            "signed_in_at": session.created_at.isoformat(),
            "ended_at": at.isoformat(),
        },
    )
    _drop(UserSession.objects.filter(pk=session.pk))


@transaction.atomic
def end_sessions(
    *, user: User, by: User | None, at: dt.datetime, keep: str = "", reason: str = ""
) -> int:
    """End every session of the account but the one with the key `keep`; returns how many ended.

    Source: requirement 13. No event is written where there was nothing to end.
    """
    ended = _drop(UserSession.objects.filter(user=user).exclude(session_key=keep))
    if ended:
        audit.record(
            "account.session-end",
            by=by,
            obj=user,
            after={"reason": reason, "sessions": ended, "ended_at": at.isoformat()},
        )
    return ended


def expire_session(*, session: UserSession, why: rules.SessionEnd, at: dt.datetime) -> None:
    """End a session whose time is over (requirement 11); the system ends it, nobody else."""
    end_session(session=session, by=None, at=at, reason=why.value)


def note_activity(*, session: UserSession, at: dt.datetime) -> bool:
    """Move the last activity; returns whether it was written, at most once a minute.

    The only write of an ordinary page; no audit event, it says nothing that the trail lacks.
    """
    due = at - rules.ACTIVITY_RESOLUTION
    if session.last_seen_at > due:
        return False
    rows = UserSession.objects.filter(pk=session.pk, last_seen_at__lte=due)
    return bool(rows.update(last_seen_at=at))


@transaction.atomic
def clear_sessions(*, at: dt.datetime) -> int:
    """Remove what is left of sessions that are over (requirement 58); returns how many."""
    removed = _drop(UserSession.objects.filter(sessions_over(at)))
    return removed + int(Session.objects.filter(expire_date__lt=at).delete()[0])


def _drop(rows: QuerySet[UserSession]) -> int:
    found = dict(rows.values_list("pk", "session_key"))
    Session.objects.filter(session_key__in=found.values()).delete()
    UserSession.objects.filter(pk__in=found).delete()
    return len(found)
