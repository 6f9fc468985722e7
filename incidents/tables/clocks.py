"""Columns of the list of clocks; how a clock and a verdict look everywhere."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from incidents.deadline_kinds import ACTS
from policeroom.common.clock import ClockStatus, deadline_status
from policeroom.common.deadlines import STATUS_LABELS, kind_of, status_of
from policeroom.common.models import Deadline
from policeroom.common.scope import Scope
from policeroom.common.tables import Column
from policeroom.common.verdicts import Status, Verdict

CLOCK_TONES: Final = {
    ClockStatus.RUNNING: ("info", ""),
    ClockStatus.MET: ("ok", "✓"),
    ClockStatus.LATE: ("warn", "△"),
    ClockStatus.OVERDUE: ("bad", "▲"),
    ClockStatus.CANCELLED: ("neutral", ""),
}
VERDICT_TONES: Final = {
    Status.PASS: ("ok", "✓"),
    Status.PENDING: ("info", ""),
    Status.LATE: ("warn", "△"),
    Status.FAIL: ("bad", "▲"),
    Status.MISSED: ("bad", "▲"),
    Status.UNKNOWN: ("unknown", ""),
    Status.NOT_APPLICABLE: ("neutral", ""),
}
#: What a verdict says in a word, by its reason.
REASON_WORDS: Final = {
    "clock_running": _("running"),
    "done_in_time": _("in time"),
    "done_late": _("late"),
    "not_done": _("overdue"),
    "duty_fell_away": _("not due"),
    "known_at_missing": _("not known yet"),
    "reported_in_time": _("in time"),
    "reported_late": _("reported late"),
    "report_overdue": _("late, not reported yet"),
    "report_omitted": _("omitted"),
    "closed_without_report": _("omitted"),
    "other_side_knew": _("the other side knew already"),
    "both_acted": _("both sides acted"),
    "measure_missing": _("a side is missing"),
    "disposal_recorded": _("recorded"),
    "disposal_missing": _("missing"),
    "not_judged": _("not judged"),
    "judged_concealed": _("concealed"),
    "judged_not_concealed": _("not concealed"),
    "entry_made": _("kept"),
    "nil_return": _("nil return"),
    "no_entry": _("no entry"),
    "ledger_not_kept_yet": _("not kept here yet"),
    "on_file": _("on file"),
    "not_on_file": _("not on file"),
    "drilled": _("held"),
    "drill_too_long_ago": _("too long ago"),
    "no_drill": _("none"),
    "all_topics": _("all topics"),
    "topics_missing": _("topics missing"),
    "due_date_set": _("due date set"),
    "due_date_missing": _("no due date"),
}


def verdict_word(verdict: Verdict) -> str:
    """A verdict in a word."""
    return str(REASON_WORDS[verdict.reason])


def span(duration: dt.timedelta) -> str:
    """A duration as people say it: minutes below two hours, hours below two days, then days."""
    minutes = int(abs(duration).total_seconds() // 60)
    if minutes < 120:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    days = hours // 24
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


def time_left(*, due_at: dt.datetime, done_at: dt.datetime | None, now: dt.datetime) -> str:
    """How long is left, by how much it is overdue, or by how much it was late."""
    end = done_at or now
    words = {"span": span(due_at - end)}
    if done_at is not None:
        return "" if done_at <= due_at else _now("%(span)s late") % words
    return _now("%(span)s left") % words if now <= due_at else _now("%(span)s over") % words


def status_tone(row: Any, *, now: dt.datetime) -> tuple[str, str]:
    """Tone and mark of a stored clock."""
    return CLOCK_TONES[status_of(row, now=now)]


def act_url(row: Deadline, scope: Scope) -> str:
    """Where the clock is stopped, for who may; "" for who may not, and for a clock that ended."""
    act = ACTS.get(row.kind)
    ended = row.done_at is not None or row.cancelled_at is not None
    if act is None or ended or not scope.allows(act.action, row.org_path):
        return ""
    return reverse(act.url_name, args=[row.object_id])


def clock_columns(scope: Scope, *, now: dt.datetime) -> tuple[Column, ...]:
    """The list of clocks for one reader at an instant: most urgent first, one act each."""

    def act_word(row: Any) -> str:
        return str(ACTS[row.kind].label) if act_url(row, scope) else ""

    return (
        Column("what", _("What"), lambda r: r.label, url=lambda r: r.url, primary=True),
        Column("kind", _("Kind"), lambda r: str(kind_of(r.kind).label), primary=True),
        Column("room", _("Police room"), lambda r: r.room or ""),
        Column("due", _("Due at"), lambda r: r.due_at, primary=True, sort=("due_at", "id")),
        Column(
            "left",
            _("Time left"),
            lambda r: time_left(due_at=r.due_at, done_at=r.done_at, now=now),
            primary=True,
        ),
        Column(
            "status",
            _("Status"),
            lambda r: str(STATUS_LABELS[status_of(r, now=now)]),
            tone=lambda r: status_tone(r, now=now),
            primary=True,
        ),
        Column("act", _("Act"), act_word, url=lambda r: act_url(r, scope), primary=True),
        Column("rule", _("Rule"), lambda r: r.rule_id, optional=True),
        Column("started", _("Started at"), lambda r: r.started_at, optional=True),
        Column("done", _("Done at"), lambda r: r.done_at, optional=True),
        Column("told", _("Escalated at"), lambda r: r.escalated_at, optional=True),
    )


def due_column(
    *, now: dt.datetime, done: str, label: Any, due: str = "clock_due"
) -> tuple[Column, Column]:
    """Due time and status of the clock of a row; `done` names the column of the act."""

    def status(row: Any) -> ClockStatus | None:
        if getattr(row, due) is None:
            return None
        return deadline_status(
            due_at=getattr(row, due),
            done_at=getattr(row, done),
            cancelled_at=row.struck_at,
            now=now,
        )

    return (
        Column("due", _("Due at"), lambda r: getattr(r, due)),
        Column(
            "clock",
            label,
            lambda r: str(STATUS_LABELS[found]) if (found := status(r)) else "",
            tone=lambda r: CLOCK_TONES[found] if (found := status(r)) else ("", ""),
            primary=True,
        ),
    )


def record_tone(row: Any, closed: str = "closed_at") -> tuple[str, str]:
    """Open, closed or struck."""
    if row.struck_at is not None:
        return ("neutral", "×")
    return ("ok", "✓") if getattr(row, closed) is not None else ("info", "")


def record_word(row: Any, closed: str = "closed_at") -> str:
    """Open, closed or struck, in a word."""
    if row.struck_at is not None:
        return _now("void")
    return _now("finished") if getattr(row, closed) is not None else _now("in progress")


def state_column() -> Column:
    """Open, closed or struck as a column."""
    return Column("state", _("State"), record_word, tone=record_tone, primary=True)


def kept_column() -> Column:
    """Whether an entry counts or was struck, for records that have no end."""
    return Column(
        "state",
        _("State"),
        lambda r: _now("void") if r.struck_at else _now("recorded"),
        tone=lambda r: ("neutral", "×") if r.struck_at else ("ok", "✓"),
    )


def room_column() -> Column:
    """The room of a record, for readers of more than one."""
    return Column("room", _("Police room"), lambda r: r.station.name, sort=("org_path", "id"))


RECORDED_COLUMNS: Final = (
    Column("recorded_by", _("Recorded by"), lambda r: r.recorded_by.name, optional=True),
    Column("recorded_at", _("Recorded at"), lambda r: r.recorded_at, optional=True),
)
