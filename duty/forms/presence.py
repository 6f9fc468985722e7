"""Input about presence."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from duty.forms.instants import InstantField
from duty.queries.presence import people_of
from personnel.models import Person
from policeroom.common.forms import ClientCreateForm, DayField, ScopedForm
from policeroom.common.lists import FilterForm
from stations.models import Station
from stations.queries.rooms import matching


class PeopleOfRoomForm(ClientCreateForm, ScopedForm):
    """Somebody of one room. The room comes from the view, which fetched it through the scope."""

    person = forms.ModelChoiceField(queryset=Person.objects.none(), label=_("Person"))

    def __init__(self, *args: Any, station: Station, at: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people_of(station, at)


class CheckInForm(PeopleOfRoomForm):
    """Who comes; the instant is now."""


class EnterStayForm(PeopleOfRoomForm):
    """A presence that nobody recorded at the desk."""

    came_at = InstantField(label=_("Came at"))
    left_at = InstantField(label=_("Left at"))


class CorrectStayForm(ScopedForm):
    """When somebody really came and left."""

    came_at = InstantField(label=_("Came at"))
    left_at = InstantField(
        label=_("Left at"), required=False, help_text=_("Empty: still in the room.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)


class StrikeStayForm(forms.Form):
    """Why a presence never was."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class StayDayForm(ScopedForm):
    """Which day's lines are shown."""

    on = DayField(label=_("Day"), required=False)


class PresenceFilter(FilterForm):
    """Which rooms."""

    q = forms.CharField(label=_("Name, pinyin or number"), max_length=60)
    empty = forms.BooleanField(label=_("Only rooms with nobody there"))

    def narrow(self, rows: QuerySet) -> QuerySet:
        asked = self.cleaned_data
        return matching(rows, asked["q"]) if asked.get("q") else rows
