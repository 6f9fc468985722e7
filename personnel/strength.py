"""Strength of rooms against 第八条 and 第九条: pure, over the facts of one day.

`personnel.queries.strength` collects the facts; the same functions answer what would be needed if
they changed (`personnel.whatif`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from personnel import rules
from personnel.rules import AuxFormula
from policeroom.common.verdicts import Status, Verdict

#: Verdicts that say somebody is missing, or that something about the posts is wrong.
BAD = frozenset({Status.FAIL, Status.LATE, Status.MISSED})
#: Advice (S4): shown, but no gap.
ADVISORY = frozenset({"JS-08-4"})


@dataclass(frozen=True, slots=True)
class StrengthRules:
    """P-08a to P-08e as they held on the day; days in calendar days."""

    formula: AuxFormula
    ratio_percent: int
    stale_after: int
    absent_counts_for: int
    seconded_counts_for: int = 0


@dataclass(frozen=True, slots=True)
class WholeUniversity:
    """A first-class university over all its campuses: people, and auxiliaries of its own rooms."""

    auxiliaries: int
    population: int | None


@dataclass(frozen=True, slots=True)
class RoomStrength:
    """One room on one day. Counted are primary posts whose holder is neither away too long nor
    seconded."""

    pk: int
    name: str
    path: str
    is_center: bool
    day: dt.date
    #: Campus a stand-alone room stands on, and whose it is.
    campus_id: int | None = None
    university_id: int | None = None
    #: False while it is suspended: nothing is required of it then.
    operating: bool = True
    officers: int = 0
    leads: int = 0
    auxiliaries: int = 0
    #: Holders of a primary post who are away for longer than P-08d and do not count.
    officers_away: int = 0
    auxiliaries_away: int = 0
    #: Holders of a primary post who are seconded away and do not count.
    seconded: int = 0
    #: Officers with a post here whose primary post is in another room.
    shared_officers: int = 0
    #: Stand-alone rooms: students and staff on the campus, and as of when; None where unknown.
    population: int | None = None
    population_on: dt.date | None = None
    whole: WholeUniversity | None = None
    #: Centres: universities with a primary link, and who is named for which.
    universities: frozenset[int] = frozenset()
    named: Mapping[int, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Need:
    """What a room must have. `auxiliaries` is None where the population is not known."""

    officers: int
    auxiliaries: int | None


@dataclass(frozen=True, slots=True)
class Assessment:
    """A room's facts with what they mean."""

    room: RoomStrength
    need: Need
    verdicts: tuple[Verdict, ...]
    #: Persons who are missing at least.
    officer_gap: int
    auxiliary_gap: int
    #: Auxiliaries required at least: the number, or the base one where the population is unknown.
    least_auxiliaries: int
    #: The population is older than P-08c: the number required may be wrong.
    stale: bool

    @property
    def failing(self) -> tuple[Verdict, ...]:
        """What is wrong; advice is not."""
        return tuple(v for v in self.verdicts if v.status in BAD and v.rule_id not in ADVISORY)

    @property
    def unknown(self) -> bool:
        """A fact is missing, so that not every rule could be judged."""
        return any(v.status is Status.UNKNOWN for v in self.verdicts)

    def counted(self, *, officers: bool) -> tuple[int, int]:
        """How many of a kind count, and how many are required at least."""
        if officers:
            return self.room.officers, self.need.officers
        return self.room.auxiliaries, self.least_auxiliaries

    @property
    def gap(self) -> int:
        """Persons who are missing at least, officers and auxiliaries."""
        return self.officer_gap + self.auxiliary_gap


def need_of(room: RoomStrength, day_rules: StrengthRules) -> Need:
    """How many officers and auxiliaries the room must have.

    Source: JS-08-1, 08-3, 08-5, 08-6 (规范第八条). A room that does not operate needs nobody.
    """
    if not room.operating:
        return Need(0, 0)
    if room.is_center:
        number = len(room.universities)
        return Need(-(-number * day_rules.ratio_percent // 100), number)
    if room.population is None:
        return Need(1, None)
    return Need(1, rules.required_auxiliaries(room.population, day_rules.formula))


def verdicts_of(room: RoomStrength, day_rules: StrengthRules) -> tuple[Verdict, ...]:
    """Every rule of 第八条 and JS-09-1 on the room; none while it does not operate."""
    if not room.operating:
        return ()
    shared = rules.dedicated(other_rooms=room.shared_officers)
    if room.is_center:
        number = len(room.universities)
        return (
            rules.center_officers(
                officers=room.officers, universities=number, ratio_percent=day_rules.ratio_percent
            ),
            rules.center_auxiliaries(auxiliaries=room.auxiliaries, universities=number),
            rules.named_officers(named=dict(room.named), universities=room.universities),
            shared,
        )
    whole = room.whole
    return (
        rules.has_officer(officers=room.officers),
        rules.has_one_lead(officers=room.officers, leads=room.leads),
        rules.has_auxiliaries(
            auxiliaries=room.auxiliaries, population=room.population, formula=day_rules.formula
        ),
        rules.first_class_auxiliaries(
            first_class=whole is not None,
            auxiliaries=whole.auxiliaries if whole else room.auxiliaries,
            population=whole.population if whole else None,
            formula=day_rules.formula,
        ),
        shared,
    )


def assess(room: RoomStrength, day_rules: StrengthRules) -> Assessment:
    """Need, gap and verdicts of one room.

    Reading: where the population is unknown, at least the base number of auxiliaries is required,
    so that number is the gap; more may be missing.
    """
    need = need_of(room, day_rules)
    least = day_rules.formula.base if need.auxiliaries is None else need.auxiliaries
    stale = (
        not room.is_center
        and room.operating
        and room.population_on is not None
        and (room.day - room.population_on).days > day_rules.stale_after
    )
    return Assessment(
        room=room,
        need=need,
        verdicts=verdicts_of(room, day_rules),
        officer_gap=max(0, need.officers - room.officers),
        auxiliary_gap=max(0, least - room.auxiliaries),
        least_auxiliaries=least,
        stale=stale,
    )
