"""Addresses and objects of duty orders: issued by county or city, answered by rooms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.utils import timezone

from duty.levels import DutyLevel
from duty.models import OrderReceipt
from duty.services.orders import issue_order
from duty.services.staffing import fix_strength
from policeroom.accounts.models import User
from stations.enums import UnitKind
from stations.models import OrgUnit
from tests.matrix import Route
from tests.world import World

VIEW, ISSUE = "duty.view", "orders.issue"
APPROVE, ANSWER = "orders.approve", "orders.answer"

ROUTES: Final[dict[str, Route]] = {
    "duty:order-list": Route(VIEW),
    "duty:order-new": Route(ISSUE),
    "duty:order-detail": Route(VIEW, "duty-order", "", VIEW),
    "duty:order-live": Route(VIEW, "duty-order", "", VIEW),
    "duty:order-rooms": Route(VIEW, "duty-order", "", VIEW),
    "duty:order-supersede": Route(ISSUE, "duty-order", ISSUE, VIEW),
    "duty:order-revoke": Route(ISSUE, "duty-order", ISSUE, VIEW),
    "duty:order-approve": Route(APPROVE, "duty-order", APPROVE, VIEW),
    "duty:staffing-list": Route(VIEW),
    "duty:staffing-new": Route("staffing.edit"),
    "duty:staffing-copy": Route("staffing.edit"),
    "duty:staffing-end": Route("staffing.edit", "duty-strength", "staffing.edit", VIEW),
    "duty:receipt-acknowledge": Route(ANSWER, "duty-receipt", ANSWER, VIEW),
    "duty:receipt-carry-out": Route(ANSWER, "duty-receipt", ANSWER, VIEW),
}
NOT_A_PAGE: Final[set[str]] = {"duty:order-live", "duty:receipt-acknowledge"}
#: It exists for an order that waits; other tests open it.
NEEDS_A_STATE: Final[set[str]] = {"duty:order-approve"}


def add_targets(world: World, add: Callable[..., None], author: User) -> None:
    """An order of each bureau for each of its rooms, and the receipt of the room."""
    now = timezone.now()
    for number, room in enumerate(
        (world.station_a1, world.center_a, world.station_a2, world.station_b1)
    ):
        order = issue_order(
            issuer=room.operator,
            number=f"矩阵{number}",
            level=DutyLevel.TWO,
            title="矩阵",
            reason="矩阵",
            targets=[room.org_path],
            starts_at=now,
            by=author,
            now=now,
        )
        issued, bound = order.org_path, room.org_path
        add("duty-order", f"order for {room.code}", {issued, bound}, issued, pk=order.pk)
        city = room.org_path[:4]
        row = fix_strength(
            unit=OrgUnit.objects.unscoped("matrix").get(org_path=city, kind=UnitKind.CITY),
            level=DutyLevel.TWO,
            officers=1,
            auxiliaries=1,
            valid_from=room.opened_on,
            document_no="矩阵",
            by=author,
            station=room,
        )
        add("duty-strength", f"strength of {room.code}", {city, bound}, city, pk=row.pk)
        receipt = OrderReceipt.objects.unscoped("matrix").get(order=order)
        add("duty-receipt", f"receipt of {room.code}", {bound}, bound, pk=receipt.pk)
