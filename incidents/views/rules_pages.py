"""What the pages of rules, categories and places share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from incidents.enums import Disposition, IncidentKind
from incidents.matching import Found, Suggestion
from incidents.matching.measure import Comparison
from incidents.models import RuleTarget
from incidents.tables.rules import CHANGE_COLUMNS, FOUND_COLUMNS
from policeroom.common.pages import Link, small_table
from policeroom.common.tables import RenderedTable, display

#: Changed sentences shown on a page; the numbers count all of them.
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Line:
    """A candidate of a slot as the page shows it."""

    slot: str
    text: str = "–"
    score: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A sentence that a rule reads differently."""

    text: str
    before: str
    after: str
    right: str


def form_page(
    request: HttpRequest,
    form: Any,
    *,
    title: str,
    trail: Sequence[Link],
    submit: str,
    **extra: Any,
) -> HttpResponse:
    """A form; the last link of `trail` is "Cancel". `changes` shows what it would change."""
    context = {
        "form": form,
        "title": title,
        "trail": [*trail, Link(title)],
        "cancel_url": trail[-1].url,
        "submit": submit,
        "note": "",
        "text": "",
        "actions": (),
        "comparison": None,
        "changes": None,
        "danger": False,
        **extra,
    }
    return render(request, "incidents/rules_form.html", context)


def changes_of(comparison: Comparison, target: str, names: dict[str, str]) -> RenderedTable:
    """The changed sentences in words, those that go wrong first."""
    if target == RuleTarget.DISPOSITION:
        names = {code: str(name) for code, name in Disposition.choices}
    elif target == RuleTarget.KIND:
        names = {code: str(name) for code, name in IncidentKind.choices}
    worst_first = sorted(comparison.changes, key=lambda change: change.label != change.before)
    lines = [
        ChangedLine(
            change.text,
            names.get(change.before, ""),
            names.get(change.after, ""),
            names.get(change.label, ""),
        )
        for change in worst_first[:SHOWN]
    ]
    return small_table(CHANGE_COLUMNS, lines, _("Changed sentences"))


def found_table(found: Suggestion) -> RenderedTable:
    """Every slot with its candidates, scores and the words they come from."""
    dispositions = {code: str(name) for code, name in Disposition.choices}
    kinds = {code: str(name) for code, name in IncidentKind.choices}
    instant = display(found.time.at)
    lines = [
        *_lines(_("Place of the call"), found.place, {}),
        *_lines(_("Category"), found.category, {}),
        *_lines(_("Disposition"), found.disposition, dispositions),
        *_lines(_("Kind of call"), found.kind, kinds),
        Line(_("Time"), instant, why=found.time.text),
        Line(_("Rest of the text"), found.rest or "–"),
    ]
    return small_table(FOUND_COLUMNS, lines, _("What the quick line would suggest"))


def _lines(slot: str, items: tuple[Found, ...], names: dict[str, str]) -> list[Line]:
    lines = [Line(slot, item.text or names[item.code], item.score, item.why) for item in items]
    return lines or [Line(slot)]
