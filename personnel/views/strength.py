"""Strength of the rooms on any day: required, present, missing and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personnel.forms.strength import StrengthFilter, in_state
from personnel.overview import strength_facts
from personnel.queries.rooms_people import Member, members_of
from personnel.queries.strength import rules_on, strength_of, strength_on
from personnel.strength import Assessment
from personnel.tables import strength as tables
from personnel.views.people_pages import Block, person_trail, sections
from policeroom.common.access import fetch, requires, scope_of
from policeroom.common.lists import RegisterView
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Fact, Figure, Link, empty_state, small_table
from policeroom.common.scope import Scope
from policeroom.common.tables import Column
from stations.models import Station
from stations.views.rooms import day_asked


class StrengthList(RegisterView):
    """Every room of the reader's area that was open on the day of `?on=`, else today."""

    access_policy = "people.view"
    order = ("org_path", "id")
    template_name = "people/list.html"
    title = gettext_lazy("Strength")
    filter_class = StrengthFilter
    export_action: str = "people.export"

    def rows(self, scope: Scope) -> ScopedQuerySet:
        action = self.export_action if self.request.GET.get("export") else self.access_policy
        self.day, _problem = day_asked(self.request)
        self.assessed = strength_on(self.day, scope.ranges_for(action))
        self.columns = tables.strength_columns(self.assessed, self.day)
        wanted = in_state(self.assessed, self.request.GET.get("state", ""))
        return Station.objects.within(scope, action=action).filter(pk__in=wanted)

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "tabs": sections("strength"),
            "actions": [Link(_("What if"), reverse("personnel:what-if"), "calculator")],
            "figures": _figures(self.assessed.values(), self.day),
            **empty_state(
                "users",
                _("No room was open on that day"),
                _("Each room stands here with who is required, who counts, and who is missing."),
                [],
            ),
        }


def _figures(assessed: Collection[Assessment], day: dt.date) -> list[Figure]:
    """The whole area at a glance, whatever the filter."""
    url = f"{reverse('personnel:strength')}?on={day}"
    short = sum(bool(found.failing) for found in assessed)
    open_facts = sum(found.unknown or found.stale for found in assessed)
    officers = sum(found.officer_gap for found in assessed)
    auxiliaries = sum(found.auxiliary_gap for found in assessed)
    as_of = _("as of %(day)s") % {"day": day}
    return [
        Figure(_("Rooms"), len(assessed), detail=as_of),
        _figure(_("Rooms with a gap"), short, url=f"{url}&state=short"),
        _figure(_("Officers missing"), officers),
        _figure(_("Auxiliaries missing"), auxiliaries),
        Figure(_("Population unknown or out of date"), open_facts, url=f"{url}&state=unknown"),
    ]


def _figure(label: str, number: int, url: str = "") -> Figure:
    """A number that should be zero."""
    return Figure(label, number, tone="bad" if number else "", mark="▲" if number else "", url=url)


def member_columns(scope: Scope) -> tuple[Column, ...]:
    """People of a room; only those whose file the reader may open lead to it."""

    def url(member: Member) -> str:
        person = member.post.person
        return person.get_absolute_url() if scope.allows("people.view", person.org_path) else ""

    return (
        Column(
            "name", gettext_lazy("Person's name"), lambda m: m.post.person.name, url, primary=True
        ),
        Column("kind", gettext_lazy("Kind"), lambda m: m.post.person.get_kind_display()),
        Column("post", gettext_lazy("Post"), lambda m: m.post.get_post_display(), primary=True),
        Column("since", gettext_lazy("Since"), lambda m: m.post.valid_from),
        Column(
            "named",
            gettext_lazy("Named university"),
            lambda m: m.post.named_university.name if m.post.named_university else None,
        ),
        Column("away", gettext_lazy("Away since"), lambda m: m.away_since),
        Column(
            "counts",
            gettext_lazy("Counts here"),
            _counts,
            primary=True,
            tone=lambda m: ("ok", "✓") if m.counts else ("warn", "△"),
        ),
    )


def _counts(member: Member) -> str:
    if member.counts:
        return _("yes")
    if not member.post.is_primary:
        return _("no: secondary post")
    return _("no: seconded away") if member.seconded else _("no: away too long")


@requires("people.view")
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """One room on a day: who counts, and what each rule says."""
    scope = scope_of(request)
    station = fetch(Station.objects.select_related("operator"), scope, action="people.view", pk=pk)
    day, problem = day_asked(request)
    found = strength_of(station, day)
    context = {
        "station": station,
        "title": _("Strength"),
        "line": _("Strength on %(day)s") % {"day": day},
        "day": day,
        "problem": problem,
        "trail": [
            *person_trail(),
            Link(_("Strength"), f"{reverse('personnel:strength')}?on={day}"),
            Link(station.name),
        ],
        "actions": [
            Link(
                _("Appraisal and reward"),
                f"{reverse('personnel:appraisal-list')}?q={station.code}",
                "file-check",
            ),
            Link(_("Station file"), station.get_absolute_url(), "building-2"),
        ],
        "state": Fact("", ""),
        "facts": [],
        "blocks": [],
    }
    if found is not None:
        code = tables.state_of(found)
        tone, mark = tables.STATE_TONES[code]
        context |= {
            "state": Fact("", tables.STATE_WORDS[code], tone=tone, mark=mark),
            "facts": strength_facts(found),
            "blocks": _blocks(station, found, scope),
        }
    return render(request, "people/room.html", context)


def _blocks(station: Station, found: Assessment, scope: Scope) -> list[Block]:
    day = found.room.day
    members = members_of(station, day, day_rules=rules_on(day))
    people = small_table(member_columns(scope), members, _("People of the room"))
    verdicts = small_table(tables.VERDICT_COLUMNS, tables.told(found.verdicts), _("Rules"))
    return [
        Block("people", _("People of the room"), people, _("Nobody had a post here.")),
        Block("rules", _("Rules"), verdicts, _("Nothing is asked while the room is suspended.")),
    ]
