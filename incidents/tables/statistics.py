"""The figures of the statistics as lines; screen, drawings and spreadsheet read these."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from incidents.enums import IncidentKind
from incidents.forms.board import NO_CATEGORY, WEEKDAYS
from incidents.models.rollups import BEFORE_REPORT, NO_ARRIVAL, NO_HOUR, NOT_EXACT
from incidents.queries.statistics import Counts, Response
from incidents.queries.statistics_periods import Period

#: Below this many calls a change in percent says nothing.
FEW: Final = 10
#: Stands where there is nothing to compare with.
NOTHING: Final = "–"
#: Hours of one cell of the heat table.
BLOCK: Final = 3


@dataclass(frozen=True, slots=True)
class Address:
    """Addresses of the list behind a figure; area and period travel along."""

    area: str

    def list(self, period: Period, **more: Any) -> str:
        """The calls behind a figure."""
        query = {
            "area": self.area,
            "start": period.start.isoformat(),
            "end": period.last.isoformat(),
            **{key: str(value) for key, value in more.items()},
        }
        return f"{reverse('incidents:list')}?{urlencode({k: v for k, v in query.items() if v})}"


@dataclass(slots=True)
class Line:
    """One line: what, how many now, in the period before and in the year before."""

    label: str
    now: int
    before: int
    year_before: int
    url: str = ""
    is_part: bool = False
    parts: list[Line] = field(default_factory=list)

    @property
    def change(self) -> str:
        """Against the period before."""
        return change_text(self.now, self.before)

    @property
    def year_change(self) -> str:
        """Against the year before."""
        return change_text(self.now, self.year_before)


def change_text(now: int, then: int) -> str:
    """The difference, and in percent where there were enough calls to speak of a rate.

    Nothing to compare with, a dash: a log that began later did not grow.
    """
    if not then:
        return NOTHING
    if now == then:
        return "±0"
    difference = f"{now - then:+,}"
    return difference if then < FEW else f"{difference} ({(now - then) / then:+.0%})"


def category_lines(
    found: Sequence[Counts],
    categories: Iterable[tuple[int, int | None, str, str]],
    address: Address,
    period: Period,
) -> list[Line]:
    """Categories of the upper level, most calls first, each with its parts.

    `categories` holds (id, parent id, code, name). What the upper level itself counts, without a
    finer category, is a part of its own.
    """
    totals = [_by(counts, 1) for counts in found]
    known = {pk: (parent, code, name) for pk, parent, code, name in categories}
    groups: dict[int, list[int]] = {}
    for pk, (parent, _code, _name) in known.items():
        groups.setdefault(parent or pk, []).append(pk)
    lines = [_group(pk, members, known, totals, address, period) for pk, members in groups.items()]
    without = _line(_("no category yet"), 0, totals, address.list(period, category=NO_CATEGORY))
    shown = [line for line in [*lines, without] if line.now or line.before or line.year_before]
    return sorted(shown, key=lambda line: -line.now)


def kind_lines(found: Sequence[Counts], address: Address, period: Period) -> list[Line]:
    """Reports, calls for help, enquiries."""
    totals = [_by(counts, 2) for counts in found]
    return [
        _line(str(kind.label), kind.value, totals, address.list(period, kind=kind.value))
        for kind in IncidentKind
    ]


def area_lines(
    found: Sequence[Counts], names: Mapping[str, str], link: Callable[[str], str]
) -> list[Line]:
    """Areas below the chosen one, most calls first."""
    totals = [_by(counts, 0) for counts in found]
    paths = {path for total in totals for path in total}
    lines = [_line(names.get(path, path), path, totals, link(path)) for path in paths]
    return sorted(lines, key=lambda line: (-line.now, line.label))


def total_line(found: Sequence[Counts], address: Address, period: Period) -> Line:
    """All calls."""
    now, before, year = (counts.total() for counts in found)
    return Line(_("All calls"), now, before, year, address.list(period))


def hour_bars(
    hours: Counter[tuple[int, int]], address: Address, period: Period
) -> list[tuple[str, int, str]]:
    """Calls of each hour of the day: label, number, address."""
    by_hour: Counter[int] = Counter()
    for (_weekday, hour), n in hours.items():
        by_hour[hour] += n
    return [(f"{hour:02d}", by_hour[hour], address.list(period, hour=hour)) for hour in range(24)]


def weekday_rows(
    hours: Counter[tuple[int, int]], address: Address, period: Period
) -> list[dict[str, Any]]:
    """Weekdays × blocks of hours for the heat table; the fuller the cell, the darker."""
    cells = {
        (day, block): sum(hours[day, block * BLOCK + n] for n in range(BLOCK))
        for day in WEEKDAYS
        for block in range(24 // BLOCK)
    }
    most = max(cells.values(), default=0)
    rows = []
    for day, name in WEEKDAYS.items():
        total = sum(n for (weekday, _hour), n in hours.items() if weekday == day)
        values = [
            {
                "n": cells[day, block],
                "step": step_of(cells[day, block], most),
                "url": address.list(period, weekday=day, hour=block * BLOCK, hours=BLOCK),
            }
            for block in range(24 // BLOCK)
        ]
        rows.append(
            {
                "label": str(name),
                "url": address.list(period, weekday=day),
                "values": values,
                "total": total,
            }
        )
    return rows


def step_of(n: int, most: int) -> int:
    """0 to 5: how dark a cell is."""
    return 0 if not n else 1 + min(4, 5 * (n - 1) // most)


def block_labels() -> list[str]:
    """Heads of the heat table."""
    return [f"{n:02d}–{n + BLOCK:02d}" for n in range(0, 24, BLOCK)]


def unknown_hours(hours: Counter[tuple[int, int]]) -> int:
    """Calls whose hour is not known."""
    return sum(n for (_weekday, hour), n in hours.items() if hour == NO_HOUR)


def response_lines(
    response: Response, address: Address, period: Period
) -> list[tuple[str, int, str]]:
    """Measured calls, and how many are left out for which reason: label, number, address."""
    reasons = (
        (_("with a response time"), response.measured, "measured"),
        (_("left out: no arrival recorded"), response.excluded(NO_ARRIVAL), "none"),
        (_("left out: time of the report not exact"), response.excluded(NOT_EXACT), "inexact"),
        (_("left out: arrival before the report"), response.excluded(BEFORE_REPORT), "negative"),
    )
    return [(label, n, address.list(period, response=code)) for label, n, code in reasons]


#: Upper ends of the bars of the response times, in minutes; the last bar is open.
RESPONSE_ENDS: Final = (3, 5, 10, 15, 20, 30, 60)


def response_bars(response: Response) -> list[tuple[str, int]]:
    """Calls by response time in blocks of minutes."""
    bars, start = [], 0
    for end in RESPONSE_ENDS:
        n = sum(response.minutes[minute] for minute in range(start, end))
        bars.append((f"{start}–{end}", n))
        start = end
    bars.append((f"≥{start}", sum(n for minute, n in response.minutes.items() if minute >= start)))
    return bars


def _group(
    pk: int,
    members: Sequence[int],
    known: Mapping[int, tuple[int | None, str, str]],
    totals: Sequence[Counter[Any]],
    address: Address,
    period: Period,
) -> Line:
    _parent, code, name = known[pk]
    parts = [
        _line(
            _("%(category)s, not told apart") % {"category": name}
            if member == pk
            else known[member][2],
            member,
            totals,
            "" if member == pk else address.list(period, category=known[member][1]),
        )
        for member in members
    ]
    for part in parts:
        part.is_part = True
    now, before, year = (sum(total[member] for member in members) for total in totals)
    shown = sorted(
        (p for p in parts if p.now or p.before or p.year_before), key=lambda part: -part.now
    )
    return Line(
        name,
        now,
        before,
        year,
        address.list(period, category=code),
        parts=shown if len(members) > 1 else [],
    )


def _line(label: str, key: Any, totals: Sequence[Counter[Any]], url: str) -> Line:
    now, before, year = (total[key] for total in totals)
    return Line(label, now, before, year, url)


def _by(counts: Counts, position: int) -> Counter[Any]:
    total: Counter[Any] = Counter()
    for key, n in counts.items():
        total[key[position]] += n
    return total
