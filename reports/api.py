"""Coverage as JSON: the figures of the page."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from reports import tables
from reports.forms import CoverageFilter
from reports.reading import read, report_of


class RuleFiguresSerializer(serializers.Serializer):
    """Verdicts of one rule; `rate` is percent met of met + failed, null when none was judged."""

    passed = serializers.IntegerField()
    failed = serializers.IntegerField()
    unknown = serializers.IntegerField()
    rate = serializers.CharField(allow_null=True)


class AreaFiguresSerializer(serializers.Serializer):
    """Figures of one area."""

    path = serializers.CharField()
    name = serializers.CharField()
    universities = serializers.IntegerField()
    stations = serializers.IntegerField()
    rules = serializers.DictField(child=RuleFiguresSerializer())


class CoverageSerializer(serializers.Serializer):
    """Total and areas on one day."""

    day = serializers.DateField()
    total = AreaFiguresSerializer()
    areas = AreaFiguresSerializer(many=True)
    outside_denominator = serializers.IntegerField()


class CoverageView(APIView):
    """Coverage by area within the caller's scope."""

    access_policy = "coverage.view"

    @extend_schema(
        parameters=[
            OpenApiParameter("on", OpenApiTypes.DATE, description="Day; today if absent."),
            OpenApiParameter("area", OpenApiTypes.STR, description="Path of an area in scope."),
            OpenApiParameter("level", OpenApiTypes.STR, description="Level of universities."),
        ],
        responses=CoverageSerializer,
    )
    def get(self, request: Request) -> Response:
        """The same verdicts, counted the same way, as the page and the spreadsheet."""
        reading = read(request._request, CoverageFilter)
        if reading.filters.errors:
            raise serializers.ValidationError(reading.filters.errors.get_json_data())
        report = report_of(reading)
        body: dict[str, Any] = {
            "day": reading.filters.day,
            "total": tables.figures(report.total),
            "areas": [tables.figures(line) for line in report.areas],
            "outside_denominator": report.outside_denominator,
        }
        return Response(CoverageSerializer(body).data)
