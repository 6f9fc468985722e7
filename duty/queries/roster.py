"""The roster of a room: some days, who is booked, and what is open; in constant queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from duty.demand import Booking, Demand, Lack, lacks, shift_span
from duty.models import IntendedGap, RosterShift, ShiftTemplate
from duty.queries.arrangements import askings_of
from duty.routine import asked
from personnel.enums import PersonKind
from personnel.models import Absence, Assignment, Person, Secondment
from personnel.models.secondments import APPROVED
from policeroom.common.clock import ZONE
from policeroom.common.intervals import Span, gaps
from policeroom.common.models import Interval
from stations.models import Station

OF_ROOM = "rows of a room its caller fetched through the scope"
DAY, WEEK = dt.timedelta(days=1), dt.timedelta(days=7)
#: First day, and the day after the last where there is one.
Leave = tuple[dt.date, dt.date | None]


@dataclass(frozen=True, slots=True)
class Cell:
    """One person on one day: the shifts that begin then."""

    day: dt.date
    shifts: list[RosterShift]
    is_away: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One person over the days."""

    person: Person
    cells: list[Cell]
    hours: float


@dataclass(frozen=True, slots=True)
class Roster:
    """The roster of a room on `days`, which follow each other."""

    days: list[dt.date]
    lines: list[Line]
    lacks: list[Lack]
    intended: list[IntendedGap]
    templates: list[ShiftTemplate]

    @property
    def first(self) -> dt.date:
        return self.days[0]

    @property
    def last(self) -> dt.date:
        return self.days[-1]


def monday_of(day: dt.date) -> dt.date:
    """The first day of the ISO week."""
    return day - day.weekday() * DAY


def midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), ZONE)


def standing_shifts() -> QuerySet[RosterShift]:
    """Shifts that are not struck."""
    return RosterShift.objects.unscoped(OF_ROOM).filter(struck_at__isnull=True)


def posted_in(station: Station, first: dt.date, last: dt.date) -> QuerySet[Person]:
    """People who have a post in the room on some day of the stretch (both days included)."""
    posts = Assignment.objects.unscoped(OF_ROOM).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=first),
        person=OuterRef("pk"),
        station=station,
        valid_from__lte=last,
    )
    people = Person.objects.unscoped(OF_ROOM).filter(Exists(posts))
    return people.exclude(left_on__lte=first).order_by("-kind", "name", "id")


def week_of(station: Station, monday: dt.date) -> Roster:
    """Seven days from a Monday on."""
    return roster_of(station, monday, monday + WEEK)


def roster_of(station: Station, first: dt.date, end: dt.date) -> Roster:
    """People by the days of `[first, end)`. Hours are those of the shifts that begin in them.

    Whoever is booked and recorded as absent afterwards covers nothing while absent.
    """
    window = Span(midnight(first), midnight(end))
    # a shift of up to two days that begins on the last one is judged whole
    judged = Span(window.start, window.end + 2 * DAY)
    shifts = list(
        standing_shifts()
        .filter(station=station, ends_at__gt=judged.start, starts_at__lt=judged.end)
        .select_related("person", "template")
        .order_by("starts_at", "id")
    )
    inside = [row for row in shifts if window.start <= row.starts_at < window.end]
    people = {row.pk: row for row in posted_in(station, first, end - DAY)}
    for row in inside:
        people.setdefault(row.person_id, row.person)
    days = [first + n * DAY for n in range((end - first).days)]
    away = _away(people | {row.person_id: row.person for row in shifts}, judged)
    templates = list(ShiftTemplate.objects.unscoped(OF_ROOM).filter(station=station))
    intended = list(intended_in(station, judged))
    bookings = [
        Booking(span, row.person.kind == PersonKind.OFFICER)
        for row in shifts
        for span in gaps(Span(row.starts_at, row.ends_at), away[row.person_id])
    ]
    empty = [Span(row.starts_at, row.ends_at) for row in intended]
    askings = askings_of(station, first, end + DAY)
    demands = asked(_demands(station, templates, days), askings)
    return Roster(
        days,
        _lines(people, inside, away, days),
        lacks(demands, bookings, empty),
        [row for row in intended if row.starts_at < window.end],
        templates,
    )


def intended_in(station: Station, window: Span) -> QuerySet[IntendedGap]:
    """Hours the room means to be empty that touch the window."""
    rows = IntendedGap.objects.unscoped(OF_ROOM).filter(station=station, struck_at__isnull=True)
    return rows.filter(starts_at__lt=window.end, ends_at__gt=window.start)


def _lines(
    people: dict[int, Person],
    shifts: list[RosterShift],
    away: dict[int, list[Span]],
    days: list[dt.date],
) -> list[Line]:
    by_cell: dict[tuple[int, dt.date], list[RosterShift]] = defaultdict(list)
    worked: dict[int, float] = defaultdict(float)
    for row in shifts:
        by_cell[row.person_id, timezone.localdate(row.starts_at, ZONE)].append(row)
        worked[row.person_id] += (row.ends_at - row.starts_at) / dt.timedelta(hours=1)
    return [
        Line(
            person,
            [Cell(day, by_cell[pk, day], _touches(away[pk], day)) for day in days],
            worked[pk],
        )
        for pk, person in people.items()
    ]


def _touches(spans: list[Span], day: dt.date) -> bool:
    return any(span.start < midnight(day + DAY) and midnight(day) < span.end for span in spans)


def _demands(station: Station, templates: list[ShiftTemplate], days: list[dt.date]) -> list[Demand]:
    """What the room asks of each day it is open."""
    return [
        Demand(one.name, shift_span(day, one.starts, one.minutes), one.officers, one.auxiliaries)
        for day in days
        if station.opened_on <= day and (station.closed_on is None or day < station.closed_on)
        for one in templates
        if one.is_active
    ]


def _away(people: dict[int, Person], window: Span) -> dict[int, list[Span]]:
    """The hours of the window for which people are absent or seconded, by person."""
    first, last = (timezone.localdate(at, ZONE) for at in (window.start, window.end))
    found: dict[int, list[Span]] = defaultdict(list)
    for person, start, end in _leaves(people, first, last):
        until = midnight(end) if end else window.end + DAY
        found[person].append(Span(midnight(start), until))
    return found


def _leaves(people: Collection[int], first: dt.date, last: dt.date) -> QuerySet[Any]:
    """Person, first day and day after the last of what takes people from their room; one query."""
    touching = Q(valid_to__isnull=True) | Q(valid_to__gt=first)
    absences, secondments = (
        model.objects.unscoped(OF_ROOM)
        .filter(touching, condition, person__in=people, valid_from__lte=last)
        .order_by()
        .values_list("person_id", "valid_from", "valid_to")
        for model, condition in ((Absence, Q(struck_at__isnull=True)), (Secondment, APPROVED))
    )
    found: QuerySet[Any] = absences.union(secondments)
    return found


def leave_on(
    person: Person, first: dt.date, last: dt.date
) -> tuple[dt.date, dt.date | None] | None:
    """First day and day after the last of what takes a person away on one of the days."""
    leaves = sorted(_leaves([person.pk], first, last), key=lambda leave: leave[1])
    return leaves[0][1:] if leaves else None


def has_post(person: Person, station: Station, day: dt.date) -> bool:
    """Whether somebody has a post in the room on a day."""
    rows = Assignment.objects.unscoped(OF_ROOM).filter(person=person, station=station)
    return rows.filter(Interval.valid_on(day)).exists()
