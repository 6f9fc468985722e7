"""Appraisals, commendations and accountability as JSON: the services and refusals of the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from personnel import serializers as shapes
from personnel.models import Accountability, Appraisal, Commendation
from personnel.models.decisions import STANDING
from personnel.queries.decisions import decision_rows
from personnel.services.decisions import record_decision, strike_decision
from policeroom.common.access import fetch, scope_of
from policeroom.common.api import Reason, require
from policeroom.common.api_records import (
    ACTED,
    CREATED,
    LISTED,
    PATH_ID,
    create,
    facts_of,
    page_of,
)

RECORD, SEE, SEE_ACCOUNTABILITY = "decisions.record", "people.view", "accountability.view"
OUT: dict[type[Any], type[shapes.DecisionOut]] = {
    Appraisal: shapes.AppraisalOut,
    Commendation: shapes.CommendationOut,
    Accountability: shapes.AccountabilityOut,
}


def _page(request: Request, model: type[Any], see: str) -> Response:
    def narrow(rows: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
        if "station" in asked:
            rows = rows.filter(station=asked["station"])
        if "person" in asked and model is not Appraisal:
            rows = rows.filter(person=asked["person"])
        return rows if asked["struck"] else rows.filter(STANDING)

    return page_of(
        request,
        decision_rows(model, scope_of(request), action=see),
        order=("-decided_on", "-id"),
        out=OUT[model],
        query=shapes.DecisionQuery,
        narrow=narrow,
    )


def _record(request: Request, model: type[Any], given: type[shapes.DecisionIn]) -> Response:
    require(request, RECORD)
    return create(
        request,
        given=given,
        model=model,
        act=lambda values: record_decision(
            model, by=request.user, today=timezone.localdate(), **values
        ),
        show=lambda row: OUT[model](row).data,
    )


def _strike(request: Request, model: type[Any], pk: int) -> Response:
    rows = model.objects.select_related("station")
    row = fetch(rows, scope_of(request), action=RECORD, pk=pk)
    values = facts_of(request, Reason)
    struck = strike_decision(row, by=request.user, at=timezone.now(), **values)
    return Response(OUT[model](struck).data)


class AppraisalCollection(APIView):
    """Yearly appraisals of rooms in the caller's area."""

    access_policy = SEE

    @extend_schema(
        operation_id="appraisals_list",
        summary="Appraisals of your rooms, the latest first",
        parameters=[shapes.DecisionQuery],
        responses={200: shapes.AppraisalPageOut, **LISTED},
    )
    def get(self, request: Request) -> Response:
        return _page(request, Appraisal, SEE)

    @extend_schema(
        operation_id="appraisals_record",
        summary="Record the appraisal of a room for a year by its paper",
        request=shapes.AppraisalCreate,
        responses={200: shapes.AppraisalOut, 201: shapes.AppraisalOut, **CREATED},
    )
    def post(self, request: Request) -> Response:
        return _record(request, Appraisal, shapes.AppraisalCreate)


class AppraisalStriking(APIView):
    """A record of an appraisal that was wrong."""

    access_policy = RECORD

    @extend_schema(
        operation_id="appraisals_strike",
        summary="Strike the record of an appraisal; it stays with the reason",
        parameters=[PATH_ID],
        request=Reason,
        responses={200: shapes.AppraisalOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        return _strike(request, Appraisal, pk)


class CommendationCollection(APIView):
    """Commendations in the caller's area."""

    access_policy = SEE

    @extend_schema(
        operation_id="commendations_list",
        summary="Commendations of your rooms and people, the latest first",
        parameters=[shapes.DecisionQuery],
        responses={200: shapes.CommendationPageOut, **LISTED},
    )
    def get(self, request: Request) -> Response:
        return _page(request, Commendation, SEE)

    @extend_schema(
        operation_id="commendations_record",
        summary="Record a commendation by its paper",
        request=shapes.PersonDecisionCreate,
        responses={200: shapes.CommendationOut, 201: shapes.CommendationOut, **CREATED},
    )
    def post(self, request: Request) -> Response:
        return _record(request, Commendation, shapes.PersonDecisionCreate)


class CommendationStriking(APIView):
    """A record of a commendation that was wrong."""

    access_policy = RECORD

    @extend_schema(
        operation_id="commendations_strike",
        summary="Strike the record of a commendation; it stays with the reason",
        parameters=[PATH_ID],
        request=Reason,
        responses={200: shapes.CommendationOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        return _strike(request, Commendation, pk)


class AccountabilityCollection(APIView):
    """Accountability decisions in the caller's area."""

    access_policy = SEE_ACCOUNTABILITY

    @extend_schema(
        operation_id="accountability_list",
        summary="Accountability decisions about your rooms and people, the latest first",
        parameters=[shapes.DecisionQuery],
        responses={200: shapes.AccountabilityPageOut, **LISTED},
    )
    def get(self, request: Request) -> Response:
        return _page(request, Accountability, SEE_ACCOUNTABILITY)

    @extend_schema(
        operation_id="accountability_record",
        summary="Record an accountability decision by its paper",
        request=shapes.PersonDecisionCreate,
        responses={200: shapes.AccountabilityOut, 201: shapes.AccountabilityOut, **CREATED},
    )
    def post(self, request: Request) -> Response:
        return _record(request, Accountability, shapes.PersonDecisionCreate)


class AccountabilityStriking(APIView):
    """A record of an accountability decision that was wrong."""

    access_policy = RECORD

    @extend_schema(
        operation_id="accountability_strike",
        summary="Strike the record of an accountability decision; it stays with the reason",
        parameters=[PATH_ID],
        request=Reason,
        responses={200: shapes.AccountabilityOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        return _strike(request, Accountability, pk)
