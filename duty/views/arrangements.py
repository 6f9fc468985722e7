"""The routines of term and vacation: list, one of them, new, copy forward, end."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from duty.forms import arrangements as forms
from duty.models import DutyArrangement
from duty.queries import arrangements as queries
from duty.services import arrangements as services
from duty.tables import arrangements as tables
from duty.views.orders import sections
from policeroom.common.access import pick, requires, scope_of
from policeroom.common.forms import attempt
from policeroom.common.lists import RegisterView
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Fact, Figure, Link, empty_state, small_table
from policeroom.common.scope import Scope, range_q, subtree
from stations.models import Station
from stations.views.places import bind, form_page

READ_WRITE: Final = ["GET", "HEAD", "POST"]
HOME: Final = "duty:arrangement-list"
#: Of an arrangement that is taken over as a new version.
TAKEN_OVER: Final = (
    *("part", "title", "day_starts", "day_ends"),
    *("officer_on_workdays", "auxiliary_every_day", "suspends_weekly"),
)


class ArrangementList(RegisterView):
    """Routines of the cities in view, and of the reader's own city."""

    access_policy = queries.VIEW
    export_action: str = queries.VIEW
    order = ("org_path", "part", "-valid_from", "-id")
    template_name = "duty_plans/list.html"
    title = gettext_lazy("Routines of term and vacation")
    filter_class = forms.ArrangementFilter
    row_url = staticmethod(DutyArrangement.get_absolute_url)

    def rows(self, scope: Scope) -> ScopedQuerySet:
        self.columns = tables.arrangement_columns(timezone.localdate())
        return queries.arrangement_rows(scope)

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        scope = scope_of(request)
        actions = []
        if scope.can(queries.EDIT):
            actions = [
                Link(_("New arrangement"), reverse("duty:arrangement-new"), "plus", "primary"),
                Link(_("Copy forward"), reverse("duty:arrangement-copy"), "copy"),
            ]
        return {
            "subtitle": "",
            "trail": [],
            "tabs": sections("arrangements"),
            "actions": actions,
            "holes": _holes(scope),
            **empty_state(
                "calendar-days",
                _("No arrangement yet"),
                _("The city says how its rooms work at level three, in term and in vacation."),
                actions,
            ),
        }


def _holes(scope: Scope) -> list[str]:
    """JS-16-1: a sentence for each part that some city has not arranged today."""
    without = queries.cities_without(scope, timezone.localdate())
    return [
        _("No arrangement for %(part)s in force today: %(units)s.")
        % {"part": part.label, "units": "、".join(city.place for city in cities)}
        for part, cities in without.items()
    ]


def arrangement_for(request: HttpRequest, pk: int, action: str | None = None) -> DutyArrangement:
    """An arrangement in view."""
    scope = scope_of(request)
    row: DutyArrangement = pick(queries.arrangement_rows(scope), scope, action=action, pk=pk)
    return row


def _trail(row: DutyArrangement | None = None) -> list[Link]:
    links = [Link(_("Routines of term and vacation"), reverse(HOME))]
    return [*links, Link(row.title, row.get_absolute_url())] if row is not None else links


@requires(queries.VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One arrangement, where it holds today, and the versions before and after it."""
    row, scope, today = arrangement_for(request, pk), scope_of(request), timezone.localdate()
    tone, mark = tables.paper_tone(row, today)
    columns, versions = tables.version_columns(today), queries.versions_of(row, scope)
    context = {
        "row": row,
        "title": row.title,
        "trail": [*_trail(), Link(row.title)],
        "state": Fact("", tables.paper_state(row, today), tone=tone, mark=mark),
        "as_of": timezone.now(),
        "figures": [_reach(row, scope, today)],
        "facts": tables.arrangement_facts(row),
        "versions": small_table(columns, versions, _("Versions")),
        "actions": _actions(row, scope, today),
    }
    return render(request, "duty_plans/arrangement.html", context)


def _reach(row: DutyArrangement, scope: Scope, today: dt.date) -> Figure:
    """For how many of the reader's rooms of the city it holds today."""
    rooms = list(
        Station.objects.within(scope, action=queries.VIEW).filter(
            Q(closed_on__isnull=True) | Q(closed_on__gt=today),
            range_q([subtree(row.unit.org_path)]),
            opened_on__lte=today,
        )
    )
    routines = queries.Routines(rooms, today, today)
    holding = sum(routines.of(room, today).arrangement == row for room in rooms)
    detail = _("of %(rooms)d") % {"rooms": len(rooms)}
    return Figure(_("Rooms it holds for today"), holding, detail=detail)


def _actions(row: DutyArrangement, scope: Scope, today: dt.date) -> list[Link]:
    if not scope.allows(queries.EDIT, row.org_path):
        return []
    new = f"{reverse('duty:arrangement-new')}?after={row.pk}"
    links = [Link(_("New version"), new, "copy-plus", "primary")]
    if row.valid_to is None or row.valid_to > today:
        links.append(Link(_("End"), reverse("duty:arrangement-end", args=[row.pk]), "x"))
    return links


@requires(queries.EDIT)
@require_http_methods(READ_WRITE)
def new(request: HttpRequest) -> HttpResponse:
    """Fix the routine of term or vacation; `?after=` names the version it follows."""
    form = bind(request, forms.ArrangementForm, initial=_initial(request))
    row = attempt(form, lambda: services.issue_arrangement(by=request.user, **form.cleaned_data))
    if row is not None:
        messages.success(
            request, _("The arrangement holds from %(day)s.") % {"day": row.valid_from}
        )
        return redirect(row)
    return _form(request, form, _("New arrangement"), _("Fix the arrangement"))


def _initial(request: HttpRequest) -> dict[str, Any]:
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    initial: dict[str, Any] = {"valid_from": tomorrow}
    after = request.GET.get("after", "")
    if after.isdecimal():
        row = arrangement_for(request, int(after), queries.EDIT)
        initial |= {name: getattr(row, name) for name in TAKEN_OVER} | {"unit": row.unit}
    return initial


@requires(queries.EDIT)
@require_http_methods(READ_WRITE)
def copy(request: HttpRequest) -> HttpResponse:
    """New versions of both parts under a new paper."""
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    form = bind(request, forms.ArrangementCopyForm, initial={"valid_from": tomorrow})
    copied = attempt(form, lambda: services.copy_arrangements(by=request.user, **form.cleaned_data))
    if copied is not None:
        messages.success(request, _("%(n)d arrangements were copied.") % {"n": copied})
        return redirect(HOME)
    note = _("What holds on the day goes on under the new paper; then change single ones.")
    return _form(request, form, _("Copy forward"), _("Copy the arrangements"), note=note)


@requires(queries.EDIT)
@require_http_methods(READ_WRITE)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Say on which day it holds last."""
    row = arrangement_for(request, pk, queries.EDIT)
    form = bind(request, forms.LastDayForm, initial={"last_day": timezone.localdate()})
    ended = attempt(
        form, lambda: services.end_arrangement(row=row, by=request.user, **form.cleaned_data)
    )
    if ended is not None:
        day = form.cleaned_data["last_day"]
        messages.success(request, _("The arrangement holds last on %(day)s.") % {"day": day})
        return redirect(row)
    note = _("From the next day on this part has no arrangement until a new one begins.")
    return _form(request, form, _("End the arrangement"), _("End it"), row=row, note=note)


def _form(
    request: HttpRequest,
    form: Any,
    title: str,
    submit: str,
    *,
    row: DutyArrangement | None = None,
    note: str = "",
) -> HttpResponse:
    page = form_page(request, form, title=title, trail=_trail(row), submit=submit, note=note)
    page.status_code = 422 if form.is_bound else 200
    return page
