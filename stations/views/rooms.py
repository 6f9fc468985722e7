"""Screens of the police rooms: the list, the station file and its tabs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policeroom.common.access import fetch, requires, scope_of
from policeroom.common.days import read_day
from policeroom.common.lists import RegisterView
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Link, Tab
from policeroom.common.roles import STATION_ROLES
from policeroom.common.scope import PATH_LENGTH, Scope, merge_ranges, range_q
from stations.enums import StationKind, StationState
from stations.forms.rooms import StationFilter
from stations.models import Station
from stations.overview import cards_for
from stations.queries import rooms as queries
from stations.tables.rooms import (
    STATE_TONES,
    STATION_COLUMNS,
    day_facts,
    standing_facts,
)


@dataclass(frozen=True, slots=True)
class StationTabs:
    """What `stations/rooms/_head.html` shows: iterate for the tabs, `state` is today's."""

    tabs: list[Tab]
    state: StationState
    tone: str
    mark: str
    line: str
    crumbs: list[Link]
    actions: list[Link]

    def __iter__(self) -> Iterator[Tab]:
        return iter(self.tabs)


def today() -> dt.date:
    """The day in Asia/Shanghai; views read the clock, nothing below them does."""
    return timezone.localdate()


def station_tabs(
    station: Station, scope: Scope, current: str, *, actions: list[Link] | None = None
) -> StationTabs:
    """Head of the station file; `current` is the key of one tab, `actions` the buttons beside it.

    Tabs of later issues (people, duty, incidents, meetings, findings) join here.
    """
    names = {
        "detail": _("Overview"),
        "premises": _("Premises"),
        "equipment": _("Equipment"),
        "documents": _("Documents"),
        "coverage": _("Coverage"),
        "history": _("History"),
    }
    if not scope.can("stations.view"):
        names = {}
    tabs = [
        Tab(label, reverse(f"stations:{key}", args=[station.pk]), key == current)
        for key, label in names.items()
    ]
    state = queries.state_of(station, on=today())
    tone, mark = STATE_TONES[state]
    kind = StationKind(station.kind).label
    return StationTabs(
        tabs=tabs,
        state=state,
        tone=tone,
        mark=mark,
        line=f"{station.code} · {kind} · {station.operator.name}",
        crumbs=[
            Link(_("Police rooms"), reverse("stations:list")),
            Link(station.name),
        ],
        actions=actions or [],
    )


def station_file() -> ScopedQuerySet:
    """Stations with what head and facts read; start of every `fetch` of a station page."""
    return Station.objects.select_related(
        "unit", "operator__parent", "campus__university", "cluster", "supervising_unit"
    )


class StationList(RegisterView):
    """Every police room in the reader's area."""

    access_policy = "stations.view"
    columns = STATION_COLUMNS
    order = ("org_path", "id")
    template_name = "stations/rooms/list.html"
    title = gettext_lazy("Police rooms")
    filter_class = StationFilter
    export_action = "stations.export"

    def rows(self, scope: Scope) -> ScopedQuerySet:
        return queries.station_rows(scope, on=today())

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        scope = scope_of(request)
        new = Link(_("Open a police room"), reverse("stations:new"), "plus", "primary")
        asked = any(request.GET.get(name) for name in StationFilter.base_fields)
        return {"actions": [new] if scope.can("stations.open") else [], "filtered": asked}


def day_asked(request: HttpRequest) -> tuple[dt.date, str]:
    """The day of `?on=`, else today; and a message when it cannot be read."""
    text = request.GET.get("on", "").strip()
    if not text:
        return today(), ""
    day = read_day(text)
    if day is None:
        message = _("%(text)s is no day. Write it as %(example)s.")
        return today(), message % {"text": text, "example": today().isoformat()}
    return day, ""


@requires("stations.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Overview of the station file, as of today or of `?on=`."""
    scope = scope_of(request)
    station = fetch(station_file(), scope, pk=pk)
    day, problem = day_asked(request)
    differs = station.closed_on is None and queries.name_differs(
        station, twin=queries.has_twin(station)
    )
    acts = _acts(station, scope)
    view = queries.station_day(station, scope, on=day)
    context = {
        "station": station,
        "tabs": station_tabs(station, scope, "detail", actions=_buttons(station, acts)),
        "view": view,
        "day_facts": day_facts(view),
        "standing_facts": standing_facts(station),
        "state_tone": STATE_TONES[view.state][0],
        "day": day,
        "other_day": day != today(),
        "problem": problem,
        "may_rename": acts["rename"],
        "wanted_name": _wanted_name(station) if differs else "",
        "is_center": station.kind == StationKind.CENTER,
        "cards": cards_for(station, scope, on=day),
    }
    return render(request, "stations/rooms/detail.html", context)


def _wanted_name(station: Station) -> str:
    return queries.names_by_rule(station, twin=queries.has_twin(station))[0]


def _acts(station: Station, scope: Scope) -> dict[str, bool]:
    """Which acts the reader may do on this station now; the others are absent."""
    state = queries.state_of(station, on=today())
    alive = state != StationState.CLOSED
    bureau = alive and scope.allows("stations.close", station.org_path)
    suspended = station.suspensions.filter(valid_to__isnull=True).exists()
    return {
        "edit": alive and scope.allows("stations.edit", station.org_path),
        "rename": alive and scope.allows("stations.open", station.org_path),
        "close": bureau and station.closed_on is None,
        "suspend": bureau and not suspended,
        "resume": bureau and (suspended or state == StationState.SUSPENDED),
        "link": alive
        and station.kind == StationKind.CENTER
        and scope.allows("stations.open", station.org_path),
    }


def _buttons(station: Station, acts: dict[str, bool]) -> list[Link]:
    """The acts as buttons of the head; the first is the primary one, closing the dangerous one."""
    known = (
        ("edit", _("Edit the facts"), "pencil", "primary"),
        ("suspend", _("Suspend"), "pause", ""),
        ("resume", _("Resume operation"), "play", ""),
        ("close", _("Close for good"), "x", "danger"),
    )
    buttons = [
        Link(label, _url(name, station), icon, tone)
        for name, label, icon, tone in known
        if acts[name]
    ]
    return [*buttons, Link(_("Print"), _url("print", station), "printer")]


def _url(name: str, station: Station) -> str:
    return reverse(f"stations:{name}", args=[station.pk])


@requires("stations.view")
def coverage(request: HttpRequest, pk: int) -> HttpResponse:
    """What a centre covers, or which campus a stand-alone room serves."""
    scope = scope_of(request)
    station = fetch(station_file(), scope, pk=pk)
    context = {
        "station": station,
        "tabs": station_tabs(station, scope, "coverage"),
        "lines": queries.all_links(station, scope),
        "may_link": _acts(station, scope)["link"],
        "link_label": _("Cover a campus"),
        "link_url": _url("link-new", station),
        "is_center": station.kind == StationKind.CENTER,
        "campus_reachable": station.campus_id in queries.reachable_campuses(scope, _own(station)),
    }
    return render(request, "stations/rooms/coverage.html", context)


def _own(station: Station) -> list[int]:
    return [station.campus_id] if station.campus_id else []


@requires("stations.view")
def print_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The station on one A4 page, as of today or of `?on=`."""
    scope = scope_of(request)
    station = fetch(station_file(), scope, pk=pk)
    tabs = station_tabs(station, scope, "detail")
    day, problem = day_asked(request)
    view = queries.station_day(station, scope, on=day)
    context = {
        "station": station,
        "view": view,
        "facts": [*day_facts(view), *standing_facts(station)],
        "state_tone": STATE_TONES[view.state][0],
        "line": tabs.line,
        "crumbs": tabs.crumbs,
        "day": day,
        "problem": problem,
        "printed_at": timezone.localtime(),
        "is_center": station.kind == StationKind.CENTER,
    }
    return render(request, "stations/rooms/print.html", context)


@requires("stations.view")
def own(request: HttpRequest) -> HttpResponse:
    """The home of station users: their own file, or the list where there are several."""
    scope = scope_of(request)
    ranges = merge_ranges(
        grant.path
        for grant in scope.grants
        if grant.role in STATION_ROLES and len(grant.path) == PATH_LENGTH
    )
    found = list(Station.objects.within(scope).filter(range_q(ranges, "org_path"))[:2])
    if len(found) == 1:
        return redirect(found[0])
    return redirect("stations:list")
