"""What would be needed if: asked in the address, answered from today's facts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from personnel import whatif
from personnel.forms.strength_whatif import CASES, GROW, MERGE, WhatIfForm
from personnel.queries.strength import room_facts, rules_on
from personnel.queries.strength_whatif import leaving_centers, people_on
from personnel.strength import RoomStrength
from personnel.tables.strength_whatif import LINE_COLUMNS
from personnel.views.people_pages import person_trail
from personnel.whatif import Line
from policeroom.common.access import requires, scope_of
from policeroom.common.pages import Figure, Link, small_table


@requires("people.view")
@require_safe
def what_if(request: HttpRequest) -> HttpResponse:
    """One change, and what the rooms of the reader's area would then need."""
    scope, today = scope_of(request), timezone.localdate()
    form = WhatIfForm(request.GET if "case" in request.GET else None, scope=scope)
    context: dict[str, Any] = {
        "form": form,
        "title": _("What if"),
        "trail": [
            *person_trail(),
            Link(_("Strength"), reverse("personnel:strength")),
            Link(_("What if")),
        ],
        "answered": False,
    }
    if form.is_bound and form.is_valid():
        day_rules = rules_on(today)
        rooms = room_facts(today, scope.ranges_for("people.view"), day_rules)
        changed, notes = _changed(rooms, form.cleaned_data, today)
        lines = whatif.compare(rooms, changed, day_rules)
        context |= {
            "answered": True,
            "question": dict(CASES)[form.cleaned_data["case"]],
            "table": small_table(LINE_COLUMNS, lines, _("What it means for the rooms")),
            "figures": _figures(lines),
            "notes": [*notes, *_notes(rooms, changed)],
        }
    return render(request, "people/what_if.html", context)


Changed = dict[int, RoomStrength | None]


def _changed(
    rooms: dict[int, RoomStrength], asked: dict[str, Any], today: dt.date
) -> tuple[Changed, list[str]]:
    """Rooms with the changed facts, and what could not be taken into account."""
    if asked["case"] == GROW:
        grown = whatif.more_people(rooms, campus_id=asked["campus"].pk, change=asked["change"])
        return {**grown}, []
    if asked["case"] == MERGE:
        people = people_on(asked["campus"], today)
        unknown = _("How many people would move is not recorded; none are counted.")
        changed = whatif.merged(
            rooms,
            campus_id=asked["campus"].pk,
            into_id=asked["into"].pk,
            people=people or 0,
            leaving=leaving_centers([asked["campus"]], today),
        )
        return changed, [] if people is not None else [unknown]
    campuses = list(asked["campuses"])
    center = whatif.new_center(
        rooms,
        name=_("The new centre"),
        universities=frozenset(campus.university_id for campus in campuses),
        leaving=leaving_centers(campuses, today),
    )
    return {**center}, []


def _notes(rooms: dict[int, RoomStrength], changed: Changed) -> list[str]:
    """Rooms whose population is unknown cannot say what they would need."""
    unknown = [
        room.name
        for pk, room in rooms.items()
        if changed.get(pk) is not None and not room.is_center and room.population is None
    ]
    return [
        _("%(room)s: the population is not recorded, so that the need stays unknown.")
        % {"room": name}
        for name in unknown
    ]


def _figures(lines: list[Line]) -> list[Figure]:
    officers = sum(line.more_officers for line in lines)
    auxiliaries = sum(line.more_auxiliaries for line in lines)
    missing = sum(line.after.gap for line in lines if line.after is not None)
    free = sum(line.free for line in lines)
    return [
        Figure(_("Officers required"), f"{officers:+d}"),
        Figure(_("Auxiliaries required"), f"{auxiliaries:+d}"),
        Figure(
            _("Missing then"),
            missing,
            tone="bad" if missing else "ok",
            mark="▲" if missing else "",
        ),
        Figure(_("People without a room then"), free),
    ]
