"""The header of a log nobody knows yet: found among titles, given a fingerprint, sampled."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from incidents.imports.fields import propose
from incidents.imports.times import DASHES
from policeroom.common.export import FORMULA_STARTS
from stations.imports.cells import Line, RefusedFileError, Table
from stations.imports.columns import HEADER_WITHIN
from stations.imports.report import Problem
from stations.imports.text import clean, header_key

#: Rows whose cells are shown beside the names of the columns.
SAMPLES = 3


@dataclass(frozen=True, slots=True)
class LogHeader:
    """The row with the names. `keys` are their plain forms, each once; `plain` as they stand."""

    row: int
    names: tuple[str, ...]
    keys: tuple[str, ...]
    plain: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        """The same for the same words in any order of columns."""
        return hashlib.sha256("\x1f".join(sorted(self.keys)).encode()).hexdigest()[:32]


def header_of(line: Line) -> LogHeader:
    """Names and plain forms of a row; a column without a name, or with one that was there, gets
    its place as name."""
    names: list[str] = []
    keys: list[str] = []
    for position, cell in enumerate(line.cells, start=1):
        name = clean(cell)
        key = header_key(name.translate(DASHES)) or f"#{position}"
        if key in keys:
            name, key = f"{name} ({position})", f"{key}#{position}"
        names.append(name or f"#{position}")
        keys.append(key)
    plain = tuple(header_key(cell) for cell in line.cells)
    return LogHeader(line.number, tuple(names), tuple(keys), plain)


def find_log_header(tables: Sequence[Table], fingerprint: str = "") -> tuple[Table, LogHeader]:
    """The sheet and the row of the header: the one with this fingerprint, else the likeliest.

    Likeliest is the row whose words suggest most of our fields, then the first with two cells.
    Raises: RefusedFileError if no row has the fingerprint, or none can be a header.
    """
    candidates = [
        (table, header_of(line))
        for table in tables
        for line in table.lines[:HEADER_WITHIN]
        if len(line.filled) > 1
    ]
    if fingerprint:
        for table, header in candidates:
            if header.fingerprint == fingerprint:
                return table, header
        raise RefusedFileError(Problem("other_header"))
    if not candidates:
        raise RefusedFileError(Problem("no_log_header", params={"lines": HEADER_WITHIN}))
    return max(candidates, key=lambda found: sum(map(bool, propose(found[1].keys))))


def cell(line: Line, position: int) -> Any:
    """A cell of a line that may be shorter than the header."""
    return line.cells[position] if position < len(line.cells) else ""


def samples(table: Table, header: LogHeader) -> list[list[str]]:
    """The first different values of each column."""
    found: list[dict[str, None]] = [{} for _name in header.names]
    for line in table.lines:
        if line.number <= header.row:
            continue
        for position, values in enumerate(found):
            text = shown(cell(line, position))
            if text and len(values) < SAMPLES:
                values.setdefault(text)
        if all(len(values) >= SAMPLES for values in found):
            break
    return [list(values) for values in found]


def shown(value: Any) -> str:
    """A cell as people see it; the mark that our exports set before a formula goes."""
    text = str(value).strip() if value is not None else ""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_STARTS) else text


def word_counts(table: Table, header: LogHeader, position: int) -> Counter[str]:
    """How often each word stands in a column."""
    lines = (line for line in table.lines if line.number > header.row)
    return Counter(word for line in lines if (word := clean(cell(line, position))))
