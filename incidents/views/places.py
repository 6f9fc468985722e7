"""Places of the reader's rooms: list, new, rename, no longer offered."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.access import scope_of
from incidents.forms import rules as forms
from incidents.models import Place
from incidents.queries import rules as queries
from incidents.services import places as services
from incidents.tables import rules as tables
from incidents.views.rules_pages import form_page
from policeroom.common.access import fetch, requires
from policeroom.common.forms import attempt
from policeroom.common.lists import RegisterView
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Link, empty_state
from policeroom.common.scope import Scope

PLACES = queries.PLACES


def trail() -> list[Link]:
    """The way back from a page of one place."""
    return [Link(_("Places"), reverse("incidents:place-list"))]


class PlaceList(RegisterView):
    """Places of the rooms at which the reader edits them."""

    access_policy = PLACES
    template_name = "incidents/rules_list.html"
    title = gettext_lazy("Places")
    columns = tables.PLACE_COLUMNS
    order = ("org_path", "name", "id")
    filter_class = forms.PlaceFilter

    def rows(self, scope: Scope) -> ScopedQuerySet:
        return queries.places_in(scope)

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        actions = [Link(_("Add place"), reverse("incidents:place-new"), "plus", "primary")]
        text = _("Gates, halls, dormitories: whatever your calls name. New ones are learned.")
        return {
            "note": _("What the quick line finds by name, other name or pinyin."),
            "actions": actions,
            **empty_state("map-pin", _("No place yet"), text, actions),
        }


@requires(PLACES)
def place_new(request: HttpRequest) -> HttpResponse:
    """Add a place to one of the reader's rooms."""
    data = request.POST if request.method == "POST" else None
    form = forms.PlaceForm(data, scope=scope_of(request))
    place = attempt(form, lambda: services.add_place(by=request.user, **form.cleaned_data))
    if place is not None:
        messages.success(request, _("“%(name)s” is offered now.") % {"name": place})
        return redirect("incidents:place-list")
    return form_page(request, form, title=_("Add place"), trail=trail(), submit=_("Add"))


@requires(PLACES)
def place_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a place, change its other names."""
    place = _place(request, pk)
    initial = {"name": place.name, "aliases": place.aliases}
    form = forms.PlaceNames(request.POST or None, initial=initial)
    saved = attempt(
        form, lambda: services.edit_place(place=place, by=request.user, **form.cleaned_data)
    )
    if saved is not None:
        messages.success(request, _("“%(name)s” is saved.") % {"name": saved})
        return redirect("incidents:place-list")
    title = _("Place “%(name)s”") % {"name": initial["name"]}
    note = _("Calls already filed keep the words they were filed with.")
    view, label = (
        ("place-stop", _("Stop offering")) if place.is_active else ("place-offer", _("Offer again"))
    )
    actions = [Link(label, reverse(f"incidents:{view}", args=[pk]), "circle-stop")]
    page = {"note": note, "actions": actions}
    return form_page(request, form, title=title, trail=trail(), submit=_("Save"), **page)


@requires(PLACES)
def place_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop offering a place."""
    return _offer(request, pk, offered=False)


@requires(PLACES)
def place_offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a place again."""
    return _offer(request, pk, offered=True)


def _offer(request: HttpRequest, pk: int, *, offered: bool) -> HttpResponse:
    place = _place(request, pk)
    if request.method == "POST":
        services.offer_place(place=place, offered=offered, by=request.user)
        text = _("“%(name)s” is offered now.") if offered else _("“%(name)s” is no longer offered.")
        messages.success(request, text % {"name": place})
        return redirect("incidents:place-list")
    title = _("Offer “%(name)s” again") if offered else _("Stop offering “%(name)s”")
    return form_page(
        request,
        forms.ConfirmForm(),
        title=title % {"name": place},
        trail=trail(),
        submit=_("Offer again") if offered else _("Stop offering"),
        text=_("Calls already filed keep their place. It can be changed back at any time."),
        danger=not offered,
    )


def _place(request: HttpRequest, pk: int) -> Place:
    rows = Place.objects.select_related("station")
    found: Place = fetch(rows, scope_of(request), action=PLACES, pk=pk)
    return found
