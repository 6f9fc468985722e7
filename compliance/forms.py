"""Input of parameter changes."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from policeroom.common.forms import DayField, DayInput
from policeroom.common.parameters import PARAMETERS


class ParameterForm(forms.Form):
    """A new value, from a day on, with the interpretation that says so (第二十九条)."""

    key = forms.ChoiceField(
        label=_("Parameter"),
        choices=[(p.key, f"{p.key} {p.article} {p.title}") for p in PARAMETERS.values()],
    )
    value = forms.CharField(
        label=_("New value"),
        max_length=40,
        help_text=_("A number, or true / false where the parameter is a reading."),
    )
    valid_from = DayField(
        label=_("Holds from"),
        widget=DayInput(),
        help_text=_("Reports of the days before keep the value that held then."),
    )
    interpretation_no = forms.CharField(label=_("Interpretation number"), max_length=60)
    interpretation_dated = DayField(label=_("Interpretation dated"), widget=DayInput())
    author_unit = forms.CharField(label=_("Author unit"), max_length=120)
