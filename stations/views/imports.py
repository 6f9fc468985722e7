"""Screens of imports: history, upload, template, report, write, cancel."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from policeroom.common import export
from policeroom.common.access import fetch, requires, scope_of
from policeroom.common.errors import DomainError, NotAllowedError
from policeroom.common.forms import attempt
from policeroom.common.lists import RegisterView
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Fact, Figure, Link, Tab, empty_state, small_table
from policeroom.common.scope import Scope
from policeroom.common.tables import display, export_rows
from stations.forms.imports import ImportFilter, ImportForm
from stations.imports import jobs, progress
from stations.imports.registry import LISTS
from stations.imports.report import SHOWN_CHANGES, ImportReport
from stations.imports.template_file import template_bytes
from stations.models import ImportJob
from stations.queries.imports import job_rows
from stations.tables import imports as tables
from stations.tasks import run_import

ACTION = "imports.run"
State = ImportJob.State
#: Bad rows on the page; the download has all of them.
SHOWN_PROBLEMS = 200


class ImportList(RegisterView):
    """Imports of the reader's area, newest first."""

    access_policy = ACTION
    template_name = "stations/places/list.html"
    title = gettext_lazy("Imports")
    columns = tables.JOB_COLUMNS
    order = ("-id",)
    filter_class = ImportFilter

    def rows(self, scope: Scope) -> ScopedQuerySet:
        return job_rows(scope)

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        new = Link(_("Import a list"), reverse("stations:import-new"), "upload", "primary")
        text = _(
            "Lists from spreadsheets: bureaus, universities, campuses, populations, police rooms,"
            " equipment. Every file is checked first; nothing is written before you say so."
        )
        return {"actions": [new], **empty_state("upload", _("No import yet"), text, [new])}


def _kinds(scope: Scope) -> list[str]:
    """Lists the reader may import somewhere."""
    return [kind for kind in LISTS if jobs.ranges_for(kind, scope)]


def send(job: ImportJob) -> None:
    """Wake a worker once the row can be seen; a lost message is sent again by `resume_imports`."""
    transaction.on_commit(functools.partial(run_import.delay, job.pk), robust=True)


@requires(ACTION)
def import_new(request: HttpRequest) -> HttpResponse:
    """Choose a list and a file; the dry run starts by itself."""
    scope = scope_of(request)
    kinds = _kinds(scope)
    kind = request.GET.get("kind") or kinds[0]
    if kind not in LISTS:
        raise Http404
    if kind not in kinds:
        raise PermissionDenied
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ImportForm(*posted, scope=scope, kind=kind, today=timezone.localdate())
    job = attempt(form, lambda: _upload(request, form))
    if job is not None:
        send(job)
        messages.success(request, _("Uploaded. The file is being checked; nothing is written."))
        return redirect(job)
    address = reverse("stations:import-new")
    context = {
        "form": form,
        "title": _("Import a list"),
        "trail": [Link(_("Imports"), reverse("stations:import-list")), Link(_("Import a list"))],
        "tabs": [
            Tab(ImportJob.Kind(each).label, f"{address}?kind={each}", each == kind)
            for each in kinds
        ],
        "template_url": reverse("stations:import-template", args=[kind]),
        "columns": small_table(tables.HELP_COLUMNS, LISTS[kind].columns, _("Columns")),
        "empty_keeps": LISTS[kind].empty_keeps,
        "cancel_url": reverse("stations:import-list"),
    }
    return render(request, "stations/imports/new.html", context)


def _upload(request: HttpRequest, form: ImportForm) -> ImportJob:
    data = form.cleaned_data
    return jobs.upload(
        kind=form.kind,
        filename=data["file"].name,
        content=data["content"],
        area=form.area_range,
        scope=scope_of(request),
        by=request.user,
        province=data.get("province", ""),
        as_of=data["as_of"],
    )


@require_safe
@requires(ACTION)
def import_template(request: HttpRequest, kind: str) -> HttpResponse:
    """The template of a list the reader may import."""
    if kind not in LISTS:
        raise Http404
    if kind not in _kinds(scope_of(request)):
        raise PermissionDenied
    return export.download(template_bytes(kind), f"{ImportJob.Kind(kind).label}.xlsx")


def _job(request: HttpRequest, pk: int) -> ImportJob:
    rows = ImportJob.objects.filter(kind__in=list(LISTS)).defer("content")
    rows = rows.select_related("created_by", "confirmed_by")
    return fetch(rows, scope_of(request), action=ACTION, pk=pk)


@require_safe
@requires(ACTION)
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The state of an import, and the report of its dry run or writing."""
    job = _job(request, pk)
    report = ImportReport.from_json(job.report)
    tone, mark = tables.state_tone(job)
    context = {
        "job": job,
        "report": report,
        "trail": [Link(_("Imports"), reverse("stations:import-list")), Link(job.filename)],
        "tone": tone,
        "mark": mark,
        "facts": _facts(job),
        "actions": _actions(job, report),
        "figures": _figures(report, written=job.state == State.DONE) if job.report else [],
        "may_write": job.state == State.READY,
        "may_cancel": job.state in (State.WAITING, State.CHECKING, State.CONFIRMED, State.READY),
        "empty_plan": report.clean and not report.created and not report.changed,
        "hidden_problems": max(0, report.problem_total - SHOWN_PROBLEMS),
        "hidden_changes": max(0, report.changed - SHOWN_CHANGES),
        "problems": report_table(tables.PROBLEM_COLUMNS, report.problems[:SHOWN_PROBLEMS]),
        "changed": report_table(tables.CHANGED_COLUMNS, tables.changed_fields(report.changed_rows)),
        "created": report_table(tables.CREATED_COLUMNS, report.created_rows),
        **_progress(job),
    }
    return render(request, "stations/imports/detail.html", context)


def report_table(columns: Any, rows: Any) -> Any:
    """A short table of a report, named after its last column; None without rows."""
    return small_table(columns, rows, str(columns[-1].label)) if rows else None


def _facts(job: ImportJob) -> list[Fact]:
    facts = [
        Fact(_("List"), job.get_kind_display()),
        Fact(_("File"), job.filename),
        Fact(_("Uploaded"), display(job.created_at)),
        Fact(_("By"), job.created_by.name),
    ]
    if job.province:
        facts.append(Fact(_("Only this province"), job.province))
    if job.confirmed_by is not None:
        facts.append(Fact(_("Confirmed by"), job.confirmed_by.name))
    if job.finished_at is not None:
        facts.append(Fact(_("Finished"), display(job.finished_at)))
    return facts


def _actions(job: ImportJob, report: ImportReport) -> list[Link]:
    actions = []
    if report.problems:
        url = reverse("stations:import-errors", args=[job.pk])
        actions.append(Link(_("Bad rows as CSV"), url, "download"))
    if job.is_over:
        url = f"{reverse('stations:import-new')}?kind={job.kind}"
        actions.append(Link(_("Import another file"), url, "upload", "primary"))
    return actions


def _figures(report: ImportReport, *, written: bool) -> list[Figure]:
    bad = report.problem_total
    names = (
        (_("Created"), _("Changed")) if written else (_("Would be created"), _("Would be changed"))
    )
    return [
        Figure(names[0], report.created),
        Figure(names[1], report.changed),
        Figure(_("Unchanged"), report.unchanged),
        Figure(_("Bad rows"), bad, tone="bad" if bad else "ok", mark="▲" if bad else ""),
    ]


def _progress(job: ImportJob) -> dict[str, Any]:
    """Arguments of components/progress_bar.html."""
    step = progress.read(job.pk) if job.is_running else None
    return {
        "progress_id": f"import-{job.pk}",
        "progress_label": step.label if step else job.get_state_display(),
        "progress_value": step.done if step else "",
        "progress_max": step.total if step and step.total else "",
        "poll_url": reverse("stations:import-progress", args=[job.pk]),
    }


@require_safe
@requires(ACTION)
def import_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress bar; once the worker is done, the whole page again."""
    job = _job(request, pk)
    if not job.is_running and getattr(request, "htmx", False):
        return HttpResponseClientRefresh()
    return render(request, "stations/imports/_progress.html", {"job": job, **_progress(job)})


@require_safe
@requires(ACTION)
def import_errors(request: HttpRequest, pk: int) -> HttpResponse:
    """Every bad row with its line, column, value, reason and remedy."""
    job = _job(request, pk)
    report = ImportReport.from_json(job.report)
    content = export.csv_bytes(
        columns=[str(column.label) for column in tables.PROBLEM_COLUMNS],
        rows=export_rows(tables.PROBLEM_COLUMNS, report.problems),
    )
    stem = job.filename.rsplit(".", 1)[0]
    return export.download(content, f"{stem} {_('bad rows')}.csv")


@require_POST
@requires(ACTION)
def import_commit(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm the dry run; a worker writes all of it, or nothing."""
    job = _job(request, pk)
    confirm = functools.partial(
        jobs.confirm, job=job, scope=scope_of(request), by=request.user, at=timezone.now()
    )
    if done(request, confirm):
        send(job)
        messages.success(request, _("Confirmed. The rows are being written."))
    return redirect(job)


@require_POST
@requires(ACTION)
def import_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an import up; nothing of it was written."""
    job = _job(request, pk)
    cancel = functools.partial(jobs.cancel, job=job, by=request.user, at=timezone.now())
    if done(request, cancel):
        messages.success(request, _("Cancelled. Nothing was written; the file is forgotten."))
    return redirect(job)


def done(request: HttpRequest, act: Callable[[], ImportJob]) -> bool:
    """Run an act that has no form; a refusal becomes a message."""
    try:
        with transaction.atomic():
            act()
    except NotAllowedError as refusal:
        raise PermissionDenied from refusal
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return False
    return True
