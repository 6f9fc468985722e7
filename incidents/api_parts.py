"""What hangs on a record as JSON, and places: the same services and refusals as the pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from incidents.access import scope_of
from incidents.api import one
from incidents.models import IncidentAttachment, IncidentEntry, IncidentLink, Place
from incidents.queries.records import attachments_of, link_row
from incidents.queries.rules import places_in
from incidents.serializers import EntryOut, IncidentOut
from incidents.serializers_parts import (
    AttachmentCreate,
    AttachmentOut,
    AttachmentPageOut,
    IncidentLinkCreate,
    IncidentLinkOut,
    IncidentLinkPageOut,
    PlaceChange,
    PlaceCreate,
    PlaceOut,
    PlacePageOut,
)
from incidents.services import attachments, links, places, states, timeline
from policeroom.common import audit
from policeroom.common.access import fetch, pick
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
from policeroom.common.errors import DomainError

EDIT = "incidents.edit"
PATH_ROW = OpenApiParameter("row", OpenApiTypes.INT, OpenApiParameter.PATH, description="part")


def _file(request: Request, pk: int, row: int, **options: Any) -> IncidentAttachment:
    rows = IncidentAttachment.objects.select_related("incident").filter(struck_at__isnull=True)
    found: IncidentAttachment = fetch(rows, scope_of(request), incident_id=pk, pk=row, **options)
    return found


class AttachmentCollection(APIView):
    """Files of one incident."""

    access_policy = "incidents.view"
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="incident_attachments",
        summary="Files of an incident, the oldest first",
        parameters=[PATH_ID, PageQuery],
        responses={200: AttachmentPageOut, **ACTED},
    )
    def get(self, request: Request, pk: int) -> Response:
        rows = attachments_of(one(request, pk), scope_of(request))
        return page_of(request, rows, order=("id",), out=AttachmentOut)

    @extend_schema(
        operation_id="incident_attachment_add",
        summary="Put a file with an incident",
        description="A file that the incident already keeps is returned with 200.",
        parameters=[PATH_ID],
        request={"multipart/form-data": AttachmentCreate},
        responses={200: AttachmentOut, 201: AttachmentOut, **CREATED},
    )
    def post(self, request: Request, pk: int) -> Response:
        incident = one(request, pk, action=EDIT)

        def act(values: dict[str, Any]) -> IncidentAttachment:
            return attachments.attach(
                incident=incident,
                filename=values["file"].name,
                content=values["file"].read(),
                by=request.user,
                now=timezone.now(),
                client_uuid=values["client_uuid"],
            )

        return create(
            request,
            given=AttachmentCreate,
            model=IncidentAttachment,
            act=act,
            show=lambda row: AttachmentOut(row).data,
        )


class AttachmentItem(APIView):
    """The bytes of one file."""

    access_policy = "incidents.view"

    @extend_schema(
        operation_id="incident_attachment_read",
        summary="Download a file; the download is recorded",
        parameters=[PATH_ID, PATH_ROW],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY, **READ},
    )
    def get(self, request: Request, pk: int, row: int) -> HttpResponse:
        file = _file(request, pk, row)
        audit.record(
            "export",
            by=request.user,
            obj=file.incident,
            after={"file": file.filename, "sha256": file.sha256},
        )
        response = HttpResponse(bytes(file.content), content_type=file.content_type)
        name = quote(file.filename, safe="")
        response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


class AttachmentStrike(APIView):
    """A file that does not belong here."""

    access_policy = EDIT

    @extend_schema(
        operation_id="incident_attachment_strike",
        summary="Strike a file",
        parameters=[PATH_ID, PATH_ROW],
        request=Reason,
        responses={200: AttachmentOut, **ACTED},
    )
    def post(self, request: Request, pk: int, row: int) -> Response:
        file = _file(request, pk, row, action=EDIT)
        values = facts_of(request, Reason)
        done = attachments.strike_attachment(
            attachment=file, by=request.user, now=timezone.now(), **values
        )
        return Response(AttachmentOut(done).data)


class LinkCollection(APIView):
    """Incidents that belong to one."""

    access_policy = "incidents.view"

    @extend_schema(
        operation_id="incident_links",
        summary="Links of an incident whose other end you may read, the oldest first",
        parameters=[PATH_ID, PageQuery],
        responses={200: IncidentLinkPageOut, **ACTED},
    )
    def get(self, request: Request, pk: int) -> Response:
        rows = link_row(one(request, pk), scope_of(request))
        return page_of(request, rows, order=("id",), out=IncidentLinkOut)

    @extend_schema(
        operation_id="incident_link_make",
        summary="Link two incidents",
        parameters=[PATH_ID],
        request=IncidentLinkCreate,
        responses={200: IncidentLinkOut, 201: IncidentLinkOut, **CREATED},
    )
    def post(self, request: Request, pk: int) -> Response:
        incident = one(request, pk, action=EDIT)

        def act(values: dict[str, Any]) -> IncidentLink:
            try:
                return links.link_incidents(
                    incident=incident, by=request.user, now=timezone.now(), **values
                )
            except DomainError as refusal:
                if refusal.field == "number":  # the page asks for a number, here it is an id
                    raise DomainError(refusal.message, field="other") from refusal
                raise

        return create(
            request,
            given=IncidentLinkCreate,
            model=IncidentLink,
            act=act,
            show=lambda row: IncidentLinkOut(row).data,
        )


class LinkStrike(APIView):
    """A link that was wrong; from either end."""

    access_policy = EDIT

    @extend_schema(
        operation_id="incident_link_strike",
        summary="Take a link back",
        parameters=[PATH_ID, PATH_ROW],
        request=Reason,
        responses={200: IncidentLinkOut, **ACTED},
    )
    def post(self, request: Request, pk: int, row: int) -> Response:
        incident = one(request, pk, action=EDIT)
        rows = link_row(incident, scope_of(request))
        link = pick(rows, scope_of(request), pk=row, struck_at__isnull=True)
        values = facts_of(request, Reason)
        done = links.strike_link(link=link, by=request.user, now=timezone.now(), **values)
        return Response(IncidentLinkOut(done).data)


class EntryStrike(APIView):
    """A line that was wrong."""

    access_policy = EDIT

    @extend_schema(
        operation_id="incident_entry_strike",
        summary="Strike a line; the answer is the line that strikes it",
        parameters=[PATH_ID, PATH_ROW],
        request=Reason,
        responses={200: EntryOut, **ACTED},
    )
    def post(self, request: Request, pk: int, row: int) -> Response:
        rows = IncidentEntry.objects.select_related("incident")
        entry = fetch(rows, scope_of(request), action=EDIT, incident_id=pk, pk=row)
        values = facts_of(request, Reason)
        done = timeline.strike_entry(entry=entry, by=request.user, now=timezone.now(), **values)
        return Response(EntryOut(done).data)


class IncidentReview(APIView):
    """A record that was read and is in order."""

    access_policy = "incidents.review"

    @extend_schema(
        operation_id="incidents_review",
        summary="Review an incident: from now on only supplements are added",
        parameters=[PATH_ID],
        request=None,
        responses={200: IncidentOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        incident = one(request, pk, action="incidents.review")
        states.review_incident(incident=incident, by=request.user, now=timezone.now())
        return Response(IncidentOut(one(request, pk)).data)


class PlaceCollection(APIView):
    """Places of the rooms where the caller edits them."""

    access_policy = "places.edit"

    @extend_schema(
        operation_id="places_list",
        summary="Places of your rooms, the ones no longer offered too",
        parameters=[PageQuery],
        responses={200: PlacePageOut, **LISTED},
    )
    def get(self, request: Request) -> Response:
        rows = places_in(scope_of(request))
        return page_of(request, rows, order=("org_path", "name", "id"), out=PlaceOut)

    @extend_schema(
        operation_id="places_add",
        summary="Add a place",
        request=PlaceCreate,
        responses={201: PlaceOut, **LISTED},
    )
    def post(self, request: Request) -> Response:
        require(request, "places.edit")
        place = places.add_place(by=request.user, **facts_of(request, PlaceCreate))
        return Response(PlaceOut(place).data, status=201)


class PlaceItem(APIView):
    """One place."""

    access_policy = "places.edit"

    @extend_schema(
        operation_id="places_change",
        summary="Rename a place, or stop offering it",
        parameters=[PATH_ID],
        request=PlaceChange,
        responses={200: PlaceOut, **ACTED},
    )
    def patch(self, request: Request, pk: int) -> Response:
        rows = Place.objects.select_related("station")
        place = fetch(rows, scope_of(request), action="places.edit", pk=pk)
        values = facts_of(request, PlaceChange)
        offered = values.pop("is_active", place.is_active)
        if values:
            names = {"name": place.name, "aliases": place.aliases, **values}
            place = places.edit_place(place=place, by=request.user, **names)
        place = places.offer_place(place=place, offered=offered, by=request.user)
        return Response(PlaceOut(place).data)
