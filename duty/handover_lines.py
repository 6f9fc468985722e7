"""What duty itself and the station file put on a handover sheet. Registered once, from `ready`."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from duty.deadline_kinds import ORDER_RECEIPT
from duty.enums import LEVEL_LABELS, CommsResult, OrderState
from duty.handover_sources import MOST_LINES, Line, Section, register, section
from duty.levels import DutyLevel
from duty.models import CommsTest, DutyLogEntry, OrderReceipt
from duty.queries.levels import room_level
from duty.queries.orders import approved_orders, state_of
from policeroom.common.deadlines import kind_of
from policeroom.common.models import Deadline
from policeroom.common.scope import Scope
from policeroom.common.tables import display
from stations.enums import EquipmentState
from stations.models import EquipmentItem, Station

#: Why these reads have no scope.
SHEET: Final = "the handover sheet of a room its caller fetched"
#: One more than a section shows says that there are more.
LIMIT: Final = MOST_LINES + 1


@register(10)
def orders(
    station: Station, scope: Scope | None, since: dt.datetime, until: dt.datetime
) -> Section | None:
    """The level, and every order that held since the sheet before: received, carried out?

    Source: 第十五条, 第十七条: whoever takes over answers for what is not done yet.
    """
    sign = room_level(station, until)
    level = _("Duty level: %(level)s") % {"level": LEVEL_LABELS[sign.level]}
    if sign.since:
        level += " · " + _("since %(at)s") % {"at": display(sign.since)}
    alive = approved_orders(not_over_at=since, at=until).values("pk")
    receipts = (
        OrderReceipt.objects.unscoped(SHEET)
        .filter(station=station, order__in=alive, opened_at__lte=until)
        .select_related("order")
        .order_by("-order__level", "-opened_at", "id")[:LIMIT]
    )
    lines = [Line(level), *(_order_line(receipt, until) for receipt in receipts)]
    return section("orders", _("Duty level and orders"), lines)


def _order_line(receipt: OrderReceipt, until: dt.datetime) -> Line:
    order = receipt.order
    state = state_of(order, now=until)
    parts = [str(order), LEVEL_LABELS[DutyLevel(order.level)], state.label]
    if order.ends_at:
        parts.append(_("until %(at)s") % {"at": display(order.ends_at)})
    mark = ""
    if receipt.implemented_at:
        parts.append(_("carried out"))
    elif state in {OrderState.RUNNING, OrderState.PLANNED}:
        received = receipt.acknowledged_at is not None
        parts.append(_("received, not carried out") if received else _("not received yet"))
        mark = "△" if received else "▲"
    return Line(" · ".join(map(str, parts)), order.get_absolute_url(), mark)


@register(30)
def notes(
    station: Station, scope: Scope | None, since: dt.datetime, until: dt.datetime
) -> Section | None:
    """Lines of the duty log marked for the next shift, since the sheet before.

    They are told apart by when they were recorded, so a line written late still reaches a sheet.
    """
    rows = DutyLogEntry.objects.unscoped(SHEET).filter(
        station=station, is_key=True, recorded_at__gt=since, recorded_at__lte=until
    )
    lines = [
        Line(f"{display(row.at)} {row.text}") for row in rows.order_by("recorded_at", "id")[:LIMIT]
    ]
    return section("notes", _("Key notes of the duty log"), lines)


@register(40)
def clocks(
    station: Station, scope: Scope | None, since: dt.datetime, until: dt.datetime
) -> Section | None:
    """Everything the room still has to answer, most urgent first; receipts of orders stand above.

    Source: 第十七条 (JS-17-2): responsible until done or handed over.
    """
    rows = Deadline.objects.unscoped(SHEET).filter(
        org_path=station.org_path, done_at__isnull=True, cancelled_at__isnull=True
    )
    open_ones = rows.exclude(kind=ORDER_RECEIPT.code).order_by("due_at", "id")[:LIMIT]
    lines = [
        Line(
            " · ".join(
                [
                    str(kind_of(row.kind).label),
                    row.label,
                    _("due at %(at)s") % {"at": display(row.due_at)},
                ]
            ),
            row.url,
            "▲" if row.due_at < until else "",
        )
        for row in open_ones
    ]
    return section("clocks", _("Tasks with a time limit"), lines)


@register(50)
def equipment(
    station: Station, scope: Scope | None, since: dt.datetime, until: dt.datetime
) -> Section | None:
    """What is broken or past its check, and the last comms test.

    Source: 第二十三条 (JS-23-3, JS-23-4).
    """
    day = timezone.localdate(until)
    listed = EquipmentItem.objects.unscoped(SHEET).filter(
        Q(ended_on__isnull=True) | Q(ended_on__gt=day), station=station, started_on__lte=day
    )
    listed = listed.exclude(state=EquipmentState.RETIRED)
    wrong = listed.filter(~Q(state=EquipmentState.IN_SERVICE) | Q(next_check_on__lt=day))
    lines = [_item_line(item, day) for item in wrong.order_by("category", "id")[:LIMIT]]
    if not lines:
        count = listed.count()
        lines = [Line(_("%(n)d entries of the equipment list, all in order") % {"n": count})]
    return section("equipment", _("Equipment and communications"), [*lines, _comms_line(station)])


def _item_line(item: EquipmentItem, day: dt.date) -> Line:
    parts = [str(item), f"×{item.quantity}", EquipmentState(item.state).label]
    if item.next_check_on and item.next_check_on < day:
        parts.append(_("check was due on %(day)s") % {"day": item.next_check_on})
    return Line(" · ".join(map(str, parts)), mark="△")


def _comms_line(station: Station) -> Line:
    last = CommsTest.objects.unscoped(SHEET).filter(station=station).order_by("-tested_at", "-id")
    test = last.first()
    if test is None:
        return Line(_("No comms test recorded yet"))
    words = _("Comms test of %(at)s") % {"at": display(test.tested_at)}
    parts = [words, test.channel, CommsResult(test.result).label, test.note]
    text = " · ".join(str(part) for part in parts if part)
    return Line(text, mark="" if test.result == CommsResult.CLEAR else "▲")
