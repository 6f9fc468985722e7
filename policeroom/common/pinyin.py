"""Sort and search keys of Chinese names: full pinyin and initials, without ICU."""

from __future__ import annotations

from pypinyin import Style, lazy_pinyin


def pinyin_key(name: str, *, length: int = 200) -> str:
    """`"njdx nanjingdaxue"`: initials, a space, the full pinyin; lower case, cut to `length`."""
    initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))
    full = "".join(lazy_pinyin(name))
    return f"{initials} {full}".lower()[:length]
