"""What the API shows of transfers, urgent notices, clocks and figures, and what it accepts."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from incidents.deadline_kinds import KINDS
from incidents.enums import ReceiverKind, TransferWhat
from incidents.enums_clocks import Side
from incidents.forms.clocks import CLOCK_STATES
from incidents.models import Incident, Transfer, UrgentMeasure, UrgentNotice, UrgentSide
from incidents.queries.statistics_periods import DAYS, MONTH, QUARTER, WEEK, YEAR
from policeroom.common.api import DayField, InstantField, PageQuery, ScopedKey, StrictSerializer
from policeroom.common.clock import ClockStatus
from policeroom.common.deadlines import status_of
from policeroom.common.models import Deadline
from stations.models import OrgUnit, Station


class TransferOut(serializers.ModelSerializer):
    """A hand-over with its receipt; a struck one counts no longer."""

    class Meta:
        model = Transfer
        fields = (
            "id",
            "incident",
            "what",
            "description",
            "receiver_kind",
            "receiver_unit",
            "receiver_name",
            "handed_at",
            "document_no",
            "received_at",
            "received_by_name",
            "struck_at",
            "strike_reason",
            "recorded_at",
            "client_uuid",
        )
        read_only_fields = fields


class TransferPageOut(serializers.Serializer):
    """One page of transfers, the latest first."""

    next = serializers.URLField(allow_null=True)
    results = TransferOut(many=True)


class ReceiverKey(ScopedKey):
    """A unit beside the room's own line, which no scope reaches: one of those that may receive."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(model=OrgUnit, **kwargs)

    def get_queryset(self) -> Any:
        return self.context["receivers"]


class TransferCreate(StrictSerializer):
    """A hand-over: to a unit of the neighbourhood, or to another one by kind and name."""

    client_uuid = serializers.UUIDField()
    what = serializers.ChoiceField(choices=TransferWhat.choices)
    handed_at = InstantField()
    receiver_unit = ReceiverKey(required=False, allow_null=True)
    receiver_kind = serializers.ChoiceField(choices=ReceiverKind.choices, required=False)
    receiver_name = serializers.CharField(required=False, allow_blank=True, max_length=120)
    description = serializers.CharField(required=False, allow_blank=True, max_length=200)
    document_no = serializers.CharField(required=False, allow_blank=True, max_length=60)


class TransferReceipt(StrictSerializer):
    """The receipt as it was signed."""

    received_at = InstantField()
    received_by_name = serializers.CharField(max_length=60)


class UrgentSideOut(serializers.ModelSerializer):
    """What one side knew, reported and passed on; the acts of a side take this id."""

    class Meta:
        model = UrgentSide
        fields = ("id", "side", "known_at", "reported_at", "reported_to", "notified_at")
        read_only_fields = fields


class UrgentMeasureOut(serializers.ModelSerializer):
    """What one side did against it."""

    class Meta:
        model = UrgentMeasure
        fields = ("id", "side", "text", "taken_at", "recorded_at", "client_uuid")
        read_only_fields = fields


class UrgentOut(serializers.ModelSerializer):
    """An urgent notice with its two sides and their measures."""

    sides = UrgentSideOut(many=True, read_only=True)
    measures = UrgentMeasureOut(many=True, read_only=True)

    class Meta:
        model = UrgentNotice
        fields = (
            "id",
            "station",
            "number",
            "incident",
            "summary",
            "place_text",
            "occurred_at",
            "known_at",
            "disposal_started_at",
            "acknowledged_at",
            "closed_at",
            "sides",
            "measures",
            "struck_at",
            "strike_reason",
            "recorded_at",
            "client_uuid",
        )
        read_only_fields = fields


class UrgentPageOut(serializers.Serializer):
    """One page of urgent notices, the latest known first."""

    next = serializers.URLField(allow_null=True)
    results = UrgentOut(many=True)


class UrgentCreate(StrictSerializer):
    """A major situation at event level: what, where, who knew when. Nobody is named."""

    client_uuid = serializers.UUIDField()
    station = ScopedKey(model=Station, action="urgent.report")
    incident = ScopedKey(model=Incident, action="urgent.report", required=False, allow_null=True)
    summary = serializers.CharField(max_length=200)
    side = serializers.ChoiceField(choices=Side.choices)
    known_at = InstantField()
    place_text = serializers.CharField(required=False, allow_blank=True, max_length=120)
    occurred_at = InstantField(required=False, allow_null=True)


class SideKnown(StrictSerializer):
    """A statement of when a side knew; every one is kept, the earliest counts."""

    known_at = InstantField()
    note = serializers.CharField(required=False, allow_blank=True, max_length=200)


class SideReport(StrictSerializer):
    """The first report of a side to its superior."""

    reported_at = InstantField()
    reported_to = serializers.CharField(max_length=120)


class SideNotify(StrictSerializer):
    """When a side told the other."""

    notified_at = InstantField()


class MeasureCreate(StrictSerializer):
    """What a side does against it."""

    client_uuid = serializers.UUIDField()
    side = serializers.ChoiceField(choices=Side.choices)
    text = serializers.CharField(max_length=300)
    taken_at = InstantField()


class DisposalStart(StrictSerializer):
    """When somebody began to act on it."""

    started_at = InstantField()


class ClockOut(serializers.ModelSerializer):
    """A clock, and how it stood when it was read."""

    status = serializers.SerializerMethodField()

    class Meta:
        model = Deadline
        fields = (
            "id",
            "kind",
            "rule_id",
            "label",
            "object_type",
            "object_id",
            "started_at",
            "due_at",
            "done_at",
            "status",
        )
        read_only_fields = fields

    def get_status(self, row: Deadline) -> ClockStatus:
        """The one answer of `clock.deadline_status` at the instant of the request."""
        return status_of(row, now=self.context["now"])


class ClockPageOut(serializers.Serializer):
    """One page of clocks, the most urgent first."""

    next = serializers.URLField(allow_null=True)
    results = ClockOut(many=True)


class ClockQuery(PageQuery):
    """Filters of the list of clocks; without a status it shows what is still to be done."""

    status = serializers.ChoiceField(
        choices=[code for code, _label in CLOCK_STATES], required=False, default="open"
    )
    kind = serializers.ChoiceField(choices=[kind.code for kind in KINDS], required=False)


class StatisticsQuery(serializers.Serializer):
    """Period and area, as on the page of the statistics."""

    area = serializers.RegexField(
        r"^\d{2,10}$", required=False, help_text="path of a unit in your area"
    )
    span = serializers.ChoiceField(choices=[MONTH, WEEK, QUARTER, YEAR, DAYS], default=MONTH)
    on = DayField(required=False, help_text="a day of the period; default today")
    start = DayField(required=False, help_text="first day, with span=days")
    end = DayField(required=False, help_text="last day, with span=days")


class PeriodOut(serializers.Serializer):
    """First and last day of a period."""

    start = serializers.DateField()
    end = serializers.DateField()


class FigureOut(serializers.Serializer):
    """Calls of one area, category and kind; `category` is null where none was chosen yet."""

    area = serializers.CharField()
    category = serializers.CharField(allow_null=True)
    kind = serializers.CharField()
    calls = serializers.IntegerField()


class HourFigureOut(serializers.Serializer):
    """Calls by weekday (1 is Monday) and hour; `hour` is null where the time is not exact."""

    weekday = serializers.IntegerField()
    hour = serializers.IntegerField(allow_null=True)
    calls = serializers.IntegerField()


class SpanOut(serializers.Serializer):
    """The figures of one period."""

    period = PeriodOut()
    total = serializers.IntegerField()
    figures = FigureOut(many=True)


class ResponseTimeOut(serializers.Serializer):
    """Whole minutes from the report to the arrival of the police."""

    measured = serializers.IntegerField()
    median_minutes = serializers.IntegerField(allow_null=True)
    within_90_percent_minutes = serializers.IntegerField(allow_null=True)
    without_arrival = serializers.IntegerField()
    report_not_exact = serializers.IntegerField()
    arrival_before_report = serializers.IntegerField()


class StatisticsOut(serializers.Serializer):
    """What happened in a period, against the one before and the year before."""

    span = serializers.CharField()
    now = SpanOut()
    before = SpanOut()
    year_before = SpanOut()
    hours = HourFigureOut(many=True)
    response = ResponseTimeOut()
