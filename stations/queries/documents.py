"""Reads of the documents of a station on a day; files are read by the download only."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import (
    DateField,
    DurationField,
    ExpressionWrapper,
    F,
    OuterRef,
    Subquery,
    Value,
)

from policeroom.common.managers import ScopedQuerySet
from policeroom.common.scope import Scope
from stations.enums import DocumentKind
from stations.models import Document, DocumentVersion, Station
from stations.queries.premises import held_rows

#: 第十一条 with 第十四, 十七, 二十三条: the eight institutions the text names.
INSTITUTIONS = (
    DocumentKind.WEEKLY_BRIEFING,
    DocumentKind.MONTHLY_ASSESSMENT,
    DocumentKind.QUARTERLY_CONSULTATION,
    DocumentKind.URGENT_NOTICE,
    DocumentKind.CASE_LINKAGE,
    DocumentKind.FIRST_RECIPIENT,
    DocumentKind.EQUIPMENT_CARE,
    DocumentKind.DUTY_LOG,
)


@dataclass(frozen=True, slots=True)
class InstitutionLine:
    """One of the eight institutions: the document in force, or None where it is missing."""

    label: str
    code: str
    document: Document | None


def documents_on(station: Station, scope: Scope, *, on: dt.date) -> ScopedQuerySet:
    """Documents of a station on a day, each with the version then in effect; no file is read.

    Annotates `version_no`, `version_name`, `version_from`, `version_size` and `expired` (a
    duration, positive once the document has expired).
    """
    versions = (
        DocumentVersion.objects.unscoped("sub-select on the document's own rows")
        .filter(document=OuterRef("pk"), effective_from__lte=on)
        .order_by("-number")
    )
    return held_rows(Document, station, scope, on).annotate(
        version_no=Subquery(versions.values("number")[:1]),
        version_name=Subquery(versions.values("filename")[:1]),
        version_from=Subquery(versions.values("effective_from")[:1]),
        version_size=Subquery(versions.values("size")[:1]),
        expired=ExpressionWrapper(
            Value(on, output_field=DateField()) - F("valid_until"), output_field=DurationField()
        ),
    )


def institution_lines(station: Station, scope: Scope, *, on: dt.date) -> list[InstitutionLine]:
    """The eight institutions with the newest document of each: one query."""
    rows = documents_on(station, scope, on=on).filter(
        kind__in=INSTITUTIONS, version_no__isnull=False
    )
    newest = {row.kind: row for row in rows.order_by("started_on", "id")}
    return [InstitutionLine(str(k.label), k.value, newest.get(k.value)) for k in INSTITUTIONS]


def versions_of(document: Document, scope: Scope) -> ScopedQuerySet:
    """Versions of a document, newest first, without their content."""
    rows = DocumentVersion.objects.within(scope).filter(document=document).defer("content")
    return rows.select_related("recorded_by").order_by("-number")
