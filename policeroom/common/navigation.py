"""The menu: declared once, filtered by what the reader may do, shown in the side and tab bars."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from policeroom.common.roles import STATION_ROLES
from policeroom.common.scope import Scope

#: Entries of the phone's bottom bar before "More".
TABBAR_ENTRIES: Final = 4


class Group(StrEnum):
    """Sections of the side menu, in order."""

    MAIN = "main"
    MASTER = "master"
    ADMIN = "admin"


GROUP_LABELS: Final = {
    Group.MAIN: "",
    Group.MASTER: _("Master data"),
    Group.ADMIN: _("Administration"),
}


@dataclass(frozen=True, slots=True)
class NavEntry:
    """One entry of the menu.

    `action` is the right that makes it exist; None shows it to everybody who is signed in.
    `under` holds the beginnings of the view names that belong to it: the longest one wins.
    `short` is the label of the bottom bar, `key` the letter after `g`. What is `daily` stands first
    in the menu of a police room.
    """

    label: Any
    icon: str
    url_name: str
    action: str | None
    under: tuple[str, ...]
    group: Group = Group.MAIN
    key: str = ""
    short: Any = ""
    daily: bool = False


ENTRIES: Final = (
    NavEntry(
        label=_("Coverage report"),
        short=_("Coverage"),
        icon="map",
        url_name="reports:coverage",
        action="coverage.view",
        under=("reports:",),
        key="v",
    ),
    NavEntry(
        label=_("Duty board"),
        icon="monitor-dot",
        url_name="duty:board",
        action="duty.watch",
        under=("duty:board",),
        key="k",
    ),
    NavEntry(
        label=_("Workbench"),
        icon="layout-dashboard",
        url_name="duty:workbench",
        action="dutylog.write",
        under=("duty:workbench",),
        key="w",
        daily=True,
    ),
    NavEntry(
        label=_("Police rooms"),
        icon="building-2",
        url_name="stations:list",
        action="stations.view",
        under=("stations:",),
        key="s",
    ),
    NavEntry(
        label=_("Universities and campuses"),
        short=_("Universities"),
        icon="school",
        url_name="stations:university-list",
        action="universities.view",
        under=(
            "stations:university",
            "stations:campus",
            "stations:cluster",
            "stations:designation",
            "stations:population",
            "stations:term",
        ),
        key="u",
    ),
    NavEntry(
        label=_("Gaps"),
        icon="triangle-alert",
        url_name="reports:gap-list",
        action="coverage.view",
        under=("reports:gap",),
        key="f",
    ),
    NavEntry(
        label=_("Incident board"),
        short=_("Incidents"),
        icon="siren",
        url_name="incidents:board",
        action="incidents.view",
        under=("incidents:board", "incidents:new"),
        key="b",
        daily=True,
    ),
    NavEntry(
        label=_("Incident list"),
        short=_("List"),
        icon="list",
        url_name="incidents:list",
        action="incidents.view",
        under=("incidents:",),
        key="l",
        daily=True,
    ),
    NavEntry(
        label=_("Registers"),
        icon="book-open",
        url_name="incidents:register",
        action="incidents.view",
        under=(
            "incidents:register",
            "incidents:clock",
            "incidents:transfer",
            "incidents:urgent",
            "incidents:lead",
            "incidents:task",
            "incidents:dispute",
            "incidents:hazard",
            "incidents:outreach",
            "incidents:screening",
            "incidents:evidence",
        ),
        key="r",
        daily=True,
    ),
    NavEntry(
        label=_("Statistics of calls"),
        short=_("Statistics"),
        icon="chart-column",
        url_name="incidents:statistics",
        action="incidents.view",
        under=("incidents:statistics",),
        key="t",
        daily=True,
    ),
    NavEntry(
        label=_("Duty levels and orders"),
        short=_("Duty"),
        icon="shield-alert",
        url_name="duty:order-list",
        action="duty.view",
        under=("duty:",),
        key="d",
        daily=True,
    ),
    NavEntry(
        label=_("Who is here"),
        icon="user-check",
        url_name="duty:presence",
        action="duty.view",
        under=("duty:presence", "duty:roster", "duty:proposal", "duty:quality", "duty:swap"),
        key="h",
        daily=True,
    ),
    NavEntry(
        label=_("Handover and duty log"),
        short=_("Handover"),
        icon="notebook-pen",
        url_name="duty:handover",
        action="duty.view",
        under=("duty:handover", "duty:log", "duty:comms"),
        key="o",
        daily=True,
    ),
    NavEntry(
        label=_("Meetings"),
        icon="calendar-clock",
        url_name="meetings:own",
        action="meetings.view",
        under=("meetings:",),
        key="m",
        daily=True,
    ),
    NavEntry(
        label=_("People and strength"),
        short=_("People"),
        icon="users-round",
        url_name="personnel:person-list",
        action="people.view",
        under=("personnel:",),
        key="p",
    ),
    NavEntry(
        label=_("Inbox"),
        icon="inbox",
        url_name="accounts:inbox",
        action=None,
        under=("accounts:inbox",),
        key="i",
    ),
    NavEntry(
        label=_("Bureaus"),
        icon="network",
        url_name="stations:bureau-list",
        action="bureaus.view",
        under=("stations:bureau",),
        group=Group.MASTER,
    ),
    NavEntry(
        label=_("Imports"),
        icon="file-up",
        url_name="stations:import-list",
        action="imports.run",
        under=("stations:import",),
        group=Group.MASTER,
    ),
    NavEntry(
        label=_("Calendar"),
        icon="calendar-days",
        url_name="stations:calendar",
        action="stations.view",
        under=("stations:calendar",),
        group=Group.MASTER,
    ),
    NavEntry(
        label=_("Keyword rules"),
        icon="book-a",
        url_name="incidents:rule-list",
        action="incidents.rules",
        under=("incidents:rule", "incidents:category"),
        group=Group.MASTER,
    ),
    NavEntry(
        label=_("Places"),
        icon="map-pin",
        url_name="incidents:place-list",
        action="places.edit",
        under=("incidents:place",),
        group=Group.MASTER,
    ),
    NavEntry(
        label=_("Imported logs"),
        icon="history",
        url_name="incidents:import-list",
        action="incidents.import",
        under=("incidents:import",),
        group=Group.MASTER,
    ),
    NavEntry(
        label=_("Standards and parameters"),
        short=_("Standards"),
        icon="scale",
        url_name="compliance:parameter-list",
        action="parameters.view",
        under=("compliance:",),
        group=Group.MASTER,
    ),
    NavEntry(
        label=_("Accounts"),
        icon="users",
        url_name="access:user-list",
        action="users.unlock",
        under=("access:user",),
        group=Group.ADMIN,
    ),
    NavEntry(
        label=_("Grants"),
        icon="key-round",
        url_name="access:grant-list",
        action="grants.view",
        under=("access:grant",),
        group=Group.ADMIN,
    ),
    NavEntry(
        label=_("Grant review"),
        icon="list-checks",
        url_name="access:grant-review",
        action="grants.view",
        under=("access:grant-review",),
        group=Group.ADMIN,
    ),
    NavEntry(
        label=_("Roles"),
        icon="table-properties",
        url_name="access:roles",
        action="grants.view",
        under=("access:roles",),
        group=Group.ADMIN,
    ),
    NavEntry(
        label=_("Audit trail"),
        icon="file-search",
        url_name="access:audit-list",
        action="audit.view",
        under=("access:audit",),
        group=Group.ADMIN,
    ),
)


@dataclass(frozen=True, slots=True)
class NavItem:
    """An entry as one reader sees it on one page."""

    label: str
    short: str
    icon: str
    url: str
    key: str
    current: bool
    count: int = 0


@dataclass(frozen=True, slots=True)
class NavSection:
    """A group of the side menu that has at least one item."""

    label: str
    items: tuple[NavItem, ...]


def visible_entries(scope: Scope) -> tuple[NavEntry, ...]:
    """Entries the reader may open, a police room's daily work first; the others do not exist."""
    found = [e for e in ENTRIES if e.action is None or scope.can(e.action)]
    if scope.roles & STATION_ROLES:
        found.sort(key=lambda entry: not entry.daily)
    return tuple(found)


def current_entry(view_name: str) -> NavEntry | None:
    """The entry a page belongs to: the longest declared beginning of its view name."""
    claims = (
        (len(beginning), -index, entry)
        for index, entry in enumerate(ENTRIES)
        for beginning in entry.under
        if view_name.startswith(beginning)
    )
    best = max(claims, default=None, key=lambda claim: claim[:2])
    return best[2] if best else None


def sections(scope: Scope, view_name: str, unread: int = 0) -> tuple[NavSection, ...]:
    """The side menu of this reader on this page."""
    current = current_entry(view_name)
    found = []
    for group in Group:
        items = tuple(
            _item(entry, current, unread)
            for entry in visible_entries(scope)
            if entry.group is group
        )
        if items:
            found.append(NavSection(str(GROUP_LABELS[group]), items))
    return tuple(found)


def tabbar(menu: tuple[NavSection, ...]) -> tuple[NavItem, ...]:
    """The first entries of the menu; the template adds "More"."""
    items = [item for section in menu for item in section.items]
    return tuple(items[:TABBAR_ENTRIES])


def _item(entry: NavEntry, current: NavEntry | None, unread: int) -> NavItem:
    return NavItem(
        label=str(entry.label),
        short=str(entry.short or entry.label),
        icon=entry.icon,
        url=reverse(entry.url_name),
        key=entry.key,
        current=entry is current,
        count=unread if entry.url_name == "accounts:inbox" else 0,
    )
