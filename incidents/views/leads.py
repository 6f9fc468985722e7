"""Leads and assigned tasks: passed down by a superior, answered by the room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.access import scope_of
from incidents.forms.clocks import ReasonForm
from incidents.forms.leads import (
    IssuedFilter,
    LeadAnswerForm,
    LeadForm,
    TaskAnswerForm,
    TaskForm,
)
from incidents.models import AssignedTask, Lead
from incidents.queries.leads import issuing_unit, lead_rows, task_rows
from incidents.services import leads as lead_services
from incidents.services import tasks as task_services
from incidents.tables.clocks import record_tone, record_word
from incidents.tables.registers import lead_columns, task_columns
from incidents.views.clocks_pages import (
    RecordList,
    RecordPage,
    Section,
    act_page,
    data_of,
    minute,
    new_link,
    now,
    record_page,
    recorded_facts,
    running,
    strike_page,
    struck_line,
)
from policeroom.common.access import fetch, requires
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Fact, Link, fact
from policeroom.common.scope import Scope


class LeadList(RecordList):
    """Leads of the reader's area: numbers and clocks, no content."""

    order = ("-received_at", "-id")
    title = gettext_lazy("Leads")
    filter_class = IssuedFilter
    part = "lead"
    empty_icon = "file-search"

    def rows(self, scope: Scope) -> ScopedQuerySet:
        return lead_rows(scope)

    def make_columns(self, scope: Scope) -> Any:
        return lead_columns(now=self.now)

    def actions(self, scope: Scope) -> list[Link]:
        return new_link(scope, "leads.issue", _("Pass a lead down"), "incidents:lead-new")

    def empty_words(self) -> tuple[str, str]:
        return (
            _("No lead was passed down"),
            _("A lead stands here with its number and its clock, never with its content."),
        )


class TaskList(RecordList):
    """Tasks from above in the reader's area."""

    order = ("-received_at", "-id")
    title = gettext_lazy("Assigned tasks")
    filter_class = IssuedFilter
    part = "task"
    empty_icon = "clipboard-list"

    def rows(self, scope: Scope) -> ScopedQuerySet:
        return task_rows(scope)

    def make_columns(self, scope: Scope) -> Any:
        return task_columns(now=self.now)

    def actions(self, scope: Scope) -> list[Link]:
        return new_link(scope, "leads.issue", _("Assign a task"), "incidents:task-new")

    def empty_words(self) -> tuple[str, str]:
        return (_("No task was assigned"), _("A task from above stands here until it is done."))


def _lead(request: HttpRequest, pk: int, action: str | None = None) -> Lead:
    return fetch(lead_rows(scope_of(request)), scope_of(request), action=action, pk=pk)


def _task(request: HttpRequest, pk: int, action: str | None = None) -> AssignedTask:
    return fetch(task_rows(scope_of(request)), scope_of(request), action=action, pk=pk)


def _detail(
    request: HttpRequest, row: Any, *, part: str, facts: list[Fact], answer: str
) -> HttpResponse:
    scope = scope_of(request)
    acts = []
    if row.struck_at is None:
        if row.closed_at is None and scope.allows("leads.answer", row.org_path):
            url = reverse(f"incidents:{part}-answer", args=[row.pk])
            acts.append(Link(answer, url, "check", "primary"))
        if scope.allows("leads.issue", row.org_path):
            acts.append(Link(_("Strike"), reverse(f"incidents:{part}-strike", args=[row.pk]), "x"))
    tone, mark = record_tone(row)
    page = RecordPage(
        title=str(row),
        subtitle=row.station.name,
        trail=[Link(str(row))],
        tag=record_word(row),
        tag_tone=tone,
        tag_mark=mark,
        actions=acts,
        sections=[Section("facts", _("Facts"), facts=[*facts, *recorded_facts(row)])],
        struck=struck_line(row),
    )
    return record_page(request, page, row, part=part, subjects=[row])


@requires("incidents.view")
def lead_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One lead."""
    row = _lead(request, pk)
    named = _("named by the issuer") if row.due_named else _("by parameter P-13a")
    facts = [
        fact(_("Reference number"), row.reference_no),
        fact(_("Issuing unit"), row.issuer_name),
        fact(_("Passed down at"), row.received_at),
        fact(_("Result due"), row.due_at, hint=named),
        fact(_("Result"), row.get_result_display()),
        fact(_("Answered at"), row.closed_at, hint=row.closed_by.name if row.closed_by else ""),
    ]
    return _detail(request, row, part="lead", facts=facts, answer=_("Give the result"))


@requires("incidents.view")
def task_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One task."""
    row = _task(request, pk)
    facts = [
        fact(_("Task"), row.title),
        fact(_("Document number"), row.document_no),
        fact(_("Issuing unit"), row.issuer_name),
        fact(_("Assigned at"), row.received_at),
        fact(_("Due at"), row.due_at),
        fact(_("What was done"), row.result),
        fact(_("Done at"), row.closed_at, hint=row.closed_by.name if row.closed_by else ""),
    ]
    return _detail(request, row, part="task", facts=facts, answer=_("Report it done"))


def _new(
    request: HttpRequest,
    form: Any,
    act: Callable[[dict[str, Any]], Any],
    *,
    part: str,
    title: str,
    text: str = "",
) -> HttpResponse:
    """Pass something down; the issuer is the reader's own unit above the room."""

    def run() -> Any:
        facts = dict(form.cleaned_data)
        path = facts["station"].org_path
        facts["issuer"] = issuing_unit(scope_of(request), path)
        return act(facts)

    return act_page(
        request,
        form,
        run,
        part=part,
        title=title,
        submit=title,
        back=reverse(f"incidents:{part}-list"),
        text=text,
        done=lambda row: _("%(record)s went to %(room)s.") % {"record": row, "room": row.station},
        target=lambda row: row.get_absolute_url(),
    )


@requires("leads.issue")
def lead_new(request: HttpRequest) -> HttpResponse:
    """Pass a lead down."""
    form = LeadForm(
        scope=scope_of(request), now=now(), initial={"received_at": minute()}, **data_of(request)
    )
    return _new(
        request,
        form,
        lambda facts: lead_services.issue_lead(by=request.user, now=now(), **facts),
        part="lead",
        title=_("Pass a lead down"),
        text=_("Only the number and the clock. The room finds it in its inbox."),
    )


@requires("leads.issue")
def task_new(request: HttpRequest) -> HttpResponse:
    """Assign a task."""
    form = TaskForm(
        scope=scope_of(request), now=now(), initial={"received_at": minute()}, **data_of(request)
    )
    return _new(
        request,
        form,
        lambda facts: task_services.assign_task(by=request.user, now=now(), **facts),
        part="task",
        title=_("Assign a task"),
    )


@requires("leads.answer")
def lead_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the result of a check."""
    row = _lead(request, pk, "leads.answer")
    form = LeadAnswerForm(
        scope=scope_of(request), now=now(), initial={"closed_at": minute()}, **data_of(request)
    )
    return act_page(
        request,
        form,
        lambda: lead_services.answer_lead(
            lead=row, by=request.user, now=now(), **form.cleaned_data
        ),
        part="lead",
        title=_("Give the result"),
        submit=_("Give the result"),
        back=row.get_absolute_url(),
        trail=[Link(str(row), row.get_absolute_url())],
        done=lambda lead: _("The result of %(record)s is given.") % {"record": lead},
    )


@requires("leads.answer")
def task_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Report a task done."""
    row = _task(request, pk, "leads.answer")
    form = TaskAnswerForm(
        scope=scope_of(request), now=now(), initial={"closed_at": minute()}, **data_of(request)
    )
    return act_page(
        request,
        form,
        lambda: task_services.answer_task(
            task=row, by=request.user, now=now(), **form.cleaned_data
        ),
        part="task",
        title=_("Report it done"),
        submit=_("Report it done"),
        back=row.get_absolute_url(),
        trail=[Link(str(row), row.get_absolute_url())],
        done=lambda task: _("“%(record)s” is reported done.") % {"record": task},
    )


@requires("leads.issue")
def lead_strike(request: HttpRequest, pk: int) -> HttpResponse:
    """Strike a lead passed down by mistake."""
    row = _lead(request, pk, "leads.issue")
    form = ReasonForm(scope=scope_of(request), **data_of(request))
    return strike_page(
        request,
        form,
        row,
        lambda: lead_services.strike_lead(
            lead=row, by=request.user, now=now(), **form.cleaned_data
        ),
        part="lead",
        clocks=running([row]),
    )


@requires("leads.issue")
def task_strike(request: HttpRequest, pk: int) -> HttpResponse:
    """Strike a task assigned by mistake."""
    row = _task(request, pk, "leads.issue")
    form = ReasonForm(scope=scope_of(request), **data_of(request))
    return strike_page(
        request,
        form,
        row,
        lambda: task_services.strike_task(
            task=row, by=request.user, now=now(), **form.cleaned_data
        ),
        part="task",
        clocks=running([row]),
    )
