"""Input about proposed rosters and the period of a report."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from duty.models.proposal import MAX_WEEKS
from policeroom.common.forms import ClientCreateForm, DayField, ScopedForm


def week_choices() -> list[tuple[int, str]]:
    """One to four weeks, in the reader's language."""
    return [
        (number, ngettext("%(number)d week", "%(number)d weeks", number) % {"number": number})
        for number in range(1, MAX_WEEKS + 1)
    ]


class ProposalForm(ClientCreateForm, ScopedForm):
    """The days a roster is proposed for. The room comes from the view."""

    first_day = DayField(
        label=_("From"), help_text=_("A day to come, usually a Monday. What is booked stays.")
    )
    weeks = forms.TypedChoiceField(label=_("How long"), coerce=int, choices=week_choices)


class PeriodForm(ScopedForm):
    """The days a booked roster is judged by; four weeks from this one unless somebody says."""

    on = DayField(label=_("From"), required=False)
    weeks = forms.TypedChoiceField(
        label=_("How long"), coerce=int, choices=week_choices, required=False, empty_value=None
    )

    def __init__(self, *args: Any, monday: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"on": monday, "weeks": MAX_WEEKS}, **kwargs)

    def period(self) -> tuple[dt.date, int]:
        """First day and weeks; what is missing or wrong is the usual one."""
        data = self.cleaned_data if self.is_bound and self.is_valid() else {}
        return data.get("on") or self.initial["on"], data.get("weeks") or self.initial["weeks"]
