"""第十一条, 第十三条, 第十四条(四) as pure functions. Numbers come in as dated parameters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from policeroom.common.clock import ClockStatus, deadline_status
from policeroom.common.verdicts import Status, Verdict

MINUTE = dt.timedelta(minutes=1)
#: Reading: the text says 「学年」 nowhere and P-13b counts by academic year: from 1 September on.
ACADEMIC_YEAR_MONTH = 9

_STATUS_OF = {
    ClockStatus.RUNNING: Status.PENDING,
    ClockStatus.MET: Status.PASS,
    ClockStatus.LATE: Status.LATE,
    ClockStatus.OVERDUE: Status.FAIL,
    ClockStatus.CANCELLED: Status.NOT_APPLICABLE,
}
_REASON_OF = {
    ClockStatus.RUNNING: "clock_running",
    ClockStatus.MET: "done_in_time",
    ClockStatus.LATE: "done_late",
    ClockStatus.OVERDUE: "not_done",
    ClockStatus.CANCELLED: "duty_fell_away",
}


def clock_kept(
    rule_id: str,
    *,
    started_at: dt.datetime,
    due_at: dt.datetime,
    done_at: dt.datetime | None,
    now: dt.datetime,
    cancelled_at: dt.datetime | None = None,
) -> Verdict:
    """Whether something was done by its due time: JS-13-2, JS-13-3b, JS-13-6b, JS-13-8.

    Source: 第十三条(二), (三), (六), (八). Reading: 「以内」 includes the limit. Units: minutes
    since the start, a begun one counted; required: minutes from start to due time.
    """
    status = deadline_status(due_at=due_at, done_at=done_at, now=now, cancelled_at=cancelled_at)
    end = done_at if done_at is not None and done_at <= now else now
    return Verdict(
        rule_id,
        _STATUS_OF[status],
        minutes_up(end - started_at),
        minutes_up(due_at - started_at),
        _REASON_OF[status],
    )


def minutes_up(duration: dt.timedelta) -> int:
    """Full minutes, a begun one counted: 30:00 is 30, 30:01 is 31."""
    return -(-duration // MINUTE)


def effective_known_at(
    statements: Collection[dt.datetime],
) -> dt.datetime | None:
    """Since when a side knew: the earliest of everything that was ever stated.

    Source: matrix D 23. Reading: a correction to a later instant never stops a clock.
    """
    return min(statements, default=None)


def first_report(
    *,
    known_at: dt.datetime | None,
    reported_at: dt.datetime | None,
    closed_at: dt.datetime | None,
    now: dt.datetime,
    limit_minutes: int,
    omitted_hours: int,
) -> Verdict:
    """Report of a major situation to the superior: in time, late (迟报) or omitted (漏报).

    Source: JS-14-4a (规范第十四条(四)); P-14d and P-14d-3 give the numbers, the text none.
    Reading: exactly at the limit is in time, exactly at the omission limit is late. A notice that
    is closed without a report is omitted, whatever is reported afterwards.
    Units: minutes since the side knew. Unknown instant: unknown, never a failure.
    """
    rule = "JS-14-4a"
    if known_at is None:
        return Verdict(rule, Status.UNKNOWN, None, limit_minutes, "known_at_missing")
    done = reported_at if reported_at is not None and reported_at <= now else None
    closed = closed_at if closed_at is not None and closed_at <= now else None
    end = done or now
    measured = minutes_up(end - known_at)
    omitted_from = known_at + dt.timedelta(hours=omitted_hours)
    in_time = end <= known_at + limit_minutes * MINUTE
    if end > omitted_from:
        return Verdict(rule, Status.FAIL, measured, limit_minutes, "report_omitted")
    if closed is not None and (done is None or done > closed):
        return Verdict(rule, Status.FAIL, measured, limit_minutes, "closed_without_report")
    if in_time:
        if done is None:
            return Verdict(rule, Status.PENDING, measured, limit_minutes, "clock_running")
        return Verdict(rule, Status.PASS, measured, limit_minutes, "reported_in_time")
    reason = "report_overdue" if done is None else "reported_late"
    return Verdict(rule, Status.LATE, measured, limit_minutes, reason)


def owes_notice(*, known_at: dt.datetime | None, other_known_at: dt.datetime | None) -> bool:
    """Whether a side has to tell the other: it knew, and the other did not know by then.

    Source: JS-14-4b. Reading: who learns of it from the other side, or after it, owes no notice.
    At the same instant both know.
    """
    return known_at is not None and (other_known_at is None or other_known_at > known_at)


def notice_to_other_side(
    *,
    known_at: dt.datetime | None,
    other_known_at: dt.datetime | None,
    notified_at: dt.datetime | None,
    now: dt.datetime,
    limit_minutes: int,
) -> Verdict:
    """The side that knew first tells the other (police to university or the reverse).

    Source: JS-14-4b (规范第十四条(四) 「双同步」), number from P-14d-2. Units: minutes since
    it knew.
    """
    if known_at is None:
        return Verdict("JS-14-4b", Status.UNKNOWN, None, limit_minutes, "known_at_missing")
    through_notice = notified_at is not None and notified_at == other_known_at
    if not through_notice and not owes_notice(known_at=known_at, other_known_at=other_known_at):
        return Verdict("JS-14-4b", Status.NOT_APPLICABLE, None, limit_minutes, "other_side_knew")
    return clock_kept(
        "JS-14-4b",
        started_at=known_at,
        due_at=known_at + limit_minutes * MINUTE,
        done_at=notified_at,
        now=now,
    )


def measures_of_both(*, police: int, university: int, closed: bool) -> Verdict:
    """Both sides recorded what they did against it.

    Source: JS-14-4c (规范第十四条(四) 采取防范措施“双同步”). Units: sides with a measure.
    """
    sides = int(police > 0) + int(university > 0)
    if sides == 2:
        return Verdict("JS-14-4c", Status.PASS, 2, 2, "both_acted")
    status = Status.FAIL if closed else Status.PENDING
    return Verdict("JS-14-4c", status, sides, 2, "measure_missing")


def disposal_started(*, started: bool, closed: bool) -> Verdict:
    """The start of the disposal is recorded.

    Source: JS-14-4d (规范第十四条(四) 第一时间处置). Units: instants recorded.
    """
    if started:
        return Verdict("JS-14-4d", Status.PASS, 1, 1, "disposal_recorded")
    status = Status.FAIL if closed else Status.PENDING
    return Verdict("JS-14-4d", status, 0, 1, "disposal_missing")


def concealment(*, judged: bool | None) -> Verdict:
    """What people decided about concealment (瞒报); None: nobody decided, nothing is said.

    Source: JS-14-4e (规范第十四条(四)). Reading: never inferred from times; mode M.
    """
    if judged is None:
        return Verdict("JS-14-4e", Status.NOT_APPLICABLE, None, None, "not_judged")
    if judged:
        return Verdict("JS-14-4e", Status.FAIL, None, None, "judged_concealed")
    return Verdict("JS-14-4e", Status.PASS, None, None, "judged_not_concealed")


def screened(*, entries: int, month_over: bool) -> Verdict:
    """At least one screening for disputes in the month; finding none is an entry.

    Source: JS-13-1 (规范第十三条(一)). Units: screenings.
    """
    return _periodic("JS-13-1", entries=entries, over=month_over)


def hazard_ordered(*, orders: int) -> Verdict:
    """Every hazard has a rectification due date.

    Source: JS-13-3b (规范第十三条(三)). Units: orders. Whether it is rechecked by
    then: `clock_kept`.
    """
    if orders:
        return Verdict("JS-13-3b", Status.PASS, orders, 1, "due_date_set")
    return Verdict("JS-13-3b", Status.FAIL, 0, 1, "due_date_missing")


def evidence_on_file(rule_id: str, *, last_on: dt.date | None) -> Verdict:
    """Something of the university is on file: JS-13-3a (institutions), JS-13-3c (plan).

    Source: 第十三条(三). Units: records.
    """
    if last_on is None:
        return Verdict(rule_id, Status.FAIL, 0, 1, "not_on_file")
    return Verdict(rule_id, Status.PASS, 1, 1, "on_file")


def drilled(*, last_on: dt.date | None, on: dt.date, limit_days: int) -> Verdict:
    """The university drilled within the period before `on`.

    Source: JS-13-3d (规范第十三条(三) 定期开展演练). Units: days since the last drill; exactly the
    limit passes. No drill on record fails like one that is too long ago.
    """
    if last_on is None or last_on > on:
        return Verdict("JS-13-3d", Status.FAIL, None, limit_days, "no_drill")
    days = (on - last_on).days
    if days <= limit_days:
        return Verdict("JS-13-3d", Status.PASS, days, limit_days, "drilled")
    return Verdict("JS-13-3d", Status.FAIL, days, limit_days, "drill_too_long_ago")


@dataclass(frozen=True, slots=True)
class Year:
    """An academic year, half-open."""

    start: dt.date
    end: dt.date

    @property
    def label(self) -> str:
        """2026-2027, as universities write it."""
        return f"{self.start.year}-{self.end.year}"


def academic_year(day: dt.date) -> Year:
    """The academic year that holds `day`.

    Source: P-13b. Reading: 1 September to 31 August; the text gives no days.
    """
    first = day.year if day.month >= ACADEMIC_YEAR_MONTH else day.year - 1
    return Year(dt.date(first, ACADEMIC_YEAR_MONTH, 1), dt.date(first + 1, ACADEMIC_YEAR_MONTH, 1))


def topics_covered(
    *, covered: Collection[str], required: Collection[str], year_over: bool
) -> Verdict:
    """Each topic at least once in the academic year, for one university.

    Source: JS-13-4 (规范第十三条(四)), cycle from P-13b. Units: topics. Codes that the
    regulation does not name count for nothing.
    """
    found = len(set(covered) & set(required))
    if found == len(set(required)):
        return Verdict("JS-13-4", Status.PASS, found, len(set(required)), "all_topics")
    status = Status.FAIL if year_over else Status.PENDING
    return Verdict("JS-13-4", status, found, len(set(required)), "topics_missing")


def ledger_kept(*, kept: bool, entries: int, nil_return: bool, month_over: bool) -> Verdict:
    """A ledger has an entry or a nil return in the month.

    Source: JS-11-5 (规范第十一条), the list of ledgers is practice. `kept`: the system keeps this
    ledger at all; one it does not keep yet is unknown, never a failure. Units: entries.
    """
    if not kept:
        return Verdict("JS-11-5", Status.UNKNOWN, None, 1, "ledger_not_kept_yet")
    if not entries and nil_return:
        return Verdict("JS-11-5", Status.PASS, 0, 1, "nil_return")
    return _periodic("JS-11-5", entries=entries, over=month_over)


def _periodic(rule_id: str, *, entries: int, over: bool) -> Verdict:
    if entries > 0:
        return Verdict(rule_id, Status.PASS, entries, 1, "entry_made")
    status = Status.MISSED if over else Status.PENDING
    return Verdict(rule_id, status, 0, 1, "no_entry")
