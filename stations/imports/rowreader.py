"""Cells of one row as typed values; each bad cell becomes one problem with its column and value."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from stations.imports.cells import Line
from stations.imports.columns import Column, Header
from stations.imports.report import Problem
from stations.imports.text import as_text, clean, digits, header_key, parse_day

_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_SEPARATORS = re.compile(r"[、，,;；/\s]+")
YES = frozenset({"是", "yes", "y", "true", "1", "√", "有"})
NO = frozenset({"否", "no", "n", "false", "0", "×", "无"})


class RowReader:
    """Reads one line. Every getter returns None or "" for an empty or bad cell."""

    def __init__(self, line: Line, header: Header, columns: Mapping[str, Column]) -> None:
        self.line = line
        self.problems: list[Problem] = []
        self._header = header
        self._columns = columns

    @property
    def number(self) -> int:
        return self.line.number

    def raw(self, key: str) -> Any:
        position = self._header.index.get(key)
        if position is None or position >= len(self.line.cells):
            return ""
        return self.line.cells[position]

    def refuse(self, key: str, code: str, /, **params: Any) -> None:
        """Add a problem at a cell."""
        name = self._header.names.get(key, self._columns[key].header)
        value = as_text(self.raw(key)).strip()[:100]
        self.problems.append(Problem(code, self.number, name, value, params))

    def text(self, key: str, *, needed: bool = False) -> str:
        value = clean(self.raw(key))
        limit = self._columns[key].limit
        if needed and not value:
            self.refuse(key, "missing")
        if len(value) > limit:
            self.refuse(key, "too_long", length=len(value), limit=limit)
            return ""
        return value

    def code(self, key: str, length: int, *, needed: bool = False) -> str:
        """A code of exactly `length` digits, typed as text or as a number."""
        value = digits(self.raw(key))
        if not value:
            if needed:
                self.refuse(key, "missing")
            return ""
        if _SCIENTIFIC.fullmatch(value):
            self.refuse(key, "too_many_digits")
            return ""
        if len(value) != length or not value.isdecimal() or not value.isascii():
            self.refuse(key, "bad_code", length=length)
            return ""
        return value

    def whole(self, key: str, *, low: int, high: int, needed: bool = False) -> int | None:
        value = digits(self.raw(key)).replace(",", "")
        if not value:
            if needed:
                self.refuse(key, "missing")
            return None
        if not value.isdecimal() or not low <= int(value) <= high:
            self.refuse(key, "bad_number", low=low, high=high)
            return None
        return int(value)

    def area(self, key: str, *, high: int) -> Decimal | None:
        """Square metres, at most two decimals; never rounded (第七条: 79.995 is not 80)."""
        raw = self.raw(key)
        value = repr(raw) if isinstance(raw, float) else clean(raw)
        value = re.sub(r"(㎡|m²|m2|平方米|平米)$", "", value.replace(",", "")).strip()
        if not value:
            return None
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = Decimal(-1)
        if not number.is_finite() or not 0 <= number <= high or number != round(number, 2):
            self.refuse(key, "bad_decimal", high=high)
            return None
        return number.quantize(Decimal("0.01"))

    def day(
        self, key: str, *, needed: bool = False, today: dt.date | None = None
    ) -> dt.date | None:
        """A day; with `today`, one that is not still to come."""
        raw = self.raw(key)
        if not clean(raw):
            if needed:
                self.refuse(key, "missing")
            return None
        value = parse_day(raw)
        if value is None:
            self.refuse(key, "bad_day")
        elif today is not None and value > today:
            self.refuse(key, "ahead", today=today.isoformat())
            return None
        return value

    def yes_no(self, key: str) -> bool | None:
        value = clean(self.raw(key)).lower()
        if not value:
            return None
        if value in YES or value in NO:
            return value in YES
        self.refuse(key, "bad_choice", choices="是、否")
        return None

    def choice(self, key: str, words: Mapping[str, str], *, needed: bool = False) -> str:
        """The stored code of a word; `words` maps header keys (and codes) to codes."""
        value = clean(self.raw(key))
        if not value:
            if needed:
                self.refuse(key, "missing")
            return ""
        found = words.get("".join(value.split()).lower()) or words.get(header_key(value))
        if found is None:
            offered = [word for word in words if not word.isascii()]
            self.refuse(key, "bad_choice", choices="、".join(offered))
            return ""
        return found

    def codes(self, key: str, length: int) -> tuple[str, ...]:
        """Several codes in one cell, separated by 、 or ；, each once."""
        raw = self.raw(key)
        parts = [digits(part) for part in _SEPARATORS.split(as_text(raw)) if part]
        if any(len(part) != length or not part.isdecimal() for part in parts):
            self.refuse(key, "bad_code", length=length)
            return ()
        return tuple(dict.fromkeys(parts))
