"""Screens of the organisation: the units of the reader's area, one unit, add, edit."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from policeroom.common.access import fetch, requires, scope_of
from policeroom.common.forms import attempt
from policeroom.common.lists import RegisterView
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Fact, Link, empty_state, small_table
from policeroom.common.scope import Scope
from stations.enums import UnitKind
from stations.forms import places as forms
from stations.forms.places_filters import BureauFilter
from stations.models import OrgUnit
from stations.queries import places as queries
from stations.queries.moves import moves_of
from stations.services import org as services
from stations.services.moves import is_movable
from stations.tables import places as tables
from stations.views.places import bind, form_page

EDITED = ("name", "area_name", "division_code", "grid_column", "grid_row", "provisional")


def trail(unit: OrgUnit | None = None) -> list[Link]:
    """The way up from a page of one unit."""
    links = [Link(_("Bureaus"), reverse("stations:bureau-list"))]
    if unit is not None:
        links.append(Link(unit.name, reverse("stations:bureau-detail", args=[unit.pk])))
    return links


class BureauList(RegisterView):
    """Units of the reader's area in the order of the tree."""

    access_policy = "bureaus.view"
    export_action = "stations.export"
    template_name = "stations/places/list.html"
    title = gettext_lazy("Bureaus")
    columns = tables.BUREAU_COLUMNS
    order = ("org_path", "id")
    filter_class = BureauFilter

    def rows(self, scope: Scope) -> ScopedQuerySet:
        return queries.bureau_rows(scope)

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        actions = []
        if scope_of(request).can("bureaus.edit"):
            url = reverse("stations:bureau-new")
            actions.append(Link(_("Add unit"), url, "plus", "primary"))
        return {
            "actions": actions,
            **empty_state(
                "network",
                _("No bureau here"),
                _("City and county bureaus, branches and their side units appear here."),
                actions,
            ),
        }


class BureauDetail(View):
    """One unit: what it is, where it hangs, what lies in its area."""

    access_policy = "bureaus.view"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        scope = scope_of(request)
        unit = fetch(queries.bureau_rows(scope), scope, pk=pk)
        actions = []
        if scope.allows("bureaus.edit", unit.org_path):
            url = reverse("stations:bureau-edit", args=[unit.pk])
            actions.append(Link(_("Edit"), url, "pencil", "primary"))
            if is_movable(unit):
                url = reverse("stations:bureau-move", args=[unit.pk])
                actions.append(Link(_("Move in the tree"), url, "git-branch"))
        children = queries.bureau_rows(scope).filter(parent=unit).order_by("org_path", "id")
        context = {
            "unit": unit,
            "facts": _facts(unit, scope),
            "counts": _counts(unit, scope),
            "children": small_table(tables.BUREAU_COLUMNS, children, _("Units below")),
            "moves": small_table(tables.MOVE_COLUMNS, moves_of(unit, scope), _("Moves")),
            "trail": [*trail(), Link(unit.name)],
            "actions": actions,
        }
        return render(request, "stations/places/bureau_detail.html", context)


def _facts(unit: OrgUnit, scope: Scope) -> list[Fact]:
    superior = unit.parent
    seen = superior is not None and scope.covers(superior.org_path)
    return [
        Fact(_("Kind"), unit.get_kind_display()),
        Fact(_("Place"), unit.area_name or "–"),
        Fact(
            _("Superior unit"),
            superior.name if superior is not None else "–",
            url=reverse("stations:bureau-detail", args=[superior.pk]) if seen and superior else "",
        ),
        Fact(_("Division code (GB/T 2260)"), unit.division_code or "–"),
    ]


def _counts(unit: OrgUnit, scope: Scope) -> list[Fact]:
    """Numbers that lead to their rows; a side unit's area is its superior's."""
    place = unit if unit.is_line or unit.parent is None else unit.parent
    counts = queries.area_counts(place, scope)
    rooms = reverse("stations:list")
    if place.kind != UnitKind.PROVINCE:
        rooms = f"{rooms}?bureau={place.pk}"
    area = f"?unit={place.pk}"
    return [
        Fact(_("Universities"), counts.universities, reverse("stations:university-list") + area),
        Fact(
            _("Campuses, closed ones too"), counts.campuses, reverse("stations:campus-list") + area
        ),
        Fact(_("Police rooms, closed ones too"), counts.stations, rooms),
    ]


@requires("bureaus.edit")
def bureau_new(request: HttpRequest) -> HttpResponse:
    """Add a unit below another."""
    form = bind(request, forms.BureauCreateForm)
    made = attempt(form, lambda: services.create_unit(by=request.user, **form.cleaned_data))
    if made is not None:
        messages.success(request, _("%(name)s was recorded.") % {"name": made})
        return redirect("stations:bureau-detail", pk=made.pk)
    return form_page(
        request,
        form,
        title=_("Add unit"),
        trail=trail(),
        submit=_("Record unit"),
        note=_(
            "The place in the tree decides who sees what; moving it later is an act of its own."
        ),
    )


@requires("bureaus.edit")
def bureau_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a unit, correct its codes, confirm it."""
    scope = scope_of(request)
    unit = fetch(queries.bureau_rows(scope), scope, action="bureaus.edit", pk=pk)
    form = bind(request, forms.BureauForm, initial=model_to_dict(unit, fields=EDITED))
    done = attempt(
        form, lambda: services.edit_unit(unit=unit, by=request.user, **form.cleaned_data)
    )
    if done is not None:
        messages.success(request, _("%(name)s was saved.") % {"name": done})
        return redirect("stations:bureau-detail", pk=unit.pk)
    return form_page(
        request,
        form,
        title=_("Edit %(name)s") % {"name": _shown_name(unit, form)},
        trail=trail(unit),
        submit=_("Save"),
        note=_(
            "Names of police rooms are built from this name: after a change, rename the rooms of "
            "this unit (Article 6)."
        ),
    )


def _shown_name(unit: OrgUnit, form: Any) -> str:
    """The recorded name: a refused edit may have left another on the object."""
    return str(form.initial.get("name") or unit.name)
