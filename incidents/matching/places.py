"""Finding the place: by name, other name, usual shortening, pinyin, sound, or by its form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from incidents.matching.sounds import heard
from incidents.matching.terms import Found, PlaceTerm, Span, Vocabulary
from incidents.matching.text import is_token, outermost, tokens

FULL_PINYIN, INITIALS, SOUND, BEGINNING, FORM = 8, 7, 6, 4, 2
#: Candidates of one slot.
MOST: Final = 5
#: Fewest letters of which the beginning of a pinyin is looked up.
LEAST_LETTERS: Final = 2
#: Words longer than this are a description, not a name.
LONGEST: Final = 12

_KINDS: Final = (
    "门|楼|栋|幢|座|馆|食堂|餐厅|公寓|宿舍|操场|球场|广场|停车场|车棚|车库|路口|路|街|桥|湖|河边|超市|驿站"
    "|快递点|医院|教室|实验室|办公室|大厅|中心|公交站|地铁站|站台|校区|家属院|花园|草坪|大道|报告厅|礼堂"
    "|剧院|咖啡厅|书店|银行|工地|招待所|宾馆|幼儿园|附中|附小|亭|苑|斋|园"
)
#: A whole token that reads like the name of a place.
_NAME: Final = re.compile(
    rf"[\u4e00-\u9fffa-z0-9]{{1,8}}(?:{_KINDS})(?:[a-z]座|\d{{1,2}}(?:号楼|栋|层|楼))?"
)
#: The same at the start of a sentence, or behind 在, 位于.
_AT: Final = re.compile(
    rf"(?:在|位于|^|[\s,。;])(?P<name>[\u4e00-\u9fffa-z0-9]{{1,6}}?(?:{_KINDS}))"
    r"(?=门口|门前|附近|旁|外|内|里|边|前|后|楼下|楼上|有|发生|处|\s|,|。|$)"
)
#: Words that end like a place and are none, and words no name of a place holds.
_NO_NAME: Final = re.compile(
    r"^(?:有人|一|上|下|开|出|进|回|关|锁|撬|敲|砸|堵|迷|问|带|修|挡)|[的了被我他她在从到至和与回送向称说给把丢捡]|要求|咨询|办理|引导"
)
_LETTERS: Final = re.compile(r"[a-z0-9]*[a-z][a-z0-9]*")


def is_place_name(text: str) -> bool:
    """Whether a short text is the clean name of a place, so that it may be learned."""
    return len(text) <= LONGEST and _NAME.fullmatch(text) is not None and not _NO_NAME.search(text)


def find_places(text: str, vocabulary: Vocabulary) -> tuple[Found, ...]:
    """Places of a normalised text, best first; the last resort is one that is not known yet.

    Longest match: a name inside another found name does not count. A name that begins or ends in a
    digit or letter never starts or ends inside a longer number or word, nor 门 behind a further
    point of the compass: 13号楼 is not 3号楼, 西南门 is not 南门.
    """
    found = _literal(text, vocabulary) + _by_letters(text, vocabulary)
    if not found:
        found = _by_sound(text, vocabulary) or _by_form(text)
    best: dict[int | str, Found] = {}
    for item in sorted(found, key=_rank):
        best.setdefault(item.id or item.text, item)
    return tuple(best.values())[:MOST]


def _rank(item: Found) -> tuple[int, int, int]:
    start, end = item.spans[0]
    return -item.score, start, start - end


def _literal(text: str, vocabulary: Vocabulary) -> list[Found]:
    hits: list[tuple[Span, PlaceTerm, int]] = []
    for start, char in enumerate(text):
        for word in vocabulary.place_words.get(char, ()):
            span = (start, start + len(word.text))
            if text.startswith(word.text, start) and _stands(text, span):
                hits.append((span, word.place, word.score))
    kept = outermost(span for span, _place, _score in hits)
    return [
        Found(place.id, "", place.name, score, (span,), text[slice(*span)])
        for span, place, score in hits
        if span in kept
    ]


def _stands(text: str, span: Span) -> bool:
    start, end = span
    before = text[start - 1] if start else ""
    after = text[end] if end < len(text) else ""
    first, last = text[start], text[end - 1]
    if _alnum(first) and _alnum(before):
        return False
    if first in "一二三四五六七八九十" and before in {"十", "第"} and before:
        return False
    if first in "东南西北" and before and before in "东南西北":
        return False
    return not (_alnum(last) and _alnum(after))


def _alnum(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _by_letters(text: str, vocabulary: Vocabulary) -> list[Found]:
    """Tokens of letters: exact initials or full pinyin, else the beginning of one."""
    found = []
    for token in tokens(text):
        letters = token[0]
        if len(letters) < LEAST_LETTERS or not _LETTERS.fullmatch(letters):
            continue
        for place in vocabulary.places:
            score = _letters_score(letters, place.pinyin.split())
            if score:
                why = f"{letters}→{place.name}"
                found.append(Found(place.id, "", place.name, score, (token.span(),), why))
    return found


def _letters_score(letters: str, keys: list[str]) -> int:
    if letters in keys:
        return FULL_PINYIN if letters == max(keys, key=len) else INITIALS
    return BEGINNING if any(key.startswith(letters) for key in keys) else 0


def _by_sound(text: str, vocabulary: Vocabulary) -> list[Found]:
    """Names written with other characters of the same sound: what an input method offers."""
    keys = {
        key: place
        for place in vocabulary.places
        for key in place.pinyin.split()[1::2]
        if len(place.name) > 1
    }
    found = []
    for sound, span in heard(text, {len(place.name) for place in keys.values()}):
        place = keys.get(sound)
        if place and span[1] - span[0] == len(place.name) and _stands(text, span):
            why = f"{text[slice(*span)]}→{place.name}"
            found.append(Found(place.id, "", place.name, SOUND, (span,), why))
    return found


def _by_form(text: str) -> list[Found]:
    return [
        Found(None, "", text[slice(*span)], FORM, (span,), text[slice(*span)])
        for span in _forms(text)
    ]


def _forms(text: str) -> Iterator[Span]:
    for token in tokens(text):
        if is_place_name(token[0]):
            yield token.span()
            return
    for hit in _AT.finditer(text):
        if not _NO_NAME.search(hit["name"]) and not is_token(text, *hit.span("name")):
            yield hit.span("name")
            return
