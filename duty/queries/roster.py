"""The roster of a room: some days, who is booked, and what is open; in constant queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from duty.demand import Booking, Demand, Lack, lacks, shift_span
from duty.models import IntendedGap, RosterShift, ShiftTemplate
from duty.queries.arrangements import askings_of
from duty.routine import asked
from personnel.enums import PersonKind
from personnel.models import Absence, Assignment, Person
from policeroom.common.clock import ZONE
from policeroom.common.intervals import Span, gaps
from policeroom.common.models import Interval
from stations.models import Station

OF_ROOM = "rows of a room its caller fetched through the scope"
DAY, WEEK = dt.timedelta(days=1), dt.timedelta(days=7)


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
    """The hours of the window for which people are recorded as absent, by person."""
    first, last = (timezone.localdate(at, ZONE) for at in (window.start, window.end))
    rows = Absence.objects.unscoped(OF_ROOM).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=first),
        person__in=people,
        valid_from__lte=last,
        struck_at__isnull=True,
    )
    found: dict[int, list[Span]] = defaultdict(list)
    for row in rows:
        end = midnight(row.valid_to) if row.valid_to else window.end + DAY
        found[row.person_id].append(Span(midnight(row.valid_from), end))
    return found


def absence_on(person: Person, first: dt.date, last: dt.date) -> Absence | None:
    """The first absence of a person that touches one of the days."""
    rows = Absence.objects.unscoped(OF_ROOM).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=first),
        person=person,
        valid_from__lte=last,
        struck_at__isnull=True,
    )
    return rows.order_by("valid_from").first()


def has_post(person: Person, station: Station, day: dt.date) -> bool:
    """Whether somebody has a post in the room on a day."""
    rows = Assignment.objects.unscoped(OF_ROOM).filter(person=person, station=station)
    return rows.filter(Interval.valid_on(day)).exists()
