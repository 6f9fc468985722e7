"""What a text sounds like: typing by pinyin leaves words of the right sound, wrong characters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pypinyin import lazy_pinyin

from incidents.matching.terms import Span

#: Longer texts are running text, in which single words sound like anything.
LONGEST = 120


def heard(text: str, lengths: Iterable[int]) -> Iterator[tuple[str, Span]]:
    """The sound of each stretch of so many characters, of at least two, the longest first."""
    if len(text) > LONGEST:
        return
    # A list keeps signs and letters one by one; the stubs only know functions to a string.
    sounds = lazy_pinyin(text, errors=list)  # type: ignore[arg-type]
    if len(sounds) != len(text):
        return
    for length in sorted({n for n in lengths if n > 1}, reverse=True):
        for start in range(len(text) - length + 1):
            stretch = sounds[start : start + length]
            if all(len(sound) > 1 or not sound.isascii() for sound in stretch):
                yield "".join(stretch), (start, start + length)
