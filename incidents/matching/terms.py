"""What the matcher knows (a vocabulary) and what it answers (a suggestion)."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeVar

from incidents.matching.text import normalise
from incidents.matching.variants import variants

Target = Literal["category", "disposition", "kind"]
#: Half-open places in the text.
Span = tuple[int, int]

#: A category's own name is a keyword of this weight; its pinyin is found likewise.
NAME_WEIGHT: Final = 6
#: That of a top category (纠纷, 交通) is a word of many more precise ones.
TOP_NAME_WEIGHT: Final = 3


@dataclass(frozen=True, slots=True)
class PlaceTerm:
    """A place of the room; `pinyin` holds the keys that find it: initials and full pinyin."""

    id: int
    name: str
    aliases: tuple[str, ...] = ()
    pinyin: str = ""


@dataclass(frozen=True, slots=True)
class CategoryTerm:
    """A category offered at the room; `label` is its name in the reader's language."""

    id: int
    code: str
    name: str
    kind: str
    pinyin: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """`keyword` speaks for `code` with `weight`, unless one of `excludes` stands in the text.

    A space in the keyword separates words that must all occur, in any order; `pinyin` holds the
    keys of each word, words separated by "|".
    """

    target: Target
    code: str
    keyword: str
    weight: int
    excludes: tuple[str, ...] = ()
    pinyin: str = ""


@dataclass(frozen=True, slots=True)
class PersonTerm:
    """Somebody with a role at the room."""

    id: int
    name: str
    pinyin: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One candidate: `spans` are the words it comes from, `why` the same for a reader."""

    id: int | None
    code: str
    text: str
    score: int
    spans: tuple[Span, ...]
    why: str


@dataclass(frozen=True, slots=True)
class TimeFound:
    """An instant up to now, and the words that say it."""

    at: dt.datetime | None = None
    text: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Candidates per slot, best first; `rest` is what no first candidate used."""

    place: tuple[Found, ...] = ()
    category: tuple[Found, ...] = ()
    disposition: tuple[Found, ...] = ()
    kind: tuple[Found, ...] = ()
    time: TimeFound = TimeFound()
    handlers: tuple[Found, ...] = ()
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """One literal of the lexicon: the words of a rule are several, sharing `rule`."""

    text: str
    rule: Rule
    part: int
    #: Whether it is the whole keyword.
    alone: bool


@dataclass(frozen=True, slots=True)
class PlaceWord:
    """A name, other name or variant of a place with the score it earns."""

    text: str
    place: PlaceTerm
    score: int


#: What a place earns by its name, an other name, and a usual shortening of its name.
PLACE_NAME, PLACE_ALIAS, PLACE_VARIANT = 10, 9, 8

T = TypeVar("T", Word, PlaceWord)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Keywords under their first character, and under their pinyin."""

    words: Mapping[str, tuple[Word, ...]]
    letters: Mapping[str, tuple[Word, ...]]


EMPTY: Final = Lexicon({}, {})


def lexicon(rules: Iterable[Rule]) -> Lexicon:
    """The index of some rules; that of the base rules is made once for a process."""
    words = [word for rule in rules for word in _words(rule)]
    return Lexicon(_by_first(words), _by_letters(words))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of one room: `rules` come on top of those in `base`.

    A rule for a category that is not among `categories` says nothing here.
    """

    places: tuple[PlaceTerm, ...] = ()
    categories: tuple[CategoryTerm, ...] = ()
    rules: tuple[Rule, ...] = ()
    people: tuple[PersonTerm, ...] = ()
    base: Lexicon = field(default=EMPTY, repr=False, compare=False)
    own: Lexicon = field(init=False, repr=False, compare=False)
    place_words: Mapping[str, tuple[PlaceWord, ...]] = field(init=False, repr=False, compare=False)
    by_code: Mapping[str, CategoryTerm] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = (name_rule(category) for category in self.categories)
        put = object.__setattr__
        put(self, "own", lexicon((*self.rules, *names)))
        put(self, "place_words", _by_first([w for p in self.places for w in _place_words(p)]))
        put(self, "by_code", {category.code: category for category in self.categories})


def name_rule(category: CategoryTerm) -> Rule:
    """The category's own name, so that one a city adds is found without any rule."""
    weight = NAME_WEIGHT if set(category.code) & {".", "-"} else TOP_NAME_WEIGHT
    return Rule("category", category.code, category.name, weight, pinyin=category.pinyin)


def _words(rule: Rule) -> Iterator[Word]:
    texts = normalise(rule.keyword).split()
    for part, text in enumerate(texts):
        yield Word(text, rule, part, alone=len(texts) == 1)


@functools.lru_cache(maxsize=16384)
def _place_words(place: PlaceTerm) -> tuple[PlaceWord, ...]:
    """Every way to say a place; worked out once, the line is read at each pause of the typing."""
    found: dict[str, PlaceWord] = {}
    said = ((place.name, PLACE_NAME), *((alias, PLACE_ALIAS) for alias in place.aliases))
    derived = ((text, PLACE_VARIANT) for text in variants(normalise(place.name)))
    for spoken, score in (*said, *derived):
        text = normalise(spoken).strip()
        if text:
            found.setdefault(text, PlaceWord(text, place, score))
    return tuple(found.values())


def _by_first(words: Iterable[T]) -> dict[str, tuple[T, ...]]:
    """Words under their first character, the longest first."""
    found: dict[str, list[T]] = {}
    for word in words:
        found.setdefault(word.text[0], []).append(word)
    return {
        first: tuple(sorted(group, key=lambda word: -len(word.text)))
        for first, group in found.items()
    }


def _by_letters(words: Iterable[Word]) -> dict[str, tuple[Word, ...]]:
    """Words under their pinyin initials and under their full pinyin."""
    found: dict[str, list[Word]] = {}
    for word in words:
        keys = word.rule.pinyin.split("|")[word.part : word.part + 1]
        for key in dict.fromkeys(" ".join(keys).split()):
            if len(key) > 1:
                found.setdefault(key, []).append(word)
    return {key: tuple(group) for key, group in found.items()}
