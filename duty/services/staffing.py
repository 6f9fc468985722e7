"""A city's table of strength per level: fix a number, copy the table forward, end a row."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from duty.models import LevelStaffing
from policeroom.common import audit
from policeroom.common.errors import DomainError
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.models import Interval
from stations.enums import UnitKind
from stations.models import OrgUnit, Station
from stations.services.guards import locked

FACTS = ("level", "station", "station_kind", "officers", "auxiliaries", "valid_from", "document_no")
TABLE = "the table of a unit its caller fetched through the scope"


@transaction.atomic
def fix_strength(
    *,
    unit: OrgUnit,
    level: int,
    officers: int,
    auxiliaries: int,
    valid_from: dt.date,
    document_no: str,
    by: Any,
    station: Station | None = None,
    station_kind: str = "",
) -> LevelStaffing:
    """Say how many officers and auxiliaries a level asks for, from a day on.

    Source: JS-15-1 (规范第十五条). For one room, or for every room of a kind; the row that holds
    ends that day, a row that begins later keeps its day.
    Raises: DomainError for a unit that is no city, a room of another city, neither or both of
    room and kind, or a row that begins on the very day.
    """
    _check(unit, station, station_kind)
    locked(unit)
    own = {"level": level, "station": station, "station_kind": station_kind}
    rows = _table(unit).filter(**own)
    if rows.filter(valid_from=valid_from).exists():
        raise DomainError(
            _("A row already begins on %(day)s. Choose another day, or end that row.")
            % {"day": valid_from},
            field="valid_from",
        )
    rows.filter(Interval.valid_on(valid_from)).update(valid_to=valid_from)
    later = rows.filter(valid_from__gt=valid_from).order_by("valid_from").first()
    row = LevelStaffing(
        unit=unit,
        org_path=unit.org_path,
        officers=officers,
        auxiliaries=auxiliaries,
        valid_from=valid_from,
        valid_to=later.valid_from if later else None,
        document_no=document_no.strip(),
        recorded_by=by,
        **own,
    )
    row.station_key = station.pk if station else 0
    row.full_clean()
    row.save(force_insert=True)
    audit.record("staffing.edit", by=by, obj=row, after=audit.snapshot(row, FACTS))
    return row


@transaction.atomic
def copy_forward(*, unit: OrgUnit, valid_from: dt.date, document_no: str, by: Any) -> int:
    """A new version of the whole table from a day on, with the numbers that hold; under its paper.

    Returns how many rows were copied.
    Raises: DomainError if nothing holds on the day, or a row begins on it or later.
    """
    locked(unit)
    rows = _table(unit)
    if rows.filter(valid_from__gte=valid_from).exists():
        raise DomainError(
            _("Rows begin on %(day)s or later; the table is copied from a day after them.")
            % {"day": valid_from},
            field="valid_from",
        )
    holding = list(rows.filter(Interval.valid_on(valid_from)).order_by("id"))
    if not holding:
        raise DomainError(_("There is nothing to copy: no row holds on that day."))
    rows.filter(pk__in=[row.pk for row in holding]).update(valid_to=valid_from)
    copies = [
        LevelStaffing(
            unit=unit,
            org_path=row.org_path,
            level=row.level,
            station_id=row.station_id,
            station_kind=row.station_kind,
            station_key=row.station_key,
            officers=row.officers,
            auxiliaries=row.auxiliaries,
            valid_from=valid_from,
            valid_to=row.valid_to,
            document_no=document_no.strip(),
            recorded_by=by,
        )
        for row in holding
    ]
    LevelStaffing.objects.bulk_create(copies)
    audit.record(
        "staffing.copy",
        by=by,
        obj=unit,
        after={"rows": len(copies), "from": audit.plain(valid_from), "document": document_no},
    )
    return len(copies)


@transaction.atomic
def end_row(*, row: LevelStaffing, last_day: dt.date, by: Any) -> LevelStaffing:
    """End a row with a day: from the next one the row of the room's kind counts, or none.

    Raises: DomainError for a row that is over by then, or a last day before its first.
    """
    row = locked(row)
    end = last_day + dt.timedelta(days=1)
    if row.valid_to is not None and row.valid_to <= end:
        raise DomainError(_("This row ends on %(day)s anyway.") % {"day": row.valid_to})
    if last_day < row.valid_from:
        raise DomainError(
            _("The row begins on %(day)s; it ends that day or later.") % {"day": row.valid_from},
            field="last_day",
        )
    row.valid_to = end
    row.save(update_fields=["valid_to"])
    audit.record("staffing.end", by=by, obj=row, after={"valid_to": audit.plain(end)})
    return row


def _table(unit: OrgUnit) -> ScopedQuerySet:
    return LevelStaffing.objects.unscoped(TABLE).filter(unit=unit)


def _check(unit: OrgUnit, station: Station | None, station_kind: str) -> None:
    if unit.kind != UnitKind.CITY:
        raise DomainError(_("The city bureau fixes the numbers."), field="unit")
    if (station is None) == (not station_kind):
        raise DomainError(_("Choose one room, or a kind of rooms."), field="station_kind")
    if station is not None and not station.org_path.startswith(unit.org_path):
        raise DomainError(
            _("%(room)s is no room of %(unit)s.") % {"room": station.name, "unit": unit.name},
            field="station",
        )


def open_on(day: dt.date) -> Q:
    """Condition: the row holds on the day or begins later."""
    return Q(valid_to__isnull=True) | Q(valid_to__gt=day)
