"""Columns of emergency plans; how a matrix reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from duty.enums import LEVEL_LABELS, PlanIncidentType
from duty.forms.plans import ELEMENT_WORDS
from duty.levels import DutyLevel
from duty.models import EmergencyPlan, PlanCell
from duty.plan_rules import Element, Place, Stand
from duty.queries.plans import LEVELS, TYPES, Matrix, texts_of
from duty.tables.arrangements import last_day, paper_state, paper_tone
from policeroom.common.pages import Fact, Figure, Link, fact
from policeroom.common.tables import Column

TYPE_WORDS: Final = {kind.value: kind.label for kind in PlanIncidentType}
CELLS: Final = len(LEVELS) * len(TYPES)


def plan_columns(today: dt.date) -> tuple[Column, ...]:
    """The plans of the cities."""
    return (
        Column("title", _("Title"), lambda r: r.title, primary=True),
        Column("version", _("Version"), lambda r: r.version, numeric=True),
        Column(
            "state",
            _("State"),
            lambda r: paper_state(r, today),
            tone=lambda r: paper_tone(r, today),
            primary=True,
        ),
        Column(
            "complete",
            _("Complete cells"),
            lambda r: _now("%(complete)d of %(cells)d") % {"complete": r.complete, "cells": CELLS},
            tone=lambda r: ("ok", "✓") if r.complete == CELLS else ("warn", "△"),
            primary=True,
        ),
        Column("from", _("Valid from"), lambda r: r.valid_from, sort=("valid_from", "id")),
        Column("last", _("Last day"), last_day),
        Column("document", _("Document number"), lambda r: r.document_no),
        Column("unit", _("City bureau"), lambda r: r.unit.name),
    )


def version_columns(today: dt.date) -> list[Column]:
    """The versions of one city's plan, on the page of one of them."""
    kept = {"version", "state", "complete", "from", "last", "document"}
    columns = [replace(one, sort=()) for one in plan_columns(today) if one.key in kept]
    first = replace(
        columns[0],
        value=lambda r: version_word(r.version),
        url=EmergencyPlan.get_absolute_url,
        numeric=False,
        primary=True,
    )
    return [first, *columns[1:]]


def version_word(number: int) -> str:
    """A version by its number."""
    return _now("version %(number)d") % {"number": number}


def plan_facts(plan: EmergencyPlan) -> list[Fact]:
    """What paper a plan is."""
    return [
        fact(_now("Document number"), plan.document_no, hint=plan.unit.name),
        fact(_now("Version"), plan.version),
        fact(_now("Valid from"), plan.valid_from),
        Fact(_now("Last day"), last_day(plan) or _now("until another one begins")),
    ]


def plan_figures(stand: Stand) -> list[Figure]:
    """How complete the matrix is (JS-18-2, JS-18-3)."""
    of_all = _now("of %(cells)d") % {"cells": stand.cells}

    def gap(label: str, number: int, detail: str = "") -> Figure:
        bad = {"tone": "bad", "mark": "▲"} if number else {}
        return Figure(label, number, detail=detail, **bad)

    return [
        Figure(_now("Complete cells"), stand.complete, detail=of_all),
        gap(_now("Empty cells"), stand.empty, of_all),
        gap(_now("Elements missing elsewhere"), stand.lacking),
    ]


def cell_url(plan: EmergencyPlan, place: Place, act: str = "") -> str:
    """Address of a cell."""
    name = "duty:plan-cell-edit" if act else "duty:plan-cell"
    return reverse(name, args=[plan.pk, *place])


def place_word(place: Place) -> str:
    """A cell by its level and incident type."""
    level, kind = place
    return f"{LEVEL_LABELS[DutyLevel(level)]} · {TYPE_WORDS[kind]}"


def grid(plan: EmergencyPlan, matrix: Matrix) -> dict[str, Any]:
    """The matrix as components/heat_table.html takes it."""
    levels = [
        Link(LEVEL_LABELS[DutyLevel(level)], reverse("duty:plan-level", args=[plan.pk, level]))
        for level in LEVELS
    ]
    rows = [
        {
            "label": kind.label,
            "url": "",
            "cells": [
                _cell(plan, (level, kind.value), matrix.holes[level, kind.value])
                for level in LEVELS
            ],
        }
        for kind in TYPES
    ]
    return {"columns": levels, "rows": rows}


def _cell(plan: EmergencyPlan, place: Place, holes: Sequence[Element]) -> dict[str, str]:
    url = cell_url(plan, place)
    if not holes:
        return {"text": _now("complete"), "tone": "a", "mark": "", "url": url}
    if len(holes) == len(Element):
        return {"text": _now("empty"), "tone": "d", "mark": "▲", "url": url}
    said = _now("lacks %(number)d") % {"number": len(holes)}
    return {"text": said, "tone": "c", "mark": "△", "url": url}


@dataclass(frozen=True, slots=True)
class Hole:
    """A cell that is not complete."""

    plan: EmergencyPlan
    place: Place
    elements: Sequence[Element]


def holes_of(plan: EmergencyPlan, matrix: Matrix) -> list[Hole]:
    """The cells that are not complete, in the order of the matrix."""
    return [Hole(plan, place, found) for place, found in matrix.holes.items() if found]


def hole_word(hole: Hole) -> str:
    """The elements a cell lacks."""
    if len(hole.elements) == len(Element):
        return _now("everything")
    return "、".join(str(ELEMENT_WORDS[one]) for one in hole.elements)


HOLE_COLUMNS: Final = (
    Column(
        "cell",
        _("Cell"),
        lambda hole: place_word(hole.place),
        url=lambda hole: cell_url(hole.plan, hole.place),
        primary=True,
    ),
    Column("elements", _("Missing"), hole_word, primary=True),
)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A cell as it is read: five elements under the name of its place."""

    level: str
    kind: str
    url: str
    lines: list[Fact]


def chapter(plan: EmergencyPlan, cell: PlanCell) -> Chapter:
    """One cell, element by element; what is not written says so."""
    missing = _now("not written")
    lines = [
        Fact(ELEMENT_WORDS[Element(name)], text or missing, tone="" if text else "unknown")
        for name, text in texts_of(cell).items()
    ]
    level, kind = str(LEVEL_LABELS[DutyLevel(cell.level)]), str(TYPE_WORDS[cell.incident_type])
    return Chapter(level, kind, cell_url(plan, (cell.level, cell.incident_type)), lines)


def plan_fact(plan: EmergencyPlan | None, level: DutyLevel) -> Fact:
    """The plan of a room's city, opened at the level that holds."""
    if plan is None:
        return Fact(_now("Emergency plan"), _now("the city has no plan in force"), tone="unknown")
    url = reverse("duty:plan-level", args=[plan.pk, level.value])
    return fact(_now("Emergency plan"), plan.title, url=url, hint=version_word(plan.version))
