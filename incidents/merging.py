"""Three-way merge of a text two people changed at once. Pure; no Django, no database.

The text is compared phrase by phrase (a Chinese narrative is often one line), so two people who
work on different phrases both keep what they wrote.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

#: Ends of phrases and lines, in Chinese and western writing.
_MARKS: Final = "，。；！？、：,;!?\n"
_PIECES: Final = re.compile(rf"[^{_MARKS}]+|[{_MARKS}]+")


@dataclass(frozen=True, slots=True)
class _Change:
    """`start:end` of the base became `pieces`."""

    start: int
    end: int
    pieces: tuple[str, ...]


def merge_texts(*, base: str, mine: str, theirs: str) -> str | None:
    """Both changes of `base` in one text, or None where they meet.

    Two changes meet where they touch the same phrase of the base; then nothing is guessed. Two
    additions at the same place both stay, `theirs` (already stored) first. Equal changes count
    once.
    """
    if mine in {theirs, base}:
        return theirs
    if theirs == base:
        return mine
    pieces = split(base)
    ours, stored = _changes(pieces, split(mine)), _changes(pieces, split(theirs))
    if any(_meet(a, b) for a in ours for b in stored):
        return None
    ordered = sorted({*stored, *ours}, key=lambda c: (c.start, c.end, c not in stored))
    return _apply(pieces, ordered)


def split(text: str) -> list[str]:
    """Phrases and the marks between them; joined they give the text again."""
    return _PIECES.findall(text)


def _is_mark(piece: str) -> bool:
    return piece[0] in _MARKS


def _changes(base: list[str], text: list[str]) -> list[_Change]:
    """What turns `base` into `text`. Marks never align two texts on their own."""
    matcher = SequenceMatcher(_is_mark, base, text, autojunk=False)
    return [
        _Change(i1, i2, tuple(text[j1:j2]))
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        if tag != "equal"
    ]


def _meet(a: _Change, b: _Change) -> bool:
    if a == b:
        return False
    if a.start == a.end and b.start == b.end:
        return False  # two additions: both stay
    if a.start == a.end or b.start == b.end:
        inner, outer = (a, b) if a.start == a.end else (b, a)
        return outer.start < inner.start < outer.end
    return a.start < b.end and b.start < a.end


def _apply(base: list[str], changes: list[_Change]) -> str:
    result: list[str] = []
    position = 0
    for change in changes:
        result += base[position : change.start]
        result += change.pieces
        position = change.end
    return "".join(result + base[position:])
