"""One canonical form of what people type into spreadsheets (pure)."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import lru_cache
from typing import Any

#: Only short texts are remembered, and not too many: at most a few megabytes.
CACHED_LENGTH = 100
CACHED_TEXTS = 8192

_BRACKETS = str.maketrans({"(": "（", ")": "）"})
_CJK = re.compile(r"[\u3400-\u9fff]")
_NOTE = re.compile(r"\(.*?\)|\*")

#: Full-width letters and digits, as typed with a Chinese input method.
_WIDTH = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF5B) if chr(code).isalnum()}


def as_text(value: Any) -> str:
    """A cell as text: whole numbers without ".0", days as 2017-05-31."""
    if isinstance(value, str):
        return value
    if value is None:
        text = ""
    elif isinstance(value, bool):
        text = "是" if value else "否"
    elif isinstance(value, float) and value.is_integer():
        text = str(int(value))
    elif isinstance(value, dt.datetime):
        text = value.date().isoformat()
    else:
        text = str(value)
    return text


def clean(value: Any) -> str:
    """Text of a cell as it is compared and stored.

    Line breaks and spaces inside Chinese text go, between Latin words one space stays; full-width
    letters and digits become plain; brackets in Chinese text are the full-width （）; invisible
    characters and the apostrophe that marks "text" in spreadsheets go.
    """
    text = as_text(value)
    if text.isascii():
        text = " ".join(text.split())
        return text.removeprefix("'")
    return _clean_cached(text) if len(text) <= CACHED_LENGTH else _clean_wide(text)


def _clean_wide(text: str) -> str:
    text = unicodedata.normalize("NFC", text).translate(_WIDTH)
    text = "".join(c for c in text if unicodedata.category(c) != "Cf")
    text = _joined(text.split())
    if text.startswith("'"):
        text = text[1:]
    return text.translate(_BRACKETS) if _CJK.search(text) else text


#: The same words come in thousands of rows, and a cell is looked at more than once.
_clean_cached = lru_cache(maxsize=CACHED_TEXTS)(_clean_wide)


def _joined(words: list[str]) -> str:
    text = ""
    for word in words:
        latin = bool(text) and text[-1].isascii() and word[0].isascii()
        text += f" {word}" if latin else word
    return text


def header_key(value: Any) -> str:
    """A column name without width, spaces, line breaks, marks and bracketed notes; lower case."""
    text = as_text(value)
    return _key_cached(text) if len(text) <= CACHED_LENGTH else _key(text)


def _key(text: str) -> str:
    text = unicodedata.normalize("NFKC", text)
    return _NOTE.sub("", "".join(text.split())).lower()


_key_cached = lru_cache(maxsize=CACHED_TEXTS)(_key)


def digits(value: Any) -> str:
    """A code as text: 4132010284.0, ４１３２０１０２８４ and '4132010284 are all "4132010284"."""
    text = "".join(clean(value).split())
    return text.removesuffix(".0") if text.removesuffix(".0").isdigit() else text


_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[-./年_](0?[1-9]|1[0-2])[-./月_](0?[1-9]|[12]\d|3[01])(?!\d)"
)
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")


def find_day(text: str) -> dt.date | None:
    """The first complete day written in a title or a file name, if any."""
    return next(iter(find_days(text)), None)


def find_days(text: str) -> list[dt.date]:
    """Every complete day written in a title or a file name, written with signs first."""
    spaceless = "".join(unicodedata.normalize("NFKC", text).split())
    found = (match for pattern in (_DATE, _COMPACT) for match in pattern.finditer(spaceless))
    return [day for match in found if (day := _day(*match.groups())) is not None]


def parse_day(value: Any) -> dt.date | None:
    """A cell that holds exactly one day, else None."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    text = "".join(clean(value).split()).removesuffix("日")
    found = _DATE.fullmatch(text) or _COMPACT.fullmatch(text)
    return _day(*found.groups()) if found else None


def _day(year: str, month: str, day: str) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None
