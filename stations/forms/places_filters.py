"""Filters of the lists of places, bound to the address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from policeroom.common.forms import ANY
from policeroom.common.lists import FilterForm
from policeroom.common.scope import range_q, subtree
from stations.enums import LINE_DEPTH, CampusStatus, UnitKind, UniversityLevel, UniversityStatus
from stations.forms.places import NONE_YET, day_field
from stations.queries import places


class DayFilter(FilterForm):
    """As of which day a record is shown."""

    on = day_field(_("State on"))


class AreaFilter(FilterForm):
    """Text and area: what the lists of places share."""

    q = forms.CharField(label=_("Name, pinyin or code"), max_length=60)
    unit = forms.ModelChoiceField(label=_("Area"), queryset=NONE_YET, empty_label=_("all"))
    field_order = ["q", "unit"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = [kind for kind in LINE_DEPTH if kind != UnitKind.STATION]
        self.fields["unit"].queryset = places.units(self.scope, lines)

    @property
    def text(self) -> str:
        """The searched text without any space."""
        return "".join(self.cleaned_data.get("q", "").split())


def named(text: str, prefix: str = "") -> Q:
    """Condition: name or pinyin holds the text, or the code begins with it."""
    return (
        Q(**{f"{prefix}name__icontains": text})
        | Q(**{f"{prefix}name_pinyin__contains": text.lower()})
        | Q(**{f"{prefix}code__startswith": text})
    )


class UniversityFilter(AreaFilter):
    """Filters of the list of universities."""

    level = forms.ChoiceField(label=_("Level"), choices=[*ANY, *UniversityLevel.choices])
    status = forms.ChoiceField(label=_("Status"), choices=[*ANY, *UniversityStatus.choices])

    def narrow(self, rows: QuerySet) -> QuerySet:
        data = self.cleaned_data
        if self.text:
            rows = rows.filter(named(self.text))
        if data.get("unit"):
            rows = places.in_area(rows, data["unit"], self.scope)
        for name in ("level", "status"):
            if data.get(name):
                rows = rows.filter(**{name: data[name]})
        return rows


class CampusFilter(AreaFilter):
    """Filters of the list of campuses."""

    status = forms.ChoiceField(label=_("Status"), choices=[*ANY, *CampusStatus.choices])
    room = forms.ChoiceField(
        label=_("Police room"),
        choices=[*ANY, ("own", _("room on the campus")), ("none", _("no room on the campus"))],
    )

    def narrow(self, rows: QuerySet) -> QuerySet:
        data = self.cleaned_data
        if self.text:
            rows = rows.filter(
                Q(name__icontains=self.text)
                | Q(code__startswith=self.text)
                | named(self.text, "university__")
            )
        if data.get("unit"):
            rows = rows.filter(range_q([subtree(data["unit"].org_path)]))
        if data.get("status"):
            rows = rows.filter(status=data["status"])
        if data.get("room"):
            rows = rows.filter(has_room=data["room"] == "own")
        return rows


class ClusterFilter(AreaFilter):
    """Filters of the list of university towns."""

    q = forms.CharField(label=_("Name"), max_length=60)

    def narrow(self, rows: QuerySet) -> QuerySet:
        if self.text:
            rows = rows.filter(name__icontains=self.text)
        if self.cleaned_data.get("unit"):
            rows = rows.filter(range_q([subtree(self.cleaned_data["unit"].org_path)]))
        return rows


class BureauFilter(AreaFilter):
    """Filters of the list of bureaus."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[*ANY, *((k.value, k.label) for k in places.BUREAU_KINDS)],
    )
    provisional = forms.BooleanField(label=_("Only provisional ones"))

    def narrow(self, rows: QuerySet) -> QuerySet:
        data = self.cleaned_data
        if self.text:
            rows = rows.filter(
                Q(name__icontains=self.text)
                | Q(area_name__icontains=self.text)
                | Q(name_pinyin__contains=self.text.lower())
                | Q(division_code__startswith=self.text)
            )
        if data.get("unit"):
            rows = rows.filter(range_q([subtree(data["unit"].org_path)]))
        if data.get("kind"):
            rows = rows.filter(kind=data["kind"])
        return rows.filter(provisional=True) if data.get("provisional") else rows
