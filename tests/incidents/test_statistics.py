"""The figures of a period, worked out twice: from roll-ups and by hand."""

from __future__ import annotations

import datetime as dt
import io
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from benchmarks.measure import Statements
from incidents.enums import IncidentKind, Precision, Source
from incidents.forms.board_area import narrowed
from incidents.models import Category, Incident
from incidents.models.rollups import BEFORE_REPORT, NO_ARRIVAL, NOT_EXACT
from incidents.queries import statistics as queries
from incidents.queries.statistics_periods import (
    Period,
    before,
    period_around,
    shift_months,
    until,
    year_before,
)
from incidents.tables.statistics import change_text
from personnel.queries import scope_for
from policeroom.accounts.models import User
from tests.incidents.test_filing import NOW, call
from tests.world import World

AsUser = Callable[[User | None], Client]
PAGE = "/incidents/statistics/"
D = dt.date
TODAY = D(2026, 11, 24)


# --- periods --------------------------------------------------------------------------------------
@pytest.mark.unit
@pytest.mark.parametrize(
    ("kind", "day", "whole", "then", "year"),
    [
        pytest.param("month", TODAY, (D(2026, 11, 1), D(2026, 12, 1)),
                     (D(2026, 10, 1), D(2026, 10, 25)), (D(2025, 11, 1), D(2025, 11, 25)),
                     id="running month against the same days"),
        pytest.param("month", D(2026, 3, 31), (D(2026, 3, 1), D(2026, 4, 1)),
                     (D(2026, 2, 1), D(2026, 3, 1)), (D(2025, 3, 1), D(2025, 4, 1)),
                     id="past month against the whole month before"),
        pytest.param("week", D(2026, 11, 3), (D(2026, 11, 2), D(2026, 11, 9)),
                     (D(2026, 10, 26), D(2026, 11, 2)), (D(2025, 11, 3), D(2025, 11, 10)),
                     id="week, weekdays agree a year before"),
        pytest.param("quarter", D(2026, 5, 1), (D(2026, 4, 1), D(2026, 7, 1)),
                     (D(2026, 1, 1), D(2026, 4, 1)), (D(2025, 4, 1), D(2025, 7, 1)),
                     id="quarter"),
        pytest.param("year", D(2024, 2, 29), (D(2024, 1, 1), D(2025, 1, 1)),
                     (D(2023, 1, 1), D(2024, 1, 1)), (D(2023, 1, 1), D(2024, 1, 1)),
                     id="leap year"),
    ],
)  # fmt: skip
def test_periods_and_what_they_are_compared_with(
    kind: str, day: dt.date, whole: tuple[Any, Any], then: tuple[Any, Any], year: tuple[Any, Any]
) -> None:
    period = period_around(kind, day)
    seen = until(period, TODAY)
    assert period == Period(*whole)
    assert before(kind, period, seen) == Period(*then)
    assert year_before(kind, period, seen) == Period(*year)


@pytest.mark.unit
def test_a_period_splits_into_whole_months_and_single_days() -> None:
    months, days = Period(D(2026, 1, 31), D(2026, 4, 2)).split()
    assert months == [D(2026, 2, 1), D(2026, 3, 1)]
    assert days == [D(2026, 1, 31), D(2026, 4, 1)]


@pytest.mark.unit
def test_months_shift_to_the_last_day_there_is() -> None:
    assert shift_months(D(2026, 3, 31), -1) == D(2026, 2, 28)
    assert shift_months(D(2026, 1, 31), 13) == D(2027, 2, 28)


@pytest.mark.unit
@pytest.mark.parametrize(
    ("now", "then", "text"),
    [
        (5, 5, "±0"),
        (12, 10, "+2 (+20%)"),
        (3, 9, "-6"),
        (1, 0, "–"),
        (0, 0, "–"),
        (0, 20, "-20 (-100%)"),
    ],
)
def test_change_gives_a_rate_only_for_enough_calls(now: int, then: int, text: str) -> None:
    assert change_text(now, then) == text


@pytest.mark.unit
@pytest.mark.parametrize(
    ("minutes", "median", "most"),
    [
        pytest.param([], None, None, id="none"),
        pytest.param([7], 7, 7, id="one"),
        pytest.param([1, 2, 3, 4], 2, 4, id="four"),
        pytest.param([1] * 9 + [60], 1, 1, id="nine of ten"),
        pytest.param([1] * 8 + [30, 60], 1, 30, id="the ninth of ten"),
    ],
)
def test_percentile_is_the_smallest_minute_that_covers_the_share(
    minutes: list[int], median: int | None, most: int | None
) -> None:
    response = queries.Response(Counter({**Counter(minutes), NO_ARRIVAL: 5}))
    assert (response.percentile(0.5), response.percentile(0.9)) == (median, most)


# --- figures --------------------------------------------------------------------------------------
@pytest.fixture
def log(world: World, officer: User) -> list[Incident]:
    """Four hundred calls of two years in four rooms, of every precision."""
    chance = random.Random(5)  # noqa: S311 -- test data
    rooms = [world.station_a1, world.center_a, world.station_a2, world.station_b1]
    categories = [*Category.objects.order_by("pk")[:6], None]
    rows = []
    for n in range(400):
        room, at = chance.choice(rooms), NOW - dt.timedelta(minutes=chance.randrange(1_000_000))
        rows.append(
            Incident(
                station=room, org_path=room.org_path, number=f"n{n}", narrative="x",
                kind=chance.choice(IncidentKind.values), category=chance.choice(categories),
                place_text=chance.choice(["", "南门", "北门"]), source=Source.IMPORT,
                reported_at=at, recorded_by=officer,
                reported_precision=chance.choice(["exact", "exact", "exact", "day", "unknown"]),
                arrived_at=chance.choice([None, at + dt.timedelta(seconds=chance.randrange(4000)),
                                          at - dt.timedelta(minutes=3)]),
            )
        )  # fmt: skip
    Incident.everything.bulk_create(rows)
    return list(Incident.everything.order_by("pk"))


READERS = ["officer", "county_staff", "city_supervisor", "province_staff"]
PERIODS = [
    pytest.param(Period(D(2026, 9, 1), D(2026, 10, 1)), id="month"),
    pytest.param(Period(D(2026, 8, 20), D(2026, 9, 11)), id="days"),
    pytest.param(Period(D(2025, 6, 15), D(2026, 9, 3)), id="months and days"),
]


@pytest.mark.integration
@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("period", PERIODS)
def test_every_figure_equals_a_count_by_hand(
    request: pytest.FixtureRequest, log: list[Incident], reader: str, period: Period
) -> None:
    scope = scope_for(request.getfixturevalue(reader), at=NOW)
    rows = [
        row
        for row in log
        if scope.covers(row.org_path)
        and row.reported_precision != Precision.UNKNOWN
        and period.start <= timezone.localdate(row.reported_at) < period.end
    ]
    assert rows
    width = {2: 4, 4: 6, 6: 10, 10: 10}[len(scope.ranges[0][0])]
    by_hand = Counter((r.org_path[:width], r.category_id or 0, r.kind) for r in rows)
    assert queries.counts(scope, period, width=width) == by_hand
    hours = Counter(_hour(row) for row in rows)
    assert queries.hours(scope, period) == hours
    assert queries.response(scope, period).minutes == Counter(_minutes(row) for row in rows)
    days = queries.steps(period, daily=queries.by_day(period))
    course = queries.course(scope, [period, period])
    assert [sum(line) for line in course] == [_in_steps(log, scope, days, period)] * 2
    if queries.is_small(scope):
        places = Counter(row.place_text for row in rows if row.place_text)
        assert dict(queries.places(scope, period)) == dict(places)


def _hour(row: Incident) -> tuple[int, int]:
    local = timezone.localtime(row.reported_at)
    return local.isoweekday(), local.hour if row.reported_precision == "exact" else -1


def _minutes(row: Incident) -> int:
    if row.arrived_at is None:
        return NO_ARRIVAL
    if row.reported_precision != Precision.EXACT:
        return NOT_EXACT
    if row.arrived_at < row.reported_at:
        return BEFORE_REPORT
    return int((row.arrived_at - row.reported_at).total_seconds() // 60)


def _in_steps(log: list[Incident], scope: Any, steps: list[dt.date], period: Period) -> int:
    """Calls of the days shown; by month the first and last month count whole for wide scopes."""
    monthly = not queries.by_day(period)
    whole = monthly and not queries.is_small(scope)
    days = [
        timezone.localdate(row.reported_at)
        for row in log
        if scope.covers(row.org_path) and row.reported_precision != Precision.UNKNOWN
    ]
    if whole:
        return sum(day.replace(day=1) in steps for day in days)
    return sum(period.start <= day < period.end for day in days)


# --- the page -------------------------------------------------------------------------------------
@pytest.mark.integration
@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("span", ["week", "month", "quarter", "year"])
def test_every_number_leads_to_as_many_calls(
    request: pytest.FixtureRequest, log: list[Incident], as_user: AsUser, reader: str, span: str
) -> None:
    client = as_user(request.getfixturevalue(reader))
    page = client.get(PAGE, {"span": span, "on": "2026-09-10"})
    context = page.context
    lines = [context["total"], *context["kinds"], *context["areas"][:3]]
    lines += [part for line in context["categories"] for part in [line, *line.parts][:2]]
    numbers = [(line.url, line.now) for line in lines if line.url]
    numbers += [(url, n) for _label, n, url in context["response"]]
    busiest = max(context["hour_bars"], key=lambda bar: bar.n)
    numbers.append((busiest.url, busiest.n))
    row = max(context["weekdays"], key=lambda row: row["total"])
    cell = max(row["values"], key=lambda cell: cell["n"])
    numbers += [(row["url"], row["total"]), (cell["url"], cell["n"])]
    numbers += [(url, n) for _name, n, url in context["places"] or []]
    assert len(numbers) > 10
    for url, number in numbers:
        assert client.get(url).context["table"].count_text == str(number), url


@pytest.mark.integration
def test_area_narrows_and_an_area_outside_does_not_exist(
    log: list[Incident], world: World, city_supervisor: User, as_user: AsUser
) -> None:
    client = as_user(city_supervisor)
    query = {"span": "year", "on": "2026-09-10"}
    whole = client.get(PAGE, query).context["total"].now
    parts = [
        client.get(PAGE, {**query, "area": area.org_path}).context["total"].now
        for area in (world.county_a1, world.county_a2)
    ]
    assert sum(parts) == whole
    assert all(parts)
    outside = [client.get(PAGE, {"area": path}) for path in (world.city_b.org_path, "0199", "junk")]
    assert {answer.status_code for answer in outside} == {404}


@pytest.mark.integration
def test_narrowed_scope_never_grows(city_supervisor: User, world: World) -> None:
    scope = scope_for(city_supervisor, at=NOW)
    assert narrowed(scope, world.county_a1.org_path).covers(world.station_a1.org_path)
    for path in (world.city_b.org_path, world.province.org_path, world.station_b1.org_path):
        assert narrowed(scope, path).ranges == ()


@pytest.mark.integration
def test_spreadsheet_holds_the_numbers_of_the_page(
    log: list[Incident], city_supervisor: User, as_user: AsUser
) -> None:
    client = as_user(city_supervisor)
    query = {"span": "month", "on": "2026-09-10"}
    total = client.get(PAGE, query).context["total"]
    answer = client.get(f"{PAGE}export/", query)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
    rows = [row for row in sheet.to_python() if row[0] == "All calls"]
    assert rows == [["All calls", "All calls", total.now, total.before, total.year_before]]


@pytest.mark.integration
@pytest.mark.parametrize("reader", ["officer", "city_supervisor"])
def test_the_page_costs_the_same_for_one_and_many(
    request: pytest.FixtureRequest, world: World, as_user: AsUser, reader: str
) -> None:
    client = as_user(request.getfixturevalue(reader))
    client.get(PAGE)
    call(world, request.getfixturevalue("officer"))
    with Statements() as one:
        client.get(PAGE, {"span": "month", "on": "2026-09-10"})
    request.getfixturevalue("log")
    with Statements() as full:
        page = client.get(PAGE, {"span": "month", "on": "2026-09-10"})
    assert page.context["total"].now > 1
    assert len(full) == len(one)


@pytest.mark.integration
@pytest.mark.parametrize(
    "query",
    [
        {"span": "days", "start": "2026-09-10", "end": "2026-09-01"},
        {"span": "days", "start": "2020-01-01", "end": "2026-09-01"},
        {"span": "never"},
        {"on": "2999-01-01"},
        {"on": "2150-01-01"},
        {"start": "x"},
    ],
)
def test_periods_that_cannot_be_fall_back_to_this_month(
    world: World, officer: User, as_user: AsUser, query: dict[str, str]
) -> None:
    page = as_user(officer).get(PAGE, query)
    assert page.status_code == 200
    assert page.context["spans"].kind == "month"
    assert page.context["filters"].errors
