"""Urgent notices as JSON: the same services and refusals as the pages."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from incidents.access import scope_of
from incidents.models import UrgentMeasure, UrgentNotice, UrgentSide
from incidents.serializers_records import (
    DisposalStart,
    MeasureCreate,
    SideKnown,
    SideNotify,
    SideReport,
    UrgentCreate,
    UrgentMeasureOut,
    UrgentOut,
    UrgentPageOut,
    UrgentSideOut,
)
from incidents.services import urgent as services
from policeroom.common.access import fetch
from policeroom.common.api import PageQuery, require
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
from policeroom.common.managers import ScopedQuerySet


def _rows(request: Request) -> ScopedQuerySet:
    rows = UrgentNotice.objects.within(scope_of(request))
    return rows.prefetch_related("sides", "measures")


def notice_for(request: Request, pk: int, *, action: str | None = None) -> Any:
    """One notice through the scope."""
    return fetch(_rows(request), scope_of(request), action=action, pk=pk)


class UrgentCollection(APIView):
    """Urgent notices of the caller's area."""

    access_policy = "incidents.view"

    @extend_schema(
        operation_id="urgent_list",
        summary="Urgent notices in your area, the latest known first",
        parameters=[PageQuery],
        responses={200: UrgentPageOut, **LISTED},
    )
    def get(self, request: Request) -> Response:
        return page_of(request, _rows(request), order=("-known_at", "-id"), out=UrgentOut)

    @extend_schema(
        operation_id="urgent_raise",
        summary="Raise an urgent notice",
        description="An incident has one notice that counts: another one returns it with 200.",
        request=UrgentCreate,
        responses={200: UrgentOut, 201: UrgentOut, **CREATED},
    )
    def post(self, request: Request) -> Response:
        require(request, "urgent.report")
        return create(
            request,
            given=UrgentCreate,
            model=UrgentNotice,
            act=lambda values: services.raise_notice(by=request.user, now=timezone.now(), **values),
            show=lambda row: UrgentOut(notice_for(request, row.pk)).data,
        )


class UrgentItem(APIView):
    """One urgent notice."""

    access_policy = "incidents.view"

    @extend_schema(
        operation_id="urgent_read",
        summary="One urgent notice with its two sides",
        parameters=[PATH_ID],
        responses={200: UrgentOut, **READ},
    )
    def get(self, request: Request, pk: int) -> Response:
        return Response(UrgentOut(notice_for(request, pk)).data)


class UrgentMeasures(APIView):
    """What is done against it."""

    access_policy = "urgent.report"

    @extend_schema(
        operation_id="urgent_measure",
        summary="Record a measure of a side",
        parameters=[PATH_ID],
        request=MeasureCreate,
        responses={200: UrgentMeasureOut, 201: UrgentMeasureOut, **CREATED},
    )
    def post(self, request: Request, pk: int) -> Response:
        notice = notice_for(request, pk, action="urgent.report")
        return create(
            request,
            given=MeasureCreate,
            model=UrgentMeasure,
            act=lambda values: services.record_measure(
                notice=notice, by=request.user, now=timezone.now(), **values
            ),
            show=lambda row: UrgentMeasureOut(row).data,
        )


class UrgentDisposal(APIView):
    """The start of the disposal."""

    access_policy = "urgent.report"

    @extend_schema(
        operation_id="urgent_disposal",
        summary="Record when somebody began to act",
        parameters=[PATH_ID],
        request=DisposalStart,
        responses={200: UrgentOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        notice = notice_for(request, pk, action="urgent.report")
        values = facts_of(request, DisposalStart)
        services.start_disposal(notice=notice, by=request.user, now=timezone.now(), **values)
        return Response(UrgentOut(notice_for(request, pk)).data)


def _side_act(request: Request, pk: int, given: type[Serializer], act: Any) -> Response:
    rows = UrgentSide.objects.select_related("notice")
    side = fetch(rows, scope_of(request), action="urgent.report", pk=pk)
    values = facts_of(request, given)
    done = act(side=side, by=request.user, now=timezone.now(), **values)
    return Response(UrgentSideOut(done).data)


class UrgentKnownView(APIView):
    """When a side knew."""

    access_policy = "urgent.report"

    @extend_schema(
        operation_id="urgent_known",
        summary="State when a side knew",
        parameters=[PATH_ID],
        request=SideKnown,
        responses={200: UrgentSideOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        return _side_act(request, pk, SideKnown, services.state_known)


class UrgentReportView(APIView):
    """The first report of a side."""

    access_policy = "urgent.report"

    @extend_schema(
        operation_id="urgent_report",
        summary="Record the first report to the superior",
        parameters=[PATH_ID],
        request=SideReport,
        responses={200: UrgentSideOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        return _side_act(request, pk, SideReport, services.report_to_superior)


class UrgentNotifyView(APIView):
    """The notice to the other side."""

    access_policy = "urgent.report"

    @extend_schema(
        operation_id="urgent_notify",
        summary="Record that a side told the other",
        parameters=[PATH_ID],
        request=SideNotify,
        responses={200: UrgentSideOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        return _side_act(request, pk, SideNotify, services.notify_other_side)
