"""What a roster must cover, what rest people must have, and how good a plan is. Pure.

The regulation asks for presence (第九条) and leaves the arrangement to the city (第十六条);
it names no rest. The numbers of `RestRules` are therefore the product's, each with its reason; a
request brings its own where a city decides otherwise.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise

from duty.demand import missing_in, shift_span
from policeroom.common.clock import ZONE
from policeroom.common.intervals import Span, gaps


class Kind(StrEnum):
    """What a shift is; the values are those `duty.enums.ShiftKind` stores."""

    DAY = "day"
    NIGHT = "night"
    WHOLE = "whole"


class Post(StrEnum):
    """Whom a place in a shift asks for; neither stands in for the other (第八条, 第九条)."""

    OFFICER = "officer"
    AUXILIARY = "auxiliary"


class Reason(StrEnum):
    """Why somebody cannot take a shift, or what a plan violates."""

    NOBODY = "nobody"
    #: Nothing keeps them from it: they are simply not booked.
    FREE = "free"
    AWAY = "away"
    OVERLAP = "overlap"
    REST = "rest"
    WEEK = "week"
    RUN = "run"
    NIGHTS = "nights"


class Burden(StrEnum):
    """What is shared fairly; 24-hour shifts are nights, days off count by a shift's first day."""

    NIGHTS = "nights"
    WEEKENDS = "weekends"
    HOLIDAYS = "holidays"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class RestRules:
    """Rest between and within shifts. None of the numbers is in the regulation."""

    #: Between two shifts, minutes: a night's sleep and the way home.
    rest: int = 11 * 60
    #: After a shift of `long` minutes or more, minutes: the day after 24 hours of duty is free.
    rest_after_long: int = 24 * 60
    #: From this length a shift is long, minutes.
    long: int = 16 * 60
    #: In a calendar week, minutes: seven days of eight hours; the week of a shift is that it begins
    #: in. Three people cover a room round the clock within it only if the lengths add up to it.
    week: int = 56 * 60
    #: Days in a row on which a shift begins: one day in seven stays free.
    run: int = 6
    #: Days in a row on which a night or 24-hour shift begins: longer runs of nights wear out.
    nights: int = 3

    def rest_after(self, span: Span) -> dt.timedelta:
        """How long somebody is free after the shift."""
        minutes = self.rest_after_long if span.minutes >= self.long else self.rest
        return dt.timedelta(minutes=minutes)


@dataclass(frozen=True, slots=True, order=True)
class Shift:
    """One person's shift."""

    span: Span
    person: int
    kind: Kind

    @property
    def day(self) -> dt.date:
        """The day it begins, in local time."""
        return self.span.start.astimezone(ZONE).date()

    @property
    def is_night(self) -> bool:
        """Whether somebody gives up a night for it."""
        return self.kind is not Kind.DAY


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the room's crew; `booked` are shifts that stand, here or elsewhere."""

    person: int
    post: Post
    away: tuple[Span, ...] = ()
    booked: tuple[Shift, ...] = ()


@dataclass(frozen=True, slots=True)
class Pattern:
    """A shift as it recurs every day; `starts` is local, `minutes` its length."""

    kind: Kind
    starts: dt.time
    minutes: int
    officers: int = 1
    auxiliaries: int = 1


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """People one shift of one day asks for, less those who already stand in it."""

    span: Span
    kind: Kind
    officers: int
    auxiliaries: int

    def needs(self, post: Post) -> int:
        """How many of the post."""
        return self.officers if post is Post.OFFICER else self.auxiliaries

    def given_to(self, person: int) -> Shift:
        """The shift somebody has who takes a place in it."""
        return Shift(self.span, person, self.kind)


@dataclass(frozen=True, slots=True)
class Request:
    """Everything a proposal needs to know. `intended` are hours meant to be empty."""

    window: Span
    members: tuple[Member, ...]
    slots: tuple[Slot, ...]
    weekends: frozenset[dt.date] = frozenset()
    holidays: frozenset[dt.date] = frozenset()
    intended: tuple[Span, ...] = ()
    rules: RestRules = field(default_factory=RestRules)

    def crew(self, post: Post) -> tuple[Member, ...]:
        """The members of one post, in the order of their ids: the same request, the same plan."""
        return tuple(
            sorted((m for m in self.members if m.post is post), key=lambda one: one.person)
        )


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that somebody's shifts break at `span`."""

    person: int
    reason: Reason
    span: Span


@dataclass(frozen=True, slots=True)
class Uncovered:
    """Hours of a shift with `missing` people of a post too few, and how many are kept by what."""

    span: Span
    post: Post
    missing: int
    reasons: tuple[tuple[Reason, int], ...]

    @property
    def minutes(self) -> int:
        """Minutes of work nobody does: those of the span for each person missing."""
        return self.span.minutes * self.missing


@dataclass(frozen=True, slots=True)
class Share:
    """What somebody carries of a burden, and what would be fair by the days they are not away."""

    person: int
    burden: Burden
    carried: int
    fair: float

    @property
    def excess(self) -> float:
        """How far it lies above the fair share; shifts cannot be split, below one is fair."""
        return self.carried - self.fair


@dataclass(frozen=True, slots=True)
class Quality:
    """The report on a plan: gaps, rest violations, fairness."""

    uncovered: tuple[Uncovered, ...]
    violations: tuple[Violation, ...]
    shares: tuple[Share, ...]

    @property
    def uncovered_minutes(self) -> int:
        """Minutes of work nobody does."""
        return sum(gap.minutes for gap in self.uncovered)

    def within(self, window: Span) -> Quality:
        """The same report without violations of shifts that begin before or after the window."""
        inside = [one for one in self.violations if window.start <= one.span.start < window.end]
        return replace(self, violations=tuple(inside))

    def worst(self, burden: Burden) -> float:
        """The largest excess over a fair share; 0 if there is nobody."""
        return max((one.excess for one in self.shares if one.burden is burden), default=0.0)


def slots_of(patterns: Sequence[Pattern], window: Span, intended: Iterable[Span]) -> list[Slot]:
    """The shifts that begin in the window; one whose hours are all meant to be empty is none.

    Units: local days of the window, its first and last included where the shift begins inside.
    """
    day = window.start.astimezone(ZONE).date()
    last = window.end.astimezone(ZONE).date()
    empty = tuple(intended)
    found = []
    while day <= last:
        for one in patterns:
            span = shift_span(day, one.starts, one.minutes)
            if window.start <= span.start < window.end and gaps(span, empty):
                found.append(Slot(span, one.kind, one.officers, one.auxiliaries))
        day += dt.timedelta(days=1)
    return sorted(found)


def violations(member: Member, shifts: Iterable[Shift], rules: RestRules) -> list[Violation]:
    """What somebody's shifts, with those already booked, break; in the order of time."""
    mine = sorted({*member.booked, *shifts})
    found = [
        Violation(member.person, Reason.AWAY, shift.span)
        for shift in mine
        if any(shift.span.cut(span) for span in member.away)
    ]
    for before, after in pairwise(mine):
        if after.span.start < before.span.end:
            found.append(Violation(member.person, Reason.OVERLAP, after.span))
        elif after.span.start < before.span.end + rules.rest_after(before.span):
            found.append(Violation(member.person, Reason.REST, after.span))
    found += _over_the_week(member.person, mine, rules)
    found += _runs(member.person, mine, rules.run, Reason.RUN)
    nights = [shift for shift in mine if shift.is_night]
    found += _runs(member.person, nights, rules.nights, Reason.NIGHTS)
    return sorted(found, key=lambda one: one.span)


def week_of(day: dt.date) -> dt.date:
    """Monday of the calendar week."""
    return day - dt.timedelta(days=day.weekday())


def _over_the_week(person: int, mine: Sequence[Shift], rules: RestRules) -> list[Violation]:
    found, minutes = [], Counter[dt.date]()
    for shift in mine:
        week = week_of(shift.day)
        minutes[week] += shift.span.minutes
        if minutes[week] > rules.week:
            found.append(Violation(person, Reason.WEEK, shift.span))
    return found


def _runs(person: int, mine: Sequence[Shift], most: int, reason: Reason) -> list[Violation]:
    """The first shift of each day with which a run of days becomes too long."""
    first = {shift.day: shift for shift in reversed(mine)}
    found, length, yesterday = [], 0, None
    for day in sorted(first):
        follows = yesterday is not None and day - yesterday == dt.timedelta(days=1)
        length = length + 1 if follows else 1
        yesterday = day
        if length > most:
            found.append(Violation(person, reason, first[day].span))
    return found


def obstacle(
    member: Member, shifts: Sequence[Shift], slot: Slot, rules: RestRules
) -> Reason | None:
    """The first rule that keeps somebody from taking the slot besides `shifts`; None if none does.

    What the shifts break already is not held against the slot.
    """
    taken = slot.given_to(member.person)
    before = Counter(one.reason for one in violations(member, shifts, rules))
    after = Counter(one.reason for one in violations(member, [*shifts, taken], rules))
    if taken in shifts or taken in member.booked:
        return Reason.OVERLAP
    return next((reason for reason in Reason if after[reason] > before[reason]), None)


def uncovered(request: Request, shifts: Iterable[Shift]) -> list[Uncovered]:
    """Each slot with too few people, without the hours meant to be empty, and why.

    The reasons count the crew: by what each member who is not in the slot is kept from it.
    """
    plan = _by_person(shifts)
    found = []
    for slot in request.slots:
        for post in Post:
            crew = request.crew(post)
            free = [m for m in crew if slot.given_to(m.person) not in plan.get(m.person, ())]
            there = [slot.span] * (len(crew) - len(free))
            stretches = missing_in(slot.span, there, slot.needs(post), request.intended)
            if not stretches:
                continue
            kept = [obstacle(m, plan.get(m.person, ()), slot, request.rules) for m in free]
            reasons = Counter(why or Reason.FREE for why in kept) or Counter([Reason.NOBODY])
            found += [
                Uncovered(span, post, missing, tuple(reasons.most_common()))
                for span, missing in stretches
            ]
    return found


def shares(request: Request, shifts: Iterable[Shift]) -> list[Share]:
    """Who carries what of the window, beside a fair share of it by days not away, post by post."""
    plan = _by_person(shifts)
    found = []
    for post in Post:
        crew = request.crew(post)
        days = {m.person: available_days(m, request.window) for m in crew}
        all_days = sum(days.values())
        for burden in Burden:
            carried = {m.person: load(request, m, plan.get(m.person, ()), burden) for m in crew}
            total = sum(carried.values())
            found += [
                Share(person, burden, count, total * days[person] / all_days if all_days else 0.0)
                for person, count in carried.items()
            ]
    return found


def weight(request: Request, shift: Shift, burden: Burden) -> int:
    """What one shift adds to a burden: 0 or 1; its started hours for HOURS."""
    match burden:
        case Burden.NIGHTS:
            return int(shift.is_night)
        case Burden.WEEKENDS:
            return int(shift.day in request.weekends)
        case Burden.HOLIDAYS:
            return int(shift.day in request.holidays)
        case Burden.HOURS:
            return -(-shift.span.minutes // 60)


def load(request: Request, member: Member, shifts: Iterable[Shift], burden: Burden) -> int:
    """What somebody carries of a burden in the window, shifts already booked included."""
    window = request.window
    return sum(
        weight(request, shift, burden)
        for shift in {*member.booked, *shifts}
        if window.start <= shift.span.start < window.end
    )


def available_days(member: Member, window: Span) -> int:
    """Days of the window, rounded down, on which somebody is not away."""
    free = gaps(window, member.away)
    return sum((span.end - span.start for span in free), dt.timedelta()) // dt.timedelta(days=1)


def report(request: Request, shifts: Sequence[Shift]) -> Quality:
    """Gaps, rest violations and fairness of a plan, whoever made it."""
    plan = _by_person(shifts)
    broken = [
        one
        for member in request.members
        for one in violations(member, plan.get(member.person, ()), request.rules)
    ]
    return Quality(
        uncovered=tuple(uncovered(request, shifts)),
        violations=tuple(broken),
        shares=tuple(shares(request, shifts)),
    )


def _by_person(shifts: Iterable[Shift]) -> dict[int, list[Shift]]:
    plan: dict[int, list[Shift]] = {}
    for shift in shifts:
        plan.setdefault(shift.person, []).append(shift)
    return plan
