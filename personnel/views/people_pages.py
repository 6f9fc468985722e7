"""What the pages below /people/ share: sections, the way back, a form and its question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from personnel.models import Person
from policeroom.common.access import fetch, scope_of
from policeroom.common.pages import Link, Tab
from policeroom.common.tables import RenderedTable

#: key of a section -> the page it opens.
SECTIONS = {
    "staff": "personnel:person-list",
    "strength": "personnel:strength",
    "vacancies": "personnel:vacancy-list",
    "secondments": "personnel:secondment-list",
    "trainings": "personnel:training-list",
    "plans": "personnel:plan-list",
    "decisions": "personnel:appraisal-list",
}


def sections(current: str) -> list[Tab]:
    """The lists below "People"; `current` is the key of one."""
    labels = {
        "staff": _("Staff list"),
        "strength": _("Strength"),
        "vacancies": _("Vacancies"),
        "secondments": _("Secondments"),
        "trainings": _("Trainings"),
        "plans": _("Training plans"),
        "decisions": _("Appraisal and reward"),
    }
    return [Tab(labels[key], reverse(name), key == current) for key, name in SECTIONS.items()]


@dataclass(frozen=True, slots=True)
class Block:
    """A table in a record's page, with what stands there when it is empty."""

    key: str
    title: str
    table: RenderedTable
    empty: str
    url: str = ""
    url_label: str = ""


def person_for(request: HttpRequest, pk: int, action: str) -> Person:
    """A person in view on whom the reader holds `action`."""
    rows = Person.objects.select_related("unit")
    found: Person = fetch(rows, scope_of(request), action=action, pk=pk)
    return found


def person_trail(person: Person | None = None) -> list[Link]:
    """The way up from a page about one person."""
    links = [Link(_("People"), reverse("personnel:person-list"))]
    if person is not None:
        links.append(Link(person.name, person.get_absolute_url()))
    return links


def done(request: HttpRequest, message: str, target: Any) -> HttpResponseRedirect:
    """The end of an act: what happened, and where it shows."""
    messages.success(request, message)
    return redirect(target)


def refused(response: HttpResponse, *, bound: bool) -> HttpResponse:
    """422 for a page that shows a refused send."""
    response.status_code = 422 if bound else 200
    return response


def link_if(allowed: bool, label: str, name: str, args: Sequence[Any], *style: str) -> list[Link]:
    """A button, or nothing for who may not."""
    return [Link(label, reverse(f"personnel:{name}", args=list(args)), *style)] if allowed else []
