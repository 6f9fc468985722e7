"""Each rule: rows just below, at and just above its threshold, and missing facts."""

from __future__ import annotations

from decimal import Decimal

import pytest

from policeroom.common.verdicts import Status
from stations import rules

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("counted", "own", "centers", "status", "reason"),
    [
        pytest.param(True, 0, 0, Status.FAIL, "no_room", id="nothing"),
        pytest.param(True, 1, 0, Status.PASS, "own_room", id="own room"),
        pytest.param(True, 0, 1, Status.PASS, "covered_by_center", id="centre only"),
        pytest.param(True, 2, 1, Status.PASS, "own_room", id="both"),
        pytest.param(False, 0, 0, Status.NOT_APPLICABLE, "outside_denominator", id="military"),
    ],
)
def test_js_04_1(counted: bool, own: int, centers: int, status: Status, reason: str) -> None:
    verdict = rules.university_covered(counted=counted, own_rooms=own, primary_centers=centers)
    assert (verdict.rule_id, verdict.status, verdict.reason) == ("JS-04-1", status, reason)


@pytest.mark.parametrize(
    ("undergraduate", "active", "population", "own", "centers", "alternative", "status"),
    [
        pytest.param(True, True, 1, 0, 0, False, Status.FAIL, id="one person, no room"),
        pytest.param(True, True, 0, 0, 0, False, Status.NOT_APPLICABLE, id="nobody there yet"),
        pytest.param(True, True, None, 0, 0, False, Status.FAIL, id="population unknown counts"),
        pytest.param(True, True, 9000, 1, 0, False, Status.PASS, id="own room"),
        pytest.param(True, True, 9000, 0, 1, False, Status.FAIL, id="centre does not satisfy"),
        pytest.param(True, True, 9000, 0, 1, True, Status.PASS, id="centre satisfies, P-06a true"),
        pytest.param(True, False, 9000, 0, 0, False, Status.NOT_APPLICABLE, id="closed campus"),
        pytest.param(False, True, 9000, 0, 0, False, Status.NOT_APPLICABLE, id="college"),
    ],
)
def test_js_06_1(
    undergraduate: bool,
    active: bool,
    population: int | None,
    own: int,
    centers: int,
    alternative: bool,
    status: Status,
) -> None:
    verdict = rules.campus_has_own_room(
        undergraduate=undergraduate,
        active=active,
        population=population,
        own_rooms=own,
        centers=centers,
        center_satisfies=alternative,
    )
    assert (verdict.rule_id, verdict.status) == ("JS-06-1", status)


def test_js_06_1_refuses_a_negative_population() -> None:
    with pytest.raises(ValueError, match="-1"):
        rules.campus_has_own_room(
            undergraduate=True,
            active=True,
            population=-1,
            own_rooms=0,
            centers=0,
            center_satisfies=False,
        )


@pytest.mark.parametrize(
    ("counted", "designated", "own", "status"),
    [
        pytest.param(True, True, 0, Status.FAIL, id="designated without"),
        pytest.param(True, True, 1, Status.PASS, id="one room serves two campuses"),
        pytest.param(True, False, 0, Status.NOT_APPLICABLE, id="not designated"),
        pytest.param(False, True, 0, Status.NOT_APPLICABLE, id="not enrolling"),
    ],
)
def test_js_06_2(counted: bool, designated: bool, own: int, status: Status) -> None:
    verdict = rules.designated_has_own_room(counted=counted, designated=designated, own_rooms=own)
    assert (verdict.rule_id, verdict.status) == ("JS-06-2", status)


@pytest.mark.parametrize(
    ("universities", "minimum", "in_cluster", "status", "reason"),
    [
        pytest.param(1, 2, 1, Status.FAIL, "too_few_universities", id="one below"),
        pytest.param(2, 2, 1, Status.PASS, "serves_several", id="at the minimum"),
        pytest.param(3, 2, 1, Status.PASS, "serves_several", id="above"),
        pytest.param(2, 3, 1, Status.FAIL, "too_few_universities", id="alternative 多=3"),
        pytest.param(2, 2, 2, Status.FAIL, "second_center_in_cluster", id="two in one town"),
    ],
)
def test_js_06_4(
    universities: int, minimum: int, in_cluster: int, status: Status, reason: str
) -> None:
    verdict = rules.center_serves_several(
        universities=universities, minimum=minimum, centers_in_cluster=in_cluster
    )
    assert (verdict.status, verdict.reason) == (status, reason)
    assert (verdict.measured, verdict.required) == (universities, minimum)


@pytest.mark.parametrize(
    ("rule_id", "area", "minimum", "status"),
    [
        pytest.param("JS-07-1", "79.99", "80.00", Status.FAIL, id="room just below"),
        pytest.param("JS-07-1", "80.00", "80.00", Status.PASS, id="room at"),
        pytest.param("JS-07-1", "80.01", "80.00", Status.PASS, id="room above"),
        pytest.param("JS-07-2", "119.99", "120.00", Status.FAIL, id="centre just below"),
        pytest.param("JS-07-2", "120", "120.00", Status.PASS, id="centre at"),
        pytest.param("JS-07-1", "79.995", "80.00", Status.FAIL, id="never rounded up"),
        pytest.param("JS-07-1", None, "80.00", Status.UNKNOWN, id="not measured"),
    ],
)
def test_js_07(rule_id: str, area: str | None, minimum: str, status: Status) -> None:
    verdict = rules.room_is_large_enough(
        rule_id=rule_id, area=Decimal(area) if area else None, minimum=Decimal(minimum)
    )
    assert (verdict.rule_id, verdict.status) == (rule_id, status)
