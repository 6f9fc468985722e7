"""What every row that hangs on a station shares: it is added, changed while it holds, and ended."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from policeroom.common import audit
from policeroom.common.errors import DomainError
from stations.models import Station
from stations.models.premises import StationRecord
from stations.services.guards import locked, refuse_future

ACTION = "stations.equip"

Row = TypeVar("Row", bound=StationRecord)


def refuse_closed(station: Station, *, day: dt.date, field: str | None) -> None:
    """Nothing is added to a room from the day it closed.

    Raises: DomainError naming the day.
    """
    if station.closed_on is not None and day >= station.closed_on:
        raise DomainError(
            _("This police room closed on %(day)s. Nothing is added from that day on.")
            % {"day": station.closed_on},
            field=field,
        )


def refuse_ended(row: StationRecord) -> None:
    """An ended row is history.

    Raises: DomainError naming the day.
    """
    if row.ended_on is not None:
        raise DomainError(
            _("“%(name)s” ended on %(day)s and is not changed any more. Add a new one.")
            % {"name": row, "day": row.ended_on}
        )


def add(row: Row, *, fields: tuple[str, ...], by: Any, today: dt.date) -> Row:
    """Check and save a new row, with its audit event. The caller holds the lock on the station.

    Raises: DomainError on a future day or a closed room; ValidationError on bad fields.
    """
    refuse_future(row.started_on, today=today, field="started_on")
    refuse_closed(row.station, day=row.started_on, field="started_on")
    row.full_clean()
    row.save()
    audit.record(
        ACTION, by=by, obj=row, after=audit.snapshot(row, fields), org_path=row.station.org_path
    )
    return row


def change(
    row: Row, changes: dict[str, Any], *, fields: tuple[str, ...], by: Any, today: dt.date
) -> Row:
    """Write the fields that differ, and only those, so that two people edit side by side.

    Nothing differs: nothing is written and no event is left.
    Raises: DomainError if the row ended or the first day lies ahead; ValidationError on bad fields.
    """
    current = locked(row)
    refuse_ended(current)
    before = audit.snapshot(current, fields)
    differing = [name for name, value in changes.items() if getattr(current, name) != value]
    if not differing:
        return current
    for name in differing:
        setattr(current, name, changes[name])
    refuse_future(current.started_on, today=today, field="started_on")
    current.full_clean()
    current.save(update_fields=differing)
    audit.record(
        ACTION,
        by=by,
        obj=current,
        before=before,
        after=audit.snapshot(current, fields),
        org_path=current.station.org_path,
    )
    return current


@transaction.atomic
def end_record(*, row: Row, ended_on: dt.date, by: Any, **changes: Any) -> Row:
    """End a row: `ended_on` is the first day it no longer holds. Sent twice, it ends once.

    A row entered by mistake ends on its own first day: then it held on no day at all.
    Raises: DomainError if it already ended on another day, or would end before it began.
    """
    current = locked(row)
    if current.ended_on == ended_on:
        return current
    refuse_ended(current)
    if ended_on < current.started_on:
        raise DomainError(
            _("“%(name)s” began on %(start)s; it cannot end on %(day)s.")
            % {"name": current, "start": current.started_on, "day": ended_on},
            field="ended_on",
        )
    changes["ended_on"] = ended_on
    before = audit.snapshot(current, changes)
    for name, value in changes.items():
        setattr(current, name, value)
    current.full_clean()
    current.save(update_fields=list(changes))
    audit.record(
        ACTION,
        by=by,
        obj=current,
        before=before,
        after=audit.snapshot(current, changes),
        org_path=current.station.org_path,
    )
    return current
