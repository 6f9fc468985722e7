"""The police rooms as JSON: the same services and refusals as the pages."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from policeroom.common.access import fetch, scope_of
from policeroom.common.api import ProblemOut, next_address, require
from policeroom.common.errors import NotAllowedError
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.models import Interval
from policeroom.common.paging import keyset_page
from stations.models import Station
from stations.queries.rooms import matching, with_state
from stations.serializers import (
    StationClose,
    StationCreate,
    StationFileOut,
    StationOut,
    StationPageOut,
    StationPatch,
    StationQuery,
)
from stations.services import rooms as services
from stations.services.room_checks import BUREAU_FACTS

ORDER = ("org_path", "id")
REFUSALS = {400: ProblemOut, 403: ProblemOut, 404: ProblemOut}
PATH_ID = OpenApiParameter("id", OpenApiTypes.INT, OpenApiParameter.PATH, description="station id")


def _rows() -> ScopedQuerySet:
    rows = Station.objects.select_related("operator", "campus__university", "cluster")
    return with_state(rows, on=timezone.localdate())


def _file(request: Request, pk: int, *, action: str | None = None) -> Any:
    """One station with its links of today, through the scope."""
    station = fetch(_rows(), scope_of(request), action=action, pk=pk)
    links = station.links.filter(Interval.valid_on(timezone.localdate()))
    station.links_today = list(links.select_related("campus__university").order_by("id"))
    return station


def _shown(request: Request, pk: int, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(StationFileOut(_file(request, pk)).data, status=status.value)


class StationCollection(APIView):
    """Police rooms in the caller's area."""

    access_policy = "stations.view"

    @extend_schema(
        operation_id="stations_list",
        summary="Police rooms in your area",
        parameters=[StationQuery],
        responses={200: StationPageOut, 400: ProblemOut, 403: ProblemOut},
    )
    def get(self, request: Request) -> Response:
        query = StationQuery(data=request.query_params, context={"request": request})
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        rows = matching(_rows().within(scope_of(request)), asked.get("q", ""))
        exact = {key: asked[key] for key in ("kind", "state", "operator") if key in asked}
        page = keyset_page(
            rows.filter(**exact), order=ORDER, cursor=asked["cursor"], size=asked["limit"]
        )
        results = StationOut(page.rows, many=True).data
        return Response({"next": next_address(request, page.next_cursor), "results": results})

    @extend_schema(
        operation_id="stations_open",
        summary="Open a police room",
        request=StationCreate,
        responses={
            200: StationFileOut,
            201: StationFileOut,
            400: ProblemOut,
            403: ProblemOut,
            409: ProblemOut,
        },
    )
    def post(self, request: Request) -> Response:
        require(request, "stations.open")
        given = StationCreate(data=request.data, context={"request": request})
        given.is_valid(raise_exception=True)
        values = given.validated_data
        sent_before = (
            Station.objects.unscoped("whether this create was sent before")
            .filter(client_uuid=values["client_uuid"])
            .exists()
        )
        station = services.open_station(by=request.user, at=timezone.now(), **values)
        status = HTTPStatus.OK if sent_before else HTTPStatus.CREATED
        return _shown(request, station.pk, status)


class StationItem(APIView):
    """One police room."""

    access_policy = "stations.view"

    @extend_schema(
        operation_id="stations_read",
        summary="One police room",
        parameters=[PATH_ID],
        responses={200: StationFileOut, 403: ProblemOut, 404: ProblemOut},
    )
    def get(self, request: Request, pk: int) -> Response:
        return _shown(request, pk)

    @extend_schema(
        operation_id="stations_edit",
        summary="Change facts from a day on",
        parameters=[PATH_ID],
        request=StationPatch,
        responses={200: StationFileOut, **REFUSALS},
    )
    def patch(self, request: Request, pk: int) -> Response:
        station = _file(request, pk, action="stations.edit")
        given = StationPatch(data=request.data, context={"request": request}, partial=True)
        given.is_valid(raise_exception=True)
        values = dict(given.validated_data)
        today = max(timezone.localdate(), station.opened_on)
        bureau = scope_of(request).allows("stations.open", station.org_path)
        kept = sorted(set(values) & set(BUREAU_FACTS))
        if kept and not bureau:
            raise NotAllowedError(
                _("Only the bureau changes %(names)s.") % {"names": ", ".join(kept)}
            )
        day = values.pop("valid_from", today)
        services.edit_station(
            station=station, valid_from=day, by=request.user, at=timezone.now(), **values
        )
        return _shown(request, pk)


class StationClosing(APIView):
    """The end of a police room."""

    access_policy = "stations.close"

    @extend_schema(
        operation_id="stations_close",
        summary="Close a police room for good",
        parameters=[PATH_ID],
        request=StationClose,
        responses={200: StationFileOut, **REFUSALS},
    )
    def post(self, request: Request, pk: int) -> Response:
        station = _file(request, pk, action="stations.close")
        given = StationClose(data=request.data, context={"request": request})
        given.is_valid(raise_exception=True)
        services.close_station(
            station=station, by=request.user, at=timezone.now(), **given.validated_data
        )
        return _shown(request, pk)
