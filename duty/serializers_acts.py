"""What the API shows of 24-hour presence and of directives, and what it accepts."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from duty.enums import DirectiveState, TriggerKind, TriggerState
from duty.models import Directive, Trigger
from duty.queries import directives, triggers
from duty.serializers import IssuerKey, TargetsIn
from policeroom.accounts.models import User
from policeroom.common.api import PAGE_LIMIT, InstantField, ScopedKey, StrictSerializer
from stations.models import OrgUnit, Station


class TriggerOut(serializers.ModelSerializer):
    """A 24-hour presence; `state` is the one of now, `revoked_at` an end before its time."""

    issuer_name = serializers.CharField(source="issuer.name", read_only=True)
    state = serializers.SerializerMethodField()

    class Meta:
        model = Trigger
        fields = (
            "id",
            "number",
            "title",
            "kind",
            "issuer",
            "issuer_name",
            "targets",
            "issued_at",
            "starts_at",
            "ends_at",
            "revoked_at",
            "revoke_reason",
            "state",
            "client_uuid",
        )
        read_only_fields = fields

    def get_state(self, trigger: Trigger) -> TriggerState:
        return triggers.state_of(trigger, now=self.context["now"])


class TriggerPageOut(serializers.Serializer):
    """One page of 24-hour presences, the latest first."""

    next = serializers.URLField(allow_null=True)
    results = TriggerOut(many=True)


class TriggerQuery(serializers.Serializer):
    """Filters of the list of 24-hour presences."""

    state = serializers.ChoiceField(choices=TriggerState.choices, required=False)
    kind = serializers.ChoiceField(choices=TriggerKind.choices, required=False)
    limit = serializers.IntegerField(min_value=1, max_value=PAGE_LIMIT, default=50)
    cursor = serializers.CharField(required=False, default="", allow_blank=True)


class TriggerCreate(TargetsIn):
    """A 24-hour presence, to the minute; one declared afterwards is checked from its start."""

    areas = ScopedKey(model=OrgUnit, action=triggers.DECLARE, many=True, required=False)
    rooms = ScopedKey(model=Station, action=triggers.DECLARE, many=True, required=False)
    client_uuid = serializers.UUIDField()
    issuer = IssuerKey(model=OrgUnit, action=triggers.DECLARE)
    number = serializers.CharField(max_length=60)
    kind = serializers.ChoiceField(choices=TriggerKind.choices)
    title = serializers.CharField(max_length=120)
    starts_at = InstantField()
    ends_at = InstantField()


class StretchOut(serializers.Serializer):
    """A stretch without an officer, from `start` until before `end`."""

    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    minutes = serializers.IntegerField()


class CoverOut(serializers.Serializer):
    """How a room keeps a 24-hour presence.

    `uncovered` is judged by who was there, up to now; `ahead` by the roster and the reinforcement.
    """

    station = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    officers_now = serializers.IntegerField()
    minutes = serializers.IntegerField()
    uncovered = StretchOut(many=True)
    ahead = StretchOut(many=True)
    unverified = serializers.IntegerField()
    sent = serializers.IntegerField()


class CoverPageOut(serializers.Serializer):
    """One page of rooms."""

    next = serializers.URLField(allow_null=True)
    results = CoverOut(many=True)


class DirectiveOut(serializers.ModelSerializer):
    """A directive with its two clocks and who answers for it."""

    station_name = serializers.CharField(source="station.name", read_only=True)
    issuer_name = serializers.CharField(source="issuer.name", read_only=True)
    receipt_due_at = serializers.DateTimeField(read_only=True, allow_null=True)
    first_receiver_name = serializers.CharField(
        source="first_receiver.name", default=None, read_only=True, allow_null=True
    )
    responsible_name = serializers.CharField(
        source="responsible.name", default=None, read_only=True, allow_null=True
    )

    class Meta:
        model = Directive
        fields = (
            "id",
            "number",
            "issuer",
            "issuer_name",
            "station",
            "station_name",
            "text",
            "state",
            "sent_at",
            "receipt_due_at",
            "due_at",
            "due_named",
            "acknowledged_at",
            "first_receiver",
            "first_receiver_name",
            "responsible",
            "responsible_name",
            "offered_to",
            "offered_at",
            "done_at",
            "feedback",
            "withdrawn_at",
            "withdraw_reason",
            "client_uuid",
        )
        read_only_fields = fields


class DirectivePageOut(serializers.Serializer):
    """One page of directives, the latest first."""

    next = serializers.URLField(allow_null=True)
    results = DirectiveOut(many=True)


class DirectiveQuery(serializers.Serializer):
    """Filters of the list of directives; `open` and `overdue` span the stored states."""

    state = serializers.ChoiceField(
        choices=["open", "overdue", *DirectiveState.values], required=False
    )
    station = ScopedKey(model=Station, action="duty.view", required=False)
    limit = serializers.IntegerField(min_value=1, max_value=PAGE_LIMIT, default=50)
    cursor = serializers.CharField(required=False, default="", allow_blank=True)


class DirectiveCreate(StrictSerializer):
    """An instruction to one room; without `due_at` feedback is due after P-17 hours."""

    client_uuid = serializers.UUIDField()
    issuer = IssuerKey(model=OrgUnit, action=directives.SEND)
    station = ScopedKey(model=Station, action=directives.SEND)
    number = serializers.CharField(max_length=60)
    text = serializers.CharField(max_length=1000)
    due_at = InstantField(required=False, allow_null=True)


class TakerKey(ScopedKey):
    """Somebody of the room who may answer for the directive instead."""

    def get_queryset(self) -> Any:
        return directives.takers(self.context["directive"], at=self.context["now"])


class Offer(StrictSerializer):
    """Who is asked to take a directive over."""

    to = TakerKey(model=User)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class Feedback(StrictSerializer):
    """What was done."""

    feedback = serializers.CharField(max_length=1000)
