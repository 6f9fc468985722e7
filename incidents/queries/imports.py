"""Reads about log imports: jobs, mappings for a header, rooms one may import for."""

from __future__ import annotations

from django.db.models import IntegerField, OuterRef, Q, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Length

from incidents.models import LogMapping
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.scope import PATH_LENGTH, SEGMENTS, Scope
from stations.models import ImportJob, Station

ACTION = "incidents.import"

#: Annotation -> key of the report.
_COUNTS = {
    "created_count": "created",
    "changed_count": "changed",
    "unchanged_count": "unchanged",
    "stale_count": "stale",
    "flag_count": "flag_total",
    "problem_count": "problem_total",
}


def log_jobs(scope: Scope) -> ScopedQuerySet:
    """Log imports of rooms the reader may import for; file and report stay away."""
    counts = {name: Cast(KT(f"report__{key}"), IntegerField()) for name, key in _COUNTS.items()}
    rows = ImportJob.objects.within(scope, action=ACTION).filter(kind=ImportJob.Kind.INCIDENTS)
    rows = rows.defer("content", "report").select_related("created_by")
    names = Station.objects.unscoped("the room of an import within the scope")
    room = names.filter(org_path=OuterRef("org_path")).values("name")[:1]
    return rows.annotate(room_name=Subquery(room), **counts)


def rooms(scope: Scope) -> ScopedQuerySet:
    """Police rooms the reader may import a log for."""
    return Station.objects.within(scope, action=ACTION).order_by("org_path", "id")


def paths_above(org_path: str) -> list[str]:
    """Paths of a unit and of everything above it, the unit itself first."""
    ends = [sum(SEGMENTS[: depth + 1]) for depth in range(len(SEGMENTS))]
    return [org_path[:end] for end in reversed(ends) if end <= min(len(org_path), PATH_LENGTH)]


def mappings_for(station: Station) -> ScopedQuerySet:
    """Mappings that hold for a room: its own and those of the units above, the nearest first."""
    rows = LogMapping.objects.unscoped("mappings of the units above hold for the room below")
    rows = rows.filter(Q(org_path__in=paths_above(station.org_path)))
    return rows.order_by(Length("org_path").desc(), "-updated_at", "-id")


def mapping_for(station: Station, fingerprint: str, name: str = "") -> LogMapping | None:
    """The nearest mapping with this header; with `name`, of this log."""
    rows = mappings_for(station).filter(fingerprint=fingerprint)
    return (rows.filter(name=name) if name else rows).first()
