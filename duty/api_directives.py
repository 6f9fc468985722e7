"""Directives as JSON: the same services and refusals as the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from duty.models import Directive
from duty.queries import directives as queries
from duty.queries.orders import speaks_for
from duty.serializers_acts import (
    DirectiveCreate,
    DirectiveOut,
    DirectivePageOut,
    DirectiveQuery,
    Feedback,
    Offer,
)
from duty.services import directives as services
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


def _directive(request: Request, pk: int, *, action: str | None = None) -> Any:
    scope = scope_of(request)
    return fetch(queries.directive_rows(scope), scope, action=action, pk=pk)


def _shown(request: Request, pk: int) -> dict[str, Any]:
    """The directive as lists show it, clocks included."""
    shown: dict[str, Any] = DirectiveOut(_directive(request, pk)).data
    return shown


def _narrow(rows: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
    if "state" in asked:
        rows = rows.filter(queries.state_condition(asked["state"], now=timezone.now()))
    if "station" in asked:
        rows = rows.filter(station=asked["station"])
    return rows


def _done(request: Request, pk: int, act: Callable[..., Directive], **values: Any) -> Response:
    """One act of the room on a directive, and how it stands then."""
    row = _directive(request, pk, action=queries.ANSWER)
    act(directive=row, by=request.user, now=timezone.now(), **values)
    return Response(_shown(request, pk))


class DirectiveCollection(APIView):
    """Directives to rooms of the caller's area."""

    access_policy = "duty.view"

    @extend_schema(
        operation_id="directives_list",
        summary="Directives to rooms of your area, the latest first",
        parameters=[DirectiveQuery],
        responses={200: DirectivePageOut, **LISTED},
    )
    def get(self, request: Request) -> Response:
        return page_of(
            request,
            queries.directive_rows(scope_of(request)),
            order=("-sent_at", "-id"),
            out=DirectiveOut,
            query=DirectiveQuery,
            narrow=_narrow,
        )

    @extend_schema(
        operation_id="directives_send",
        summary="Instruct a room directly",
        request=DirectiveCreate,
        responses={200: DirectiveOut, 201: DirectiveOut, **CREATED},
    )
    def post(self, request: Request) -> Response:
        require(request, queries.SEND)

        def act(values: dict[str, Any]) -> Directive:
            return services.send_directive(by=request.user, now=timezone.now(), **values)

        return create(
            request,
            given=DirectiveCreate,
            model=Directive,
            act=act,
            show=lambda row: _shown(request, row.pk),
        )


class DirectiveItem(APIView):
    """One directive."""

    access_policy = "duty.view"

    @extend_schema(
        operation_id="directives_read",
        summary="One directive",
        parameters=[PATH_ID],
        responses={200: DirectiveOut, **READ},
    )
    def get(self, request: Request, pk: int) -> Response:
        return Response(_shown(request, pk))


class DirectiveAcknowledgement(APIView):
    """The first recipient."""

    access_policy = queries.ANSWER

    @extend_schema(
        operation_id="directives_acknowledge",
        summary="Acknowledge a directive: whoever is first answers for it",
        parameters=[PATH_ID],
        request=None,
        responses={200: DirectiveOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        return _done(request, pk, services.acknowledge_directive)


class DirectiveOffer(APIView):
    """A hand-over that is asked for."""

    access_policy = queries.ANSWER

    @extend_schema(
        operation_id="directives_offer",
        summary="Ask a colleague to take a directive over; you answer for it until they sign",
        parameters=[PATH_ID],
        request=Offer,
        responses={200: DirectiveOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        row = _directive(request, pk, action=queries.ANSWER)
        context = {"directive": row, "now": timezone.now()}
        return _done(request, pk, services.offer_handover, **facts_of(request, Offer, context))


class DirectiveTakeOver(APIView):
    """A hand-over that is signed."""

    access_policy = queries.ANSWER

    @extend_schema(
        operation_id="directives_take_over",
        summary="Sign for a directive that was offered to you",
        parameters=[PATH_ID],
        request=None,
        responses={200: DirectiveOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        return _done(request, pk, services.take_over)


class DirectiveFeedback(APIView):
    """A directive that was carried out."""

    access_policy = queries.ANSWER

    @extend_schema(
        operation_id="directives_feedback",
        summary="Report a directive done",
        parameters=[PATH_ID],
        request=Feedback,
        responses={200: DirectiveOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        _directive(request, pk, action=queries.ANSWER)
        return _done(request, pk, services.give_feedback, **facts_of(request, Feedback))


class DirectiveWithdrawal(APIView):
    """A directive that is taken back."""

    access_policy = queries.SEND

    @extend_schema(
        operation_id="directives_withdraw",
        summary="Withdraw a directive: its issuer, or a unit above it",
        parameters=[PATH_ID],
        request=Reason,
        responses={200: DirectiveOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        row = _directive(request, pk)
        if not speaks_for(scope_of(request), row.issuer, queries.SEND):
            raise PermissionDenied
        values = facts_of(request, Reason)
        services.withdraw_directive(directive=row, by=request.user, now=timezone.now(), **values)
        return Response(_shown(request, pk))
