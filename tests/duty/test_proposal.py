"""Proposals break no rule, name every hour left open, share fairly, and are the same again."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.roster import request as four_weeks
from duty.proposal import Method, Proposal, cpsat, propose, rotation
from duty.roster_rules import (
    Burden,
    Kind,
    Member,
    Pattern,
    Post,
    Reason,
    Request,
    Shift,
    obstacle,
    report,
    slots_of,
)
from policeroom.common.clock import ZONE
from policeroom.common.intervals import Span
from tests.duty.roster_checker import broken, hours_since

pytestmark = pytest.mark.unit
needs_solver = pytest.mark.skipif(not cpsat.installed(), reason="OR-Tools is not installed")
#: A Monday.
START = dt.datetime(2026, 9, 14, tzinfo=ZONE)
EFFORT = 0.5


def span(start: int, hours: int) -> Span:
    begin = START + dt.timedelta(hours=start)
    return Span(begin, begin + dt.timedelta(hours=hours))


#: The hand-made instance: two weeks, an officer round the clock and an auxiliary by day.
#: Person, post, hours away; hour 0 is the first midnight.
PEOPLE = (
    (1, Post.OFFICER, ((0, 72),)),
    (2, Post.OFFICER, ()),
    (3, Post.OFFICER, ((120, 168), (300, 310))),
    (4, Post.OFFICER, ()),
    (5, Post.OFFICER, ()),
    (6, Post.AUXILIARY, ((24, 48),)),
    (7, Post.AUXILIARY, ()),
)
#: First hour of the day, hours, officers, auxiliaries.
COVER = ((8, 12, 1, 1), (20, 12, 1, 0))
#: Shifts that stand before the two weeks begin: person, first hour, hours, night.
BOOKED = ((2, -4, 12, True), (4, -28, 12, True))


def instance() -> Request:
    window = span(0, 14 * 24)
    booked = {
        who: Shift(span(start, hours), who, Kind.NIGHT) for who, start, hours, _night in BOOKED
    }
    members = tuple(
        Member(
            person,
            post,
            away=tuple(span(start, end - start) for start, end in away),
            booked=(booked[person],) if person in booked else (),
        )
        for person, post, away in PEOPLE
    )
    patterns = tuple(
        Pattern(Kind.DAY if first == 8 else Kind.NIGHT, dt.time(first), hours * 60, *people)
        for first, hours, *people in COVER
    )
    return Request(window, members, tuple(slots_of(patterns, window, ())))


def rows(shifts: tuple[Shift, ...]) -> list[tuple[int, int, int, bool]]:
    return [
        (
            shift.person,
            hours_since(START, shift.span.start),
            shift.span.minutes // 60,
            shift.kind is not Kind.DAY,
        )
        for shift in shifts
    ]


def open_by_counting(shifts: tuple[Shift, ...]) -> Counter[tuple[int, Post]]:
    """People missing at each hour of the instance, counted one by one."""
    post_of = {person: post for person, post, _ in PEOPLE}
    missing: Counter[tuple[int, Post]] = Counter()
    for day in range(14):
        for first, hours, officers, auxiliaries in COVER:
            for hour in range(day * 24 + first, day * 24 + first + hours):
                missing[hour, Post.OFFICER] += officers
                missing[hour, Post.AUXILIARY] += auxiliaries
    for person, start, length, _night in rows(shifts):
        for hour in range(start, start + length):
            missing[hour, post_of[person]] -= 1
    return Counter({key: number for key, number in missing.items() if number})


def assert_sound(found: Proposal) -> None:
    away = [(who, start, end) for who, _, spans in PEOPLE for start, end in spans]
    assert broken([*rows(found.shifts), *BOOKED], away) == set()
    assert found.quality.violations == ()
    told = Counter(
        {
            (hour, gap.post): gap.missing
            for gap in found.quality.uncovered
            for hour in range(hours_since(START, gap.span.start), hours_since(START, gap.span.end))
        }
    )
    assert told == open_by_counting(found.shifts)


def test_turns_keep_every_rule_of_the_hand_made_instance() -> None:
    asked = instance()
    turns = rotation.fill(asked, ())
    assert len(turns) > 30
    assert_sound(Proposal(turns, report(asked, turns), Method.ROTATION))


@needs_solver
def test_solver_keeps_every_rule_of_the_hand_made_instance_and_covers_no_less() -> None:
    asked = instance()
    found = propose(asked, effort=EFFORT)
    turns = report(asked, rotation.fill(asked, ()))
    assert found.method is Method.CPSAT
    assert found.quality.uncovered_minutes <= turns.uncovered_minutes
    assert_sound(found)


def test_checker_sees_a_plan_that_breaks_each_rule() -> None:
    """A checker that never finds anything would prove nothing."""
    work = [(1, 24 * day + 8, 9, True) for day in range(7)]
    spoilt = [*work, (2, 8, 24, False), (2, 40, 4, False), (3, 8, 8, False), (3, 12, 8, False)]
    assert broken(spoilt, [(3, 18, 19)]) == {
        ("week", 1),
        ("days", 1),
        ("nights", 1),
        ("rest", 2),
        ("rest", 3),
        ("two at once", 3),
        ("away", 3),
    }


@pytest.mark.parametrize(
    ("people", "hours"),
    [
        pytest.param(1, 672 - 4 * 48, id="one"),
        pytest.param(2, 672 - 8 * 48, id="two"),
        pytest.param(3, 672 - 12 * 48, id="three"),
    ],
)
def test_small_crews_work_every_hour_the_week_allows_and_the_rest_is_named(
    people: int, hours: int
) -> None:
    """Four shifts of twelve hours are what fits into 56."""
    found = propose(four_weeks(people))
    assert found.method is Method.ROTATION
    assert found.quality.uncovered_minutes == hours * 60
    assert all(sum(dict(gap.reasons).values()) == people for gap in found.quality.uncovered)
    assert found.quality.worst(Burden.HOURS) == 0


def test_two_people_change_over_between_days_and_nights() -> None:
    assert propose(four_weeks(2)).quality.worst(Burden.NIGHTS) <= 2


@pytest.mark.parametrize("people", [4, 7, 12, 20])
def test_turns_leave_nothing_open_and_no_one_far_above_a_fair_share(people: int) -> None:
    asked = four_weeks(people)
    quality = report(asked, rotation.fill(asked, ()))
    assert quality.uncovered == ()
    assert quality.violations == ()
    assert quality.worst(Burden.HOLIDAYS) <= 2
    assert quality.worst(Burden.WEEKENDS) <= 2
    assert quality.worst(Burden.NIGHTS) <= 2
    assert quality.worst(Burden.HOURS) <= 24


def test_nobody_at_all_leaves_every_hour_open() -> None:
    found = propose(dataclasses.replace(four_weeks(1), members=()))
    assert found.shifts == ()
    assert {gap.reasons for gap in found.quality.uncovered} == {((Reason.NOBODY, 1),)}
    assert found.quality.uncovered_minutes == 672 * 60


@needs_solver
def test_solver_proposes_the_same_again() -> None:
    asked = four_weeks(6)
    assert propose(asked, effort=EFFORT) == propose(asked, effort=EFFORT)


@needs_solver
def test_solver_shares_four_weeks_of_four_people_as_evenly_as_shifts_allow() -> None:
    found = propose(four_weeks(4))
    assert found.proven
    assert found.quality.uncovered == ()
    assert {burden: found.quality.worst(burden) for burden in Burden} == {
        Burden.NIGHTS: 0.0,
        Burden.WEEKENDS: 0.0,
        Burden.HOLIDAYS: 0.5,
        Burden.HOURS: 0.0,
    }


def test_without_the_solver_large_crews_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cpsat, "installed", lambda: False)
    found = propose(four_weeks(12))
    assert (found.method, found.proven) == (Method.ROTATION, False)
    assert found.quality.uncovered == ()


@st.composite
def requests(draw: st.DrawFn) -> Request:
    """Ten days, up to five people with leave and shifts that stand."""
    window = span(0, 240)
    members = tuple(
        Member(
            person,
            draw(st.sampled_from(Post)),
            away=tuple(span(hour, 30) for hour in draw(st.lists(st.integers(0, 230), max_size=2))),
            booked=tuple(
                Shift(span(hour, 8), person, Kind.DAY)
                for hour in draw(st.lists(st.integers(-48, 230), max_size=1))
            ),
        )
        for person in range(1, draw(st.integers(0, 5)) + 1)
    )
    patterns = draw(
        st.lists(
            st.builds(
                Pattern,
                st.sampled_from(Kind),
                st.integers(0, 23).map(dt.time),
                st.sampled_from([240, 480, 720, 1440]),
                st.integers(0, 2),
                st.integers(0, 2),
            ),
            min_size=1,
            max_size=3,
            unique_by=lambda one: (one.starts, one.minutes),
        )
    )
    intended = tuple(span(hour, 9) for hour in draw(st.lists(st.integers(0, 230), max_size=2)))
    return Request(window, members, tuple(slots_of(patterns, window, intended)), intended=intended)


@settings(max_examples=40, deadline=None)
@given(asked=requests())
def test_turns_add_no_violation_and_leave_open_only_what_nobody_may_take(asked: Request) -> None:
    before = Counter((one.person, one.reason) for one in report(asked, ()).violations)
    turns = rotation.fill(asked, ())
    quality = report(asked, turns)
    assert Counter((one.person, one.reason) for one in quality.violations) == before
    for slot in asked.slots:
        for post in Post:
            crew = asked.crew(post)
            here = [m for m in crew if slot.given_to(m.person) in turns]
            assert len(here) <= slot.needs(post)
            free = [m for m in crew if m not in here] if len(here) < slot.needs(post) else []
            mine = {m.person: [one for one in turns if one.person == m.person] for m in free}
            assert all(obstacle(m, mine[m.person], slot, asked.rules) for m in free)


@needs_solver
@settings(max_examples=15, deadline=None)
@given(asked=requests())
def test_solver_adds_no_violation_and_covers_no_less_than_turns(asked: Request) -> None:
    turns = rotation.fill(asked, ())
    solution = cpsat.solve(asked, turns, effort=EFFORT)
    assert solution is not None
    before = Counter((one.person, one.reason) for one in report(asked, ()).violations)
    quality = report(asked, solution.shifts)
    assert Counter((one.person, one.reason) for one in quality.violations) == before
    assert quality.uncovered_minutes <= report(asked, turns).uncovered_minutes
