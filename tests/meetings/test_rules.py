"""JS-14-1 to JS-14-3R, JS-14-R1: each reading at, just below and just above its limit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from meetings import rules
from meetings.enums import Heading, Regime, Side
from meetings.regimes import REGIMES
from meetings.rules import Days, Duty, Item, Recipient, RoomFacts, Sitting, Standing
from policeroom.common.clock import ZONE, end_of_day_clock
from policeroom.common.periods import read_label
from policeroom.common.verdicts import Status, Verdict

pytestmark = pytest.mark.unit
WEEKLY, MONTHLY, QUARTERLY = (REGIMES[code] for code in ("weekly", "monthly", "quarterly"))
DAY = dt.date.fromisoformat
MAKEUP = {"weekly": 3, "monthly": 5, "quarterly": 10}


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZONE)


def days(start: str, end: str | None = None) -> Days:
    return Days(DAY(start), DAY(end) if end else None)


def sat(held: str, *, named: str = "", entered: str = "", confirmed: str = "") -> Sitting:
    return Sitting(
        held_at=at(held),
        recorded_at=at(entered or held),
        named_for=read_label(named) if named else None,
        confirmed_at=at(confirmed) if confirmed else None,
    )


def test_regimes_are_whole() -> None:
    assert set(REGIMES) == set(Regime.values)
    said = [heading for rule in REGIMES.values() for heading in rule.headings]
    assert sorted(said) == sorted(Heading.values)
    assert {side for rule in REGIMES.values() for side in rule.sides} <= set(Side.values)
    for rule in REGIMES.values():
        assert rule.no_nil <= set(rule.headings)


@pytest.mark.parametrize(
    ("regime", "period", "room", "expected"),
    [
        pytest.param(WEEKLY, "2026-W20", RoomFacts(days("2026-05-13")), Duty.PART, id="D5-W20"),
        pytest.param(WEEKLY, "2026-W21", RoomFacts(days("2026-05-13")), Duty.OWED, id="D5-W21"),
        pytest.param(MONTHLY, "2026-05", RoomFacts(days("2026-05-13")), Duty.PART, id="D5-May"),
        pytest.param(MONTHLY, "2026-06", RoomFacts(days("2026-05-13")), Duty.OWED, id="D5-June"),
        pytest.param(QUARTERLY, "2026-Q2", RoomFacts(days("2026-05-13")), Duty.PART, id="D5-Q2"),
        pytest.param(QUARTERLY, "2026-Q3", RoomFacts(days("2026-05-13")), Duty.OWED, id="D5-Q3"),
        pytest.param(MONTHLY, "2026-05", RoomFacts(days("2026-05-01")), Duty.OWED, id="D5-start"),
        pytest.param(
            MONTHLY, "2026-05", RoomFacts(days("2020-01-01", "2026-06-01")), Duty.OWED, id="last"
        ),
        pytest.param(
            MONTHLY, "2026-05", RoomFacts(days("2020-01-01", "2026-05-31")), Duty.PART, id="closed"
        ),
        pytest.param(
            WEEKLY,
            "2026-W20",
            RoomFacts(days("2020-01-01"), (days("2026-05-11", "2026-05-18"),)),
            Duty.SUSPENDED,
            id="suspended-all-week",
        ),
        pytest.param(
            WEEKLY,
            "2026-W20",
            RoomFacts(days("2020-01-01"), (days("2026-05-11", "2026-05-17"),)),
            Duty.OWED,
            id="suspended-until-saturday",
        ),
        pytest.param(
            WEEKLY,
            "2026-W20",
            RoomFacts(days("2020-01-01"), (days("2026-05-10"),)),
            Duty.SUSPENDED,
            id="suspended-open-end",
        ),
        pytest.param(
            WEEKLY,
            "2026-W08",
            RoomFacts(days("2020-01-01"), relieved=frozenset(read_label("2026-W08").days)),
            Duty.RELIEVED,
            id="D6-arrangement",
        ),
        pytest.param(
            WEEKLY,
            "2026-W08",
            RoomFacts(
                days("2020-01-01"), relieved=frozenset(list(read_label("2026-W08").days)[:-1])
            ),
            Duty.OWED,
            id="D6-ends-saturday",
        ),
        pytest.param(
            MONTHLY,
            "2026-02",
            RoomFacts(days("2020-01-01"), relieved=frozenset(read_label("2026-02").days)),
            Duty.OWED,
            id="JS-16-1-not-monthly",
        ),
    ],
)
def test_who_owes_a_meeting(
    regime: rules.RegimeRule, period: str, room: RoomFacts, expected: Duty
) -> None:
    assert rules.duty(regime, read_label(period), room) == expected


#: regime, period, sittings, now, status. D 7 to D 11 as the matrix gives them.
STANDINGS = [
    (WEEKLY, "2026-W53", [sat("2027-01-02T10:00")], "2027-01-04T00:00", Standing.MET, "D7-W53"),
    (MONTHLY, "2027-01", [sat("2027-01-02T10:00")], "2027-02-01T00:00", Standing.MET, "D7-Jan"),
    (MONTHLY, "2026-06", [sat("2026-06-30T23:40")], "2026-07-01T00:00", Standing.MET, "D8-June"),
    (QUARTERLY, "2026-Q2", [sat("2026-06-30T23:40")], "2026-07-01T00:00", Standing.MET, "D8-Q2"),
    (MONTHLY, "2026-06", [sat("2026-07-01T00:10")], "2026-07-02T00:00", Standing.DUE, "D8-not-6"),
    (MONTHLY, "2026-07", [sat("2026-07-01T00:10")], "2026-07-02T00:00", Standing.MET, "D8-July"),
    (
        MONTHLY, "2026-05", [sat("2026-06-03T10:00", named="2026-05")],
        "2026-06-10T00:00", Standing.LATE, "D10-3-June",
    ),
    (
        MONTHLY, "2026-06", [sat("2026-06-03T10:00", named="2026-05")],
        "2026-07-10T00:00", Standing.MISSED, "D10-not-June",
    ),
    (
        MONTHLY, "2026-05", [sat("2026-06-05T23:59", named="2026-05")],
        "2026-06-10T00:00", Standing.LATE, "D10-5-June",
    ),
    (
        MONTHLY, "2026-05", [sat("2026-06-06T00:00", named="2026-05")],
        "2026-06-10T00:00", Standing.MISSED, "D10-6-June",
    ),
    (MONTHLY, "2026-05", [sat("2026-06-03T10:00")], "2026-06-10T00:00", Standing.MISSED, "unnamed"),
    (MONTHLY, "2026-06", [sat("2026-06-03T10:00")], "2026-06-10T00:00", Standing.MET, "D10-June"),
    (
        WEEKLY, "2026-W20", [sat("2026-05-20T10:00", named="2026-W20")],
        "2026-06-01T00:00", Standing.LATE, "week-third-day",
    ),
    (
        WEEKLY, "2026-W20", [sat("2026-05-21T00:00", named="2026-W20")],
        "2026-06-01T00:00", Standing.MISSED, "week-fourth-day",
    ),
    (
        QUARTERLY, "2026-Q1", [sat("2026-04-10T23:00", named="2026-Q1")],
        "2026-05-01T00:00", Standing.LATE, "quarter-tenth-day",
    ),
    (
        QUARTERLY, "2026-Q1", [sat("2026-04-11T00:00", named="2026-Q1")],
        "2026-05-01T00:00", Standing.MISSED, "quarter-eleventh-day",
    ),
    (WEEKLY, "2026-W20", [], "2026-05-17T23:59", Standing.PENDING, "open"),
    (WEEKLY, "2026-W20", [], "2026-05-18T00:00", Standing.DUE, "over-can-be-made-up"),
    (WEEKLY, "2026-W20", [], "2026-05-20T23:59", Standing.DUE, "last-minute"),
    (WEEKLY, "2026-W20", [], "2026-05-21T00:00", Standing.MISSED, "make-up-over"),
    (
        WEEKLY, "2026-W20", [sat("2026-05-12T10:00", entered="2026-05-22T09:00")],
        "2026-05-23T00:00", Standing.UNVERIFIED, "D11-entered-when-over",
    ),
    (
        WEEKLY, "2026-W20", [sat("2026-05-12T10:00", entered="2026-05-22T09:00")],
        "2026-05-22T08:59", Standing.MISSED, "D11-as-known-before",
    ),
    (
        WEEKLY, "2026-W20",
        [sat("2026-05-12T10:00", entered="2026-05-22T09:00", confirmed="2026-05-25T09:00")],
        "2026-05-25T09:00", Standing.MET, "D11-confirmed",
    ),
    (
        WEEKLY, "2026-W20",
        [sat("2026-05-19T10:00", named="2026-W20", entered="2026-05-22T09:00",
             confirmed="2026-05-25T09:00")],
        "2026-05-25T09:00", Standing.LATE, "confirmed-make-up",
    ),
    (
        WEEKLY, "2026-W20", [sat("2026-05-12T10:00"), sat("2026-05-14T10:00")],
        "2026-05-18T00:00", Standing.MET, "twice-is-fine",
    ),
    (
        MONTHLY, "2028-02", [sat("2028-02-29T10:00")],
        "2028-03-01T00:00", Standing.MET, "D24-leap-day",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("regime", "period", "sittings", "now", "expected"),
    [pytest.param(*row[:-1], id=row[-1]) for row in STANDINGS],
)
def test_what_became_of_it(
    regime: rules.RegimeRule,
    period: str,
    sittings: Sequence[Sitting],
    now: str,
    expected: Standing,
) -> None:
    found = rules.standing(
        regime,
        read_label(period),
        owed=Duty.OWED,
        sittings=sittings,
        makeup_days=MAKEUP[regime.code],
        now=at(now),
    )
    assert found == expected


def test_other_reading_of_the_month() -> None:
    """Matrix E 5: about month M, held by day 5 of the next."""
    for held, expected in (
        ("2026-06-05T10:00", Standing.MET),
        ("2026-06-06T10:00", Standing.MISSED),
    ):
        found = rules.standing(
            MONTHLY,
            read_label("2026-05"),
            owed=Duty.OWED,
            sittings=[sat(held, named="2026-05")],
            makeup_days=5,
            now=at("2026-06-10T00:00"),
            about_month=True,
        )
        assert found == expected


@pytest.mark.parametrize(
    ("owed", "expected"),
    [
        (Duty.PART, Standing.NOT_APPLICABLE),
        (Duty.SUSPENDED, Standing.EXEMPT),
        (Duty.RELIEVED, Standing.EXEMPT),
    ],
)
def test_what_is_not_owed_is_not_missed(owed: Duty, expected: Standing) -> None:
    found = rules.standing(
        WEEKLY,
        read_label("2026-W20"),
        owed=owed,
        sittings=[],
        makeup_days=3,
        now=at("2026-06-10T00:00"),
    )
    assert found == expected


@pytest.mark.parametrize("named", ["2026-06", "2026-W20", "2026-Q2"])
def test_only_a_past_period_of_its_own_rhythm_is_made_up(named: str) -> None:
    with pytest.raises(ValueError, match="cannot make up"):
        rules.period_served(MONTHLY, sat("2026-05-30T10:00", named=named))


def test_every_standing_has_its_verdict() -> None:
    found = {one: rules.held(WEEKLY, one) for one in Standing}
    assert {one: (v.status, v.measured) for one, v in found.items()} == {
        Standing.PENDING: (Status.PENDING, 0),
        Standing.DUE: (Status.MISSED, 0),
        Standing.MET: (Status.PASS, 1),
        Standing.UNVERIFIED: (Status.UNKNOWN, 1),
        Standing.LATE: (Status.LATE, 1),
        Standing.MISSED: (Status.MISSED, 0),
        Standing.EXEMPT: (Status.EXEMPT, 0),
        Standing.NOT_APPLICABLE: (Status.NOT_APPLICABLE, 0),
    }
    assert [rules.held(rule, Standing.MET).rule_id for rule in REGIMES.values()] == [
        "JS-14-1",
        "JS-14-2",
        "JS-14-3",
    ]


@pytest.mark.parametrize(
    ("standings", "count"),
    [
        ([], 0),
        ([Standing.MISSED, Standing.MET], 1),
        ([Standing.MISSED, Standing.EXEMPT, Standing.MISSED, Standing.LATE], 2),
        ([Standing.PENDING, Standing.MISSED], 1),
        ([Standing.LATE, Standing.MISSED], 0),
        ([Standing.DUE, Standing.MISSED], 0),
    ],
)
def test_consecutive_misses(standings: list[Standing], count: int) -> None:
    assert rules.misses_in_a_row(standings) == count


@pytest.mark.parametrize(
    ("regime", "said", "nil", "status", "measured"),
    [
        pytest.param(WEEKLY, {"calls"}, {"cases", "risks"}, Status.PASS, 3, id="nil-counts"),
        pytest.param(WEEKLY, {"calls"}, {"cases"}, Status.FAIL, 2, id="one-missing"),
        pytest.param(MONTHLY, {"figures", "priorities"}, set(), Status.PASS, 2, id="month"),
        pytest.param(MONTHLY, {"figures"}, {"priorities"}, Status.FAIL, 1, id="no-nil-priority"),
        pytest.param(
            QUARTERLY, {"report", "assessment", "direction"}, set(), Status.PASS, 3, id="quarter"
        ),
        pytest.param(QUARTERLY, {"report", "calls"}, set(), Status.FAIL, 1, id="foreign-heading"),
    ],
)
def test_headings(
    regime: rules.RegimeRule, said: set[str], nil: set[str], status: Status, measured: int
) -> None:
    found = rules.headings_said(regime, said=said, nil=nil)
    assert (found.rule_id, found.status, found.measured, found.required) == (
        regime.content_rule,
        status,
        measured,
        len(regime.headings),
    )


@pytest.mark.parametrize(
    ("regime", "universities", "represented", "sides", "expected"),
    [
        pytest.param(WEEKLY, {1}, {1}, set(), ("JS-14-1q", Status.PASS, 1, 1), id="one"),
        pytest.param(WEEKLY, {1, 2}, {1}, set(), ("JS-14-1q", Status.FAIL, 1, 2), id="absent"),
        pytest.param(WEEKLY, {1}, {2}, set(), ("JS-14-1q", Status.FAIL, 0, 1), id="other-one"),
        pytest.param(WEEKLY, set(), {1}, set(), ("JS-14-1q", Status.UNKNOWN, None, None), id="N0"),
        pytest.param(
            QUARTERLY, {1, 2}, {1, 2}, {"local_police", "police_branch"},
            ("JS-14-3q", Status.PASS, 4, 4), id="quarter-all",
        ),
        pytest.param(
            QUARTERLY, {1, 2}, {1, 2}, {"local_police", "room"},
            ("JS-14-3q", Status.FAIL, 3, 4), id="no-branch",
        ),
        pytest.param(
            MONTHLY, {1}, set(), set(), ("JS-14-2c", Status.NOT_APPLICABLE, None, None), id="month"
        ),
    ],
)  # fmt: skip
def test_quorum(
    regime: rules.RegimeRule,
    universities: set[int],
    represented: set[int],
    sides: set[str],
    expected: tuple[str, Status, int | None, int | None],
) -> None:
    found = rules.quorum(regime, universities=universities, represented=represented, sides=sides)
    assert (found.rule_id, found.status, found.measured, found.required) == expected


ON = DAY("2026-06-30")


@pytest.mark.parametrize(
    ("items", "status", "measured", "reason"),
    [
        pytest.param([], Status.NOT_APPLICABLE, 0, "no_items", id="none"),
        pytest.param([Item(DAY("2026-06-29"))], Status.FAIL, 0, "item_left_lying", id="overdue"),
        pytest.param([Item(ON)], Status.PASS, 1, "items_followed", id="due-today"),
        pytest.param(
            [Item(DAY("2026-06-01"), redated=True)], Status.PASS, 1, "items_followed", id="redated"
        ),
        pytest.param(
            [Item(DAY("2026-06-01"), DAY("2026-06-02"))],
            Status.LATE,
            1,
            "item_done_late",
            id="late",
        ),
        pytest.param(
            [Item(DAY("2026-06-01"), DAY("2026-07-02"))],
            Status.FAIL,
            0,
            "item_left_lying",
            id="done-after-the-day-asked",
        ),
    ],
)
def test_last_items_are_followed(
    items: list[Item], status: Status, measured: int, reason: str
) -> None:
    found = rules.followed_up(items, on=ON)
    assert (found.status, found.measured, found.reason) == (status, measured, reason)


HOLIDAY = {DAY("2026-06-19"), DAY("2026-06-20"), DAY("2026-06-21")}


def due(held: str) -> dt.datetime:
    return end_of_day_clock(
        started_at=at(held),
        days=15,
        is_workday=lambda day: day not in HOLIDAY and day.weekday() < 5,
        roll=True,
    )


def to(post: str, when: str = "", holder: str = "", *, exempt: bool = False) -> Recipient:
    organisation = "superior" if post == "superior" else "u1"
    delivered_at = at(when) if when else None
    return Recipient(organisation, post, holder or post, delivered_at, exempt)


def test_delivery_times_of_d22() -> None:
    assert due("2026-06-05T10:00").date() == DAY("2026-06-22")  # 20 June is a holiday Saturday
    assert due("2026-06-09T10:00").date() == DAY("2026-06-24")


@pytest.mark.parametrize(
    ("recipients", "now", "expected"),
    [
        pytest.param(
            [to(p, "2026-06-24T23:59") for p in ("secretary", "president", "superior")],
            "2026-07-01T00:00",
            Verdict("JS-14-3R", Status.PASS, 3, 3, "done_in_time"),
            id="2N+1",
        ),
        pytest.param(
            [
                to("secretary", "2026-06-24T10:00"),
                to("president", "2026-06-25T00:00"),
                to("superior", "2026-06-24T10:00"),
            ],
            "2026-07-01T00:00",
            Verdict("JS-14-3R", Status.LATE, 3, 3, "done_late"),
            id="D22-25",
        ),
        pytest.param(
            [
                to("secretary", "2026-06-24T10:00"),
                to("president"),
                to("superior", "2026-06-20T10:00"),
            ],
            "2026-06-24T23:00",
            Verdict("JS-14-3R", Status.PENDING, 2, 3, "clock_running"),
            id="open",
        ),
        pytest.param(
            [
                to("secretary", "2026-06-24T10:00"),
                to("president"),
                to("superior", "2026-06-20T10:00"),
            ],
            "2026-06-25T00:00",
            Verdict("JS-14-3R", Status.FAIL, 2, 3, "delivery_missing"),
            id="over",
        ),
        pytest.param(
            [
                to("secretary", "2026-06-24T10:00", "w"),
                to("president", holder="w"),
                to("superior", "2026-06-24T10:00"),
            ],
            "2026-07-01T00:00",
            Verdict("JS-14-3R", Status.PASS, 3, 3, "done_in_time"),
            id="D22-both",
        ),
        pytest.param(
            [
                to("secretary", "2026-06-24T10:00"),
                to("president", exempt=True),
                to("superior", "2026-06-24T10:00"),
            ],
            "2026-07-01T00:00",
            Verdict("JS-14-3R", Status.PASS, 2, 2, "done_in_time"),
            id="vacant",
        ),
        pytest.param(
            [],
            "2026-07-01T00:00",
            Verdict("JS-14-3R", Status.UNKNOWN, None, None, "no_recipients"),
            id="nobody",
        ),
    ],
)
def test_deliveries(recipients: list[Recipient], now: str, expected: Verdict) -> None:
    assert rules.delivered(recipients, due_at=due("2026-06-09T10:00"), now=at(now)) == expected


@pytest.mark.parametrize(
    ("recorded", "status", "hours"),
    [
        pytest.param("2026-05-15T10:00:00", Status.PASS, 72, id="D11-72-hours"),
        pytest.param("2026-05-15T10:00:01", Status.LATE, 73, id="just-over"),
        pytest.param("2026-05-15T13:00:00", Status.LATE, 75, id="D11-75-hours"),
    ],
)
def test_minutes_are_entered_in_time(recorded: str, status: Status, hours: int) -> None:
    found = rules.entered_in_time(
        ended_at=at("2026-05-12T10:00"), recorded_at=at(recorded), limit_hours=72
    )
    assert (found.rule_id, found.status, found.measured) == ("JS-14-R1", status, hours)
