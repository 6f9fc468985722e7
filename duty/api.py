"""Orders, receipts and levels as JSON: the same services and refusals as the pages."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from duty.models import DutyOrder
from duty.queries import orders as queries
from duty.queries.levels import levels_at
from duty.queries.receipts import receipt_rows
from duty.queries.staffing import required_now
from duty.serializers import (
    Implementation,
    LevelOut,
    LevelPageOut,
    OrderCreate,
    OrderOut,
    OrderPageOut,
    OrderQuery,
    ReceiptOut,
    ReceiptPageOut,
)
from duty.services import orders as services
from duty.services import receipts
from policeroom.common.access import fetch, pick, scope_of
from policeroom.common.api import PageQuery, Reason, next_address, require
from policeroom.common.api_records import (
    ACTED,
    CREATED,
    LISTED,
    PATH_ID,
    READ,
    create,
    facts_of,
    page_of,
)
from policeroom.common.paging import keyset_page
from stations.models import Station

ANSWER = "orders.answer"


def order_for(request: Request, pk: int) -> DutyOrder:
    """An order in view."""
    scope = scope_of(request)
    order: DutyOrder = pick(queries.order_rows(scope), scope, pk=pk)
    return order


def _ending(request: Request, order: DutyOrder) -> DutyOrder:
    """The order, if the caller is its issuer or above it.

    Raises: PermissionDenied.
    """
    if not queries.may_end(scope_of(request), order):
        raise PermissionDenied
    return order


def _shown(order: DutyOrder) -> dict[str, Any]:
    shown: dict[str, Any] = OrderOut(order, context={"now": timezone.now()}).data
    return shown


def _narrow(rows: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
    if "state" in asked:
        rows = rows.filter(queries.state_condition(asked["state"], now=timezone.now()))
    if "level" in asked:
        rows = rows.filter(level=asked["level"])
    return rows


class OrderCollection(APIView):
    """Orders the caller's area issued or must follow."""

    access_policy = "duty.view"

    @extend_schema(
        operation_id="duty_orders_list",
        summary="Duty orders of your area, the latest first",
        parameters=[OrderQuery],
        responses={200: OrderPageOut, **LISTED},
    )
    def get(self, request: Request) -> Response:
        return page_of(
            request,
            queries.order_rows(scope_of(request)),
            order=("-issued_at", "-id"),
            out=OrderOut,
            query=OrderQuery,
            narrow=_narrow,
            context={"now": timezone.now()},
        )

    @extend_schema(
        operation_id="duty_orders_issue",
        summary="Put rooms on a level; the highest level waits for a second person",
        request=OrderCreate,
        responses={200: OrderOut, 201: OrderOut, **CREATED},
    )
    def post(self, request: Request) -> Response:
        require(request, queries.ISSUE)

        def act(values: dict[str, Any]) -> DutyOrder:
            if values.get("supersedes") is not None:
                _ending(request, values["supersedes"])
            return services.issue_order(by=request.user, now=timezone.now(), **values)

        return create(request, given=OrderCreate, model=DutyOrder, act=act, show=_shown)


class OrderItem(APIView):
    """One order."""

    access_policy = "duty.view"

    @extend_schema(
        operation_id="duty_orders_read",
        summary="One duty order",
        parameters=[PATH_ID],
        responses={200: OrderOut, **READ},
    )
    def get(self, request: Request, pk: int) -> Response:
        return Response(_shown(order_for(request, pk)))


class OrderApproval(APIView):
    """The second person of the highest level."""

    access_policy = "orders.approve"

    @extend_schema(
        operation_id="duty_orders_approve",
        summary="Approve an order of the highest level",
        parameters=[PATH_ID],
        request=None,
        responses={200: OrderOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        order = order_for(request, pk)
        if not scope_of(request).allows("orders.approve", order.org_path):
            raise PermissionDenied
        services.approve_order(order=order, by=request.user, now=timezone.now())
        return Response(_shown(order_for(request, pk)))


class OrderRevocation(APIView):
    """An order that ends before its time."""

    access_policy = queries.ISSUE

    @extend_schema(
        operation_id="duty_orders_revoke",
        summary="Revoke an order: its issuer, or a unit above it",
        parameters=[PATH_ID],
        request=Reason,
        responses={200: OrderOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        order = _ending(request, order_for(request, pk))
        values = facts_of(request, Reason)
        services.revoke_order(order=order, by=request.user, now=timezone.now(), **values)
        return Response(_shown(order_for(request, pk)))


class OrderReceipts(APIView):
    """What the rooms do with an order."""

    access_policy = "duty.view"

    @extend_schema(
        operation_id="duty_orders_receipts",
        summary="Receipts of an order in your area, room by room",
        parameters=[PATH_ID, PageQuery],
        responses={200: ReceiptPageOut, 400: LISTED[400], **READ},
    )
    def get(self, request: Request, pk: int) -> Response:
        order = order_for(request, pk)
        rows = receipt_rows(scope_of(request)).filter(order=order)
        return page_of(request, rows, order=("org_path", "id"), out=ReceiptOut)


def _receipt(request: Request, pk: int) -> Any:
    scope = scope_of(request)
    return fetch(receipt_rows(scope), scope, action=ANSWER, pk=pk)


class ReceiptAcknowledgement(APIView):
    """A room received an order."""

    access_policy = ANSWER

    @extend_schema(
        operation_id="order_receipts_acknowledge",
        summary="Acknowledge an order for your room; the first time counts",
        parameters=[PATH_ID],
        request=None,
        responses={200: ReceiptOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        row = _receipt(request, pk)
        receipts.acknowledge(receipt=row, by=request.user, now=timezone.now())
        return Response(ReceiptOut(_receipt(request, pk)).data)


class ReceiptImplementation(APIView):
    """How a room carried an order out."""

    access_policy = ANSWER

    @extend_schema(
        operation_id="order_receipts_carry_out",
        summary="Record how your room carried an order out; once",
        parameters=[PATH_ID],
        request=Implementation,
        responses={200: ReceiptOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        row = _receipt(request, pk)
        values = facts_of(request, Implementation)
        receipts.carry_out(receipt=row, by=request.user, now=timezone.now(), **values)
        return Response(ReceiptOut(_receipt(request, pk)).data)


class LevelCollection(APIView):
    """The sign on each room: which level holds now."""

    access_policy = "duty.view"

    @extend_schema(
        operation_id="duty_levels_now",
        summary="Level of each room of your area now, with what it must have and has",
        parameters=[PageQuery],
        responses={200: LevelPageOut, **LISTED},
    )
    def get(self, request: Request) -> Response:
        asked = facts_of_query(request)
        scope, now = scope_of(request), timezone.now()
        today = queries.today_of(now)
        rooms = Station.objects.within(scope, action="duty.view").filter(
            Q(closed_on__isnull=True) | Q(closed_on__gt=today), opened_on__lte=today
        )
        page = keyset_page(
            rooms, order=("org_path", "id"), cursor=asked["cursor"], size=asked["limit"]
        )
        levels, needs = levels_at(now, scope), required_now(page.rows, now)
        results = [_level(room, levels[room.pk], needs[room.pk]) for room in page.rows]
        return Response(
            {
                "next": next_address(request, page.next_cursor),
                "results": LevelOut(results, many=True).data,
            }
        )


def facts_of_query(request: Request) -> dict[str, Any]:
    """The parameters of a page.

    Raises: ValidationError by field (400).
    """
    given = PageQuery(data=request.query_params)
    given.is_valid(raise_exception=True)
    found: dict[str, Any] = given.validated_data
    return found


def _level(room: Station, level: Any, need: Any) -> dict[str, Any]:
    return {
        "station": room.pk,
        "code": room.code,
        "name": room.name,
        "level": level[0].value,
        "orders": list(level[1]),
        "officers_required": need.officers,
        "auxiliaries_required": need.auxiliaries,
        "officers_present": need.present[0],
        "auxiliaries_present": need.present[1],
        "missing": need.missing,
    }
