"""The statistics: filter → figures → lines, drawings, spreadsheet. Read-only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.access import scope_of
from incidents.forms.statistics import Spans, StatisticsFilter
from incidents.models import Category
from incidents.queries import statistics as queries
from incidents.queries.board import holding
from incidents.queries.statistics_periods import DAYS, Period
from incidents.tables import statistics as lines
from incidents.tables import statistics_charts as charts
from incidents.tables.statistics_words import findings, headline
from policeroom.common import audit, export, throttle
from policeroom.common.access import requires
from policeroom.common.pages import Link
from policeroom.common.scope import Scope
from stations.models import OrgUnit

#: Length of the reader's path -> length of the paths of the areas below it.
BELOW = {2: 4, 4: 6, 6: 10, 10: 10}


@dataclass(frozen=True, slots=True)
class Reading:
    """One request's filter with every figure it asks for."""

    filters: StatisticsFilter
    scope: Scope
    spans: Spans
    width: int
    counts: list[queries.Counts]
    hours: Any
    response: queries.Response
    course: list[list[int]]
    address: lines.Address


@requires("incidents.view")
def statistics(request: HttpRequest) -> HttpResponse:
    """What happened in a period, against the one before and the year before."""
    reading = _read(request, "incidents.view")
    spans, address = reading.spans, reading.address
    tables = _tables(reading)
    context = {
        "filters": reading.filters,
        "subtitle": _subtitle(request, reading),
        "spans": spans,
        "kpis": headline(tables["total"], reading.response, reading.hours, address, spans.seen),
        "findings": findings(tables, reading.response, reading.hours),
        "has_calls": any(counts.total() for counts in reading.counts),
        "unknown_days": queries.unknown_days(reading.scope),
        "unknown_hours": lines.unknown_hours(reading.hours),
        "response": lines.response_lines(reading.response, address, spans.seen),
        "response_bars": charts.histogram(
            [(label, n, "") for label, n in lines.response_bars(reading.response)]
        ),
        "hour_bars": charts.histogram(lines.hour_bars(reading.hours, address, spans.seen), every=3),
        "weekdays": lines.weekday_rows(reading.hours, address, spans.seen),
        "blocks": lines.block_labels(),
        "course": _course(reading),
        "places": _places(reading),
        "actions": _actions(request),
        **tables,
    }
    return render(request, "incidents/statistics.html", context)


@requires("incidents.export")
def statistics_export(request: HttpRequest) -> HttpResponse:
    """The same figures as a spreadsheet."""
    refused = throttle.refusal(request, throttle.EXPORT)
    if refused is not None:
        return refused
    reading = _read(request, "incidents.export")
    tables = _tables(reading)
    head = [_("Figure"), _("What"), _("This period"), _("Previous period"), _("Year before")]
    rows: list[list[Any]] = []
    for name, group in _groups(tables):
        rows += [[name, line.label, line.now, line.before, line.year_before] for line in group]
    rows += [
        [_("Hour"), label, n]
        for label, n, _url in lines.hour_bars(reading.hours, reading.address, reading.spans.seen)
    ]
    rows += [
        [_("Weekday"), row["label"], row["total"]]
        for row in lines.weekday_rows(reading.hours, reading.address, reading.spans.seen)
    ]
    rows += [
        [_("Response time"), label, n]
        for label, n, _url in lines.response_lines(
            reading.response, reading.address, reading.spans.seen
        )
    ]
    for share, label in ((0.5, _("median (minutes)")), (0.9, _("90 % within (minutes)"))):
        rows.append([_("Response time"), label, reading.response.percentile(share)])
    title = _("Statistics of calls")
    notes = [_subtitle(request, reading), *_span_notes(reading.spans)]
    audit.record(
        "export",
        by=request.user,
        org_path=reading.scope.root.path if reading.scope.root else "",
        after={"list": "incidents.statistics", "rows": len(rows), "query": request.GET.urlencode()},
    )
    content = export.xlsx_bytes(title=title, columns=head, rows=rows, notes=notes)
    return export.download(content, f"{title} {reading.spans.seen.start}.xlsx")


def _read(request: HttpRequest, action: str) -> Reading:
    """Raises: Http404 if an area outside the scope is asked for, as for one that does not exist."""
    today = timezone.localdate()
    filters = StatisticsFilter(request.GET, scope=scope_of(request), today=today)
    filters.is_valid()
    if "area" in filters.errors:
        raise Http404
    scope, spans = holding(filters.narrow_scope, action), filters.spans
    width = BELOW[min((len(low) for low, _high in scope.ranges), default=10)]
    periods = [_counted(spans), spans.before, spans.year_before]
    return Reading(
        filters,
        scope,
        spans,
        width,
        [queries.counts(scope, period, width=width) for period in periods],
        queries.hours(scope, _counted(spans)),
        queries.response(scope, _counted(spans)),
        queries.course(scope, [spans.seen, spans.before, spans.year_before]),
        lines.Address(filters.cleaned_data.get("area", "")),
    )


def _counted(spans: Spans) -> Period:
    """The whole calendar period: nothing lies in the future, and whole months are one read."""
    return spans.seen if spans.kind == DAYS else spans.whole


def _tables(reading: Reading) -> dict[str, Any]:
    """Every group of lines, by name."""
    period, address = reading.spans.seen, reading.address
    categories = [
        (row.pk, row.parent_id, row.code, str(row)) for row in Category.objects.order_by("sort")
    ]
    link: Callable[[str], str] = lambda path: lines.Address(path).list(period)  # noqa: E731 -- one line
    return {
        "total": lines.total_line(reading.counts, address, period),
        "kinds": lines.kind_lines(reading.counts, address, period),
        "categories": lines.category_lines(reading.counts, categories, address, period),
        "areas": lines.area_lines(reading.counts, _area_names(reading), link)
        if reading.width < 10 or len({key[0] for key in reading.counts[0]}) > 1
        else [],
    }


def _groups(tables: dict[str, Any]) -> list[tuple[str, list[lines.Line]]]:
    parts = [[line, *line.parts] for line in tables["categories"]]
    return [
        (_("All calls"), [tables["total"]]),
        (_("Kind"), tables["kinds"]),
        (_("Category"), [line for group in parts for line in group]),
        (_("Area"), tables["areas"]),
    ]


def _area_names(reading: Reading) -> dict[str, str]:
    paths = {key[0] for counts in reading.counts for key in counts}
    units = OrgUnit.objects.within(reading.scope).filter(org_path__in=paths)
    names = {}
    for unit in units.order_by("pk"):
        if unit.is_line:
            names[unit.org_path] = unit.area_name or unit.name
    return names


def _places(reading: Reading) -> list[tuple[str, int, str]] | None:
    """Place, calls, address; None above the county, where places of rooms say nothing."""
    if not queries.is_small(reading.scope):
        return None
    period = reading.spans.seen
    return [
        (name, n, reading.address.list(period, place=name))
        for name, n in queries.places(reading.scope, period)
    ]


def _course(reading: Reading) -> charts.Course:
    spans = reading.spans
    daily = queries.by_day(spans.seen)
    ticks = [
        f"{day:%m-%d}" if daily else f"{day:%Y-%m}"
        for day in queries.steps(spans.seen, daily=daily)
    ]
    labels = (_("This period"), _("Previous period"), _("Year before"))
    return charts.course(list(zip(labels, reading.course, strict=True)), ticks)


def _subtitle(request: HttpRequest, reading: Reading) -> str:
    root = scope_of(request).root
    area = reading.filters.cleaned_data.get("area", "")
    name = reading.filters.area_names.get(area) or (root.unit_name if root else "")
    return _("%(area)s · %(start)s to %(end)s") % {
        "area": name,
        "start": reading.spans.seen.start,
        "end": reading.spans.seen.last,
    }


def _span_notes(spans: Spans) -> list[str]:
    return [
        _("Before: %(start)s to %(end)s") % {"start": spans.before.start, "end": spans.before.last},
        _("Year before: %(start)s to %(end)s")
        % {"start": spans.year_before.start, "end": spans.year_before.last},
    ]


def _actions(request: HttpRequest) -> list[Link]:
    if not scope_of(request).can("incidents.export"):
        return []
    url = f"{reverse('incidents:statistics-export')}?{request.GET.urlencode()}"
    return [Link(_("Export Excel"), url, "file-spreadsheet")]
