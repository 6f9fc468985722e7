"""Columns of the hours a roster leaves open, and of the shifts a room usually has."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from duty.demand import Lack
from duty.models import IntendedGap, ShiftTemplate
from duty.queries.roster_month import Month, MonthCell, name_of
from personnel.enums import PersonKind
from policeroom.common.clock import ZONE
from policeroom.common.tables import Column


def _kind(lack: Lack) -> str:
    return PersonKind.OFFICER if lack.is_officer else PersonKind.AUXILIARY


LACK_COLUMNS = (
    Column("from", _("from"), lambda lack: lack.span.start, primary=True),
    Column("until", _("until"), lambda lack: lack.span.end, primary=True),
    Column("shift", _("Shift"), lambda lack: lack.demand.name),
    Column("kind", _("Kind"), _kind, words=dict(PersonKind.choices), primary=True),
    Column("missing", _("People missing"), lambda lack: lack.missing, numeric=True, primary=True),
)


#: Shifts that could not be booked once more.
REFUSED_COLUMNS = (
    Column("from", _("from"), lambda one: one.shift.starts_at, primary=True),
    Column("until", _("until"), lambda one: one.shift.ends_at),
    Column("person", _("Person"), lambda one: one.shift.person.name, primary=True),
    Column("shift", _("Shift"), lambda one: name_of(one.shift)),
    Column("reason", _("Why not"), lambda one: one.reason, primary=True),
)


def gap_columns(may_edit: bool, back: str) -> tuple[Column, ...]:
    """Hours meant to be empty; who may edit strikes them in the last column."""

    def url(row: IntendedGap) -> str:
        return reverse("duty:roster-gap-strike", args=[row.pk]) + back

    columns = (
        Column("from", _("from"), lambda gap: gap.starts_at, primary=True),
        Column("until", _("until"), lambda gap: gap.ends_at, primary=True),
        Column("reason", _("Reason"), lambda gap: gap.reason, primary=True),
    )
    strike = Column("strike", _("Strike"), lambda _gap: str(_("Strike")), url, primary=True)
    return (*columns, strike) if may_edit else columns


def template_columns(may_edit: bool, back: str) -> tuple[Column, ...]:
    """Usual shifts; who may edit reaches the form through the name. `back`: where it leads to."""

    def url(row: ShiftTemplate) -> str:
        return reverse("duty:roster-template-edit", args=[row.pk]) + back if may_edit else ""

    return (
        Column("name", _("Name"), lambda t: t.name, url, primary=True),
        Column("kind", _("Kind"), lambda t: t.get_kind_display()),
        Column("starts", _("begins"), lambda t: f"{t.starts:%H:%M}", primary=True),
        Column("minutes", _("length (minutes)"), lambda t: t.minutes, numeric=True, primary=True),
        Column("officers", _("officers"), lambda t: t.officers, numeric=True),
        Column("auxiliaries", _("auxiliaries"), lambda t: t.auxiliaries, numeric=True),
        Column("offered", _("offered"), lambda t: t.is_active),
    )


def month_export(month: Month) -> tuple[list[str], list[list[Any]]]:
    """Heads and rows of the spreadsheet: what the page shows, the letters spelt out."""
    heads = [
        _("Person's name"),
        _("Kind"),
        *(date_format(head.day, "m-d D") for head in month.heads),
        _("Hours booked"),
    ]
    rows: list[list[Any]] = [
        [
            line.person.name,
            line.person.get_kind_display(),
            *(_cell_text(cell) for cell in line.cells),
            line.hours,
        ]
        for line in month.lines
    ]
    open_row = [head.open_hours or None for head in month.heads]
    rows.append([_("Open (person-hours)"), "", *open_row, month.open_hours])
    return [str(head) for head in heads], rows


def _cell_text(cell: MonthCell) -> str:
    texts = [
        f"{mark.name} {_clock(mark.shift.starts_at)}–{_clock(mark.shift.ends_at)}"
        for mark in cell.marks
    ]
    return "; ".join([*texts, str(_("absent"))] if cell.is_away else texts)


def _clock(at: dt.datetime) -> str:
    return f"{timezone.localtime(at, ZONE):%H:%M}"
