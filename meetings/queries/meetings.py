"""Reads of meetings: who sees which, what a room still owes, who could have taken part."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from meetings import rules
from meetings.models import ActionItem, Meeting, MinutesVersion, Obligation, Sitting
from meetings.queries.standings import Found, standings
from meetings.regimes import REGIMES
from meetings.rules import Standing
from policeroom.common.clock import ZONE
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.models import Interval
from policeroom.common.periods import Period, period_of
from policeroom.common.scope import Scope
from policeroom.common.verdicts import Verdict
from stations.enums import LinkKind
from stations.models import CoverageLink, Station, University

VIEW: Final = "meetings.view"
EDIT: Final = "meetings.edit"
CONFIRM: Final = "meetings.confirm"
#: Why these reads have no scope.
OF_ROOM: Final = "rows of a room or meeting its caller fetched through the scope"
#: Periods of each regime that the page of a room looks back on.
SHOWN: Final = {"weekly": 13, "monthly": 6, "quarterly": 4}
#: Open action items that the page of a room shows.
ITEMS_SHOWN: Final = 50


def obligation_rows(scope: Scope) -> ScopedQuerySet:
    """What rooms in view owe, with whether something was held for it (`is_served`)."""
    served = Sitting.objects.unscoped(OF_ROOM).filter(
        station=OuterRef("station"),
        regime=OuterRef("regime"),
        serves_from=OuterRef("starts_on"),
        meeting__held_at__isnull=False,
    )
    rows = Obligation.objects.within(scope, action=VIEW).select_related("station")
    return rows.annotate(is_served=Exists(served))


def meeting_rows(scope: Scope) -> ScopedQuerySet:
    """Meetings in view with everything a page reads."""
    seats = Sitting.objects.unscoped(OF_ROOM).select_related("station", "confirmed_by")
    return (
        Meeting.objects.within(scope, action=VIEW)
        .select_related("unit", "entered_by", "cancelled_by")
        .prefetch_related(Prefetch("sittings", queryset=seats.order_by("org_path", "regime")))
    )


def sitting_rows(scope: Scope) -> ScopedQuerySet:
    """Sittings in view."""
    return Sitting.objects.within(scope, action=VIEW).select_related("meeting", "station")


def item_rows(scope: Scope) -> ScopedQuerySet:
    """Action items in view."""
    return ActionItem.objects.within(scope, action=VIEW).select_related("station", "meeting")


def of_room(station: Station, *, now: dt.datetime) -> dict[str, list[Found]]:
    """The last periods of every regime of a room, newest first, with what became of them."""
    rows: list[Obligation] = []
    for regime, number in SHOWN.items():
        mine = Obligation.objects.unscoped(OF_ROOM).filter(station=station, regime=regime)
        rows += mine.order_by("-starts_on")[:number]
    found: dict[str, list[Found]] = {regime: [] for regime in SHOWN}
    for one in standings(rows, now=now):
        found[one.obligation.regime].append(one)
    return found


def planned_in(station: Station) -> QuerySet[Meeting]:
    """Meetings of a room that are planned and neither held nor called off."""
    rows = Meeting.objects.unscoped(OF_ROOM).filter(
        held_at__isnull=True, cancelled_at__isnull=True, sittings__station=station
    )
    return rows.distinct().order_by("planned_at", "id")


def served_period(sitting: Sitting) -> Period:
    """The period a sitting of a held meeting counts for.

    Raises: ValueError if the meeting was not held.
    """
    if sitting.serves_from is None:
        raise ValueError(f"sitting {sitting.pk} serves no period yet")
    return period_of(REGIMES[sitting.regime].period, sitting.serves_from)


def can_be_made_up(station: Station, *, now: dt.datetime) -> dict[str, list[Found]]:
    """Past periods of a room whose make-up still counts."""
    return {
        regime: [one for one in found if one.standing == Standing.DUE]
        for regime, found in of_room(station, now=now).items()
    }


def universities_of(station: Station, day: dt.date) -> QuerySet[University]:
    """The universities a room serves on a day: its own campus's, or those a centre covers."""
    rows = University.objects.unscoped(OF_ROOM)
    if station.campus_id is not None:
        return rows.filter(campuses=station.campus_id)
    links = CoverageLink.objects.unscoped(OF_ROOM).filter(
        Interval.valid_on(day), station=station, kind=LinkKind.PRIMARY
    )
    return rows.filter(campuses__links__in=links).distinct().order_by("code")


@dataclass(frozen=True, slots=True)
class Checked:
    """One sitting with what the rules say about it."""

    sitting: Sitting
    verdicts: list[Verdict]


def checked(meeting: Meeting, minutes: MinutesVersion, numbers: dict[str, Any]) -> list[Checked]:
    """What the rules on headings, quorum and entry say about each sitting of a held meeting."""
    people = list(meeting.participants.all())
    represented = {one.university_id for one in people if one.university_id}
    sides = {one.side for one in people}
    times = meeting.times
    entry = rules.entered_in_time(
        ended_at=times.ended, recorded_at=times.entered, limit_hours=numbers["P-14b"]
    )
    found = []
    for sitting in meeting.sittings.all():
        regime = REGIMES[sitting.regime]
        answers = minutes.body.get(regime.code, {})
        day = times.began.astimezone(ZONE).date()
        served = universities_of(sitting.station, day).values_list("pk", flat=True)
        verdicts = [
            rules.headings_said(
                regime,
                said={h for h, answer in answers.items() if answer.get("text")},
                nil={h for h, answer in answers.items() if answer.get("nil")},
            ),
            entry,
        ]
        if regime.quorum_rule:
            quorum = rules.quorum(
                regime, universities=set(served), represented=represented, sides=sides
            )
            verdicts.insert(0, quorum)
        found.append(Checked(sitting, verdicts))
    return found
