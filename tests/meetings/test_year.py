"""A year of four rooms: 2020 has a leap day, an ISO week 53 and a week without a working day."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import pytest

from duty.enums import ArrangementPart
from duty.models import DutyArrangement
from meetings.models import Obligation
from meetings.queries.standings import standings
from meetings.rules import Standing
from meetings.services.obligations import materialise
from policeroom.accounts.models import User
from policeroom.common.periods import PeriodKind, period_of, read_label
from stations.enums import DayKind, TermKind
from stations.models import AcademicCalendar, CalendarDay, Station, StationSuspension
from tests.meetings.helpers import at, meet
from tests.personnel.people_helpers import parameter
from tests.world import World

pytestmark = pytest.mark.integration

NOW = at("2021-01-20T12:00")
CODES = {
    Standing.MET: "M",
    Standing.LATE: "L",
    Standing.MISSED: "X",
    Standing.UNVERIFIED: "U",
    Standing.EXEMPT: "E",
    Standing.NOT_APPLICABLE: "-",
    Standing.PENDING: "p",
    Standing.DUE: "d",
}
#: Weeks 1 to 53, months 1 to 12, quarters 1 to 4; "." is no obligation at all.
EXPECTED = {
    # week 5 has no working day and is missed all the same; 10 was entered when it was over; 20 was
    # made up; 30 was missed. The month of June is missed: its only sitting names May.
    ("A1", "weekly"): "MMMMXMMMMUMMMMMMMMMLMMMMMMMMMXMMMMMMMMMMMMMMMMMMMMMMM",
    ("A1", "monthly"): "MMMXLXMMMMMM",
    ("A1", "quarterly"): "MLXM",
    # opened on Wednesday 13 May, suspended from 31 August to 6 September (week 36), closed from
    # Thursday 5 November on
    ("A2", "weekly"): "." * 19 + "-" + "M" * 15 + "E" + "M" * 8 + "-" + "." * 8,
    ("A2", "monthly"): "....-MMMMM-.",
    ("A2", "quarterly"): ".-M-",
    # opened on the first day of week 53
    ("centre", "weekly"): "." * 52 + "X",
    ("centre", "monthly"): "...........-",
    ("centre", "quarterly"): "...-",
}  # fmt: skip


@pytest.fixture
def rooms(world: World) -> dict[str, Station]:
    parameter("P-14f", "2019-12-30", since=dt.date(2019, 1, 1))
    spans = {
        world.station_a1: (dt.date(2019, 3, 1), None),
        world.station_a2: (dt.date(2020, 5, 13), dt.date(2020, 11, 5)),
        world.center_a: (dt.date(2020, 12, 28), None),
        world.station_b1: (dt.date(2021, 2, 1), None),
    }
    for room, (opened, closed) in spans.items():
        room.opened_on, room.closed_on = opened, closed
        room.close_reason = "撤并" if closed else ""
        room.save()
    StationSuspension.objects.create(
        station=world.station_a2,
        valid_from=dt.date(2020, 8, 31),
        valid_to=dt.date(2020, 9, 7),
        reason="房屋修缮",
    )
    for day in read_label("2020-W05").days:
        CalendarDay.objects.create(day=day, kind=DayKind.HOLIDAY, name="春节")
    return {"A1": world.station_a1, "A2": world.station_a2, "centre": world.center_a}


def play(rooms: dict[str, Station], by: User) -> None:
    """Hold the meetings of the year."""
    one, two = rooms["A1"], rooms["A2"]
    other = {5: "", 9: "2020-02-29T10:00", 10: "", 20: "", 30: "", 53: "2021-01-02T10:00"}
    for week in range(1, 54):
        wednesday = dt.date.fromisocalendar(2020, week, 3).isoformat()
        start = other.get(week, f"{wednesday}T10:00")
        if start:
            meet(one, "weekly", start, by=by)
        if 21 <= week <= 44 and week != 36:
            meet(two, "weekly", f"{wednesday}T15:00", by=by)
    meet(one, "weekly", "2020-03-04T10:00", by=by, entered="2020-03-12T09:00")  # week 10
    meet(one, "weekly", "2020-05-20T16:00", by=by, named="2020-W20")
    for month in (1, 2, 3, 7, 8, 9, 10, 11, 12):
        last = period_of(PeriodKind.MONTH, dt.date(2020, month, 1)).last_day
        meet(one, "monthly", f"{last.isoformat()}T23:40", by=by)
    meet(one, "monthly", "2020-06-03T10:00", by=by, named="2020-05")
    for month in (6, 7, 8, 9, 10):
        meet(two, "monthly", f"2020-{month:02}-15T10:00", by=by)
    meet(one, "quarterly", "2020-03-31T09:00", by=by)
    meet(one, "quarterly", "2020-07-10T09:00", by=by, named="2020-Q2")
    meet(one, "quarterly", "2020-12-30T09:00", by=by)
    meet(two, "quarterly", "2020-09-30T22:00", by=by)


def table(rooms: dict[str, Station]) -> dict[tuple[str, str], str]:
    """What stands in the database for 2020, one letter for each period."""
    names = {room.pk: name for name, room in rooms.items()}
    rows = Obligation.objects.unscoped("test").filter(starts_on__lte=dt.date(2020, 12, 31))
    found: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for one in standings(list(rows), now=NOW):
        row = one.obligation
        found[names[row.station_id], row.regime][row.period.label] = CODES[one.standing]
    labels = {
        "weekly": [f"2020-W{n:02}" for n in range(1, 54)],
        "monthly": [f"2020-{n:02}" for n in range(1, 13)],
        "quarterly": [f"2020-Q{n}" for n in range(1, 5)],
    }
    return {
        (name, regime): "".join(found[name, regime].pop(label, ".") for label in wanted)
        for name in rooms
        for regime, wanted in labels.items()
    } | {key: f"left over: {rest}" for key, rest in found.items() if rest}


def test_every_obligation_of_the_year(rooms: dict[str, Station], station_lead: User) -> None:
    materialise(now=at("2020-07-01T00:00"))
    play(rooms, station_lead)
    materialise(now=NOW)
    assert table(rooms) == EXPECTED


def test_the_present_and_the_coming_period(rooms: dict[str, Station]) -> None:
    materialise(now=NOW)
    rows = Obligation.objects.unscoped("test").filter(
        station=rooms["A1"], starts_on__gte=dt.date(2021, 1, 1)
    )
    found = {one.obligation.period.label: one.standing for one in standings(list(rows), now=NOW)}
    assert found == {
        "2021-W01": Standing.MISSED,
        "2021-W02": Standing.DUE,  # until the end of Wednesday the 20th
        "2021-W03": Standing.PENDING,
        "2021-W04": Standing.PENDING,
        "2021-01": Standing.PENDING,
        "2021-02": Standing.PENDING,
        "2021-Q1": Standing.PENDING,
        "2021-Q2": Standing.PENDING,
    }


def test_running_it_again_changes_nothing(rooms: dict[str, Station]) -> None:
    first = materialise(now=NOW)
    assert first == Obligation.objects.unscoped("test").count() > 0
    assert materialise(now=NOW) == 0
    assert materialise(now=NOW - dt.timedelta(days=400)) == 0


@pytest.mark.parametrize(
    ("last_day", "expected"),
    [
        pytest.param(dt.date(2020, 2, 3), Standing.EXEMPT, id="D6-monday-to-sunday"),
        pytest.param(dt.date(2020, 2, 2), Standing.MISSED, id="D6-ends-on-saturday"),
    ],
)
def test_only_an_arrangement_that_covers_the_week_relieves(
    rooms: dict[str, Station], world: World, last_day: dt.date, expected: Standing
) -> None:
    AcademicCalendar.objects.create(
        university=world.university_a,
        kind=TermKind.VACATION,
        name="寒假",
        starts_on=dt.date(2020, 1, 20),
        ends_on=dt.date(2020, 2, 17),
    )
    for part, suspends in ((ArrangementPart.TERM, False), (ArrangementPart.VACATION, True)):
        DutyArrangement.objects.create(
            unit=world.city_a,
            part=part,
            title="勤务安排",
            document_no="澜公〔2020〕1号",
            day_starts=dt.time(8),
            day_ends=dt.time(18),
            suspends_weekly=suspends,
            valid_from=dt.date(2020, 1, 27),
            valid_to=last_day,
        )
    materialise(now=NOW)
    rows = Obligation.objects.unscoped("test").filter(
        station=rooms["A1"], starts_on__in=(dt.date(2020, 1, 27), dt.date(2020, 2, 3))
    )
    found = {one.obligation.period.label: one.standing for one in standings(list(rows), now=NOW)}
    assert found == {"2020-W05": expected, "2020-W06": Standing.MISSED}
