"""Secondments: the list, one of them, ask, approve, refuse, end, strike."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from personnel.enums import SecondmentState
from personnel.forms import secondments as forms
from personnel.models import Person, Secondment
from personnel.queries import secondments as queries
from personnel.services import secondments as services
from personnel.tables import secondments as tables
from personnel.tables.staff import last_day, person_label
from personnel.views.common import READ_WRITE
from personnel.views.people_pages import (
    done,
    link_if,
    person_for,
    person_trail,
    refused,
    sections,
)
from personnel.views.staff import strength_after
from policeroom.common.access import fetch, requires, scope_of
from policeroom.common.forms import attempt
from policeroom.common.lists import RegisterView
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Consequence, Fact, Figure, Link, empty_state, fact
from policeroom.common.scope import Scope
from stations.models import Station
from stations.views.places import bind, confirm_page, form_page

ASK, DECIDE = "secondments.ask", "secondments.decide"


class SecondmentList(RegisterView):
    """Secondments of the people in the reader's area."""

    access_policy = "people.view"
    columns = tables.LIST_COLUMNS
    order = ("-valid_from", "-id")
    template_name = "people/list.html"
    title = gettext_lazy("Secondments")
    filter_class = forms.SecondmentFilter
    export_action: str = "people.export"
    row_url = staticmethod(Secondment.get_absolute_url)

    def rows(self, scope: Scope) -> ScopedQuerySet:
        action = self.export_action if self.request.GET.get("export") else self.access_policy
        return queries.secondment_rows(scope, on=timezone.localdate(), action=action)

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        rows = queries.secondment_rows(scope_of(request), on=timezone.localdate())
        waiting = rows.filter(queries.WAITING).count()
        url = reverse("personnel:secondment-list")
        return {
            "tabs": sections("secondments"),
            "actions": [],
            "figures": [
                Figure(
                    label=_("Waiting for approval"),
                    value=waiting,
                    tone="warn" if waiting else "",
                    mark="△" if waiting else "",
                    url=f"{url}?state=asked",
                ),
                Figure(
                    label=_("Seconded away today"),
                    value=rows.filter(running=True).count(),
                    url=f"{url}?state=running",
                ),
            ],
            **empty_state(
                "user-minus",
                _("Nobody is seconded"),
                _("A secondment is asked for in the person's file and approved by a bureau above."),
                [],
            ),
        }


def secondment_for(request: HttpRequest, pk: int, action: str) -> Any:
    """A secondment of a person in view on whom the reader holds `action`."""
    scope = scope_of(request)
    rows = queries.secondment_rows(scope, on=timezone.localdate())
    return fetch(rows, scope, action=action, path="person__org_path", pk=pk)


def trail(row: Secondment | None = None) -> list[Link]:
    """The way up from a page about secondments."""
    links = [*person_trail(), Link(_("Secondments"), reverse("personnel:secondment-list"))]
    if row is not None:
        links.append(Link(_title(row), row.get_absolute_url()))
    return links


def _title(row: Secondment) -> str:
    return _("Secondment of %(name)s") % {"name": row.person.name}


@requires("people.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One secondment: by whom, how long, what became of it."""
    row = secondment_for(request, pk, "people.view")
    tone, mark = tables.TONES[row.state]
    context = {
        "title": _title(row),
        "line": f"{person_label(row.person)} · {row.room or ''}",
        "trail": [*trail(), Link(_title(row))],
        "state": Fact("", row.state.label, tone=tone, mark=mark),
        "facts": _facts(row),
        "actions": _actions(row, scope_of(request)),
    }
    return render(request, "people/record.html", context)


def _facts(row: Any) -> list[Fact]:
    return [
        fact(_("Person"), person_label(row.person), url=row.person.get_absolute_url()),
        fact(_("Police room"), row.room),
        fact(_("From"), row.valid_from),
        fact(_("Last day"), last_day(row)),
        fact(_("Ordered by"), row.ordered_by.name),
        fact(_("Order number"), row.order_no),
        fact(_("Purpose"), row.purpose),
        fact(_("Asked on"), row.recorded_at),
        fact(_("Approval"), row.approval_no),
        fact(_("Approved on"), row.approved_at),
        fact(_("Approved by"), row.approved_by.name if row.approved_by else None),
        *_outcome(row),
    ]


def _outcome(row: Any) -> list[Fact]:
    """What is told only where it is so: a refusal, a vacancy, that it was struck."""
    found = []
    if row.refused_at is not None:
        found.append(fact(_("Reason of the refusal"), row.refusal))
    if row.struck_at is not None:
        found.append(fact(_("Struck because"), tables.note_of(row)))
    vacancy = getattr(row, "vacancy", None)
    if vacancy is not None:
        url = vacancy.get_absolute_url()
        found.append(fact(_("Vacancy open since"), vacancy.opened_on, url=url))
    return found


def _actions(row: Secondment, scope: Scope) -> list[Link]:
    path = row.person.org_path
    asks, decides = scope.allows(ASK, path), scope.allows(DECIDE, path)
    waits = row.state is SecondmentState.ASKED
    runs = row.state is SecondmentState.APPROVED
    may_strike = (asks and waits) or (decides and runs)
    return [
        *link_if(
            decides and waits, _("Approve"), "secondment-approve", [row.pk], "check", "primary"
        ),
        *link_if(decides and waits, _("Refuse"), "secondment-refuse", [row.pk], "x"),
        *link_if(asks and runs, _("Record the last day"), "secondment-end", [row.pk], "undo-2"),
        *link_if(may_strike, _("Strike"), "secondment-strike", [row.pk], "trash-2", "danger"),
    ]


@requires(ASK)
@require_http_methods(READ_WRITE)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask to send somebody away from the room."""
    person = person_for(request, pk, ASK)
    today = timezone.localdate()
    form = bind(request, forms.AskForm, person=person, initial={"valid_from": today})
    row = attempt(
        form,
        lambda: services.ask_secondment(
            person=person, by=request.user, at=timezone.now(), **form.cleaned_data
        ),
    )
    if row is not None:
        return done(request, _("The secondment waits for approval by a bureau above."), row)
    page = form_page(
        request,
        form,
        title=_("Ask for a secondment"),
        trail=person_trail(person),
        submit=_("Ask"),
        note=_("Until it is approved, %(name)s counts in the room.") % {"name": person.name},
    )
    return refused(page, bound=form.is_bound)


def _without(person: Person) -> list[Consequence]:
    """The strength of the room today, and what is left of it."""
    post = person.assignments.filter(is_primary=True, valid_to__isnull=True).first()
    if post is None:
        return []
    room = Station.objects.unscoped("the room of a person in view").get(pk=post.station_id)
    return strength_after(room, person.kind, timezone.localdate())


@requires(DECIDE)
@require_http_methods(READ_WRITE)
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve it; the page says what strength the room keeps."""
    row = secondment_for(request, pk, DECIDE)
    form = bind(request, forms.ApproveForm)
    approved = attempt(
        form,
        lambda: services.approve_secondment(
            secondment=row, by=request.user, at=timezone.now(), **form.cleaned_data
        ),
    )
    if approved is not None:
        return done(request, _("The secondment is approved."), approved)
    page = confirm_page(
        request,
        form,
        title=_("Approve"),
        trail=trail(row),
        text=_("%(name)s does not count in the room from %(day)s on.")
        % {"name": row.person.name, "day": row.valid_from},
        consequences=_without(row.person),
        action_label=_("Approve"),
    )
    return refused(page, bound=form.is_bound)


@requires(DECIDE)
@require_http_methods(READ_WRITE)
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse it with a reason."""
    row = secondment_for(request, pk, DECIDE)
    form = bind(request, forms.ReasonForm)
    ended = attempt(
        form,
        lambda: services.refuse_secondment(
            secondment=row, by=request.user, at=timezone.now(), **form.cleaned_data
        ),
    )
    if ended is not None:
        return done(request, _("The secondment is refused."), ended)
    page = form_page(request, form, title=_("Refuse"), trail=trail(row), submit=_("Refuse"))
    return refused(page, bound=form.is_bound)


@requires(ASK)
@require_http_methods(READ_WRITE)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the last day away."""
    row = secondment_for(request, pk, ASK)
    today = timezone.localdate()
    form = bind(request, forms.EndForm, initial={"last_day": last_day(row) or today})
    ended = attempt(
        form,
        lambda: services.end_secondment(
            secondment=row, by=request.user, today=today, **form.cleaned_data
        ),
    )
    if ended is not None:
        return done(request, _("The last day is recorded."), ended)
    page = form_page(
        request, form, title=_("Record the last day"), trail=trail(row), submit=_("Save")
    )
    return refused(page, bound=form.is_bound)


@requires(ASK)
@require_http_methods(READ_WRITE)
def strike(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one back that never took place; an approved one only by who may approve."""
    row = secondment_for(request, pk, ASK)
    decides = scope_of(request).allows(DECIDE, row.person.org_path)
    if row.state is not SecondmentState.ASKED and not decides:
        raise PermissionDenied
    form = bind(request, forms.ReasonForm)
    struck = attempt(
        form,
        lambda: services.strike_secondment(
            secondment=row, by=request.user, at=timezone.now(), **form.cleaned_data
        ),
    )
    if struck is not None:
        return done(request, _("The secondment is struck."), struck)
    page = confirm_page(
        request,
        form,
        title=_("Strike the secondment"),
        trail=trail(row),
        text=_("It never took place; it stays in the file with the reason."),
        consequences=[],
        action_label=_("Strike"),
    )
    return refused(page, bound=form.is_bound)
