"""The filter of the coverage pages, bound to the address."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from compliance.catalogue import RULES
from policeroom.common.forms import ANY, DayField, DayInput
from policeroom.common.scope import Scope
from policeroom.common.verdicts import Status
from reports.coverage import Area
from stations.enums import UniversityLevel


class CoverageFilter(forms.Form):
    """Day, area and level. What is missing or wrong falls back to today and the own area."""

    on = DayField(label=_("Day"), required=False, widget=DayInput())
    area = forms.ChoiceField(label=_("Area"), required=False)
    level = forms.ChoiceField(
        label=_("Universities"),
        required=False,
        choices=[*ANY, *UniversityLevel.choices],
    )

    def __init__(
        self, *args: Any, scope: Scope, known: dict[str, Area], today: dt.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.own = scope.root.path if scope.root else ""
        self.known = {path: area for path, area in known.items() if scope.covers(path)}
        own = next((a.name for p, a in self.known.items() if p == self.own), _("own unit"))
        self.fields["area"].choices = [
            ("", own),
            *((p, f"{'　' * (len(p) // 2 - 1)}{a.name}") for p, a in self.known.items()),
        ]

    def clean_on(self) -> dt.date:
        """Raises: ValidationError for a day that has not come yet."""
        day = self.cleaned_data["on"] or self.today
        if day > self.today:
            raise forms.ValidationError(
                _("%(day)s has not come yet; the report knows days up to %(today)s."),
                params={"day": day, "today": self.today},
            )
        return day

    @property
    def day(self) -> dt.date:
        """The chosen day, today if none or a wrong one."""
        return self.cleaned_data.get("on") or self.today

    @property
    def whole(self) -> Area:
        """The chosen area, else the reader's own."""
        path = self.cleaned_data.get("area") or self.own
        return self.known.get(path) or Area(path, "")

    @property
    def level_code(self) -> str:
        """The chosen level, "" for all."""
        return self.cleaned_data.get("level", "")


class GapFilter(CoverageFilter):
    """The coverage filter, one rule, one status."""

    rule = forms.ChoiceField(
        label=_("Rule"),
        required=False,
        choices=[*ANY, *((r.rule_id, f"{r.rule_id} {r.title}") for r in RULES.values())],
    )
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[
            ("", _("gaps")),
            (Status.UNKNOWN.value, _("unknown")),
            (Status.PASS.value, _("met")),
        ],
    )

    field_order = ["on", "area", "rule", "status", "level"]

    @property
    def statuses(self) -> frozenset[Status]:
        """The statuses to list; gaps unless another was chosen."""
        chosen = self.cleaned_data.get("status")
        return frozenset({Status(chosen)} if chosen else {Status.FAIL})
