"""Drills: the list, the rooms by their next one, one drill, recording and correcting it."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from duty.forms import drills as forms
from duty.models import Drill
from duty.queries import drills as queries
from duty.queries.arrangements import VIEW
from duty.queries.plans import plan_at
from duty.services import drills as services
from duty.tables import drills as tables
from duty.views.orders import sections
from policeroom.common.access import pick, requires, scope_of
from policeroom.common.forms import attempt
from policeroom.common.lists import RegisterView
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Link, empty_state
from policeroom.common.scope import Scope
from stations.models import Station
from stations.views.places import bind, form_page

READ_WRITE: Final = ["GET", "HEAD", "POST"]
HOME: Final = "duty:drill-list"


class DrillList(RegisterView):
    """Drills of the reader's area, the latest first."""

    access_policy = VIEW
    export_action: str = VIEW
    columns = tables.COLUMNS
    order = ("-held_on", "-id")
    template_name = "duty/list.html"
    title = gettext_lazy("Drills")
    filter_class = forms.DrillFilter
    row_url = staticmethod(Drill.get_absolute_url)

    def rows(self, scope: Scope) -> ScopedQuerySet:
        return queries.drill_rows(scope)

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        actions = _actions(scope_of(request))
        return {
            "subtitle": "",
            "trail": [],
            "tabs": sections("drills"),
            "actions": [*actions, Link(_("Next drills"), reverse("duty:drill-rooms"), "clock")],
            **empty_state(
                "megaphone",
                _("No drill yet"),
                _("Each room drills what the plan of its city says, and writes how it went."),
                actions,
            ),
        }


def _actions(scope: Scope) -> list[Link]:
    record = [Link(_("Record a drill"), reverse("duty:drill-new"), "plus", "primary")]
    return record if scope.can(queries.RECORD) else []


class RoomList(RegisterView):
    """Rooms of the reader's area by when their next drill is due."""

    access_policy = VIEW
    export_action: str = VIEW
    order = ("due_on", "id")
    template_name = "duty/list.html"
    title = gettext_lazy("Next drills")
    filter_class = forms.RoomDrillFilter
    row_url = staticmethod(Station.get_absolute_url)

    def rows(self, scope: Scope) -> ScopedQuerySet:
        today, exporting = timezone.localdate(), self.request.GET.get("export")

        def may_record(room: Station) -> bool:
            return not exporting and scope.allows(queries.RECORD, room.org_path)

        self.columns = tables.room_columns(today, may_record=may_record)
        self.every = queries.rhythm(today)
        return queries.rooms_by_drill(scope, today, every=self.every)

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "subtitle": _("A drill at least every %(days)d days, from the one before.")
            % {"days": self.every},
            "trail": [*_trail(), Link(self.title)],
            "actions": [],
            **empty_state(
                "megaphone",
                _("No room is open"),
                _("Each room stands here with its last and its next drill."),
                [],
            ),
        }


def _trail(row: Drill | None = None) -> list[Link]:
    links = [Link(_("Drills"), reverse(HOME))]
    return [*links, Link(row.title, row.get_absolute_url())] if row is not None else links


def drill_for(request: HttpRequest, pk: int, action: str | None = None) -> Drill:
    """A drill in view."""
    scope = scope_of(request)
    row: Drill = pick(queries.drill_rows(scope), scope, action=action, pk=pk)
    return row


@requires(VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One drill with its evaluation."""
    row, scope = drill_for(request, pk), scope_of(request)
    correct = Link(_("Correct"), reverse("duty:drill-correct", args=[row.pk]), "pencil")
    context = {
        "row": row,
        "title": row.title,
        "trail": [*_trail(), Link(row.title)],
        "facts": tables.drill_facts(row),
        "actions": [correct] if scope.allows(queries.RECORD, row.org_path) else [],
    }
    return render(request, "duty_plans/drill.html", context)


@requires(queries.RECORD)
@require_http_methods(READ_WRITE)
def new(request: HttpRequest) -> HttpResponse:
    """Record a drill; `?station=` names the room."""
    today = timezone.localdate()
    own_plan = plan_at("", scope_of(request), today)
    initial: dict[str, Any] = {"held_on": today, "plan": own_plan}
    if request.GET.get("station", "").isdecimal():
        initial["station"] = int(request.GET["station"])
    form = bind(request, forms.DrillForm, initial=initial)
    row = attempt(
        form, lambda: services.record_drill(by=request.user, today=today, **form.cleaned_data)
    )
    if row is not None:
        messages.success(request, _("The drill “%(title)s” is recorded.") % {"title": row.title})
        return redirect(row)
    return _form(request, form, _("Record a drill"), _("Record"))


@requires(queries.RECORD)
@require_http_methods(READ_WRITE)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what was recorded of a drill."""
    drill = drill_for(request, pk, queries.RECORD)
    initial = {name: getattr(drill, name) for name in services.FACTS}
    form = bind(request, forms.DrillFacts, initial=initial)
    row = attempt(
        form,
        lambda: services.correct_drill(
            drill=drill, by=request.user, today=timezone.localdate(), **form.cleaned_data
        ),
    )
    if row is not None:
        messages.success(request, _("The drill is corrected."))
        return redirect(row)
    return _form(request, form, _("Correct the drill"), _("Save"), row=drill)


def _form(
    request: HttpRequest, form: Any, title: str, submit: str, *, row: Drill | None = None
) -> HttpResponse:
    page = form_page(request, form, title=title, trail=_trail(row), submit=submit)
    page.status_code = 422 if form.is_bound else 200
    return page
