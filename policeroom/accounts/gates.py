"""What an account must do before it reaches anything else, in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from policeroom.accounts import rules
from policeroom.accounts.passwords import profile

#: Session key: the password was right, the second factor is still to come.
PENDING_FACTOR: Final = "second_factor_pending"
#: Session key: when the person last proved who it is, as an ISO instant (`confirmation`).
CONFIRMED_AT: Final = "confirmed_at"


@dataclass(frozen=True, slots=True)
class Gate:
    """A page that must be passed, and the pages reachable meanwhile."""

    page: str
    allowed: frozenset[str]
    code: str


VERIFY: Final = Gate(
    "accounts:second-factor-verify",
    frozenset({"accounts:second-factor-verify"}),
    "second_factor_pending",
)
PASSWORD: Final = Gate(
    "accounts:password", frozenset({"accounts:password"}), "password_change_required"
)
NOTICE: Final = Gate("accounts:notice", frozenset({"accounts:notice"}), "notice_not_acknowledged")
ENROL: Final = Gate(
    "accounts:second-factor",
    frozenset({"accounts:second-factor", "accounts:second-factor-qr"}),
    "second_factor_required",
)


def gate_for(request: HttpRequest) -> Gate | None:
    """The first gate the signed-in reader has not passed; no query is needed to tell."""
    if request.session.get(PENDING_FACTOR):
        return VERIFY
    if password_due(request):
        return PASSWORD
    if request.user.notice_seen_at is None:  # type: ignore[union-attr]
        return NOTICE
    if settings.SECOND_FACTOR_REQUIRED and not request.user.is_verified():  # type: ignore[union-attr]
        return ENROL
    return None


def password_due(request: HttpRequest) -> bool:
    """Whether the password must be changed now: the first one, or (mlps3) after 90 days.

    Demo accounts share a published password and exist only where nothing real does.
    """
    user = request.user
    if user.must_change_password:  # type: ignore[union-attr]
        return True
    if user.is_demo:  # type: ignore[union-attr]
        return False
    return rules.password_is_old(
        user.password_changed_at,  # type: ignore[union-attr]
        now=timezone.now(),
        profile=profile(),
    )
