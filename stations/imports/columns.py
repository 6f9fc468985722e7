"""The columns of a list, and how its header row is recognised among titles and notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stations.imports.cells import Line, RefusedFileError, Table
from stations.imports.report import Problem
from stations.imports.text import clean, header_key

#: The header stands within the first rows of the sheet.
HEADER_WITHIN = 40


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in the template, what else it is called, and what belongs into it."""

    key: str
    header: str
    help: Any
    required: bool = False
    aliases: tuple[str, ...] = ()
    example: str = ""
    limit: int = 200


@dataclass(frozen=True, slots=True)
class Header:
    """Where the columns stand; `names` are the words of the file, for messages."""

    row: int
    index: Mapping[str, int]
    names: Mapping[str, str]
    title: str
    keys: tuple[str, ...]

    def repeats(self, line: Line) -> bool:
        """Whether the line is the header again (a new printed page)."""
        return len(line.cells) == len(self.keys) and all(
            header_key(cell) == key for cell, key in zip(line.cells, self.keys, strict=True)
        )


def find_header(
    table: Table, columns: Sequence[Column], alternatives: Sequence[Sequence[str]]
) -> Header:
    """The header row: the first one with all columns of one of the `alternatives` (keys).

    Raises: RefusedFileError naming the missing and the found columns.
    """
    words = {header_key(name): c.key for c in columns for name in (c.header, c.key, *c.aliases)}
    best: tuple[int, Line] | None = None
    title: list[str] = []
    for line in table.lines[:HEADER_WITHIN]:
        found = {words[key] for cell in line.cells if (key := header_key(cell)) in words}
        if any(found >= set(keys) for keys in alternatives):
            return _header(line, words, " ".join(title))
        if best is None or len(found) > best[0]:
            best = (len(found), line)
        title += [clean(cell) for cell in line.cells if clean(cell)]
    names = {column.key: column.header for column in columns}
    raise RefusedFileError(_missing(best, words, names, alternatives))


def _header(line: Line, words: Mapping[str, str], title: str) -> Header:
    index: dict[str, int] = {}
    names: dict[str, str] = {}
    for position, cell in enumerate(line.cells):
        key = words.get(header_key(cell))
        if key is None:
            continue
        if key in index:
            raise RefusedFileError(
                Problem("header_twice", params={"column": clean(cell), "row": line.number})
            )
        index[key] = position
        names[key] = clean(cell)
    return Header(line.number, index, names, title, tuple(header_key(cell) for cell in line.cells))


def _missing(
    best: tuple[int, Line] | None,
    words: Mapping[str, str],
    names: Mapping[str, str],
    alternatives: Sequence[Sequence[str]],
) -> Problem:
    needed = "、".join(names[key] for key in alternatives[0])
    if best is None or best[0] == 0:
        return Problem("no_header", params={"lines": HEADER_WITHIN, "needed": needed})
    line = best[1]
    found = {words[key] for cell in line.cells if (key := header_key(cell)) in words}
    nearest = min(alternatives, key=lambda keys: (len(set(keys) - found), -len(found & set(keys))))
    gaps = [key for key in nearest if key not in found]
    return Problem(
        "header_missing",
        params={
            "missing": "、".join(names[key] for key in gaps),
            "found": "、".join(clean(cell) for cell in line.cells if clean(cell)),
            "row": line.number,
        },
    )
