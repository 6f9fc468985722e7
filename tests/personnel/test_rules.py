"""Boundary tables of 第八条, 第九条, 第十九条, 第二十条."""

from __future__ import annotations

import datetime as dt

import pytest

from personnel import rules
from personnel.rules import AuxFormula, AuxReading
from policeroom.common.verdicts import Status

pytestmark = pytest.mark.unit
DAY = dt.date(2026, 5, 15)


def after(days: int) -> dt.date:
    return DAY + dt.timedelta(days=days)


@pytest.mark.parametrize(
    ("population", "expected"),
    [
        pytest.param(19_999, "1 1 1 1 1", id="19999"),
        pytest.param(20_000, "1 1 2 3 2", id="20000"),
        pytest.param(29_999, "1 2 2 3 2", id="29999"),
        pytest.param(30_000, "2 2 3 4 3", id="30000"),
        pytest.param(45_000, "3 4 4 5 4", id="45000"),
        pytest.param(0, "1 1 1 1 1", id="empty"),
    ],
)
def test_auxiliaries_under_all_five_readings(population: int, expected: str) -> None:
    found = [rules.required_auxiliaries(population, AuxFormula(reading)) for reading in AuxReading]
    assert found == [int(number) for number in expected.split()]


def test_negative_population_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        rules.required_auxiliaries(-1, AuxFormula())


@pytest.mark.parametrize(
    ("officers", "leads", "first", "second"),
    [
        pytest.param(0, 0, Status.FAIL, Status.SUPPRESSED, id="nobody"),
        pytest.param(1, 0, Status.PASS, Status.FAIL, id="no lead"),
        pytest.param(1, 1, Status.PASS, Status.PASS, id="one lead"),
        pytest.param(3, 2, Status.PASS, Status.FAIL, id="two leads"),
    ],
)
def test_officer_and_lead(officers: int, leads: int, first: Status, second: Status) -> None:
    assert rules.has_officer(officers=officers).status is first
    assert rules.has_one_lead(officers=officers, leads=leads).status is second


@pytest.mark.parametrize(
    ("auxiliaries", "population", "status", "required"),
    [
        pytest.param(1, 29_999, Status.PASS, 1, id="just below the first step"),
        pytest.param(1, 30_000, Status.FAIL, 2, id="at the first step"),
        pytest.param(2, 30_000, Status.PASS, 2, id="enough"),
        pytest.param(1, None, Status.UNKNOWN, None, id="population unknown"),
        pytest.param(0, None, Status.FAIL, 1, id="nobody, whatever the population"),
    ],
)
def test_auxiliaries_of_a_room(
    auxiliaries: int, population: int | None, status: Status, required: int | None
) -> None:
    verdict = rules.has_auxiliaries(
        auxiliaries=auxiliaries, population=population, formula=AuxFormula()
    )
    assert (verdict.status, verdict.required) == (status, required)


@pytest.mark.parametrize(
    ("first_class", "auxiliaries", "population", "status"),
    [
        pytest.param(False, 0, 60_000, Status.NOT_APPLICABLE, id="not first-class"),
        pytest.param(True, 4, 50_000, Status.PASS, id="enough"),
        pytest.param(True, 3, 50_000, Status.FAIL, id="one short"),
        pytest.param(True, 3, None, Status.UNKNOWN, id="unknown"),
    ],
)
def test_first_class_university(
    first_class: bool, auxiliaries: int, population: int | None, status: Status
) -> None:
    verdict = rules.first_class_auxiliaries(
        first_class=first_class,
        auxiliaries=auxiliaries,
        population=population,
        formula=AuxFormula(),
    )
    assert verdict.status is status


@pytest.mark.parametrize(
    ("people", "universities", "ratio", "status", "required"),
    [
        pytest.param(1, 1, 100, Status.PASS, 1, id="one university"),
        pytest.param(2, 2, 100, Status.PASS, 2, id="two"),
        pytest.param(4, 5, 100, Status.FAIL, 5, id="five, one short"),
        pytest.param(4, 5, 80, Status.PASS, 4, id="tolerance"),
        pytest.param(4, 5, 81, Status.FAIL, 5, id="tolerance is rounded up"),
    ],
)
def test_officers_of_a_center(
    people: int, universities: int, ratio: int, status: Status, required: int
) -> None:
    verdict = rules.center_officers(officers=people, universities=universities, ratio_percent=ratio)
    assert (verdict.status, verdict.required) == (status, required)


@pytest.mark.parametrize(
    ("auxiliaries", "status"),
    [
        pytest.param(4, Status.FAIL, id="one short"),
        pytest.param(5, Status.PASS, id="as many as universities"),
    ],
)
def test_auxiliaries_of_a_center(auxiliaries: int, status: Status) -> None:
    verdict = rules.center_auxiliaries(auxiliaries=auxiliaries, universities=5)
    assert verdict.status is status


@pytest.mark.parametrize(
    ("named", "reason"),
    [
        pytest.param({1: (7,), 2: (8,)}, "each_named", id="one each"),
        pytest.param({1: (7, 8)}, "named_for_two", id="one for both"),
        pytest.param({1: (7,)}, "not_named", id="one university left out"),
        pytest.param({1: (7, 9), 2: (8,)}, "each_named", id="a university that left counts not"),
    ],
)
def test_named_officers(named: dict[int, tuple[int, ...]], reason: str) -> None:
    verdict = rules.named_officers(named=named, universities=frozenset({7, 8}))
    assert verdict.reason == reason


@pytest.mark.parametrize(("other_rooms", "status"), [(0, Status.PASS), (1, Status.FAIL)])
def test_dedicated(other_rooms: int, status: Status) -> None:
    assert rules.dedicated(other_rooms=other_rooms).status is status


@pytest.mark.parametrize(
    ("completed", "missing", "reason"),
    [
        pytest.param(None, 0, "not_trained", id="never"),
        pytest.param(after(-1), 0, "trained", id="the day before"),
        pytest.param(DAY, 0, "trained", id="the same day"),
        pytest.param(after(1), 0, "trained_late", id="the day after"),
        pytest.param(after(-1), 1, "topics_missing", id="a topic short"),
    ],
)
def test_training_before_the_post(completed: dt.date | None, missing: int, reason: str) -> None:
    verdict = rules.trained_before_post(
        assigned_from=DAY, completed_on=completed, missing_topics=missing
    )
    assert verdict.reason == reason
    assert (verdict.status is Status.PASS) == (reason == "trained")


@pytest.mark.parametrize(
    ("decided", "as_of", "status"),
    [
        pytest.param(DAY, DAY, Status.PASS, id="on the last day"),
        pytest.param(after(1), after(2), Status.LATE, id="a day late"),
        pytest.param(None, DAY, Status.PENDING, id="still time"),
        pytest.param(None, after(1), Status.FAIL, id="none"),
        pytest.param(after(3), after(2), Status.FAIL, id="decided later than asked for"),
    ],
)
def test_training_plan(decided: dt.date | None, as_of: dt.date, status: Status) -> None:
    assert rules.training_plan(decided_on=decided, due=DAY, as_of=as_of).status is status


@pytest.mark.parametrize(
    ("sessions", "closed", "whole", "status"),
    [
        pytest.param(1, True, True, Status.PASS, id="trained"),
        pytest.param(0, False, True, Status.PENDING, id="quarter still open"),
        pytest.param(0, True, True, Status.MISSED, id="missed"),
        pytest.param(0, True, False, Status.NOT_APPLICABLE, id="part-period"),
    ],
)
def test_regular_training(sessions: int, closed: bool, whole: bool, status: Status) -> None:
    verdict = rules.regular_training(sessions=sessions, required=1, closed=closed, whole=whole)
    assert verdict.status is status


@pytest.mark.parametrize(
    ("sessions", "closed", "status"),
    [(1, False, Status.PASS), (0, False, Status.PENDING), (0, True, Status.MISSED)],
)
def test_branch_training(sessions: int, closed: bool, status: Status) -> None:
    assert rules.branch_training(sessions=sessions, closed=closed).status is status


@pytest.mark.parametrize(
    ("filled", "as_of", "status"),
    [
        pytest.param(30, 40, Status.PASS, id="filled on day 30"),
        pytest.param(31, 40, Status.LATE, id="filled on day 31"),
        pytest.param(None, 30, Status.PENDING, id="open on day 30"),
        pytest.param(None, 31, Status.FAIL, id="open on day 31"),
        pytest.param(35, 31, Status.FAIL, id="as it was before it was filled"),
    ],
)
def test_vacancy(filled: int | None, as_of: int, status: Status) -> None:
    verdict = rules.vacancy_filled(
        rule_id="JS-20-1",
        opened_on=DAY,
        filled_on=None if filled is None else after(filled),
        as_of=after(as_of),
        limit=30,
    )
    assert verdict.status is status


def test_vacancy_filled_before_it_opened_is_refused() -> None:
    with pytest.raises(ValueError, match="before it opened"):
        rules.vacancy_filled(
            rule_id="JS-20-2", opened_on=DAY, filled_on=after(-1), as_of=DAY, limit=30
        )
