"""The crew of a room over some weeks: leave, shifts that stand, places that are open.

Whoever is recorded as absent is no cover: neither planned anew nor counted for a shift they have.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q

from duty.demand import Demand, shift_span
from duty.models import IntendedGap, Reinforcement, RosterShift, ShiftTemplate
from duty.queries.roster import OF_ROOM, midnight, posted_in, standing_shifts
from duty.roster_rules import Kind, Member, Post, Request, Shift, Slot
from personnel.enums import PersonKind
from personnel.models import Absence, Assignment, Person, Secondment
from policeroom.common.clock import ZONE
from policeroom.common.intervals import Span, gaps, shortfalls
from stations.enums import DayKind
from stations.models import CalendarDay, Station

DAY = dt.timedelta(days=1)
#: So far before and after the window shifts are read: rest, runs of days and weeks reach over it.
MARGIN = 8 * DAY
SATURDAY = 5
POSTS = {PersonKind.OFFICER: Post.OFFICER, PersonKind.AUXILIARY: Post.AUXILIARY}


@dataclass(frozen=True)
class Crew:
    """Facts of a room and a window, read in a constant number of queries."""

    station: Station
    window: Span
    people: dict[int, Person]
    away: dict[int, tuple[Span, ...]]
    #: Shifts of its people, here and elsewhere, and those of others here.
    shifts: list[RosterShift]
    templates: list[ShiftTemplate]
    intended: tuple[Span, ...]
    calendar: dict[dt.date, str]

    @cached_property
    def members(self) -> tuple[Member, ...]:
        """The crew with what it does already."""
        booked: dict[int, list[Shift]] = defaultdict(list)
        for row in self.shifts:
            booked[row.person_id].append(as_shift(row))
        return tuple(
            Member(pk, POSTS[PersonKind(person.kind)], self.away[pk], tuple(booked[pk]))
            for pk, person in self.people.items()
        )

    @cached_property
    def here(self) -> list[RosterShift]:
        """Shifts in the room that touch the window."""
        return [
            row
            for row in self.shifts
            if row.station_id == self.station.pk and span_of(row).cut(self.window)
        ]

    def cover(self, post: Post) -> list[Span]:
        """Hours for which somebody of the post is booked here and not away."""
        return [
            span
            for row in self.here
            if POSTS[PersonKind(self.people[row.person_id].kind)] is post
            for span in gaps(span_of(row), self.away[row.person_id])
        ]

    @cached_property
    def demands(self) -> list[tuple[Demand, ShiftTemplate]]:
        """Usual shifts that begin in the window on days the room operates, in order of time."""
        found = [
            (Demand(one.name, span, one.officers, one.auxiliaries), one)
            for day in self.days
            if self._operates(day)
            for one in self.templates
            for span in [shift_span(day, one.starts, one.minutes)]
            if gaps(span, self.intended)
        ]
        return sorted(found, key=lambda pair: (pair[0].span, pair[1].pk))

    @property
    def days(self) -> list[dt.date]:
        first = self.window.start.astimezone(ZONE).date()
        return [
            first + number * DAY for number in range((self.window.end - self.window.start).days)
        ]

    @property
    def needed(self) -> int:
        """Minutes of work the window asks for."""
        return sum(
            (demand.officers + demand.auxiliaries) * span.minutes
            for demand, _template in self.demands
            for span in gaps(demand.span, self.intended)
        )

    def request(self, slots: Iterator[Slot]) -> Request:
        """Everything the pure rules need to know, for these places."""
        return Request(
            window=self.window,
            members=self.members,
            slots=tuple(sorted(slots)),
            weekends=frozenset(day for day in self.days if self._is_weekend(day)),
            holidays=frozenset(d for d in self.days if self.calendar.get(d) == DayKind.HOLIDAY),
            intended=self.intended,
        )

    def _operates(self, day: dt.date) -> bool:
        room = self.station
        return room.opened_on <= day and (room.closed_on is None or day < room.closed_on)

    def _is_weekend(self, day: dt.date) -> bool:
        """A free Saturday or Sunday; in a statutory holiday it is shared as one."""
        return day.weekday() >= SATURDAY and day not in self.calendar


def places(crew: Crew) -> Iterator[Slot]:
    """Shifts of the window with the people they still lack at their emptiest hour.

    Usual shifts of the same hours and kind are one: whoever is booked then serves each of them.
    """
    lacking: dict[tuple[Span, Kind], tuple[int, int]] = {}
    officers, auxiliaries = (crew.cover(post) for post in Post)
    for demand, template in crew.demands:
        key = (demand.span, Kind(template.kind))
        before = lacking.get(key, (0, 0))
        lacking[key] = (
            max(before[0], _most_missing(demand.span, officers, demand.officers)),
            max(before[1], _most_missing(demand.span, auxiliaries, demand.auxiliaries)),
        )
    for (span, kind), missing in lacking.items():
        if any(missing):
            yield Slot(span, kind, *missing)


def open_hours(crew: Crew) -> Iterator[Slot]:
    """Hours of the window with too few people, to the minute."""
    for post in Post:
        cover = crew.cover(post)
        for demand, template in crew.demands:
            needed = demand.officers if post is Post.OFFICER else demand.auxiliaries
            for span, missing in shortfalls(demand.span, cover, needed):
                counts = (missing, 0) if post is Post.OFFICER else (0, missing)
                yield Slot(span, Kind(template.kind), *counts)


def _most_missing(span: Span, cover: list[Span], needed: int) -> int:
    return max((missing for _span, missing in shortfalls(span, cover, needed)), default=0)


def span_of(row: RosterShift) -> Span:
    return Span(row.starts_at, row.ends_at)


def as_shift(row: RosterShift) -> Shift:
    return Shift(span_of(row), row.person_id, Kind(row.kind))


def crew_of(station: Station, window: Span) -> Crew:
    """Read the crew of a room: those with a post in the window, and whoever has a shift in it."""
    first, last = (at.astimezone(ZONE).date() for at in (window.start, window.end))
    around = Span(window.start - MARGIN, window.end + MARGIN)
    touching = standing_shifts().filter(starts_at__lt=around.end, ends_at__gt=around.start)
    people = {row.pk: row for row in posted_in(station, first, last - DAY)}
    inside = Q(station=station, starts_at__lt=window.end, ends_at__gt=window.start)
    rows = touching.filter(Q(person__in=people) | inside)
    shifts = list(rows.select_related("person").order_by("starts_at", "id"))
    for row in shifts:
        people.setdefault(row.person_id, row.person)
    calendar = CalendarDay.objects.filter(day__gte=first, day__lt=last)
    return Crew(
        station=station,
        window=window,
        people=people,
        away=_away(station, people, around),
        shifts=shifts,
        templates=list(
            ShiftTemplate.objects.unscoped(OF_ROOM).filter(station=station, is_active=True)
        ),
        intended=_intended(station, around),
        calendar=dict(calendar.order_by("day").values_list("day", "kind")),
    )


def _intended(station: Station, around: Span) -> tuple[Span, ...]:
    rows = IntendedGap.objects.unscoped(OF_ROOM).filter(
        station=station,
        struck_at__isnull=True,
        starts_at__lt=around.end,
        ends_at__gt=around.start,
    )
    spans = rows.order_by("starts_at", "id").values_list("starts_at", "ends_at")
    return tuple(Span(start, end) for start, end in spans)


def _away(station: Station, people: dict[int, Person], around: Span) -> dict[int, tuple[Span, ...]]:
    """When somebody cannot serve here: no post, absent, seconded, sent to another room."""
    posts: dict[int, list[Span]] = defaultdict(list)
    rows = Assignment.objects.unscoped(OF_ROOM).filter(station=station, person__in=people)
    for row in rows.order_by("id"):
        posts[row.person_id] += _days(row.valid_from, row.valid_to, around)
    away = {pk: gaps(around, posts[pk]) for pk in people}
    for pk, person in people.items():
        if person.left_on is not None:
            away[pk] += _days(person.left_on, None, around)
    absences = Absence.objects.unscoped(OF_ROOM).filter(struck_at__isnull=True)
    seconded = Secondment.objects.unscoped(OF_ROOM).filter(
        approved_at__isnull=False, struck_at__isnull=True
    )
    for found in (absences, seconded):
        for one in found.filter(person__in=people).order_by("id"):
            away[one.person_id] += _days(one.valid_from, one.valid_to, around)
    sent = Reinforcement.objects.unscoped(OF_ROOM).filter(
        person__in=people, starts_at__lt=around.end, ends_at__gt=around.start
    )
    for trip in sent.order_by("id"):
        away[trip.person_id].append(Span(trip.starts_at, trip.ends_at))
    return {pk: tuple(sorted(spans)) for pk, spans in away.items()}


def _days(first: dt.date, end: dt.date | None, around: Span) -> list[Span]:
    """Whole days as instants, within `around`."""
    start = max(midnight(first), around.start)
    until = around.end if end is None else min(midnight(end), around.end)
    return [Span(start, until)] if start < until else []
