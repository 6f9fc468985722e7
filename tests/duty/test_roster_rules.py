"""Rest rules at their limits, what counts as a gap and why, and fair shares."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duty.enums import ShiftKind
from duty.roster_rules import (
    Burden,
    Kind,
    Member,
    Pattern,
    Post,
    Reason,
    Request,
    RestRules,
    Shift,
    Slot,
    obstacle,
    report,
    shares,
    slots_of,
    uncovered,
    violations,
)
from policeroom.common.clock import ZONE
from policeroom.common.intervals import Span
from tests.duty.roster_checker import LIMITS, broken, hours_since

pytestmark = pytest.mark.unit
#: A Monday.
START = dt.datetime(2026, 9, 14, tzinfo=ZONE)
WEEK = Span(START, START + dt.timedelta(days=7))
RULES = RestRules()
ANNA, BERT = Member(1, Post.OFFICER), Member(2, Post.OFFICER)
NAMES = {
    Reason.OVERLAP: "two at once",
    Reason.AWAY: "away",
    Reason.REST: "rest",
    Reason.WEEK: "week",
    Reason.RUN: "days",
    Reason.NIGHTS: "nights",
}


def span(start: float, hours: float) -> Span:
    begin = START + dt.timedelta(hours=start)
    return Span(begin, begin + dt.timedelta(hours=hours))


def shift(start: float, hours: float = 8, *, person: int = 1, kind: Kind = Kind.DAY) -> Shift:
    return Shift(span(start, hours), person, kind)


def slot(start: float, hours: float = 8, *, kind: Kind = Kind.DAY, officers: int = 1) -> Slot:
    return Slot(span(start, hours), kind, officers, 0)


def days(number: int, *, kind: Kind = Kind.DAY, hours: float = 8) -> list[Shift]:
    return [shift(day * 24 + 8, hours, kind=kind) for day in range(number)]


def reasons(shifts: list[Shift], member: Member = ANNA) -> list[Reason]:
    return [one.reason for one in violations(member, shifts, RULES)]


def test_kinds_are_those_that_are_stored() -> None:
    assert {kind.value for kind in Kind} == set(ShiftKind.values)


def test_limits_of_the_checker_are_those_of_the_rules() -> None:
    minutes = (RULES.rest, RULES.rest_after_long, RULES.long, RULES.week)
    hours = [value // 60 for value in minutes]
    assert [limit.number for limit in LIMITS] == [*hours, RULES.run, RULES.nights]


@pytest.mark.parametrize(
    ("shifts", "expected"),
    [
        pytest.param([shift(8), shift(16 + 11)], [], id="rest-exactly"),
        pytest.param([shift(8), shift(16 + 11 - 1 / 60)], [Reason.REST], id="rest-minute-short"),
        pytest.param([shift(8, 16), shift(24 + 24)], [], id="long-rest-exactly"),
        pytest.param([shift(8, 16), shift(24 + 23)], [Reason.REST], id="long-rest-hour-short"),
        pytest.param([shift(8, 15), shift(23 + 11)], [], id="just-not-long"),
        pytest.param([shift(8), shift(15)], [Reason.OVERLAP], id="overlap"),
        pytest.param(days(6), [], id="six-days"),
        pytest.param(days(7, hours=7), [Reason.RUN], id="seven-days"),
        pytest.param(days(3, kind=Kind.NIGHT), [], id="three-nights"),
        pytest.param(days(4, kind=Kind.NIGHT), [Reason.NIGHTS], id="four-nights"),
        pytest.param(days(5, hours=11.2), [], id="week-exactly"),
        pytest.param([*days(5, hours=11.2), shift(128, 1)], [Reason.WEEK], id="week-over"),
        pytest.param([*days(5, hours=11.2), shift(168, 1)], [], id="next-week-counts-anew"),
    ],
)
def test_rest_at_the_limit(shifts: list[Shift], expected: list[Reason]) -> None:
    assert reasons(shifts) == expected


def test_leave_touching_a_shift_is_no_violation_and_a_minute_of_it_is() -> None:
    touching = Member(1, Post.OFFICER, away=(span(16, 24),))
    inside = Member(1, Post.OFFICER, away=(span(16 - 1 / 60, 24),))
    assert reasons([shift(8)], touching) == []
    assert reasons([shift(8)], inside) == [Reason.AWAY]


def test_shifts_booked_elsewhere_need_rest_as_well() -> None:
    member = Member(1, Post.OFFICER, booked=(shift(-8),))
    assert obstacle(member, [], slot(8), RULES) is Reason.REST
    assert obstacle(member, [], slot(11), RULES) is None


def test_rest_counts_before_a_shift_that_stands_already() -> None:
    member = Member(1, Post.OFFICER, booked=(shift(24),))
    assert obstacle(member, [], slot(8), RULES) is Reason.REST
    assert obstacle(member, [], slot(5), RULES) is None


def test_what_is_broken_already_is_not_held_against_another_shift() -> None:
    member = Member(1, Post.OFFICER, booked=(shift(8), shift(17)))
    assert obstacle(member, [], slot(72), RULES) is None


def test_slots_are_those_that_begin_in_the_window_less_intended_hours() -> None:
    patterns = [Pattern(Kind.DAY, dt.time(8), 720), Pattern(Kind.NIGHT, dt.time(20), 720)]
    intended = [span(24 + 8, 12), span(48 + 8, 6)]
    found = slots_of(patterns, Span(START, START + dt.timedelta(days=3)), intended)
    hours = [(hours_since(START, one.span.start), one.kind) for one in found]
    assert hours == [
        (8, Kind.DAY),
        (20, Kind.NIGHT),
        (24 + 20, Kind.NIGHT),
        (48 + 8, Kind.DAY),
        (48 + 20, Kind.NIGHT),
    ]


def test_gap_names_what_keeps_each_of_the_crew() -> None:
    away = Member(2, Post.OFFICER, away=(span(0, 48),))
    asked = Request(WEEK, (ANNA, away), (slot(8), slot(20, 12, kind=Kind.NIGHT)))
    (gap,) = uncovered(asked, [shift(8)])
    assert (gap.span, gap.post, gap.missing) == (span(20, 12), Post.OFFICER, 1)
    assert dict(gap.reasons) == {Reason.REST: 1, Reason.AWAY: 1}


def test_gap_of_a_post_without_anybody_says_so_and_no_other_post_stands_in() -> None:
    asked = Request(WEEK, (ANNA,), (Slot(span(8, 8), Kind.DAY, 0, 2),))
    (gap,) = uncovered(asked, [])
    assert (gap.post, gap.missing, gap.reasons) == (Post.AUXILIARY, 2, ((Reason.NOBODY, 1),))
    assert gap.minutes == 2 * 8 * 60


def test_intended_empty_hours_are_no_gap() -> None:
    asked = Request(WEEK, (), (slot(8, 12),), intended=(span(10, 4),))
    assert [gap.span for gap in uncovered(asked, [])] == [span(8, 2), span(14, 6)]


def test_fair_share_goes_by_the_days_somebody_is_there() -> None:
    """Anna is there seven days, Bert three (the half is dropped): seven nights are 4.9 : 2.1."""
    half = Member(2, Post.OFFICER, away=(span(84, 84),))
    slots = tuple(slot(day * 24 + 20, 8, kind=Kind.NIGHT) for day in range(7))
    asked = Request(WEEK, (ANNA, half), slots)
    found = [
        (one.person, one.carried, round(one.fair, 2))
        for one in shares(asked, [one.given_to(1) for one in slots])
        if one.burden is Burden.NIGHTS
    ]
    assert found == [(1, 7, 4.9), (2, 0, 2.1)]


def test_report_counts_weekends_holidays_and_started_hours() -> None:
    asked = Request(
        WEEK,
        (ANNA, BERT),
        (),
        weekends=frozenset({dt.date(2026, 9, 19)}),
        holidays=frozenset({dt.date(2026, 9, 14)}),
    )
    quality = report(asked, [shift(8, 7.5), shift(5 * 24 + 8)])
    assert {burden: quality.worst(burden) for burden in Burden} == {
        Burden.NIGHTS: 0.0,
        Burden.WEEKENDS: 0.5,
        Burden.HOLIDAYS: 0.5,
        Burden.HOURS: 8.0,
    }


ROWS = st.lists(
    st.tuples(st.integers(0, 400), st.sampled_from([4, 8, 12, 16, 24]), st.booleans()),
    max_size=14,
    unique_by=lambda row: row[0],
)


@given(rows=ROWS, away=st.integers(0, 400))
def test_rules_and_checker_agree_on_any_shifts(
    rows: list[tuple[int, int, bool]], away: int
) -> None:
    """One reads pairs of shifts and runs of days, the other counts hours."""
    member = Member(1, Post.OFFICER, away=(span(away, 10),))
    mine = [shift(s, h, kind=Kind.NIGHT if night else Kind.DAY) for s, h, night in rows]
    found = {NAMES[reason] for reason in reasons(mine, member)}
    seen = {name for name, _ in broken([(1, *row) for row in rows], [(1, away, away + 10)])}
    if "two at once" in seen:  # then what lies between two shifts has no meaning
        found, seen = found - {"rest"}, seen - {"rest"}
    assert found == seen
