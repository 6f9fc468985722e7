"""The filter of the statistics: area and period, bound to the address."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.forms.board_area import AreaFilter
from incidents.queries.statistics_periods import (
    DAY,
    DAYS,
    MONTH,
    QUARTER,
    WEEK,
    YEAR,
    Period,
    before,
    period_around,
    until,
    year_before,
)
from policeroom.common.forms import DayField
from policeroom.common.scope import Scope

#: A free period is at most so long.
LONGEST: Final = 3 * 366


@dataclass(frozen=True, slots=True)
class Spans:
    """What is counted: the whole period, what has come of it, and what it is compared with."""

    kind: str
    whole: Period
    seen: Period
    before: Period
    year_before: Period


class StatisticsFilter(AreaFilter):
    """Area and period. What is missing or wrong falls back to this month and the own area."""

    span = forms.ChoiceField(
        label=_("Period"),
        choices=[
            (MONTH, _("month")),
            (WEEK, _("week")),
            (QUARTER, _("quarter")),
            (YEAR, _("year")),
            (DAYS, _("from – until")),
        ],
    )
    on = DayField(label=_("that holds the day"))
    start = DayField(label=_("Reported from"))
    end = DayField(label=_("until"))

    field_order = ("area", "span", "on", "start", "end")

    def __init__(self, *args: Any, scope: Scope, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, scope=scope, **kwargs)
        self.today = today
        wanted = self.data.get("span") == DAYS
        for name in ("on",) if wanted else ("start", "end"):
            self.fields[name].widget = forms.HiddenInput()

    def clean_on(self) -> dt.date | None:
        """Raises: ValidationError for a day that has not come yet."""
        day: dt.date | None = self.cleaned_data["on"]
        if day and day > self.today:
            raise forms.ValidationError(
                _("%(day)s has not come yet; today is %(today)s."),
                params={"day": day, "today": self.today},
            )
        return day

    def clean(self) -> dict[str, Any]:
        """Refuse free periods that end before they begin, or are too long to compare."""
        values: dict[str, Any] = self.cleaned_data
        start, end = values.get("start"), values.get("end")
        if start and end and end < start:
            self.add_error("end", _("The period ends before it begins."))
        elif start and end and (end - start).days >= LONGEST:
            self.add_error("end", _("Choose at most three years."))
        return values

    @property
    def spans(self) -> Spans:
        """The chosen period with what it is compared with; this month if nothing can be read."""
        values = self.cleaned_data
        kind = values.get("span") or MONTH
        start, end = values.get("start"), values.get("end")
        if kind == DAYS and start and end:
            whole = Period(start, end + DAY)
        else:
            kind = MONTH if kind == DAYS else kind
            whole = period_around(kind, values.get("on") or self.today)
        seen = until(whole, self.today)
        return Spans(kind, whole, seen, before(kind, whole, seen), year_before(kind, whole, seen))
