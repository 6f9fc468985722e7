"""What the API shows of disputes, screenings, outreach and tasks, and what it accepts."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from incidents.access import scope_of
from incidents.enums_clocks import (
    DisputeKind,
    DisputeOutcome,
    DisputeRoute,
    DisputeStepKind,
    EventRisk,
    OutreachForm,
    OutreachTopic,
)
from incidents.models import (
    AssignedTask,
    Dispute,
    DisputeScreening,
    DisputeStep,
    Incident,
    OutreachActivity,
)
from policeroom.common.api import DayField, InstantField, ScopedKey, StrictSerializer
from stations.models import Station, University

#: Most universities one activity is held for.
MOST_UNIVERSITIES = 50


class DisputeStepOut(serializers.ModelSerializer):
    """A mediation or a visit after it."""

    class Meta:
        model = DisputeStep
        fields = (
            "id",
            "kind",
            "held_at",
            "outcome",
            "with_units",
            "note",
            "recorded_at",
            "client_uuid",
        )
        read_only_fields = fields


class DisputeOut(serializers.ModelSerializer):
    """A dispute as an event, with its steps, the oldest first. Nobody is named."""

    steps = DisputeStepOut(many=True, read_only=True)

    class Meta:
        model = Dispute
        fields = (
            "id",
            "station",
            "number",
            "incident",
            "kind",
            "place_text",
            "summary",
            "found_on",
            "risk",
            "repeated",
            "route",
            "agreed",
            "closed_at",
            "steps",
            "struck_at",
            "strike_reason",
            "recorded_at",
            "client_uuid",
        )
        read_only_fields = fields


class DisputePageOut(serializers.Serializer):
    """One page of disputes, the latest first."""

    next = serializers.URLField(allow_null=True)
    results = DisputeOut(many=True)


class DisputeCreate(StrictSerializer):
    """A dispute for the ledger: the event, its place and risk."""

    client_uuid = serializers.UUIDField()
    station = ScopedKey(model=Station, action="disputes.edit")
    incident = ScopedKey(model=Incident, action="disputes.edit", required=False, allow_null=True)
    kind = serializers.ChoiceField(choices=DisputeKind.choices)
    place_text = serializers.CharField(max_length=120)
    summary = serializers.CharField(max_length=300)
    found_on = DayField()
    risk = serializers.ChoiceField(choices=EventRisk.choices)
    repeated = serializers.BooleanField(required=False)
    route = serializers.ChoiceField(choices=DisputeRoute.choices)


class DisputeChange(StrictSerializer):
    """What is known of the event by now; what is not sent stays."""

    place_text = serializers.CharField(required=False, max_length=120)
    summary = serializers.CharField(required=False, max_length=300)
    risk = serializers.ChoiceField(choices=EventRisk.choices, required=False)
    repeated = serializers.BooleanField(required=False)
    route = serializers.ChoiceField(choices=DisputeRoute.choices, required=False)


class DisputeStepCreate(StrictSerializer):
    """A session or a visit. `with_units` are units, no persons."""

    client_uuid = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=DisputeStepKind.choices)
    held_at = InstantField()
    outcome = serializers.ChoiceField(choices=DisputeOutcome.choices)
    with_units = serializers.CharField(required=False, allow_blank=True, max_length=120)
    note = serializers.CharField(required=False, allow_blank=True, max_length=300)


class Closing(StrictSerializer):
    """When it ended."""

    closed_at = InstantField()


class ScreeningOut(serializers.ModelSerializer):
    """That a room looked for disputes; nothing found is an entry too."""

    class Meta:
        model = DisputeScreening
        fields = ("id", "station", "held_on", "found", "areas", "recorded_at", "client_uuid")
        read_only_fields = fields


class ScreeningPageOut(serializers.Serializer):
    """One page of screenings, the latest first."""

    next = serializers.URLField(allow_null=True)
    results = ScreeningOut(many=True)


class ScreeningCreate(StrictSerializer):
    """A screening that was held."""

    client_uuid = serializers.UUIDField()
    station = ScopedKey(model=Station, action="disputes.edit")
    held_on = DayField()
    found = serializers.IntegerField(min_value=0, max_value=999)
    areas = serializers.CharField(max_length=200)


class OutreachOut(serializers.ModelSerializer):
    """An activity: topics, universities, the audience as a total."""

    class Meta:
        model = OutreachActivity
        fields = (
            "id",
            "station",
            "number",
            "held_on",
            "title",
            "topics",
            "form",
            "universities",
            "audience_count",
            "partners",
            "struck_at",
            "strike_reason",
            "recorded_at",
            "client_uuid",
        )
        read_only_fields = fields


class OutreachPageOut(serializers.Serializer):
    """One page of activities, the latest first."""

    next = serializers.URLField(allow_null=True)
    results = OutreachOut(many=True)


class OutreachCreate(StrictSerializer):
    """An activity that was held. There is no attendee list."""

    client_uuid = serializers.UUIDField()
    station = ScopedKey(model=Station, action="outreach.edit")
    title = serializers.CharField(max_length=120)
    held_on = DayField()
    topics = serializers.ListField(
        child=serializers.ChoiceField(choices=OutreachTopic.choices), min_length=1, max_length=10
    )
    form = serializers.ChoiceField(choices=OutreachForm.choices)
    universities = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        min_length=1,
        max_length=MOST_UNIVERSITIES,
    )
    audience_count = serializers.IntegerField(min_value=0, max_value=100_000)
    partners = serializers.CharField(required=False, allow_blank=True, max_length=120)

    def validate_universities(self, asked: list[int]) -> list[University]:
        """The rows, in one query; one from outside is refused as one that does not exist."""
        scope = scope_of(self.context["request"])
        found: Any = University.objects.within(scope, action="outreach.edit").filter(pk__in=asked)
        rows = list(found)
        missing = sorted(set(asked) - {row.pk for row in rows})
        if missing:
            words = serializers.PrimaryKeyRelatedField.default_error_messages["does_not_exist"]
            raise serializers.ValidationError(words.format(pk_value=missing[0]))
        return rows


class TaskOut(serializers.ModelSerializer):
    """A task from above and its clock."""

    class Meta:
        model = AssignedTask
        fields = (
            "id",
            "station",
            "title",
            "document_no",
            "issuer",
            "issuer_name",
            "received_at",
            "due_at",
            "result",
            "closed_at",
            "struck_at",
            "strike_reason",
            "recorded_at",
            "client_uuid",
        )
        read_only_fields = fields


class TaskPageOut(serializers.Serializer):
    """One page of tasks, the latest first."""

    next = serializers.URLField(allow_null=True)
    results = TaskOut(many=True)


class TaskCreate(StrictSerializer):
    """A task for a room."""

    client_uuid = serializers.UUIDField()
    station = ScopedKey(model=Station, action="leads.issue")
    title = serializers.CharField(max_length=120)
    document_no = serializers.CharField(required=False, allow_blank=True, max_length=60)
    received_at = InstantField()
    due_at = InstantField()


class TaskAnswer(StrictSerializer):
    """What was done."""

    result = serializers.CharField(max_length=300)
    closed_at = InstantField()


class Judgement(StrictSerializer):
    """A person's decision whether something was concealed; a later one counts."""

    concealed = serializers.BooleanField()
    reason = serializers.CharField(max_length=300)
    document_no = serializers.CharField(required=False, allow_blank=True, max_length=60)
