"""Days and times as people write them into logs (pure): nothing is guessed, everything is said."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any, Final
from zoneinfo import ZoneInfo

YMD, MDY, DMY = "ymd", "mdy", "dmy"

#: Dashes that spreadsheets and web pages put in place of the plain one.
DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−－", "-"))
#: What people write where they do not know.
NOT_KNOWN: Final = frozenset(
    {"unknown", "unk", "n/a", "na", "-", "--", "?", "tbd", "不详", "未知", "不明", "无", "不清楚"}
)
_WORDS: Final = str.maketrans({"年": "-", "月": "-", "日": " ", "号": " ", "时": ":", "点": ":"})
_MINUTE: Final = re.compile(r"分(?=\d)")
_UNITS: Final = re.compile(r"(?<=\d)[分秒]")

_DATE: Final = r"(\d{1,4})\s?([-/.])\s?(\d{1,2})\s?([-/.])\s?(\d{1,4})"
_TIME: Final = (
    r"(?:(上午|下午|晚上|凌晨|中午)\s*)?"
    r"(\d{1,2}):(\d{1,2})?(?::(\d{2}))?(?:\.\d+)?\s*([ap]\.?m\.?)?"
)
_BOTH: Final = rf"{_DATE}(?:[t\s]+{_TIME})?"
_SEP: Final = r"\s*(?:-|~|至|到|\bto\b)\s*"
_ONE: Final = re.compile(_BOTH)
_TWO: Final = re.compile(_BOTH + _SEP + _BOTH)
_DAY_TIMES: Final = re.compile(rf"{_DATE}[t\s]+{_TIME}{_SEP}{_TIME}")
_CLOCK: Final = re.compile(_TIME)
_CLOCKS: Final = re.compile(_TIME + _SEP + _TIME)
_COMPACT: Final = re.compile(r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?")
_COMPACT_CLOCK: Final = re.compile(r"([01]\d|2[0-3])([0-5]\d)")
_DATE_GROUPS, _TIME_GROUPS = 5, 5

_AFTERNOON: Final = {"下午", "晚上", "中午"}
_NOON: Final = 12
_MIDNIGHT: Final = dt.time()
_LAST_MINUTE: Final = dt.time(23, 59)

Flags = tuple[str, ...]


class UnreadableError(ValueError):
    """The text is neither a day nor a time."""


@dataclass(slots=True)
class Written:
    """What one or two cells say, as far as they say it."""

    day: dt.date | None = None
    time: dt.time | None = None
    end_day: dt.date | None = None
    end_time: dt.time | None = None
    flags: list[str] = field(default_factory=list)
    #: The cell says that it is not known.
    unknown: bool = False

    @property
    def empty(self) -> bool:
        return self.day is None


@dataclass(frozen=True, slots=True)
class Span:
    """A point or a stretch of time without a zone, and how well it is known.

    `precision` is a code of `incidents.enums.Precision`; a day has its midnight as `first`.
    """

    precision: str
    first: dt.datetime | None = None
    last: dt.datetime | None = None
    flags: Flags = ()


UNKNOWN: Final = Span("unknown")


def plain(value: Any) -> str:
    """Text with plain dashes, digits and spaces, lower case."""
    text = unicodedata.normalize("NFKC", str(value)).translate(DASHES)
    return " ".join(text.split()).lower()


def says_unknown(value: Any) -> bool:
    """Whether a cell says in words that the writer does not know."""
    return plain(value) in NOT_KNOWN


def read_when(value: Any, *, order: str, today: dt.date, zone: ZoneInfo) -> Written:
    """A cell that holds a day, a day and a time, or two of them.

    Raises: UnreadableError if it holds something else.
    """
    if isinstance(value, dt.datetime):
        clock = None if value.time() == _MIDNIGHT else value.time()
        return Written(value.date(), clock)
    if isinstance(value, dt.date):
        return Written(value)
    text = plain(value or "")
    if not text:
        return Written()
    if text in NOT_KNOWN:
        return Written(unknown=True)
    return _with_offset(text, zone) or _read_text(text, order, today)


def _with_offset(text: str, zone: ZoneInfo) -> Written | None:
    """2026-09-17T15:42:00+08:00 is an instant of its own; in the zone of the file it reads so."""
    try:
        instant = dt.datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    if instant.tzinfo is None:
        return None
    local = instant.astimezone(zone)
    return Written(local.date(), local.time())


def _read_text(text: str, order: str, today: dt.date) -> Written:
    compact = _COMPACT.fullmatch(text)
    if compact:
        return _read_compact(compact)
    text = _clock_signs(text)
    found = Written()
    if match := _ONE.fullmatch(text):
        parts = match.groups()
        found.day = _day(parts[:_DATE_GROUPS], order, today, found.flags)
        found.time = _time(parts[_DATE_GROUPS:], found.flags)
    elif match := _DAY_TIMES.fullmatch(text):
        parts = match.groups()
        found.day = _day(parts[:_DATE_GROUPS], order, today, found.flags)
        clocks = parts[_DATE_GROUPS:]
        found.time = _time(clocks[:_TIME_GROUPS], found.flags)
        found.end_time = _time(clocks[_TIME_GROUPS:], found.flags)
    elif match := _TWO.fullmatch(text):
        half = _DATE_GROUPS + _TIME_GROUPS
        first, second = match.groups()[:half], match.groups()[half:]
        found.day = _day(first[:_DATE_GROUPS], order, today, found.flags)
        found.time = _time(first[_DATE_GROUPS:], found.flags)
        found.end_day = _day(second[:_DATE_GROUPS], order, today, found.flags)
        found.end_time = _time(second[_DATE_GROUPS:], found.flags)
    else:
        raise UnreadableError(text)
    return found


def _read_compact(match: re.Match[str]) -> Written:
    year, month, day, hour, minute, second = match.groups()
    try:
        clock = dt.time(int(hour), int(minute), int(second or 0)) if hour else None
        return Written(dt.date(int(year), int(month), int(day)), clock)
    except ValueError as error:
        raise UnreadableError(match.group()) from error


def _clock_signs(text: str) -> str:
    """Words for year, month, hour and minute as signs."""
    return _UNITS.sub("", _MINUTE.sub(":", text.translate(_WORDS))).strip()


def read_clock(value: Any) -> Written:
    """A cell that holds a time of day, or two.

    Raises: UnreadableError if it holds something else.
    """
    if isinstance(value, dt.datetime):
        return Written(time=value.time())
    if isinstance(value, dt.time):
        return Written(time=value)
    text = _clock_signs(plain(value or ""))
    if not text:
        return Written()
    if text in NOT_KNOWN:
        return Written(unknown=True)
    found = Written()
    if match := _COMPACT_CLOCK.fullmatch(text):
        found.time = dt.time(int(match[1]), int(match[2]))
    elif match := _CLOCK.fullmatch(text):
        found.time = _time(match.groups(), found.flags)
    elif match := _CLOCKS.fullmatch(text):
        found.time = _time(match.groups()[:_TIME_GROUPS], found.flags)
        found.end_time = _time(match.groups()[_TIME_GROUPS:], found.flags)
    else:
        raise UnreadableError(text)
    return found


def _day(parts: tuple[str, ...], order: str, today: dt.date, flags: list[str]) -> dt.date:
    first, one, second, two, third = parts
    if len(first) == 4 or order == YMD:
        year, month, day = first, second, third
    else:
        month, day = (first, second) if order == MDY else (second, first)
        year = third
    if one != two:
        flags.append("mixed_date")
    try:
        return dt.date(_year(year, today), int(month), int(day))
    except ValueError as error:
        raise UnreadableError("".join(parts)) from error


def _year(text: str, today: dt.date) -> int:
    """A year of two digits lies in this century unless that is still to come."""
    if len(text) == 4:
        return int(text)
    if len(text) != 2:
        raise UnreadableError(text)
    year = today.year // 100 * 100 + int(text)
    return year if year <= today.year + 1 else year - 100


def _time(parts: tuple[str | None, ...], flags: list[str]) -> dt.time | None:
    word, hours, minutes, seconds, half = parts
    if hours is None:
        return None
    hour = int(hours)
    if half or word:
        afternoon = word in _AFTERNOON or bool(half and half.startswith("p"))
        if hour > _NOON or hour == 0:
            flags.append("odd_time")  # 17:15 PM and 00:16 AM can only be meant in 24 hours
        elif hour == _NOON:
            hour = _NOON if afternoon else 0
        elif afternoon:
            hour += _NOON
    try:
        return dt.time(hour, int(minutes or 0), int(seconds or 0))
    except ValueError as error:
        raise UnreadableError(f"{hours}:{minutes}") from error


def combine(when: Written, clock: Written | None = None) -> Span:
    """Day and time as a span.

    One time on one day is exact, two make a range (past midnight where the second is earlier). Two
    days with one time leave open which day it belongs to: the days are kept. An end before its
    start is dropped, the day of the start is kept.
    """
    if when.day is None:
        return UNKNOWN
    flags = [*when.flags, *(clock.flags if clock else ())]
    first_time = when.time or (clock.time if clock else None)
    last_time = when.end_time or (clock.end_time if clock else None)
    if when.end_day is None or when.end_day == when.day:
        return _one_day(when.day, first_time, last_time, flags)
    first, last = when.day, when.end_day
    if first_time is None or last_time is None:
        if first_time is not None or last_time is not None:
            flags.append("one_time")
        first_time, last_time = _MIDNIGHT, _LAST_MINUTE
    start, end = dt.datetime.combine(first, first_time), dt.datetime.combine(last, last_time)
    if end < start:
        return _day_only(first, [*flags, "reversed"])
    return Span("range", start, end, tuple(flags))


def _one_day(day: dt.date, first: dt.time | None, last: dt.time | None, flags: list[str]) -> Span:
    if first is None:
        return _day_only(day, flags)
    start = dt.datetime.combine(day, first)
    if last is None or last == first:
        return Span("exact", start, None, tuple(flags))
    end = dt.datetime.combine(day, last)
    if end < start:
        end += dt.timedelta(days=1)
        flags = [*flags, "past_midnight"]
    return Span("range", start, end, tuple(flags))


def _day_only(day: dt.date, flags: list[str]) -> Span:
    return Span("day", dt.datetime.combine(day, _MIDNIGHT), None, tuple(flags))


def until(start: Span, end: Span) -> Span:
    """A start and an end from two columns as one span."""
    if start.first is None or end.first is None:
        return start
    flags = (*start.flags, *end.flags)
    last = end.last or end.first
    if end.precision == "day":
        last = dt.datetime.combine(last.date(), _LAST_MINUTE)
    if last < start.first:
        return Span(start.precision, start.first, start.last, (*flags, "reversed"))
    if last == start.first:
        return Span(start.precision, start.first, start.last, flags)
    return Span("range", start.first, last, flags)


def instants(
    span: Span, *, zone: ZoneInfo, home: ZoneInfo
) -> tuple[dt.datetime | None, dt.datetime | None, Flags]:
    """First and last instant in UTC, and what the zone says about them.

    A day has no zone: it stays the same day at `home`, where it will be read. A time that the
    clocks skipped or showed twice is taken before the change, and said.
    """
    if span.first is None:
        return None, None, ()
    if span.precision == "day":
        return span.first.replace(tzinfo=home).astimezone(dt.UTC), None, ()
    flags: list[str] = []
    ends = [moment for moment in (span.first, span.last) if moment is not None]
    found = [_instant(moment, zone, flags) for moment in ends]
    last = max(found) if len(found) > 1 else None
    return found[0], last, tuple(flags)


def _instant(moment: dt.datetime, zone: ZoneInfo, flags: list[str]) -> dt.datetime:
    first, second = moment.replace(tzinfo=zone), moment.replace(tzinfo=zone, fold=1)
    if first.utcoffset() != second.utcoffset():
        back = first.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None)
        flags.append("clock_twice" if back == moment else "clock_skipped")
    return first.astimezone(dt.UTC)


def guess_order(values: list[Any], *, today: dt.date, zone: ZoneInfo) -> str:
    """The order in which most of the values can be read; year first where it is all the same."""

    def readable(order: str) -> int:
        count = 0
        for value in values:
            try:
                count += not read_when(value, order=order, today=today, zone=zone).empty
            except UnreadableError:
                continue
        return count

    return max((YMD, MDY, DMY), key=readable)
