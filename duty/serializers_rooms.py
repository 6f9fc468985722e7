"""What the API shows of a room's shifts, presence, sheets and log, and what it accepts."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from duty.models import (
    DutyLogEntry,
    Presence,
    Reinforcement,
    RosterShift,
    ShiftHandover,
    ShiftTemplate,
    Trigger,
)
from duty.queries.presence import people_of
from duty.queries.roster import posted_in
from duty.queries.triggers import trigger_rows
from personnel.models import Person
from policeroom.common.access import scope_of
from policeroom.common.api import PAGE_LIMIT, InstantField, ScopedKey, StrictSerializer
from stations.models import Station

RECORD, ROSTER, REINFORCE, LOG = (
    "presence.record",
    "roster.edit",
    "reinforcement.send",
    "dutylog.write",
)
#: The largest id the database holds.
LARGEST = 2**63 - 1


class RoomQuery(serializers.Serializer):
    """Filters of a list of rows of rooms; `since` and `until` cut out a stretch of time."""

    station = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST)
    since = InstantField(required=False)
    until = InstantField(required=False)
    limit = serializers.IntegerField(min_value=1, max_value=PAGE_LIMIT, default=50)
    cursor = serializers.CharField(required=False, default="", allow_blank=True)


class PresenceQuery(RoomQuery):
    """Filters of presences; `present`: of now, without or with an end."""

    present = serializers.BooleanField(required=False, allow_null=True, default=None)


class TemplateQuery(serializers.Serializer):
    """Filters of the usual shifts."""

    station = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST)
    limit = serializers.IntegerField(min_value=1, max_value=PAGE_LIMIT, default=50)
    cursor = serializers.CharField(required=False, default="", allow_blank=True)


def _of_room(people: QuerySet[Person], pk: int) -> Person:
    """The person, if they belong to the room; else the same words whoever it is.

    Raises: ValidationError at `person`.
    """
    found = people.filter(pk=pk).first()
    if found is None:
        message = _("Nobody of this room on that day has the number %(pk)s.") % {"pk": pk}
        raise serializers.ValidationError({"person": [message]})
    return found


# --- roster -------------------------------------------------------------------------------------
class ShiftTemplateOut(serializers.ModelSerializer):
    """A shift as a room usually has it; a booking names it."""

    kind = serializers.CharField(read_only=True)

    class Meta:
        model = ShiftTemplate
        fields = (
            *("id", "station", "name", "kind", "starts", "minutes"),
            *("officers", "auxiliaries", "is_active"),
        )
        read_only_fields = fields


class ShiftTemplatePageOut(serializers.Serializer):
    """One page of usual shifts."""

    next = serializers.URLField(allow_null=True)
    results = ShiftTemplateOut(many=True)


class ShiftOut(serializers.ModelSerializer):
    """A planned shift, from `starts_at` until before `ends_at`."""

    station_name = serializers.CharField(source="station.name", read_only=True)
    person_name = serializers.CharField(source="person.name", read_only=True)
    person_kind = serializers.CharField(source="person.kind", read_only=True)
    kind = serializers.CharField(read_only=True)

    class Meta:
        model = RosterShift
        fields = (
            *("id", "station", "station_name", "person", "person_name", "person_kind"),
            *("template", "kind", "starts_at", "ends_at", "struck_at", "client_uuid"),
        )
        read_only_fields = fields


class ShiftPageOut(serializers.Serializer):
    """One page of shifts, the earliest first."""

    next = serializers.URLField(allow_null=True)
    results = ShiftOut(many=True)


class ShiftCreate(StrictSerializer):
    """A booking: who, for which usual shift, on which day. A resend returns the first one."""

    client_uuid = serializers.UUIDField()
    template = ScopedKey(model=ShiftTemplate, action=ROSTER)
    person = serializers.IntegerField(min_value=1, max_value=LARGEST)
    day = serializers.DateField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """`person` as the service takes it."""
        people = posted_in(attrs["template"].station, attrs["day"], attrs["day"])
        attrs["person"] = _of_room(people, attrs["person"])
        return attrs


# --- presence -----------------------------------------------------------------------------------
class PresenceOut(serializers.ModelSerializer):
    """Somebody in a room; without `left_at` they are still there, or did not say they left."""

    station_name = serializers.CharField(source="station.name", read_only=True)
    person_name = serializers.CharField(source="person.name", read_only=True)
    person_kind = serializers.CharField(source="person.kind", read_only=True)
    source = serializers.CharField(read_only=True)  # type: ignore[assignment]
    left_source = serializers.CharField(read_only=True)

    class Meta:
        model = Presence
        fields = (
            *("id", "station", "station_name", "person", "person_name", "person_kind"),
            *("came_at", "source", "left_at", "left_source", "struck_at", "client_uuid"),
        )
        read_only_fields = fields


class PresencePageOut(serializers.Serializer):
    """One page of presences, the latest first."""

    next = serializers.URLField(allow_null=True)
    results = PresenceOut(many=True)


class PresenceCreate(StrictSerializer):
    """Somebody comes to the room now. A resend returns the first one."""

    client_uuid = serializers.UUIDField()
    station = ScopedKey(model=Station, action=RECORD)
    person = serializers.IntegerField(min_value=1, max_value=LARGEST)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """`person` as the service takes it."""
        attrs["person"] = _of_room(people_of(attrs["station"], timezone.now()), attrs["person"])
        return attrs


# --- reinforcement ------------------------------------------------------------------------------
class ReinforcementOut(serializers.ModelSerializer):
    """An officer sent to a room for an order or a 24-hour presence."""

    station_name = serializers.CharField(source="station.name", read_only=True)
    person_name = serializers.CharField(source="person.name", read_only=True)

    class Meta:
        model = Reinforcement
        fields = (
            *("id", "station", "station_name", "person", "person_name"),
            *("order", "trigger", "starts_at", "ends_at", "order_no"),
        )
        read_only_fields = fields


class ReinforcementPageOut(serializers.Serializer):
    """One page of reinforcements, the latest first."""

    next = serializers.URLField(allow_null=True)
    results = ReinforcementOut(many=True)


class TriggerKey(ScopedKey):
    """A 24-hour presence in view."""

    def get_queryset(self) -> Any:
        return trigger_rows(scope_of(self.context["request"]))


class ReinforcementCreate(StrictSerializer):
    """An officer for a room, for a stretch of a 24-hour presence. Nobody is sent twice at once."""

    trigger = TriggerKey(model=Trigger)
    station = ScopedKey(model=Station, action=REINFORCE)
    person = ScopedKey(model=Person, action=REINFORCE)
    starts_at = InstantField()
    ends_at = InstantField()
    order_no = serializers.CharField(max_length=60)


# --- handover sheets and the log ----------------------------------------------------------------
class HandoverOut(serializers.ModelSerializer):
    """A handover sheet: who hands over to whom, and when both sides signed."""

    station_name = serializers.CharField(source="station.name", read_only=True)
    outgoing_name = serializers.CharField(source="outgoing.name", read_only=True)
    incoming_name = serializers.CharField(source="incoming.name", read_only=True)

    class Meta:
        model = ShiftHandover
        fields = (
            *("id", "number", "station", "station_name", "handed_at", "notes"),
            *("outgoing", "outgoing_name", "signed_out_at"),
            *("incoming", "incoming_name", "signed_in_at"),
        )
        read_only_fields = fields


class HandoverPageOut(serializers.Serializer):
    """One page of handover sheets, the latest first."""

    next = serializers.URLField(allow_null=True)
    results = HandoverOut(many=True)


class SheetLineOut(serializers.Serializer):
    """One thing the next shift must know; `mark` says that it presses."""

    text = serializers.CharField()
    url = serializers.CharField()
    mark = serializers.CharField()


class SheetSectionOut(serializers.Serializer):
    """One heading of a sheet; `cut` where there is more than a sheet holds."""

    key = serializers.CharField()
    title = serializers.CharField()
    lines = SheetLineOut(many=True)
    cut = serializers.BooleanField()


class HandoverSheetOut(HandoverOut):
    """A sheet with what stands on it: word for word once it is signed, before that as of now."""

    sections = serializers.SerializerMethodField()

    class Meta:
        model = ShiftHandover
        fields = (*HandoverOut.Meta.fields, "sections")
        read_only_fields = fields

    @extend_schema_field(SheetSectionOut(many=True))
    def get_sections(self, _row: ShiftHandover) -> Any:
        return SheetSectionOut(self.context["sections"], many=True).data


class LogEntryOut(serializers.ModelSerializer):
    """One line of a room's log; `is_key`: for the next shift."""

    station_name = serializers.CharField(source="station.name", read_only=True)
    written_by = serializers.CharField(
        source="recorded_by.name", default=None, read_only=True, allow_null=True
    )

    class Meta:
        model = DutyLogEntry
        fields = (
            *("id", "station", "station_name", "day", "at", "text", "is_key"),
            *("written_by", "recorded_at", "client_uuid"),
        )
        read_only_fields = fields


class LogPageOut(serializers.Serializer):
    """One page of lines, the latest first."""

    next = serializers.URLField(allow_null=True)
    results = LogEntryOut(many=True)


class LogEntryCreate(StrictSerializer):
    """A line for the log; without `at` it happened now. A resend returns the first one."""

    client_uuid = serializers.UUIDField()
    station = ScopedKey(model=Station, action=LOG)
    text = serializers.CharField(max_length=2000)
    is_key = serializers.BooleanField(default=False)
    at = InstantField(required=False, allow_null=True, default=None)
