"""How well a vocabulary reads labelled sentences, and what a further rule would change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from incidents.matching.engine import suggest
from incidents.matching.terms import Found, Suggestion, Target, Vocabulary


class Labelled(Protocol):
    """A sentence with what it should give; "" where nothing is said."""

    @property
    def text(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def disposition(self) -> str: ...
    @property
    def place(self) -> str: ...
    @property
    def time(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Scores:
    """Sentences read rightly: per slot by the first candidate, or among the first three."""

    total: int
    category: int
    category_3: int
    disposition: int
    disposition_3: int
    place: int
    place_3: int
    time: int
    all_slots: int


@dataclass(frozen=True, slots=True)
class Change:
    """A sentence whose first candidate of one slot changes; codes, "" for none."""

    text: str
    before: str
    after: str
    label: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a rule does to the reference sentences. `right_…` count the slot against its label."""

    total: int
    right_before: int
    right_after: int
    changes: tuple[Change, ...]


def measure(sentences: Iterable[Labelled], *, vocabulary: Vocabulary, now: dt.datetime) -> Scores:
    """Read every sentence and count."""
    rows = [
        _judge(sentence, suggest(sentence.text, vocabulary=vocabulary, now=now))
        for sentence in sentences
    ]
    return Scores(len(rows), *(sum(column) for column in zip(*rows, strict=True)))


def compare(
    sentences: Iterable[Labelled],
    *,
    target: Target,
    before: Vocabulary,
    after: Vocabulary,
    now: dt.datetime,
) -> Comparison:
    """The sentences whose first candidate for `target` differs between two vocabularies.

    Kinds have no label; there the numbers of right ones are 0.
    """
    total = right_before = right_after = 0
    changes = []
    for sentence in sentences:
        label = getattr(sentence, target, None)
        old, new = (
            _first(getattr(suggest(sentence.text, vocabulary=words, now=now), target))
            for words in (before, after)
        )
        total += 1
        right_before += old == label
        right_after += new == label
        if old != new:
            changes.append(Change(sentence.text, old, new, label or ""))
    return Comparison(total, right_before, right_after, tuple(changes))


def _judge(sentence: Labelled, found: Suggestion) -> tuple[bool, ...]:
    category, disposition = _codes(found.category), _codes(found.disposition)
    places = [sentence.text[slice(*item.spans[0])] for item in found.place] or [""]
    first = (
        category[0] == sentence.category,
        disposition[0] == sentence.disposition,
        places[0] == sentence.place,
        found.time.text == sentence.time,
    )
    return (
        first[0],
        sentence.category in category[:3],
        first[1],
        sentence.disposition in disposition[:3],
        first[2],
        sentence.place in places[:3],
        first[3],
        all(first),
    )


def _codes(items: tuple[Found, ...]) -> list[str]:
    return [item.code for item in items] or [""]


def _first(items: tuple[Found, ...]) -> str:
    return _codes(items)[0]
