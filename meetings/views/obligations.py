"""What is owed: the list of an area, and the page of a room."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from duty.queries.handover import own_rooms
from meetings.enums import Regime
from meetings.forms.filters import ObligationFilter
from meetings.queries import meetings as queries
from meetings.queries.standings import standings
from meetings.tables import meetings as tables
from policeroom.common.access import pick, requires, scope_of
from policeroom.common.lists import RegisterView
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Link, Tab, empty_state
from policeroom.common.scope import Scope
from stations.models import Station


def list_tabs(current: str) -> list[Tab]:
    """The two lists; `current` is the key of one."""
    return [
        Tab(_("What is owed"), reverse("meetings:obligation-list"), current == "owed"),
        Tab(_("Action items"), reverse("meetings:item-list"), current == "items"),
    ]


@requires(queries.VIEW)
def own(request: HttpRequest) -> HttpResponse:
    """The page of the own room, else the list."""
    rooms = list(own_rooms(scope_of(request)).order_by("org_path")[:2])
    if len(rooms) == 1:
        return redirect("meetings:room", pk=rooms[0].pk)
    return redirect("meetings:obligation-list")


class ObligationList(RegisterView):
    """What rooms of the reader's area owe, the last period first."""

    access_policy = queries.VIEW
    export_action: str = queries.VIEW
    order = ("-starts_on", "-id")
    template_name = "meetings/list.html"
    title = gettext_lazy("Meetings that are owed")
    filter_class = ObligationFilter
    row_url = staticmethod(tables.room_url)

    def rows(self, scope: Scope) -> ScopedQuerySet:
        self.columns = tables.obligation_columns()
        return queries.obligation_rows(scope)

    def complete(self, rows: list[Any]) -> None:
        for row, found in zip(rows, standings(rows, now=timezone.now()), strict=True):
            row.standing = found.standing

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "tabs": list_tabs("owed"),
            "actions": [],
            **empty_state(
                "calendar-clock",
                _("Nothing is owed"),
                _("Each room owes a meeting a week, one a month and one a quarter."),
                [],
            ),
        }


def room_for(request: HttpRequest, pk: int, action: str) -> Station:
    """A room in view in which the reader holds `action`."""
    scope = scope_of(request)
    rows = Station.objects.within(scope, action=queries.VIEW).select_related(
        "operator", "campus", "unit"
    )
    station: Station = pick(rows, scope, action=action, pk=pk)
    return station


def trail_of(station: Station) -> list[Link]:
    """The way up from a page about a room's meetings."""
    return [
        Link(_("Meetings"), reverse("meetings:obligation-list")),
        Link(station.name, reverse("meetings:room", args=[station.pk])),
    ]


@requires(queries.VIEW)
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of the last periods of a room, what is planned, what was decided."""
    station, scope, now = room_for(request, pk, queries.VIEW), scope_of(request), timezone.now()
    may_edit = scope.allows(queries.EDIT, station.org_path)
    found = queries.of_room(station, now=now)
    items = queries.item_rows(scope).filter(station=station, done_on__isnull=True)
    context = {
        "station": station,
        "now": now,
        "trail": [*trail_of(station)[:1], Link(station.name)],
        "actions": _actions(station) if may_edit else [],
        "regimes": [
            {
                "code": regime.value,
                "label": regime.label,
                "facts": [tables.standing_fact(one) for one in found[regime]],
                "enter_url": f"{reverse('meetings:enter', args=[station.pk])}?regime={regime.value}"
                if may_edit
                else "",
            }
            for regime in Regime
        ],
        "planned": list(queries.planned_in(station)),
        "items": list(items.order_by("due_on", "id")[: queries.ITEMS_SHOWN]),
        "today": timezone.localdate(now),
        "may_edit": may_edit,
    }
    return render(request, "meetings/room.html", context)


def _actions(station: Station) -> list[Link]:
    return [Link(_("Plan a meeting"), reverse("meetings:plan", args=[station.pk]), "calendar-plus")]
