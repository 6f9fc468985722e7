"""第十四条(一) to (三) as pure functions. Numbers come in as dated parameters, instants as such.

Whether a meeting was owed and what became of it is read from facts, never stored: a closing that
is entered late, a suspension or a confirmation changes the answer at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from meetings.regimes import RegimeRule
from policeroom.common.clock import ZONE, ClockStatus, deadline_status
from policeroom.common.periods import DAY, Period, period_at
from policeroom.common.verdicts import Status, Verdict

HOUR = dt.timedelta(hours=1)


class Duty(StrEnum):
    """Whether a room owes the meeting of a period."""

    OWED = "owed"
    PART = "part"
    SUSPENDED = "suspended"
    RELIEVED = "relieved"


class Standing(StrEnum):
    """What became of an obligation."""

    PENDING = "pending"
    DUE = "due"
    MET = "met"
    UNVERIFIED = "unverified"
    LATE = "late"
    MISSED = "missed"
    EXEMPT = "exempt"
    NOT_APPLICABLE = "n/a"


@dataclass(frozen=True, slots=True)
class Days:
    """The days from `start` until before `end`; no end is open."""

    start: dt.date
    end: dt.date | None

    def cover(self, period: Period) -> bool:
        """Whether every day of the period lies inside."""
        return self.start <= period.start and (self.end is None or period.end <= self.end)

    def touch(self, period: Period) -> bool:
        """Whether a day of the period lies inside."""
        return self.start < period.end and (self.end is None or period.start < self.end)


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """What decides whether a room owes something.

    `operating`: from opening until closing. `relieved`: days on which an arrangement of 第十六条
    that suspends the weekly briefing holds for the room.
    """

    operating: Days
    suspensions: tuple[Days, ...] = ()
    relieved: frozenset[dt.date] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Sitting:
    """A meeting as one regime of one room sees it.

    `named_for`: the past period it makes up for. `recorded_at`: the server's instant of entry.
    `confirmed_at`: the city confirmed the evidence of a late entry.
    """

    held_at: dt.datetime
    recorded_at: dt.datetime
    named_for: Period | None = None
    confirmed_at: dt.datetime | None = None


def duty(regime: RegimeRule, period: Period, room: RoomFacts) -> Duty:
    """Whether the room owes a meeting of this regime in this period.

    Source: matrix section 0, "Due logic"; D 5, D 6. A room that opens or closes inside the period
    owes nothing (part); a suspension relieves only if one covers the whole period; 第十六条 only
    the weekly briefing, and only if all seven days are covered.
    """
    if not room.operating.cover(period):
        return Duty.PART
    if any(days.cover(period) for days in room.suspensions):
        return Duty.SUSPENDED
    if regime.relieved_by_arrangement and all(day in room.relieved for day in period.days):
        return Duty.RELIEVED
    return Duty.OWED


def period_served(regime: RegimeRule, sitting: Sitting) -> Period:
    """The one period a sitting counts for: the past one it names, else the one it began in.

    Source: matrix section 0 and D 8, D 9, D 10: the start decides, in Asia/Shanghai.
    Raises: ValueError if it names a period of another rhythm or one that was not over.
    """
    own = period_at(regime.period, sitting.held_at)
    named = sitting.named_for
    if named is None or named == own:
        return own
    if named.kind != regime.period or named.start > own.start:
        raise ValueError(f"a meeting of {own.label} cannot make up for {named.label}")
    return named


def makeup_ends_at(period: Period, makeup_days: int) -> dt.datetime:
    """First instant at which a make-up no longer counts.

    Source: P-14a (the text gives no number), D 10: calendar days, the last one included, no roll.
    """
    return dt.datetime.combine(period.end + makeup_days * DAY, dt.time(), ZONE)


def standing(
    regime: RegimeRule,
    period: Period,
    *,
    owed: Duty,
    sittings: Iterable[Sitting],
    makeup_days: int,
    now: dt.datetime,
    about_month: bool = False,
) -> Standing:
    """What became of the obligation, as known at `now`.

    Source: JS-14-1, JS-14-2, JS-14-3; D 10, D 11. An entry made after the make-up time of its
    period, when reports on it may have left the house, counts unverified until the city confirms.
    `about_month`: the other reading of the monthly assessment (matrix E 5): a sitting inside the
    make-up time that names the month is in time.
    """
    if owed == Duty.PART:
        return Standing.NOT_APPLICABLE
    if owed in {Duty.SUSPENDED, Duty.RELIEVED}:
        return Standing.EXEMPT
    final = makeup_ends_at(period, makeup_days)
    known = [
        _worth(period, sitting, final=final, now=now, about_month=about_month)
        for sitting in sittings
        if max(sitting.held_at, sitting.recorded_at) <= now
        and period_served(regime, sitting) == period
        and sitting.held_at < final
    ]
    for best in (Standing.MET, Standing.UNVERIFIED, Standing.LATE):
        if best in known:
            return best
    if now < period.ends_at:
        return Standing.PENDING
    return Standing.DUE if now < final else Standing.MISSED


def _worth(
    period: Period, sitting: Sitting, *, final: dt.datetime, now: dt.datetime, about_month: bool
) -> Standing:
    confirmed = sitting.confirmed_at is not None and sitting.confirmed_at <= now
    if sitting.recorded_at >= final and not confirmed:
        return Standing.UNVERIFIED
    in_time = sitting.held_at < period.ends_at or about_month
    return Standing.MET if in_time else Standing.LATE


_STATUS_OF: Mapping[Standing, Status] = {
    Standing.PENDING: Status.PENDING,
    Standing.DUE: Status.MISSED,
    Standing.MET: Status.PASS,
    Standing.UNVERIFIED: Status.UNKNOWN,
    Standing.LATE: Status.LATE,
    Standing.MISSED: Status.MISSED,
    Standing.EXEMPT: Status.EXEMPT,
    Standing.NOT_APPLICABLE: Status.NOT_APPLICABLE,
}
_REASON_OF: Mapping[Standing, str] = {
    Standing.PENDING: "period_open",
    Standing.DUE: "not_held_can_be_made_up",
    Standing.MET: "held",
    Standing.UNVERIFIED: "entered_late_not_confirmed",
    Standing.LATE: "made_up",
    Standing.MISSED: "not_held",
    Standing.EXEMPT: "relieved_by_record",
    Standing.NOT_APPLICABLE: "not_open_all_period",
}


def held(regime: RegimeRule, found: Standing) -> Verdict:
    """At least one meeting of the regime in the period.

    Source: JS-14-1, JS-14-2, JS-14-3 (第十四条(一) to (三)). Units: meetings that count.
    """
    count = int(found in {Standing.MET, Standing.LATE, Standing.UNVERIFIED})
    return Verdict(regime.held_rule, _STATUS_OF[found], count, 1, _REASON_OF[found])


def misses_in_a_row(standings: Iterable[Standing]) -> int:
    """How many of the last weeks were missed, newest first; weeks that are not owed are skipped.

    Source: JS-14-1: from the second consecutive miss on it is S2 instead of S3.
    """
    count = 0
    for found in standings:
        if found in {Standing.EXEMPT, Standing.NOT_APPLICABLE, Standing.PENDING}:
            continue
        if found != Standing.MISSED:
            break
        count += 1
    return count


def headings_said(
    regime: RegimeRule, *, said: Collection[str], nil: Collection[str] = ()
) -> Verdict:
    """Every heading of the regime says something, or says that there is nothing.

    Source: JS-14-1c, JS-14-2c, JS-14-3c. `said`: headings with text; `nil`: with an explicit
    "nothing", which some headings do not take. Units: headings.
    """
    answered = sum(
        heading in said or (heading in nil and heading not in regime.no_nil)
        for heading in regime.headings
    )
    required = len(regime.headings)
    if answered == required:
        return Verdict(regime.content_rule, Status.PASS, answered, required, "headings_complete")
    return Verdict(regime.content_rule, Status.FAIL, answered, required, "heading_missing")


def quorum(
    regime: RegimeRule,
    *,
    universities: Collection[int],
    represented: Collection[int],
    sides: Collection[str],
) -> Verdict:
    """Each covered university is represented, and each other side the regime names.

    Source: JS-14-1q, JS-14-3q; D 9, D 21: an absent university fails for itself, so the caller may
    ask for one university at a time. `universities`: those the room covers on the day;
    `represented`: those with somebody present; `sides`: sides with somebody present.
    Units: parties present. A regime that asks for nobody is not applicable.
    """
    if not regime.quorum_rule:
        return Verdict(regime.content_rule, Status.NOT_APPLICABLE, None, None, "no_quorum")
    if not universities:
        return Verdict(regime.quorum_rule, Status.UNKNOWN, None, None, "no_university_covered")
    others = set(regime.sides) - {"university"}
    required = len(set(universities)) + len(others)
    present = len(set(universities) & set(represented)) + len(others & set(sides))
    if present == required:
        return Verdict(regime.quorum_rule, Status.PASS, present, required, "all_present")
    return Verdict(regime.quorum_rule, Status.FAIL, present, required, "party_absent")


@dataclass(frozen=True, slots=True)
class Item:
    """An action item: due, when done, whether it got another date before it ran out."""

    due_on: dt.date
    done_on: dt.date | None = None
    redated: bool = False


def followed_up(items: Iterable[Item], *, on: dt.date) -> Verdict:
    """The items of the last monthly assessment are done, or have another date.

    Source: JS-14-2f (第十四条(二) 「工作跟进」). Units: items. One that is not yet due on `on` is
    in order; one done after its day is late.
    """
    rule, found = "JS-14-2f", list(items)
    if not found:
        return Verdict(rule, Status.NOT_APPLICABLE, 0, 0, "no_items")
    done = [item.done_on is not None and item.done_on <= on for item in found]
    left = sum(
        not ready and not item.redated and item.due_on < on
        for item, ready in zip(found, done, strict=True)
    )
    measured = len(found) - left
    if left:
        return Verdict(rule, Status.FAIL, measured, len(found), "item_left_lying")
    tardy = any(item.done_on and item.due_on < item.done_on <= on for item in found)
    if tardy:
        return Verdict(rule, Status.LATE, measured, len(found), "item_done_late")
    return Verdict(rule, Status.PASS, measured, len(found), "items_followed")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who must get the written report.

    `holder` identifies the person who holds the post, so that one delivery closes both posts of
    one person (D 22). `exempt`: the post is vacant and nobody acts for it; a record says so.
    """

    organisation: str
    post: str
    holder: str
    delivered_at: dt.datetime | None = None
    exempt: bool = False


def delivered(
    recipients: Collection[Recipient], *, due_at: dt.datetime, now: dt.datetime
) -> Verdict:
    """The written report reached secretary and president of each university and the superior organ.

    Source: JS-14-3R (第十四条(三)), days from P-14c, rolled by P-00: the caller computes `due_at`
    with `clock.end_of_day_clock`. Units: deliveries, 2N+1; two posts of one person are both
    closed by one. Missing is a failure once the time is over, late is late.
    """
    first: dict[tuple[str, str], dt.datetime] = {}
    for one in recipients:
        if one.delivered_at is not None and one.delivered_at <= now:
            key = (one.organisation, one.holder)
            first[key] = min(first.get(key, one.delivered_at), one.delivered_at)
    owed = [one for one in recipients if not one.exempt]
    if not owed:
        return Verdict("JS-14-3R", Status.UNKNOWN, None, None, "no_recipients")
    reached = [first.get((one.organisation, one.holder)) for one in owed]
    closed = sum(instant is not None for instant in reached)
    if closed < len(owed):
        over = now > due_at
        status = Status.FAIL if over else Status.PENDING
        reason = "delivery_missing" if over else "clock_running"
        return Verdict("JS-14-3R", status, closed, len(owed), reason)
    statuses = {deadline_status(due_at=due_at, done_at=at, now=now) for at in reached}
    if ClockStatus.LATE in statuses:
        return Verdict("JS-14-3R", Status.LATE, closed, len(owed), "done_late")
    return Verdict("JS-14-3R", Status.PASS, closed, len(owed), "done_in_time")


def entered_in_time(
    *, ended_at: dt.datetime, recorded_at: dt.datetime, limit_hours: int
) -> Verdict:
    """The minutes were entered soon after the end.

    Source: JS-14-R1, practice; P-14b. D 11: exactly at the limit passes. Units: hours, a begun one
    counted.
    """
    hours = -(-(recorded_at - ended_at) // HOUR)
    if hours <= limit_hours:
        return Verdict("JS-14-R1", Status.PASS, hours, limit_hours, "entered_in_time")
    return Verdict("JS-14-R1", Status.LATE, hours, limit_hours, "entered_late")
