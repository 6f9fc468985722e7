"""Leads and hazards as JSON: the same services and refusals as the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from incidents.access import scope_of
from incidents.models import Hazard, HazardOrder, HazardRecheck, Lead
from incidents.queries.leads import issuing_unit
from incidents.serializers_ledgers import (
    HazardCreate,
    HazardExtension,
    HazardOut,
    HazardPageOut,
    HazardRecheckOut,
    LeadAnswer,
    LeadCreate,
    LeadOut,
    LeadPageOut,
    RecheckCreate,
)
from incidents.services import hazards, leads
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


class LeadCollection(APIView):
    """Leads of the caller's area."""

    access_policy = "incidents.view"

    @extend_schema(
        operation_id="leads_list",
        summary="Leads in your area, the latest first",
        parameters=[PageQuery],
        responses={200: LeadPageOut, **LISTED},
    )
    def get(self, request: Request) -> Response:
        rows = Lead.objects.within(scope_of(request))
        return page_of(request, rows, order=("-received_at", "-id"), out=LeadOut)

    @extend_schema(
        operation_id="leads_issue",
        summary="Pass a lead down to a room",
        request=LeadCreate,
        responses={200: LeadOut, 201: LeadOut, **CREATED},
    )
    def post(self, request: Request) -> Response:
        require(request, "leads.issue")

        def act(values: dict[str, Any]) -> Lead:
            issuer = issuing_unit(scope_of(request), values["station"].org_path)
            return leads.issue_lead(issuer=issuer, by=request.user, now=timezone.now(), **values)

        return create(
            request, given=LeadCreate, model=Lead, act=act, show=lambda row: LeadOut(row).data
        )


class LeadAnswerView(APIView):
    """The result of a lead."""

    access_policy = "leads.answer"

    @extend_schema(
        operation_id="leads_answer",
        summary="Give the result of a lead",
        parameters=[PATH_ID],
        request=LeadAnswer,
        responses={200: LeadOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        row = fetch(Lead.objects.all(), scope_of(request), action="leads.answer", pk=pk)
        values = facts_of(request, LeadAnswer)
        done = leads.answer_lead(lead=row, by=request.user, now=timezone.now(), **values)
        return Response(LeadOut(done).data)


def _hazards(request: Request) -> ScopedQuerySet:
    orders = HazardOrder.objects.unscoped("due dates of hazards in view")
    orders = orders.select_related("recheck").order_by("id")
    return Hazard.objects.within(scope_of(request)).prefetch_related(Prefetch("orders", orders))


def hazard_for(request: Request, pk: int, *, action: str | None = None) -> Any:
    """One hazard through the scope."""
    return fetch(_hazards(request), scope_of(request), action=action, pk=pk)


class HazardCollection(APIView):
    """Hazards of the caller's area."""

    access_policy = "incidents.view"

    @extend_schema(
        operation_id="hazards_list",
        summary="Hazards in your area, the latest first",
        parameters=[PageQuery],
        responses={200: HazardPageOut, **LISTED},
    )
    def get(self, request: Request) -> Response:
        return page_of(request, _hazards(request), order=("-found_at", "-id"), out=HazardOut)

    @extend_schema(
        operation_id="hazards_record",
        summary="Record a hazard",
        request=HazardCreate,
        responses={200: HazardOut, 201: HazardOut, **CREATED},
    )
    def post(self, request: Request) -> Response:
        require(request, "hazards.edit")
        return create(
            request,
            given=HazardCreate,
            model=Hazard,
            act=lambda values: hazards.record_hazard(by=request.user, now=timezone.now(), **values),
            show=lambda row: HazardOut(hazard_for(request, row.pk)).data,
        )


class HazardItem(APIView):
    """One hazard."""

    access_policy = "incidents.view"

    @extend_schema(
        operation_id="hazards_read",
        summary="One hazard with its due dates and rechecks",
        parameters=[PATH_ID],
        responses={200: HazardOut, **READ},
    )
    def get(self, request: Request, pk: int) -> Response:
        return Response(HazardOut(hazard_for(request, pk)).data)


class HazardExtensionView(APIView):
    """A later date."""

    access_policy = "hazards.order"

    @extend_schema(
        operation_id="hazards_extend",
        summary="Give more time, by decision",
        parameters=[PATH_ID],
        request=HazardExtension,
        responses={200: HazardOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        row = hazard_for(request, pk, action="hazards.order")
        values = facts_of(request, HazardExtension)
        hazards.extend_hazard(hazard=row, by=request.user, now=timezone.now(), **values)
        return Response(HazardOut(hazard_for(request, pk)).data)


class HazardRecheckView(APIView):
    """The recheck by one due date; the address names the order."""

    access_policy = "hazards.edit"

    @extend_schema(
        operation_id="hazards_recheck",
        summary="Record what the recheck found",
        parameters=[PATH_ID],
        request=RecheckCreate,
        responses={200: HazardRecheckOut, 201: HazardRecheckOut, **CREATED},
    )
    def post(self, request: Request, pk: int) -> Response:
        rows = HazardOrder.objects.select_related("hazard")
        order = fetch(rows, scope_of(request), action="hazards.edit", pk=pk)
        return create(
            request,
            given=RecheckCreate,
            model=HazardRecheck,
            act=lambda values: hazards.recheck_hazard(
                order=order, by=request.user, now=timezone.now(), **values
            ),
            show=lambda row: HazardRecheckOut(row).data,
        )
