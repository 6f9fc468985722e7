"""How failed sign-ins are counted (django-axes): 5 in 15 minutes lock for 30 (requirement 07)."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import Any, Final

from axes.conf import settings as axes_settings
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_failure_limit
from django.http import HttpRequest

FAILURE_WINDOW: Final = dt.timedelta(minutes=15)
#: Longer than any account's name, and what the columns of axes hold.
KEPT_LENGTH: Final = 255


def account_key(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """The one spelling of a user name that failures are counted under.

    Sign-in ignores case, so "AB12" and "ab12" are one account and share one counter.
    """
    field = axes_settings.AXES_USERNAME_FORM_FIELD
    source: Any = credentials if credentials else getattr(request, "POST", {})
    return normalised(str(source.get(field) or ""))


def normalised(username: str) -> str:
    """The spelling of a user name under which failures are stored, as long as axes can keep."""
    return unicodedata.normalize("NFKC", username).strip().casefold()[:KEPT_LENGTH]


class WindowHandler(AxesDatabaseHandler):
    """Axes, except that failures older than the window are forgotten while nobody is locked.

    Axes alone would add up failures that lie almost as far apart as the lock is long.
    """

    def clean_expired_user_attempts(
        self, request: HttpRequest | None = None, credentials: dict[str, Any] | None = None
    ) -> int:
        removed = int(super().clean_expired_user_attempts(request, credentials))
        if request is None or credentials is None:
            return removed
        if self.get_failures(request, credentials) >= get_failure_limit(request, credentials):
            return removed
        start = request.axes_attempt_time - FAILURE_WINDOW  # type: ignore[attr-defined]
        for attempts in self.filter_user_attempts(request, credentials):
            removed += attempts.filter(attempt_time__lt=start).delete()[0]
        return removed
