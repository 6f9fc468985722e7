"""Input about swaps."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from duty.models import RosterShift, ShiftSwap
from duty.queries.roster import posted_in
from duty.queries.swaps import STATES, in_state
from personnel.models import Person
from policeroom.common.clock import ZONE
from policeroom.common.forms import ANY, ScopedForm
from policeroom.common.lists import FilterForm

REASON_LENGTH = ShiftSwap._meta.get_field("reason").max_length


class SwapForm(ScopedForm):
    """Who is asked to take the shift. Offered are colleagues of the same kind."""

    to_person = forms.ModelChoiceField(
        queryset=Person.objects.none(), label=_("Who is to take the shift")
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        help_text=_("A few words; nothing about health or family."),
    )

    def __init__(self, *args: Any, shift: RosterShift, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = shift.starts_at.astimezone(ZONE).date()
        colleagues = posted_in(shift.station, day, day).filter(kind=shift.person.kind)
        self.fields["to_person"].queryset = colleagues.exclude(pk=shift.person_id)


class DecisionForm(ScopedForm):
    """Whether the lead agrees; two buttons send it."""

    decision = forms.ChoiceField(
        choices=[("approve", _("Approve")), ("refuse", _("Refuse"))], widget=forms.HiddenInput
    )
    reason = forms.CharField(
        label=_("Reason, if you refuse"), max_length=REASON_LENGTH, required=False
    )


class SwapFilter(FilterForm):
    """Swaps by what became of them."""

    state = forms.ChoiceField(label=_("State"), choices=[*ANY, *STATES.items()])

    def narrow(self, rows: QuerySet) -> QuerySet:
        state = self.cleaned_data.get("state")
        return in_state(rows, state) if state else rows
