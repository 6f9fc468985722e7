"""Reads about imports: the history with the numbers of each report."""

from __future__ import annotations

from django.db.models import IntegerField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from policeroom.common.managers import ScopedQuerySet
from policeroom.common.scope import Scope
from stations.imports.registry import LISTS
from stations.models import ImportJob

#: Annotation -> key of the report.
_COUNTS = {
    "created_count": "created",
    "changed_count": "changed",
    "unchanged_count": "unchanged",
    "problem_count": "problem_total",
}


def job_rows(scope: Scope) -> ScopedQuerySet:
    """Imports the reader may see, with the counts of their reports; file and report stay away."""
    counts = {name: Cast(KT(f"report__{key}"), IntegerField()) for name, key in _COUNTS.items()}
    rows = ImportJob.objects.within(scope, action="imports.run").filter(kind__in=list(LISTS))
    rows = rows.defer("content", "report")
    return rows.select_related("created_by").annotate(**counts)
