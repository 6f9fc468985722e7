"""Filter of the strength of rooms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from personnel.strength import Assessment
from policeroom.common.forms import ANY, DayField
from policeroom.common.lists import FilterForm
from policeroom.common.scope import Scope, subtree
from stations.enums import StationKind
from stations.forms.rooms import offer, operators
from stations.models import OrgUnit
from stations.queries.rooms import matching

STATES = (
    ("short", _("something is missing")),
    ("unknown", _("population unknown or out of date")),
    ("full", _("all there")),
)


class StrengthFilter(FilterForm):
    """Which rooms, and on which day. `assessed` comes with the rows: `room_rows` sets it."""

    on = DayField(label=_("Day of the figures"))
    q = forms.CharField(label=_("Name, pinyin or number"), max_length=60)
    kind = forms.ChoiceField(label=_("Kind"), choices=[*ANY, *StationKind.choices])
    state = forms.ChoiceField(label=_("State"), choices=[*ANY, *STATES])
    bureau = forms.ModelChoiceField(
        queryset=OrgUnit.objects.none(), label=_("Bureau"), empty_label=_("all")
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, scope=scope, **kwargs)
        offer(self, "bureau", operators(scope, "people.view").order_by("org_path"))

    def narrow(self, rows: QuerySet) -> QuerySet:
        asked = self.cleaned_data
        if asked.get("q"):
            rows = matching(rows, asked["q"])
        if asked.get("kind"):
            rows = rows.filter(kind=asked["kind"])
        if asked.get("bureau"):
            low, high = subtree(asked["bureau"].org_path)
            rows = rows.filter(org_path__gte=low, org_path__lt=high)
        return rows


def in_state(assessed: Mapping[int, Assessment], state: str) -> set[int]:
    """Rooms that are in the state asked for; an empty one means every room."""
    checks = {
        "short": lambda found: bool(found.failing),
        "unknown": lambda found: found.unknown or found.stale,
        "full": lambda found: not (found.failing or found.unknown or found.stale),
    }
    check = checks.get(state, lambda _found: True)
    return {pk for pk, found in assessed.items() if check(found)}
