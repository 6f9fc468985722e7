"""What the API shows of a police room, and what it accepts; every field is named here."""

from __future__ import annotations

from rest_framework import serializers

from policeroom.common.api import DayField, ScopedKey, StrictSerializer
from stations.enums import AreaBasis, PremisesProvider, StationKind, StationState
from stations.models import Campus, Cluster, CoverageLink, OrgUnit, Station

PAGE_LIMIT = 200


class LinkOut(serializers.ModelSerializer):
    """One coverage link of a centre."""

    campus_name = serializers.CharField(source="campus.__str__", read_only=True)

    class Meta:
        model = CoverageLink
        fields = ("id", "campus", "campus_name", "kind", "valid_from", "valid_to")
        read_only_fields = fields


class StationOut(serializers.ModelSerializer):
    """A police room as lists and files show it; `state` is today's."""

    state = serializers.ChoiceField(choices=StationState.choices, read_only=True)
    operator_name = serializers.CharField(source="operator.name", read_only=True)
    campus_name = serializers.SerializerMethodField()
    cluster_name = serializers.SerializerMethodField()

    class Meta:
        model = Station
        fields: tuple[str, ...] = (
            "id",
            "code",
            "name",
            "kind",
            "state",
            "operator",
            "operator_name",
            "campus",
            "campus_name",
            "cluster",
            "cluster_name",
            "floor_area_m2",
            "area_basis",
            "measured_on",
            "co_located",
            "inside_campus",
            "address",
            "telephone",
            "premises_provider",
            "liaison_post",
            "supervising_unit",
            "plan_no",
            "approval_no",
            "opened_on",
            "closed_on",
            "close_reason",
            "client_uuid",
        )
        read_only_fields: tuple[str, ...] = fields

    def get_campus_name(self, station: Station) -> str:
        return str(station.campus) if station.campus is not None else ""

    def get_cluster_name(self, station: Station) -> str:
        return station.cluster.name if station.cluster is not None else ""


class StationFileOut(StationOut):
    """One police room with what it covers today."""

    links = LinkOut(many=True, read_only=True, source="links_today")

    class Meta(StationOut.Meta):
        fields = (*StationOut.Meta.fields, "links")
        read_only_fields = fields


class StationPageOut(serializers.Serializer):
    """One page of a list; `next` is the address of the following page, null at the end."""

    next = serializers.URLField(allow_null=True)
    results = StationOut(many=True)


class StationQuery(serializers.Serializer):
    """Filters of the list, as parameters of the address."""

    q = serializers.CharField(required=False, max_length=60, help_text="name, pinyin or number")
    kind = serializers.ChoiceField(choices=StationKind.choices, required=False)
    state = serializers.ChoiceField(choices=StationState.choices, required=False)
    operator = ScopedKey(model=OrgUnit, required=False)
    limit = serializers.IntegerField(min_value=1, max_value=PAGE_LIMIT, default=50)
    cursor = serializers.CharField(required=False, default="", allow_blank=True)


class StationFacts(StrictSerializer):
    """The facts a room is opened with and that an edit may change."""

    campus = ScopedKey(model=Campus, action="stations.open", required=False, allow_null=True)
    cluster = ScopedKey(model=Cluster, action="stations.open", required=False, allow_null=True)
    floor_area_m2 = serializers.DecimalField(
        max_digits=8, decimal_places=2, required=False, allow_null=True, min_value=0
    )
    area_basis = serializers.ChoiceField(choices=AreaBasis.choices, required=False)
    measured_on = DayField(required=False, allow_null=True)
    co_located = serializers.BooleanField(required=False)
    inside_campus = serializers.BooleanField(required=False)
    address = serializers.CharField(required=False, allow_blank=True, max_length=200)
    telephone = serializers.CharField(required=False, allow_blank=True, max_length=30)
    premises_provider = serializers.ChoiceField(
        choices=PremisesProvider.choices, required=False, allow_blank=True
    )
    liaison_post = serializers.CharField(required=False, allow_blank=True, max_length=60)
    supervising_unit = ScopedKey(
        model=OrgUnit, action="stations.open", required=False, allow_null=True
    )
    plan_no = serializers.CharField(required=False, allow_blank=True, max_length=40)
    approval_no = serializers.CharField(required=False, allow_blank=True, max_length=60)


class StationCreate(StationFacts):
    """A new room. `client_uuid` is made by the caller: a resend returns the first room."""

    client_uuid = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=StationKind.choices)
    operator = ScopedKey(model=OrgUnit, action="stations.open")
    opened_on = DayField()
    code = serializers.CharField(required=False, allow_blank=True, max_length=20)
    campuses = ScopedKey(
        model=Campus,
        action="stations.open",
        many=True,
        required=False,
        help_text="what a centre covers from the opening day",
    )


class StationPatch(StationFacts):
    """Changed facts, true from `valid_from` (default: today)."""

    valid_from = DayField(required=False)


class StationClose(StrictSerializer):
    """The first day the room no longer operates, and why."""

    on = DayField()
    reason = serializers.CharField(max_length=200)
