"""Addresses and objects of 24-hour presence and of directives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.utils import timezone

from duty.enums import TriggerKind
from duty.services.directives import send_directive
from duty.services.triggers import declare_trigger
from policeroom.accounts.models import User
from tests.matrix import Route
from tests.world import World

VIEW, DECLARE, REINFORCE = "duty.view", "triggers.declare", "reinforcement.send"
SEND, ANSWER = "directives.send", "directives.answer"

ROUTES: Final[dict[str, Route]] = {
    "duty:trigger-list": Route(VIEW),
    "duty:trigger-new": Route(DECLARE),
    "duty:trigger-detail": Route(VIEW, "trigger", "", VIEW),
    "duty:trigger-live": Route(VIEW, "trigger", "", VIEW),
    "duty:trigger-rooms": Route(VIEW, "trigger", "", VIEW),
    "duty:trigger-end": Route(DECLARE, "trigger", DECLARE, VIEW),
    "duty:trigger-reinforce": Route(REINFORCE, "trigger", "", VIEW),
    "duty:directive-list": Route(VIEW),
    "duty:directive-new": Route(SEND),
    "duty:directive-detail": Route(VIEW, "directive", "", VIEW),
    "duty:directive-withdraw": Route(SEND, "directive-sent", SEND, VIEW),
    **{
        f"duty:directive-{act}": Route(ANSWER, "directive", ANSWER, VIEW)
        for act in ("acknowledge", "handover", "take", "feedback")
    },
    "api:trigger-list": Route(VIEW),
    "api:trigger-detail": Route(VIEW, "trigger", "", VIEW),
    "api:trigger-rooms": Route(VIEW, "trigger", "", VIEW),
    "api:trigger-end": Route(DECLARE, "trigger", DECLARE, VIEW),
    "api:directive-list": Route(VIEW),
    "api:directive-detail": Route(VIEW, "directive", "", VIEW),
    "api:directive-withdraw": Route(SEND, "directive-sent", SEND, VIEW),
    **{
        f"api:directive-{act}": Route(ANSWER, "directive", ANSWER, VIEW)
        for act in ("acknowledge", "handover", "take", "feedback")
    },
    "api:duty-level-list": Route(VIEW),
    "api:duty-order-list": Route(VIEW),
    "api:duty-order-detail": Route(VIEW, "duty-order", "", VIEW),
    "api:duty-order-receipts": Route(VIEW, "duty-order", "", VIEW),
    "api:duty-order-approve": Route("orders.approve", "duty-order", "orders.approve", VIEW),
    "api:duty-order-revoke": Route("orders.issue", "duty-order", "orders.issue", VIEW),
    **{
        f"api:order-receipt-{act}": Route("orders.answer", "duty-receipt", "orders.answer", VIEW)
        for act in ("acknowledge", "carry-out")
    },
}
NOT_A_PAGE: Final[set[str]] = {
    "duty:directive-acknowledge",
    "duty:directive-take",
    "duty:trigger-live",
    *(name for name in ROUTES if name.startswith("api:")),
}
NEEDS_A_STATE: Final[set[str]] = set()


def add_targets(world: World, add: Callable[..., None], author: User) -> None:
    """A 24-hour presence and a directive of each bureau for each of its rooms."""
    now = timezone.now()
    for number, room in enumerate(
        (world.station_a1, world.center_a, world.station_a2, world.station_b1)
    ):
        issuer, bound = room.operator, room.org_path
        trigger = declare_trigger(
            issuer=issuer,
            number=f"矩阵驻{number}",
            kind=TriggerKind.EVENT,
            title="矩阵",
            targets=[bound],
            starts_at=now,
            ends_at=now + timedelta(days=1),
            by=author,
            now=now,
        )
        issued = issuer.org_path
        add("trigger", f"24 hours in {room.code}", {issued, bound}, issued, pk=trigger.pk)
        row = send_directive(
            issuer=issuer, station=room, number=f"矩阵令{number}", text="矩阵", by=author, now=now
        )
        add("directive", f"directive to {room.code}", {bound}, bound, pk=row.pk)
        add("directive-sent", f"sent to {room.code}", {bound}, issued, pk=row.pk)
