"""Columns of the routines of term and vacation; how they read on a room."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any, Final

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from duty.enums import ArrangementPart
from duty.models import DutyArrangement
from duty.queries.arrangements import Routine
from policeroom.common.pages import Fact, fact
from policeroom.common.tables import Column

ONE_DAY: Final = dt.timedelta(days=1)
PART_WORDS: Final = {part: part.label for part in ArrangementPart}


def hours(row: DutyArrangement) -> str:
    """The hours of a day."""
    if row.day_starts == row.day_ends:
        return _now("the whole day")
    return f"{row.day_starts:%H:%M}–{row.day_ends:%H:%M}"


def last_day(row: Any) -> dt.date | None:
    """The last day on which a version holds."""
    return row.valid_to - ONE_DAY if row.valid_to else None


def paper_state(row: Any, today: dt.date) -> str:
    """What a version is on a day."""
    if row.valid_from > today:
        return _now("begins later")
    if row.valid_to is not None and row.valid_to <= today:
        return _now("over")
    return _now("in force")


def paper_tone(row: Any, today: dt.date) -> tuple[str, str]:
    """Tone and mark of `paper_state`."""
    in_force = row.valid_from <= today and (row.valid_to is None or today < row.valid_to)
    return ("ok", "✓") if in_force else ("neutral", "")


def arrangement_columns(today: dt.date) -> tuple[Column, ...]:
    """What the cities arranged."""
    return (
        Column("title", _("Title"), lambda r: r.title, primary=True),
        Column("part", _("Part"), lambda r: r.part, words=PART_WORDS, primary=True),
        Column(
            "state",
            _("State"),
            lambda r: paper_state(r, today),
            tone=lambda r: paper_tone(r, today),
            primary=True,
        ),
        Column("hours", _("Hours of a day"), hours, primary=True),
        Column("officer", _("An officer on every working day"), lambda r: r.officer_on_workdays),
        Column("auxiliary", _("An auxiliary on every day"), lambda r: r.auxiliary_every_day),
        Column(
            "weekly",
            _("Suspends the weekly briefing"),
            lambda r: r.suspends_weekly,
            optional=True,
        ),
        Column("from", _("Valid from"), lambda r: r.valid_from, sort=("valid_from", "id")),
        Column("last", _("Last day"), last_day),
        Column("document", _("Document number"), lambda r: r.document_no),
        Column("unit", _("City bureau"), lambda r: r.unit.name),
    )


def version_columns(today: dt.date) -> list[Column]:
    """The versions of one part of one city, on the page of one of them."""
    kept = {"title", "state", "hours", "from", "last", "document"}
    columns = [one for one in arrangement_columns(today) if one.key in kept]
    first = replace(columns[0], url=DutyArrangement.get_absolute_url)
    return [first, *(replace(one, sort=()) for one in columns[1:])]


def arrangement_facts(row: DutyArrangement) -> list[Fact]:
    """What an arrangement says."""
    return [
        fact(_now("Part"), str(ArrangementPart(row.part).label)),
        fact(_now("Document number"), row.document_no, hint=row.unit.name),
        fact(_now("Valid from"), row.valid_from),
        Fact(_now("Last day"), last_day(row) or _now("until another one begins")),
        fact(_now("Hours of a day"), hours(row)),
        fact(_now("An officer on every working day"), row.officer_on_workdays),
        fact(_now("An auxiliary on every day"), row.auxiliary_every_day),
        fact(_now("Suspends the weekly briefing"), row.suspends_weekly),
        fact(
            _now("Recorded by"),
            row.recorded_by.name if row.recorded_by else None,
            hint=fact("", row.recorded_at).text,
        ),
    ]


def routine_fact(routine: Routine) -> Fact:
    """By which arrangement a room keeps 三级 on a day."""
    row, part = routine.arrangement, ArrangementPart(routine.part).label
    if row is None:
        said = _now("no arrangement for %(part)s") % {"part": part}
        return Fact(_now("Routine"), said, tone="unknown")
    said = _now("by “%(title)s”") % {"title": row.title}
    hint = f"{part} · {hours(row)}"
    if not routine.is_known:
        hint += f" · {_now('no university calendar covers the day')}"
    return fact(_now("Routine"), said, url=row.get_absolute_url(), hint=hint)
