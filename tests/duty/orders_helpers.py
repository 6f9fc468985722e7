"""Orders and hours for the tests of duty."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any

from duty.levels import DutyLevel
from duty.models import DutyOrder, OrderReceipt
from duty.services.orders import issue_order
from policeroom.accounts.models import User
from policeroom.common.clock import ZONE
from policeroom.common.models import Deadline
from stations.models import OrgUnit, Station

NOW = dt.datetime(2026, 9, 17, 15, 42, tzinfo=ZONE)
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
_NUMBERS = count(1)


def ordered(issuer: OrgUnit, by: User, **changes: Any) -> DutyOrder:
    """An order of level two for the issuer's area, from `NOW`, unless `changes` say otherwise."""
    now = changes.get("now", NOW)
    values: dict[str, Any] = {
        "issuer": issuer,
        "number": f"勤〔2026〕{next(_NUMBERS)}号",
        "level": DutyLevel.TWO,
        "title": "校庆安保",
        "reason": "大型活动",
        "targets": [issuer.org_path],
        "starts_at": now,
        "by": by,
        "now": now,
        **changes,
    }
    return issue_order(**values)


def receipt_of(order: DutyOrder, room: Station) -> OrderReceipt:
    return OrderReceipt.everything.get(order=order, station=room)


def clock_of(receipt: OrderReceipt) -> Deadline:
    return Deadline.everything.get(object_type="duty.orderreceipt", object_id=receipt.pk)


def bound(order: DutyOrder) -> set[str]:
    """Station numbers of the rooms that have a receipt."""
    rows = OrderReceipt.everything.filter(order=order)
    return set(rows.values_list("station__code", flat=True))
