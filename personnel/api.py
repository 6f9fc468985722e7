"""People, their strength and secondments as JSON: the same services and refusals as the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from personnel import serializers as shapes
from personnel.enums import SecondmentState
from personnel.models import Secondment
from personnel.queries import secondments as queries
from personnel.queries.staff import absences_of, posts_of, staff_rows, trainings_of
from personnel.queries.strength import strength_of
from personnel.services import secondments as services
from personnel.strength import Assessment
from personnel.tables.strength import why
from policeroom.common.access import fetch, scope_of
from policeroom.common.api import Reason, require
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
from stations.models import Station

VIEW, ASK, DECIDE = "people.view", "secondments.ask", "secondments.decide"


class PersonCollection(APIView):
    """People who serve in the caller's area."""

    access_policy = VIEW

    @extend_schema(
        operation_id="people_list",
        summary="People of your area, room by room; who left the service is left out",
        parameters=[shapes.PersonQuery],
        responses={200: shapes.PersonPageOut, **LISTED},
    )
    def get(self, request: Request) -> Response:
        rows = staff_rows(scope_of(request), on=timezone.localdate())

        def narrow(found: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
            if "station" in asked:
                found = found.filter(room_id=asked["station"])
            return found.filter(kind=asked["kind"]) if "kind" in asked else found

        return page_of(
            request,
            rows.filter(gone=False),
            order=("org_path", "id"),
            out=shapes.PersonOut,
            query=shapes.PersonQuery,
            narrow=narrow,
        )


class PersonItem(APIView):
    """A person's file."""

    access_policy = VIEW

    @extend_schema(
        operation_id="people_read",
        summary="The file of one person: posts, absences, secondments, trainings",
        parameters=[PATH_ID],
        responses={200: shapes.PersonFileOut, **READ},
    )
    def get(self, request: Request, pk: int) -> Response:
        scope = scope_of(request)
        person = fetch(staff_rows(scope, on=timezone.localdate()), scope, action=VIEW, pk=pk)
        shown = shapes.PersonOut(person).data
        parts = {
            "posts": shapes.PostOut(posts_of(person), many=True).data,
            "absences": shapes.AbsenceOut(absences_of(person), many=True).data,
            "secondments": shapes.SecondmentOut(
                queries.secondments_of(person).select_related("person"), many=True
            ).data,
            "trainings": shapes.TrainingOut(trainings_of(person), many=True).data,
        }
        return Response({**shown, **parts})


class StationStrength(APIView):
    """What a room must have and has."""

    access_policy = VIEW

    @extend_schema(
        operation_id="stations_strength",
        summary="Strength of a room on a day: required, counted, missing and why",
        parameters=[PATH_ID, shapes.DayQuery],
        responses={200: shapes.StrengthOut, 400: LISTED[400], **READ},
    )
    def get(self, request: Request, pk: int) -> Response:
        given = shapes.DayQuery(data=request.query_params)
        given.is_valid(raise_exception=True)
        day = given.validated_data.get("on") or timezone.localdate()
        rooms = Station.objects.select_related("operator")
        station = fetch(rooms, scope_of(request), action=VIEW, pk=pk)
        found = strength_of(station, day)
        return Response(shapes.StrengthOut(_strength(station, day, found)).data)


def _strength(station: Station, day: Any, found: Assessment | None) -> dict[str, Any]:
    """The figures; a room that was not open on the day needs and has nobody."""
    if found is None:
        none = dict.fromkeys(
            ("officers_required", "officers", "auxiliaries_required", "auxiliaries"), 0
        )
        none |= dict.fromkeys(("away", "seconded", "missing"), 0)
        return {"station": station.pk, "day": day, **none, "failing": [], "why": ""}
    room = found.room
    return {
        "station": station.pk,
        "day": day,
        "officers_required": found.need.officers,
        "officers": room.officers,
        "auxiliaries_required": found.need.auxiliaries,
        "auxiliaries": room.auxiliaries,
        "away": room.officers_away + room.auxiliaries_away,
        "seconded": room.seconded,
        "missing": found.gap,
        "failing": [verdict.rule_id for verdict in found.failing],
        "why": why(found),
    }


# --- secondments ---------------------------------------------------------------------------------
def _secondment(request: Request, pk: int, action: str = VIEW) -> Any:
    scope = scope_of(request)
    rows = queries.secondment_rows(scope, on=timezone.localdate())
    return fetch(rows, scope, action=action, path="person__org_path", pk=pk)


def _shown(row: Secondment) -> dict[str, Any]:
    shown: dict[str, Any] = shapes.SecondmentOut(row).data
    return shown


def _narrow(rows: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
    if "person" in asked:
        rows = rows.filter(person=asked["person"])
    return rows.filter(queries.STATES[asked["state"]]) if "state" in asked else rows


class SecondmentCollection(APIView):
    """Secondments of people in the caller's area."""

    access_policy = VIEW

    @extend_schema(
        operation_id="secondments_list",
        summary="Secondments of your people, the latest first",
        parameters=[shapes.SecondmentQuery],
        responses={200: shapes.SecondmentPageOut, **LISTED},
    )
    def get(self, request: Request) -> Response:
        return page_of(
            request,
            queries.secondment_rows(scope_of(request), on=timezone.localdate()),
            order=("-valid_from", "-id"),
            out=shapes.SecondmentOut,
            query=shapes.SecondmentQuery,
            narrow=_narrow,
        )

    @extend_schema(
        operation_id="secondments_ask",
        summary="Ask to send somebody away; a second person above the room decides",
        request=shapes.SecondmentCreate,
        responses={200: shapes.SecondmentOut, 201: shapes.SecondmentOut, **CREATED},
    )
    def post(self, request: Request) -> Response:
        require(request, ASK)
        return create(
            request,
            given=shapes.SecondmentCreate,
            model=Secondment,
            act=lambda values: services.ask_secondment(
                by=request.user, at=timezone.now(), **values
            ),
            show=_shown,
        )


class SecondmentItem(APIView):
    """One secondment."""

    access_policy = VIEW

    @extend_schema(
        operation_id="secondments_read",
        summary="One secondment",
        parameters=[PATH_ID],
        responses={200: shapes.SecondmentOut, **READ},
    )
    def get(self, request: Request, pk: int) -> Response:
        return Response(_shown(_secondment(request, pk)))


def _answer(
    request: Request,
    pk: int,
    action: str,
    given: type[Serializer],
    act: Callable[..., Any],
    **more: Any,
) -> Response:
    """An act on a secondment in view with the body sent, and how it stands afterwards."""
    row = _secondment(request, pk, action)
    act(secondment=row, by=request.user, **more, **facts_of(request, given))
    return Response(_shown(_secondment(request, pk)))


class SecondmentApproval(APIView):
    """Somebody else than who asked approves."""

    access_policy = DECIDE

    @extend_schema(
        operation_id="secondments_approve",
        summary="Approve a secondment; the person no longer counts in the room",
        parameters=[PATH_ID],
        request=shapes.Approval,
        responses={200: shapes.SecondmentOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        act = services.approve_secondment
        return _answer(request, pk, DECIDE, shapes.Approval, act, at=timezone.now())


class SecondmentRefusal(APIView):
    """Somebody else than who asked refuses."""

    access_policy = DECIDE

    @extend_schema(
        operation_id="secondments_refuse",
        summary="Refuse a secondment with a reason",
        parameters=[PATH_ID],
        request=Reason,
        responses={200: shapes.SecondmentOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        act = services.refuse_secondment
        return _answer(request, pk, DECIDE, Reason, act, at=timezone.now())


class SecondmentReturn(APIView):
    """The last day away."""

    access_policy = ASK

    @extend_schema(
        operation_id="secondments_end",
        summary="Record the last day away; a later one than approved is asked for anew",
        parameters=[PATH_ID],
        request=shapes.Return,
        responses={200: shapes.SecondmentOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        act = services.end_secondment
        return _answer(request, pk, ASK, shapes.Return, act, today=timezone.localdate())


class SecondmentStriking(APIView):
    """One that never took place."""

    access_policy = ASK

    @extend_schema(
        operation_id="secondments_strike",
        summary="Strike a secondment; an approved one only by who may approve",
        parameters=[PATH_ID],
        request=Reason,
        responses={200: shapes.SecondmentOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        row = _secondment(request, pk, ASK)
        decides = scope_of(request).allows(DECIDE, row.person.org_path)
        if row.state is not SecondmentState.ASKED and not decides:
            raise PermissionDenied
        return _answer(request, pk, ASK, Reason, services.strike_secondment, at=timezone.now())
