"""Arrangements, emergency plans and drills as JSON: the same services and refusals as the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from duty import serializers_plans as shapes
from duty.models import DutyArrangement, EmergencyPlan
from duty.queries import arrangements, plans
from duty.services import arrangements as arrangement_services
from duty.services import plans as plan_services
from policeroom.common.access import pick, scope_of
from policeroom.common.api import require
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
from policeroom.common.models import Interval


def _arrangement(request: Request, pk: int, action: str | None = None) -> DutyArrangement:
    scope = scope_of(request)
    row: DutyArrangement = pick(arrangements.arrangement_rows(scope), scope, action=action, pk=pk)
    return row


def _show_arrangement(row: DutyArrangement) -> dict[str, Any]:
    shown: dict[str, Any] = shapes.ArrangementOut(row).data
    return shown


def _narrow_arrangements(rows: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
    if "part" in asked:
        rows = rows.filter(part=asked["part"])
    return rows.filter(Interval.valid_on(asked["on"])) if "on" in asked else rows


class ArrangementCollection(APIView):
    """Routines of the cities in view, and of the caller's own city."""

    access_policy = arrangements.VIEW

    @extend_schema(
        operation_id="duty_arrangements_list",
        summary="Routines of term and vacation, city by city, the latest first",
        parameters=[shapes.ArrangementQuery],
        responses={200: shapes.ArrangementPageOut, **LISTED},
    )
    def get(self, request: Request) -> Response:
        return page_of(
            request,
            arrangements.arrangement_rows(scope_of(request)),
            order=("org_path", "part", "-valid_from", "-id"),
            out=shapes.ArrangementOut,
            query=shapes.ArrangementQuery,
            narrow=_narrow_arrangements,
        )

    @extend_schema(
        operation_id="duty_arrangements_issue",
        summary="Fix the routine of term or vacation from a day on",
        request=shapes.ArrangementCreate,
        responses={200: shapes.ArrangementOut, 201: shapes.ArrangementOut, **CREATED},
    )
    def post(self, request: Request) -> Response:
        require(request, arrangements.EDIT)

        def act(values: dict[str, Any]) -> DutyArrangement:
            return arrangement_services.issue_arrangement(by=request.user, **values)

        return create(
            request,
            given=shapes.ArrangementCreate,
            model=DutyArrangement,
            act=act,
            show=_show_arrangement,
        )


class ArrangementItem(APIView):
    """One routine."""

    access_policy = arrangements.VIEW

    @extend_schema(
        operation_id="duty_arrangements_read",
        summary="One routine of term or vacation",
        parameters=[PATH_ID],
        responses={200: shapes.ArrangementOut, **READ},
    )
    def get(self, request: Request, pk: int) -> Response:
        return Response(_show_arrangement(_arrangement(request, pk)))


class ArrangementEnd(APIView):
    """The last day of a routine."""

    access_policy = arrangements.EDIT

    @extend_schema(
        operation_id="duty_arrangements_end",
        summary="Say on which day a routine holds last",
        parameters=[PATH_ID],
        request=shapes.LastDay,
        responses={200: shapes.ArrangementOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        row = _arrangement(request, pk, arrangements.EDIT)
        values = facts_of(request, shapes.LastDay)
        arrangement_services.end_arrangement(row=row, by=request.user, **values)
        return Response(_show_arrangement(_arrangement(request, pk)))


def _plan(request: Request, pk: int, action: str | None = None) -> EmergencyPlan:
    scope = scope_of(request)
    rows = plans.with_completeness(plans.plan_rows(scope))
    plan: EmergencyPlan = pick(rows, scope, action=action, pk=pk)
    return plan


def _narrow_plans(rows: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
    return rows.filter(Interval.valid_on(asked["on"])) if "on" in asked else rows


class PlanCollection(APIView):
    """Plans of the cities in view, and of the caller's own city."""

    access_policy = plans.VIEW

    @extend_schema(
        operation_id="emergency_plans_list",
        summary="Emergency plans, city by city, the latest version first",
        parameters=[shapes.PlanQuery],
        responses={200: shapes.PlanPageOut, **LISTED},
    )
    def get(self, request: Request) -> Response:
        return page_of(
            request,
            plans.with_completeness(plans.plan_rows(scope_of(request))),
            order=("org_path", "-valid_from", "-id"),
            out=shapes.PlanOut,
            query=shapes.PlanQuery,
            narrow=_narrow_plans,
        )

    @extend_schema(
        operation_id="emergency_plans_begin",
        summary="Begin a version of a city's plan, with the cells of the one before",
        request=shapes.PlanCreate,
        responses={200: shapes.PlanMatrixOut, 201: shapes.PlanMatrixOut, **CREATED},
    )
    def post(self, request: Request) -> Response:
        require(request, plans.EDIT)

        def act(values: dict[str, Any]) -> EmergencyPlan:
            return plan_services.issue_plan(by=request.user, **values)

        def show(plan: EmergencyPlan) -> dict[str, Any]:
            return _show_plan(_plan(request, plan.pk))

        return create(request, given=shapes.PlanCreate, model=EmergencyPlan, act=act, show=show)


def _show_plan(plan: EmergencyPlan) -> dict[str, Any]:
    shown: dict[str, Any] = shapes.PlanMatrixOut(plan).data
    return shown


class PlanItem(APIView):
    """One plan with its matrix."""

    access_policy = plans.VIEW

    @extend_schema(
        operation_id="emergency_plans_read",
        summary="One plan with every cell and what it lacks",
        parameters=[PATH_ID],
        responses={200: shapes.PlanMatrixOut, **READ},
    )
    def get(self, request: Request, pk: int) -> Response:
        return Response(_show_plan(_plan(request, pk)))


class PlanCells(APIView):
    """The cells of a plan, written one by one."""

    access_policy = plans.EDIT

    @extend_schema(
        operation_id="emergency_plans_write",
        summary="Write elements of one cell; elements that are not sent stay",
        parameters=[PATH_ID],
        request=shapes.CellWrite,
        responses={200: shapes.CellOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        plan = _plan(request, pk, plans.EDIT)
        values = facts_of(request, shapes.CellWrite)
        cell = plan_services.write_cell(
            plan=plan,
            level=int(values.pop("level")),
            incident_type=values.pop("incident_type"),
            changes=values,
            by=request.user,
            today=timezone.localdate(),
        )
        return Response(shapes.CellOut(cell).data)
