"""Password validators: minimal doors, being deepened."""

from __future__ import annotations

from typing import Any


class ContextWordValidator:
    """Refuses words of the trade."""

    def validate(self, password: str, user: Any = None) -> None:
        return

    def get_help_text(self) -> str:
        return ""


class ProfileValidator(ContextWordValidator):
    """Complexity and reuse by settings.PASSWORD_PROFILE."""
