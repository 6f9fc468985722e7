"""What the frame around every page shows: menu, unit, person, unread count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from policeroom.common import navigation
from policeroom.common.roles import Role
from policeroom.common.scope import NOBODY, Scope

#: What the top bar calls the page, by the role that names the reader's unit.
VIEW_LABELS: Final = {
    Role.OFFICER: _("Station view"),
    Role.AUXILIARY: _("Station view"),
    Role.STATION_LEAD: _("Station view"),
    Role.COUNTY: _("County view"),
    Role.CITY: _("Municipal view"),
    Role.COMMAND: _("Command centre view"),
    Role.PROVINCE: _("Provincial view"),
    Role.EDUCATION: _("Education view"),
    Role.SYSTEM_ADMIN: _("System administration"),
    Role.SECURITY_ADMIN: _("Security administration"),
    Role.AUDIT_ADMIN: _("Audit administration"),
}

#: The language the switch offers, and its name in itself.
OTHER_LANGUAGE: Final = {"zh-hans": ("en", "English", "EN"), "en": ("zh-hans", "简体中文", "中文")}


@dataclass(frozen=True, slots=True)
class Language:
    """The language a switch leads to."""

    code: str
    name: str
    short: str


@dataclass(frozen=True, slots=True)
class Shell:
    """Everything the frame needs; pages never compute any of it."""

    nav: tuple[navigation.NavSection, ...]
    tabbar: tuple[navigation.NavItem, ...]
    unit_name: str
    view_label: str
    unread: int
    unread_text: str
    demo: bool
    language: str
    other_language: Language
    user_name: str
    roles: tuple[str, ...]
    can_search: bool
    #: Whether the reader may log a call: the quick line and its key exist.
    can_file: bool


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the frame, built only when a template asks for it."""
    return {"shell": SimpleLazyObject(lambda: build_shell(request))}


def build_shell(request: HttpRequest) -> Shell:
    """The frame of this request; nobody's on error paths, where no middleware has run."""
    scope: Scope = getattr(request, "scope", NOBODY)
    user = getattr(request, "user", None)
    signed_in = bool(user is not None and user.is_authenticated)
    unread = getattr(request, "unread_count", 0) if signed_in else 0
    match = getattr(request, "resolver_match", None)
    menu = navigation.sections(scope, match.view_name if match else "", unread) if signed_in else ()
    language = get_language() or settings.LANGUAGE_CODE
    return Shell(
        nav=menu,
        tabbar=navigation.tabbar(menu),
        unit_name=_unit_name(scope, user),
        view_label=str(VIEW_LABELS[scope.root.role]) if scope.root else "",
        unread=unread,
        unread_text="99+" if unread > 99 else str(unread),
        demo=bool(getattr(settings, "DEMO_MODE", False)),
        language=language,
        other_language=Language(*OTHER_LANGUAGE.get(language, OTHER_LANGUAGE["en"])),
        user_name=_user_name(user) if signed_in else "",
        roles=tuple(role.label for role in Role if role in scope.roles),
        can_search=scope.can("stations.view"),
        can_file=scope.can("incidents.file"),
    )


def _unit_name(scope: Scope, user: Any) -> str:
    return scope.root.unit_name if scope.root else str(getattr(user, "unit_name", ""))


def _user_name(user: Any) -> str:
    return str(getattr(user, "name", "") or user.get_username())
