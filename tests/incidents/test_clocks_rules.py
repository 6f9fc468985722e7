"""Rows just below, at and above each threshold; every input that crosses it changes the verdict."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from incidents import rules_clocks as rules
from incidents.enums_clocks import OutreachTopic
from policeroom.common.verdicts import Status, Verdict

pytestmark = pytest.mark.unit
ZONE = dt.timezone(dt.timedelta(hours=8))
KNOWN = dt.datetime(2026, 9, 17, 23, 58, tzinfo=ZONE)
SECOND, MINUTE, HOUR = dt.timedelta(seconds=1), dt.timedelta(minutes=1), dt.timedelta(hours=1)
LATER = KNOWN + 72 * HOUR


def report(**changes: Any) -> Verdict:
    values = {
        "known_at": KNOWN,
        "reported_at": None,
        "closed_at": None,
        "now": LATER,
        "limit_minutes": 30,
        "omitted_hours": 24,
        **changes,
    }
    return rules.first_report(**values)


@pytest.mark.parametrize(
    ("after", "status", "measured", "reason"),
    [
        pytest.param(0 * MINUTE, Status.PASS, 0, "reported_in_time", id="at-once"),
        pytest.param(30 * MINUTE - SECOND, Status.PASS, 30, "reported_in_time", id="29:59"),
        pytest.param(30 * MINUTE, Status.PASS, 30, "reported_in_time", id="30:00-over-midnight"),
        pytest.param(30 * MINUTE + SECOND, Status.LATE, 31, "reported_late", id="30:01"),
        pytest.param(24 * HOUR - SECOND, Status.LATE, 1440, "reported_late", id="23:59:59"),
        pytest.param(24 * HOUR, Status.LATE, 1440, "reported_late", id="24:00:00"),
        pytest.param(24 * HOUR + SECOND, Status.FAIL, 1441, "report_omitted", id="24:00:01"),
    ],
)
def test_first_report_that_was_made(
    after: dt.timedelta, status: Status, measured: int, reason: str
) -> None:
    found = report(reported_at=KNOWN + after)
    assert (found.status, found.measured, found.required, found.reason) == (
        status,
        measured,
        30,
        reason,
    )


@pytest.mark.parametrize(
    ("now", "status", "reason"),
    [
        pytest.param(30 * MINUTE, Status.PENDING, "clock_running", id="at-the-limit"),
        pytest.param(30 * MINUTE + SECOND, Status.LATE, "report_overdue", id="limit-passed"),
        pytest.param(24 * HOUR, Status.LATE, "report_overdue", id="24-hours"),
        pytest.param(24 * HOUR + SECOND, Status.FAIL, "report_omitted", id="omitted"),
    ],
)
def test_first_report_that_is_missing(now: dt.timedelta, status: Status, reason: str) -> None:
    found = report(now=KNOWN + now)
    assert (found.status, found.reason) == (status, reason)


def test_first_report_after_the_end_is_omitted_even_within_the_limit() -> None:
    closed = KNOWN + 10 * MINUTE
    assert report(closed_at=closed, now=closed).reason == "closed_without_report"
    assert report(closed_at=closed, now=closed - SECOND).status is Status.PENDING
    at_close = report(closed_at=closed, reported_at=closed)
    assert at_close.status is Status.PASS
    afterwards = report(closed_at=closed, reported_at=closed + SECOND)
    assert (afterwards.status, afterwards.reason) == (Status.FAIL, "closed_without_report")


def test_first_report_of_a_side_that_knows_nothing_is_unknown() -> None:
    found = report(known_at=None, reported_at=None)
    assert (found.status, found.measured) == (Status.UNKNOWN, None)


def test_report_made_after_the_instant_asked_for_counts_as_not_made() -> None:
    made = KNOWN + 40 * MINUTE
    assert report(reported_at=made, now=KNOWN + 20 * MINUTE).status is Status.PENDING
    assert report(reported_at=made, now=made).status is Status.LATE


MUTATIONS = [
    pytest.param({"limit_minutes": 31}, Status.PASS, id="limit-one-minute-longer"),
    pytest.param({"limit_minutes": 30}, Status.LATE, id="as-it-is"),
    pytest.param({"known_at": KNOWN + MINUTE}, Status.PASS, id="known-a-minute-later"),
    pytest.param({"reported_at": KNOWN + 30 * MINUTE}, Status.PASS, id="a-minute-sooner"),
    pytest.param({"reported_at": None}, Status.FAIL, id="never"),
    pytest.param({"omitted_hours": 0}, Status.FAIL, id="omitted-at-once"),
    pytest.param({"closed_at": KNOWN + 30 * MINUTE}, Status.FAIL, id="ended-before"),
    pytest.param({"known_at": None}, Status.UNKNOWN, id="unknown"),
    pytest.param({"now": KNOWN + 30 * MINUTE}, Status.PENDING, id="asked-earlier"),
]


@pytest.mark.parametrize(("changes", "status"), MUTATIONS)
def test_each_input_of_the_first_report_decides(changes: dict[str, Any], status: Status) -> None:
    assert report(**{"reported_at": KNOWN + 31 * MINUTE, **changes}).status is status


def test_earliest_statement_counts_and_none_is_none() -> None:
    assert rules.effective_known_at([KNOWN, KNOWN - HOUR, KNOWN + HOUR]) == KNOWN - HOUR
    assert rules.effective_known_at([]) is None


def notice(**changes: Any) -> Verdict:
    values = {
        "known_at": KNOWN,
        "other_known_at": None,
        "notified_at": None,
        "now": LATER,
        "limit_minutes": 30,
        **changes,
    }
    return rules.notice_to_other_side(**values)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        pytest.param({"notified_at": KNOWN + 30 * MINUTE}, Status.PASS, id="30:00"),
        pytest.param({"notified_at": KNOWN + 30 * MINUTE + SECOND}, Status.LATE, id="30:01"),
        pytest.param({}, Status.FAIL, id="never"),
        pytest.param({"now": KNOWN + 30 * MINUTE}, Status.PENDING, id="running"),
        pytest.param({"other_known_at": KNOWN - SECOND}, Status.NOT_APPLICABLE, id="knew-before"),
        pytest.param({"other_known_at": KNOWN}, Status.NOT_APPLICABLE, id="knew-together"),
        pytest.param({"other_known_at": KNOWN + SECOND}, Status.FAIL, id="learnt-elsewhere"),
        pytest.param({"notified_at": KNOWN, "other_known_at": KNOWN}, Status.PASS, id="at-once"),
        pytest.param({"known_at": None}, Status.UNKNOWN, id="unknown"),
    ],
)
def test_notice_to_the_other_side(changes: dict[str, Any], status: Status) -> None:
    assert notice(**changes).status is status


@pytest.mark.parametrize(
    ("due", "done", "now", "status", "reason"),
    [
        pytest.param(24, None, 24, Status.PENDING, "clock_running", id="at-the-end"),
        pytest.param(24, None, 25, Status.FAIL, "not_done", id="over"),
        pytest.param(24, 24, 48, Status.PASS, "done_in_time", id="exactly"),
        pytest.param(24, 25, 48, Status.LATE, "done_late", id="late"),
        pytest.param(24, 25, 24, Status.PENDING, "clock_running", id="done-after-the-question"),
    ],
)
def test_clock_of_a_receipt(
    due: int, done: int | None, now: int, status: Status, reason: str
) -> None:
    found = rules.clock_kept(
        "JS-13-6b",
        started_at=KNOWN,
        due_at=KNOWN + due * HOUR,
        done_at=None if done is None else KNOWN + done * HOUR,
        now=KNOWN + now * HOUR,
    )
    assert (found.rule_id, found.status, found.reason) == ("JS-13-6b", status, reason)
    assert found.required == due * 60


def test_receipt_one_second_late_is_late() -> None:
    found = rules.clock_kept(
        "JS-13-6b",
        started_at=KNOWN,
        due_at=KNOWN + 24 * HOUR,
        done_at=KNOWN + 24 * HOUR + SECOND,
        now=LATER,
    )
    assert (found.status, found.measured) == (Status.LATE, 24 * 60 + 1)


def test_clock_of_a_struck_record_is_not_due() -> None:
    found = rules.clock_kept(
        "JS-13-2", started_at=KNOWN, due_at=KNOWN, done_at=None, now=LATER, cancelled_at=KNOWN
    )
    assert found.status is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("police", "university", "closed", "status"),
    [
        (1, 1, True, Status.PASS),
        (5, 1, False, Status.PASS),
        (1, 0, False, Status.PENDING),
        (1, 0, True, Status.FAIL),
        (0, 1, True, Status.FAIL),
        (0, 0, True, Status.FAIL),
    ],
)
def test_measures_of_both_sides(police: int, university: int, closed: bool, status: Status) -> None:
    found = rules.measures_of_both(police=police, university=university, closed=closed)
    assert found.status is status


@pytest.mark.parametrize(
    ("started", "closed", "status"),
    [(True, True, Status.PASS), (False, False, Status.PENDING), (False, True, Status.FAIL)],
)
def test_start_of_the_disposal(started: bool, closed: bool, status: Status) -> None:
    assert rules.disposal_started(started=started, closed=closed).status is status


@pytest.mark.parametrize(
    ("judged", "status"),
    [(None, Status.NOT_APPLICABLE), (True, Status.FAIL), (False, Status.PASS)],
)
def test_concealment_is_only_what_somebody_decided(judged: bool | None, status: Status) -> None:
    assert rules.concealment(judged=judged).status is status


@pytest.mark.parametrize(
    ("entries", "over", "status"),
    [(0, False, Status.PENDING), (0, True, Status.MISSED), (1, False, Status.PASS)],
)
def test_monthly_screening(entries: int, over: bool, status: Status) -> None:
    assert rules.screened(entries=entries, month_over=over).status is status


def test_hazard_needs_a_due_date() -> None:
    assert rules.hazard_ordered(orders=0).status is Status.FAIL
    assert rules.hazard_ordered(orders=1).status is Status.PASS


def test_evidence_is_on_file_or_not() -> None:
    day = dt.date(2026, 9, 1)
    assert rules.evidence_on_file("JS-13-3c", last_on=day).status is Status.PASS
    assert rules.evidence_on_file("JS-13-3c", last_on=None).status is Status.FAIL


@pytest.mark.parametrize(
    ("days", "status"),
    [(0, Status.PASS), (364, Status.PASS), (365, Status.PASS), (366, Status.FAIL)],
)
def test_drill_within_the_year(days: int, status: Status) -> None:
    on = dt.date(2026, 9, 17)
    found = rules.drilled(last_on=on - dt.timedelta(days=days), on=on, limit_days=365)
    assert (found.status, found.measured) == (status, days)


def test_drill_to_come_or_never_held_is_none() -> None:
    on = dt.date(2026, 9, 17)
    tomorrow = on + dt.timedelta(days=1)
    assert rules.drilled(last_on=tomorrow, on=on, limit_days=365).reason == "no_drill"
    assert rules.drilled(last_on=None, on=on, limit_days=365).reason == "no_drill"


def test_topics_are_the_ten_of_the_regulation() -> None:
    assert len(OutreachTopic) == 10


@pytest.mark.parametrize(
    ("held", "over", "status", "measured"),
    [
        pytest.param(10, False, Status.PASS, 10, id="all"),
        pytest.param(9, False, Status.PENDING, 9, id="one-missing"),
        pytest.param(9, True, Status.FAIL, 9, id="one-missing-and-over"),
        pytest.param(0, True, Status.FAIL, 0, id="none"),
    ],
)
def test_topics_of_a_year(held: int, over: bool, status: Status, measured: int) -> None:
    found = rules.topics_covered(
        covered=[*OutreachTopic.values[:held], "gardening"],
        required=OutreachTopic.values,
        year_over=over,
    )
    assert (found.status, found.measured, found.required) == (status, measured, 10)


@pytest.mark.parametrize(
    ("day", "label"),
    [
        (dt.date(2026, 8, 31), "2025-2026"),
        (dt.date(2026, 9, 1), "2026-2027"),
        (dt.date(2026, 12, 31), "2026-2027"),
        (dt.date(2027, 1, 1), "2026-2027"),
    ],
)
def test_academic_year_begins_in_september(day: dt.date, label: str) -> None:
    year = rules.academic_year(day)
    assert (year.label, year.start <= day < year.end) == (label, True)


LEDGER = {"kept": True, "entries": 0, "nil_return": False, "month_over": True}


@pytest.mark.parametrize(
    ("changes", "status", "reason"),
    [
        pytest.param({}, Status.MISSED, "no_entry", id="nothing"),
        pytest.param({"entries": 1}, Status.PASS, "entry_made", id="entry"),
        pytest.param({"nil_return": True}, Status.PASS, "nil_return", id="nil"),
        pytest.param({"entries": 1, "nil_return": True}, Status.PASS, "entry_made", id="both"),
        pytest.param({"month_over": False}, Status.PENDING, "no_entry", id="running"),
        pytest.param({"kept": False}, Status.UNKNOWN, "ledger_not_kept_yet", id="not-kept"),
    ],
)
def test_ledger_of_a_month(changes: dict[str, Any], status: Status, reason: str) -> None:
    found = rules.ledger_kept(**{**LEDGER, **changes})
    assert (found.status, found.reason) == (status, reason)


@pytest.mark.parametrize(
    ("seconds", "minutes"), [(0, 0), (1, 1), (59, 1), (60, 1), (61, 2), (1800, 30), (1801, 31)]
)
def test_begun_minutes_count(seconds: int, minutes: int) -> None:
    assert rules.minutes_up(dt.timedelta(seconds=seconds)) == minutes
