"""The tree of categories: what is offered, what a city adds, what is no longer offered."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.access import scope_of
from incidents.forms import rules as forms
from incidents.models import Category
from incidents.queries import rules as queries
from incidents.services import category_tree as services
from incidents.tables import rules as tables
from incidents.views.rules_pages import form_page
from policeroom.common.access import requires
from policeroom.common.forms import attempt
from policeroom.common.lists import RegisterView
from policeroom.common.pages import Link
from policeroom.common.scope import Scope

RULES = queries.RULES


def trail() -> list[Link]:
    """The way back from a page of one category."""
    return [Link(_("Categories"), reverse("incidents:category-list"))]


class CategoryList(RegisterView):
    """The base tree with what the reader's cities added."""

    access_policy = RULES
    template_name = "incidents/rules_list.html"
    title = gettext_lazy("Categories")
    order = ("sort", "code")
    filter_class = forms.CategoryFilter

    def rows(self, scope: Scope) -> QuerySet[Category]:
        return queries.categories_in(scope)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.columns = tables.category_columns(scope_of(request))
        return super().get(request, **kwargs)

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "note": _("Below the base categories a city adds its own; base names stay."),
            "actions": [
                Link(_("Keyword rules"), reverse("incidents:rule-list"), "book-a"),
                Link(_("Add category"), reverse("incidents:category-new"), "plus", "primary"),
            ],
        }


@requires(RULES)
def category_new(request: HttpRequest) -> HttpResponse:
    """Add a category below a base one."""
    data = request.POST if request.method == "POST" else None
    form = forms.CategoryForm(data, scope=scope_of(request))
    added = attempt(
        form,
        lambda: services.add_category(
            parent=form.cleaned_data["parent"],
            name=form.cleaned_data["name"],
            name_en=form.cleaned_data["name_en"],
            org_path=form.org_path,
            by=request.user,
        ),
    )
    if added is not None:
        messages.success(request, _("“%(name)s” is offered now.") % {"name": added})
        return redirect("incidents:category-list")
    note = _("Kind, case and sudden event are those of the category above.")
    return form_page(
        request, form, title=_("Add category"), trail=trail(), submit=_("Add"), note=note
    )


@requires(RULES)
def category_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a category that was added."""
    category = _category(request, pk)
    initial = {"name": category.name, "name_en": category.name_en}
    form = forms.CategoryNameForm(request.POST or None, initial=initial)
    renamed = attempt(
        form,
        lambda: services.rename_category(category=category, by=request.user, **form.cleaned_data),
    )
    if renamed is not None:
        messages.success(request, _("The category is called “%(name)s” now.") % {"name": renamed})
        return redirect("incidents:category-list")
    title = _("Rename “%(name)s”") % {"name": initial["name"]}
    act = _stop_link(category)
    return form_page(request, form, title=title, trail=trail(), submit=_("Save"), actions=[act])


@requires(RULES)
def category_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop offering a category, with what stops with it."""
    category = _category(request, pk)
    form = forms.ConfirmForm(request.POST if request.method == "POST" else None)
    if _offer(request, form, category, offered=False):
        messages.success(request, _("“%(name)s” is no longer offered.") % {"name": category})
        return redirect("incidents:category-list")
    uses = queries.uses_of(category)
    text = _(
        "%(categories)d categories and %(rules)d keyword rules stop. Calls already filed keep "
        "their category. It can be offered again."
    )
    return form_page(
        request,
        form,
        title=_("Stop offering “%(name)s”") % {"name": category},
        trail=trail(),
        submit=_("Stop offering"),
        text=text % uses,
        danger=True,
    )


@requires(RULES)
def category_offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a category again."""
    category = _category(request, pk)
    form = forms.ConfirmForm(request.POST if request.method == "POST" else None)
    if _offer(request, form, category, offered=True):
        messages.success(request, _("“%(name)s” is offered now.") % {"name": category})
        return redirect("incidents:category-list")
    title = _("Offer “%(name)s” again") % {"name": category}
    text = _("Categories below it are offered again one by one.")
    return form_page(request, form, title=title, trail=trail(), submit=_("Offer again"), text=text)


def _stop_link(category: Category) -> Link:
    if category.is_active:
        url = reverse("incidents:category-stop", args=[category.pk])
        return Link(_("Stop offering"), url, "circle-stop", "danger")
    return Link(_("Offer again"), reverse("incidents:category-offer", args=[category.pk]), "undo-2")


def _offer(request: HttpRequest, form: Any, category: Category, *, offered: bool) -> bool:
    done = attempt(
        form,
        lambda: services.offer_category(category=category, offered=offered, by=request.user),
    )
    return done is not None


def _category(request: HttpRequest, pk: int) -> Category:
    scope = scope_of(request)
    found: Category = queries.changeable(queries.categories_in(scope), scope, pk)
    return found
