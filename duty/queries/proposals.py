"""A plan by weeks, people and days, beside the shifts that stand."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from duty.models import RosterProposal, RosterShift, ShiftTemplate
from duty.proposal.outcome import Planned
from duty.queries.roster import OF_ROOM, standing_shifts
from personnel.models import Person
from policeroom.common.clock import ZONE
from policeroom.common.intervals import Span

DAY, WEEK = dt.timedelta(days=1), dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class PlanShift:
    """One shift in a cell; `stands` if it is booked already."""

    name: str
    span: Span
    stands: bool


@dataclass(frozen=True, slots=True)
class PlanCell:
    """One person on one day."""

    day: dt.date
    shifts: list[PlanShift]


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One person over a week."""

    person: Person
    cells: list[PlanCell]
    hours: float


@dataclass(frozen=True, slots=True)
class PlanWeek:
    """Seven days of a plan."""

    days: list[dt.date]
    lines: list[PlanLine]


def plan_weeks(
    proposal: RosterProposal, planned: Iterable[Planned], people: Mapping[int, Person]
) -> list[PlanWeek]:
    """Each week of the proposal; of one that is booked, its own shifts are not shown twice."""
    names = dict(
        ShiftTemplate.objects.unscoped(OF_ROOM)
        .filter(station_id=proposal.station_id)
        .values_list("pk", "name")
        .order_by("pk")
    )
    by_cell: dict[tuple[int, dt.date], list[PlanShift]] = defaultdict(list)
    proposed = set()
    for one in planned:
        shift = one.shift
        proposed.add((shift.person, shift.span))
        found = PlanShift(names[one.template], shift.span, stands=False)
        by_cell[shift.person, shift.day].append(found)
    for row in _standing(proposal):
        span = Span(row.starts_at, row.ends_at)
        if (row.person_id, span) in proposed:
            continue
        name = row.template.name if row.template else row.get_kind_display()
        day = row.starts_at.astimezone(ZONE).date()
        by_cell[row.person_id, day].append(PlanShift(name, span, stands=True))
    mondays = [proposal.first_day + number * WEEK for number in range(proposal.weeks)]
    return [_week([first + n * DAY for n in range(7)], by_cell, people) for first in mondays]


def _standing(proposal: RosterProposal) -> list[RosterShift]:
    window = proposal.window
    rows = standing_shifts().filter(
        station_id=proposal.station_id, starts_at__gte=window.start, starts_at__lt=window.end
    )
    return list(rows.select_related("template").order_by("starts_at", "id"))


def _week(
    days: list[dt.date],
    by_cell: Mapping[tuple[int, dt.date], list[PlanShift]],
    people: Mapping[int, Person],
) -> PlanWeek:
    lines = []
    for pk, person in people.items():
        cells = [
            PlanCell(day, sorted(by_cell.get((pk, day), []), key=lambda one: one.span))
            for day in days
        ]
        minutes = sum(shift.span.minutes for cell in cells for shift in cell.shifts)
        lines.append(PlanLine(person, cells, minutes / 60))
    return PlanWeek(days, lines)
