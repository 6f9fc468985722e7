"""Screens of log imports: history, upload, columns, words, report, write, cancel."""

from __future__ import annotations

import functools
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from incidents.access import scope_of
from incidents.forms.imports import (
    LogJobFilter,
    LogUploadForm,
)
from incidents.imports.header import find_log_header
from incidents.models import LogMapping
from incidents.queries.imports import ACTION, log_jobs, mapping_for, mappings_for
from incidents.services.imports import (
    upload_log,
)
from incidents.tables import imports as tables
from policeroom.common import export
from policeroom.common.access import fetch, requires
from policeroom.common.forms import attempt
from policeroom.common.lists import RegisterView
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Fact, Figure, Link, empty_state
from policeroom.common.scope import Scope
from policeroom.common.tables import display, export_rows
from stations.imports import jobs, progress
from stations.imports.report import SHOWN_CHANGES, ImportReport
from stations.models import ImportJob, Station
from stations.tables.imports import (
    CHANGED_COLUMNS,
    CREATED_COLUMNS,
    PROBLEM_COLUMNS,
    changed_fields,
    state_tone,
)
from stations.views.imports import done, report_table, send

State = ImportJob.State
#: Rows of a list on the page; the download has all of them. New records are a sample.
SHOWN_ROWS = 50
SHOWN_NEW = 10


class LogImportList(RegisterView):
    """Log imports of the rooms the reader may import for, newest first."""

    access_policy = ACTION
    template_name = "stations/places/list.html"
    title = gettext_lazy("Imported logs")
    columns = tables.JOB_COLUMNS
    order = ("-id",)
    filter_class = LogJobFilter

    def rows(self, scope: Scope) -> ScopedQuerySet:
        return log_jobs(scope)

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        new = Link(_("Import a log"), reverse("incidents:import-new"), "upload", "primary")
        text = _(
            "A log kept elsewhere, as a spreadsheet: say once what its columns are. Every file is"
            " checked first; a later file updates the records, and nothing is deleted."
        )
        return {"actions": [new], **empty_state("upload", _("No log imported yet"), text, [new])}


@requires(ACTION)
def import_new(request: HttpRequest) -> HttpResponse:
    """Choose a room and a file; known columns go straight to the dry run."""
    scope = scope_of(request)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = LogUploadForm(*posted, scope=scope, today=timezone.localdate())
    job = attempt(form, lambda: _upload(request, form))
    if job is not None:
        if job.state == State.MAPPING:
            messages.success(request, _("Uploaded. Say what its columns are; nothing is written."))
            return redirect("incidents:import-columns", pk=job.pk)
        send(job)
        messages.success(request, _("Uploaded. The file is being checked; nothing is written."))
        return redirect("incidents:import-detail", pk=job.pk)
    context = {
        "form": form,
        "title": _("Import a log"),
        "trail": [to_list(), Link(_("Import a log"))],
        "cancel_url": reverse("incidents:import-list"),
    }
    return render(request, "incidents/imports/new.html", context)


def to_list() -> Link:
    """The first step of every breadcrumb here."""
    return Link(_("Imported logs"), reverse("incidents:import-list"))


def _upload(request: HttpRequest, form: LogUploadForm) -> ImportJob:
    data = form.cleaned_data
    _table, header = find_log_header(data["tables"])
    return upload_log(
        station=data["station"],
        filename=data["file"].name,
        content=data["content"],
        mapping=mapping_for(data["station"], header.fingerprint),
        scope=scope_of(request),
        by=request.user,
        as_of=data["as_of"],
    )


def log_job(request: HttpRequest, pk: int, *, with_file: bool = False) -> ImportJob:
    """A log import of a room the reader may import for."""
    rows = ImportJob.objects.filter(kind=ImportJob.Kind.INCIDENTS)
    rows = rows.select_related("created_by", "confirmed_by")
    rows = rows if with_file else rows.defer("content")
    return fetch(rows, scope_of(request), action=ACTION, pk=pk)


def room_of(request: HttpRequest, job: ImportJob) -> Station:
    """The room it is for."""
    return fetch(Station.objects, scope_of(request), pk=job.options.get("station"))


def mapping_of(station: Station, job: ImportJob) -> LogMapping | None:
    """The mapping it is read with, once it has one."""
    return mappings_for(station).filter(pk=job.options.get("mapping")).first()


# --- the report ---------------------------------------------------------------------------------


@require_safe
@requires(ACTION)
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The state of an import, and the report of its dry run or writing."""
    job = log_job(request, pk)
    station = room_of(request, job)
    mapping = mapping_of(station, job)
    report = ImportReport.from_json(job.report)
    tone, mark = state_tone(job)
    context = {
        "job": job,
        "report": report,
        "trail": [to_list(), Link(job.filename)],
        "subtitle": station.name,
        "tone": tone,
        "mark": mark,
        "facts": _facts(job, station, mapping),
        "actions": _actions(request, job, report, mapping),
        "figures": _figures(report, written=job.state == State.DONE) if job.report else [],
        "may_name": job.state == State.MAPPING,
        "may_write": job.state == State.READY,
        "may_cancel": job.state in (State.WAITING, State.CHECKING, State.CONFIRMED),
        "empty_plan": report.clean and not report.created and not report.changed,
        **_lists(report),
        **_progress(job),
    }
    return render(request, "incidents/imports/detail.html", context)


def _lists(report: ImportReport) -> dict[str, Any]:
    """The tables of a report, each up to so many rows, and how many more there are."""
    return {
        "problems": report_table(PROBLEM_COLUMNS, report.problems[:SHOWN_ROWS]),
        "hidden_problems": max(0, report.problem_total - SHOWN_ROWS),
        "flags": report_table(tables.FLAG_COLUMNS, report.flags[:SHOWN_ROWS]),
        "hidden_flags": max(0, report.flag_total - SHOWN_ROWS),
        "changed": report_table(CHANGED_COLUMNS, changed_fields(report.changed_rows)),
        "hidden_changes": max(0, report.changed - SHOWN_CHANGES),
        "stale": report_table(CHANGED_COLUMNS, changed_fields(report.stale_rows)),
        "hidden_stale": max(0, report.stale - SHOWN_CHANGES),
        "created": report_table(CREATED_COLUMNS, report.created_rows[:SHOWN_NEW]),
    }


def _facts(job: ImportJob, station: Station, mapping: LogMapping | None) -> list[Fact]:
    facts = [
        Fact(_("Police room"), station.name),
        Fact(_("File"), job.filename),
        Fact(_("Uploaded"), display(job.created_at)),
        Fact(_("By"), job.created_by.name),
    ]
    if mapping is not None:
        facts.insert(1, Fact(_("Log"), mapping.name))
        facts.append(Fact(_("Time zone of the file"), mapping.zone))
    if job.as_of is not None:
        facts.append(Fact(_("Day of the file"), display(job.as_of)))
    if job.confirmed_by is not None:
        facts.append(Fact(_("Confirmed by"), job.confirmed_by.name))
    if job.finished_at is not None:
        facts.append(Fact(_("Finished"), display(job.finished_at)))
    return facts


def _actions(
    request: HttpRequest, job: ImportJob, report: ImportReport, mapping: LogMapping | None
) -> list[Link]:
    actions = []
    if report.flags or report.problems:
        url = reverse("incidents:import-rows", args=[job.pk])
        actions.append(Link(_("Listed rows as CSV"), url, "download"))
    if job.state == State.READY:
        url = reverse("incidents:import-columns", args=[job.pk])
        actions.append(Link(_("Columns"), url, "settings"))
        if mapping is not None and scope_of(request).allows(ACTION, mapping.org_path):
            url = reverse("incidents:import-words", args=[job.pk])
            actions.append(Link(_("Words"), url, "tags"))
    if job.is_over:
        actions.append(
            Link(_("Import another file"), reverse("incidents:import-new"), "upload", "primary")
        )
    return actions


def _figures(report: ImportReport, *, written: bool) -> list[Figure]:
    bad, stale = report.problem_total, report.stale
    names = (
        (_("Created"), _("Changed")) if written else (_("Would be created"), _("Would be changed"))
    )
    figures = [
        Figure(names[0], f"{report.created:,}"),
        Figure(names[1], f"{report.changed:,}"),
        Figure(_("Unchanged"), f"{report.unchanged:,}"),
        Figure(
            _("Older than here"),
            f"{stale:,}",
            tone="warn" if stale else "",
            mark="△" if stale else "",
        ),
        Figure(_("Listed"), f"{report.flag_total:,}"),
    ]
    if bad:
        figures.append(Figure(_("Bad rows"), bad, tone="bad", mark="▲"))
    return figures


def _progress(job: ImportJob) -> dict[str, Any]:
    """Arguments of components/progress_bar.html."""
    step = progress.read(job.pk) if job.is_running else None
    return {
        "progress_id": f"import-{job.pk}",
        "progress_label": step.label if step else job.get_state_display(),
        "progress_value": step.done if step else "",
        "progress_max": step.total if step and step.total else "",
        "poll_url": reverse("incidents:import-progress", args=[job.pk]),
    }


@require_safe
@requires(ACTION)
def import_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress bar; once the worker is done, the whole page again."""
    job = log_job(request, pk)
    if not job.is_running and getattr(request, "htmx", False):
        return HttpResponseClientRefresh()
    return render(request, "stations/imports/_progress.html", {"job": job, **_progress(job)})


@require_safe
@requires(ACTION)
def import_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """Every row that stops the import or is listed, with line, column, value, reason, remedy."""
    job = log_job(request, pk)
    report = ImportReport.from_json(job.report)
    content = export.csv_bytes(
        columns=[str(column.label) for column in tables.FLAG_COLUMNS],
        rows=export_rows(tables.FLAG_COLUMNS, [*report.problems, *report.flags]),
    )
    stem = job.filename.rsplit(".", 1)[0]
    return export.download(content, f"{stem} {_('listed rows')}.csv")


@require_POST
@requires(ACTION)
def import_commit(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm the dry run; a worker writes all of it, or nothing."""
    job = log_job(request, pk)
    confirm = functools.partial(
        jobs.confirm,
        job=job,
        scope=scope_of(request),
        by=request.user,
        at=timezone.now(),
        options={"apply_stale": request.POST.get("apply_stale") == "1"},
    )
    if done(request, confirm):
        send(job)
        messages.success(request, _("Confirmed. The rows are being written."))
    return redirect("incidents:import-detail", pk=pk)


@require_POST
@requires(ACTION)
def import_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an import up; nothing of it was written."""
    job = log_job(request, pk)
    cancel = functools.partial(jobs.cancel, job=job, by=request.user, at=timezone.now())
    if done(request, cancel):
        messages.success(request, _("Cancelled. Nothing was written."))
    return redirect("incidents:import-detail", pk=pk)
