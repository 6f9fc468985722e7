"""Characters, tokens and clauses: what the other parts of the matcher look at."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

#: Signs that NFKC leaves alone but that people mean as a minus.
_MINUS: Final = str.maketrans({"−": "-", "–": "-", "—": "-"})
_BREAKS: Final = "\\s,;:!?()\\[\\]、。…\"'“”‘’"
_TOKEN: Final = re.compile(r"[^\s,;!?()\[\]、。…\"'“”‘’]+")
_CLAUSE_END: Final = re.compile(f"[{_BREAKS}]")

_FILLER: Final = (
    "(?:人员|学生|有人|人|有|被|遭|发生|造成|出现|发现|存在|明显|任何|什么|真的|涉嫌|是)"
)
#: What takes the word behind it back. 未遂 is no such word: an attempt is still the offence.
_NEGATION: Final = re.compile(
    "(?:不是|不属于|不存在|不构成|不算|并非|并未|没有|排除|否认|未见|没|未|无|非)"
    + _FILLER
    + "{0,3}$"
)
#: Before a disposition: wanted, tried or refused, but not done.
_NOT_DONE: Final = re.compile(
    "(?:请求|要求|希望|申请|需要|拒绝|不同意|不接受|不愿|不肯|无法|未能|尚未|正在|准备|拟|待|需|想)"
    "[^,。;]{0,4}$"
)
#: Behind a disposition: it came to nothing.
_FAILED: Final = re.compile("(?:\\S{0,2})(?:无果|未果|不成|失败|无效|不了|未成功|没成)")
#: How far back the look for a negation goes.
_REACH: Final = 12


@functools.lru_cache(maxsize=8192)
def _plain(char: str) -> str:
    plain = unicodedata.normalize("NFKC", char).translate(_MINUS).lower()
    return plain if len(plain) == 1 else char


def normalise(text: str) -> str:
    """Full-width forms made plain, small letters; every character keeps its place."""
    return "".join(map(_plain, text))


def outermost(spans: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Spans that lie inside no longer one."""
    found = set()
    reach = 0
    for start, end in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        if end > reach:
            found.add((start, end))
            reach = end
    return found


def tokens(text: str) -> Iterator[re.Match[str]]:
    """Stretches of normalised text between spaces and punctuation."""
    return _TOKEN.finditer(text)


def is_token(text: str, start: int, end: int) -> bool:
    """Whether the stretch stands alone, between spaces, punctuation and the ends."""
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    return bool(_CLAUSE_END.match(before) and _CLAUSE_END.match(after))


def is_negated(text: str, start: int) -> bool:
    """Whether the words before `start`, in the same clause, take back what begins there.

    Only directly, or over fillers (没有人, 不是被, 未发现有). 未遂, 无人机 and the like negate
    nothing, because their second character is no filler.
    """
    return _NEGATION.search(_clause_before(text, start)) is not None


def is_done(text: str, start: int, end: int) -> bool:
    """Whether a disposition at this place happened: not wanted, refused or in vain."""
    before = _clause_before(text, start)
    return _NOT_DONE.search(before) is None and _FAILED.match(text, end) is None


def _clause_before(text: str, start: int) -> str:
    before = text[max(0, start - _REACH) : start]
    return _CLAUSE_END.split(before)[-1]
