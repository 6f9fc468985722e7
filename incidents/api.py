"""The log as JSON: the same services and refusals as the pages."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import Any

from django.db.models import Q
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from incidents.access import scope_of
from incidents.enums import IncidentState, Source
from incidents.models import Category, Incident, IncidentEntry
from incidents.serializers import (
    CategoryOut,
    EntryCreate,
    EntryOut,
    EntryPageOut,
    IncidentCreate,
    IncidentOut,
    IncidentPageOut,
    IncidentQuery,
    StateChange,
)
from incidents.serializers_patch import (
    ConflictProblemOut,
    IncidentPatch,
    conflict_out,
    patches_of,
)
from incidents.services.changes import FieldConflictError, patch_incident
from incidents.services.filing import file_incident
from incidents.services.states import advance, close_incident, reopen_incident
from incidents.services.timeline import add_entry
from policeroom.common.access import fetch
from policeroom.common.api import PageQuery, ProblemOut, Reason, next_address, problem, require
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.paging import keyset_page

ORDER = ("-reported_at", "-id")
REFUSALS = {400: ProblemOut, 403: ProblemOut, 404: ProblemOut}
CREATED = {**REFUSALS, 409: ProblemOut}
PATH_ID = OpenApiParameter("id", OpenApiTypes.INT, OpenApiParameter.PATH, description="incident")


def rows() -> ScopedQuerySet:
    """Incidents with what the answers show."""
    return Incident.objects.select_related("category", "station")


def one(request: Request, pk: int, *, action: str | None = None) -> Any:
    """One incident through the scope."""
    return fetch(rows(), scope_of(request), action=action, pk=pk)


def sent_before(model: type[Any], client_uuid: Any) -> bool:
    """Whether a create with this UUID was stored before: 200 then, 201 else."""
    found = model.objects.unscoped("whether this create was sent before")
    return bool(found.filter(client_uuid=client_uuid).exists())


def narrowed(found: Any, asked: dict[str, Any]) -> Any:
    """Rows that match the query of the list."""
    exact = {key: asked[key] for key in ("station", "state", "kind") if key in asked}
    condition = Q(**exact)
    if "category" in asked:
        condition &= Q(category__code=asked["category"]) | Q(
            category__parent__code=asked["category"]
        )
    if "day_from" in asked:
        condition &= Q(reported_at__gte=_midnight(asked["day_from"]))
    if "day_to" in asked:
        condition &= Q(reported_at__lt=_midnight(asked["day_to"] + dt.timedelta(days=1)))
    return found.filter(condition)


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


class CategoryCollection(APIView):
    """Categories offered in the caller's area."""

    access_policy = "incidents.view"

    @extend_schema(
        operation_id="incident_categories",
        summary="Categories offered in your area",
        responses={200: CategoryOut(many=True), 403: ProblemOut},
    )
    def get(self, request: Request) -> Response:
        paths = {low[:4] for low, _high in scope_of(request).ranges if len(low) >= 4}
        whole = any(len(low) < 4 for low, _high in scope_of(request).ranges)
        own = Q() if whole else Q(org_path="") | Q(org_path__in=paths)
        found = Category.objects.filter(own, is_active=True).order_by("sort", "code")
        return Response(CategoryOut(found, many=True).data)


class IncidentCollection(APIView):
    """The log of the caller's area."""

    access_policy = "incidents.view"

    @extend_schema(
        operation_id="incidents_list",
        summary="Incidents in your area, the latest first",
        parameters=[IncidentQuery],
        responses={200: IncidentPageOut, 400: ProblemOut, 403: ProblemOut},
    )
    def get(self, request: Request) -> Response:
        query = IncidentQuery(data=request.query_params, context={"request": request})
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        found = narrowed(rows().within(scope_of(request)), asked)
        page = keyset_page(found, order=ORDER, cursor=asked["cursor"], size=asked["limit"])
        results = IncidentOut(page.rows, many=True).data
        return Response({"next": next_address(request, page.next_cursor), "results": results})

    @extend_schema(
        operation_id="incidents_file",
        summary="File a call",
        request=IncidentCreate,
        responses={200: IncidentOut, 201: IncidentOut, 409: ProblemOut, **REFUSALS},
    )
    def post(self, request: Request) -> Response:
        require(request, "incidents.file")
        given = IncidentCreate(data=request.data, context={"request": request})
        given.is_valid(raise_exception=True)
        values = given.validated_data
        again = sent_before(Incident, values["client_uuid"])
        incident = file_incident(source=Source.API, by=request.user, now=timezone.now(), **values)
        status = HTTPStatus.OK if again else HTTPStatus.CREATED
        return Response(IncidentOut(one(request, incident.pk)).data, status=status.value)


class IncidentItem(APIView):
    """One incident."""

    access_policy = "incidents.view"

    @extend_schema(
        operation_id="incidents_read",
        summary="One incident",
        parameters=[PATH_ID],
        responses={200: IncidentOut, 403: ProblemOut, 404: ProblemOut},
    )
    def get(self, request: Request, pk: int) -> Response:
        return Response(IncidentOut(one(request, pk)).data)

    @extend_schema(
        operation_id="incidents_change",
        summary="Change single facts",
        description="Each fact comes with the value it is changed from. A fact that somebody"
        " changed meanwhile is refused with both values, and nothing is written.",
        parameters=[PATH_ID],
        request=IncidentPatch,
        responses={200: IncidentOut, **REFUSALS, 409: ConflictProblemOut},
    )
    def patch(self, request: Request, pk: int) -> Response:
        incident = one(request, pk, action="incidents.edit")
        given = IncidentPatch(data=request.data, context={"request": request})
        given.is_valid(raise_exception=True)
        patches = patches_of(given.validated_data["changes"])
        try:
            patch_incident(incident=incident, patches=patches, by=request.user, now=timezone.now())
        except FieldConflictError as refusal:
            answer = problem(HTTPStatus.CONFLICT, detail=refusal.message)
            answer.data["conflicts"] = {c.field: conflict_out(c) for c in refusal.conflicts}
            return answer
        return Response(IncidentOut(one(request, pk)).data)


class IncidentStateView(APIView):
    """Where an incident stands."""

    access_policy = "incidents.edit"

    @extend_schema(
        operation_id="incidents_state",
        summary="Move an incident on, or close it",
        parameters=[PATH_ID],
        request=StateChange,
        responses={200: IncidentOut, **REFUSALS},
    )
    def post(self, request: Request, pk: int) -> Response:
        incident = one(request, pk, action="incidents.edit")
        given = StateChange(data=request.data, context={"request": request})
        given.is_valid(raise_exception=True)
        now = timezone.now()
        at = given.validated_data.get("at", now)
        if given.validated_data["state"] == IncidentState.CLOSED:
            close_incident(incident=incident, at=at, by=request.user, now=now)
        else:
            state = given.validated_data["state"]
            advance(incident=incident, state=state, at=at, by=request.user, now=now)
        return Response(IncidentOut(one(request, pk)).data)


class IncidentReopening(APIView):
    """A closed incident taken up again."""

    access_policy = "incidents.reopen"

    @extend_schema(
        operation_id="incidents_reopen",
        summary="Take a closed incident up again",
        parameters=[PATH_ID],
        request=Reason,
        responses={200: IncidentOut, **REFUSALS},
    )
    def post(self, request: Request, pk: int) -> Response:
        incident = one(request, pk, action="incidents.reopen")
        given = Reason(data=request.data, context={"request": request})
        given.is_valid(raise_exception=True)
        reopen_incident(
            incident=incident, by=request.user, now=timezone.now(), **given.validated_data
        )
        return Response(IncidentOut(one(request, pk)).data)


class EntryCollection(APIView):
    """The timeline of one incident."""

    access_policy = "incidents.view"

    @extend_schema(
        operation_id="incident_entries",
        summary="Timeline, the oldest line first",
        parameters=[PATH_ID, PageQuery],
        responses={200: EntryPageOut, **REFUSALS},
    )
    def get(self, request: Request, pk: int) -> Response:
        incident = one(request, pk)
        query = PageQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        found = IncidentEntry.objects.within(scope_of(request)).filter(incident=incident)
        page = keyset_page(found, order=("id",), cursor=asked["cursor"], size=asked["limit"])
        results = EntryOut(page.rows, many=True).data
        return Response({"next": next_address(request, page.next_cursor), "results": results})

    @extend_schema(
        operation_id="incident_entry_add",
        summary="Append a line",
        parameters=[PATH_ID],
        request=EntryCreate,
        responses={200: EntryOut, 201: EntryOut, **CREATED},
    )
    def post(self, request: Request, pk: int) -> Response:
        incident = one(request, pk, action="incidents.edit")
        given = EntryCreate(data=request.data, context={"request": request})
        given.is_valid(raise_exception=True)
        values = given.validated_data
        again = sent_before(IncidentEntry, values["client_uuid"])
        entry = add_entry(incident=incident, by=request.user, now=timezone.now(), **values)
        status = HTTPStatus.OK if again else HTTPStatus.CREATED
        return Response(EntryOut(entry).data, status=status.value)
