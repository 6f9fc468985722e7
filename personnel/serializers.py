"""What the API shows of people, secondments and decisions, and what it accepts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from personnel.enums import PersonKind, SecondmentState
from personnel.models import (
    Absence,
    Accountability,
    Appraisal,
    Assignment,
    Commendation,
    Person,
    Secondment,
    TrainingRecord,
)
from personnel.queries.decisions import units_of
from policeroom.common.access import scope_of
from policeroom.common.api import PAGE_LIMIT, DayField, ScopedKey, StrictSerializer
from stations.models import OrgUnit, Station

DAY = dt.timedelta(days=1)


def last_day(row: Any) -> dt.date | None:
    """The last day of an interval, which itself still counts."""
    return None if row.valid_to is None else row.valid_to - DAY


class UnitKey(ScopedKey):
    """A unit in or above the caller's area."""

    def get_queryset(self) -> QuerySet[OrgUnit]:
        return units_of(scope_of(self.context["request"]))


class PersonOut(serializers.ModelSerializer):
    """Somebody who serves; `station` and `post` are those of the primary post of today."""

    unit_name = serializers.CharField(source="unit.name", read_only=True)
    station = serializers.IntegerField(source="room_id", read_only=True, allow_null=True)
    post = serializers.SerializerMethodField()
    absent = serializers.BooleanField(source="away", read_only=True)
    seconded = serializers.BooleanField(read_only=True)

    class Meta:
        model = Person
        fields = (
            "id",
            "staff_no",
            "name",
            "kind",
            "unit",
            "unit_name",
            "station",
            "post",
            "absent",
            "seconded",
            "left_on",
            "client_uuid",
        )
        read_only_fields = fields

    def get_post(self, person: Any) -> str | None:
        return person.current["post"] if person.current else None


class PersonPageOut(serializers.Serializer):
    """One page of people, room by room."""

    next = serializers.URLField(allow_null=True)
    results = PersonOut(many=True)


class PageFilter(serializers.Serializer):
    """Paging of a list with filters."""

    limit = serializers.IntegerField(min_value=1, max_value=PAGE_LIMIT, default=50)
    cursor = serializers.CharField(required=False, default="", allow_blank=True)


class PersonQuery(PageFilter):
    """Filters of the list of people."""

    station = serializers.IntegerField(required=False)
    kind = serializers.ChoiceField(choices=PersonKind.choices, required=False)


class PostOut(serializers.ModelSerializer):
    """A post in a room; `last_day` still counts."""

    station_name = serializers.CharField(source="station.name", read_only=True)
    last_day = serializers.SerializerMethodField()

    class Meta:
        model = Assignment
        fields = (
            "id",
            "station",
            "station_name",
            "post",
            "is_primary",
            "named_university",
            "valid_from",
            "last_day",
            "end_reason",
            "order_no",
        )
        read_only_fields = fields

    def get_last_day(self, row: Assignment) -> dt.date | None:
        return last_day(row)


class AbsenceOut(serializers.ModelSerializer):
    """Days somebody is away; nothing else is kept."""

    last_day = serializers.SerializerMethodField()

    class Meta:
        model = Absence
        fields = ("id", "valid_from", "last_day")
        read_only_fields = fields

    def get_last_day(self, row: Absence) -> dt.date | None:
        return last_day(row)


class TrainingOut(serializers.ModelSerializer):
    """A training somebody completed; a struck one stays with its reason."""

    class Meta:
        model = TrainingRecord
        fields = (
            "id",
            "kind",
            "topics",
            "title",
            "completed_on",
            "hours",
            "certificate_no",
            "valid_until",
            "struck_at",
            "strike_reason",
        )
        read_only_fields = fields


class SecondmentOut(serializers.ModelSerializer):
    """Somebody sent away from the room, or to be; `last_day` is the last one away."""

    person_name = serializers.CharField(source="person.name", read_only=True)
    ordered_by_name = serializers.CharField(source="ordered_by.name", read_only=True)
    state = serializers.ChoiceField(choices=SecondmentState.choices, read_only=True)
    last_day = serializers.SerializerMethodField()

    class Meta:
        model = Secondment
        fields = (
            "id",
            "person",
            "person_name",
            "valid_from",
            "last_day",
            "ordered_by",
            "ordered_by_name",
            "order_no",
            "purpose",
            "state",
            "approval_no",
            "approved_at",
            "refused_at",
            "refusal",
            "struck_at",
            "strike_reason",
            "recorded_at",
            "client_uuid",
        )
        read_only_fields = fields

    def get_last_day(self, row: Secondment) -> dt.date | None:
        return last_day(row)


class PersonFileOut(PersonOut):
    """A person's file: posts, absences, secondments, trainings, each the latest first."""

    posts = PostOut(many=True)
    absences = AbsenceOut(many=True)
    secondments = SecondmentOut(many=True)
    trainings = TrainingOut(many=True)

    class Meta(PersonOut.Meta):
        fields = (  # type: ignore[assignment]
            *PersonOut.Meta.fields,
            "posts",
            "absences",
            "secondments",
            "trainings",
        )
        read_only_fields = fields  # type: ignore[assignment]


class SecondmentPageOut(serializers.Serializer):
    """One page of secondments, the latest first."""

    next = serializers.URLField(allow_null=True)
    results = SecondmentOut(many=True)


class SecondmentQuery(PageFilter):
    """Filters of the list of secondments; `running` is who is away by one today."""

    person = serializers.IntegerField(required=False)
    state = serializers.ChoiceField(choices=["running", *SecondmentState.values], required=False)


class SecondmentCreate(StrictSerializer):
    """A secondment to be asked for; `client_uuid` is made by the caller."""

    client_uuid = serializers.UUIDField()
    person = ScopedKey(model=Person, action="secondments.ask")
    valid_from = DayField()
    last_day = DayField(required=False, allow_null=True, default=None)
    ordered_by = UnitKey(model=OrgUnit)
    order_no = serializers.CharField(max_length=60)
    purpose = serializers.CharField(max_length=120)


class Approval(StrictSerializer):
    """The paper an approval rests on."""

    approval_no = serializers.CharField(max_length=60)


class Return(StrictSerializer):
    """The last day away."""

    last_day = DayField()


class StrengthOut(serializers.Serializer):
    """Strength of a room on a day. `auxiliaries_required` is null where the population is unknown.

    `seconded` and `away` are holders of a primary post who do not count.
    """

    station = serializers.IntegerField()
    day = serializers.DateField()
    officers_required = serializers.IntegerField()
    officers = serializers.IntegerField()
    auxiliaries_required = serializers.IntegerField(allow_null=True)
    auxiliaries = serializers.IntegerField()
    away = serializers.IntegerField()
    seconded = serializers.IntegerField()
    missing = serializers.IntegerField()
    failing = serializers.ListField(child=serializers.CharField())
    why = serializers.CharField()


class DayQuery(serializers.Serializer):
    """The day the figures are for; today where none is given."""

    on = DayField(required=False)


# --- decisions ---------------------------------------------------------------------------------
_PAPER = (
    "id",
    "station",
    "station_name",
    "decided_by",
    "decided_by_name",
    "decided_on",
    "document_no",
    "result",
    "corrects",
    "struck_at",
    "strike_reason",
    "recorded_at",
    "client_uuid",
)


class DecisionOut(serializers.ModelSerializer):
    """What every decision shows: the room and the paper."""

    station_name = serializers.CharField(source="station.name", read_only=True)
    decided_by_name = serializers.CharField(source="decided_by.name", read_only=True)


class AppraisalOut(DecisionOut):
    """The yearly appraisal of a room."""

    class Meta:
        model = Appraisal
        fields = (*_PAPER, "year", "scheme")
        read_only_fields = fields


class CommendationOut(DecisionOut):
    """A commendation of a room (`person` is null) or of one of its people."""

    class Meta:
        model = Commendation
        fields = (*_PAPER, "person", "ground")
        read_only_fields = fields


class AccountabilityOut(DecisionOut):
    """An accountability decision about a room (`person` is null) or one of its people."""

    class Meta:
        model = Accountability
        fields = (*_PAPER, "person", "ground")
        read_only_fields = fields


class AppraisalPageOut(serializers.Serializer):
    """One page of appraisals, the latest first."""

    next = serializers.URLField(allow_null=True)
    results = AppraisalOut(many=True)


class CommendationPageOut(serializers.Serializer):
    """One page of commendations, the latest first."""

    next = serializers.URLField(allow_null=True)
    results = CommendationOut(many=True)


class AccountabilityPageOut(serializers.Serializer):
    """One page of accountability decisions, the latest first."""

    next = serializers.URLField(allow_null=True)
    results = AccountabilityOut(many=True)


class DecisionQuery(PageFilter):
    """Filters of the lists of decisions; struck ones are left out unless asked for."""

    station = serializers.IntegerField(required=False)
    person = serializers.IntegerField(required=False)
    struck = serializers.BooleanField(required=False, default=False)


class DecisionIn(StrictSerializer):
    """What every new decision has."""

    client_uuid = serializers.UUIDField()
    station = ScopedKey(model=Station, action="decisions.record")
    decided_by = UnitKey(model=OrgUnit)
    decided_on = DayField()
    document_no = serializers.CharField(max_length=60)
    result = serializers.CharField(max_length=60)


class AppraisalCreate(DecisionIn):
    """A new appraisal of a room."""

    year = serializers.IntegerField(min_value=2020, max_value=2100)
    scheme = serializers.CharField(max_length=120)


class PersonDecisionCreate(DecisionIn):
    """A new commendation or accountability decision; without a person it is about the room."""

    person = ScopedKey(
        model=Person, action="decisions.record", required=False, allow_null=True, default=None
    )
    ground = serializers.CharField(max_length=200)
