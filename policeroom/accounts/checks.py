"""Start-up checks of the account settings (`manage.py check`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from policeroom.accounts.models import User
from policeroom.accounts.passwords import profile


@register(Tags.security)
def password_profile(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """PASSWORD_PROFILE names a profile."""
    try:
        profile()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="accounts.E001")]
    return []


@register(Tags.database)
def demo_accounts(
    app_configs: Sequence[AppConfig] | None = None,
    databases: Sequence[str] | None = None,
    **kwargs: Any,
) -> list[CheckMessage]:
    """No demo account is enabled outside demo mode (`manage.py check --database default`)."""
    if settings.DEMO_MODE or not databases or "default" not in databases:
        return []
    if User._meta.db_table not in connections["default"].introspection.table_names():
        return []
    number = User.objects.filter(is_demo=True, is_active=True).count()
    if not number:
        return []
    return [
        Error(
            f"{number} demo accounts are enabled outside demo mode.",
            hint="Their password is public. Start with an empty database in production.",
            id="accounts.E002",
        )
    ]
