"""How notices, leads and hazards end, as JSON: the same services and refusals as the pages."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from incidents.access import scope_of
from incidents.api_ledgers import hazard_for
from incidents.api_urgent import notice_for
from incidents.queries.leads import lead_rows
from incidents.serializers_events import Closing, Judgement
from incidents.serializers_ledgers import HazardOut, LeadOut
from incidents.serializers_records import UrgentOut
from incidents.services import hazards, leads, urgent_ends
from policeroom.common.access import fetch
from policeroom.common.api import Reason
from policeroom.common.api_records import ACTED, PATH_ID, READ, facts_of

URGENT = {200: UrgentOut, **ACTED}


class UrgentAcknowledgement(APIView):
    """A superior took note."""

    access_policy = "urgent.receive"

    @extend_schema(
        operation_id="urgent_acknowledge",
        summary="Acknowledge a notice",
        description="Without an earlier report this proves that it arrived now.",
        parameters=[PATH_ID],
        request=None,
        responses=URGENT,
    )
    def post(self, request: Request, pk: int) -> Response:
        notice = notice_for(request, pk, action="urgent.receive")
        root = scope_of(request).root
        urgent_ends.acknowledge(
            notice=notice,
            by=request.user,
            now=timezone.now(),
            unit=root.unit_name if root is not None else "",
        )
        return Response(UrgentOut(notice_for(request, pk)).data)


class UrgentJudgementView(APIView):
    """Whether something was concealed."""

    access_policy = "urgent.judge"

    @extend_schema(
        operation_id="urgent_judge",
        summary="Decide about concealment, with the reason",
        parameters=[PATH_ID],
        request=Judgement,
        responses=URGENT,
    )
    def post(self, request: Request, pk: int) -> Response:
        notice = notice_for(request, pk, action="urgent.judge")
        values = facts_of(request, Judgement)
        urgent_ends.judge(notice=notice, by=request.user, now=timezone.now(), **values)
        return Response(UrgentOut(notice_for(request, pk)).data)


class UrgentClosing(APIView):
    """The end of the situation."""

    access_policy = "urgent.report"

    @extend_schema(
        operation_id="urgent_close",
        summary="End the situation; what was not reported by then counts as omitted",
        parameters=[PATH_ID],
        request=Closing,
        responses=URGENT,
    )
    def post(self, request: Request, pk: int) -> Response:
        notice = notice_for(request, pk, action="urgent.report")
        values = facts_of(request, Closing)
        urgent_ends.close_notice(notice=notice, by=request.user, now=timezone.now(), **values)
        return Response(UrgentOut(notice_for(request, pk)).data)


class UrgentStrike(APIView):
    """A notice that was none."""

    access_policy = "urgent.judge"

    @extend_schema(
        operation_id="urgent_strike",
        summary="Strike a notice raised by mistake",
        parameters=[PATH_ID],
        request=Reason,
        responses=URGENT,
    )
    def post(self, request: Request, pk: int) -> Response:
        notice = notice_for(request, pk, action="urgent.judge")
        values = facts_of(request, Reason)
        urgent_ends.strike_notice(notice=notice, by=request.user, now=timezone.now(), **values)
        return Response(UrgentOut(notice_for(request, pk)).data)


def _lead(request: Request, pk: int, *, action: str | None = None) -> Any:
    return fetch(lead_rows(scope_of(request)), scope_of(request), action=action, pk=pk)


class LeadItem(APIView):
    """One lead."""

    access_policy = "incidents.view"

    @extend_schema(
        operation_id="leads_read",
        summary="One lead",
        parameters=[PATH_ID],
        responses={200: LeadOut, **READ},
    )
    def get(self, request: Request, pk: int) -> Response:
        return Response(LeadOut(_lead(request, pk)).data)


class LeadStrike(APIView):
    """A lead passed down by mistake."""

    access_policy = "leads.issue"

    @extend_schema(
        operation_id="leads_strike",
        summary="Strike a lead passed down by mistake",
        parameters=[PATH_ID],
        request=Reason,
        responses={200: LeadOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        row = _lead(request, pk, action="leads.issue")
        values = facts_of(request, Reason)
        done = leads.strike_lead(lead=row, by=request.user, now=timezone.now(), **values)
        return Response(LeadOut(done).data)


class HazardStrike(APIView):
    """A hazard that was none."""

    access_policy = "hazards.order"

    @extend_schema(
        operation_id="hazards_strike",
        summary="Strike a hazard entered by mistake",
        parameters=[PATH_ID],
        request=Reason,
        responses={200: HazardOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        row = hazard_for(request, pk, action="hazards.order")
        values = facts_of(request, Reason)
        hazards.strike_hazard(hazard=row, by=request.user, now=timezone.now(), **values)
        return Response(HazardOut(hazard_for(request, pk)).data)
