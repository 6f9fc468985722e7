"""What the API shows of arrangements, emergency plans and drills, and what it accepts."""

from __future__ import annotations

from rest_framework import serializers

from duty.enums import ArrangementPart
from duty.models import DutyArrangement
from duty.queries import arrangements
from policeroom.common.api import DayField, PageQuery, ScopedKey, StrictSerializer
from stations.models import OrgUnit


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


class LastDay(StrictSerializer):
    """The last day on which something holds."""

    last_day = DayField()
