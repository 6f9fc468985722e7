"""Dated numbers of the regulation: declared here, changed by interpretation records (第二十九条).

They stand in the lowest app, because the acts of every app above read them: a clock that starts
needs its limit at that instant.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from policeroom.common.models import Parameter

Value = bool | int | Decimal


@dataclass(frozen=True, slots=True)
class ParameterEntry:
    """One number of the regulation: how it is read and what holds when nobody set it."""

    key: str
    number: int
    article: str
    title: Any
    kind: str  # "flag", "count" or "area"
    default: str
    unit: Any = ""

    def parse(self, text: str) -> Value:
        """The stored text as a value.

        Raises: ValueError (or decimal.InvalidOperation) if the text does not fit the kind.
        """
        if self.kind == "flag":
            if text not in {"true", "false"}:
                raise ValueError(text)
            return text == "true"
        if self.kind == "count":
            value = int(text)
            if value < 1:
                raise ValueError(text)
            return value
        area = Decimal(text)
        if not area.is_finite() or area <= 0:
            raise ValueError(text)
        return area


_MINUTES, _HOURS, _DAYS = _("minutes"), _("hours"), _("days")

#: `number` is stored with each row (exclusion constraint): never change or reuse one.
PARAMETERS: Final[dict[str, ParameterEntry]] = {
    entry.key: entry
    for entry in (
        ParameterEntry(
            "P-00", 5, "—", _("Day deadlines roll to the next working day"), "flag", "true"
        ),
        ParameterEntry(
            "P-06a", 1, "第六条", _("A centre satisfies the own-room duty"), "flag", "false"
        ),
        ParameterEntry(
            "P-06b",
            2,
            "第六条",
            _("Universities a centre serves at least"),
            "count",
            "2",
            _("universities"),
        ),
        ParameterEntry(
            "P-07a", 3, "第七条", _("Minimum area of a police room"), "area", "80.00", _("m²")
        ),
        ParameterEntry(
            "P-07b", 4, "第七条", _("Minimum area of a centre"), "area", "120.00", _("m²")
        ),
        ParameterEntry(
            "P-13a", 6, "第十三条", _("Check of a lead without a due time"), "count", "7", _DAYS
        ),
        ParameterEntry("P-13c", 7, "第十三条", _("Receipt of a transfer"), "count", "24", _HOURS),
        ParameterEntry(
            "P-14d", 8, "第十四条", _("First report to the superior"), "count", "30", _MINUTES
        ),
        ParameterEntry(
            "P-14d-2", 9, "第十四条", _("Notice to the other side"), "count", "30", _MINUTES
        ),
        ParameterEntry(
            "P-14d-3",
            10,
            "第十四条",
            _("Unreported counts as omitted after"),
            "count",
            "24",
            _HOURS,
        ),
        ParameterEntry(
            "P-18", 11, "第十三条", _("An emergency drill at least every"), "count", "365", _DAYS
        ),
    )
}


def parameters_on(day: dt.date) -> dict[str, Any]:
    """Every parameter with the value that held on `day` (one query)."""
    values: dict[str, Value] = {
        key: entry.parse(entry.default) for key, entry in PARAMETERS.items()
    }
    rows = Parameter.objects.filter(Parameter.valid_on(day)).values_list("key", "value")
    for key, text in rows:
        if key in PARAMETERS:
            values[key] = PARAMETERS[key].parse(text)
    return values
