"""Arrangements of the cities: who sees them, which one holds for a room on a day, what it asks."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import F, Q

from duty.enums import ArrangementPart
from duty.levels import DutyLevel, level_stretches
from duty.models import DutyArrangement, Trigger
from duty.queries.levels import LENGTHS
from duty.queries.orders import approved_orders, facts_of
from duty.routine import Asking, hours_on, in_vacation, unrelieved
from policeroom.common.clock import ZONE
from policeroom.common.intervals import Span, union
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.models import Interval
from policeroom.common.scope import SEGMENTS, Scope
from stations.calendar import in_term, is_working_day
from stations.enums import LinkKind, UnitKind
from stations.models import AcademicCalendar, CoverageLink, OrgUnit, Station
from stations.queries.places import calendar_exceptions, units

EDIT = "arrangements.edit"
VIEW = "duty.view"
CITY_LENGTH = sum(SEGMENTS[:2])
OF_ROOMS = "what binds rooms the caller fetched through the scope"
ONE_DAY = dt.timedelta(days=1)
PARTS = tuple(ArrangementPart)


def of_city(scope: Scope) -> Q:
    """Condition: a paper of a city is seen from the city, from above, and from all below it."""
    cities = {low[:CITY_LENGTH] for low, _high in scope.ranges_for(VIEW)}
    return scope.q(action=VIEW) | Q(org_path__in=sorted(cities))


def arrangement_rows(scope: Scope) -> ScopedQuerySet:
    """Arrangements in view with what their columns read."""
    rows = DutyArrangement.objects.unscoped("seen from its city, from above and from below")
    return rows.filter(of_city(scope)).select_related("unit", "recorded_by")


def versions_of(row: DutyArrangement, scope: Scope) -> ScopedQuerySet:
    """Every version of the same part of the same city, the latest first."""
    return (
        arrangement_rows(scope).filter(unit=row.unit, part=row.part).order_by("-valid_from", "-id")
    )


def cities_without(scope: Scope, day: dt.date) -> dict[ArrangementPart, list[OrgUnit]]:
    """Cities in view without an arrangement on the day, by the part it is missing for (JS-16-1)."""
    cities = list(units(scope, [UnitKind.CITY], action=VIEW))
    holding = set(
        DutyArrangement.objects.unscoped("cities in view")
        .filter(Interval.valid_on(day), unit__in=cities)
        .values_list("unit_id", "part")
    )
    lacking = {part: [city for city in cities if (city.pk, part) not in holding] for part in PARTS}
    return {part: found for part, found in lacking.items() if found}


@dataclass(frozen=True, slots=True)
class Routine:
    """What holds for a room on a day at 三级.

    `is_known` is False where no calendar of its universities says anything: the part of term is
    taken. `arrangement` is None where the city fixed none for that part.
    """

    part: ArrangementPart
    is_known: bool
    arrangement: DutyArrangement | None


class Routines:
    """Which arrangement holds for the rooms on the days of a stretch: four statements in all."""

    def __init__(self, rooms: Iterable[Station], first: dt.date, last: dt.date) -> None:
        rooms = list(rooms)
        self._cities = {room.pk: room.org_path[:CITY_LENGTH] for room in rooms}
        self._universities = _universities(rooms, first, last)
        seen = {pk for links in self._universities.values() for pk, _interval in links}
        self._terms: dict[int, list[AcademicCalendar]] = defaultdict(list)
        calendars = AcademicCalendar.objects.unscoped(OF_ROOMS).filter(
            university__in=seen, starts_on__lte=last, ends_on__gt=first
        )
        for term in calendars:
            self._terms[term.university_id].append(term)
        self._papers = list(
            DutyArrangement.objects.unscoped(OF_ROOMS).filter(
                Q(valid_to__isnull=True) | Q(valid_to__gt=first),
                org_path__in=sorted(set(self._cities.values())),
                valid_from__lte=last,
            )
        )

    def of(self, room: Station, day: dt.date) -> Routine:
        """The routine of one of the rooms on one of the days."""
        calendars = [
            in_term(day, self._terms.get(university, ()))
            for university, (start, end) in self._universities.get(room.pk, ())
            if start <= day and (end is None or day < end)
        ]
        vacation = in_vacation(calendars)
        part = ArrangementPart.VACATION if vacation else ArrangementPart.TERM
        return Routine(part, vacation is not None, self._paper(room, part, day))

    def _paper(self, room: Station, part: str, day: dt.date) -> DutyArrangement | None:
        for row in self._papers:
            holds = row.valid_from <= day and (row.valid_to is None or day < row.valid_to)
            if holds and row.part == part and row.org_path == self._cities[room.pk]:
                return row
        return None


#: University of a room, and from when until when it serves it.
Served = tuple[int, tuple[dt.date, dt.date | None]]


def _universities(
    rooms: list[Station], first: dt.date, last: dt.date
) -> Mapping[int, list[Served]]:
    """The university a room stands at, and those a centre covers first; two statements."""
    ids = [room.pk for room in rooms]
    found: dict[int, list[Served]] = defaultdict(list)
    stands = Station.objects.unscoped(OF_ROOMS).filter(pk__in=ids, campus__isnull=False)
    rows = stands.order_by().values_list("pk", "campus__university_id", "opened_on")
    for pk, university, opened in rows:
        found[pk].append((university, (opened, None)))
    links = CoverageLink.objects.unscoped(OF_ROOMS).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=first),
        station__in=ids,
        kind=LinkKind.PRIMARY,
        valid_from__lte=last,
    )
    for link in links.select_related("campus").order_by("id"):
        served = (link.campus.university_id, (link.valid_from, link.valid_to))
        found[link.station_id].append(served)
    return found


def routine_of(room: Station, day: dt.date) -> Routine:
    """The routine of one room on a day."""
    return Routines([room], day, day).of(room, day)


def askings_of(room: Station, first: dt.date, last: dt.date) -> list[Asking]:
    """When the shifts of a room ask for people on the days, and for whom.

    Source: 第十六条 (JS-16-2, JS-09-2, JS-09-3). At 三级 the arrangement's hours count, officers on
    working days; an arrangement that does not ask for one of them relieves the room of it. Under an
    order or a 24-hour presence, and where the city fixed no arrangement, every shift counts.
    """
    routines = Routines([room], first, last)
    exceptions = calendar_exceptions(first, last + ONE_DAY)
    found: list[Asking] = []
    day = first
    while day <= last:
        paper = routines.of(room, day).arrangement
        if paper is None:
            found.append(Asking(hours_on(day, dt.time(), dt.time())[0]))
        else:
            officers = paper.officer_on_workdays and is_working_day(day, exceptions)
            found += [
                Asking(span, officers, paper.auxiliary_every_day)
                for span in hours_on(day, paper.day_starts, paper.day_ends)
            ]
        day += ONE_DAY
    window = Span(
        dt.datetime.combine(first, dt.time(), ZONE),
        dt.datetime.combine(last + ONE_DAY, dt.time(), ZONE),
    )
    return unrelieved(found, _raised(room, window))


def _raised(room: Station, window: Span) -> list[Span]:
    """Stretches of the window above 三级, or with a 24-hour presence."""
    above = [room.org_path[:length] for length in LENGTHS]
    orders = approved_orders(not_over_at=window.start, at=window.end).filter(
        starts_at__lt=window.end, targets__overlap=above
    )
    stretches = level_stretches([facts_of(row) for row in orders], window)
    spans = [one.span for one in stretches if one.level > DutyLevel.THREE]
    triggers = Trigger.objects.unscoped(OF_ROOMS).filter(
        Q(revoked_at__isnull=True) | Q(revoked_at__gt=F("starts_at")),
        targets__overlap=above,
        starts_at__lt=window.end,
        ends_at__gt=window.start,
    )
    for row in triggers:
        end = min(row.ends_at, row.revoked_at or row.ends_at)
        part = Span(row.starts_at, end).cut(window)
        spans += [part] if part else []
    return union(spans)
