"""The list of orders, one order as it is answered, its rooms."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from duty.enums import LEVEL_LABELS, OrderState
from duty.forms.orders import OrderFilter, ReceiptFilter
from duty.levels import DutyLevel
from duty.models import DutyOrder
from duty.queries import orders as queries
from duty.queries import receipts as receipt_queries
from duty.queries.plans import plan_at
from duty.tables import orders as tables
from duty.tables.staffing import need_columns, need_facts
from policeroom.common.access import pick, requires, scope_of
from policeroom.common.lists import RegisterView
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Fact, Figure, Link, Tab, empty_state, fact, small_table
from policeroom.common.scope import Scope

#: Unanswered rooms the page of an order shows; the list of its rooms shows all.
SHOWN = 50


class OrderList(RegisterView):
    """Orders the reader's area issued or must follow."""

    access_policy = "duty.view"
    export_action: str = "duty.view"
    order = ("-issued_at", "-id")
    template_name = "duty/list.html"
    title = gettext_lazy("Duty orders")
    filter_class = OrderFilter
    row_url = staticmethod(DutyOrder.get_absolute_url)

    def rows(self, scope: Scope) -> ScopedQuerySet:
        self.columns = tables.order_columns(timezone.now())
        return queries.order_rows(scope)

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        may = scope_of(request).can(queries.ISSUE)
        actions = [Link(_("Issue an order"), reverse("duty:order-new"), "plus", "primary")]
        return {
            "subtitle": "",
            "trail": [],
            "tabs": sections("orders"),
            "actions": actions if may else [],
            **empty_state(
                "shield-check",
                _("No order yet"),
                _("Without an order level three holds in every room."),
                actions if may else [],
            ),
        }


def sections(current: str) -> list[Tab]:
    """The lists below "Duty levels and orders" as tabs."""
    return [
        Tab(_("Duty orders"), reverse("duty:order-list"), current == "orders"),
        Tab(_("24-hour presence"), reverse("duty:trigger-list"), current == "triggers"),
        Tab(_("Directives"), reverse("duty:directive-list"), current == "directives"),
        Tab(_("Strength of the duty levels"), reverse("duty:staffing-list"), current == "strength"),
        Tab(
            _("Routines of term and vacation"),
            reverse("duty:arrangement-list"),
            current == "arrangements",
        ),
        Tab(_("Emergency plans"), reverse("duty:plan-list"), current == "plans"),
        Tab(_("Drills"), reverse("duty:drill-list"), current == "drills"),
    ]


def order_for(request: HttpRequest, pk: int) -> DutyOrder:
    """An order in view."""
    scope = scope_of(request)
    order: DutyOrder = pick(queries.order_rows(scope), scope, pk=pk)
    return order


def trail(order: DutyOrder | None = None) -> list[Link]:
    """The way up from a page about an order."""
    links = [Link(_("Duty orders"), reverse("duty:order-list"))]
    if order is not None:
        links.append(Link(order.number, order.get_absolute_url()))
    return links


@requires("duty.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One order: what it says, and how the rooms answer."""
    order, scope, now = order_for(request, pk), scope_of(request), timezone.now()
    state = queries.state_of(order, now=now)
    tone, mark = tables.STATE_TONES[state]
    context = {
        "order": order,
        "title": str(order),
        "trail": [*trail(), Link(order.number)],
        "state": Fact("", state.label, tone=tone, mark=mark),
        "actions": [*_actions(order, scope, state), *_plan_link(order, scope, now=now)],
        **live_context(request, order, now=now),
    }
    return render(request, "duty/order.html", context)


@requires("duty.view")
def live(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that changes while rooms answer; 304 while nothing does."""
    order, now = order_for(request, pk), timezone.now()
    stand = receipt_queries.stand_of(order, scope_of(request), now=now)
    tag = _tag(order, stand, now=now)
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    page = render(
        request, "duty/order_live.html", live_context(request, order, now=now, stand=stand)
    )
    page["ETag"] = tag
    return page


class ReceiptList(RegisterView):
    """Every room of one order in the reader's area."""

    access_policy = "duty.view"
    export_action: str = "duty.view"
    order = ("org_path", "id")
    template_name = "duty/list.html"
    title = gettext_lazy("Rooms of the order")
    filter_class = ReceiptFilter

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.duty_order = order_for(request, kwargs["pk"])
        return super().get(request, **kwargs)

    def rows(self, scope: Scope) -> ScopedQuerySet:
        now = timezone.now()
        needs = receipt_queries.needs_of(self.duty_order, scope, now=now)
        self.columns = (*tables.receipt_columns(now), *need_columns(needs))
        return receipt_queries.receipt_rows(scope).filter(order=self.duty_order)

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "subtitle": str(self.duty_order),
            "trail": [*trail(self.duty_order), Link(self.title)],
            "actions": [],
            **empty_state(
                "building-2",
                _("No room is bound yet"),
                _("Receipts are opened when the order is approved, one for each operating room."),
                [],
            ),
        }


def order_facts(order: DutyOrder) -> list[Fact]:
    """What an order says, and what became of it."""
    level = DutyLevel(order.level)
    tone, mark = tables.LEVEL_TONES[level]
    facts = [
        Fact(_("Duty level"), LEVEL_LABELS[level], tone=tone, mark=mark),
        fact(_("Issued by"), order.issuer.name, hint=order.issued_by.name),
        fact(_("Issued at"), order.issued_at),
        fact(_("Takes effect at"), queries.begins_at(order)),
        Fact(_("In force until"), _until(order)),
        fact(_("For"), "、".join(queries.names_of(order.targets))),
        fact(_("Reason"), order.reason),
    ]
    if order.supersedes is not None:
        before = order.supersedes
        facts.append(fact(_("Supersedes"), str(before)))
    if order.approved_by is not None:
        facts.append(fact(_("Approved at"), order.approved_at, hint=order.approved_by.name))
    if order.revoked_by is not None:
        hint = f"{order.revoked_by.name} · {order.revoke_reason}"
        facts.append(fact(_("Revoked at"), order.revoked_at, hint=hint))
    return facts


def _until(order: DutyOrder) -> str:
    ends = [end for end in (order.ends_at, order.superseded_at) if end is not None]
    return fact("", min(ends)).text if ends else _("until revoked")


def _actions(order: DutyOrder, scope: Scope, state: OrderState) -> list[Link]:
    alive = state in {OrderState.WAITING, OrderState.PLANNED, OrderState.RUNNING}
    if not alive:
        return []
    links = []
    if state is OrderState.WAITING and scope.allows("orders.approve", order.org_path):
        links.append(_link(_("Approve"), "approve", order, "check", "primary"))
    if queries.may_end(scope, order):
        if state is not OrderState.WAITING and queries.own_superseder(order) is None:
            links.append(_link(_("Supersede"), "supersede", order, "replace"))
        links.append(_link(_("Revoke"), "revoke", order, "x", "danger"))
    return links


def _plan_link(order: DutyOrder, scope: Scope, *, now: dt.datetime) -> list[Link]:
    """The city's plan, opened at the level of the order (第十八条)."""
    plan = plan_at(order.org_path, scope, queries.today_of(now))
    if plan is None:
        return []
    url = reverse("duty:plan-level", args=[plan.pk, order.level])
    return [Link(_("Emergency plan"), url, "book-open")]


def _link(label: str, act: str, order: DutyOrder, icon: str, tone: str = "") -> Link:
    return Link(label, reverse(f"duty:order-{act}", args=[order.pk]), icon, tone)


def _tag(order: DutyOrder, stand: receipt_queries.Stand, *, now: dt.datetime) -> str:
    state = queries.state_of(order, now=now)
    return f'"{order.pk}-{state}-{get_language()}-{stand.tag}"'


def live_context(
    request: HttpRequest,
    order: DutyOrder,
    *,
    now: dt.datetime,
    stand: receipt_queries.Stand | None = None,
) -> dict[str, Any]:
    """Figures, the reader's own rooms with their acts, and who has not answered."""
    scope = scope_of(request)
    stand = stand or receipt_queries.stand_of(order, scope, now=now)
    sums = stand.sums
    rows = receipt_queries.receipt_rows(scope).filter(order=order)
    own = rows.filter(scope.q(action="orders.answer"))
    unanswered = rows.filter(acknowledged_at__isnull=True, cancelled_at__isnull=True)
    columns = [
        replace(column, sort=())  # a short list that follows the clocks is not sorted by hand
        for column in tables.receipt_columns(now)
        if column.key in {"room", "receipt", "due"}
    ]
    answered_here = [_own(row, stand, now=now) for row in own.order_by("org_path")[:SHOWN]]
    return {
        "order": order,
        "facts": order_facts(order),
        "figures": _figures(order, stand),
        "own": answered_here,
        "watching": sums.rooms != len(answered_here) or not sums.rooms,
        "unanswered": small_table(
            columns, unanswered.order_by("due_at", "org_path")[:SHOWN], _("Not received yet")
        ),
        "as_of": now,
        "tag": _tag(order, stand, now=now),
        "rooms_url": reverse("duty:order-rooms", args=[order.pk]),
        "bound": sums.rooms,
        "all_received": sums.rooms > 0 and sums.rooms == sums.received,
    }


def _figures(order: DutyOrder, stand: receipt_queries.Stand) -> list[Figure]:
    sums = stand.sums
    url = reverse("duty:order-rooms", args=[order.pk])
    of_all = _("of %(rooms)d") % {"rooms": sums.rooms}
    return [
        Figure(_("Rooms"), sums.rooms, url=url),
        Figure(
            _("Rooms that acknowledged"), sums.received, detail=of_all, url=f"{url}?state=received"
        ),
        Figure(
            _("Overdue"),
            sums.overdue,
            detail=_("%(n)d escalated") % {"n": sums.escalated},
            tone="bad" if sums.overdue else "",
            mark="▲" if sums.overdue else "",
            url=f"{url}?state=overdue",
        ),
        Figure(_("Carried out"), sums.carried_out, detail=of_all, url=f"{url}?state=carried-out"),
        Figure(
            _("Rooms short of people"),
            stand.short,
            detail=_("%(n)d without numbers") % {"n": stand.unknown} if stand.unknown else "",
            tone="bad" if stand.short else "",
            mark="▲" if stand.short else "",
            url=url,
        ),
        Figure(_("Guards added"), sums.guards),
    ]


def _own(row: Any, stand: receipt_queries.Stand, *, now: dt.datetime) -> dict[str, Any]:
    """A receipt the reader may answer, with the acts that are left."""
    tone, mark = tables.RECEIPT_TONES[tables.clock_of(row, now=now)]
    facts = [
        Fact(_("Receipt"), tables.receipt_word(row, now=now), tone=tone, mark=mark),
        fact(_("Due at"), row.due_at),
        fact(_("Received at"), row.acknowledged_at),
        fact(_("Carried out at"), row.implemented_at, hint=row.implementation),
        fact(_("Guards added"), row.guards_added),
        *need_facts(stand.needs.get(row.station_id)),
    ]
    revoked = row.order.revoked_at is not None
    args = [row.pk]
    return {
        "name": row.station.name,
        "facts": facts,
        "acknowledge_url": ""
        if revoked or row.acknowledged_at
        else reverse("duty:receipt-acknowledge", args=args),
        "carry_out_url": ""
        if revoked or row.implemented_at
        else reverse("duty:receipt-carry-out", args=args),
    }
