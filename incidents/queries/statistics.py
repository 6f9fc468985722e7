"""Figures of the log: what, where, when, how fast. Cities and provinces are read from the roll-ups.

Whole months come from the counts by month, single days from those by day, and only the hours and
response times of single days from the rows. Counties and rooms have few rows: they are counted.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Case, Count, F, Func, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import (
    Coalesce,
    ExtractHour,
    ExtractIsoWeekDay,
    Left,
    TruncDate,
    TruncMonth,
)
from django.utils import timezone

from incidents.enums import Precision
from incidents.models import DayFigure, HourFigure, Incident, MonthFigure, ResponseFigure
from incidents.models.rollups import BEFORE_REPORT, NO_ARRIVAL, NO_CATEGORY, NO_HOUR, NOT_EXACT
from incidents.queries.statistics_periods import Period
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.scope import Scope

#: Paths of this length and longer are counted from the rows.
ROW_WIDTH: Final = 6
#: Longest response time that is told apart, in minutes (as in the database's function).
LONGEST: Final = 10_080
MOST_PLACES: Final = 15
#: Up to so many days the course is shown by day, beyond by month.
BY_DAY: Final = 62

#: (area, category, kind) -> calls
Counts = Counter[tuple[str, int, str]]


@dataclass(frozen=True, slots=True)
class Response:
    """Response times of a period: minutes -> calls, and the codes of those without one."""

    minutes: Counter[int]

    @property
    def measured(self) -> int:
        return sum(n for value, n in self.minutes.items() if value >= 0)

    def excluded(self, code: int) -> int:
        """Calls left out for one reason."""
        return self.minutes[code]

    def percentile(self, share: float) -> int | None:
        """The smallest whole minute that at least this share of the calls did not exceed."""
        wanted, seen = share * self.measured, 0
        for value in sorted(value for value in self.minutes if value >= 0):
            seen += self.minutes[value]
            if seen >= wanted:
                return value
        return None


def is_small(scope: Scope) -> bool:
    """Whether the scope is counted from its rows: no city or province in it."""
    return all(len(low) >= ROW_WIDTH for low, _high in scope.ranges)


def counts(scope: Scope, period: Period, *, width: int) -> Counts:
    """Calls of the period by area (the first `width` digits of the path), category and kind."""
    found: Counts = Counter()
    if is_small(scope):
        rows = _rows(scope, period).annotate(
            area=Left("org_path", width), what=Coalesce("category_id", Value(NO_CATEGORY))
        )
        _add(found, _tally(rows, "area", "what", "kind"))
        return found
    months, days = period.split()
    for model, lookup, dates in ((MonthFigure, "month__in", months), (DayFigure, "day__in", days)):
        if dates:
            figures = model.objects.within(scope, action="incidents.view").filter(**{lookup: dates})
            figures = figures.annotate(area=Left("county_path", width))
            _add(found, _sums(figures, "area", "category", "kind"))
    return found


def hours(scope: Scope, period: Period) -> Counter[tuple[int, int]]:
    """Calls by (weekday, hour) of the report; `NO_HOUR` where the time is not exact."""
    found: Counter[tuple[int, int]] = Counter()
    months, rest = _whole_months(scope, period)
    if months:
        figures = HourFigure.objects.within(scope, action="incidents.view").filter(month__in=months)
        _add(found, _sums(figures, "weekday", "hour"))
    for part in rest:
        rows = _rows(scope, part).annotate(
            weekday=ExtractIsoWeekDay("reported_at"),
            hour=Case(
                When(reported_precision=Precision.EXACT, then=ExtractHour("reported_at")),
                default=Value(NO_HOUR),
            ),
        )
        _add(found, _tally(rows, "weekday", "hour"))
    return found


def response(scope: Scope, period: Period) -> Response:
    """Whole minutes from the report to the arrival of the police."""
    found: Counter[int] = Counter()
    months, rest = _whole_months(scope, period)
    if months:
        figures = ResponseFigure.objects.within(scope, action="incidents.view").filter(
            month__in=months
        )
        _add(found, _sums(figures, "minutes"))
    for part in rest:
        _add(found, _tally(_rows(scope, part).annotate(minutes=_MINUTES), "minutes"))
    return Response(found)


def course(scope: Scope, periods: Sequence[Period]) -> list[list[int]]:
    """Calls of each period day by day, or month by month beyond `BY_DAY` (one query)."""
    daily = by_day(periods[0])
    dates = [steps(period, daily=daily) for period in periods]
    wanted = sorted({day for line in dates for day in line})
    if is_small(scope):
        inside = Q(pk__in=[])
        for period in periods:
            inside |= Q(
                reported_at__gte=_midnight(period.start), reported_at__lt=_midnight(period.end)
            )
        trunc = TruncDate("reported_at") if daily else TruncMonth("reported_at")
        rows = (
            _known(Incident.objects.within(scope, action="incidents.view"))
            .filter(inside)
            .annotate(step=trunc)
        )
        found = {_date(step): n for step, n in _tally(rows, "step")}
    else:
        name, model = ("day", DayFigure) if daily else ("month", MonthFigure)
        figures = model.objects.within(scope, action="incidents.view").filter(
            **{f"{name}__in": wanted}
        )
        found = dict(_sums(figures, name))
    return [[found.get(day, 0) for day in line] for line in dates]


def by_day(period: Period) -> bool:
    """Whether the course of the period is shown by day."""
    return period.days <= BY_DAY


def steps(period: Period, *, daily: bool) -> list[dt.date]:
    """The days of the period, or the first days of its months."""
    days = [period.start + dt.timedelta(days=n) for n in range(period.days)]
    return days if daily else sorted({day.replace(day=1) for day in days})


def places(scope: Scope, period: Period) -> list[tuple[str, int]]:
    """The commonest places of a county or a room, most calls first."""
    rows = _rows(scope, period).exclude(place_text="").order_by()
    counted = rows.values_list("place_text").annotate(n=Count("pk")).order_by("-n", "place_text")
    return list(counted[:MOST_PLACES])


def unknown_days(scope: Scope) -> bool:
    """Whether the log holds calls that lie in no period, because their day is not known."""
    return (
        Incident.objects.within(scope, action="incidents.view")
        .filter(reported_precision=Precision.UNKNOWN)
        .exists()
    )


_MINUTES: Final = Case(
    When(arrived_at__isnull=True, then=Value(NO_ARRIVAL)),
    When(~Q(reported_precision=Precision.EXACT), then=Value(NOT_EXACT)),
    When(arrived_at__lt=F("reported_at"), then=Value(BEFORE_REPORT)),
    default=Func(
        F("arrived_at") - F("reported_at"),
        Value(LONGEST),
        template="least(floor(extract(epoch FROM %(expressions)s)",
        arg_joiner=") / 60)::int, ",
        output_field=IntegerField(),
    ),
    output_field=IntegerField(),
)


def _rows(scope: Scope, period: Period) -> ScopedQuerySet:
    return _known(Incident.objects.within(scope, action="incidents.view")).filter(
        reported_at__gte=_midnight(period.start), reported_at__lt=_midnight(period.end)
    )


def _known(rows: ScopedQuerySet) -> ScopedQuerySet:
    """Calls whose day is known; the others lie in no period."""
    return rows.exclude(reported_precision=Precision.UNKNOWN)


def _whole_months(scope: Scope, period: Period) -> tuple[list[dt.date], list[Period]]:
    """Months read from the roll-ups, and the stretches read from the rows."""
    if is_small(scope):
        return [], [period]
    months, days = period.split()
    stretches: list[Period] = []
    for day in days:
        after = day + dt.timedelta(days=1)
        if stretches and stretches[-1].end == day:
            stretches[-1] = Period(stretches[-1].start, after)
        else:
            stretches.append(Period(day, after))
    return months, stretches


def _tally(rows: QuerySet[Any], *keys: str) -> Iterable[tuple[Any, int]]:
    for row in rows.order_by().values_list(*keys).annotate(n=Count("pk")):
        yield (row[:-1] if len(keys) > 1 else row[0]), row[-1]


def _sums(figures: QuerySet[Any], *keys: str) -> Iterable[tuple[Any, int]]:
    for row in figures.order_by().values_list(*keys).annotate(total=Sum("n")):
        yield (row[:-1] if len(keys) > 1 else row[0]), row[-1]


def _add(found: Counter[Any], lines: Iterable[tuple[Any, int]]) -> None:
    for key, n in lines:
        if n:
            found[key] += n


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _date(step: dt.date | dt.datetime) -> dt.date:
    return timezone.localdate(step) if isinstance(step, dt.datetime) else step
