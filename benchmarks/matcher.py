"""How well and how fast the matcher reads the labelled sentences. Needs a configured Django.

The tuning part is what the keywords were written against. The held-out part was labelled before
the first keyword existed, but by the same hand and within the hour: it shares habits of wording and
says more than strangers' sentences would. Those of the demonstration were written by somebody else
for another purpose, the blind ones by somebody who had not read the keywords; both carry a category
only. The blind figure is the one to believe.
"""

from __future__ import annotations

import datetime as dt
import statistics
import time
from collections.abc import Sequence

from benchmarks.blind import blind
from incidents.data.categories import CATEGORIES
from incidents.data.sentences import PLACES, Sentence, held_out, tuning
from incidents.matching import CategoryTerm, Vocabulary, suggest
from incidents.matching.measure import measure
from incidents.queries.vocabulary import base_lexicon, place_term
from policeroom.common.clock import ZONE
from policeroom.common.pinyin import pinyin_key
from policeroom.demo.calls import CALLS

NOW = dt.datetime(2026, 9, 17, 15, 42, tzinfo=ZONE)


def vocabulary() -> Vocabulary:
    """The base words on the invented campus, without a database."""
    return Vocabulary(
        places=tuple(place_term(pk, *row) for pk, row in enumerate(PLACES, 1)),
        categories=tuple(
            CategoryTerm(pk, row.code, row.name, row.kind.value, pinyin_key(row.name), row.name)
            for pk, row in enumerate(CATEGORIES, 1)
        ),
        base=base_lexicon(),
    )


def run() -> None:
    """Print the table."""
    words = vocabulary()
    demo = tuple(
        Sentence(text, call.category, "", "", "") for call in CALLS for text in call.sentences
    )
    print("Matcher: share of sentences read rightly, first candidate / among the first three")
    print(
        f"{'part':<14}{'n':>5}{'category':>18}{'disposition':>18}{'place':>18}{'time':>8}"
        f"{'all four':>10}{'ms p50':>8}{'ms p95':>8}"
    )
    for name, sentences in (("tuning", tuning()), ("held out", held_out())):
        print(_row(name, sentences, words))
    for name, sentences in (("demo", demo), ("blind", blind())):
        scores = measure(sentences, vocabulary=words, now=NOW)
        print(
            f"{name:<14}{scores.total:>5}"
            f"{_share(scores.category, scores.total)} /{_share(scores.category_3, scores.total)}"
        )


def _row(name: str, sentences: Sequence[Sentence], words: Vocabulary) -> str:
    scores = measure(sentences, vocabulary=words, now=NOW)
    times = sorted(_milliseconds(sentence.text, words) for sentence in sentences)
    total = scores.total
    pairs = (
        (scores.category, scores.category_3),
        (scores.disposition, scores.disposition_3),
        (scores.place, scores.place_3),
    )
    shares = "".join(f"{_share(one, total)} /{_share(three, total)}" for one, three in pairs)
    return (
        f"{name:<14}{total:>5}{shares}{_share(scores.time, total)}"
        f"{_share(scores.all_slots, total, 10)}{statistics.median(times):>8.2f}"
        f"{times[len(times) * 95 // 100]:>8.2f}"
    )


def _share(part: int, total: int, width: int = 8) -> str:
    return f"{part / total:>{width}.1%}"


def _milliseconds(text: str, words: Vocabulary) -> float:
    start = time.perf_counter()
    suggest(text, vocabulary=words, now=NOW)
    return (time.perf_counter() - start) * 1000
