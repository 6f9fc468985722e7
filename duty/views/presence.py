"""Who is here: the page of a room with its buttons, and the rooms of an area."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from duty.forms.presence import PresenceFilter, StayDayForm
from duty.models import Presence
from duty.queries.presence import (
    assumed_ends,
    forgotten,
    longest_on,
    people_of,
    present_at,
    standing,
    stays_on,
)
from duty.tables.presence import room_columns, room_url, stay_columns
from personnel.models import Person
from policeroom.common.access import fetch, requires, scope_of
from policeroom.common.clock import ZONE
from policeroom.common.intervals import Span
from policeroom.common.lists import RegisterView
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Link, Tab, empty_state, small_table
from policeroom.common.roles import STATION_ROLES
from policeroom.common.scope import PATH_LENGTH, Scope, merge_ranges, range_q
from stations.models import Station


@dataclass(frozen=True, slots=True)
class Here:
    """Somebody in the room, and when their shift ends or ended."""

    presence: Presence
    until: dt.datetime | None
    over: bool


@dataclass(frozen=True, slots=True)
class Expected:
    """Somebody who may come. The UUID makes a double tap one arrival."""

    person: Person
    client_uuid: uuid.UUID = field(default_factory=uuid.uuid4)


def own_page(request: HttpRequest, name: str) -> HttpResponse:
    """A page of the own room of station users; the list where there are several or none."""
    scope = scope_of(request)
    ranges = merge_ranges(
        grant.path
        for grant in scope.grants
        if grant.role in STATION_ROLES and len(grant.path) == PATH_LENGTH
    )
    rooms = Station.objects.within(scope, action="duty.view").filter(range_q(ranges, "org_path"))
    found = list(rooms[:2])
    if len(found) == 1:
        return redirect(name, found[0].pk)
    return redirect("duty:presence-list")


@requires("duty.view")
def own(request: HttpRequest) -> HttpResponse:
    """Who is in the own room."""
    return own_page(request, "duty:presence-room")


class RoomList(RegisterView):
    """Rooms of the reader's area with who is there now."""

    access_policy = "duty.view"
    order = ("org_path", "id")
    template_name = "duty_room/presence_rooms.html"
    title = gettext_lazy("Who is here")
    filter_class = PresenceFilter
    row_url = staticmethod(room_url)

    def rows(self, scope: Scope) -> ScopedQuerySet:
        now = timezone.now()
        today = timezone.localdate(now, ZONE)
        rooms = Station.objects.within(scope, action=self.access_policy)
        rooms = rooms.filter(opened_on__lte=today).exclude(closed_on__lte=today)
        there = present_at(rooms.order_by().values("pk"), now)
        self.columns = room_columns(there)
        if self.request.GET.get("empty"):
            rooms = rooms.exclude(pk__in=there)
        return rooms.select_related("operator")

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "as_of": timezone.now(),
            "actions": [],
            **empty_state(
                "user-check",
                _("No room is open"),
                _("Each room stands here with the officers and auxiliaries who are there now."),
                [],
            ),
        }


@requires("duty.view")
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is in a room, who may come, and the lines of a day."""
    return room_page(request, room_for(request, pk, "duty.view"))


def room_for(request: HttpRequest, pk: int, action: str) -> Station:
    """A room in view in which the reader holds `action`."""
    rows = Station.objects.select_related("operator")
    found: Station = fetch(rows, scope_of(request), action=action, pk=pk)
    return found


def trail_of(station: Station) -> list[Link]:
    """The way up from a page about presence in a room."""
    return [
        Link(_("Who is here"), reverse("duty:presence-list")),
        Link(station.name, room_url(station)),
    ]


def room_tabs(station: Station, current: str) -> list[Tab]:
    """The pages of duty in one room; `current` is the key of one."""
    pages = {
        "presence": _("Who is here"),
        "roster": _("Roster"),
        "quality": _("Quality"),
        "proposal": _("Proposed rosters"),
        "swap": _("Swaps"),
    }
    return [
        Tab(label, reverse(f"duty:{key}-room", args=[station.pk]), key == current)
        for key, label in pages.items()
    ]


def room_page(request: HttpRequest, station: Station, problem: str = "") -> HttpResponse:
    """The page, with why an act was refused (422) where one was."""
    scope, now = scope_of(request), timezone.now()
    form, day = _day_asked(request, now)
    may_record = scope.allows("presence.record", station.org_path)
    may_correct = scope.allows("presence.correct", station.org_path)
    here = here_now(station, now)
    over = {item.presence.pk for item in here if item.over}
    columns = stay_columns(may_correct, over)
    lines = small_table(columns, stays_on(station, day), _("Lines of the day"))
    context = {
        "station": station,
        "trail": [*trail_of(station)[:1], Link(station.name)],
        "tabs": room_tabs(station, "presence"),
        "now": now,
        "problem": problem,
        "here": here,
        "here_count": len(here) - len(over),
        "expected": _expected(station, now, here),
        "may_record": may_record,
        "form": form,
        "day": day,
        "lines": lines,
        "new_url": reverse("duty:presence-new", args=[station.pk]) if may_correct else "",
        "actions": [Link(_("Station file"), station.get_absolute_url(), "building-2")],
    }
    return render(request, "duty_room/presence.html", context, status=422 if problem else 200)


def _day_asked(request: HttpRequest, now: dt.datetime) -> tuple[StayDayForm, dt.date]:
    """The day of `?on=`; today where none, an unreadable or a future one is given."""
    today = timezone.localdate(now, ZONE)
    form = StayDayForm(request.GET or None, scope=scope_of(request))
    day = today
    if form.is_bound and form.is_valid() and form.cleaned_data["on"]:
        day = form.cleaned_data["on"]
    if day > today:
        form.add_error(
            "on", _("%(day)s lies in the future; these are the lines of today.") % {"day": day}
        )
        day = today
    return form, day


def here_now(station: Station, now: dt.datetime) -> list[Here]:
    """Those in the room, and those whose shift ended without a check-out, who still may."""
    there = list(
        standing()
        .filter(station=station, left_at__isnull=True)
        .select_related("person")
        .order_by("came_at", "id")
    )
    ends = assumed_ends(there, at=now)
    gone = forgotten(station, Span(now - longest_on(now), now))
    found = [Here(row, ends[row.pk], ends[row.pk] <= now) for row in there]
    found += [Here(row, row.left_at, True) for row in gone]
    return sorted(found, key=lambda item: item.over)


def _expected(station: Station, now: dt.datetime, here: list[Here]) -> list[Expected]:
    """People of the room who are not in it; those who are absent last."""
    inside = {item.presence.person_id for item in here if item.presence.left_at is None}
    people = people_of(station, now).exclude(pk__in=inside)
    return [Expected(person) for person in people]
