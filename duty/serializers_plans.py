"""What the API shows of arrangements, emergency plans and drills, and what it accepts."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from duty.enums import ArrangementPart, PlanIncidentType
from duty.models import Drill, DutyArrangement, EmergencyPlan, PlanCell
from duty.plan_rules import Element, lacking
from duty.queries import arrangements, drills, plans
from duty.serializers import LEVELS
from policeroom.common.access import scope_of
from policeroom.common.api import DayField, PageQuery, ScopedKey, StrictSerializer
from stations.models import OrgUnit, Station

ELEMENTS = [(one.value, one.value) for one in Element]


class ArrangementOut(serializers.ModelSerializer):
    """A routine of 三级; `valid_to` is the day after the last, null while it is open."""

    unit_name = serializers.CharField(source="unit.name", read_only=True)

    class Meta:
        model = DutyArrangement
        fields = (
            "id",
            "unit",
            "unit_name",
            "part",
            "title",
            "document_no",
            "valid_from",
            "valid_to",
            "day_starts",
            "day_ends",
            "officer_on_workdays",
            "auxiliary_every_day",
            "suspends_weekly",
            "client_uuid",
        )
        read_only_fields = fields


class ArrangementPageOut(serializers.Serializer):
    """One page of arrangements."""

    next = serializers.URLField(allow_null=True)
    results = ArrangementOut(many=True)


class ArrangementQuery(PageQuery):
    """Filters of the list of arrangements; `on` keeps what holds on a day."""

    part = serializers.ChoiceField(choices=ArrangementPart.choices, required=False)
    on = DayField(required=False)


class ArrangementCreate(StrictSerializer):
    """A routine of term or vacation. Hours that end at or before they begin run over midnight."""

    client_uuid = serializers.UUIDField()
    unit = ScopedKey(model=OrgUnit, action=arrangements.EDIT)
    part = serializers.ChoiceField(choices=ArrangementPart.choices)
    title = serializers.CharField(max_length=120)
    document_no = serializers.CharField(max_length=60)
    valid_from = DayField()
    last_day = DayField(required=False, allow_null=True)
    day_starts = serializers.TimeField()
    day_ends = serializers.TimeField()
    officer_on_workdays = serializers.BooleanField()
    auxiliary_every_day = serializers.BooleanField()
    suspends_weekly = serializers.BooleanField()


class PlanOut(serializers.ModelSerializer):
    """A version of a city's plan; `complete` counts its cells that have all five elements."""

    unit_name = serializers.CharField(source="unit.name", read_only=True)
    complete = serializers.IntegerField(read_only=True)

    class Meta:
        model = EmergencyPlan
        fields = (
            "id",
            "unit",
            "unit_name",
            "title",
            "document_no",
            "version",
            "valid_from",
            "valid_to",
            "complete",
            "client_uuid",
        )
        read_only_fields = fields


class PlanPageOut(serializers.Serializer):
    """One page of plans."""

    next = serializers.URLField(allow_null=True)
    results = PlanOut(many=True)


class PlanQuery(PageQuery):
    """Filters of the list of plans; `on` keeps what holds on a day."""

    on = DayField(required=False)


class CellOut(serializers.ModelSerializer):
    """A cell of a plan; `missing` names the elements that say nothing."""

    level = serializers.ChoiceField(choices=LEVELS, read_only=True)
    missing = serializers.SerializerMethodField()

    class Meta:
        model = PlanCell
        fields = ("level", "incident_type", *(one.value for one in Element), "missing")
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=ELEMENTS)))
    def get_missing(self, cell: PlanCell) -> list[str]:
        return [one.value for one in lacking(plans.texts_of(cell))]


class PlanMatrixOut(PlanOut):
    """A plan with every cell of its matrix, written or not."""

    cells = serializers.SerializerMethodField()

    class Meta:
        model = EmergencyPlan
        fields = (*PlanOut.Meta.fields, "cells")
        read_only_fields = fields

    @extend_schema_field(CellOut(many=True))
    def get_cells(self, plan: EmergencyPlan) -> Any:
        return CellOut(plans.matrix_of(plan).cells.values(), many=True).data


class PlanCreate(StrictSerializer):
    """A version of a city's plan; it begins with the cells of the version before."""

    client_uuid = serializers.UUIDField()
    unit = ScopedKey(model=OrgUnit, action=plans.EDIT)
    title = serializers.CharField(max_length=120)
    document_no = serializers.CharField(max_length=60)
    valid_from = DayField()


def _element() -> serializers.CharField:
    return serializers.CharField(max_length=1000, required=False, allow_blank=True)


class CellWrite(StrictSerializer):
    """The elements of one cell that change; the others stay."""

    level = serializers.ChoiceField(choices=LEVELS)
    incident_type = serializers.ChoiceField(choices=PlanIncidentType.choices)
    duties = _element()
    composition = _element()
    tiers = _element()
    joint_duty = _element()
    requirements = _element()


class DrillOut(serializers.ModelSerializer):
    """A drill of a room with its evaluation; `participants` is a total."""

    station_name = serializers.CharField(source="station.name", read_only=True)
    levels = serializers.ListField(child=serializers.ChoiceField(choices=LEVELS), read_only=True)

    class Meta:
        model = Drill
        fields = (
            "id",
            "station",
            "station_name",
            "plan",
            "held_on",
            "title",
            "levels",
            "incident_type",
            "participants",
            "evaluation",
            "document_no",
            "proof",
            "client_uuid",
        )
        read_only_fields = fields


class DrillPageOut(serializers.Serializer):
    """One page of drills, the latest first."""

    next = serializers.URLField(allow_null=True)
    results = DrillOut(many=True)


class DrillQuery(PageQuery):
    """Filters of the list of drills."""

    incident_type = serializers.ChoiceField(choices=PlanIncidentType.choices, required=False)
    since = DayField(required=False)
    until = DayField(required=False)


class PlanKey(ScopedKey):
    """A plan in view."""

    def get_queryset(self) -> Any:
        return plans.plan_rows(scope_of(self.context["request"]))


class DrillCreate(StrictSerializer):
    """A drill of one of the caller's rooms."""

    client_uuid = serializers.UUIDField()
    station = ScopedKey(model=Station, action=drills.RECORD)
    held_on = DayField()
    title = serializers.CharField(max_length=120)
    plan = PlanKey(model=EmergencyPlan, required=False, allow_null=True)
    incident_type = serializers.ChoiceField(choices=PlanIncidentType.choices)
    levels = serializers.ListField(child=serializers.ChoiceField(choices=LEVELS), max_length=4)
    participants = serializers.IntegerField(min_value=1, max_value=5000)
    evaluation = serializers.CharField(max_length=2000)
    document_no = serializers.CharField(max_length=60, required=False, allow_blank=True)
    proof = serializers.CharField(max_length=500, required=False, allow_blank=True)


class NextDrillOut(serializers.ModelSerializer):
    """A room with its last drill, and the day by which the next one keeps the rhythm (P-18)."""

    last_drill = serializers.DateField(read_only=True, allow_null=True)
    due_on = serializers.DateField(read_only=True)

    class Meta:
        model = Station
        fields = ("id", "code", "name", "last_drill", "due_on")
        read_only_fields = fields


class NextDrillPageOut(serializers.Serializer):
    """One page of rooms, the one due first before the others."""

    next = serializers.URLField(allow_null=True)
    results = NextDrillOut(many=True)


class LastDay(StrictSerializer):
    """The last day on which something holds."""

    last_day = DayField()
