"""What opens a vacancy: a post that ended, an absence or a secondment that became too long."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import F, Q, QuerySet

from personnel.models import Absence, Assignment, Secondment, Vacancy
from personnel.models.secondments import APPROVED
from policeroom.common.models import Interval
from stations.models import Station

OWN = "rows of one room, or a task for every room"


@dataclass(frozen=True, slots=True)
class Away:
    """A kind of being away that opens a vacancy after the days of its parameter.

    `field` is the cause in `Vacancy`, `reverse` the relation of a person to the rows, `holds` the
    condition under which a row counts.
    """

    model: Any
    field: str
    reverse: str
    parameter: str
    holds: Q

    def row_of(self, vacancy: Vacancy) -> Any:
        """The row of this kind that opened the vacancy, or None."""
        return getattr(vacancy, self.field)


#: matrix D 18: an absence; 第二十五条: a secondment, read like it.
KINDS: Final = (
    Away(Absence, "cause_absence", "absences", "P-08d", Q(struck_at__isnull=True)),
    Away(Secondment, "cause_secondment", "secondments", "P-20-3", APPROVED),
)


def ended_posts(today: dt.date) -> QuerySet[Assignment]:
    """Primary posts that ended, without a vacancy, in rooms that are open on the day after.

    One whose holder was away so long that this had already opened the vacancy opens no second
    one, unless that was withdrawn: it is the same post.
    """
    rows = Assignment.objects.unscoped(OWN).filter(
        Q(station__closed_on__isnull=True) | Q(station__closed_on__gt=F("valid_to")),
        is_primary=True,
        valid_to__lte=today,
        vacancy__isnull=True,
    )
    for kind in KINDS:
        replaced = Vacancy.objects.unscoped(OWN).filter(
            **{f"{kind.field}__isnull": False}, withdrawn_on__isnull=True
        )
        vacancy = f"person__{kind.reverse}__vacancy"
        held = rows.filter(
            **{
                f"{vacancy}__in": replaced,
                f"{vacancy}__station": F("station"),
                f"{vacancy}__opened_on__gte": F("valid_from"),
                f"{vacancy}__opened_on__lte": F("valid_to"),
            }
        )
        rows = rows.exclude(pk__in=held.values("pk"))
    return rows


def too_long(kind: Away, today: dt.date, limit: int) -> QuerySet[Any]:
    """Rows of the kind that have lasted longer than `limit` days by `today`, without a vacancy."""
    days = dt.timedelta(days=limit)
    rows: QuerySet[Any] = kind.model.objects.unscoped(OWN).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from") + days),
        kind.holds,
        valid_from__lte=today - days,
        vacancy__isnull=True,
    )
    return rows


def replaced_otherwise(kind: Away, person_id: int, station: Station, day: dt.date) -> bool:
    """Whether being away in the other way has already opened the vacancy of the same post."""
    return any(
        Vacancy.objects.unscoped(OWN)
        .filter(
            Interval.valid_on(day, f"{other.field}__"),
            **{f"{other.field}__person": person_id},
            station=station,
            withdrawn_on__isnull=True,
        )
        .exists()
        for other in KINDS
        if other is not kind
    )


def rooms_concerned(today: dt.date, values: dict[str, Any], still_open: Q) -> list[int]:
    """Rooms with something due, or with a vacancy that may be filled or fall away."""
    found: set[int] = {
        *ended_posts(today).values_list("station_id", flat=True),
        *Vacancy.objects.unscoped(OWN).filter(still_open).values_list("station_id", flat=True),
    }
    for kind in KINDS:
        away = too_long(kind, today, values[kind.parameter]).values("person")
        posts = Assignment.objects.unscoped(OWN).filter(is_primary=True, person__in=away)
        found.update(posts.values_list("station_id", flat=True))
    return sorted(found)


def causes(vacancy: Vacancy) -> Iterable[Any]:
    """The absence or secondment that opened it, if it was one."""
    rows = (kind.row_of(vacancy) for kind in KINDS)
    return [row for row in rows if row is not None]
