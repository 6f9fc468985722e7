"""Input about tests of radio and telephone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from duty.enums import CommsResult
from duty.forms.dutylog import OwnRoomForm, RoomDayFilter
from duty.forms.instants import InstantField
from policeroom.common.forms import ANY


class CommsForm(OwnRoomForm):
    """One test of one channel."""

    tested_at = InstantField(label=_("Tested at"))
    channel = forms.CharField(
        label=_("Channel"), max_length=60, help_text=_("Radio group, telephone, video link.")
    )
    result = forms.ChoiceField(
        label=_("Result"),
        choices=CommsResult.choices,
        widget=forms.RadioSelect,
        initial=CommsResult.CLEAR,
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=200,
        required=False,
        help_text=_("What is wrong, where something is."),
    )


class CommsFilter(RoomDayFilter):
    """Filter of the tests."""

    instant = "tested_at"

    result = forms.ChoiceField(label=_("Result"), choices=[*ANY, *CommsResult.choices])

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().narrow(rows)
        result = self.cleaned_data.get("result")
        return rows.filter(result=result) if result else rows
