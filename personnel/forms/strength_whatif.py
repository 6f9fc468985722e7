"""Input of a what-if: which change, on which campus. Bound to the address, nothing is stored."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from policeroom.common.forms import ScopedForm
from policeroom.common.scope import Scope
from stations.enums import CampusStatus
from stations.forms.rooms import offer
from stations.models import Campus

GROW, MERGE, CENTER = "grow", "merge", "center"
CASES = (
    (GROW, _("more or fewer people on a campus")),
    (MERGE, _("one campus moves into another")),
    (CENTER, _("a new centre")),
)
#: Fields each change needs.
NEEDED = {GROW: ("campus", "change"), MERGE: ("campus", "into"), CENTER: ("campuses",)}


class WhatIfForm(ScopedForm):
    """One change. What it does not need may stay empty."""

    case = forms.ChoiceField(
        label=_("What changes"), choices=CASES, widget=forms.RadioSelect, initial=GROW
    )
    campus = forms.ModelChoiceField(
        queryset=Campus.objects.none(), label=_("Campus"), required=False
    )
    change = forms.IntegerField(
        label=_("People more (fewer with a minus)"),
        required=False,
        min_value=-500_000,
        max_value=500_000,
    )
    into = forms.ModelChoiceField(
        queryset=Campus.objects.none(),
        label=_("Moves into"),
        required=False,
        help_text=_("Merging campuses only."),
    )
    campuses = forms.ModelMultipleChoiceField(
        queryset=Campus.objects.none(),
        label=_("Campuses the centre would cover"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("New centre only."),
    )

    def limit(self, scope: Scope) -> None:
        rows = Campus.objects.within(scope, action="people.view").select_related("university")
        rows = rows.exclude(status=CampusStatus.CLOSED).order_by("org_path", "code")
        for name in ("campus", "into", "campuses"):
            offer(self, name, rows)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in NEEDED.get(cleaned.get("case", ""), ()):
            given = cleaned.get(name)
            if not given and given != 0 and name not in self.errors:
                self.add_error(name, _now("This change needs it."))
        same = cleaned.get("campus") is not None and cleaned["campus"] == cleaned.get("into")
        if cleaned.get("case") == MERGE and same:
            self.add_error("into", _now("Choose another campus than the one that moves."))
        return cleaned
