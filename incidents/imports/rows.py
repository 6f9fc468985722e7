"""One line of a log as facts, with everything odd about it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils import timezone

from incidents.enums import IncidentState, Precision
from incidents.imports import facts as plain_facts
from incidents.imports import times
from incidents.imports.facts import Facts
from incidents.imports.fields import LogField
from incidents.imports.header import LogHeader, cell, shown
from incidents.imports.words import OPEN, Words
from incidents.models import NARRATIVE_LENGTH, Incident, LogMapping
from stations.imports.base import Row
from stations.imports.cells import Line
from stations.imports.report import Problem
from stations.imports.text import clean

KEY_LENGTH: Final = Incident._meta.get_field("source_key").max_length or 0
PLACE_LENGTH: Final = Incident._meta.get_field("place_text").max_length or 0
#: Room for the mark of a number that stands for several records ("#2").
_MARK_LENGTH: Final = 6
#: Fields of a mapping with a time of day in a column of its own.
_CLOCKS: Final[dict[str, LogField]] = {
    LogField.REPORTED: LogField.REPORTED_TIME,
    LogField.OCCURRED: LogField.OCCURRED_TIME,
}


@dataclass(frozen=True, slots=True)
class LogRow(Row):
    """One record as the file has it. `text` are its cells in words."""

    key: str
    facts: Facts
    text: str
    flags: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    #: Instant that orders the record where its report is not known.
    reported_at: dt.datetime | None = None


@dataclass(slots=True)
class _Reading:
    """What is collected while a line is read."""

    line: Line
    flags: list[Problem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class LineReader:
    """Reads lines of one file by one mapping."""

    def __init__(
        self, mapping: LogMapping, header: LogHeader, words: Words, *, now: dt.datetime
    ) -> None:
        self.mapping = mapping
        self.words = words
        self.now = now
        self.today = timezone.localdate(now)
        self.zone = ZoneInfo(mapping.zone)
        self.home = timezone.get_default_timezone()
        self.names = header.names
        field_of = {column["key"]: column["field"] for column in mapping.columns}
        self.places: dict[str, list[int]] = {}
        for position, key in enumerate(header.keys):
            if name := field_of.get(key, ""):
                self.places.setdefault(name, []).append(position)

    def has(self, name: str) -> bool:
        return name in self.places

    def column(self, name: str) -> str:
        """The file's own word for one of our fields."""
        return self.names[self.places[name][0]]

    def read(self, line: Line) -> LogRow:
        """The line as a record."""
        reading = _Reading(line)
        facts: Facts = {}
        self._read_words(reading, facts)
        self._read_texts(reading, facts)
        self._read_times(reading, facts)
        return LogRow(
            line=line.number,
            key=self._key(reading, facts),
            facts=facts,
            text=self._as_written(line),
            flags=tuple(reading.flags),
            problems=tuple(reading.problems),
        )

    # --- cells --------------------------------------------------------------------------------

    def _raw(self, line: Line, name: str) -> Any:
        places = self.places.get(name)
        return cell(line, places[0]) if places else ""

    def _text(self, line: Line, name: str) -> str:
        return clean(self._raw(line, name)).translate(times.DASHES)

    def _flag(self, reading: _Reading, name: str, code: str, /, **params: Any) -> None:
        value = self._shown(reading.line, name)
        reading.flags.append(Problem(code, reading.line.number, self.column(name), value, params))

    def _shown(self, line: Line, name: str) -> str:
        """The cell, with the time that stands beside a day."""
        clock = _CLOCKS.get(name)
        cells = [shown(self._raw(line, name))]
        if clock is not None and self.has(clock):
            cells.append(shown(self._raw(line, clock)))
        return " ".join(cells).strip()[:100]

    def _as_written(self, line: Line) -> str:
        """The mapped cells, one a line: what became of nothing else is still there to read."""
        lines = [
            f"{self.names[position]}: {text}"
            for places in self.places.values()
            for position in places
            if (text := shown(cell(line, position)))
        ]
        return "\n".join(lines)[:NARRATIVE_LENGTH]

    def _key(self, reading: _Reading, facts: Facts) -> str:
        parts = [shown(cell(reading.line, place)) for place in self.places[LogField.KEY]]
        plain = [_plain_key(part) for part in parts]
        key = " ".join(part for part in plain if part)
        if not key:
            self._flag(reading, LogField.KEY, "no_key")
            text = "\x1f".join(f"{name}={value}" for name, value in sorted(facts.items()))
            return f"row {hashlib.sha256(text.encode()).hexdigest()[:40]}"
        if plain != parts:
            self._flag(reading, LogField.KEY, "key_read_as", read=key)
        if len(key) > KEY_LENGTH - _MARK_LENGTH:
            return f"row {hashlib.sha256(key.encode()).hexdigest()[:40]}"
        return key

    # --- words and texts ----------------------------------------------------------------------

    def _read_words(self, reading: _Reading, facts: Facts) -> None:
        line = reading.line
        category = None
        if self.has(LogField.CATEGORY):
            word = self._text(line, LogField.CATEGORY)
            category = self.words.category(word)
            facts["category_word"] = word
            facts["category"] = category.code if category else ""
        kind = self.words.kind(self._text(line, LogField.KIND))
        facts["kind"] = kind or (category.kind if category else self.mapping.default_kind)
        state = self.words.state(self._text(line, LogField.STATE))
        facts["state"] = state or str(IncidentState.CLOSED)
        if self.has(LogField.DISPOSITION):
            word = self._text(line, LogField.DISPOSITION)
            code = self.words.disposition(word)
            facts["disposition_word"] = word
            facts["disposition"] = "" if code == OPEN else code
            if code == OPEN and not state:
                facts["state"] = str(IncidentState.HANDLING)

    def _read_texts(self, reading: _Reading, facts: Facts) -> None:
        line = reading.line
        if self.has(LogField.PLACE):
            facts["place_text"] = self._shortened(
                reading, LogField.PLACE, self._text(line, LogField.PLACE), PLACE_LENGTH
            )
        said = [
            text
            for place in self.places.get(LogField.NARRATIVE, ())
            if (text := shown(cell(line, place)))
        ]
        what = "\n".join(said) or facts.get("category_word") or ""
        name = LogField.NARRATIVE if self.has(LogField.NARRATIVE) else LogField.CATEGORY
        if not what:
            self._flag(reading, name, "no_what")
            what = "–"
        facts["narrative"] = self._shortened(reading, name, what, NARRATIVE_LENGTH)

    def _shortened(self, reading: _Reading, name: str, text: str, limit: int) -> str:
        if len(text) <= limit:
            return text
        self._flag(reading, name, "shortened", length=len(text), limit=limit)
        return text[:limit]

    # --- times --------------------------------------------------------------------------------

    def _read_times(self, reading: _Reading, facts: Facts) -> None:
        reported = self._span(reading, LogField.REPORTED)
        occurred = self._span(reading, LogField.OCCURRED)
        if self.has(LogField.OCCURRED_END):
            occurred = times.until(occurred, self._span(reading, LogField.OCCURRED_END))
        if self.mapping.empty_date == LogMapping.EmptyDate.OTHER:
            reported, occurred = (
                self._or_other(reading, LogField.REPORTED, reported, occurred),
                self._or_other(reading, LogField.OCCURRED, occurred, reported),
            )
        self._flag_empty(reading)
        if self.has(LogField.REPORTED):
            first, _last = self._instants(reading, LogField.REPORTED, reported)
            precision = Precision.EXACT if reported.precision == "range" else reported.precision
            facts["reported"] = plain_facts.span(precision, first)
        if self.has(LogField.OCCURRED):
            first, last = self._instants(reading, LogField.OCCURRED, occurred)
            facts["occurred"] = plain_facts.span(occurred.precision, first, last)
        self._flag_order(reading, reported, occurred)
        for name, fact in (
            (LogField.DISPATCHED, "dispatched_at"),
            (LogField.ARRIVED, "arrived_at"),
            (LogField.CLOSED, "closed_at"),
            (LogField.UPDATED, plain_facts.UPDATED),
        ):
            if self.has(name):
                facts[fact] = self._single(reading, name)

    def _single(self, reading: _Reading, name: str) -> str | None:
        """An instant that is nothing but exact: a day alone does not say when."""
        found = self._span(reading, name)
        if found.precision == "day" and name != LogField.UPDATED:
            self._flag(reading, name, "day_only")
            return None
        return plain_facts.iso(self._instants(reading, name, found)[0])

    def _span(self, reading: _Reading, name: str) -> times.Span:
        """One of our times, from its column or columns; what cannot be read is said."""
        when = self._when(reading, name)
        clock_name = _CLOCKS.get(name, "")
        clock = self._clock(reading, clock_name) if self.has(clock_name) else None
        if clock is not None and clock.unknown and when.day is not None:
            self._flag(reading, clock_name, "not_known")
        found = times.combine(when, clock)
        for code in dict.fromkeys(found.flags):
            told_by = clock_name if clock and code in clock.flags else name
            self._flag(reading, told_by, code)
        return found

    def _when(self, reading: _Reading, name: str) -> times.Written:
        if not self.has(name):
            return times.Written()
        try:
            found = times.read_when(
                self._raw(reading.line, name),
                order=self.mapping.date_order,
                today=self.today,
                zone=self.zone,
            )
        except times.UnreadableError:
            self._unreadable(reading, name, "unreadable")
            return times.Written()
        if found.unknown:
            self._flag(reading, name, "not_known")
        return found

    def _clock(self, reading: _Reading, name: str) -> times.Written:
        try:
            return times.read_clock(self._raw(reading.line, name))
        except times.UnreadableError:
            self._unreadable(reading, name, "unreadable_time")
            return times.Written()

    def _unreadable(self, reading: _Reading, name: str, code: str) -> None:
        if self.mapping.bad_date == LogMapping.BadDate.REFUSE:
            value = shown(self._raw(reading.line, name))[:100]
            order = {"order": str(self.mapping.date_order)}
            reading.problems.append(
                Problem("bad_when", reading.line.number, self.column(name), value, order)
            )
        else:
            self._flag(reading, name, code)

    def _or_other(
        self, reading: _Reading, name: str, own: times.Span, other: times.Span
    ) -> times.Span:
        return other if own.first is None and self._empty(reading, name) else own

    def _empty(self, reading: _Reading, name: str) -> bool:
        return self.has(name) and not shown(self._raw(reading.line, name))

    def _flag_empty(self, reading: _Reading) -> None:
        """What is reported or occurred at an empty time is not known, unless the mapping says."""
        if self.mapping.empty_date == LogMapping.EmptyDate.UNKNOWN:
            for name in (LogField.REPORTED, LogField.OCCURRED):
                if self._empty(reading, name):
                    self._flag(reading, name, "no_when")

    def _instants(
        self, reading: _Reading, name: str, found: times.Span
    ) -> tuple[dt.datetime | None, dt.datetime | None]:
        first, last, flags = times.instants(found, zone=self.zone, home=self.home)
        told_by = name if self.has(name) else LogField.REPORTED
        for code in flags:
            self._flag(reading, told_by, code, zone=self.mapping.zone)
        if first is not None and first > self.now:
            self._flag(reading, told_by, "ahead_of_now")
        return first, last

    def _flag_order(self, reading: _Reading, reported: times.Span, occurred: times.Span) -> None:
        """As the file writes it: both times are on the same clock."""
        if reported.first is None or occurred.first is None or reported == occurred:
            return
        first, second = reported.first, occurred.first
        if "day" in (reported.precision, occurred.precision):
            later = second.date() > first.date()
        else:
            later = second > first
        if later:
            pattern = "%Y-%m-%d" if reported.precision == "day" else "%Y-%m-%d %H:%M"
            self._flag(reading, LogField.OCCURRED, "after_report", reported=f"{first:{pattern}}")


def _plain_key(text: str) -> str:
    """A number without width, doubled spaces, look-alike dashes and marks that slipped in."""
    return " ".join(clean(text).translate(times.DASHES).strip("`´'\"‘’“” ").split())


def day_only_columns(rows: list[LogRow], reader: LineReader) -> Mapping[str, int]:
    """Fields that hold days without a time in every row of the file -> how many."""
    found: dict[str, int] = {}
    for name in (LogField.REPORTED, LogField.OCCURRED):
        known = [
            row.facts[name].split("|")[0]  # type: ignore[union-attr]
            for row in rows
            if row.facts.get(name) not in (None, str(Precision.UNKNOWN))
        ]
        if known and set(known) == {str(Precision.DAY)}:
            found[name] = len(known)
    return found
