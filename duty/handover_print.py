"""What of a sheet fits on one A4 page. Pure: no query, no clock."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from duty.handover_sources import Line, Section

#: Lines of text between the head of the page and the signatures.
PAGE_LINES: Final = 36
#: Width of a line: a Chinese character counts two.
LINE_WIDTH: Final = 80
#: A longer text is cut on paper; the system keeps it whole.
TEXT_WIDTH: Final = 3 * LINE_WIDTH


@dataclass(frozen=True, slots=True)
class Printed:
    """A section on paper, and how many of its lines stand in the system only."""

    section: Section
    left_out: int


def width(text: str) -> int:
    """Columns a text takes."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def lines_taken(text: str) -> int:
    """Lines a text takes on the page, its own line breaks included."""
    return sum(max(1, -(-width(part) // LINE_WIDTH)) for part in text.splitlines())


def shortened(text: str) -> str:
    """The text on one paragraph of at most three lines."""
    flat = " ".join(text.split())
    if width(flat) <= TEXT_WIDTH:
        return flat
    taken, cut = 0, 0
    for sign in flat:
        taken += width(sign)
        if taken > TEXT_WIDTH - 2:
            break
        cut += 1
    return f"{flat[:cut]}…"


def fitted(sections: Sequence[Section], *, notes: str) -> list[Printed]:
    """The first lines of every section, in turns, as many as the page holds beside the notes.

    The first line of each section always stands there.
    """
    shown: list[list[Line]] = [[] for _section in sections]
    room = PAGE_LINES - lines_taken(notes) - len(sections)  # a line each to say what is left out
    longest = max((len(section.lines) for section in sections), default=0)
    for turn in range(longest):
        for place, section in enumerate(sections):
            if turn >= len(section.lines) or len(shown[place]) < turn:
                continue
            line = replace(section.lines[turn], text=shortened(section.lines[turn].text))
            need = lines_taken(line.text)
            if turn and need > room:
                continue
            shown[place].append(line)
            room -= need
    return [
        Printed(replace(section, lines=tuple(lines)), len(section.lines) - len(lines))
        for section, lines in zip(sections, shown, strict=True)
    ]
