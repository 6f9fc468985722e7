"""Acts on accounts. Signatures are final; bodies are being written."""

from __future__ import annotations

import datetime as dt

from policeroom.accounts.models import User


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
    """Create an account nobody can sign in to until a first password is issued."""
    raise NotImplementedError


def deactivate_user(*, user: User, reason: str, by: User | None, at: dt.datetime) -> int:
    """Disable an account and end its sessions; returns how many sessions ended."""
    raise NotImplementedError


def reactivate_user(*, user: User, reason: str, by: User, at: dt.datetime) -> None:
    """Enable a disabled account again; it needs a new first password."""
    raise NotImplementedError


def unlock_user(*, user: User, by: User, at: dt.datetime) -> int:
    """Lift the lock of failed sign-ins; returns how many counters were removed."""
    raise NotImplementedError


def issue_first_password(*, user: User, by: User | None, at: dt.datetime) -> str:
    """A random password, valid 24 hours, to be changed at its first use; returned once."""
    raise NotImplementedError


def end_sessions(
    *, user: User, by: User | None, at: dt.datetime, keep: str = "", reason: str = ""
) -> int:
    """End every session of the account but `keep`; returns how many ended."""
    raise NotImplementedError
