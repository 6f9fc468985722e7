"""Input about absences: days, nothing else."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from policeroom.common.forms import DayField, ScopedForm


class AbsenceForm(ScopedForm):
    """From when to when somebody is away."""

    valid_from = DayField(label=_("First day"))
    last_day = DayField(
        label=_("Last day"),
        required=False,
        help_text=_("The last day away. Empty: not known yet."),
    )


class StrikeAbsenceForm(forms.Form):
    """Nothing to enter: an absence that never was."""
