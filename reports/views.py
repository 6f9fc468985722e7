"""The coverage pages. Read-only: filter → evaluation → figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance.catalogue import REASONS, RULES
from compliance.evaluate import Evaluation, Judgement, evaluate_coverage
from policeroom.common import audit, export
from policeroom.common import tables as lists
from policeroom.common.access import requires, scope_of
from policeroom.common.lists import EXPORT_LIMIT
from policeroom.common.paging import COUNT_CAP, PAGE_SIZE
from reports import tables
from reports.coverage import Area, CoverageReport, build_report
from reports.forms import CoverageFilter, GapFilter
from reports.queries import children, places


@dataclass(frozen=True, slots=True)
class Reading:
    """One request's filter and the verdicts it asks for."""

    filters: CoverageFilter
    known: dict[str, Area]
    evaluation: Evaluation
    address: tables.Address


def read(request: HttpRequest, form: type[CoverageFilter]) -> Reading:
    """Bind the filter and evaluate its day within the reader's scope.

    Raises: Http404 if an area outside the scope is asked for, as for one that does not exist.
    """
    scope = scope_of(request)
    known = places(scope)
    today = timezone.localdate()
    filters = form(request.GET, scope=scope, known=known, today=today)
    filters.is_valid()
    if "area" in filters.errors:
        raise Http404
    evaluation = evaluate_coverage(day=filters.day, scope=scope)
    return Reading(
        filters, known, evaluation, tables.Address(filters.day, today, filters.level_code)
    )


def report_of(reading: Reading) -> CoverageReport:
    """The figures of the chosen area by the areas below it."""
    whole = reading.filters.whole
    return build_report(
        reading.evaluation,
        whole=whole,
        areas=children(reading.known, whole.path),
        level=reading.filters.level_code,
    )


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
        "kpis": _kpis(report, reading),
        "heat": tables.heat_table(report, reading.address),
        "grid": tables.tile_grid(report, reading.address),
        "ranking": tables.ranking(report, reading.address),
        "has_areas": bool(children(reading.known, whole.path)),
        "finding": _finding(report),
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
            {"label": _("Gaps"), "url": reading.address.gaps(rule="", path="")},
            {"label": first.name, "url": ""},
        ],
        "subtitle": _("%(place)s · as of %(day)s") % {"place": place, "day": reading.filters.day},
        "verdicts": [_explained(item) for item in found],
        "actions": [{"label": _("Open the record"), "url": _record_url(kind, pk), "icon": "file"}],
        "records": _records(reading, kind, pk, request),
    }
    return render(request, "reports/subject.html", context)


def _chosen(reading: Reading) -> list[Judgement]:
    filters = reading.filters
    assert isinstance(filters, GapFilter)  # noqa: S101 -- narrows the type for mypy
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
    request: HttpRequest, columns: Any, rows: list[Judgement], reading: Reading
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


def _trail(reading: Reading, whole: Area) -> list[dict[str, str]]:
    steps = [whole.path[:width] for width in (2, 4, 6) if width < len(whole.path)]
    return [
        {"label": reading.filters.known[path].name, "url": reading.address.area(path)}
        for path in steps
        if path in reading.filters.known
    ]


def _kpis(report: CoverageReport, reading: Reading) -> list[dict[str, Any]]:
    total, path, address = report.total, reading.filters.whole.path, reading.address
    covered, own = total.tallies["JS-04-1"], total.tallies["JS-06-1"]
    designated, centers = total.tallies["JS-06-2"], total.tallies["JS-06-4"]
    small = total.tallies["JS-07-1"].failed + total.tallies["JS-07-2"].failed
    unmeasured = total.tallies["JS-07-1"].unknown + total.tallies["JS-07-2"].unknown
    return [
        {
            "label": _("Universities that need a room"),
            "value": str(total.universities),
            "detail": _("%(n)d outside the count") % {"n": report.outside_denominator},
        },
        {
            "label": _("Covered"),
            "value": covered.rate_text,
            "unit": "%" if covered.rate is not None else "",
            "detail": _("%(n)d not covered") % {"n": covered.failed},
            "tone": _tone(covered.failed),
            "url": address.gaps(rule="JS-04-1", path=path),
        },
        {
            "label": _("Undergraduate campuses without own room"),
            "value": str(own.failed),
            "detail": _("of %(n)d campuses") % {"n": own.judged},
            "tone": _tone(own.failed),
            "url": address.gaps(rule="JS-06-1", path=path),
        },
        {
            "label": _("Designated colleges without own room"),
            "value": str(designated.failed),
            "detail": _("of %(n)d designated") % {"n": designated.judged},
            "tone": _tone(designated.failed),
            "url": address.gaps(rule="JS-06-2", path=path),
        },
        {
            "label": _("Centres that serve too few"),
            "value": str(centers.failed),
            "detail": _("of %(n)d centres") % {"n": centers.judged},
            "tone": _tone(centers.failed),
            "url": address.gaps(rule="JS-06-4", path=path),
        },
        {
            "label": _("Rooms below the minimum area"),
            "value": str(small),
            "detail": _("%(n)d not measured") % {"n": unmeasured},
            "tone": _tone(small),
            "url": address.gaps(rule="JS-07-1", path=path),
        },
    ]


def _tone(gaps: int) -> str:
    return "bad" if gaps else ""


def _explained(item: Judgement) -> dict[str, Any]:
    rule, verdict = RULES[item.verdict.rule_id], item.verdict
    tone, mark = tables.STATUS_TONES[verdict.status]
    status = {"label": _("Verdict"), "text": tables.STATUS_LABELS[verdict.status]}
    return {
        "heading": f"{rule.rule_id} {rule.title}",
        "facts": [
            {**status, "tone": tone, "mark": mark},
            {"label": _("Reason"), "text": REASONS[verdict.reason]},
            {"label": _("Measured"), "text": f"{lists.display(verdict.measured)} {rule.unit}"},
            {"label": _("Required"), "text": f"{lists.display(verdict.required)} {rule.unit}"},
            {"label": _("Article"), "text": rule.article},
            {"label": _("Severity"), "text": rule.severity},
            {"label": _("Reading taken"), "text": rule.reading},
            {"label": _("Bound"), "text": rule.bound},
        ],
    }


def _finding(report: CoverageReport) -> str:
    """The title of the charts: what they say, not what they measure."""
    rated = [
        line
        for line in report.areas
        if line.tallies["JS-04-1"].rate is not None and line.area.path != report.total.area.path
    ]
    if not rated:
        return _("No university is counted here")
    full = sum(line.tallies["JS-04-1"].failed == 0 for line in rated)
    lowest = min(rated, key=lambda line: line.tallies["JS-04-1"].rate or 0)
    if full == len(rated):
        return _("All %(n)d areas are fully covered") % {"n": full}
    return _("%(full)d of %(all)d areas fully covered; lowest: %(name)s %(rate)s%%") % {
        "full": full,
        "all": len(rated),
        "name": lowest.area.name,
        "rate": lowest.tallies["JS-04-1"].rate_text,
    }


def _actions(request: HttpRequest, reading: Reading) -> list[dict[str, str]]:
    actions = []
    if scope_of(request).can("coverage.export"):
        url = f"{reverse('reports:coverage-export')}?{request.GET.urlencode()}"
        actions.append({"label": _("Export Excel"), "url": url, "icon": "file-spreadsheet"})
    gaps = reading.address.gaps(rule="", path=reading.filters.whole.path)
    actions.append({"label": _("List the gaps"), "url": gaps, "icon": "list", "tone": "primary"})
    return actions


_RECORD_PAGES = {
    "university": "stations:university-detail",
    "campus": "stations:campus-detail",
    "station": "stations:detail",
}


def _record_url(kind: str, pk: int) -> str:
    return reverse(_RECORD_PAGES[kind], args=[pk])


def _records(reading: Reading, kind: str, pk: int, request: HttpRequest) -> list[dict[str, Any]]:
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
            rows.append({"label": campus.name, "url": _record_url("campus", campus.pk)})
        rows += [
            {"label": room.name, "url": _record_url("station", room.pk)}
            for room in (*campus.rooms, *campus.centers)
            if scope.covers(room.path)
        ]
    return rows
