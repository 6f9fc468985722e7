"""The coverage pages. Read-only: filter → evaluation → figures."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.catalogue import REASONS, RULES
from compliance.evaluate import Judgement
from policeroom.common import audit, export, throttle
from policeroom.common import tables as lists
from policeroom.common.access import requires, scope_of
from policeroom.common.lists import EXPORT_LIMIT
from policeroom.common.pages import Fact, Link
from policeroom.common.paging import COUNT_CAP, PAGE_SIZE
from reports import tables
from reports.coverage import Area
from reports.forms import CoverageFilter, GapFilter
from reports.headline import finding, headline
from reports.queries import children
from reports.reading import Reading, read, report_of


@requires("coverage.view")
def coverage(request: HttpRequest) -> HttpResponse:
    """Coverage by area: figures, tile grid, ranking, heat table."""
    reading = read(request, CoverageFilter)
    report = report_of(reading)
    whole = reading.filters.whole
    context = {
        "filters": reading.filters,
        "whole": whole,
        "trail": _trail(reading, whole),
        "kpis": headline(report, reading.address),
        "heat": tables.heat_table(report, reading.address),
        "grid": tables.tile_grid(report, reading.address),
        "ranking": tables.ranking(report, reading.address),
        "has_areas": bool(children(reading.known, whole.path)),
        "finding": finding(report),
        "subtitle": _("Articles 4, 6 and 7 · as of %(day)s")
        % {"day": reading.filters.day.isoformat()},
        "is_empty": not reading.evaluation.judgements,
        "may_import": scope_of(request).can("imports.run"),
        "actions": _actions(request, reading),
    }
    return render(request, "reports/coverage.html", context)


@requires("coverage.export")
def coverage_export(request: HttpRequest) -> HttpResponse:
    """The figures of the page as xlsx."""
    refused = throttle.refusal(request, throttle.EXPORT)
    if refused is not None:
        return refused
    reading = read(request, CoverageFilter)
    report = report_of(reading)
    header, rows = tables.sheet(report)
    title = _("Coverage of police rooms")
    notes = [
        _("Scope: %(unit)s") % {"unit": reading.filters.whole.name},
        _("As of: %(instant)s") % {"instant": reading.filters.day.isoformat()},
    ]
    _audit_export(request, "coverage", len(rows))
    content = export.xlsx_bytes(title=title, columns=header, rows=rows, notes=notes)
    return export.download(content, f"{title} {reading.filters.day}.xlsx")


@requires("coverage.view")
def gap_list(request: HttpRequest) -> HttpResponse:
    """The rows behind a figure: subjects with rule, place, measured, required and reason."""
    refused = throttle.refusal(request, throttle.EXPORT) if "export" in request.GET else None
    if refused is not None:
        return refused
    reading = read(request, GapFilter)
    rows = _chosen(reading)
    on = reading.filters.day
    query = f"on={on}" if on != reading.filters.today else ""
    columns = tables.gap_columns(reading.known, query)
    if request.GET.get("export"):
        return _export_gaps(request, columns, rows, reading)
    page, cursor = tables.page_after(rows, request.GET.get("cursor", ""), PAGE_SIZE)
    count = len(rows)
    context = {
        "filters": reading.filters,
        "whole": reading.filters.whole,
        "subtitle": _("Campuses, universities and rooms with the reason · as of %(day)s")
        % {"day": on.isoformat()},
        "table": lists.render(
            columns,
            page,
            params=request.GET,
            caption=_("Gaps"),
            next_cursor=cursor,
            count_text=f"{COUNT_CAP}+" if count > COUNT_CAP else str(count),
        ),
        "may_export": scope_of(request).can("coverage.export"),
    }
    if getattr(request, "htmx", False) and request.GET.get("cursor"):
        return render(request, "components/table_rows.html", context)
    return render(request, "reports/gaps.html", context)


@requires("coverage.view")
def subject(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Why one campus, university or station passes or fails: article, reading, values, records."""
    reading = read(request, CoverageFilter)
    found = [
        item
        for item in reading.evaluation.judgements
        if item.subject.kind == kind and item.subject.pk == pk
    ]
    if not found:
        raise Http404
    first = found[0].subject
    place = " · ".join(
        reading.known[first.path[:width]].name
        for width in (4, 6)
        if first.path[:width] in reading.known and len(first.path) >= width
    )
    context = {
        "subject": first,
        "trail": [
            Link(_("Gaps"), reading.address.gaps(rule="", path="")),
            Link(first.name),
        ],
        "subtitle": _("%(place)s · as of %(day)s") % {"place": place, "day": reading.filters.day},
        "verdicts": [_explained(item) for item in found],
        "actions": [Link(_("Open the record"), _record_url(kind, pk), "file")],
        "records": _records(reading, kind, pk, request),
    }
    return render(request, "reports/subject.html", context)


def _chosen(reading: Reading[GapFilter]) -> list[Judgement]:
    filters = reading.filters
    rule, whole = filters.cleaned_data.get("rule"), filters.whole
    return [
        item
        for item in reading.evaluation.judgements
        if item.verdict.status in filters.statuses
        and (not rule or item.verdict.rule_id == rule)
        and item.subject.path.startswith(whole.path)
        and (
            not filters.level_code
            or not item.subject.level
            or item.subject.level == filters.level_code
        )
    ]


def _export_gaps(
    request: HttpRequest, columns: Any, rows: list[Judgement], reading: Reading[GapFilter]
) -> HttpResponse:
    ordered = sorted(rows, key=tables.gap_key)[:EXPORT_LIMIT]
    _audit_export(request, "gaps", len(ordered))
    heads = [str(column.label) for column in columns]
    values = lists.export_rows(columns, ordered)
    title = _("Gaps")
    name = f"{title} {reading.filters.day}"
    if request.GET["export"] == "csv":
        return export.download(export.csv_bytes(columns=heads, rows=values), f"{name}.csv")
    notes = [_("Scope: %(unit)s") % {"unit": reading.filters.whole.name}]
    content = export.xlsx_bytes(title=title, columns=heads, rows=values, notes=notes)
    return export.download(content, f"{name}.xlsx")


def _audit_export(request: HttpRequest, what: str, rows: int) -> None:
    root = scope_of(request).root
    audit.record(
        "coverage.export",
        by=request.user,
        org_path=root.path if root else "",
        after={"list": what, "rows": rows, "query": request.GET.urlencode()},
    )


def _trail(reading: Reading[CoverageFilter], whole: Area) -> list[Link]:
    steps = [whole.path[:width] for width in (2, 4, 6) if width < len(whole.path)]
    return [
        Link(reading.filters.known[path].name, reading.address.area(path))
        for path in steps
        if path in reading.filters.known
    ]


def _explained(item: Judgement) -> dict[str, Any]:
    rule, verdict = RULES[item.verdict.rule_id], item.verdict
    tone, mark = tables.STATUS_TONES[verdict.status]
    return {
        "heading": f"{rule.rule_id} {rule.title}",
        "facts": [
            Fact(_("Verdict"), tables.STATUS_LABELS[verdict.status], tone=tone, mark=mark),
            Fact(_("Reason"), REASONS[verdict.reason]),
            Fact(_("Measured"), f"{lists.display(verdict.measured)} {rule.unit}"),
            Fact(_("Required"), f"{lists.display(verdict.required)} {rule.unit}"),
            Fact(_("Article"), rule.article),
            Fact(_("Severity"), rule.severity),
            Fact(_("Reading taken"), rule.reading),
            Fact(_("Bound"), rule.bound),
        ],
    }


def _actions(request: HttpRequest, reading: Reading[CoverageFilter]) -> list[Link]:
    actions = []
    if scope_of(request).can("coverage.export"):
        url = f"{reverse('reports:coverage-export')}?{request.GET.urlencode()}"
        actions.append(Link(_("Export Excel"), url, "file-spreadsheet"))
    gaps = reading.address.gaps(rule="", path=reading.filters.whole.path)
    actions.append(Link(_("List the gaps"), gaps, "list", "primary"))
    return actions


_RECORD_PAGES = {
    "university": "stations:university-detail",
    "campus": "stations:campus-detail",
    "station": "stations:detail",
}


def _record_url(kind: str, pk: int) -> str:
    return reverse(_RECORD_PAGES[kind], args=[pk])


def _records(
    reading: Reading[CoverageFilter], kind: str, pk: int, request: HttpRequest
) -> list[Link]:
    """The records a verdict came from, those the reader may open."""
    facts, scope = reading.evaluation.facts, scope_of(request)
    campuses = []
    if kind == "university" and pk in facts.universities:
        campuses = facts.universities[pk].campuses
    elif kind == "campus" and pk in facts.campuses:
        campuses = [facts.campuses[pk]]
    rows = []
    for campus in campuses:
        if kind == "university" and scope.covers(campus.path):
            rows.append(Link(campus.name, _record_url("campus", campus.pk)))
        rows += [
            Link(room.name, _record_url("station", room.pk))
            for room in (*campus.rooms, *campus.centers)
            if scope.covers(room.path)
        ]
    return rows
