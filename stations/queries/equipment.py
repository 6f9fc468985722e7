"""Reads of the asset list of a station on a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import (
    Case,
    DateField,
    DurationField,
    ExpressionWrapper,
    F,
    IntegerField,
    Q,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from policeroom.common.managers import ScopedQuerySet
from policeroom.common.scope import Scope
from stations.enums import DocumentKind, EquipmentCategory, EquipmentState
from stations.models import Document, EquipmentItem, Station
from stations.queries.premises import held_rows

#: Where a missing next check sorts: after every real day.
NEVER = dt.date(9999, 12, 31)
#: 第十条: the seven categories the text names, in its order.
REQUIRED_CATEGORIES = (
    EquipmentCategory.INTERNET_COMPUTER,
    EquipmentCategory.DESKS,
    EquipmentCategory.CABINETS,
    EquipmentCategory.VISITOR_CHAIRS,
    EquipmentCategory.MEETING_TABLE,
    EquipmentCategory.POLICE_GEAR,
    EquipmentCategory.PATROL_VEHICLE,
)


@dataclass(frozen=True, slots=True)
class CategoryLine:
    """One of the seven categories of 第十条: quantity in service, and on the list at all."""

    label: str
    code: str
    in_service: int
    listed: int


def equipment_on(station: Station, scope: Scope, *, on: dt.date) -> ScopedQuerySet:
    """Items on a station's list on a day.

    Annotates `rank` (order of 第十条), `check_key` (next check, never null) and `overdue` (a
    duration, positive once the next check has passed).
    """
    order = [When(category=c, then=Value(i)) for i, c in enumerate(EquipmentCategory)]
    return held_rows(EquipmentItem, station, scope, on).annotate(
        rank=Case(*order, output_field=IntegerField()),
        check_key=Coalesce("next_check_on", Value(NEVER), output_field=DateField()),
        overdue=ExpressionWrapper(
            Value(on, output_field=DateField()) - F("next_check_on"),
            output_field=DurationField(),
        ),
    )


def category_lines(station: Station, scope: Scope, *, on: dt.date) -> tuple[CategoryLine, ...]:
    """The seven categories with what is there: one query."""
    in_service = Sum("quantity", filter=Q(state=EquipmentState.IN_SERVICE))
    rows = held_rows(EquipmentItem, station, scope, on).order_by().values("category")
    found = {
        row["category"]: row
        for row in rows.annotate(in_service=Coalesce(in_service, 0), listed=Sum("quantity"))
    }
    empty = {"in_service": 0, "listed": 0}
    return tuple(
        CategoryLine(
            label=str(category.label),
            code=category.value,
            in_service=found.get(category.value, empty)["in_service"],
            listed=found.get(category.value, empty)["listed"],
        )
        for category in REQUIRED_CATEGORIES
    )


def terminal_without_certificate(station: Station, scope: Scope, *, on: dt.date) -> bool:
    """Whether a police-network terminal stands here without a secrecy certificate in force.

    Source: JS-10-5 (规范第十条). No terminal: nothing is wrong (「可」).
    """
    terminals = held_rows(EquipmentItem, station, scope, on).filter(
        category=EquipmentCategory.POLICE_TERMINAL
    )
    certificates = held_rows(Document, station, scope, on).filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=on), kind=DocumentKind.SECRECY
    )
    return terminals.exists() and not certificates.exists()
