"""What one request asks of the coverage report: filter, places, verdicts. Page and API share it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.http import Http404, HttpRequest
from django.utils import timezone

from compliance.evaluate import Evaluation, evaluate_coverage
from policeroom.common.access import scope_of
from reports import tables
from reports.coverage import Area, CoverageReport, build_report
from reports.forms import CoverageFilter
from reports.queries import children, places

Filter = TypeVar("Filter", bound=CoverageFilter)


@dataclass(frozen=True, slots=True)
class Reading(Generic[Filter]):
    """One request's filter and the verdicts it asks for."""

    filters: Filter
    known: dict[str, Area]
    evaluation: Evaluation
    address: tables.Address


def read(request: HttpRequest, form: type[Filter]) -> Reading[Filter]:
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


def report_of(reading: Reading[Filter]) -> CoverageReport:
    """The figures of the chosen area by the areas below it."""
    whole = reading.filters.whole
    return build_report(
        reading.evaluation,
        whole=whole,
        areas=children(reading.known, whole.path),
        level=reading.filters.level_code,
    )
