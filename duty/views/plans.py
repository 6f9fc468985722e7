"""Emergency plans: list, matrix, one level, one cell, the printed page, and writing them."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from duty.enums import LEVEL_LABELS
from duty.forms.arrangements import PaperFilter
from duty.forms.plans import CellForm, PlanForm
from duty.levels import DutyLevel
from duty.models import EmergencyPlan
from duty.plan_rules import Place
from duty.queries import plans as queries
from duty.services import plans as services
from duty.tables import plans as tables
from duty.tables.arrangements import paper_state, paper_tone
from duty.views.orders import sections
from policeroom.common.access import pick, requires, scope_of
from policeroom.common.forms import attempt
from policeroom.common.lists import RegisterView
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Fact, Link, Tab, empty_state, small_table
from policeroom.common.scope import Scope
from stations.views.places import bind, form_page

READ_WRITE: Final = ["GET", "HEAD", "POST"]
HOME: Final = "duty:plan-list"


class PlanList(RegisterView):
    """Plans of the cities in view, and of the reader's own city."""

    access_policy = queries.VIEW
    export_action: str = queries.VIEW
    order = ("org_path", "-valid_from", "-id")
    template_name = "duty_plans/list.html"
    title = gettext_lazy("Emergency plans")
    filter_class = PaperFilter
    row_url = staticmethod(EmergencyPlan.get_absolute_url)

    def rows(self, scope: Scope) -> ScopedQuerySet:
        self.columns = tables.plan_columns(timezone.localdate())
        return queries.with_completeness(queries.plan_rows(scope))

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        scope = scope_of(request)
        new = [Link(_("New version"), reverse("duty:plan-new"), "plus", "primary")]
        actions = new if scope.can(queries.EDIT) else []
        without = queries.cities_without(scope, timezone.localdate())
        names = "、".join(city.place for city in without)
        hole = _("No plan in force today: %(units)s.") % {"units": names}
        return {
            "subtitle": "",
            "trail": [],
            "tabs": sections("plans"),
            "actions": actions,
            "holes": [hole] if without else [],
            **empty_state(
                "book-open-check",
                _("No plan yet"),
                _("The city says what is done at each level, for each type of incident."),
                actions,
            ),
        }


def plan_for(request: HttpRequest, pk: int, action: str | None = None) -> EmergencyPlan:
    """A plan in view."""
    scope = scope_of(request)
    plan: EmergencyPlan = pick(queries.plan_rows(scope), scope, action=action, pk=pk)
    return plan


def _place(level: int, kind: str) -> Place:
    """A place of the matrix.

    Raises: Http404 where there is none.
    """
    if level not in queries.LEVELS or kind not in queries.TYPES:
        raise Http404
    return level, kind


def _trail(plan: EmergencyPlan | None = None, *more: Link) -> list[Link]:
    links = [Link(_("Emergency plans"), reverse(HOME))]
    own = [Link(plan.title, plan.get_absolute_url())] if plan is not None else []
    return [*links, *own, *more]


@requires(queries.VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The matrix of a plan, what it lacks, and its versions."""
    plan, scope, today = plan_for(request, pk), scope_of(request), timezone.localdate()
    matrix, (tone, mark) = queries.matrix_of(plan), paper_tone(plan, today)
    versions = queries.with_completeness(queries.plan_rows(scope).filter(unit=plan.unit))
    context = {
        "plan": plan,
        "title": plan.title,
        "trail": [*_trail(), Link(plan.title)],
        "state": Fact("", paper_state(plan, today), tone=tone, mark=mark),
        "as_of": timezone.now(),
        "figures": tables.plan_figures(matrix.stand),
        "facts": tables.plan_facts(plan),
        "grid": tables.grid(plan, matrix),
        "holes": small_table(
            tables.HOLE_COLUMNS, tables.holes_of(plan, matrix), _("What is missing")
        ),
        "versions": small_table(
            tables.version_columns(today), versions.order_by("-version"), _("Versions")
        ),
        "actions": _actions(plan, scope),
    }
    return render(request, "duty_plans/plan.html", context)


def _actions(plan: EmergencyPlan, scope: Scope) -> list[Link]:
    links = [Link(_("Print"), reverse("duty:plan-print", args=[plan.pk]), "printer")]
    if scope.allows(queries.EDIT, plan.org_path):
        new = f"{reverse('duty:plan-new')}?after={plan.pk}"
        links.insert(0, Link(_("New version"), new, "copy-plus", "primary"))
    return links


@requires(queries.VIEW)
def level(request: HttpRequest, pk: int, level: int) -> HttpResponse:
    """What a plan says at one level, type by type: what a room opens when the level is raised."""
    plan = plan_for(request, pk)
    _place(level, queries.TYPES[0])
    matrix = queries.matrix_of(plan)
    label = LEVEL_LABELS[DutyLevel(level)]
    context = {
        "plan": plan,
        "title": label,
        "trail": _trail(plan, Link(label)),
        "tabs": [
            Tab(
                LEVEL_LABELS[DutyLevel(one)],
                reverse("duty:plan-level", args=[pk, one]),
                one == level,
            )
            for one in queries.LEVELS
        ],
        "chapters": [
            tables.chapter(plan, cell) for place, cell in matrix.cells.items() if place[0] == level
        ],
    }
    return render(request, "duty_plans/level.html", context)


@requires(queries.VIEW)
def cell(request: HttpRequest, pk: int, level: int, kind: str) -> HttpResponse:
    """One cell with its five elements."""
    plan, place = plan_for(request, pk), _place(level, kind)
    title = tables.place_word(place)
    actions = []
    if scope_of(request).allows(queries.EDIT, plan.org_path) and not _is_over(plan):
        url = tables.cell_url(plan, place, "edit")
        actions = [Link(_("Write"), url, "pencil", "primary")]
    context = {
        "plan": plan,
        "title": title,
        "trail": _trail(plan, Link(title)),
        "chapter": tables.chapter(plan, queries.cell_of(plan, *place)),
        "actions": actions,
    }
    return render(request, "duty_plans/cell.html", context)


def _is_over(plan: EmergencyPlan) -> bool:
    return plan.valid_to is not None and plan.valid_to <= timezone.localdate()


@requires(queries.EDIT)
@require_http_methods(READ_WRITE)
def cell_edit(request: HttpRequest, pk: int, level: int, kind: str) -> HttpResponse:
    """Write the elements of one cell."""
    plan, place = plan_for(request, pk, queries.EDIT), _place(level, kind)
    form = bind(request, CellForm, cell=queries.cell_of(plan, *place))
    written = attempt(
        form,
        lambda: services.write_cell(
            plan=plan,
            level=level,
            incident_type=kind,
            changes=form.changes(),
            by=request.user,
            today=timezone.localdate(),
        ),
    )
    title, url = tables.place_word(place), tables.cell_url(plan, place)
    if written is not None:
        messages.success(request, _("“%(cell)s” is written.") % {"cell": title})
        return redirect(url)
    page = form_page(
        request,
        form,
        title=_("Write"),
        trail=_trail(plan, Link(title, url)),
        submit=_("Save"),
        note=title,
    )
    page.status_code = 422 if form.is_bound else 200
    return page


@requires(queries.EDIT)
@require_http_methods(READ_WRITE)
def new(request: HttpRequest) -> HttpResponse:
    """Begin a version; `?after=` names the one whose title it takes."""
    initial: dict[str, Any] = {"valid_from": timezone.localdate() + dt.timedelta(days=1)}
    after = request.GET.get("after", "")
    if after.isdecimal():
        before = plan_for(request, int(after), queries.EDIT)
        initial |= {"unit": before.unit, "title": before.title}
    form = bind(request, PlanForm, initial=initial)
    plan = attempt(form, lambda: services.issue_plan(by=request.user, **form.cleaned_data))
    if plan is not None:
        messages.success(
            request,
            _("Version %(version)d holds from %(day)s.")
            % {"version": plan.version, "day": plan.valid_from},
        )
        return redirect(plan)
    note = _("It begins with the cells of the version before; then write them one by one.")
    page = form_page(
        request, form, title=_("New version"), trail=_trail(), submit=_("Begin"), note=note
    )
    page.status_code = 422 if form.is_bound else 200
    return page


@requires(queries.VIEW)
def print_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole plan on paper, level by level."""
    plan, today = plan_for(request, pk), timezone.localdate()
    matrix = queries.matrix_of(plan)
    levels = [
        {
            "label": LEVEL_LABELS[DutyLevel(one)],
            "chapters": [
                tables.chapter(plan, cell)
                for place, cell in matrix.cells.items()
                if place[0] == one
            ],
        }
        for one in queries.LEVELS
    ]
    context = {
        "plan": plan,
        "crumbs": _trail(plan, Link(_("Print"))),
        "facts": tables.plan_facts(plan),
        "state": paper_state(plan, today),
        "levels": levels,
        "as_of": timezone.now(),
    }
    return render(request, "duty_plans/print.html", context)
