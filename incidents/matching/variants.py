"""Usual shortenings of a place's name: 第一食堂 is also 一食堂, 3号学生公寓 also 三号公寓."""

from __future__ import annotations

import re
from typing import Final

_DIGITS: Final = "零一二三四五六七八九"
_ORDINAL: Final = re.compile(r"第(?=[\d一二三四五六七八九十])")
_NUMBER: Final = re.compile(r"\d{1,2}|[一二三四五六七八九十]{1,3}(?=号|栋|幢|食堂|教|餐厅|楼|宿舍)")
#: A kind of building and what it is also called.
_WORDS: Final = (
    ("学生公寓", ("公寓", "宿舍", "学生宿舍")),
    ("学生宿舍", ("宿舍", "公寓", "学生公寓")),
    ("号公寓", ("号楼", "栋")),
    ("号宿舍", ("号楼", "栋")),
    ("教学楼", ("教",)),
    ("大学生活动中心", ("大活", "活动中心")),
    ("停车场", ("车库",)),
    ("食堂", ("餐厅",)),
)


def variants(name: str) -> tuple[str, ...]:
    """Other ways to say a normalised name, without the name itself, in a stable order."""
    found = dict.fromkeys([name])
    for step in (_without_ordinal, _renamed, _renamed, _renumbered):
        for known in list(found):
            found |= dict.fromkeys(step(known))
    del found[name]
    return tuple(text for text in found if len(text) > 1)


def _without_ordinal(name: str) -> list[str]:
    return [_ORDINAL.sub("", name)]


def _renamed(name: str) -> list[str]:
    return [
        name.replace(word, other) for word, others in _WORDS if word in name for other in others
    ]


def _renumbered(name: str) -> list[str]:
    """Digits as Chinese numerals and the other way round, up to 99."""
    return [
        name[: hit.start()] + _other_number(hit[0]) + name[hit.end() :]
        for hit in _NUMBER.finditer(name)
    ]


def _other_number(text: str) -> str:
    if text.isdigit() and text.isascii():
        tens, ones = divmod(int(text), 10)
        if not tens:
            return _DIGITS[ones]
        return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")
    return str(chinese_number(text))


def chinese_number(text: str) -> int:
    """The value of 一 … 九十九; 两 counts as two, and digits as themselves."""
    if text.isdigit() and text.isascii():
        return int(text)
    text = text.replace("两", "二")
    head, ten, tail = text.rpartition("十")
    ones = _DIGITS.index(tail) if len(tail) == 1 else 0
    if not ten:
        return ones
    return (_DIGITS.index(head) if len(head) == 1 else 1) * 10 + ones
