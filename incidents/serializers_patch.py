"""A change of single facts, each with the value it was changed from."""

from __future__ import annotations

from typing import Any, Final

from rest_framework import serializers

from incidents.enums import Disposition, IncidentKind, Precision
from incidents.models import NARRATIVE_LENGTH, Category, Place
from incidents.services.changes import FIELDS, FieldConflict, Patch, token_of
from policeroom.common.api import InstantField, ProblemOut, ScopedKey, StrictSerializer


def _category() -> serializers.Field:
    return serializers.SlugRelatedField(
        slug_field="code", queryset=Category.objects.all(), allow_null=True
    )


def _place() -> serializers.Field:
    return ScopedKey(model=Place, action="incidents.edit", allow_null=True)


def _text(longest: int) -> serializers.Field:
    return serializers.CharField(max_length=longest, allow_blank=True)


class KindChange(StrictSerializer):
    """Another kind of call."""

    base = serializers.ChoiceField(choices=IncidentKind.choices)
    value = serializers.ChoiceField(choices=IncidentKind.choices)


class CategoryChange(StrictSerializer):
    """Another category, by code."""

    base = _category()
    value = _category()


class PlaceFact(StrictSerializer):
    """A place of the room, and where exactly."""

    place = _place()
    place_text = _text(120)


class PlaceChange(StrictSerializer):
    """Another place."""

    base = PlaceFact()
    value = PlaceFact()


class NarrativeChange(StrictSerializer):
    """Another text; it is merged where somebody changed other phrases meanwhile."""

    base = serializers.CharField(max_length=NARRATIVE_LENGTH, trim_whitespace=False)
    value = serializers.CharField(max_length=NARRATIVE_LENGTH)


class ReportedFact(StrictSerializer):
    """When it was reported, and how exactly that is known."""

    reported_at = InstantField()
    reported_precision = serializers.ChoiceField(choices=Precision.choices)


class ReportedChange(StrictSerializer):
    """Another time of the report; how exactly it is known stays."""

    base = ReportedFact()
    value = InstantField()


class OccurredFact(StrictSerializer):
    """When it happened, and how exactly that is known."""

    occurred_precision = serializers.ChoiceField(choices=Precision.choices)
    occurred_from = InstantField(allow_null=True)
    occurred_to = InstantField(allow_null=True)


class OccurredChange(StrictSerializer):
    """Another time of the occurrence."""

    base = OccurredFact()
    value = OccurredFact()


class InstantChange(StrictSerializer):
    """Another instant, or none."""

    base = InstantField(allow_null=True)
    value = InstantField(allow_null=True)


class DispositionChange(StrictSerializer):
    """Another disposition, or none."""

    base = serializers.ChoiceField(choices=Disposition.choices, allow_blank=True)
    value = serializers.ChoiceField(choices=Disposition.choices, allow_blank=True)


class OnsiteReasonChange(StrictSerializer):
    """Another reason why it was not settled on scene."""

    base = _text(200)
    value = _text(200)


class Changes(StrictSerializer):
    """The facts to be changed; the names are those of `FIELDS`."""

    kind = KindChange(required=False)
    category = CategoryChange(required=False)
    place = PlaceChange(required=False)
    narrative = NarrativeChange(required=False)
    reported = ReportedChange(required=False)
    occurred = OccurredChange(required=False)
    dispatched = InstantChange(required=False)
    arrived = InstantChange(required=False)
    university_arrived = InstantChange(required=False)
    disposition = DispositionChange(required=False)
    onsite_reason = OnsiteReasonChange(required=False)


class IncidentPatch(StrictSerializer):
    """All facts are written, or none."""

    changes = Changes()


class ConflictProblemOut(ProblemOut):
    """A fact that somebody changed meanwhile: by name what is `stored`, and what was `sent`."""

    conflicts = serializers.DictField(child=serializers.DictField(), required=False)


#: Facts of one column, which travel without its name.
_SINGLE: Final = {name: columns[0] for name, columns in FIELDS.items() if len(columns) == 1}


def patches_of(changes: dict[str, dict[str, Any]]) -> dict[str, Patch]:
    """The sent changes as the service takes them."""
    found = {}
    for name, change in changes.items():
        base, value = (_columns(name, change[key]) for key in ("base", "value"))
        found[name] = Patch(token_of(base), value)
    return found


def _columns(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        return {FIELDS[name][0]: value}
    return {column: value[column] for column in FIELDS[name]}


def conflict_out(conflict: FieldConflict) -> dict[str, Any]:
    """Both values of a fact in the form in which they are sent."""
    change: Any = Changes().fields[conflict.field]
    pair = {}
    for key, values in (("stored", conflict.theirs), ("sent", conflict.mine)):
        single = _SINGLE.get(conflict.field)
        value = values[single] if single else values
        pair[key] = None if value is None else change.fields["base"].to_representation(value)
    return pair
