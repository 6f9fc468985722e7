"""Reads of vacancies with their clock."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, Value, When

from personnel.deadline_kinds import REFILL
from personnel.models import Person, Vacancy
from personnel.queries.staff import primary_posts
from policeroom.common.clock import ClockStatus, deadline_status
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.models import Deadline
from policeroom.common.scope import Scope

OPEN = Q(filled_on__isnull=True, withdrawn_on__isnull=True)


def vacancy_rows(scope: Scope, *, action: str = "people.view") -> ScopedQuerySet:
    """Vacancies where the reader holds `action`, each with the instants of its clock."""
    clock = Deadline.objects.unscoped("the clock of a vacancy in view").filter(
        kind__in=[kind.code for kind, _parameter in REFILL.values()],
        object_type=Vacancy._meta.label_lower,
        object_id=OuterRef("pk"),
    )
    return (
        Vacancy.objects.within(scope, action=action)
        .select_related(
            "station",
            "cause_assignment__person",
            "cause_absence__person",
            "cause_secondment__person",
            "filled_by__person",
        )
        .annotate(
            due_at=Subquery(clock.values("due_at")[:1]),
            done_at=Subquery(clock.values("done_at")[:1]),
            cancelled_at=Subquery(clock.values("cancelled_at")[:1]),
        )
    )


def clock_of(row: Any, *, now: dt.datetime) -> ClockStatus | None:
    """How the clock stands; None where none runs: the vacancy is above the required number."""
    if row.due_at is None:
        return None
    status = deadline_status(
        due_at=row.due_at, done_at=row.done_at, cancelled_at=row.cancelled_at, now=now
    )
    return None if status is ClockStatus.CANCELLED else status


def overdue(rows: QuerySet[Any], *, now: dt.datetime) -> QuerySet[Any]:
    """Open vacancies of `vacancy_rows` whose clock ran out."""
    return rows.filter(OPEN, due_at__lt=now, cancelled_at__isnull=True)


def candidates(scope: Scope, vacancy: Vacancy, *, on: dt.date) -> QuerySet[Person]:
    """People of the kind without a primary post whom the reader may assign, the nearest first."""
    busy = primary_posts(on).order_by().values("person")
    rows = Person.objects.within(scope, action="people.edit").filter(
        kind=vacancy.kind, left_on__isnull=True
    )
    county, city = vacancy.org_path[:6], vacancy.org_path[:4]
    far = Case(
        When(org_path__startswith=county, then=Value(0)),
        When(org_path__startswith=city, then=Value(1)),
        default=Value(2),
    )
    return rows.exclude(pk__in=busy).order_by(far, "org_path", "id")
