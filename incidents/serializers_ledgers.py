"""What the API shows of leads and hazards, and what it accepts."""

from __future__ import annotations

from rest_framework import serializers

from incidents.enums_clocks import LeadResult, RecheckResult
from incidents.models import Hazard, HazardOrder, HazardRecheck, Lead
from policeroom.common.api import DayField, InstantField, ScopedKey, StrictSerializer
from stations.models import Campus, Station


class LeadOut(serializers.ModelSerializer):
    """A lead: number, clock, result. What it says is stored nowhere here."""

    class Meta:
        model = Lead
        fields = (
            "id",
            "station",
            "reference_no",
            "issuer",
            "issuer_name",
            "received_at",
            "due_at",
            "due_named",
            "result",
            "closed_at",
            "struck_at",
            "strike_reason",
            "recorded_at",
            "client_uuid",
        )
        read_only_fields = fields


class LeadPageOut(serializers.Serializer):
    """One page of leads, the latest first."""

    next = serializers.URLField(allow_null=True)
    results = LeadOut(many=True)


class LeadCreate(StrictSerializer):
    """A lead for a room; without `due_at` the days of parameter P-13a run."""

    client_uuid = serializers.UUIDField()
    station = ScopedKey(model=Station, action="leads.issue")
    reference_no = serializers.CharField(max_length=60)
    received_at = InstantField()
    due_at = InstantField(required=False, allow_null=True)


class LeadAnswer(StrictSerializer):
    """The result of a check, as a code."""

    result = serializers.ChoiceField(choices=LeadResult.choices)
    closed_at = InstantField()


class HazardRecheckOut(serializers.ModelSerializer):
    """One look at whether it was put right."""

    class Meta:
        model = HazardRecheck
        fields = ("id", "order", "checked_at", "result", "note", "recorded_at", "client_uuid")
        read_only_fields = fields


class HazardOrderOut(serializers.ModelSerializer):
    """One due date, why it holds, and the recheck that answered it; rechecks take this id."""

    recheck = HazardRecheckOut(read_only=True, default=None)

    class Meta:
        model = HazardOrder
        fields = ("id", "kind", "issued_at", "due_on", "document_no", "reason", "recheck")
        read_only_fields = fields


class HazardOut(serializers.ModelSerializer):
    """A hazard with every due date it had, the oldest first."""

    orders = HazardOrderOut(many=True, read_only=True)

    class Meta:
        model = Hazard
        fields = (
            "id",
            "station",
            "number",
            "campus",
            "place_text",
            "description",
            "found_at",
            "responsible",
            "due_on",
            "closed_at",
            "orders",
            "struck_at",
            "strike_reason",
            "recorded_at",
            "client_uuid",
        )
        read_only_fields = fields


class HazardPageOut(serializers.Serializer):
    """One page of hazards, the latest first."""

    next = serializers.URLField(allow_null=True)
    results = HazardOut(many=True)


class HazardCreate(StrictSerializer):
    """A hazard with the day it must be put right by. `responsible` is a unit, no person."""

    client_uuid = serializers.UUIDField()
    station = ScopedKey(model=Station, action="hazards.edit")
    campus = ScopedKey(model=Campus, action="hazards.edit", required=False, allow_null=True)
    place_text = serializers.CharField(max_length=120)
    description = serializers.CharField(max_length=300)
    found_at = InstantField()
    responsible = serializers.CharField(max_length=120)
    due_on = DayField()
    document_no = serializers.CharField(required=False, allow_blank=True, max_length=60)


class RecheckCreate(StrictSerializer):
    """What the recheck finds; not put right needs a note and a further date."""

    client_uuid = serializers.UUIDField()
    checked_at = InstantField()
    result = serializers.ChoiceField(choices=RecheckResult.choices)
    note = serializers.CharField(required=False, allow_blank=True, max_length=200)
    next_due_on = DayField(required=False, allow_null=True)


class HazardExtension(StrictSerializer):
    """A later date, by decision."""

    due_on = DayField()
    document_no = serializers.CharField(max_length=60)
    reason = serializers.CharField(max_length=200)
