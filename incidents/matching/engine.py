"""One text, all slots."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Final

from incidents.matching.places import find_places
from incidents.matching.scoring import Hit, find_hits, heard_hits, rank
from incidents.matching.terms import Found, PersonTerm, Span, Suggestion, Vocabulary
from incidents.matching.text import is_token, normalise, tokens
from incidents.matching.times import find_time

#: What can be done, in the order of equals: what ends a call for the room comes last.
DISPOSITIONS: Final = (
    "transferred",
    "mediated",
    "assisted",
    "settled",
    "guided",
    "unfounded",
    "advised",
)
KINDS: Final = ("report", "assistance", "enquiry")
#: What the usual kind of the first category adds to words like 求助, which also stand in reports.
KIND_OF_CATEGORY: Final = 4
#: Only so much of a long text is looked at; a call's facts stand at its beginning.
LONGEST: Final = 500

_BEFORE_NAME: Final = re.compile(r"(?:民警|辅警|警员|警官|处警人|值班员?)$")
_AFTER_NAME: Final = re.compile(r"(?:民警|辅警|警官|处置|处理|处警|出警|到场|接警)")


def suggest(text: str, *, vocabulary: Vocabulary, now: dt.datetime) -> Suggestion:
    """What a line of free text says: place, category, kind, disposition, time, people.

    `now` is the instant to which time words relate. Raises: ValueError if it is naive.
    """
    plain = normalise(text[:LONGEST])
    time = find_time(plain, now)
    read = _blank(plain, time.span)
    places = find_places(read, vocabulary)
    people = _find_people(read, vocabulary.people)
    taken = [item.spans[0] for item in people] + [p.spans[0] for p in places[:1] if _spelled(p)]
    hits = [hit for hit in find_hits(read, vocabulary) if hit.span not in taken]
    category = _categories(read, hits, vocabulary)
    disposition = rank(hits, "disposition", read, DISPOSITIONS)
    found = Suggestion(
        place=places,
        category=category,
        disposition=disposition,
        kind=_kinds(rank(hits, "kind", read, KINDS), category, vocabulary),
        time=replace(time, text=text[slice(*time.span)]) if time.span else time,
        handlers=people,
    )
    return replace(found, rest=_rest(text, found))


def _categories(text: str, hits: list[Hit], vocabulary: Vocabulary) -> tuple[Found, ...]:
    """By what is written; where that says nothing, by what it sounds like."""
    ranked = rank(hits, "category", text, vocabulary.by_code) or rank(
        heard_hits(text, vocabulary), "category", text, vocabulary.by_code
    )
    terms = (vocabulary.by_code[found.code] for found in ranked)
    return tuple(
        replace(found, id=term.id, text=term.label or term.name)
        for found, term in zip(ranked, terms, strict=True)
    )


def _spelled(place: Found) -> bool:
    return "→" in place.why and place.score > 4


def _blank(text: str, span: Span | None) -> str:
    """The text with the time words taken out, every other character in its place."""
    if span is None:
        return text
    return text[: span[0]] + " " * (span[1] - span[0]) + text[span[1] :]


def _kinds(
    said: tuple[Found, ...], category: tuple[Found, ...], vocabulary: Vocabulary
) -> tuple[Found, ...]:
    """Kinds by their words and by the first category; a call nothing is known of is a report."""
    usual = vocabulary.by_code[category[0].code].kind if category else ""
    scores = {found.code: found for found in said}
    found = []
    for code in KINDS:
        known = scores.get(code, Found(None, code, "", 0, (), ""))
        extra = KIND_OF_CATEGORY if code == usual else 0
        if known.score + extra:
            found.append(replace(known, score=known.score + extra))
    return tuple(sorted(found, key=lambda item: -item.score)) or (
        Found(None, KINDS[0], "", 0, (), ""),
    )


def _find_people(text: str, people: tuple[PersonTerm, ...]) -> tuple[Found, ...]:
    """People named as such (a token of their own, or beside 民警, 处置), or by their pinyin."""
    found = []
    for person in people:
        span = _named(text, person.name) or _typed(text, person.pinyin)
        if span:
            found.append(Found(person.id, "", person.name, 10, (span,), text[slice(*span)]))
    return tuple(sorted(found, key=lambda item: item.spans))


def _named(text: str, name: str) -> Span | None:
    for hit in re.finditer(re.escape(normalise(name)), text) if len(name) > 1 else ():
        start, end = hit.span()
        beside = _BEFORE_NAME.search(text[:start]) or _AFTER_NAME.match(text[end:])
        if beside or is_token(text, start, end):
            return start, end
    return None


def _typed(text: str, pinyin: str) -> Span | None:
    keys = [key for key in pinyin.split() if len(key) > 1]
    return next((token.span() for token in tokens(text) if token[0] in keys), None)


def _rest(text: str, found: Suggestion) -> str:
    """The text without tokens that say nothing but place, time, disposition or people.

    Words inside a sentence stay, so that it can still be read; letters that spelled a category
    become its words.
    """
    used = {found.time.span, *(item.spans[0] for item in found.handlers)}
    used |= {item.spans[0] for slot in (found.place, found.disposition) for item in slot[:1]}
    words = {}
    if found.category and len(found.category[0].spans) == 1:
        top = found.category[0]
        spelled = [part.partition("→")[2] for part in top.why.split("、") if "→" in part]
        if spelled and text[slice(*top.spans[0])].isascii():
            words[top.spans[0]] = "".join(spelled)
    return " ".join(
        words.get(token.span(), token[0])
        for token in re.finditer(r"\S+", text)
        if token.span() not in used
    )
