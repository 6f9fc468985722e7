"""Handover sheets and the duty log as JSON."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from duty.models import DutyLogEntry
from duty.queries.dutylog import log_rows
from duty.queries.handover import VIEW, handover_rows, sections_of
from duty.serializers_rooms import (
    LOG,
    HandoverOut,
    HandoverPageOut,
    HandoverSheetOut,
    LogEntryCreate,
    LogEntryOut,
    LogPageOut,
    RoomQuery,
)
from duty.services.dutylog import write_entry
from policeroom.common.access import pick, scope_of
from policeroom.common.api import require
from policeroom.common.api_records import CREATED, LISTED, PATH_ID, READ, create, page_of


def _during(field: str) -> Any:
    """Narrow rows of a room to a stretch of time."""

    def narrow(rows: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
        if "station" in asked:
            rows = rows.filter(station=asked["station"])
        if "since" in asked:
            rows = rows.filter(**{f"{field}__gte": asked["since"]})
        return rows.filter(**{f"{field}__lt": asked["until"]}) if "until" in asked else rows

    return narrow


class HandoverCollection(APIView):
    """Handover sheets of the caller's area."""

    access_policy = VIEW

    @extend_schema(
        operation_id="handovers_list",
        summary="Handover sheets of your area, the latest first",
        parameters=[RoomQuery],
        responses={200: HandoverPageOut, **LISTED},
    )
    def get(self, request: Request) -> Response:
        return page_of(
            request,
            handover_rows(scope_of(request)),
            order=("-handed_at", "-id"),
            out=HandoverOut,
            query=RoomQuery,
            narrow=_during("handed_at"),
        )


class HandoverItem(APIView):
    """One handover sheet."""

    access_policy = VIEW

    @extend_schema(
        operation_id="handovers_read",
        summary="One handover sheet with what stands on it",
        parameters=[PATH_ID],
        responses={200: HandoverSheetOut, **READ},
    )
    def get(self, request: Request, pk: int) -> Response:
        scope = scope_of(request)
        row = pick(handover_rows(scope), scope, pk=pk)
        sections = sections_of(row, scope, now=timezone.now())
        return Response(HandoverSheetOut(row, context={"sections": sections}).data)


class LogCollection(APIView):
    """The duty logs of the caller's area."""

    access_policy = VIEW

    @extend_schema(
        operation_id="duty_log_list",
        summary="Lines of the duty logs of your area, the latest first",
        parameters=[RoomQuery],
        responses={200: LogPageOut, **LISTED},
    )
    def get(self, request: Request) -> Response:
        return page_of(
            request,
            log_rows(scope_of(request)),
            order=("-at", "-id"),
            out=LogEntryOut,
            query=RoomQuery,
            narrow=_during("at"),
        )

    @extend_schema(
        operation_id="duty_log_write",
        summary="Write a line into a room's log; written once, never changed",
        request=LogEntryCreate,
        responses={200: LogEntryOut, 201: LogEntryOut, **CREATED},
    )
    def post(self, request: Request) -> Response:
        require(request, LOG)

        def act(values: dict[str, Any]) -> DutyLogEntry:
            return write_entry(by=request.user, now=timezone.now(), **values)

        return create(
            request,
            given=LogEntryCreate,
            model=DutyLogEntry,
            act=act,
            show=lambda row: dict(LogEntryOut(row).data),
        )
