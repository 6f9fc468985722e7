"""What the API shows of an incident, and what it accepts; every field is named here.

Parties are not part of the interface: their names stay with the room and its county bureau.
"""

from __future__ import annotations

from rest_framework import serializers

from incidents.enums import Disposition, IncidentKind, IncidentState, Precision
from incidents.models import NARRATIVE_LENGTH, Category, Incident, IncidentEntry, Place
from policeroom.common.api import (
    PAGE_LIMIT,
    DayField,
    InstantField,
    ScopedKey,
    StrictSerializer,
)
from stations.models import Station


class CategoryOut(serializers.ModelSerializer):
    """One category of the tree."""

    class Meta:
        model = Category
        fields = ("id", "code", "parent", "name", "name_en", "kind", "case_kind", "emergency")
        read_only_fields = fields


class IncidentOut(serializers.ModelSerializer):
    """An incident as lists show it."""

    category_code = serializers.CharField(source="category.code", default="", read_only=True)

    class Meta:
        model = Incident
        fields: tuple[str, ...] = (
            "id",
            "station",
            "number",
            "kind",
            "category",
            "category_code",
            "place",
            "place_text",
            "narrative",
            "reported_at",
            "reported_precision",
            "occurred_from",
            "occurred_to",
            "occurred_precision",
            "state",
            "dispatched_at",
            "arrived_at",
            "university_arrived_at",
            "closed_at",
            "disposition",
            "no_onsite_reason",
            "source",
            "recorded_at",
            "reviewed_at",
            "version",
            "client_uuid",
        )
        read_only_fields: tuple[str, ...] = fields


class EntryOut(serializers.ModelSerializer):
    """One line of a timeline; `strikes` names the line it strikes."""

    class Meta:
        model = IncidentEntry
        fields = (
            "id",
            "kind",
            "text",
            "changes",
            "at",
            "recorded_at",
            "strikes",
            "client_uuid",
        )
        read_only_fields = fields


class IncidentPageOut(serializers.Serializer):
    """One page of the list; `next` is the address of the following page, null at the end."""

    next = serializers.URLField(allow_null=True)
    results = IncidentOut(many=True)


class EntryPageOut(serializers.Serializer):
    """One page of a timeline, the oldest line first."""

    next = serializers.URLField(allow_null=True)
    results = EntryOut(many=True)


class IncidentQuery(serializers.Serializer):
    """Filters of the list, as parameters of the address."""

    station = ScopedKey(model=Station, required=False)
    state = serializers.ChoiceField(choices=IncidentState.choices, required=False)
    kind = serializers.ChoiceField(choices=IncidentKind.choices, required=False)
    category = serializers.CharField(required=False, max_length=30, help_text="code")
    day_from = DayField(required=False, help_text="reported on or after this day")
    day_to = DayField(required=False, help_text="reported on or before this day")
    limit = serializers.IntegerField(min_value=1, max_value=PAGE_LIMIT, default=50)
    cursor = serializers.CharField(required=False, default="", allow_blank=True)


class IncidentCreate(StrictSerializer):
    """A new call. `client_uuid` is made by the caller: a resend returns the first record."""

    client_uuid = serializers.UUIDField()
    station = ScopedKey(model=Station, action="incidents.file")
    kind = serializers.ChoiceField(choices=IncidentKind.choices)
    narrative = serializers.CharField(max_length=NARRATIVE_LENGTH)
    reported_at = InstantField()
    category = serializers.SlugRelatedField(
        slug_field="code", queryset=Category.objects.filter(is_active=True), required=False
    )
    place = ScopedKey(model=Place, action="incidents.file", required=False)
    place_text = serializers.CharField(required=False, allow_blank=True, max_length=120)
    occurred_from = InstantField(required=False, allow_null=True)
    occurred_to = InstantField(required=False, allow_null=True)
    occurred_precision = serializers.ChoiceField(choices=Precision.choices, required=False)
    dispatched_at = InstantField(required=False, allow_null=True)
    arrived_at = InstantField(required=False, allow_null=True)
    university_arrived_at = InstantField(required=False, allow_null=True)
    disposition = serializers.ChoiceField(
        choices=Disposition.choices, required=False, allow_blank=True
    )
    no_onsite_reason = serializers.CharField(required=False, allow_blank=True, max_length=200)


class EntryCreate(StrictSerializer):
    """A line to append. `client_uuid` is made by the caller; `at` is when it was, default now."""

    client_uuid = serializers.UUIDField()
    text = serializers.CharField(max_length=NARRATIVE_LENGTH)
    at = InstantField(required=False)


class StateChange(StrictSerializer):
    """The state reached, and when; default now. `closed` closes."""

    state = serializers.ChoiceField(choices=IncidentState.choices)
    at = InstantField(required=False)
