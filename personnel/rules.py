"""第八条, 第九条, 第十九条, 第二十条 as pure functions. Every number is a dated parameter."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from policeroom.common.verdicts import Status, Verdict


class AuxReading(StrEnum):
    """How 第八条「每增加1万人需增配至少1名辅警」 is read; the province chooses one (P-08a).

    A: one more for each whole step above the threshold (adopted). B: each started step. C: the
    threshold itself is the first step. D: each whole step counted from zero, once the threshold is
    reached. E: steps are counted from one step, without a threshold (first-class universities).
    """

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"


@dataclass(frozen=True, slots=True)
class AuxFormula:
    """P-08a: reading, threshold and step in persons, and how many a room has in any case."""

    reading: AuxReading = AuxReading.A
    threshold: int = 20_000
    step: int = 10_000
    base: int = 1


def required_auxiliaries(population: int, formula: AuxFormula) -> int:
    """Auxiliary officers a room of a campus with `population` people must have.

    Source: JS-08-3 (规范第八条). Reading: matrix Art. 8, table of five readings; A is adopted until
    the interpreting authority decides (第二十九条). 「达」 includes the threshold.
    Units: persons; `population` are students and staff on the campus.
    Raises: ValueError if `population` is negative.
    """
    if population < 0:
        raise ValueError(f"population is negative: {population}")
    threshold, step = formula.threshold, formula.step
    above, reached = max(0, population - threshold), population >= threshold
    match formula.reading:
        case AuxReading.A:
            extra = above // step
        case AuxReading.B:
            extra = -(-above // step)
        case AuxReading.C:
            extra = (population - (threshold - step)) // step if reached else 0
        case AuxReading.D:
            extra = population // step if reached else 0
        case AuxReading.E:
            extra = max(0, population - step) // step
    return formula.base + extra


def has_officer(*, officers: int) -> Verdict:
    """A stand-alone room has a full-time officer.

    Source: JS-08-1 (规范第八条). Reading: counted are officers whose primary assignment is here and
    whose absence is not longer than the limit; reinforcement never counts. Units: persons.
    """
    if officers >= 1:
        return Verdict("JS-08-1", Status.PASS, officers, 1, "officer_present")
    return Verdict("JS-08-1", Status.FAIL, 0, 1, "no_officer")


def has_one_lead(*, officers: int, leads: int) -> Verdict:
    """Exactly one of the officers is designated lead.

    Source: JS-08-2 (规范第八条「明确1名专职民警具体负责」). Suppressed where JS-08-1 fails.
    Units: persons.
    """
    if officers < 1:
        return Verdict("JS-08-2", Status.SUPPRESSED, leads, 1, "no_officer")
    if leads == 1:
        return Verdict("JS-08-2", Status.PASS, 1, 1, "one_lead")
    return Verdict("JS-08-2", Status.FAIL, leads, 1, "no_lead" if leads < 1 else "several_leads")


def has_auxiliaries(*, auxiliaries: int, population: int | None, formula: AuxFormula) -> Verdict:
    """A stand-alone room has the auxiliaries its campus needs.

    Source: JS-08-3 (规范第八条). No population on record is unknown, never one auxiliary "enough";
    a room without even the base number fails whatever the population. Units: persons.
    """
    if population is None:
        if auxiliaries < formula.base:
            return Verdict("JS-08-3", Status.FAIL, auxiliaries, formula.base, "too_few_auxiliaries")
        return Verdict("JS-08-3", Status.UNKNOWN, auxiliaries, None, "population_unknown")
    required = required_auxiliaries(population, formula)
    if auxiliaries >= required:
        return Verdict("JS-08-3", Status.PASS, auxiliaries, required, "enough_auxiliaries")
    return Verdict("JS-08-3", Status.FAIL, auxiliaries, required, "too_few_auxiliaries")


def first_class_auxiliaries(
    *, first_class: bool, auxiliaries: int, population: int | None, formula: AuxFormula
) -> Verdict:
    """Advice for a first-class university: auxiliaries of all its rooms against all its people.

    Source: JS-08-4 (规范第八条「“双一流”建设高校」). Reading: whole-university counting, advisory
    (S4) until it is confirmed which addition 双一流 means. Units: persons.
    """
    if not first_class:
        return Verdict("JS-08-4", Status.NOT_APPLICABLE, auxiliaries, None, "not_first_class")
    if population is None:
        return Verdict("JS-08-4", Status.UNKNOWN, auxiliaries, None, "population_unknown")
    required = required_auxiliaries(population, formula)
    if auxiliaries >= required:
        return Verdict("JS-08-4", Status.PASS, auxiliaries, required, "enough_auxiliaries")
    return Verdict("JS-08-4", Status.FAIL, auxiliaries, required, "too_few_auxiliaries")


def center_officers(*, officers: int, universities: int, ratio_percent: int) -> Verdict:
    """A centre has one officer for each university it covers first.

    Source: JS-08-5 (规范第八条「一校一民警」). Reading: 「基本」 is a provincial tolerance
    (P-08b), not an automatic one; rounded up. `universities` are distinct ones with a primary
    link. Units: persons; `ratio_percent` in percent of the universities.
    """
    required = -(-universities * ratio_percent // 100)
    if officers >= required:
        return Verdict("JS-08-5", Status.PASS, officers, required, "enough_officers")
    return Verdict("JS-08-5", Status.FAIL, officers, required, "too_few_officers")


def center_auxiliaries(*, auxiliaries: int, universities: int) -> Verdict:
    """A centre has one auxiliary for each university it covers first.

    Source: JS-08-6 (规范第八条「配备相应数量民警和辅警」). Reading: as many as universities; the
    steps of JS-08-3 do not apply to centres. Units: persons.
    """
    if auxiliaries >= universities:
        return Verdict("JS-08-6", Status.PASS, auxiliaries, universities, "enough_auxiliaries")
    return Verdict("JS-08-6", Status.FAIL, auxiliaries, universities, "too_few_auxiliaries")


def named_officers(*, named: dict[int, tuple[int, ...]], universities: frozenset[int]) -> Verdict:
    """Each university of a centre has its named officer, and no officer is named for two.

    Source: JS-08-7 (规范第八条「一校一民警」). `named` maps officers to the universities they are
    named for. Units: universities that have an officer of their own.
    """
    covered = [name for names in named.values() for name in names if name in universities]
    served = len(set(covered))
    if any(len(set(names) & universities) > 1 for names in named.values()):
        return Verdict("JS-08-7", Status.FAIL, served, len(universities), "named_for_two")
    if served < len(universities):
        return Verdict("JS-08-7", Status.FAIL, served, len(universities), "not_named")
    return Verdict("JS-08-7", Status.PASS, served, len(universities), "each_named")


def dedicated(*, other_rooms: int) -> Verdict:
    """An officer is dedicated to one room.

    Source: JS-09-1 (规范第九条). `other_rooms`: rooms besides the primary one where the officer
    also holds a post; the finding is booked at each of them. Units: rooms.
    """
    if other_rooms == 0:
        return Verdict("JS-09-1", Status.PASS, 0, 0, "one_room")
    return Verdict("JS-09-1", Status.FAIL, other_rooms, 0, "several_rooms")


def trained_before_post(
    *,
    assigned_from: dt.date,
    completed_on: dt.date | None,
    missing_topics: int,
) -> Verdict:
    """Training was completed before the first day of the post, and covered every topic.

    Source: JS-19-1 (规范第十九条). Reading: the same day passes at day precision; one training
    serves later posts too. `completed_on`: the earliest completion of training before a post.
    Units: topics that are missing.
    """
    if completed_on is None:
        return Verdict("JS-19-1", Status.FAIL, None, 0, "not_trained")
    if completed_on > assigned_from:
        return Verdict("JS-19-1", Status.FAIL, missing_topics, 0, "trained_late")
    if missing_topics:
        return Verdict("JS-19-1", Status.FAIL, missing_topics, 0, "topics_missing")
    return Verdict("JS-19-1", Status.PASS, 0, 0, "trained")


def training_plan(*, decided_on: dt.date | None, due: dt.date, as_of: dt.date) -> Verdict:
    """The city has its annual training plan by the day P-19a names, inclusive.

    Source: JS-19-2 (规范第十九条). Units: plans.
    """
    if decided_on is not None and decided_on <= as_of:
        status = Status.PASS if decided_on <= due else Status.LATE
        return Verdict("JS-19-2", status, 1, 1, "plan_in_force")
    if as_of <= due:
        return Verdict("JS-19-2", Status.PENDING, 0, 1, "plan_due")
    return Verdict("JS-19-2", Status.FAIL, 0, 1, "no_plan")


def regular_training(*, sessions: int, required: int, closed: bool, whole: bool) -> Verdict:
    """A person was trained in the quarter.

    Source: JS-19-3 (规范第十九条), frequency P-19b. `whole`: the person held the post on every day
    of the period; part-periods are not due. Units: sessions.
    """
    if not whole:
        return Verdict("JS-19-3", Status.NOT_APPLICABLE, sessions, required, "part_period")
    if sessions >= required:
        return Verdict("JS-19-3", Status.PASS, sessions, required, "trained")
    if not closed:
        return Verdict("JS-19-3", Status.PENDING, sessions, required, "period_open")
    return Verdict("JS-19-3", Status.MISSED, sessions, required, "not_trained")


def branch_training(*, sessions: int, closed: bool) -> Verdict:
    """A police branch held a session for the room in the year (advice, S4).

    Source: JS-19-4 (规范第十九条「邀请相关警种加强警务室业务培训」). Units: sessions.
    """
    if sessions:
        return Verdict("JS-19-4", Status.PASS, sessions, 1, "trained")
    status = Status.MISSED if closed else Status.PENDING
    return Verdict("JS-19-4", status, 0, 1, "not_trained" if closed else "period_open")


def vacancy_filled(
    *, rule_id: str, opened_on: dt.date, filled_on: dt.date | None, as_of: dt.date, limit: int
) -> Verdict:
    """A vacancy is filled within the limit: calendar days, never rolled.

    Source: JS-20-1 (officers), JS-20-2 (auxiliaries) (规范第二十条). `opened_on` is the day after
    the last day of the one who left; day 1 is the day after it. Units: days.
    Raises: ValueError if it was filled before it opened.
    """
    if filled_on is not None and filled_on < opened_on:
        raise ValueError(f"filled on {filled_on}, before it opened on {opened_on}")
    done = filled_on is not None and filled_on <= as_of
    days = ((filled_on if done and filled_on else as_of) - opened_on).days
    if days <= limit:
        status = Status.PASS if done else Status.PENDING
        return Verdict(rule_id, status, days, limit, "filled" if done else "vacancy_open")
    return Verdict(rule_id, Status.LATE if done else Status.FAIL, days, limit, "vacancy_long")
