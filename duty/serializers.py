"""What the API shows of orders, receipts and levels, and what it accepts."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from duty.enums import LEVEL_CHOICES, OrderState
from duty.models import DutyOrder, OrderReceipt
from duty.queries.orders import ISSUE, issuers, order_rows, state_of
from policeroom.common.access import scope_of
from policeroom.common.api import PAGE_LIMIT, InstantField, ScopedKey, StrictSerializer
from stations.models import OrgUnit, Station

#: Codes of the levels: 1 三级, 2 二级, 3 一级, 4 一级加强.
LEVELS = [(value, str(value)) for value, _label in LEVEL_CHOICES]


class IssuerKey(ScopedKey):
    """A unit the caller speaks for: one that a grant of theirs names."""

    def get_queryset(self) -> QuerySet[OrgUnit]:
        return issuers(scope_of(self.context["request"]), self.action or ISSUE)


class OrderKey(ScopedKey):
    """An order in view."""

    def get_queryset(self) -> Any:
        return order_rows(scope_of(self.context["request"]))


class TargetsIn(StrictSerializer):
    """Whom something is for: areas and single rooms; without either the issuer's whole area."""

    areas = ScopedKey(model=OrgUnit, action=ISSUE, many=True, required=False)
    rooms = ScopedKey(model=Station, action=ISSUE, many=True, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """`targets` as the service takes them."""
        places = [*attrs.pop("areas", []), *attrs.pop("rooms", [])]
        attrs["targets"] = [place.org_path for place in places or [attrs["issuer"]]]
        return attrs


class OrderOut(serializers.ModelSerializer):
    """A duty order; `state` is the one of now, `targets` are places of the tree."""

    issuer_name = serializers.CharField(source="issuer.name", read_only=True)
    level = serializers.ChoiceField(choices=LEVELS, read_only=True)
    state = serializers.SerializerMethodField()

    class Meta:
        model = DutyOrder
        fields = (
            "id",
            "number",
            "title",
            "level",
            "reason",
            "issuer",
            "issuer_name",
            "targets",
            "issued_at",
            "starts_at",
            "ends_at",
            "supersedes",
            "superseded_at",
            "approved_at",
            "revoked_at",
            "revoke_reason",
            "state",
            "client_uuid",
        )
        read_only_fields = fields

    def get_state(self, order: DutyOrder) -> OrderState:
        return state_of(order, now=self.context["now"])


class OrderPageOut(serializers.Serializer):
    """One page of orders, the latest first."""

    next = serializers.URLField(allow_null=True)
    results = OrderOut(many=True)


class OrderQuery(serializers.Serializer):
    """Filters of the list of orders."""

    state = serializers.ChoiceField(choices=OrderState.choices, required=False)
    level = serializers.ChoiceField(choices=LEVELS, required=False)
    limit = serializers.IntegerField(min_value=1, max_value=PAGE_LIMIT, default=50)
    cursor = serializers.CharField(required=False, default="", allow_blank=True)


class OrderCreate(TargetsIn):
    """A new order. `client_uuid` is made by the caller: a resend returns the first one."""

    client_uuid = serializers.UUIDField()
    issuer = IssuerKey(model=OrgUnit, action=ISSUE)
    number = serializers.CharField(max_length=60)
    level = serializers.ChoiceField(choices=LEVELS)
    title = serializers.CharField(max_length=120)
    reason = serializers.CharField(max_length=300)
    starts_at = InstantField()
    ends_at = InstantField(required=False, allow_null=True)
    supersedes = OrderKey(model=DutyOrder, required=False, allow_null=True)


class ReceiptOut(serializers.ModelSerializer):
    """What a room did with an order; `due_at` is when it had to be acknowledged."""

    station_name = serializers.CharField(source="station.name", read_only=True)
    due_at = serializers.DateTimeField(read_only=True, allow_null=True)
    escalated_at = serializers.DateTimeField(read_only=True, allow_null=True)

    class Meta:
        model = OrderReceipt
        fields = (
            "id",
            "order",
            "station",
            "station_name",
            "opened_at",
            "due_at",
            "acknowledged_at",
            "escalated_at",
            "implemented_at",
            "implementation",
            "guards_added",
        )
        read_only_fields = fields


class ReceiptPageOut(serializers.Serializer):
    """One page of receipts, room by room."""

    next = serializers.URLField(allow_null=True)
    results = ReceiptOut(many=True)


class Implementation(StrictSerializer):
    """How a room carried an order out, and the guards the university added."""

    implementation = serializers.CharField(max_length=300)
    implemented_at = InstantField()
    guards_added = serializers.IntegerField(
        min_value=0, max_value=2000, required=False, allow_null=True
    )


class LevelOut(serializers.Serializer):
    """The level of a room now, and what it must have and has.

    `officers_required` and `auxiliaries_required` are null where the city fixed no numbers; while
    the time after a raise runs, those of the level before are required.
    """

    station = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    level = serializers.ChoiceField(choices=LEVELS)
    orders = serializers.ListField(child=serializers.IntegerField())
    officers_required = serializers.IntegerField(allow_null=True)
    auxiliaries_required = serializers.IntegerField(allow_null=True)
    officers_present = serializers.IntegerField()
    auxiliaries_present = serializers.IntegerField()
    missing = serializers.IntegerField(allow_null=True)


class LevelPageOut(serializers.Serializer):
    """One page of rooms with their level."""

    next = serializers.URLField(allow_null=True)
    results = LevelOut(many=True)
