"""What the JSON views of records share: one page of a list, one create that may be sent twice."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from policeroom.common.api import PageQuery, ProblemOut, next_address
from policeroom.common.paging import keyset_page

LISTED = {400: ProblemOut, 403: ProblemOut}
READ = {403: ProblemOut, 404: ProblemOut}
ACTED = {400: ProblemOut, **READ}
CREATED = {**ACTED, 409: ProblemOut}
PATH_ID = OpenApiParameter("id", OpenApiTypes.INT, OpenApiParameter.PATH, description="record")


def page_of(
    request: Request,
    rows: QuerySet[Any],
    *,
    order: tuple[str, ...],
    out: type[Serializer],
    query: type[Serializer] = PageQuery,
    narrow: Callable[[QuerySet[Any], dict[str, Any]], QuerySet[Any]] | None = None,
    context: dict[str, Any] | None = None,
) -> Response:
    """One page of rows that are already limited to the caller's scope."""
    given = query(data=request.query_params, context={"request": request})
    given.is_valid(raise_exception=True)
    asked = given.validated_data
    found = narrow(rows, asked) if narrow is not None else rows
    page = keyset_page(found, order=order, cursor=asked["cursor"], size=asked["limit"])
    results = out(page.rows, many=True, context=context or {}).data
    return Response({"next": next_address(request, page.next_cursor), "results": results})


def facts_of(
    request: Request, serializer: type[Serializer], context: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The body of a request, read and checked.

    Raises: ValidationError by field (400).
    """
    given = serializer(data=request.data, context={"request": request, **(context or {})})
    given.is_valid(raise_exception=True)
    found: dict[str, Any] = given.validated_data
    return found


def create(
    request: Request,
    *,
    given: type[Serializer],
    model: type[Any],
    act: Callable[[dict[str, Any]], Any],
    show: Callable[[Any], dict[str, Any]],
    context: dict[str, Any] | None = None,
) -> Response:
    """Make a record: 201, or 200 where this send, or this record, was there before."""
    values = facts_of(request, given, context)
    sent = model.objects.unscoped("whether this create was sent before")
    again = sent.filter(client_uuid=values["client_uuid"]).exists()
    row = act(values)
    fresh = not again and row.client_uuid == values["client_uuid"]
    status = HTTPStatus.CREATED if fresh else HTTPStatus.OK
    return Response(show(row), status=status.value)
