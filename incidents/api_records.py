"""Transfers, clocks and statistics as JSON: the same services and refusals as the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from incidents.access import scope_of
from incidents.api import one
from incidents.forms.clocks import state_condition
from incidents.forms.statistics import Spans, StatisticsFilter
from incidents.models import Category, Transfer
from incidents.models.rollups import BEFORE_REPORT, NO_ARRIVAL, NO_CATEGORY, NO_HOUR, NOT_EXACT
from incidents.queries import statistics as figures
from incidents.queries.board import holding
from incidents.queries.clocks import clock_rows
from incidents.queries.statistics_periods import DAYS, Period
from incidents.queries.transfers import receivers, transfer_rows
from incidents.serializers_records import (
    ClockOut,
    ClockPageOut,
    ClockQuery,
    StatisticsOut,
    StatisticsQuery,
    TransferCreate,
    TransferOut,
    TransferPageOut,
    TransferReceipt,
)
from incidents.services import transfers as services
from policeroom.common.access import fetch
from policeroom.common.api import PageQuery, Reason
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
from policeroom.common.scope import Scope

TRANSFER_ORDER = ("-handed_at", "-id")


def _transfer(request: Request, pk: int, *, action: str | None = None) -> Any:
    scope = scope_of(request)
    return fetch(transfer_rows(scope), scope, action=action, pk=pk)


class TransferCollection(APIView):
    """Hand-overs in the caller's area."""

    access_policy = "incidents.view"

    @extend_schema(
        operation_id="transfers_list",
        summary="Transfers in your area, the latest first",
        parameters=[PageQuery],
        responses={200: TransferPageOut, **LISTED},
    )
    def get(self, request: Request) -> Response:
        rows = transfer_rows(scope_of(request))
        return page_of(request, rows, order=TRANSFER_ORDER, out=TransferOut)


class IncidentTransfers(APIView):
    """Hand-overs of one incident."""

    access_policy = "incidents.view"

    @extend_schema(
        operation_id="incident_transfers",
        summary="Transfers of an incident, the latest first",
        parameters=[PATH_ID, PageQuery],
        responses={200: TransferPageOut, **ACTED},
    )
    def get(self, request: Request, pk: int) -> Response:
        incident = one(request, pk)
        rows = transfer_rows(scope_of(request)).filter(incident=incident)
        return page_of(request, rows, order=TRANSFER_ORDER, out=TransferOut)

    @extend_schema(
        operation_id="incident_transfer_make",
        summary="Hand over a case, a person or an item",
        parameters=[PATH_ID],
        request=TransferCreate,
        responses={200: TransferOut, 201: TransferOut, **CREATED},
    )
    def post(self, request: Request, pk: int) -> Response:
        incident = one(request, pk, action="transfers.make")

        def act(values: dict[str, Any]) -> Transfer:
            return services.make_transfer(
                incident=incident, by=request.user, now=timezone.now(), **values
            )

        return create(
            request,
            given=TransferCreate,
            model=Transfer,
            act=act,
            show=lambda row: TransferOut(row).data,
            context={"receivers": receivers(incident.org_path)},
        )


class TransferReceiptView(APIView):
    """The receipt of a hand-over."""

    access_policy = "transfers.receive"

    @extend_schema(
        operation_id="transfer_receipt",
        summary="Record the receipt",
        parameters=[PATH_ID],
        request=TransferReceipt,
        responses={200: TransferOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        row = _transfer(request, pk, action="transfers.receive")
        values = facts_of(request, TransferReceipt)
        done = services.receive_transfer(
            transfer=row, by=request.user, now=timezone.now(), **values
        )
        return Response(TransferOut(done).data)


class TransferStrike(APIView):
    """A hand-over that did not happen."""

    access_policy = "transfers.make"

    @extend_schema(
        operation_id="transfer_strike",
        summary="Strike a transfer that did not happen",
        parameters=[PATH_ID],
        request=Reason,
        responses={200: TransferOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        row = _transfer(request, pk, action="transfers.make")
        values = facts_of(request, Reason)
        done = services.strike_transfer(transfer=row, by=request.user, now=timezone.now(), **values)
        return Response(TransferOut(done).data)


class ClockCollection(APIView):
    """Clocks in the caller's area."""

    access_policy = "incidents.view"

    @extend_schema(
        operation_id="clocks_list",
        summary="Clocks in your area, the most urgent first, with how they stand now",
        parameters=[ClockQuery],
        responses={200: ClockPageOut, **LISTED},
    )
    def get(self, request: Request) -> Response:
        now = timezone.now()

        def narrow(rows: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
            rows = rows.filter(state_condition(asked["status"], now=now))
            return rows.filter(kind=asked["kind"]) if "kind" in asked else rows

        return page_of(
            request,
            clock_rows(scope_of(request), now=now),
            order=("due_at", "id"),
            out=ClockOut,
            query=ClockQuery,
            narrow=narrow,
            context={"now": now},
        )


class StatisticsView(APIView):
    """The figures of the page of the statistics."""

    access_policy = "incidents.view"

    @extend_schema(
        operation_id="incident_statistics",
        summary="Calls of a period, against the one before and the year before",
        parameters=[StatisticsQuery],
        responses={200: StatisticsOut, **READ, 400: LISTED[400]},
    )
    def get(self, request: Request) -> Response:
        scope, spans = _asked(request)
        seen = spans.seen if spans.kind == DAYS else spans.whole
        width = WIDTHS[min((len(low) for low, _high in scope.ranges), default=10)]
        codes = dict(Category.objects.order_by("pk").values_list("pk", "code"))

        def span(counted: Period, shown: Period) -> dict[str, Any]:
            return _span(figures.counts(scope, counted, width=width), shown, codes)

        body = {
            "span": spans.kind,
            "now": span(seen, spans.seen),
            "before": span(spans.before, spans.before),
            "year_before": span(spans.year_before, spans.year_before),
            "hours": [
                {"weekday": day, "hour": None if hour == NO_HOUR else hour, "calls": n}
                for (day, hour), n in sorted(figures.hours(scope, seen).items())
            ],
            "response": _response(figures.response(scope, seen)),
        }
        return Response(StatisticsOut(body).data)


#: Length of the reader's path -> length of the paths of the areas below it.
WIDTHS = {2: 4, 4: 6, 6: 10, 10: 10}


def _asked(request: Request) -> tuple[Scope, Spans]:
    """Scope and periods of the page's own filter, which refuses here what the page would mend.

    Raises: ValidationError by field (400); Http404 for an area outside the scope, as for none.
    """
    given = StatisticsQuery(data=request.query_params, context={"request": request})
    given.is_valid(raise_exception=True)
    filters = StatisticsFilter(
        request.query_params, scope=scope_of(request), today=timezone.localdate()
    )
    filters.is_valid()
    area = given.validated_data.get("area", "")
    if "area" in filters.errors or (area and area not in filters.area_names):
        raise Http404
    if filters.errors:
        raise ValidationError(
            {name: [str(message) for message in found] for name, found in filters.errors.items()}
        )
    return holding(filters.narrow_scope), filters.spans


def _span(counts: figures.Counts, period: Period, codes: dict[int, str]) -> dict[str, Any]:
    lines = [
        {
            "area": area,
            "category": None if category == NO_CATEGORY else codes[category],
            "kind": kind,
            "calls": n,
        }
        for (area, category, kind), n in sorted(counts.items())
    ]
    return {
        "period": {"start": period.start, "end": period.last},
        "total": counts.total(),
        "figures": lines,
    }


def _response(found: figures.Response) -> dict[str, Any]:
    return {
        "measured": found.measured,
        "median_minutes": found.percentile(0.5),
        "within_90_percent_minutes": found.percentile(0.9),
        "without_arrival": found.excluded(NO_ARRIVAL),
        "report_not_exact": found.excluded(NOT_EXACT),
        "arrival_before_report": found.excluded(BEFORE_REPORT),
    }
