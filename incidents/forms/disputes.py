"""Input about disputes and the monthly screening."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.enums_clocks import (
    FOLLOW_UP_OUTCOMES,
    MEDIATION_OUTCOMES,
    DisputeKind,
    DisputeOutcome,
    DisputeRoute,
    EventRisk,
)
from incidents.forms.clocks import (
    FromIncidentForm,
    MomentField,
    MomentForm,
    RecordFilter,
    RoomForm,
)
from policeroom.common.forms import ANY, ClientCreateForm, DayField, ScopedForm


class EventForm(forms.Form):
    """Mixin: what is known of the event, when it is recorded and when it is revised."""

    place_text = forms.CharField(label=_("Where"), max_length=120)
    summary = forms.CharField(
        label=_("What it is about"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The event. Who takes part stands with the incident, if anywhere."),
    )
    risk = forms.ChoiceField(
        label=_("Risk that it grows"),
        choices=EventRisk.choices,
        widget=forms.RadioSelect,
        initial=EventRisk.LOW,
    )
    repeated = forms.BooleanField(label=_("It happens again"), required=False)
    route = forms.ChoiceField(
        label=_("Way of handling"),
        choices=DisputeRoute.choices,
        widget=forms.RadioSelect,
        initial=DisputeRoute.ON_SCENE,
    )


class DisputeForm(EventForm, FromIncidentForm):
    """A dispute for the ledger."""

    action = "disputes.edit"
    kind = forms.ChoiceField(label=_("Kind"), choices=DisputeKind.choices, widget=forms.RadioSelect)
    found_on = DayField(label=_("Found on"))

    field_order = ("station", "kind", "place_text", "summary", "found_on", "risk", "repeated")


class ReviseForm(EventForm, ScopedForm):
    """What is known of the event by now."""


class MediationForm(ClientCreateForm, MomentForm):
    """One mediation session."""

    outcomes: tuple[DisputeOutcome, ...] = MEDIATION_OUTCOMES
    held_at = MomentField(label=_("Held at"))
    outcome = forms.ChoiceField(label=_("Outcome"), widget=forms.RadioSelect)
    with_units = forms.CharField(
        label=_("Together with"),
        max_length=120,
        required=False,
        help_text=_("Units, for example the security office or a college. No persons."),
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = [(o.value, o.label) for o in self.outcomes]


class FollowUpForm(MediationForm):
    """One visit after an agreement."""

    outcomes = FOLLOW_UP_OUTCOMES


class ScreeningForm(RoomForm):
    """That the room looked for disputes; finding none is an entry."""

    action = "disputes.edit"
    held_on = DayField(label=_("Held on"))
    found = forms.IntegerField(
        label=_("Disputes found"),
        min_value=0,
        max_value=999,
        initial=0,
        help_text=_("0 is an entry too. Each dispute that is found gets its own line."),
    )
    areas = forms.CharField(
        label=_("Where it was looked"),
        max_length=200,
        help_text=_("Dormitories, canteens, building sites … as the room calls them."),
    )


class DisputeFilter(RecordFilter):
    """Filters of the list of disputes."""

    day_field = "found_on"
    instant = False
    kind = forms.ChoiceField(label=_("Kind"), choices=[*ANY, *DisputeKind.choices])
    risk = forms.ChoiceField(label=_("Risk"), choices=[*ANY, *EventRisk.choices])

    field_order = ("kind", "risk", "state", "unit", "since", "until")

    def narrow(self, rows: QuerySet) -> QuerySet:
        rows = super().narrow(rows)
        for name in ("kind", "risk"):
            if self.cleaned_data.get(name):
                rows = rows.filter(**{name: self.cleaned_data[name]})
        return rows


class ScreeningFilter(RecordFilter):
    """Filters of the list of screenings."""

    day_field = "held_on"
    instant = False
    closed_field = ""
