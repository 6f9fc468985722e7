"""Reads of running clocks, and of the history of a record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import models
from django.db.models import OuterRef, Q, QuerySet, Subquery

from incidents.deadline_kinds import URGENT_OMISSION
from policeroom.common.deadlines import DeadlineKind
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.models import AuditEvent, Deadline
from policeroom.common.scope import Scope
from stations.enums import UnitKind
from stations.models import OrgUnit

#: Acts a record's page shows, newest first.
HISTORY_LIMIT = 100


def clock_rows(scope: Scope, *, now: dt.datetime) -> ScopedQuerySet:
    """Clocks in view that count, with `room`, the name of the room: one query.

    The clock that says from when a report counts as omitted shows once it has run out; until then
    the one of the report itself says what is to be done.
    """
    rooms = OrgUnit.objects.unscoped("names of the rooms of clocks in view").filter(
        org_path=OuterRef("org_path"), kind=UnitKind.STATION
    )
    return (
        Deadline.objects.within(scope, action="incidents.view")
        .filter(cancelled_at__isnull=True)
        .exclude(_waits(now))
        .annotate(room=Subquery(rooms.values("name")[:1]))
    )


def _waits(now: dt.datetime) -> Q:
    """Condition: says from when a report counts as omitted, and has not run out."""
    return Q(kind=URGENT_OMISSION.code) & (Q(due_at__gte=now) | Q(done_at__isnull=False))


def clocks_of(subjects: Iterable[models.Model], *, now: dt.datetime) -> list[Deadline]:
    """Every clock of the given records that the list would show, or that ended: one query."""
    condition = Q(pk__in=[])
    for subject in subjects:
        condition |= Q(object_type=subject._meta.label_lower, object_id=subject.pk)
    rows = Deadline.objects.unscoped("clocks of a record its caller fetched through the scope")
    return list(rows.filter(condition).exclude(_waits(now)).order_by("due_at", "id"))


def with_due(rows: ScopedQuerySet, kind: DeadlineKind, model: type[models.Model]) -> ScopedQuerySet:
    """Annotate `clock_due`: when the clock of each row ends."""
    clocks = Deadline.objects.unscoped("clocks of rows in view").filter(
        kind=kind.code, object_type=model._meta.label_lower, object_id=OuterRef("pk")
    )
    return rows.annotate(clock_due=Subquery(clocks.values("due_at")[:1]))


def history_of(record: models.Model) -> QuerySet[AuditEvent]:
    """What was done to a record, newest first."""
    rows = AuditEvent.objects.unscoped("acts on a record its caller fetched through the scope")
    found: QuerySet[AuditEvent] = rows.filter(
        object_type=record._meta.label_lower, object_id=str(record.pk)
    ).order_by("-id")
    return found[:HISTORY_LIMIT]


def overdue_count(scope: Scope, *, now: dt.datetime, cap: int = 99) -> int:
    """Clocks in view that have run out, counted up to `cap` + 1."""
    rows = clock_rows(scope, now=now).filter(done_at__isnull=True, due_at__lt=now)
    return rows.order_by().values("pk")[: cap + 1].count()
