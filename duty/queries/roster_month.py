"""A month of a roster as the page shows it: people down, days across, and what each day lacks."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from duty.demand import Lack
from duty.models import IntendedGap, RosterShift, ShiftTemplate
from duty.queries.roster import DAY, Cell, Line, Roster, midnight, roster_of
from personnel.models import Person
from policeroom.common.clock import ZONE
from stations.calendar import is_working_day
from stations.models import CalendarDay, Station

#: A month is filled from so many days before it: whole weeks, so that weekdays stay weekdays.
FOUR_WEEKS = dt.timedelta(weeks=4)
#: Heads of narrow columns, from Monday on.
WEEKDAYS = (_("Mo"), _("Tu"), _("We"), _("Th"), _("Fr"), _("Sa"), _("Su"))


@dataclass(frozen=True, slots=True)
class MonthDay:
    """The head of a day's column. `note` names a holiday or make-up day."""

    day: dt.date
    is_off: bool
    note: str
    lacks: list[Lack]
    intended: list[IntendedGap]

    @property
    def weekday(self) -> str:
        return str(WEEKDAYS[self.day.weekday()])

    @property
    def open_hours(self) -> float:
        """Person-hours that nobody does, of the shifts that begin on the day."""
        return sum(one.span.minutes * one.missing for one in self.lacks) / 60


@dataclass(frozen=True, slots=True)
class Mark:
    """One shift as the grid shows it: a letter, with the whole name and hours beside it."""

    shift: RosterShift
    letter: str
    name: str


@dataclass(frozen=True, slots=True)
class MonthCell:
    """One person on one day."""

    head: MonthDay
    person: Person
    marks: list[Mark]
    is_away: bool

    @property
    def is_clash(self) -> bool:
        """Whether somebody is booked on a day of absence."""
        return self.is_away and bool(self.marks)


@dataclass(frozen=True, slots=True)
class MonthLine:
    person: Person
    cells: list[MonthCell]
    hours: float


@dataclass(frozen=True, slots=True)
class DayList:
    """One day as the list on a phone shows it."""

    head: MonthDay
    booked: list[MonthCell]
    away: list[Person]


@dataclass(frozen=True, slots=True)
class Month:
    """The roster of a room in a calendar month."""

    roster: Roster
    heads: list[MonthDay]
    lines: list[MonthLine]
    letters: dict[str, str] = field(default_factory=dict)

    @property
    def by_day(self) -> list[DayList]:
        columns = [[line.cells[n] for line in self.lines] for n in range(len(self.heads))]
        return [
            DayList(
                head,
                [cell for cell in cells if cell.marks],
                [cell.person for cell in cells if cell.is_away],
            )
            for head, cells in zip(self.heads, columns, strict=True)
        ]

    @property
    def open_hours(self) -> float:
        return sum(head.open_hours for head in self.heads)


def month_after(first: dt.date) -> dt.date:
    """The first day of the next month."""
    return (first.replace(day=1) + 31 * DAY).replace(day=1)


def month_of(station: Station, first: dt.date) -> Month:
    """The month that begins on `first`."""
    return in_columns(roster_of(station, first, month_after(first)))


def in_columns(roster: Roster) -> Month:
    """Any days of a roster, with what each day lacks and a letter for each shift."""
    letters = letters_of(
        [template.name for template in roster.templates]
        + [name_of(s) for line in roster.lines for cell in line.cells for s in cell.shifts]
    )
    heads = _heads(roster)
    lines = [_line(line, heads, letters) for line in roster.lines]
    return Month(roster, heads, lines, letters)


def name_of(shift: RosterShift) -> str:
    """The usual shift it follows, else its kind."""
    template: ShiftTemplate | None = shift.template
    return template.name if template else str(shift.get_kind_display())


def letters_of(names: Sequence[str]) -> dict[str, str]:
    """The shortest beginning of each name that no other name has; a number where there is none."""
    known = sorted(set(names))
    found: dict[str, str] = {}
    for number, name in enumerate(known, 1):
        others = [other for other in known if other != name]
        lengths = range(1, min(len(name), 3) + 1)
        alone = (n for n in lengths if not any(o[:n] == name[:n] for o in others))
        length = next(alone, None)
        found[name] = name[:length] if length else str(number)
    return found


def _heads(roster: Roster) -> list[MonthDay]:
    rows = CalendarDay.objects.filter(day__gte=roster.first, day__lte=roster.last)
    special = {row.day: row for row in rows}
    kinds = {day: row.kind for day, row in special.items()}
    lacks: dict[dt.date, list[Lack]] = defaultdict(list)
    for lack in roster.lacks:
        lacks[timezone.localdate(lack.demand.span.start, ZONE)].append(lack)
    return [
        MonthDay(
            day,
            not is_working_day(day, kinds),
            special[day].name if day in special else "",
            lacks[day],
            [gap for gap in roster.intended if _touches(gap, day)],
        )
        for day in roster.days
    ]


def _touches(gap: IntendedGap, day: dt.date) -> bool:
    return gap.starts_at < midnight(day + DAY) and midnight(day) < gap.ends_at


def _line(line: Line, heads: list[MonthDay], letters: dict[str, str]) -> MonthLine:
    def marks(cell: Cell) -> list[Mark]:
        return [Mark(shift, letters[name_of(shift)], name_of(shift)) for shift in cell.shifts]

    cells = [
        MonthCell(head, line.person, marks(cell), cell.is_away)
        for head, cell in zip(heads, line.cells, strict=True)
    ]
    return MonthLine(line.person, cells, line.hours)
