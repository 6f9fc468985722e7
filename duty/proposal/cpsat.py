"""The same rules as a constraint model for CP-SAT. OR-Tools is an optional extra.

One worker, a fixed seed and a limit of deterministic time, so that a request gives the same plan on
every machine however busy; a limit of seconds would not.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Final

from duty.roster_rules import (
    Burden,
    Member,
    Post,
    Request,
    Shift,
    Slot,
    available_days,
    load,
    obstacle,
    week_of,
    weight,
)
from policeroom.common.intervals import gaps

#: Deterministic time of one proposal, by the solver's own measure; a few seconds each.
EFFORT: Final = 4.0
SEED: Final = 16
#: What the objective weighs: a person missing for an hour above any unfairness, then rarer burdens.
MISSING: Final = 10_000
FAIRNESS: Final = {
    Burden.HOLIDAYS: 60,
    Burden.WEEKENDS: 30,
    Burden.NIGHTS: 30,
    Burden.HOURS: 1,
}
DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Solution:
    """What the solver found; `proven` if nothing is better by its objective."""

    shifts: tuple[Shift, ...]
    proven: bool


def installed() -> bool:
    """Whether OR-Tools can be imported; nothing is imported."""
    return find_spec("ortools") is not None


def solve(request: Request, hint: Sequence[Shift], *, effort: float) -> Solution | None:
    """The best plan within `effort`, begun from `hint`; None if the limit came first."""
    from ortools.sat.python import cp_model  # noqa: PLC0415 -- slow import

    model = Model(cp_model.CpModel(), request, hint)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = SEED
    solver.parameters.max_deterministic_time = effort
    status = solver.solve(model.cp)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    chosen = (
        slot.given_to(person) for (person, slot), var in model.takes.items() if solver.value(var)
    )
    return Solution(tuple(sorted(chosen)), proven=status == cp_model.OPTIMAL)


class Model:
    """A variable for each member and slot they may take; the rules and the objective over them."""

    def __init__(self, cp: Any, request: Request, hint: Sequence[Shift]) -> None:
        self.cp, self.request = cp, request
        self.takes: dict[tuple[int, Slot], Any] = {}
        self.costs: list[Any] = []
        for post in Post:
            for member in request.crew(post):
                self._person(member, frozenset(hint))
            self._cover(post)
            for burden in Burden:
                self._share(post, burden)
        cp.minimize(sum(self.costs))

    def _person(self, member: Member, hint: frozenset[Shift]) -> None:
        """What somebody may take: nothing their booked shifts forbid, and no two too close."""
        rules = self.request.rules
        mine = [
            slot
            for slot in sorted(self.request.slots)
            if slot.needs(member.post) and obstacle(member, (), slot, rules) is None
        ]
        for slot in mine:
            var = self.cp.new_bool_var("")
            self.takes[member.person, slot] = var
            self.cp.add_hint(var, slot.given_to(member.person) in hint)
        for place, before in enumerate(mine):
            free = before.span.end + rules.rest_after(before.span)
            for after in mine[place + 1 :]:
                if after.span.start < free:
                    pair = (self.takes[member.person, before], self.takes[member.person, after])
                    self.cp.add_at_most_one(pair)
        self._weeks(member, mine)
        self._runs(member, mine, member.booked, rules.run)
        self._runs(
            member,
            [slot for slot in mine if slot.given_to(member.person).is_night],
            tuple(shift for shift in member.booked if shift.is_night),
            rules.nights,
        )

    def _weeks(self, member: Member, mine: Sequence[Slot]) -> None:
        """Not more minutes in a calendar week than the rules allow, booked ones included."""
        minutes: dict[dt.date, int] = defaultdict(int)
        terms: dict[dt.date, list[Any]] = defaultdict(list)
        for shift in set(member.booked):
            minutes[week_of(shift.day)] += shift.span.minutes
        for slot in mine:
            week = week_of(slot.given_to(member.person).day)
            terms[week].append(slot.span.minutes * self.takes[member.person, slot])
        for week, parts in terms.items():
            self.cp.add(sum(parts) <= self.request.rules.week - minutes[week])

    def _runs(
        self, member: Member, mine: Sequence[Slot], booked: Sequence[Shift], most: int
    ) -> None:
        """One day free in any `most` + 1 in a row."""
        fixed = {shift.day for shift in booked}
        flags: dict[dt.date, Any] = {}
        for slot in mine:
            day = slot.given_to(member.person).day
            if day in fixed:
                continue
            if day not in flags:
                flags[day] = self.cp.new_bool_var("")
            self.cp.add_implication(self.takes[member.person, slot], flags[day])
        for first in sorted(fixed | flags.keys()):
            days = [first + DAY * offset for offset in range(most + 1)]
            row = [flags[day] for day in days if day in flags]
            if row and all(day in fixed or day in flags for day in days):
                self.cp.add(sum(row) + sum(day in fixed for day in days) <= most)

    def _cover(self, post: Post) -> None:
        """Each slot has its people, or costs the hours they are missing."""
        for slot in self.request.slots:
            needed = slot.needs(post)
            if not needed:
                continue
            short = self.cp.new_int_var(0, needed, "")
            crew = self.request.crew(post)
            here = [self.takes[m.person, slot] for m in crew if (m.person, slot) in self.takes]
            self.cp.add(sum(here) + short == needed)
            empty = sum(span.minutes for span in gaps(slot.span, self.request.intended))
            self.costs.append(MISSING * -(-empty // 60) * short)

    def _share(self, post: Post, burden: Burden) -> None:
        """The largest load costs, counted against the days somebody is there."""
        request = self.request
        days = {m.person: available_days(m, request.window) for m in request.crew(post)}
        most_days = max(days.values(), default=0)
        everything = sum(
            slot.needs(post) * weight(request, slot.given_to(0), burden) for slot in request.slots
        )
        if not everything or not most_days:
            return
        before = {m.person: load(request, m, (), burden) for m in request.crew(post)}
        highest = (everything + max(before.values())) * most_days
        top = self.cp.new_int_var(0, highest, "")
        for person, present in days.items():
            mine = [
                weight(request, slot.given_to(who), burden) * var
                for (who, slot), var in self.takes.items()
                if who == person
            ]
            if present and mine:
                self.cp.add((sum(mine) + before[person]) * most_days <= top * present)
        self.costs.append(FAIRNESS[burden] * top)
