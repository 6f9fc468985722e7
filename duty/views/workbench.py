"""The workbench of a room: the sign, what is to be done, who is there, what comes next."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from duty.queries import workbench as queries
from duty.queries.board import Area
from duty.queries.board_stamp import stamp
from duty.queries.handover import SIGN, waiting_for
from duty.queries.levels import room_level
from duty.queries.staffing import required_now
from duty.tables import workbench as tables
from duty.tables.board import Count
from duty.tables.staffing import need_tone, need_word
from duty.views.presence import here_now, own_page, room_for
from duty.workbench_sources import MOST_TODOS, cards_for, list_name, stamps_of, todos_for
from policeroom.common.access import requires, scope_of
from policeroom.common.pages import Link
from policeroom.common.scope import Scope, subtree
from stations.models import Station


@requires("duty.view")
def own(request: HttpRequest) -> HttpResponse:
    """The workbench of the own room."""
    return own_page(request, "duty:workbench-room")


@requires("duty.view")
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """The workbench of a room in view; who serves elsewhere reads it."""
    station, scope, now = room_for(request, pk, "duty.view"), scope_of(request), timezone.now()
    context = {
        **_content(request, station, now),
        "title": _("Workbench"),
        "actions": _links(station, scope),
        "live_url": reverse("duty:workbench-live", args=[station.pk]),
    }
    return render(request, "duty/workbench.html", context)


@requires("duty.view")
def live(request: HttpRequest, pk: int) -> HttpResponse:
    """The workbench's content; 304 while nothing it shows has changed."""
    station, now = room_for(request, pk, "duty.view"), timezone.now()
    tag = _tag(request, station, now)
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    page = render(request, "duty/workbench_live.html", _content(request, station, now))
    page["ETag"] = tag
    return page


def _tag(request: HttpRequest, station: Station, now: dt.datetime) -> str:
    area = Area((subtree(station.org_path),))
    facts = [get_language(), stamp(area, now=now), *stamps_of(station, now=now)]
    return f'"{hashlib.sha256(repr(facts).encode()).hexdigest()[:32]}"'


def _links(station: Station, scope: Scope) -> list[Link]:
    links = [Link(_("Station file"), station.get_absolute_url(), "building-2")]
    if scope.allows(SIGN, station.org_path):
        new = reverse("duty:handover-room", args=[station.pk])
        links.append(Link(_("Hand over the shift"), new, "notebook-pen", "primary"))
    return links


def _content(request: HttpRequest, station: Station, now: dt.datetime) -> dict[str, Any]:
    scope = scope_of(request)
    need = required_now([station], now)[station.pk]
    verdict = Count(need_word(need), *need_tone(need))
    todos = todos_for(station, scope, now=now)
    lines = [tables.todo_line(todo, now=now) for todo in todos]
    return {
        "station": station,
        "now": now,
        "sign": tables.sign(room_level(station, now), need, verdict, now=now),
        "todos": lines[:MOST_TODOS],
        "first": next((line for line in lines if line.todo.act_url), None),
        "todo_count": len(todos),
        "todos_url": reverse(list_name()) if list_name() else "",
        "overdue": sum(now > todo.due_at for todo in todos),
        "here": here_now(station, now),
        "relief": queries.next_relief(station, now=now),
        "cards": cards_for(station, scope, now=now),
        **_mine(request, station, scope, now),
    }


def _mine(request: HttpRequest, station: Station, scope: Scope, now: dt.datetime) -> dict[str, Any]:
    """What concerns the reader in person, where they serve in the room."""
    empty: dict[str, Any] = {"mine": None, "shifts": [], "sheet": None}
    if not scope.allows("presence.record", station.org_path):
        return empty
    person = queries.own_person(request.user)
    if person is None:
        return empty
    return {
        "mine": queries.own_place(person, station, now=now),
        "arrival": uuid.uuid4(),
        "shifts": list(queries.own_week(person, now=now)),
        "sheet": waiting_for(request.user, scope),
    }
