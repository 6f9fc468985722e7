"""Filters of the lists of meetings."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings.enums import Regime
from policeroom.common.clock import ZONE
from policeroom.common.forms import ANY, DayField
from policeroom.common.lists import FilterForm
from stations.queries.rooms import named

STATES: Final = (
    ("open", _("period over, nothing held")),
    ("served", _("meeting held")),
    ("running", _("period not over")),
)


class ObligationFilter(FilterForm):
    """Filter of what is owed: by kind, room, day inside the period, and whether it was held."""

    regime = forms.ChoiceField(label=_("Kind of meeting"), choices=[*ANY, *Regime.choices])
    state = forms.ChoiceField(label=_("Meeting"), choices=[*ANY, *STATES])
    room = forms.CharField(label=_("Police room"), max_length=60)
    day = DayField(label=_("Period that holds"))

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        data = self.cleaned_data
        if data.get("regime"):
            rows = rows.filter(regime=data["regime"])
        word = "".join((data.get("room") or "").split())
        if word:
            rows = rows.filter(named(word, prefix="station__", number="code__istartswith"))
        if data.get("day"):
            rows = rows.filter(starts_on__lte=data["day"], ends_on__gt=data["day"])
        return self._by_state(rows, data.get("state") or "")

    def _by_state(self, rows: QuerySet[Any], state: str) -> QuerySet[Any]:
        today: dt.date = timezone.localdate(timezone.now(), ZONE)
        if state == "open":
            return rows.filter(is_served=False, ends_on__lte=today)
        if state == "served":
            return rows.filter(is_served=True)
        if state == "running":
            return rows.filter(ends_on__gt=today)
        return rows
