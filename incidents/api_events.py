"""Disputes, screenings and outreach as JSON: the same services and refusals as the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from incidents.access import scope_of
from incidents.models import (
    Dispute,
    DisputeScreening,
    DisputeStep,
    OutreachActivity,
)
from incidents.queries.disputes import dispute_rows, screening_rows
from incidents.queries.leads import outreach_rows
from incidents.serializers_events import (
    Closing,
    DisputeChange,
    DisputeCreate,
    DisputeOut,
    DisputePageOut,
    DisputeStepCreate,
    DisputeStepOut,
    OutreachCreate,
    OutreachOut,
    OutreachPageOut,
    ScreeningCreate,
    ScreeningOut,
    ScreeningPageOut,
)
from incidents.services import disputes, outreach
from policeroom.common.access import fetch
from policeroom.common.api import PageQuery, Reason, require
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

DISPUTES, OUTREACH = "disputes.edit", "outreach.edit"


def _disputes(request: Request) -> ScopedQuerySet:
    steps = DisputeStep.objects.unscoped("steps of disputes in view").order_by("held_at", "id")
    return dispute_rows(scope_of(request)).prefetch_related(Prefetch("steps", steps))


def _dispute(request: Request, pk: int, *, action: str | None = None) -> Any:
    return fetch(_disputes(request), scope_of(request), action=action, pk=pk)


class DisputeCollection(APIView):
    """Disputes of the caller's area."""

    access_policy = "incidents.view"

    @extend_schema(
        operation_id="disputes_list",
        summary="Disputes in your area, the latest first",
        parameters=[PageQuery],
        responses={200: DisputePageOut, **LISTED},
    )
    def get(self, request: Request) -> Response:
        return page_of(request, _disputes(request), order=("-found_on", "-id"), out=DisputeOut)

    @extend_schema(
        operation_id="disputes_record",
        summary="Put a dispute on the ledger",
        request=DisputeCreate,
        responses={200: DisputeOut, 201: DisputeOut, **CREATED},
    )
    def post(self, request: Request) -> Response:
        require(request, DISPUTES)
        return create(
            request,
            given=DisputeCreate,
            model=Dispute,
            act=lambda values: disputes.record_dispute(
                by=request.user, now=timezone.now(), **values
            ),
            show=lambda row: DisputeOut(_dispute(request, row.pk)).data,
        )


class DisputeItem(APIView):
    """One dispute."""

    access_policy = "incidents.view"

    @extend_schema(
        operation_id="disputes_read",
        summary="One dispute with its sessions and visits",
        parameters=[PATH_ID],
        responses={200: DisputeOut, **READ},
    )
    def get(self, request: Request, pk: int) -> Response:
        return Response(DisputeOut(_dispute(request, pk)).data)

    @extend_schema(
        operation_id="disputes_change",
        summary="Correct what is known of an open dispute",
        parameters=[PATH_ID],
        request=DisputeChange,
        responses={200: DisputeOut, **ACTED},
    )
    def patch(self, request: Request, pk: int) -> Response:
        row = _dispute(request, pk, action=DISPUTES)
        values = facts_of(request, DisputeChange)
        disputes.revise_dispute(dispute=row, by=request.user, **values)
        return Response(DisputeOut(_dispute(request, pk)).data)


class DisputeSteps(APIView):
    """Sessions and visits of a dispute."""

    access_policy = DISPUTES

    @extend_schema(
        operation_id="disputes_step",
        summary="Record a mediation, or a visit after an agreement",
        parameters=[PATH_ID],
        request=DisputeStepCreate,
        responses={200: DisputeStepOut, 201: DisputeStepOut, **CREATED},
    )
    def post(self, request: Request, pk: int) -> Response:
        row = _dispute(request, pk, action=DISPUTES)
        return create(
            request,
            given=DisputeStepCreate,
            model=DisputeStep,
            act=lambda values: disputes.add_step(
                dispute=row, by=request.user, now=timezone.now(), **values
            ),
            show=lambda step: DisputeStepOut(step).data,
        )


class DisputeClosing(APIView):
    """The end of a dispute."""

    access_policy = DISPUTES

    @extend_schema(
        operation_id="disputes_close",
        summary="Close a dispute that ended",
        parameters=[PATH_ID],
        request=Closing,
        responses={200: DisputeOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        row = _dispute(request, pk, action=DISPUTES)
        values = facts_of(request, Closing)
        disputes.close_dispute(dispute=row, by=request.user, now=timezone.now(), **values)
        return Response(DisputeOut(_dispute(request, pk)).data)


class DisputeStrike(APIView):
    """A dispute that was none."""

    access_policy = DISPUTES

    @extend_schema(
        operation_id="disputes_strike",
        summary="Strike a dispute entered by mistake",
        parameters=[PATH_ID],
        request=Reason,
        responses={200: DisputeOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        row = _dispute(request, pk, action=DISPUTES)
        values = facts_of(request, Reason)
        disputes.strike_dispute(dispute=row, by=request.user, now=timezone.now(), **values)
        return Response(DisputeOut(_dispute(request, pk)).data)


class ScreeningCollection(APIView):
    """Screenings of the caller's area."""

    access_policy = "incidents.view"

    @extend_schema(
        operation_id="screenings_list",
        summary="Screenings in your area, the latest first",
        parameters=[PageQuery],
        responses={200: ScreeningPageOut, **LISTED},
    )
    def get(self, request: Request) -> Response:
        rows = screening_rows(scope_of(request))
        return page_of(request, rows, order=("-held_on", "-id"), out=ScreeningOut)

    @extend_schema(
        operation_id="screenings_record",
        summary="Record that a room looked for disputes",
        request=ScreeningCreate,
        responses={200: ScreeningOut, 201: ScreeningOut, **CREATED},
    )
    def post(self, request: Request) -> Response:
        require(request, DISPUTES)
        return create(
            request,
            given=ScreeningCreate,
            model=DisputeScreening,
            act=lambda values: disputes.record_screening(
                by=request.user, now=timezone.now(), **values
            ),
            show=lambda row: ScreeningOut(row).data,
        )


def _outreach(request: Request) -> ScopedQuerySet:
    return outreach_rows(scope_of(request)).prefetch_related("universities")


def _activity(request: Request, pk: int, *, action: str | None = None) -> Any:
    return fetch(_outreach(request), scope_of(request), action=action, pk=pk)


class OutreachCollection(APIView):
    """Outreach of the caller's area."""

    access_policy = "incidents.view"

    @extend_schema(
        operation_id="outreach_list",
        summary="Outreach activities in your area, the latest first",
        parameters=[PageQuery],
        responses={200: OutreachPageOut, **LISTED},
    )
    def get(self, request: Request) -> Response:
        return page_of(request, _outreach(request), order=("-held_on", "-id"), out=OutreachOut)

    @extend_schema(
        operation_id="outreach_record",
        summary="Record an activity that was held",
        request=OutreachCreate,
        responses={200: OutreachOut, 201: OutreachOut, **CREATED},
    )
    def post(self, request: Request) -> Response:
        require(request, OUTREACH)
        return create(
            request,
            given=OutreachCreate,
            model=OutreachActivity,
            act=lambda values: outreach.record_activity(
                by=request.user, now=timezone.now(), **values
            ),
            show=lambda row: OutreachOut(_activity(request, row.pk)).data,
        )


class OutreachItem(APIView):
    """One activity."""

    access_policy = "incidents.view"

    @extend_schema(
        operation_id="outreach_read",
        summary="One outreach activity",
        parameters=[PATH_ID],
        responses={200: OutreachOut, **READ},
    )
    def get(self, request: Request, pk: int) -> Response:
        return Response(OutreachOut(_activity(request, pk)).data)


class OutreachStrike(APIView):
    """An activity that was none."""

    access_policy = OUTREACH

    @extend_schema(
        operation_id="outreach_strike",
        summary="Strike an activity entered by mistake",
        parameters=[PATH_ID],
        request=Reason,
        responses={200: OutreachOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        row = _activity(request, pk, action=OUTREACH)
        values = facts_of(request, Reason)
        outreach.strike_activity(activity=row, by=request.user, now=timezone.now(), **values)
        return Response(OutreachOut(_activity(request, pk)).data)
