"""Time words: t, -15, 2330, 昨晚2330. Nothing but clean forms, and never the future."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Final

from incidents.matching.terms import TimeFound
from incidents.matching.text import is_token
from incidents.matching.variants import chinese_number
from policeroom.common.clock import ZONE

_DAY: Final = dt.timedelta(days=1)
_NOW: Final = re.compile(r"t")
_AGO: Final = re.compile(r"-(\d{1,3})")
_AGO_WORDS: Final = re.compile(
    r"(?:约)?(半|\d{1,3}|[一二两三四五六七八九十]{1,3})(?:个)?(分钟|小时|钟头)(半)?(?:之|以)?前"
)
_CLOCK: Final = re.compile(r"([01]\d|2[0-3])([0-5]\d)")
_COLON: Final = re.compile(r"(?<![\d:.\-/])([01]?\d|2[0-3]):([0-5]\d)(?![\d:])")
_SPOKEN: Final = re.compile(
    r"(今天|今日|今晨|今早|今晚|昨天|昨日|昨晚|昨夜|前天)?(凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|深夜)?"
    r"(?:(?P<h4>[01]\d|2[0-3])(?P<m4>[0-5]\d)|(?P<hc>\d{1,2}):(?P<mc>[0-5]\d)"
    r"|(?P<hd>\d{1,2})[点时](?:(?P<md>[0-5]?\d)分?|(?P<half>半)|整)?)"
    r"(?![\d:室号房楼栋幢路元块米人届级年班次])"
)
#: Behind a word for rooms a four-digit number is a room, not a time.
_ROOM_BEFORE: Final = re.compile(
    r"(?:宿舍|寝室|公寓|房间|教室|办公室|实验室|[室房楼栋幢座舍]|单元)\s*$"
)

_YESTERDAY: Final = frozenset({"昨天", "昨日", "昨晚", "昨夜"})
_NIGHT: Final = frozenset({"今晚", "昨晚", "昨夜", "晚上", "夜里", "深夜"})
_AFTERNOON: Final = frozenset({"下午", "傍晚"})
_MORNING: Final = frozenset({"今晨", "今早", "凌晨", "早上", "早晨", "上午"})


def find_time(text: str, now: dt.datetime) -> TimeFound:
    """The first clean time word of a normalised text; without one, nothing.

    Raises: ValueError if `now` is naive.
    """
    if now.tzinfo is None:
        raise ValueError("the instant must be aware")
    now = now.astimezone(ZONE)
    for start, end, at in _candidates(text, now):
        if at is not None and at <= now:
            return TimeFound(at, text[start:end], (start, end))
    return TimeFound()


Candidate = tuple[int, int, dt.datetime | None]


def _candidates(text: str, now: dt.datetime) -> Iterator[Candidate]:
    """Tokens first, then forms inside a sentence."""
    yield from _tokens(text, now)
    for hit in _AGO_WORDS.finditer(text):
        yield *hit.span(), _ago(hit, now)
    for hit in _SPOKEN.finditer(text):
        if hit[1] or hit[2]:
            yield *hit.span(), _spoken(hit, now)
    for hit in _COLON.finditer(text):
        yield *hit.span(), _last(int(hit[1]), int(hit[2]), now)


def _tokens(text: str, now: dt.datetime) -> Iterator[Candidate]:
    found = [hit for form in (_NOW, _AGO, _CLOCK) for hit in form.finditer(text)]
    for hit in sorted(found, key=lambda hit: hit.start()):
        start, end = hit.span()
        if not is_token(text, start, end):
            continue
        if hit.re is _NOW:
            yield start, end, now
        elif hit.re is _AGO:
            yield start, end, now - dt.timedelta(minutes=int(hit[1]))
        elif not _ROOM_BEFORE.search(text[:start]):
            yield start, end, _last(int(hit[1]), int(hit[2]), now)


def _last(hour: int, minute: int, now: dt.datetime) -> dt.datetime:
    """The last time the clock showed this: today, else yesterday."""
    today = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return today if today <= now else today - _DAY


def _ago(hit: re.Match[str], now: dt.datetime) -> dt.datetime | None:
    number, unit, half = hit.groups()
    if number == "半":
        return now - dt.timedelta(minutes=30) if unit != "分钟" and not half else None
    minutes = chinese_number(number) * (1 if unit == "分钟" else 60)
    minutes += 30 if half and unit != "分钟" else 0
    return now - dt.timedelta(minutes=minutes) if 0 < minutes <= 24 * 60 else None


def _spoken(hit: re.Match[str], now: dt.datetime) -> dt.datetime | None:
    """Day and part of the day with a clock time; None where the words do not fit together."""
    day, part = hit[1] or "", hit[2] or ""
    hour = int(hit["h4"] or hit["hc"] or hit["hd"])
    minute = 30 if hit["half"] else int(hit["m4"] or hit["mc"] or hit["md"] or 0)
    exact = _hour(hour, frozenset({day, part}), spoken=hit["hd"] is not None)
    if exact is None or minute > 59 or day == "前天":
        return None
    clock = now.replace(hour=exact, minute=minute, second=0, microsecond=0)
    if not day:
        return _last(exact, minute, now)
    after_midnight = day in {"昨晚", "昨夜"} and exact < 6
    return clock - _DAY if day in _YESTERDAY and not after_midnight else clock


def _hour(hour: int, words: frozenset[str], *, spoken: bool) -> int | None:
    """The hour on the 24-hour clock; None where it does not fit the part of the day."""
    if hour > 23:
        return None
    if words & _NIGHT:
        fits = {h: h + 12 if spoken and 5 < h < 12 else h for h in range(24)}
        exact = fits[hour]
        return exact if exact >= 17 or exact < 6 else None
    if words & _AFTERNOON:
        exact = hour + 12 if spoken and hour < 8 else hour
        return exact if 12 <= exact < 20 else None
    if words & _MORNING:
        return hour if hour < 12 else None
    if "中午" in words:
        exact = hour + 12 if spoken and hour < 3 else hour
        return exact if 11 <= exact < 15 else None
    return hour if not spoken or hour > 12 else None
