"""Screens of log imports: what the columns are, and what the words mean."""

from __future__ import annotations

import functools
import zoneinfo
from collections import Counter
from collections.abc import Mapping

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.access import scope_of
from incidents.forms.imports import ZONES, LogColumnsForm, LogWordsForm
from incidents.imports.fields import LogField, propose
from incidents.imports.header import LogHeader, find_log_header, samples, word_counts
from incidents.imports.proposal import columns_of, proposed_order
from incidents.imports.words import Words
from incidents.models import LogMapping
from incidents.queries.imports import ACTION
from incidents.services.imports import SETTINGS, assign_words, save_mapping, use_mapping
from incidents.tables import imports as tables
from incidents.views.imports import log_job, mapping_of, room_of, to_list
from policeroom.common.access import requires
from policeroom.common.forms import attempt
from policeroom.common.pages import Link
from stations.imports.cells import RefusedFileError, Table, read_tables
from stations.models import ImportJob, Station
from stations.views.imports import done, send

State = ImportJob.State
#: While the columns of a file may be named, or named anew.
OPEN_STATES = (State.MAPPING, State.READY)


@requires(ACTION)
def import_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the columns are: as the words of the header suggest, or as they were saved."""
    job = log_job(request, pk, with_file=True)
    if job.state not in OPEN_STATES:
        return redirect("incidents:import-detail", pk=pk)
    station = room_of(request, job)
    try:
        table, header = find_log_header(read_tables(bytes(job.content)))
    except RefusedFileError as refusal:
        messages.error(request, refusal.problem.reason)
        return redirect("incidents:import-detail", pk=pk)
    mapping = mapping_of(station, job)
    form = LogColumnsForm(
        request.POST if request.method == "POST" else None,
        station=station,
        scope=scope_of(request),
        names=header.names,
        samples=samples(table, header),
        initial=_initial(station, job, table, header, mapping),
    )
    saved = attempt(form, lambda: _save_columns(request, form, station, header))
    if saved is not None:
        return _go_on(request, job, station, saved, table, header)
    context = {
        "form": form,
        "job": job,
        "zones": ZONES,
        "title": _("Columns of the log"),
        "trail": [to_list(), Link(job.filename, tables.job_url(job)), Link(_("Columns"))],
        "cancel_url": tables.job_url(job),
        "rows": len(table.lines) - 1,
    }
    return render(request, "incidents/imports/columns.html", context)


def _initial(
    station: Station, job: ImportJob, table: Table, header: LogHeader, mapping: LogMapping | None
) -> dict[str, str]:
    """What stands in the form at first."""
    if mapping is not None:
        field_of = {column["key"]: column["field"] for column in mapping.columns}
        fields = [field_of.get(key, "") for key in header.keys]
        found = {name: getattr(mapping, name) for name in SETTINGS}
        found |= {"name": mapping.name, "unit": mapping.org_path}
    else:
        fields = propose(header.keys)
        zone = zoneinfo.ZoneInfo(timezone.get_default_timezone_name())
        order = proposed_order(
            table, header, columns_of(header, fields), zone=zone, today=timezone.localdate()
        )
        found = {name: getattr(LogMapping(), name) for name in SETTINGS}
        found |= {"name": "", "unit": station.org_path, "zone": zone.key, "date_order": order}
    return {**found, **{f"column-{place}": field for place, field in enumerate(fields)}}


def _save_columns(
    request: HttpRequest, form: LogColumnsForm, station: Station, header: LogHeader
) -> LogMapping:
    data = form.cleaned_data
    return save_mapping(
        station=station,
        unit_path=data["unit"],
        name=data["name"],
        fingerprint=header.fingerprint,
        columns=columns_of(header, form.chosen()),
        scope=scope_of(request),
        by=request.user,
        **{name: data[name] for name in SETTINGS},
    )


def _go_on(
    request: HttpRequest,
    job: ImportJob,
    station: Station,
    mapping: LogMapping,
    table: Table,
    header: LogHeader,
) -> HttpResponse:
    """To the dry run; by way of the words, where the log has some nobody has assigned."""
    words = Words(mapping, station.org_path)
    counts = _counts(mapping, table, header)
    open_words = any(_unassigned(words, kind, found) for kind, found in counts.items())
    use = functools.partial(
        use_mapping, job=job, mapping=mapping, scope=scope_of(request), start=not open_words
    )
    if not done(request, use):
        return redirect("incidents:import-detail", pk=job.pk)
    if open_words:
        return redirect("incidents:import-words", pk=job.pk)
    send(job)
    messages.success(request, _("Saved. The file is being checked; nothing is written."))
    return redirect("incidents:import-detail", pk=job.pk)


def _counts(mapping: LogMapping, table: Table, header: LogHeader) -> dict[str, Counter[str]]:
    """Words of the columns that need a code, with how often they stand there."""
    field_of = {column["key"]: column["field"] for column in mapping.columns}
    fields = [field_of.get(key, "") for key in header.keys]
    return {
        str(field): word_counts(table, header, fields.index(field))
        for field in (LogField.CATEGORY, LogField.DISPOSITION)
        if field in fields
    }


def _unassigned(words: Words, kind: str, counts: Mapping[str, int]) -> bool:
    look_up = words.category if kind == LogField.CATEGORY else words.disposition
    for word in counts:
        look_up(word)
    return bool(words.unknown[kind])


@requires(ACTION)
def import_words(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which of our categories and dispositions the words of the log stand for."""
    job = log_job(request, pk, with_file=True)
    station = room_of(request, job)
    mapping = mapping_of(station, job)
    if job.state not in OPEN_STATES or mapping is None:
        return redirect("incidents:import-detail", pk=pk)
    if not scope_of(request).allows(ACTION, mapping.org_path):
        raise PermissionDenied
    table, header = find_log_header(read_tables(bytes(job.content)), mapping.fingerprint)
    form = LogWordsForm(
        request.POST if request.method == "POST" else None,
        words=Words(mapping, station.org_path),
        counts=_counts(mapping, table, header),
    )
    saved = attempt(form, lambda: _save_words(request, job, mapping, form))
    if saved is not None:
        send(job)
        messages.success(request, _("Saved. The file is being checked; nothing is written."))
        return redirect("incidents:import-detail", pk=pk)
    context = {
        "form": form,
        "job": job,
        "title": _("Words of the log"),
        "trail": [to_list(), Link(job.filename, tables.job_url(job)), Link(_("Words"))],
        "cancel_url": tables.job_url(job),
    }
    return render(request, "incidents/imports/words.html", context)


def _save_words(
    request: HttpRequest, job: ImportJob, mapping: LogMapping, form: LogWordsForm
) -> ImportJob:
    scope = scope_of(request)
    mapping = assign_words(mapping=mapping, words=form.assigned(), scope=scope, by=request.user)
    return use_mapping(job=job, mapping=mapping, scope=scope)
