"""Columns of the lists of trainings and annual plans."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from personnel.enums import TrainingKind
from personnel.models import TrainingPlan, TrainingRecord
from personnel.tables.staff import struck_tone, topics_of
from policeroom.common.tables import Column


def validity_tone(row: TrainingRecord, today: dt.date, soon: int) -> tuple[str, str]:
    """How near the end of a certificate is: over, or within `soon` days."""
    if row.valid_until is None:
        return ("", "")
    left = (row.valid_until - today).days
    return ("bad", "▲") if left < 0 else ("warn", "△") if left <= soon else ("", "")


def training_list_columns(
    may_strike: Callable[[Any], bool], *, today: dt.date, soon: int
) -> tuple[Column, ...]:
    """Columns of the list; `may_strike(row)` offers to strike it, `soon` are the days of P-19c."""

    def offered(row: Any) -> bool:
        return row.struck_at is None and may_strike(row)

    return (
        Column(
            "person",
            _("Person's name"),
            lambda t: t.person.name,
            lambda t: t.person.get_absolute_url(),
            primary=True,
        ),
        Column("number", _("Staff number"), lambda t: t.person.staff_no),
        Column("title", _("Training name"), lambda t: t.title, primary=True),
        Column("kind", _("Kind"), lambda t: t.kind, words=dict(TrainingKind.choices)),
        Column("topics", _("Topics covered"), topics_of),
        Column(
            "day",
            _("Completed on"),
            lambda t: t.completed_on,
            primary=True,
            sort=("completed_on", "id"),
        ),
        Column("hours", _("Training hours"), lambda t: t.hours, numeric=True),
        Column(
            "until",
            _("Valid until"),
            lambda t: t.valid_until,
            tone=lambda t: validity_tone(t, today, soon),
        ),
        Column("certificate", _("Certificate number"), lambda t: t.certificate_no, optional=True),
        Column("struck", _("Struck"), lambda t: t.strike_reason, tone=struck_tone, optional=True),
        Column(
            "act",
            _("Act"),
            lambda t: _("Strike") if offered(t) else "",
            lambda t: reverse("personnel:training-strike", args=[t.pk]) if offered(t) else "",
        ),
    )


def _in_time(due: Callable[[int], Any]) -> Callable[[TrainingPlan], bool]:
    return lambda plan: plan.decided_on <= due(plan.year)


def plan_columns(due: Callable[[int], Any]) -> tuple[Column, ...]:
    """Columns of the plans; `due(year)` is the last day for the plan of a year."""
    in_time = _in_time(due)
    return (
        Column("city", _("City bureau"), lambda p: p.unit.name, primary=True),
        Column("year", _("Year"), lambda p: str(p.year), primary=True, sort=("year", "id")),
        Column("decided", _("Decided on"), lambda p: p.decided_on),
        Column("document", _("Document number"), lambda p: p.document_no),
        Column(
            "in_time",
            _("In time"),
            in_time,
            primary=True,
            tone=lambda p: ("ok", "✓") if in_time(p) else ("warn", "△"),
            words={True: _("in time"), False: _("late")},
        ),
    )
