"""What an account may do now: passwords, sessions, idle accounts. Pure; the clock is an argument.

Requirement numbers are those of the security requirements (`docs/architecture.md` lists them).
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Final

#: Requirement 03 (GB/T 22239-2019 8.1.4.1 a), profile mlps3 only.
PASSWORD_CLASSES_REQUIRED: Final = 3
PASSWORD_MAX_AGE: Final = dt.timedelta(days=90)
#: The last five passwords, the present one included, may not be used again.
PASSWORDS_REMEMBERED: Final = 5
#: Requirement 10: a first password is random, used once and valid for 24 hours.
FIRST_PASSWORD_VALID: Final = dt.timedelta(hours=24)
#: Requirement 17.
IDLE_ACCOUNT_LIMIT: Final = dt.timedelta(days=90)
#: The last activity of a session is written at most this often.
ACTIVITY_RESOLUTION: Final = dt.timedelta(minutes=1)


class PasswordProfile(StrEnum):
    """Which of two contradicting standards a deployment follows."""

    MLPS3 = "mlps3"
    ASVS = "asvs"


class SessionEnd(StrEnum):
    """Why a session is over."""

    IDLE = "idle"
    ABSOLUTE = "absolute"


def character_classes(password: str) -> int:
    """How many of the four classes occur: capital, small letter, digit, anything else.

    Chinese characters have no case and count as "anything else".
    """
    return sum(
        (
            any(c.isupper() for c in password),
            any(c.islower() for c in password),
            any(c.isdigit() for c in password),
            any(not (c.isupper() or c.islower() or c.isdigit()) for c in password),
        )
    )


def password_is_old(
    changed_at: dt.datetime | None, *, now: dt.datetime, profile: PasswordProfile
) -> bool:
    """Whether the password must be changed because of its age.

    Source: requirement 03. An account whose password was never dated counts as old under mlps3;
    asvs forbids changes by age.
    """
    if profile is PasswordProfile.ASVS:
        return False
    return changed_at is None or now - changed_at >= PASSWORD_MAX_AGE


def first_password_is_over(expires_at: dt.datetime | None, *, now: dt.datetime) -> bool:
    """Whether a first password no longer signs in: used once, or its 24 hours passed.

    `expires_at` is None for a password the person chose.
    """
    return expires_at is not None and now >= expires_at


def session_end(
    *,
    started: dt.datetime,
    seen: dt.datetime,
    now: dt.datetime,
    idle: dt.timedelta,
    absolute: dt.timedelta,
) -> SessionEnd | None:
    """Why the session is over at `now`, or None while it lives (requirement 11).

    `seen` is the last recorded activity, up to ACTIVITY_RESOLUTION older than the last click.
    """
    if now - started >= absolute:
        return SessionEnd.ABSOLUTE
    if now - seen >= idle:
        return SessionEnd.IDLE
    return None


#: Order matters: Edge and Opera also call themselves Chrome, Chrome also calls itself Safari.
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("MicroMessenger/", "WeChat"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def device_name(user_agent: str) -> str:
    """A short name by which a person recognises a browser: "Firefox · Windows"; "" if unknown."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return " · ".join(part for part in (browser, system) if part)
