"""24-hour presence as JSON: the same services and refusals as the pages."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from duty.api import facts_of_query
from duty.models import Trigger
from duty.queries import triggers as queries
from duty.queries.orders import speaks_for
from duty.serializers_acts import (
    CoverOut,
    CoverPageOut,
    TriggerCreate,
    TriggerOut,
    TriggerPageOut,
    TriggerQuery,
)
from duty.services import triggers as services
from policeroom.common.access import pick, scope_of
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


def _trigger(request: Request, pk: int) -> Trigger:
    scope = scope_of(request)
    trigger: Trigger = pick(queries.trigger_rows(scope), scope, pk=pk)
    return trigger


def _shown(trigger: Trigger) -> dict[str, Any]:
    shown: dict[str, Any] = TriggerOut(trigger, context={"now": timezone.now()}).data
    return shown


def _narrow(rows: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
    if "state" in asked:
        rows = rows.filter(queries.state_condition(asked["state"], now=timezone.now()))
    if "kind" in asked:
        rows = rows.filter(kind=asked["kind"])
    return rows


class TriggerCollection(APIView):
    """24-hour presences the caller's area declared or must keep."""

    access_policy = "duty.view"

    @extend_schema(
        operation_id="triggers_list",
        summary="24-hour presences of your area, the latest first",
        parameters=[TriggerQuery],
        responses={200: TriggerPageOut, **LISTED},
    )
    def get(self, request: Request) -> Response:
        return page_of(
            request,
            queries.trigger_rows(scope_of(request)),
            order=("-starts_at", "-id"),
            out=TriggerOut,
            query=TriggerQuery,
            narrow=_narrow,
            context={"now": timezone.now()},
        )

    @extend_schema(
        operation_id="triggers_declare",
        summary="Ask for an officer in each room round the clock",
        request=TriggerCreate,
        responses={200: TriggerOut, 201: TriggerOut, **CREATED},
    )
    def post(self, request: Request) -> Response:
        require(request, queries.DECLARE)

        def act(values: dict[str, Any]) -> Trigger:
            return services.declare_trigger(by=request.user, now=timezone.now(), **values)

        return create(request, given=TriggerCreate, model=Trigger, act=act, show=_shown)


class TriggerItem(APIView):
    """One 24-hour presence."""

    access_policy = "duty.view"

    @extend_schema(
        operation_id="triggers_read",
        summary="One 24-hour presence",
        parameters=[PATH_ID],
        responses={200: TriggerOut, **READ},
    )
    def get(self, request: Request, pk: int) -> Response:
        return Response(_shown(_trigger(request, pk)))


class TriggerEnd(APIView):
    """A 24-hour presence that ends before its time."""

    access_policy = queries.DECLARE

    @extend_schema(
        operation_id="triggers_end",
        summary="End a 24-hour presence early: its issuer, or a unit above it",
        parameters=[PATH_ID],
        request=Reason,
        responses={200: TriggerOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        trigger = _trigger(request, pk)
        if not speaks_for(scope_of(request), trigger.issuer, queries.DECLARE):
            raise PermissionDenied
        values = facts_of(request, Reason)
        services.end_trigger(trigger=trigger, by=request.user, now=timezone.now(), **values)
        return Response(_shown(_trigger(request, pk)))


class TriggerRooms(APIView):
    """How the rooms keep a 24-hour presence."""

    access_policy = "duty.view"

    @extend_schema(
        operation_id="triggers_rooms",
        summary="Rooms of a 24-hour presence with each stretch without an officer",
        parameters=[PATH_ID, PageQuery],
        responses={200: CoverPageOut, 400: LISTED[400], **READ},
    )
    def get(self, request: Request, pk: int) -> Response:
        trigger, asked = _trigger(request, pk), facts_of_query(request)
        page = keyset_page(
            queries.rooms_bound(trigger, scope_of(request)),
            order=("org_path", "id"),
            cursor=asked["cursor"],
            size=asked["limit"],
        )
        covers = queries.cover_of(trigger, page.rows, now=timezone.now())
        results = [_cover(room, covers[room.pk]) for room in page.rows]
        return Response(
            {
                "next": next_address(request, page.next_cursor),
                "results": CoverOut(results, many=True).data,
            }
        )


def _cover(room: Station, cover: queries.Cover) -> dict[str, Any]:
    return {
        "station": room.pk,
        "code": room.code,
        "name": room.name,
        "officers_now": cover.officers_now,
        "minutes": cover.minutes,
        "uncovered": cover.past,
        "ahead": cover.ahead,
        "unverified": cover.unverified,
        "sent": cover.sent,
    }
