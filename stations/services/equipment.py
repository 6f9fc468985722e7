"""Acts on the equipment of a station (第十条, 第二十三条)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from policeroom.common import audit
from policeroom.common.clients import digest, replayed
from policeroom.common.errors import DomainError
from stations.enums import CheckResult, EquipmentCategory, EquipmentState
from stations.models import EquipmentCheck, EquipmentItem, Station
from stations.services import records
from stations.services.guards import locked, refuse_future

ITEM_FIELDS = (
    "category",
    "name",
    "asset_no",
    "quantity",
    "state",
    "next_check_on",
    "started_on",
)
CHECK_FIELDS = ("checked_on", "result", "note")


@transaction.atomic
def add_equipment(
    *,
    station: Station,
    category: str,
    name: str,
    asset_no: str,
    quantity: int,
    started_on: dt.date,
    by: Any,
    today: dt.date,
    state: str = EquipmentState.IN_SERVICE,
    next_check_on: dt.date | None = None,
    client_uuid: uuid.UUID | None = None,
) -> EquipmentItem:
    """Put a line on the asset list (第十条). The same form sent twice gives the first line.

    Raises: ConflictError if it was sent with other content; DomainError on a number already on
    the list, a future first day, a closed room; ValidationError on bad fields.
    """
    facts = {
        "category": category,
        "name": name,
        "asset_no": asset_no,
        "quantity": quantity,
        "state": state,
        "next_check_on": next_check_on,
        "started_on": started_on,
    }
    locked(station)
    fingerprint = digest({"station": station.pk, **facts})
    earlier = replayed(EquipmentItem, client_uuid, fingerprint)
    if earlier is not None:
        return earlier
    refuse_taken_number(station, asset_no)
    _refuse_retired(state)
    row = EquipmentItem(
        station=station, client_uuid=client_uuid, client_digest=fingerprint, **facts
    )
    return records.add(row, fields=ITEM_FIELDS, by=by, today=today)


@transaction.atomic
def edit_equipment(
    *, item: EquipmentItem, by: Any, today: dt.date, **changes: Any
) -> EquipmentItem:
    """Correct a line, or say that it is under repair or unusable.

    Raises: DomainError on a number already on the list; as `records.change`.
    """
    if "state" in changes:
        _refuse_retired(changes["state"])
    current = locked(item)
    if changes.get("asset_no", current.asset_no) != current.asset_no:
        refuse_taken_number(current.station, changes["asset_no"])
    return records.change(current, changes, fields=ITEM_FIELDS, by=by, today=today)


@transaction.atomic
def record_check(
    *,
    item: EquipmentItem,
    checked_on: dt.date,
    result: str,
    by: Any,
    today: dt.date,
    note: str = "",
    next_check_on: dt.date | None = None,
    state: str | None = None,
) -> EquipmentCheck:
    """Record a check; the item's next check moves with the latest one (第二十三条).

    Source: JS-23-3 (规范第二十三条). Reading: police gear always has a next check, otherwise nobody
    could tell that it is overdue; for the rest it may stay open. A check entered late, dated before
    the newest one, is kept but moves neither the next check nor the state.
    Raises: DomainError on a future day, a defect without a note, a next check that is not later,
    an ended item.
    """
    _refuse_bad_check(item, checked_on, result, note, next_check_on, state)
    refuse_future(checked_on, today=today, field="checked_on")
    current = locked(item)
    _refuse_outside_life(current, checked_on)
    earlier = EquipmentCheck.objects.unscoped("checks of an item its caller fetched")
    newest = earlier.filter(item=current).order_by("-checked_on", "-id").first()
    facts = {"checked_on": checked_on, "result": result, "note": note}
    same = newest is not None and all(getattr(newest, k) == v for k, v in facts.items())
    if same and current.next_check_on == next_check_on and state in (None, current.state):
        return newest
    row = EquipmentCheck(item=current, recorded_by=by, **facts)
    row.full_clean()
    row.save()
    before: dict[str, Any] = dict.fromkeys(CHECK_FIELDS)
    after = audit.snapshot(row, CHECK_FIELDS)
    if newest is None or checked_on >= newest.checked_on:
        standing, moved = _move(current, next_check_on=next_check_on, state=state)
        before |= standing
        after |= moved
    audit.record(
        records.ACTION,
        by=by,
        obj=row,
        before=before,
        after=after,
        org_path=current.station.org_path,
    )
    return row


@transaction.atomic
def retire_equipment(*, item: EquipmentItem, ended_on: dt.date, by: Any) -> EquipmentItem:
    """Take an item off the list from `ended_on`; the line and its checks stay as history.

    Raises: as `records.end_record`.
    """
    return records.end_record(row=item, ended_on=ended_on, by=by, state=EquipmentState.RETIRED)


def refuse_taken_number(station: Station, asset_no: str) -> None:
    """An asset number stands for one line of the station's list, also after retirement.

    Raises: DomainError naming the line that has it.
    """
    items = EquipmentItem.objects.unscoped("items of a station its caller fetched")
    taken = items.filter(station=station, asset_no=asset_no).first()
    if taken is not None:
        raise DomainError(
            _("Asset number %(number)s is already on the list: %(name)s. Enter another number.")
            % {"number": asset_no, "name": taken.name},
            field="asset_no",
        )


def _refuse_retired(state: str) -> None:
    if state == EquipmentState.RETIRED:
        raise DomainError(
            _("An item is retired with its last day: use “Retire” on its page."), field="state"
        )


def _refuse_bad_check(
    item: EquipmentItem,
    checked_on: dt.date,
    result: str,
    note: str,
    next_check_on: dt.date | None,
    state: str | None,
) -> None:
    if state is not None:
        _refuse_retired(state)
    if result == CheckResult.DEFECT and not note:
        raise DomainError(_("Say what the defect is."), field="note")
    if next_check_on is not None and next_check_on <= checked_on:
        raise DomainError(
            _("The next check (%(next)s) must lie after this one (%(day)s).")
            % {"next": next_check_on, "day": checked_on},
            field="next_check_on",
        )
    if next_check_on is None and item.category == EquipmentCategory.POLICE_GEAR:
        raise DomainError(
            _("Police gear is checked again and again: enter the day of the next check."),
            field="next_check_on",
        )


def _refuse_outside_life(item: EquipmentItem, day: dt.date) -> None:
    records.refuse_ended(item)
    if day < item.started_on:
        raise DomainError(
            _("The item is on the list since %(start)s; it was not checked on %(day)s.")
            % {"start": item.started_on, "day": day},
            field="checked_on",
        )


def _move(
    item: EquipmentItem, *, next_check_on: dt.date | None, state: str | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    names = ("next_check_on", "state")
    before = audit.snapshot(item, names)
    item.next_check_on = next_check_on
    item.state = state or item.state
    item.full_clean()
    item.save(update_fields=list(names))
    return before, audit.snapshot(item, names)
