"""A room's shifts and presence, and reinforcement, as JSON: services and refusals of the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from duty.models import Presence, Reinforcement, RosterShift, ShiftTemplate
from duty.serializers_rooms import (
    RECORD,
    REINFORCE,
    ROSTER,
    PresenceCreate,
    PresenceOut,
    PresencePageOut,
    PresenceQuery,
    ReinforcementCreate,
    ReinforcementOut,
    ReinforcementPageOut,
    RoomQuery,
    ShiftCreate,
    ShiftOut,
    ShiftPageOut,
    ShiftTemplateOut,
    ShiftTemplatePageOut,
    TemplateQuery,
)
from duty.services import presence, roster
from duty.services.reinforcements import send_reinforcement
from policeroom.common.access import fetch, scope_of
from policeroom.common.api import require
from policeroom.common.api_records import (
    ACTED,
    CREATED,
    LISTED,
    PATH_ID,
    create,
    facts_of,
    page_of,
)
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.scope import Scope

VIEW = "duty.view"


def _of_room(rows: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
    return rows.filter(station=asked["station"]) if "station" in asked else rows


def _planned(rows: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
    """Rows of a room that touch the stretch asked for."""
    rows = _of_room(rows, asked)
    if "since" in asked:
        rows = rows.filter(ends_at__gt=asked["since"])
    return rows.filter(starts_at__lt=asked["until"]) if "until" in asked else rows


def _there(rows: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
    """Presences of a room that touch the stretch asked for, of now or over."""
    rows = _of_room(rows, asked)
    if "since" in asked:
        rows = rows.filter(Q(left_at__isnull=True) | Q(left_at__gt=asked["since"]))
    if "until" in asked:
        rows = rows.filter(came_at__lt=asked["until"])
    if asked["present"] is not None:
        rows = rows.filter(left_at__isnull=asked["present"], struck_at__isnull=True)
    return rows


def shift_rows(scope: Scope) -> ScopedQuerySet:
    """Shifts in view that were not struck."""
    rows = RosterShift.objects.within(scope, action=VIEW).filter(struck_at__isnull=True)
    return rows.select_related("station", "person")


def presence_rows(scope: Scope) -> ScopedQuerySet:
    """Presences in view, struck ones too."""
    return Presence.objects.within(scope, action=VIEW).select_related("station", "person")


class TemplateCollection(APIView):
    """Shifts as the rooms usually have them."""

    access_policy = VIEW

    @extend_schema(
        operation_id="shift_templates_list",
        summary="Usual shifts of the rooms of your area",
        parameters=[TemplateQuery],
        responses={200: ShiftTemplatePageOut, **LISTED},
    )
    def get(self, request: Request) -> Response:
        rows = ShiftTemplate.objects.within(scope_of(request), action=VIEW)
        return page_of(
            request,
            rows,
            order=("org_path", "id"),
            out=ShiftTemplateOut,
            query=TemplateQuery,
            narrow=_of_room,
        )


class ShiftCollection(APIView):
    """The roster of the rooms of the caller's area."""

    access_policy = VIEW

    @extend_schema(
        operation_id="shifts_list",
        summary="Planned shifts of your area, the earliest first",
        parameters=[RoomQuery],
        responses={200: ShiftPageOut, **LISTED},
    )
    def get(self, request: Request) -> Response:
        return page_of(
            request,
            shift_rows(scope_of(request)),
            order=("starts_at", "id"),
            out=ShiftOut,
            query=RoomQuery,
            narrow=_planned,
        )

    @extend_schema(
        operation_id="shifts_book",
        summary="Book somebody for a usual shift; a clash is named",
        request=ShiftCreate,
        responses={200: ShiftOut, 201: ShiftOut, **CREATED},
    )
    def post(self, request: Request) -> Response:
        require(request, ROSTER)

        def act(values: dict[str, Any]) -> RosterShift:
            return roster.book_shift(by=request.user, **values)

        return create(
            request,
            given=ShiftCreate,
            model=RosterShift,
            act=act,
            show=lambda row: dict(ShiftOut(row).data),
        )


class ShiftStrike(APIView):
    """A shift that is taken off the roster."""

    access_policy = ROSTER

    @extend_schema(
        operation_id="shifts_strike",
        summary="Take a shift off the roster; its hours are open again",
        parameters=[PATH_ID],
        request=None,
        responses={200: ShiftOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        scope = scope_of(request)
        row = fetch(shift_rows(scope), scope, action=ROSTER, pk=pk)
        struck = roster.strike_shift(shift=row, by=request.user, at=timezone.now())
        return Response(ShiftOut(struck).data)


class PresenceCollection(APIView):
    """Who is and was in the rooms of the caller's area."""

    access_policy = VIEW

    @extend_schema(
        operation_id="presences_list",
        summary="Presences of your area, the latest first",
        parameters=[PresenceQuery],
        responses={200: PresencePageOut, **LISTED},
    )
    def get(self, request: Request) -> Response:
        return page_of(
            request,
            presence_rows(scope_of(request)),
            order=("-came_at", "-id"),
            out=PresenceOut,
            query=PresenceQuery,
            narrow=_there,
        )

    @extend_schema(
        operation_id="presences_check_in",
        summary="Check somebody of the room in now; no location is kept",
        request=PresenceCreate,
        responses={200: PresenceOut, 201: PresenceOut, **CREATED},
    )
    def post(self, request: Request) -> Response:
        require(request, RECORD)

        def act(values: dict[str, Any]) -> Presence:
            return presence.check_in(by=request.user, at=timezone.now(), **values)

        return create(
            request,
            given=PresenceCreate,
            model=Presence,
            act=act,
            show=lambda row: dict(PresenceOut(row).data),
        )


class PresenceEnd(APIView):
    """Somebody leaves."""

    access_policy = RECORD

    @extend_schema(
        operation_id="presences_check_out",
        summary="Check somebody out now",
        parameters=[PATH_ID],
        request=None,
        responses={200: PresenceOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        scope = scope_of(request)
        row = fetch(presence_rows(scope), scope, action=RECORD, pk=pk)
        left = presence.check_out(presence=row, by=request.user, at=timezone.now())
        return Response(PresenceOut(left).data)


class ReinforcementCollection(APIView):
    """Officers sent to rooms of the caller's area."""

    access_policy = VIEW

    @extend_schema(
        operation_id="reinforcements_list",
        summary="Officers sent to rooms of your area, the latest first",
        parameters=[RoomQuery],
        responses={200: ReinforcementPageOut, **LISTED},
    )
    def get(self, request: Request) -> Response:
        rows = Reinforcement.objects.within(scope_of(request), action=VIEW)
        return page_of(
            request,
            rows.select_related("station", "person"),
            order=("-starts_at", "-id"),
            out=ReinforcementOut,
            query=RoomQuery,
            narrow=_planned,
        )

    @extend_schema(
        operation_id="reinforcements_send",
        summary="Send an officer to a room for a stretch of a 24-hour presence",
        request=ReinforcementCreate,
        responses={201: ReinforcementOut, **ACTED},
    )
    def post(self, request: Request) -> Response:
        require(request, REINFORCE)
        values = facts_of(request, ReinforcementCreate)
        row = send_reinforcement(by=request.user, now=timezone.now(), **values)
        return Response(ReinforcementOut(row).data, status=201)
