"""Until when somebody was there who never checked out (matrix D 16)."""

from __future__ import annotations

import datetime as dt

import pytest

from duty.checkout import assumed_end
from policeroom.common.intervals import Span
from tests.duty.presence_helpers import HOUR, at

pytestmark = pytest.mark.unit
TWELVE = 12 * HOUR
EVENING = Span(at("08:00"), at("20:00"))
NIGHT = Span(at("20:00"), at("08:00", days=1))


@pytest.mark.parametrize(
    ("came", "shifts", "expected"),
    [
        pytest.param(at("08:00"), [EVENING], at("20:00"), id="on time"),
        pytest.param(at("07:31"), [EVENING], at("20:00"), id="early"),
        pytest.param(at("19:59"), [EVENING], at("20:00"), id="last minute of the shift"),
        pytest.param(at("20:00"), [EVENING], at("08:00", days=1), id="when the shift is over"),
        pytest.param(at("08:00"), [EVENING, NIGHT], at("08:00", days=1), id="touching shifts"),
        pytest.param(at("08:00"), [NIGHT], at("20:00"), id="next shift begins just too late"),
        pytest.param(at("08:01"), [NIGHT], at("08:00", days=1), id="next shift begins in time"),
        pytest.param(at("08:00"), [], at("20:00"), id="no shift"),
    ],
)
def test_presence_without_check_out_ends(
    came: dt.datetime, shifts: list[Span], expected: dt.datetime
) -> None:
    assert assumed_end(came, shifts, TWELVE) == expected
    assert assumed_end(came, reversed(shifts), TWELVE) == expected
