"""The filter of the board, of the list and of the search, bound to the address."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django import forms
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incidents.enums import IncidentKind, IncidentState, Precision
from incidents.forms.board_area import MOST_LETTERS, AreaFilter, category_choices
from incidents.queries import search
from policeroom.common.forms import ANY, DayField
from policeroom.common.scope import Scope

#: Choice of the category filter for calls that have none yet.
NO_CATEGORY: Final = "-"


class IncidentFilter(AreaFilter):
    """Area, kind, category, period and words. `narrow` uses what is valid, the rest is shown."""

    kind = forms.ChoiceField(label=_("Kind"), choices=[*ANY, *IncidentKind.choices])
    category = forms.ChoiceField(label=_("Category"), choices=ANY)
    start = DayField(label=_("Reported from"))
    end = DayField(label=_("until"))
    q = forms.CharField(
        label=_("Look for"),
        max_length=MOST_LETTERS,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, scope=scope, **kwargs)
        choices: list[tuple[str, Any]] = []
        self.category_ids: dict[str, list[int]] = {}
        if self.offer or self.data.get("category"):
            choices, self.category_ids = category_choices(self.scope)
        self.fields["category"].choices = [*ANY, (NO_CATEGORY, _("no category yet")), *choices]

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        values: dict[str, Any] = self.cleaned_data
        start, end = values.get("start"), values.get("end")
        if start and end and end < start:
            self.add_error("end", _("The period ends before it begins."))
        return values

    def narrow(self, rows: QuerySet) -> QuerySet:
        """Calls that match; `rows` are incidents within the scope."""
        return self.narrow_words(rows.filter(self.conditions()))

    def narrow_words(self, rows: QuerySet) -> QuerySet:
        """Calls that hold every word."""
        words = search.words_of(self.cleaned_data.get("q", ""))
        if not words:
            return rows
        found = search.texts(self.narrow_scope, words, today=timezone.localdate())
        return rows.filter(pk__in=found.values("incident_id"))

    def conditions(self, prefix: str = "") -> Q:
        """Everything but the words, as a condition on incidents or on rows that lead to one."""
        values = self.cleaned_data
        condition = Q()
        if values.get("area"):
            condition &= self.narrow_scope.q(f"{prefix}org_path")
        if values.get("kind"):
            condition &= Q(**{f"{prefix}kind": values["kind"]})
        if values.get("category") == NO_CATEGORY:
            condition &= Q(**{f"{prefix}category__isnull": True})
        elif values.get("category"):
            ids = self.category_ids[values["category"]]
            condition &= Q(**{f"{prefix}category__in": ids})
        return condition & self._period(prefix)

    def _period(self, prefix: str) -> Q:
        """Reported within the days; calls whose day is not known lie in no period."""
        start, end = self.cleaned_data.get("start"), self.cleaned_data.get("end")
        condition = Q()
        if start:
            condition &= Q(**{f"{prefix}reported_at__gte": midnight(start)})
        if end:
            after = end + dt.timedelta(days=1)
            condition &= Q(**{f"{prefix}reported_at__lt": midnight(after)})
        if condition:
            condition &= ~Q(**{f"{prefix}reported_precision": Precision.UNKNOWN})
        return condition

    @property
    def is_narrow(self) -> bool:
        """Whether anything is asked beyond what the reader sees anyway."""
        return any(self.cleaned_data.get(name) for name in self.fields)


class BoardFilter(IncidentFilter):
    """The filter of the board; its columns are the states."""

    field_order = ("area", "kind", "category", "start", "end", "q")


class ListFilter(IncidentFilter):
    """The filter of the list; hour, weekday and response come from the statistics' links."""

    state = forms.ChoiceField(
        label=_("State"),
        choices=[*ANY, ("open", _("not closed yet")), *IncidentState.choices],
    )
    hour = forms.IntegerField(min_value=0, max_value=23, widget=forms.HiddenInput)
    #: How many hours from `hour` on; one if it is missing.
    hours = forms.IntegerField(min_value=1, max_value=24, widget=forms.HiddenInput)
    weekday = forms.IntegerField(min_value=1, max_value=7, widget=forms.HiddenInput)
    place = forms.CharField(max_length=120, widget=forms.HiddenInput)
    response = forms.ChoiceField(
        choices=[(code, code) for code in ("measured", "none", "inexact", "negative")],
        widget=forms.HiddenInput,
    )

    field_order = ("area", "state", "kind", "category", "start", "end", "q")

    def conditions(self, prefix: str = "") -> Q:
        """The filter's conditions, the state and what a statistic's figure counts."""
        values = self.cleaned_data
        condition = super().conditions(prefix)
        state = values.get("state")
        if state == "open":
            condition &= ~Q(**{f"{prefix}state": IncidentState.CLOSED})
        elif state:
            condition &= Q(**{f"{prefix}state": state})
        if values.get("place"):
            condition &= Q(**{f"{prefix}place_text": values["place"]})
        if self.hour_range is not None:
            first, after = self.hour_range
            condition &= Q(
                **{f"{prefix}reported_at__hour__gte": first},
                **{f"{prefix}reported_at__hour__lt": after},
                **{f"{prefix}reported_precision": Precision.EXACT},
            )
        if values.get("weekday"):
            condition &= Q(**{f"{prefix}reported_at__iso_week_day": values["weekday"]})
        return condition & _responded(values.get("response", ""), prefix)

    @property
    def hour_range(self) -> tuple[int, int] | None:
        """The hours asked for, half-open."""
        hour = self.cleaned_data.get("hour")
        return None if hour is None else (hour, hour + (self.cleaned_data.get("hours") or 1))

    @property
    def hidden_notes(self) -> list[str]:
        """What the hidden conditions mean, for the reader."""
        values = self.cleaned_data
        notes = [values["place"]] if values.get("place") else []
        if values.get("weekday"):
            notes.append(str(WEEKDAYS[values["weekday"]]))
        if self.hour_range is not None:
            notes.append(f"{self.hour_range[0]:02d}:00–{self.hour_range[1] - 1:02d}:59")
        if values.get("response"):
            notes.append(str(RESPONSES[values["response"]]))
        return notes


WEEKDAYS: Final = {
    1: _("Monday"),
    2: _("Tuesday"),
    3: _("Wednesday"),
    4: _("Thursday"),
    5: _("Friday"),
    6: _("Saturday"),
    7: _("Sunday"),
}
RESPONSES: Final = {
    "measured": _("with a response time"),
    "none": _("no arrival recorded"),
    "inexact": _("time of the report not exact"),
    "negative": _("arrival before the report"),
}


def _responded(code: str, prefix: str) -> Q:
    """The calls behind one line of the response times; the same cases as the figures."""
    arrived, reported = f"{prefix}arrived_at", f"{prefix}reported_at"
    exact = Q(**{f"{prefix}reported_precision": Precision.EXACT})
    known = Q(**{f"{arrived}__isnull": False})
    match code:
        case "none":
            return ~known
        case "inexact":
            return known & ~exact
        case "negative":
            return known & exact & Q(**{f"{arrived}__lt": F(reported)})
        case "measured":
            return known & exact & Q(**{f"{arrived}__gte": F(reported)})
        case _:
            return Q()


def midnight(day: dt.date) -> dt.datetime:
    """The first instant of the day in Asia/Shanghai."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
