"""Upkeep of boards and boxes: each renewal and each emptying is kept (第十一条, 第二十二条)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from policeroom.common import audit
from policeroom.common.errors import DomainError
from stations.enums import BoardItem, BoardKind
from stations.models import BoardRenewal, BoxEmptying, ContactBox, NoticeBoard
from stations.models.premises import StationRecord
from stations.services import records
from stations.services.guards import locked, refuse_future


@transaction.atomic
def renew_board(
    *,
    board: NoticeBoard,
    items: Collection[str],
    day: dt.date,
    by: Any,
    today: dt.date,
    note: str = "",
) -> NoticeBoard:
    """Record that contents of the disclosure board were renewed on `day` (第二十二条: five).

    One row per content and day, never overwritten: sent twice, it counts once. An earlier day is
    added to the history and leaves the newest day as it is.
    Raises: DomainError on another kind of board, an unknown content, a future day, a day before
    the board hung there, an ended board.
    """
    unknown = set(items) - set(BoardItem.values)
    if unknown or not items:
        raise DomainError(
            _("Choose one of the five contents. Unknown: %(items)s.")
            % {"items": ", ".join(sorted(unknown)) or "–"},
            field="items",
        )
    refuse_future(day, today=today, field="day")
    current = locked(board)
    records.refuse_ended(current)
    if current.kind != BoardKind.DISCLOSURE:
        raise DomainError(_("Only a disclosure board has the five contents of Article 22."))
    _refuse_before(current, day, _("The board hangs there since %(start)s, not on %(day)s yet."))
    kept = set(current.renewals.filter(renewed_on=day).values_list("item", flat=True))
    new = [item for item in BoardItem.values if item in set(items) - kept]
    if not new:
        return current
    for item in new:
        row = BoardRenewal(
            board=current, item=item, renewed_on=day, note=note.strip(), recorded_by=by
        )
        row.full_clean()
        row.save()
    held = current.contents
    current.contents = held | {item: max(held.get(item, ""), day.isoformat()) for item in new}
    current.save(update_fields=["contents"])
    after = {"renewed_on": day.isoformat(), "items": new, "note": note.strip()}
    audit.record(
        records.ACTION,
        by=by,
        obj=current,
        before={"contents": held},
        after={"contents": current.contents, **after},
        org_path=current.station.org_path,
    )
    return current


@transaction.atomic
def empty_box(*, box: ContactBox, day: dt.date, by: Any, today: dt.date) -> ContactBox:
    """Record that the box was emptied on `day`; one row per day, sent twice it counts once.

    Raises: DomainError on a future day, a day before the box was there, an ended box.
    """
    refuse_future(day, today=today, field="day")
    current = locked(box)
    records.refuse_ended(current)
    _refuse_before(
        current, day, _("The box hangs there since %(start)s; it was not emptied on %(day)s.")
    )
    if current.emptyings.filter(emptied_on=day).exists():
        return current
    row = BoxEmptying(box=current, emptied_on=day, recorded_by=by)
    row.full_clean()
    row.save()
    before = audit.snapshot(current, ("last_emptied_on",))
    current.last_emptied_on = max(current.last_emptied_on or day, day)
    current.save(update_fields=["last_emptied_on"])
    after = audit.snapshot(current, ("last_emptied_on",))
    audit.record(
        records.ACTION,
        by=by,
        obj=current,
        before=before,
        after={**after, "emptied_on": day.isoformat()},
        org_path=current.station.org_path,
    )
    return current


def _refuse_before(row: StationRecord, day: dt.date, message: str) -> None:
    if day < row.started_on:
        raise DomainError(message % {"start": row.started_on, "day": day}, field="day")
