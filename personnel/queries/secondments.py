"""Reads of secondments: the list, who is away by one today, where an order may come from."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Value, When

from personnel.enums import SecondmentState
from personnel.models import Assignment, Person, Secondment
from personnel.models.secondments import APPROVED
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.models import Interval
from policeroom.common.scope import Scope
from stations.enums import UnitKind
from stations.models import OrgUnit

#: Condition: nobody has decided.
WAITING = Q(approved_at__isnull=True, refused_at__isnull=True, struck_at__isnull=True)


def away_on(day: dt.date) -> Q:
    """Condition: somebody is away by it on the day."""
    return Q(Interval.valid_on(day), APPROVED)


#: State asked for -> condition on `secondment_rows`.
STATES: Final = {
    "running": Q(running=True),
    SecondmentState.ASKED.value: WAITING,
    SecondmentState.APPROVED.value: APPROVED,
    SecondmentState.REFUSED.value: Q(refused_at__isnull=False, struck_at__isnull=True),
    SecondmentState.STRUCK.value: Q(struck_at__isnull=False),
}


def secondment_rows(scope: Scope, *, on: dt.date, action: str = "people.view") -> ScopedQuerySet:
    """Secondments of people where the reader holds `action`, as of the day `on`.

    Annotated: `room`, that of the primary post on the first day, and `running`, whether somebody is
    away by it on `on`.
    """
    post = Assignment.objects.unscoped("the room of a person in view").filter(
        Interval.valid_on(OuterRef("valid_from")), person=OuterRef("person"), is_primary=True
    )
    return (
        Secondment.objects.within(scope, action=action)
        .select_related("person", "ordered_by", "approved_by", "refused_by", "vacancy")
        .annotate(
            room=Subquery(post.values("station__name")[:1]),
            running=Case(When(away_on(on), then=Value(True)), default=Value(False)),
        )
    )


def secondments_of(person: Person) -> QuerySet[Secondment]:
    """Secondments of a person in view, newest first, refused and struck ones with their reason."""
    return person.secondments.select_related("ordered_by").order_by("-valid_from", "-id")


def units_above(path: str) -> QuerySet[OrgUnit]:
    """Bureaus and side units at or above a place: whoever may order somebody off the room there."""
    places = [path[:length] for length in (2, 4, 6) if length <= len(path)]
    rows = OrgUnit.objects.unscoped("units above a person in view").filter(org_path__in=places)
    return rows.exclude(kind=UnitKind.STATION).order_by(F("org_path").desc(), "id")
