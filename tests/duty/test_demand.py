"""Which hours of a roster lack people: minute-exact, by kind."""

from __future__ import annotations

import datetime as dt

import pytest

from duty.demand import Booking, Demand, lacks, shift_span
from policeroom.common.intervals import Span
from tests.duty.presence_helpers import DAY, at

pytestmark = pytest.mark.unit
WHOLE_DAY = Span(at("08:00"), at("20:00"))


def open_hours(officers: int, auxiliaries: int, *bookings: Booking) -> list[tuple[Span, bool, int]]:
    demand = Demand("白班", WHOLE_DAY, officers, auxiliaries)
    return [(one.span, one.is_officer, one.missing) for one in lacks([demand], bookings)]


def test_shift_over_midnight_ends_on_the_next_day() -> None:
    assert shift_span(DAY, dt.time(20), 720) == Span(at("20:00"), at("08:00", days=1))


def test_handover_at_the_minute_leaves_nothing_open() -> None:
    early, late = Span(at("07:00"), at("14:00")), Span(at("14:00"), at("21:00"))
    assert open_hours(1, 0, Booking(early, True), Booking(late, True)) == []


@pytest.mark.parametrize(
    ("officers", "auxiliaries", "bookings", "expected"),
    [
        pytest.param(1, 0, [], [(WHOLE_DAY, True, 1)], id="nobody"),
        pytest.param(
            1,
            0,
            [Booking(Span(at("08:00"), at("19:59")), True)],
            [(Span(at("19:59"), at("20:00")), True, 1)],
            id="one minute short",
        ),
        pytest.param(2, 0, [Booking(WHOLE_DAY, True)], [(WHOLE_DAY, True, 1)], id="one of two"),
        pytest.param(
            1, 1, [Booking(WHOLE_DAY, True)] * 2, [(WHOLE_DAY, False, 1)], id="no stand-in"
        ),
        pytest.param(0, 0, [], [], id="nothing asked"),
    ],
)
def test_open_hours(
    officers: int,
    auxiliaries: int,
    bookings: list[Booking],
    expected: list[tuple[Span, bool, int]],
) -> None:
    assert open_hours(officers, auxiliaries, *bookings) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        pytest.param("08:00", "20:00", [], id="all of it"),
        pytest.param("06:00", "08:00", [("08:00", "20:00")], id="before it"),
        pytest.param("12:00", "14:00", [("08:00", "12:00"), ("14:00", "20:00")], id="inside"),
        pytest.param("19:59", "21:00", [("08:00", "19:59")], id="its last minute"),
    ],
)
def test_hours_meant_to_be_empty_are_not_open(
    start: str, end: str, expected: list[tuple[str, str]]
) -> None:
    intended = [Span(at(start), at(end))]
    found = lacks([Demand("白班", WHOLE_DAY, 1, 0)], [], intended)
    assert [one.span for one in found] == [Span(at(a), at(b)) for a, b in expected]
