"""Facts of the small world → verdicts, on a day, within a scope."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from compliance.catalogue import REASONS, RULES
from compliance.evaluate import Evaluation, evaluate_coverage
from compliance.services import set_parameter
from personnel.queries import scope_for
from policeroom.accounts.models import User
from policeroom.common.errors import DomainError
from policeroom.common.scope import Scope
from policeroom.common.verdicts import Status
from policeroom.common.versions import write_version
from stations.enums import DesignationBasis, UniversityLevel
from stations.models import (
    Article6Designation,
    PopulationSnapshot,
    StationSuspension,
    UniversityVersion,
)
from tests.world import START, World, add_campus, add_station, add_university

pytestmark = pytest.mark.integration
DAY = dt.date(2026, 9, 1)


@pytest.fixture
def province(province_staff: User) -> Scope:
    return scope_for(province_staff, at=timezone.now())


def verdicts(evaluation: Evaluation, rule_id: str) -> dict[str, Status]:
    return {
        item.subject.name: item.verdict.status
        for item in evaluation.judgements
        if item.verdict.rule_id == rule_id and item.verdict.status is not Status.NOT_APPLICABLE
    }


def test_every_reason_and_rule_is_in_the_catalogue(world: World, province: Scope) -> None:
    evaluation = evaluate_coverage(day=DAY, scope=province)
    assert {item.verdict.rule_id for item in evaluation.judgements} == set(RULES)
    assert {item.verdict.reason for item in evaluation.judgements} <= set(REASONS)


def test_multi_campus_university_with_one_room_missing(world: World, province: Scope) -> None:
    evaluation = evaluate_coverage(day=DAY, scope=province)
    assert verdicts(evaluation, "JS-04-1") == {
        "澜江大学": Status.PASS,
        "云川大学": Status.PASS,
        "澜江港口职业学院": Status.PASS,
    }
    assert verdicts(evaluation, "JS-06-1") == {
        "澜江大学 主校区": Status.PASS,
        "澜江大学 栗桥校区": Status.PASS,
        "澜江大学 云东校区": Status.FAIL,
        "云川大学 主校区": Status.PASS,
    }
    far = next(i for i in evaluation.judgements if i.subject.name == "澜江大学 云东校区")
    assert far.subject.path == world.county_b1.org_path  # booked where the campus lies


def test_areas_and_centres(world: World, province: Scope) -> None:
    evaluation = evaluate_coverage(day=DAY, scope=province)
    assert verdicts(evaluation, "JS-07-1") == {
        world.station_a1.name: Status.PASS,
        world.station_a2.name: Status.FAIL,
        world.station_b1.name: Status.UNKNOWN,
    }
    assert verdicts(evaluation, "JS-07-2") == {world.center_a.name: Status.PASS}
    assert verdicts(evaluation, "JS-06-4") == {world.center_a.name: Status.FAIL}  # one university


def test_city_sees_its_own_verdicts_and_the_same_ones(
    world: World, province: Scope, other_city_supervisor: User
) -> None:
    city = scope_for(other_city_supervisor, at=timezone.now())
    whole = evaluate_coverage(day=DAY, scope=province).judgements
    own = evaluate_coverage(day=DAY, scope=city).judgements
    assert set(own) == {i for i in whole if i.subject.path.startswith(world.city_b.org_path)}
    assert {i.subject.name for i in own} == {
        "云川大学",
        "云川大学 主校区",
        "澜江大学 云东校区",
        world.station_b1.name,
    }


def test_suspended_room_does_not_cover(world: World, province: Scope) -> None:
    StationSuspension.objects.create(
        station=world.station_b1, valid_from=DAY, valid_to=DAY + dt.timedelta(days=3), reason="x"
    )
    during = evaluate_coverage(day=DAY, scope=province)
    after = evaluate_coverage(day=DAY + dt.timedelta(days=3), scope=province)
    assert verdicts(during, "JS-04-1")["云川大学"] is Status.FAIL
    assert verdicts(after, "JS-04-1")["云川大学"] is Status.PASS


def test_a_past_day_reads_the_facts_of_that_day(world: World, province: Scope) -> None:
    """升本: the college is lifted on 1 September; before that JS-06-1 does not apply (edge 20)."""
    world.college_a.level = UniversityLevel.UNDERGRADUATE
    world.college_a.save()
    write_version(world.college_a, UniversityVersion, valid_from=DAY, by=None)
    before = evaluate_coverage(day=DAY - dt.timedelta(days=1), scope=province)
    since = evaluate_coverage(day=DAY, scope=province)
    name = "澜江港口职业学院 主校区"
    assert name not in verdicts(before, "JS-06-1")
    assert verdicts(since, "JS-06-1")[name] is Status.FAIL


def test_closed_room_and_room_not_yet_open_do_not_cover(world: World, province: Scope) -> None:
    world.station_b1.closed_on, world.station_b1.close_reason = DAY, "moved"
    world.station_b1.save()
    assert (
        verdicts(evaluate_coverage(day=DAY, scope=province), "JS-04-1")["云川大学"] is Status.FAIL
    )
    day_before = evaluate_coverage(day=DAY - dt.timedelta(days=1), scope=province)
    assert verdicts(day_before, "JS-04-1")["云川大学"] is Status.PASS
    before_opening = evaluate_coverage(day=START - dt.timedelta(days=1), scope=province)
    assert before_opening.judgements == ()


def test_population_zero_is_not_applicable_and_unknown_counts(
    world: World, province: Scope
) -> None:
    empty = add_campus(world.university_b, 2, "新校区", world.county_b1, people=None)
    first = verdicts(evaluate_coverage(day=DAY, scope=province), "JS-06-1")
    PopulationSnapshot.objects.create(campus=empty, as_of=DAY, students=0, staff=0)
    second = verdicts(evaluate_coverage(day=DAY, scope=province), "JS-06-1")
    assert first["云川大学 新校区"] is Status.FAIL
    assert "云川大学 新校区" not in second


def test_designated_college_needs_its_own_room(world: World, province: Scope) -> None:
    Article6Designation.objects.create(
        university=world.college_a,
        basis=DesignationBasis.KEY,
        decided_by=world.city_a,
        valid_from=DAY,
    )
    evaluation = evaluate_coverage(day=DAY, scope=province)
    assert verdicts(evaluation, "JS-06-2") == {"澜江港口职业学院": Status.FAIL}


def test_parameter_changes_from_its_day_on(
    world: World, province: Scope, province_staff: User
) -> None:
    facts = {
        "interpretation_no": "海公内保〔2026〕3号",
        "interpretation_dated": DAY,
        "author_unit": "省公安厅内保总队",
        "by": province_staff,
    }
    set_parameter(key="P-07a", value="70", valid_from=DAY, **facts)
    before = evaluate_coverage(day=DAY - dt.timedelta(days=1), scope=province)
    since = evaluate_coverage(day=DAY, scope=province)
    assert verdicts(before, "JS-07-1")[world.station_a2.name] is Status.FAIL
    assert verdicts(since, "JS-07-1")[world.station_a2.name] is Status.PASS


@pytest.mark.parametrize(
    ("value", "match"), [("80", "already has"), ("0", "no value"), ("wide", "no value")]
)
def test_parameter_refuses_what_does_not_fit(
    world: World, province_staff: User, value: str, match: str
) -> None:
    with pytest.raises(DomainError, match=match):
        set_parameter(
            key="P-07a",
            value=value,
            valid_from=DAY,
            interpretation_no="1",
            interpretation_dated=DAY,
            author_unit="x",
            by=province_staff,
        )


def test_query_count_does_not_grow(world: World, province: Scope) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            evaluate_coverage(day=DAY, scope=province)
        return len(captured)

    few = queries()
    for number in range(30):
        university = add_university(f"41990200{number:02d}", f"第{number}学院", world.city_a)
        campus = add_campus(university, 1, "主校区", world.county_a1)
        add_station(f"N{number:04d}", f"第{number}警务室", world.county_a1, campus=campus)
    assert queries() == few == 8
