"""Acts on the premises of a station: areas, boards, boxes, desks (第十一, 十二, 二十二条)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from policeroom.common import audit
from policeroom.common.errors import DomainError
from stations.enums import AreaKind
from stations.models import (
    ContactBox,
    FunctionalArea,
    NoticeBoard,
    OrgUnit,
    ServiceDesk,
    ServiceSession,
    Station,
)
from stations.models.premises import StationRecord
from stations.services import records
from stations.services.guards import locked, refuse_future

AREA_FIELDS = ("kind", "floor_area_m2", "note", "started_on")
BOARD_FIELDS = ("kind", "location", "prominent", "started_on")
BOX_FIELDS = ("location", "started_on")
DESK_FIELDS = (
    "branch",
    "responsible_unit",
    "weekdays",
    "opens_at",
    "closes_at",
    "started_on",
)


@transaction.atomic
def add_area(
    *,
    station: Station,
    kind: str,
    started_on: dt.date,
    by: Any,
    today: dt.date,
    floor_area_m2: Decimal | None = None,
    note: str = "",
) -> FunctionalArea:
    """Record one of the six functional areas (第二十二条); one open row per kind and room.

    Raises: DomainError if the kind is already recorded; see `records.add`.
    """
    locked(station)
    held = FunctionalArea.objects.unscoped("areas of a station its caller fetched")
    taken = held.filter(station=station, kind=kind, ended_on__isnull=True).first()
    if taken is not None:
        raise DomainError(
            _("“%(kind)s” is already recorded since %(day)s. Change that entry, or end it first.")
            % {"kind": AreaKind(kind).label, "day": taken.started_on},
            field="kind",
        )
    row = FunctionalArea(
        station=station, kind=kind, floor_area_m2=floor_area_m2, note=note, started_on=started_on
    )
    return records.add(row, fields=AREA_FIELDS, by=by, today=today)


@transaction.atomic
def edit_area(*, area: FunctionalArea, by: Any, today: dt.date, **changes: Any) -> FunctionalArea:
    """Correct an area's size, note, kind or first day.

    Raises: as `records.change`.
    """
    return records.change(area, changes, fields=AREA_FIELDS, by=by, today=today)


@transaction.atomic
def add_board(
    *,
    station: Station,
    kind: str,
    location: str,
    started_on: dt.date,
    by: Any,
    today: dt.date,
    prominent: bool = False,
) -> NoticeBoard:
    """Record a notice board (第十一条, 第二十二条).

    Raises: DomainError if a board of this kind already hangs in this place; see `records.add`.
    """
    locked(station)
    row = NoticeBoard(
        station=station, kind=kind, location=location, prominent=prominent, started_on=started_on
    )
    _refuse_twin(row, kind=kind, location=location)
    return records.add(row, fields=BOARD_FIELDS, by=by, today=today)


@transaction.atomic
def edit_board(*, board: NoticeBoard, by: Any, today: dt.date, **changes: Any) -> NoticeBoard:
    """Correct a board's kind, place, prominence or first day.

    Raises: as `records.change`.
    """
    return records.change(board, changes, fields=BOARD_FIELDS, by=by, today=today)


@transaction.atomic
def add_box(
    *, station: Station, location: str, started_on: dt.date, by: Any, today: dt.date
) -> ContactBox:
    """Record a contact box (第十一条).

    Raises: DomainError if one already hangs in this place; see `records.add`.
    """
    locked(station)
    row = ContactBox(station=station, location=location, started_on=started_on)
    _refuse_twin(row, location=location)
    return records.add(row, fields=BOX_FIELDS, by=by, today=today)


@transaction.atomic
def edit_box(*, box: ContactBox, by: Any, today: dt.date, **changes: Any) -> ContactBox:
    """Correct a box's place or first day.

    Raises: as `records.change`.
    """
    return records.change(box, changes, fields=BOX_FIELDS, by=by, today=today)


@transaction.atomic
def add_desk(
    *,
    station: Station,
    branch: str,
    responsible_unit: OrgUnit,
    weekdays: Sequence[int],
    opens_at: dt.time,
    closes_at: dt.time,
    started_on: dt.date,
    by: Any,
    today: dt.date,
) -> ServiceDesk:
    """Record a service desk with its fixed weekdays (第十二条).

    Raises: DomainError without a weekday, or if the same desk is recorded; see `records.add`.
    """
    locked(station)
    row = ServiceDesk(
        station=station,
        branch=branch,
        responsible_unit=responsible_unit,
        weekdays=_weekdays(weekdays),
        opens_at=opens_at,
        closes_at=closes_at,
        started_on=started_on,
    )
    _refuse_twin(
        row,
        branch=branch,
        weekdays=row.weekdays,
        opens_at=opens_at,
        closes_at=closes_at,
    )
    return records.add(row, fields=DESK_FIELDS, by=by, today=today)


@transaction.atomic
def edit_desk(*, desk: ServiceDesk, by: Any, today: dt.date, **changes: Any) -> ServiceDesk:
    """Correct a desk. A new timetable is a new desk: end this one, so that past days stay true.

    Raises: DomainError without a weekday; as `records.change`.
    """
    if "weekdays" in changes:
        changes["weekdays"] = _weekdays(changes["weekdays"])
    return records.change(desk, changes, fields=DESK_FIELDS, by=by, today=today)


@transaction.atomic
def record_session(
    *, desk: ServiceDesk, held_on: dt.date, served_count: int, by: Any, today: dt.date
) -> ServiceSession:
    """Record a day the desk was open, with a total of people and nothing about them (第十二条).

    Sent twice with the same number, it is recorded once.
    Raises: DomainError on a future day, a day outside the desk's time, or another number recorded.
    """
    refuse_future(held_on, today=today, field="held_on")
    current = locked(desk)
    if held_on < current.started_on or (current.ended_on and held_on >= current.ended_on):
        raise DomainError(
            _("The desk is there from %(start)s until %(end)s; %(day)s lies outside.")
            % {"start": current.started_on, "end": current.ended_on or "–", "day": held_on},
            field="held_on",
        )
    sessions = ServiceSession.objects.unscoped("sessions of a desk its caller fetched")
    earlier = sessions.filter(desk=current, held_on=held_on).first()
    if earlier is not None:
        if earlier.served_count == served_count:
            return earlier
        raise DomainError(
            _("%(day)s is already recorded with %(count)d people. Correct that entry.")
            % {"day": held_on, "count": earlier.served_count},
            field="held_on",
        )
    row = ServiceSession(desk=current, held_on=held_on, served_count=served_count, recorded_by=by)
    row.full_clean()
    row.save()
    _record(row, by=by, after=audit.snapshot(row, ("held_on", "served_count")), desk=current)
    return row


@transaction.atomic
def correct_session(*, session: ServiceSession, served_count: int, by: Any) -> ServiceSession:
    """Correct the number of people served; the audit event keeps both numbers.

    Raises: ValidationError on a negative number.
    """
    current = locked(session)
    if current.served_count == served_count:
        return current
    before = audit.snapshot(current, ("served_count",))
    current.served_count = served_count
    current.full_clean()
    current.save(update_fields=["served_count"])
    after = audit.snapshot(current, ("served_count",))
    _record(current, by=by, before=before, after=after, desk=current.desk)
    return current


def _weekdays(values: Sequence[int]) -> list[int]:
    days = sorted({int(value) for value in values})
    if not days:
        raise DomainError(
            _("A desk has at least one fixed weekday. Choose the days it comes."),
            field="weekdays",
        )
    return days


def _refuse_twin(row: StationRecord, **same: Any) -> None:
    """A double click makes one row: an open twin is refused. The station is locked."""
    twins = type(row).objects.unscoped("rows of a station its caller fetched")
    twin = twins.filter(station=row.station, ended_on__isnull=True, **same).first()
    if twin is not None:
        raise DomainError(
            _("“%(name)s” is already recorded since %(day)s. Change that entry, or end it first.")
            % {"name": twin, "day": twin.started_on}
        )


def _record(
    row: Any,
    *,
    by: Any,
    after: dict[str, Any],
    before: dict[str, Any] | None = None,
    desk: ServiceDesk | None = None,
) -> None:
    station = desk.station if desk is not None else row.station
    audit.record(
        records.ACTION, by=by, obj=row, before=before, after=after, org_path=station.org_path
    )
