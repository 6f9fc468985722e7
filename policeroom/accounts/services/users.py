"""Accounts: created, enabled and disabled, unlocked; their passwords."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from axes.models import AccessAttempt
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext as _

from policeroom.accounts import rules
from policeroom.accounts.models import User
from policeroom.accounts.passwords import random_first_password
from policeroom.accounts.services.sessions import end_sessions
from policeroom.accounts.throttle import normalised
from policeroom.common import audit
from policeroom.common.errors import DomainError


@transaction.atomic
def create_user(
    *,
    username: str,
    name: str,
    org_path: str,
    unit_name: str,
    email: str,
    by: User | None,
    at: dt.datetime,
) -> User:
    """Create an account nobody can sign in to until a first password is issued.

    Source: requirement 01. Raises: ValidationError on a generic, ill-formed or taken number.
    """
    user = User(
        username=User.normalize_username(username.strip()),
        name=name.strip(),
        org_path=org_path,
        unit_name=unit_name,
        email=email,
        enabled_at=at,
    )
    user.set_unusable_password()
    user.full_clean()
    user.save()
    fields = ("username", "name", "unit_name", "email", "is_active")
    audit.record("account.create", by=by, obj=user, after=audit.snapshot(user, fields))
    return user


@transaction.atomic
def deactivate_user(*, user: User, reason: str, by: User | None, at: dt.datetime) -> int:
    """Disable an account and end its sessions; returns how many sessions ended.

    Raises: DomainError if it is already disabled or is the actor's own.
    """
    user = _locked(user)
    if not user.is_active:
        raise DomainError(_("The account %(user)s is already disabled.") % {"user": user})
    if by is not None and by.pk == user.pk:
        raise DomainError(_("Nobody disables their own account: ask another administrator."))
    user.is_active = False
    user.full_clean()
    user.save(update_fields=["is_active"])
    audit.record(
        "account.disable",
        by=by,
        obj=user,
        before={"is_active": True, "reason": ""},
        after={"is_active": False, "reason": reason},
    )
    return end_sessions(user=user, by=by, at=at, reason="disabled")


@transaction.atomic
def reactivate_user(*, user: User, reason: str, by: User, at: dt.datetime) -> None:
    """Enable a disabled account again; its old password is gone, so issue a first one.

    Raises: DomainError if the account is enabled.
    """
    user = _locked(user)
    if user.is_active:
        raise DomainError(_("The account %(user)s is not disabled.") % {"user": user})
    _remember(user)
    user.is_active = True
    user.enabled_at = at
    user.set_unusable_password()
    user.must_change_password = True
    user.full_clean()
    user.save(
        update_fields=[
            "is_active",
            "enabled_at",
            "password",
            "must_change_password",
            "previous_passwords",
        ]
    )
    audit.record(
        "account.enable",
        by=by,
        obj=user,
        before={"is_active": False, "reason": ""},
        after={"is_active": True, "reason": reason},
    )


@transaction.atomic
def unlock_user(*, user: User, by: User, at: dt.datetime) -> int:
    """Lift the lock of failed sign-ins; returns how many counters were removed (0: no lock)."""
    removed = int(AccessAttempt.objects.filter(username=normalised(user.username)).delete()[0])
    audit.record(
        "account.unlock",
        by=by,
        obj=user,
        after={"counters": removed, "unlocked_at": at.isoformat()},
    )
    return removed


@transaction.atomic
def issue_first_password(*, user: User, by: User | None, at: dt.datetime) -> str:
    """A random password, used once within 24 hours and then changed; returned only here.

    Source: requirement 10. Also the way back after a forgotten password. Sessions end.
    Raises: DomainError for a disabled account, and for the actor's own.
    """
    user = _locked(user)
    if not user.is_active:
        raise DomainError(
            _("The account %(user)s is disabled: enable it, then issue a password.")
            % {"user": user}
        )
    if by is not None and by.pk == user.pk:
        raise DomainError(_("Change your own password on your account page."))
    password = random_first_password()
    _remember(user)
    user.set_password(password)
    user.must_change_password = True
    user.password_expires_at = at + rules.FIRST_PASSWORD_VALID
    _save_password(user)
    audit.record(
        "account.first-password",
        by=by,
        obj=user,
        after={"valid_until": user.password_expires_at.isoformat()},
    )
    end_sessions(user=user, by=by, at=at, reason="first password")
    return password


@transaction.atomic
def use_up_first_password(*, user: User, at: dt.datetime) -> bool:
    """A first password signs in once: from `at` on it no longer does. Returns whether it was one.

    Source: requirement 10. The sign-in itself leaves the audit event.
    """
    rows = User.objects.filter(pk=user.pk, password_expires_at__gt=at)
    return bool(rows.update(password_expires_at=at))


@transaction.atomic
def change_password(*, user: User, password: str, by: User, at: dt.datetime, keep: str = "") -> int:
    """Set the person's own new password; returns how many other sessions ended.

    `keep` is the key of the session in which it was changed.
    Raises: ValidationError where a rule of the profile in force refuses it.
    """
    validate_password(password, user)
    locked = _locked(user)
    _remember(locked)
    locked.set_password(password)
    locked.must_change_password = False
    locked.password_changed_at = at
    locked.password_expires_at = None
    _save_password(locked)
    audit.record("account.password", by=by, obj=locked, after={"changed_at": at.isoformat()})
    ended = end_sessions(user=locked, by=by, at=at, keep=keep, reason="password changed")
    user.refresh_from_db()
    return ended


@transaction.atomic
def acknowledge_notice(*, by: User, at: dt.datetime) -> None:
    """The person has read the notice of use (requirement 18)."""
    by.notice_seen_at = at
    by.save(update_fields=["notice_seen_at"])
    audit.record("account.notice", by=by, obj=by, after={"seen_at": at.isoformat()})


@transaction.atomic
def set_language(*, language: str, by: User, at: dt.datetime) -> None:
    """Remember the person's language."""
    before = audit.snapshot(by, ("language",))
    by.language = language
    by.save(update_fields=["language"])
    audit.record(
        "account.language",
        by=by,
        obj=by,
        before=before,
        after={"language": language, "at": at.isoformat()},
    )


@transaction.atomic
def choose_columns(
    *, register: str, columns: Sequence[str], by: User, at: dt.datetime
) -> list[str]:
    """Remember the columns of one list for the person; none means the usual ones again.

    `register` is the address name of the list. One list changes at a time: two open windows do not
    undo each other. Returns what is remembered now.
    """
    user = _locked(by)
    before = user.list_columns.get(register, [])
    chosen = {name: keys for name, keys in user.list_columns.items() if name != register}
    if columns:
        chosen[register] = list(columns)
    user.list_columns = chosen
    user.save(update_fields=["list_columns"])
    audit.record(
        "account.columns",
        by=by,
        obj=user,
        before={"list": "", "columns": before},
        after={"list": register, "columns": list(columns), "at": at.isoformat()},
    )
    return list(columns)


def disable_idle_users(*, at: dt.datetime) -> list[User]:
    """Disable accounts without a sign-in for 90 days (requirement 17); returns them.

    Counted from the last sign-in, or from when the account was last enabled. Demo accounts stay:
    they exist only where nothing real does.
    """
    last = Greatest(Coalesce("last_login", "enabled_at"), "enabled_at")
    idle = User.objects.filter(is_active=True, is_demo=False).annotate(last_active_at=last)
    found: list[User] = list(
        idle.filter(last_active_at__lte=at - rules.IDLE_ACCOUNT_LIMIT).order_by("username")
    )
    for user in found:
        deactivate_user(user=user, reason="idle for 90 days", by=None, at=at)
    return found


def _locked(user: User) -> User:
    found: User = User.objects.select_for_update().get(pk=user.pk)
    return found


def _remember(user: User) -> None:
    """Keep the hash of the password that is about to be replaced (requirement 03)."""
    if user.has_usable_password():
        kept = [user.password, *user.previous_passwords]
        user.previous_passwords = kept[: rules.PASSWORDS_REMEMBERED - 1]


def _save_password(user: User) -> None:
    user.full_clean()
    user.save(
        update_fields=[
            "password",
            "must_change_password",
            "password_changed_at",
            "password_expires_at",
            "previous_passwords",
        ]
    )
