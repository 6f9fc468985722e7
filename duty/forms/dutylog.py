"""Input about the duty log; what the forms of a room's records share."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from duty.forms.instants import InstantField
from policeroom.common.clock import ZONE
from policeroom.common.forms import ANY, ClientCreateForm, DayField, ScopedForm
from policeroom.common.lists import FilterForm
from policeroom.common.scope import Scope
from stations.models import Station
from stations.queries.rooms import named

WRITE = "dutylog.write"
ONE_DAY = dt.timedelta(days=1)


class OwnRoomForm(ClientCreateForm, ScopedForm):
    """A record of a room of the reader; the only room is not asked for."""

    station = forms.ModelChoiceField(
        label=_("Police room"), queryset=Station.objects.none(), empty_label=None
    )

    def limit(self, scope: Scope) -> None:
        rooms = Station.objects.within(scope, action=WRITE).filter(closed_on__isnull=True)
        rooms = rooms.order_by("org_path")
        self.fields["station"].queryset = rooms
        first = list(rooms[:2])
        if len(first) == 1:
            self.fields["station"].initial = first[0]
            self.fields["station"].widget = forms.HiddenInput()


class LogForm(OwnRoomForm):
    """One line of the log."""

    text = forms.CharField(
        label=_("Entry"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    is_key = forms.BooleanField(
        label=_("For the next shift: stands on the next handover sheet"), required=False
    )
    at = InstantField(label=_("When"), required=False, help_text=_("Empty: now."))


class RoomDayFilter(FilterForm):
    """Filter of records of rooms by room and day; `instant` names the field of the day."""

    instant: ClassVar[str]

    room = forms.CharField(label=_("Police room"), max_length=60)
    since = DayField(label=_("From"))
    until = DayField(label=_("Up to"))

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        data = self.cleaned_data
        word = "".join((data.get("room") or "").split())
        if word:
            rows = rows.filter(named(word, prefix="station__", number="code__istartswith"))
        if data.get("since"):
            rows = rows.filter(**{f"{self.instant}__gte": _midnight(data["since"])})
        if data.get("until"):
            end = _midnight(data["until"] + ONE_DAY)
            rows = rows.filter(**{f"{self.instant}__lt": end})
        return rows


class LogFilter(RoomDayFilter):
    """Filter of the duty log."""

    instant = "at"

    key = forms.ChoiceField(label=_("Lines"), choices=[*ANY, ("key", _("for the next shift"))])

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().narrow(rows)
        return rows.filter(is_key=True) if self.cleaned_data.get("key") else rows


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), ZONE)
