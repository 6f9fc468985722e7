"""Dated numbers of the regulation: declared here, changed by interpretation records (第二十九条).

They stand in the lowest app, because the acts of every app above read them: a clock that starts
needs its limit at that instant.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from policeroom.common.models import Parameter

Value = bool | int | Decimal | str


@dataclass(frozen=True, slots=True)
class ParameterEntry:
    """One number of the regulation: how it is read and what holds when nobody set it."""

    key: str
    number: int
    article: str
    title: Any
    #: "flag", "count" (at least 1), "whole" (at least 0), "area", "reading" (a letter, see
    #: `choices`), "yearday" (month and day, 03-31) or "day" (2026-01-01).
    kind: str
    default: str
    unit: Any = ""
    choices: tuple[str, ...] = ()

    def parse(self, text: str) -> Value:
        """The stored text as a value.

        Raises: ValueError (or decimal.InvalidOperation) if the text does not fit the kind.
        """
        if self.kind == "flag":
            if text not in {"true", "false"}:
                raise ValueError(text)
            return text == "true"
        if self.kind in {"count", "whole"}:
            value = int(text)
            if value < (1 if self.kind == "count" else 0):
                raise ValueError(text)
            return value
        if self.kind == "reading":
            if text not in self.choices:
                raise ValueError(text)
            return text
        if self.kind == "day":
            dt.date.fromisoformat(text)
            return text
        if self.kind == "yearday":
            dt.date.fromisoformat(f"2023-{text}")  # no leap year: 02-29 is no day of every year
            return text
        area = Decimal(text)
        if not area.is_finite() or area <= 0:
            raise ValueError(text)
        return area


_MINUTES, _HOURS, _DAYS, _PEOPLE = _("minutes"), _("hours"), _("days"), _("people")

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
            "P-08a",
            11,
            "第八条",
            _("Reading of the additional auxiliaries"),
            "reading",
            "A",
            choices=("A", "B", "C", "D", "E"),
        ),
        ParameterEntry(
            "P-08a-2",
            12,
            "第八条",
            _("People from which more are needed"),
            "count",
            "20000",
            _PEOPLE,
        ),
        ParameterEntry(
            "P-08a-3", 13, "第八条", _("People for each additional one"), "count", "10000", _PEOPLE
        ),
        ParameterEntry(
            "P-08b", 14, "第八条", _("Officers of a centre per university"), "count", "100", "%"
        ),
        ParameterEntry(
            "P-08c", 15, "第八条", _("A population is out of date after"), "count", "400", _DAYS
        ),
        ParameterEntry(
            "P-08d", 16, "第八条", _("An absent person still counts for"), "count", "30", _DAYS
        ),
        ParameterEntry(
            "P-08e", 40, "第八条", _("A seconded person still counts for"), "whole", "0", _DAYS
        ),
        ParameterEntry(
            "P-09b", 17, "第九条", _("Gap tolerated at a handover"), "whole", "0", _MINUTES
        ),
        ParameterEntry(
            "P-09c",
            27,
            "第九条",
            _("A presence with neither check-out nor shift ends after"),
            "count",
            "12",
            _HOURS,
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
            "P-14a", 40, "第十四条", _("Make-up of a weekly briefing within"), "whole", "3", _DAYS
        ),
        ParameterEntry(
            "P-14a-2",
            41,
            "第十四条",
            _("Make-up of a monthly assessment within"),
            "whole",
            "5",
            _DAYS,
        ),
        ParameterEntry(
            "P-14a-3",
            42,
            "第十四条",
            _("Make-up of a quarterly consultation within"),
            "whole",
            "10",
            _DAYS,
        ),
        ParameterEntry(
            "P-14b", 43, "第十四条", _("Entry of the minutes within"), "count", "72", _HOURS
        ),
        ParameterEntry(
            "P-14c",
            44,
            "第十四条",
            _("Delivery of the quarterly report within"),
            "count",
            "15",
            _DAYS,
        ),
        ParameterEntry(
            "P-14e",
            45,
            "第十四条",
            _("Reading of the monthly assessment (A in the month, B about the month)"),
            "reading",
            "A",
            choices=("A", "B"),
        ),
        ParameterEntry(
            "P-14f", 46, "第十四条", _("Meetings are kept here from"), "day", "2026-01-01"
        ),
        ParameterEntry("P-15a", 18, "第十五条", _("Receipt of an order"), "count", "15", _MINUTES),
        ParameterEntry(
            "P-15b", 19, "第十五条", _("Strength after a raise"), "count", "60", _MINUTES
        ),
        ParameterEntry(
            "P-15c",
            26,
            "第十五条",
            _("Reminder of an order without an end"),
            "count",
            "30",
            _DAYS,
        ),
        ParameterEntry(
            "P-16c",
            42,
            "第十六条",
            _("Open hours of a roster are told of ahead"),
            "count",
            "7",
            _DAYS,
        ),
        ParameterEntry(
            "P-17", 20, "第十七条", _("Feedback without a due time"), "count", "24", _HOURS
        ),
        ParameterEntry("P-18", 21, "第十八条", _("A drill at least every"), "count", "365", _DAYS),
        ParameterEntry("P-19a", 22, "第十九条", _("Annual training plan by"), "yearday", "03-31"),
        ParameterEntry(
            "P-19b", 23, "第十九条", _("Trainings per person and quarter"), "count", "1"
        ),
        ParameterEntry(
            "P-19c",
            43,
            "第十九条",
            _("The end of a training is told of before"),
            "count",
            "30",
            _DAYS,
        ),
        ParameterEntry("P-20", 24, "第二十条", _("Refill of an officer"), "count", "30", _DAYS),
        ParameterEntry("P-20-2", 25, "第二十条", _("Refill of an auxiliary"), "count", "30", _DAYS),
        ParameterEntry(
            "P-20-3",
            41,
            "第二十条",
            _("A secondment opens a vacancy after"),
            "count",
            "30",
            _DAYS,
        ),
        ParameterEntry(
            "P-20-4",
            44,
            "第二十条",
            _("The end of a refill is told of before"),
            "count",
            "7",
            _DAYS,
        ),
    )
}


def parameters_on(day: dt.date) -> dict[str, Any]:
    """Every parameter with the value that held on `day` (one query)."""
    rows = Parameter.objects.filter(Parameter.valid_on(day))
    return _values(dict(rows.values_list("key", "value")))


def parameters_by_day(days: Iterable[dt.date]) -> dict[dt.date, dict[str, Any]]:
    """Every parameter with the value that held on each of `days` (one query)."""
    rows = list(Parameter.objects.values_list("key", "value", "valid_from", "valid_to"))
    return {
        day: _values(
            {
                key: value
                for key, value, start, end in rows
                if start <= day and (end is None or day < end)
            }
        )
        for day in set(days)
    }


def _values(stored: dict[str, str]) -> dict[str, Any]:
    return {key: entry.parse(stored.get(key, entry.default)) for key, entry in PARAMETERS.items()}
