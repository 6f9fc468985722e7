"""Input about rosters."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from duty.forms.instants import InstantField
from duty.models import ShiftTemplate
from duty.queries.roster import OF_ROOM, posted_in
from personnel.models import Person
from policeroom.common.forms import (
    ClientCreateForm,
    DayField,
    DayInput,
    ScopedForm,
    ScopedModelForm,
)
from stations.models import Station

#: How far from today people are offered: those who left a while ago, those who come next year.
BACK, AHEAD = dt.timedelta(days=62), dt.timedelta(days=366)


class PlanForm(ScopedForm):
    """Who takes which shift on which day. The room comes from the view."""

    person = forms.ModelChoiceField(queryset=Person.objects.none(), label=_("Person"))
    template = forms.ModelChoiceField(queryset=ShiftTemplate.objects.none(), label=_("Shift"))
    day = DayField(label=_("Day"))

    def __init__(self, *args: Any, station: Station, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = posted_in(station, today - BACK, today + AHEAD)
        self.fields["template"].queryset = ShiftTemplate.objects.unscoped(OF_ROOM).filter(
            station=station, is_active=True
        )


class BookForm(ClientCreateForm, PlanForm):
    """A booking that is sent."""


class MoveForm(ScopedForm):
    """Whose a shift becomes and on which day. The room comes from the view."""

    person = forms.ModelChoiceField(queryset=Person.objects.none(), label=_("Person"))
    day = DayField(label=_("Day"))

    def __init__(self, *args: Any, station: Station, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = posted_in(station, today - BACK, today + AHEAD)


class TemplateForm(ScopedModelForm):
    """A shift as the room usually has it."""

    class Meta:
        model = ShiftTemplate
        fields = ("name", "kind", "starts", "minutes", "officers", "auxiliaries", "is_active")
        widgets = {"starts": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")}


class MonthInput(DayInput):
    """A native month picker; typed as 2026-09."""

    input_type = "month"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.format = "%Y-%m"


class MonthField(DayField):
    """A month, as its first day."""

    widget = MonthInput
    input_formats = ["%Y-%m"]


class PeriodForm(ScopedForm):
    """Which days of the roster are shown: those of a month, else those of the week of a day."""

    on = DayField(label=_("Week of"), required=False)
    month = MonthField(label=_("Month"), required=False)


class CopyForm(ScopedForm):
    """The Monday of the week that is filled."""

    monday = DayField(widget=forms.HiddenInput)


class CopyMonthForm(ScopedForm):
    """The month that is filled."""

    month = MonthField(widget=forms.HiddenInput)


class StrikeForm(forms.Form):
    """Nothing to enter."""


class GapForm(ScopedForm):
    """Hours the room means to be empty, and why."""

    starts_at = InstantField(label=_("from"))
    ends_at = InstantField(label=_("until"))
    reason = forms.CharField(label=_("Reason"), max_length=120)
