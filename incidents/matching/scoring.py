"""Keywords found in a text, and what they say for each category, disposition and kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from incidents.matching.sounds import heard
from incidents.matching.terms import Found, Rule, Span, Target, Vocabulary, Word
from incidents.matching.text import is_done, is_negated, is_token, normalise, outermost

#: Candidates of one slot.
MOST: Final = 5
#: Letters spell words of at least two, and at most three words.
_LETTERS: Final = re.compile(r"(?<![a-z0-9])[a-z]{2,24}(?![a-z0-9])")
_PARTS: Final = 3
#: The most that two initials can say.
AMBIGUOUS: Final = 5
#: Lengths of words that are looked up by sound.
_HEARD: Final = range(2, 6)


@dataclass(frozen=True, slots=True)
class Hit:
    """A word of a rule at a place of the text; `via` is what was typed for it."""

    span: Span
    word: Word
    via: str = ""

    @property
    def why(self) -> str:
        """The keyword as a reader sees it."""
        return f"{self.via}→{self.word.text}" if self.via else self.word.text


def find_hits(text: str, vocabulary: Vocabulary) -> list[Hit]:
    """Words of rules in a normalised text, written out or spelled."""
    return [*_literal(text, vocabulary), *_by_letters(text, vocabulary)]


def heard_hits(text: str, vocabulary: Vocabulary) -> list[Hit]:
    """Words of categories that the text only sounds like: for where nothing else is found."""
    return list(_by_sound(text, vocabulary))


def rank(hits: list[Hit], target: Target, text: str, known: Iterable[str]) -> tuple[Found, ...]:
    """Candidates of one slot, best first.

    The score of a code is the sum of the weights of its rules. A word inside a longer word of the
    same slot does not count, neither does one that is taken back, nor a rule with an excluded word
    in the text. Rules of one code that overlap count once, by the heaviest.
    """
    order = {code: position for position, code in enumerate(known)}
    ours = [h for h in hits if h.word.rule.target == target and h.word.rule.code in order]
    usable = [hit for hit in ours if _holds(hit, target, text)]
    longest = _longest_only(ours, usable)
    found = [
        _candidate(code, rules)
        for code, rules in _by_code(_complete(usable, longest, text)).items()
    ]
    return tuple(sorted(found, key=lambda item: (-item.score, *_place(item, order))))[:MOST]


def _place(item: Found, order: dict[str, int]) -> tuple[int, int]:
    """Among equals the more words, then what was said last (a disposition comes at the end)."""
    words = sum(end - start for start, end in item.spans)
    return -words, order[item.code]


def _literal(text: str, vocabulary: Vocabulary) -> Iterator[Hit]:
    for start, char in enumerate(text):
        for lexicon in (vocabulary.base, vocabulary.own):
            for word in lexicon.words.get(char, ()):
                if text.startswith(word.text, start):
                    yield Hit((start, start + len(word.text)), word)


def _by_letters(text: str, vocabulary: Vocabulary) -> Iterator[Hit]:
    """Letters that spell words: `ytj`, `tiaojie`, and several in a row: `ddcjf`.

    Two letters only as a token of their own; three and more also beside characters: `ddc被盗`.
    """
    for token in _LETTERS.finditer(text):
        if len(token[0]) > 2 or is_token(text, *token.span()):
            for part, words in _spelled(token[0], vocabulary, _PARTS):
                for word in words:
                    yield Hit(token.span(), word, part)


Spelled = list[tuple[str, tuple[Word, ...]]]


def _spelled(letters: str, vocabulary: Vocabulary, parts: int) -> Spelled:
    """The fewest words that spell the letters, the longest first; nothing where none do."""
    whole = _lookup(letters, vocabulary)
    if whole or parts == 1:
        return [(letters, whole)] if whole else []
    for cut in range(len(letters) - 2, 1, -1):
        head = _lookup(letters[:cut], vocabulary)
        tail = _spelled(letters[cut:], vocabulary, parts - 1) if head else []
        if tail:
            return [(letters[:cut], head), *tail]
    return []


def _lookup(letters: str, vocabulary: Vocabulary) -> tuple[Word, ...]:
    return (*vocabulary.base.letters.get(letters, ()), *vocabulary.own.letters.get(letters, ()))


def _by_sound(text: str, vocabulary: Vocabulary) -> Iterator[Hit]:
    for sound, span in heard(text, _HEARD):
        for word in _lookup(sound, vocabulary):
            if len(word.text) == span[1] - span[0] and word.rule.target == "category":
                yield Hit(span, word, text[slice(*span)])


def _holds(hit: Hit, target: Target, text: str) -> bool:
    """Whether the word is not taken back, and a disposition happened."""
    if target == "disposition" and not is_done(text, *hit.span):
        return False
    return not is_negated(text, hit.span[0])


def _longest_only(ours: list[Hit], usable: list[Hit]) -> list[Hit]:
    """Single words that lie in no longer one of the slot, be that one taken back or not."""
    kept = outermost(hit.span for hit in ours if hit.word.alone)
    return [hit for hit in usable if hit.word.alone and hit.span in kept]


@dataclass(frozen=True, slots=True)
class _Match:
    """A rule with all its words found."""

    rule: Rule
    hits: tuple[Hit, ...]

    @property
    def weight(self) -> int:
        """Spelled or misspelled words say a little less; two initials stand for many words."""
        if any(len(hit.via) == 2 and hit.via.isascii() for hit in self.hits):
            return min(AMBIGUOUS, self.rule.weight)
        return max(1, self.rule.weight - any(hit.via for hit in self.hits))

    @property
    def length(self) -> int:
        """Characters it rests on."""
        return sum(hit.span[1] - hit.span[0] for hit in self.hits)


def _complete(usable: list[Hit], longest: list[Hit], text: str) -> Iterator[_Match]:
    parts: dict[Rule, dict[int, Hit]] = {}
    for hit in usable:
        if not hit.word.alone:
            parts.setdefault(hit.word.rule, {}).setdefault(hit.word.part, hit)
    for rule, found in parts.items():
        if len(found) == len(rule.keyword.split()) and _allowed(rule, text):
            yield _Match(rule, tuple(found.values()))
    for hit in longest:
        if _allowed(hit.word.rule, text):
            yield _Match(hit.word.rule, (hit,))


def _allowed(rule: Rule, text: str) -> bool:
    """Whether no excluded word stands in the text; one that is taken back (没有打架) does not."""
    return not any(
        not is_negated(text, hit.start())
        for word in rule.excludes
        for hit in re.finditer(re.escape(normalise(word)), text)
    )


def _by_code(matches: Iterable[_Match]) -> dict[str, list[_Match]]:
    found: dict[str, list[_Match]] = {}
    for match in matches:
        found.setdefault(match.rule.code, []).append(match)
    return found


def _candidate(code: str, matches: list[_Match]) -> Found:
    """Sum of the heaviest rules that share neither a word nor a character."""
    matches.sort(
        key=lambda m: (-m.weight, -sum(h.span[1] - h.span[0] for h in m.hits), len(m.hits))
    )
    taken: list[_Match] = []
    said: set[str] = set()
    for match in matches:
        if match.rule.keyword not in said and not any(_overlap(match, other) for other in taken):
            taken.append(match)
            said.add(match.rule.keyword)
    hits = sorted((hit for match in taken for hit in match.hits), key=lambda hit: hit.span)
    return Found(
        id=None,
        code=code,
        text="",
        score=sum(match.weight for match in taken),
        spans=tuple(dict.fromkeys(hit.span for hit in hits)),
        why="、".join(dict.fromkeys(hit.why for hit in hits)),
    )


def _overlap(one: _Match, other: _Match) -> bool:
    """Whether two rules rest on the same characters; words spelled in one token share none."""
    return any(
        a.span[0] < b.span[1] and b.span[0] < a.span[1] and (not a.via or a.via == b.via)
        for a in one.hits
        for b in other.hits
    )
