"""Columns of the list of vacancies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from personnel.enums import PersonKind
from personnel.models import Vacancy
from personnel.queries.vacancies import clock_of
from personnel.services.vacancies import BACK, CLOSED
from policeroom.common.clock import ClockStatus
from policeroom.common.tables import Column

STATE_WORDS = {
    "open": _("not filled yet"),
    "overdue": _("overdue"),
    "spare": _("not filled, above the required number"),
    "filled": _("filled in time"),
    "late": _("filled late"),
    "spare_filled": _("filled"),
    "withdrawn": _("withdrawn"),
}
STATE_TONES = {
    "open": ("warn", "△"),
    "overdue": ("bad", "▲"),
    "spare": ("info", ""),
    "filled": ("ok", "✓"),
    "late": ("warn", "△"),
    "spare_filled": ("ok", "✓"),
    "withdrawn": ("neutral", ""),
}


def state_of(row: Any, now: dt.datetime) -> str:
    """Code of `STATE_WORDS`. Needs `vacancy_rows`."""
    if row.withdrawn_on is not None:
        return "withdrawn"
    status = clock_of(row, now=now)
    if row.filled_on is not None:
        return {ClockStatus.LATE: "late", None: "spare_filled"}.get(status, "filled")
    return {ClockStatus.OVERDUE: "overdue", None: "spare"}.get(status, "open")


def cause_of(row: Vacancy) -> str:
    """Whose post it was, and what happened; never why somebody is away."""
    if row.cause_assignment is not None:
        values = {
            "name": row.cause_assignment.person.name,
            "reason": row.cause_assignment.get_end_reason_display(),
        }
        return _now("%(name)s: %(reason)s") % values
    if row.cause_secondment is not None:
        return _now("%(name)s: seconded away") % {"name": row.cause_secondment.person.name}
    assert row.cause_absence is not None  # noqa: S101 -- one cause, by constraint
    return _now("%(name)s: absent") % {"name": row.cause_absence.person.name}


def withdraw_text(row: Vacancy) -> str:
    """The reason in words: those of the system translated, those of people as they wrote them."""
    reason = row.withdraw_reason
    return _now(reason) if reason in {BACK, CLOSED} else reason


def due_day(row: Any) -> dt.datetime | None:
    """When it must be filled, where a clock runs."""
    return row.due_at if row.cancelled_at is None else None


def vacancy_columns(now: dt.datetime, may_fill: Callable[[Vacancy], bool]) -> tuple[Column, ...]:
    """Columns of the list at an instant; `may_fill(row)` offers to fill an open one."""

    def offered(row: Vacancy) -> bool:
        return row.filled_on is None and row.withdrawn_on is None and may_fill(row)

    return (
        Column("room", _("Police room"), lambda v: v.station.name, primary=True),
        Column("kind", _("Kind"), lambda v: v.kind, words=dict(PersonKind.choices), primary=True),
        Column(
            "opened",
            _("Open since"),
            lambda v: v.opened_on,
            sort=("opened_on", "id"),
        ),
        Column("cause", _("Cause"), cause_of),
        Column("due", _("To be filled by"), due_day),
        Column(
            "state",
            _("State"),
            lambda v: state_of(v, now),
            primary=True,
            tone=lambda v: STATE_TONES[state_of(v, now)],
            words=STATE_WORDS,
        ),
        Column("filled", _("Filled on"), lambda v: v.filled_on),
        Column(
            "by",
            _("Filled by"),
            lambda v: v.filled_by.person.name if v.filled_by else None,
        ),
        Column(
            "act",
            _("Act"),
            lambda v: _("Fill") if offered(v) else "",
            lambda v: reverse("personnel:vacancy-fill", args=[v.pk]) if offered(v) else "",
            primary=True,
        ),
        Column("why", _("Withdrawn because"), withdraw_text, optional=True),
    )
