"""Drills as JSON: the same services and refusals as the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from duty import serializers_plans as shapes
from duty.models import Drill
from duty.queries import drills as queries
from duty.queries.arrangements import VIEW
from duty.services.drills import record_drill
from policeroom.common.access import pick, scope_of
from policeroom.common.api import PageQuery, require
from policeroom.common.api_records import CREATED, LISTED, PATH_ID, READ, create, page_of


def _show(row: Drill) -> dict[str, Any]:
    shown: dict[str, Any] = shapes.DrillOut(row).data
    return shown


def _narrow(rows: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
    lookups = {"incident_type": "incident_type", "since": "held_on__gte", "until": "held_on__lte"}
    return rows.filter(**{lookups[name]: asked[name] for name in lookups if name in asked})


class DrillCollection(APIView):
    """Drills of the caller's area."""

    access_policy = VIEW

    @extend_schema(
        operation_id="drills_list",
        summary="Drills of your area, the latest first",
        parameters=[shapes.DrillQuery],
        responses={200: shapes.DrillPageOut, **LISTED},
    )
    def get(self, request: Request) -> Response:
        return page_of(
            request,
            queries.drill_rows(scope_of(request)),
            order=("-held_on", "-id"),
            out=shapes.DrillOut,
            query=shapes.DrillQuery,
            narrow=_narrow,
        )

    @extend_schema(
        operation_id="drills_record",
        summary="Record a drill with its evaluation",
        request=shapes.DrillCreate,
        responses={200: shapes.DrillOut, 201: shapes.DrillOut, **CREATED},
    )
    def post(self, request: Request) -> Response:
        require(request, queries.RECORD)

        def act(values: dict[str, Any]) -> Drill:
            return record_drill(by=request.user, today=timezone.localdate(), **values)

        return create(request, given=shapes.DrillCreate, model=Drill, act=act, show=_show)


class DrillItem(APIView):
    """One drill."""

    access_policy = VIEW

    @extend_schema(
        operation_id="drills_read",
        summary="One drill with its evaluation",
        parameters=[PATH_ID],
        responses={200: shapes.DrillOut, **READ},
    )
    def get(self, request: Request, pk: int) -> Response:
        scope = scope_of(request)
        return Response(_show(pick(queries.drill_rows(scope), scope, pk=pk)))


class NextDrills(APIView):
    """Rooms of the caller's area by when their next drill is due."""

    access_policy = VIEW

    @extend_schema(
        operation_id="drills_next",
        summary="Rooms with their last drill and the day the next one is due by, soonest first",
        parameters=[PageQuery],
        responses={200: shapes.NextDrillPageOut, **LISTED},
    )
    def get(self, request: Request) -> Response:
        today = timezone.localdate()
        return page_of(
            request,
            queries.rooms_by_drill(scope_of(request), today, every=queries.rhythm(today)),
            order=("due_on", "id"),
            out=shapes.NextDrillOut,
        )
