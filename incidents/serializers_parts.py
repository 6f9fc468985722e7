"""What the API shows of files, links and places, and what it accepts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework import serializers

from incidents.enums import IncidentLinkKind
from incidents.models import Incident, IncidentAttachment, IncidentLink, Place
from policeroom.common.api import ScopedKey, StrictSerializer
from policeroom.common.errors import DomainError
from stations.models import Station
from stations.uploads import check_size


class AttachmentOut(serializers.ModelSerializer):
    """A file of an incident without its content; a struck one is offered no more."""

    class Meta:
        model = IncidentAttachment
        fields = (
            "id",
            "filename",
            "content_type",
            "size",
            "sha256",
            "struck_at",
            "strike_reason",
            "recorded_at",
            "client_uuid",
        )
        read_only_fields = fields


class AttachmentPageOut(serializers.Serializer):
    """One page of files, the oldest first."""

    next = serializers.URLField(allow_null=True)
    results = AttachmentOut(many=True)


class AttachmentCreate(StrictSerializer):
    """A file: PDF, docx, xlsx, jpg or png, told by its content. Pictures lose what is not seen."""

    client_uuid = serializers.UUIDField()
    file = serializers.FileField()

    def validate_file(self, file: Any) -> Any:
        """The size is refused before the content is read."""
        try:
            check_size(name=file.name, size=file.size, limit=settings.UPLOAD_MAX_BYTES)
        except DomainError as refusal:
            raise serializers.ValidationError(refusal.message) from refusal
        return file


class IncidentLinkOut(serializers.ModelSerializer):
    """Two incidents that belong together; shown to who reads both."""

    class Meta:
        model = IncidentLink
        fields = (
            "id",
            "incident",
            "other",
            "kind",
            "struck_at",
            "strike_reason",
            "recorded_at",
            "client_uuid",
        )
        read_only_fields = fields


class IncidentLinkPageOut(serializers.Serializer):
    """One page of links, the oldest first."""

    next = serializers.URLField(allow_null=True)
    results = IncidentLinkOut(many=True)


class IncidentLinkCreate(StrictSerializer):
    """Another incident of your area that belongs to this one."""

    client_uuid = serializers.UUIDField()
    other = ScopedKey(model=Incident, action="incidents.view")
    kind = serializers.ChoiceField(choices=IncidentLinkKind.choices)


class PlaceOut(serializers.ModelSerializer):
    """A named place of a room; `aliases` are separated by spaces."""

    class Meta:
        model = Place
        fields = ("id", "station", "campus", "name", "aliases", "is_active")
        read_only_fields = fields


class PlacePageOut(serializers.Serializer):
    """One page of places, room by room."""

    next = serializers.URLField(allow_null=True)
    results = PlaceOut(many=True)


class PlaceCreate(StrictSerializer):
    """A place of a room. A room has a name once: sent again, it is refused."""

    station = ScopedKey(model=Station, action="places.edit")
    name = serializers.CharField(max_length=60)
    aliases = serializers.CharField(required=False, allow_blank=True, max_length=200)


class PlaceChange(StrictSerializer):
    """Other names, or whether it is offered."""

    name = serializers.CharField(required=False, max_length=60)
    aliases = serializers.CharField(required=False, allow_blank=True, max_length=200)
    is_active = serializers.BooleanField(required=False)
