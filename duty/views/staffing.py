"""The tables of strength per level: list, fix a number, copy forward, end a row."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from duty.forms import staffing as forms
from duty.models import LevelStaffing
from duty.queries.staffing import staffing_rows
from duty.services import staffing as services
from duty.tables.staffing import strength_columns
from duty.views.orders import sections
from policeroom.common.access import pick, requires, scope_of
from policeroom.common.forms import attempt
from policeroom.common.lists import RegisterView
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Link, empty_state
from policeroom.common.scope import Scope
from stations.views.places import bind, form_page

READ_WRITE: Final = ["GET", "HEAD", "POST"]
HOME: Final = "duty:staffing-list"


class StrengthList(RegisterView):
    """Numbers of the reader's city, or of every city in view."""

    access_policy = "duty.view"
    export_action: str = "duty.view"
    order = ("org_path", "level", "station_key", "id")
    template_name = "duty/list.html"
    title = gettext_lazy("Strength of the duty levels")
    filter_class = forms.StrengthFilter

    def rows(self, scope: Scope) -> ScopedQuerySet:
        exporting = self.request.GET.get("export")

        def may_end(row: LevelStaffing) -> bool:
            return not exporting and scope.allows(forms.EDIT, row.org_path)

        self.columns = strength_columns(may_end)
        return staffing_rows(scope)

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        actions = []
        if scope_of(request).can(forms.EDIT):
            actions = [
                Link(_("Fix a number"), reverse("duty:staffing-new"), "plus", "primary"),
                Link(_("Copy forward"), reverse("duty:staffing-copy"), "copy"),
            ]
        return {
            "subtitle": "",
            "trail": [],
            "tabs": sections("strength"),
            "actions": actions,
            **empty_state(
                "users-round",
                _("No numbers yet"),
                _("The city says how many officers and auxiliaries each level asks for."),
                actions,
            ),
        }


@requires(forms.EDIT)
@require_http_methods(READ_WRITE)
def new(request: HttpRequest) -> HttpResponse:
    """Say how many a level asks for, from a day on."""
    form = bind(request, forms.StrengthForm, initial={"valid_from": timezone.localdate()})
    row = attempt(form, lambda: services.fix_strength(by=request.user, **form.facts()))
    if row is not None:
        messages.success(request, _("The number holds from %(day)s.") % {"day": row.valid_from})
        return redirect(HOME)
    return _form(request, form, _("Fix a number"), _("Fix the number"))


@requires(forms.EDIT)
@require_http_methods(READ_WRITE)
def copy(request: HttpRequest) -> HttpResponse:
    """A new version of the whole table under a new paper."""
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    form = bind(request, forms.CopyForm, initial={"valid_from": tomorrow})
    copied = attempt(form, lambda: services.copy_forward(by=request.user, **form.cleaned_data))
    if copied is not None:
        messages.success(request, _("%(n)d rows were copied.") % {"n": copied})
        return redirect(HOME)
    note = _("Every number that holds on the day goes on under the new paper; then change rows.")
    return _form(request, form, _("Copy forward"), _("Copy the table"), note)


@requires(forms.EDIT)
@require_http_methods(READ_WRITE)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End one row."""
    scope = scope_of(request)
    row: LevelStaffing = pick(staffing_rows(scope), scope, action=forms.EDIT, pk=pk)
    form = bind(request, forms.EndForm, initial={"last_day": timezone.localdate()})
    ended = attempt(form, lambda: services.end_row(row=row, by=request.user, **form.cleaned_data))
    if ended is not None:
        day = form.cleaned_data["last_day"]
        messages.success(request, _("The last day of the row is %(day)s.") % {"day": day})
        return redirect(HOME)
    return _form(request, form, _("End the row"), _("End the row"))


def _form(request: HttpRequest, form: Any, title: str, submit: str, note: str = "") -> HttpResponse:
    trail = [Link(_("Strength of the duty levels"), reverse(HOME))]
    page = form_page(request, form, title=title, trail=trail, submit=submit, note=note)
    page.status_code = 422 if form.is_bound else 200
    return page
