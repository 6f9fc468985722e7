"""Search over place, narrative, timeline and number: within the scope, newest first, page by page.

The one road to a call by its words. The scope is applied here, inside the statement that reads the
index; what comes back are ids the reader may see.
"""

from __future__ import annotations

import datetime as dt
import re
import string
import unicodedata
from collections.abc import Sequence
from typing import Any, Final

from django.contrib.postgres.fields import ArrayField
from django.core.signing import BadSignature, Signer
from django.db.models import F, Func, Q, QuerySet, TextField
from django.db.models.fields.tuple_lookups import Tuple, TupleLessThan
from django.utils.dateparse import parse_datetime

from incidents.models import Incident, IncidentText
from incidents.queries import board
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.scope import PATH_LENGTH, Scope
from stations.enums import UnitKind
from stations.models import OrgUnit

PAGE_SIZE = 50
#: Words of one search that count.
MOST_WORDS: Final = 5
#: Days before the newest possible hit, one after the other: a common word is found in the last
#: month, a rare one has few rows wherever they lie. None: everything.
WINDOWS: Final = (31, None)
CITY_WIDTH: Final = 4
_LOWER: Final = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_NUMBER: Final = re.compile(r"\d{4}-\d{3,4}(-\d{0,3})?$")
_SIGNER: Final = Signer(salt="incident search")


class Pieces(Func):
    """The two-character pieces of a text as the index holds them."""

    function = "policeroom_pieces"
    output_field = ArrayField(TextField())


def fold(text: str) -> str:
    """What the database's policeroom_fold gives: full width narrowed, ASCII lowered."""
    return unicodedata.normalize("NFKC", text).translate(_LOWER)


def words_of(text: str) -> list[str]:
    """The words of a search, folded, all of which an incident must hold."""
    return fold(text).split()[:MOST_WORDS]


def cities_of(scope: Scope) -> list[str]:
    """Paths of the cities that the scope touches (one query for a province)."""
    paths = {low[:CITY_WIDTH] for low, _high in scope.ranges}
    if all(len(path) == CITY_WIDTH for path in paths):
        return sorted(paths)
    cities = OrgUnit.objects.within(scope).filter(kind=UnitKind.CITY).order_by("org_path")
    paths = {path for path in paths if len(path) == CITY_WIDTH}
    return sorted(paths.union(cities.values_list("org_path", flat=True)))


def only_rooms(scope: Scope) -> bool:
    """Whether the reader sees single rooms, no area."""
    return all(len(low) == PATH_LENGTH for low, _high in scope.ranges)


def texts(scope: Scope, words: Sequence[str], *, today: dt.date) -> ScopedQuerySet:
    """Words of the incidents in the scope that hold every word.

    One room's calls are few: they are read in order of time. Everywhere else the index answers,
    asked for the pieces of the reader's cities only.
    """
    rows = IncidentText.objects.within(scope)
    cities: list[str] = []
    if not only_rooms(scope):
        cities = cities_of(scope)
        rows = rows.alias(pieces=Pieces("org_path", "text"))
    for word in words:
        rows = rows.filter(_holds(word, cities, today))
    return rows


def page_of(
    rows: QuerySet[IncidentText],
    *,
    cursor: str,
    now: dt.datetime,
    in_order: bool,
    size: int = PAGE_SIZE,
) -> tuple[list[int], str]:
    """Ids of one page of `rows`, newest first, and the cursor of the next page.

    One statement where the rows are read in order of time anyway; else two at most: the last
    month, and everything if that gave too few.
    """
    after = _decode(cursor)
    if after is not None:
        rows = rows.filter(TupleLessThan(Tuple(F("reported_at"), F("incident_id")), after))
    newest = after[0] if after else now
    found: list[tuple[int, dt.datetime]] = []
    for days in WINDOWS[-1:] if in_order else WINDOWS:
        window = rows
        if days is not None:
            window = rows.filter(reported_at__gte=newest - dt.timedelta(days=days))
        ordered = window.order_by("-reported_at", "-incident_id")
        found = list(ordered.values_list("incident_id", "reported_at")[: size + 1])
        if len(found) > size:
            break
    more = len(found) > size
    found = found[:size]
    next_cursor = _encode(found[-1]) if more else ""
    return [pk for pk, _at in found], next_cursor


def in_order(scope: Scope, pks: Sequence[int]) -> list[Incident]:
    """The calls of these ids, with what lists read, in the order of the ids."""
    known = {row.pk: row for row in board.list_rows(scope).filter(pk__in=pks).order_by()}
    return [known[pk] for pk in pks if pk in known]


def _holds(word: str, cities: Sequence[str], today: dt.date) -> Q:
    """Condition: the incident holds the word; a single character stands for a place's beginning."""
    if len(word) == 1:
        return _indexed(["^" + word], cities) & Q(text__startswith=word)
    condition = _indexed(pieces_of(word), cities) & Q(text__contains=word)
    for prefix in number_prefixes(word, today):
        condition |= Q(number__startswith=prefix)
    return condition


def pieces_of(word: str) -> list[str]:
    """The pieces the index is asked for: the first and the last; LIKE checks the rest.

    The pieces of a phrase come together, but the planner multiplies their shares as if they did
    not: asked for all of them it takes a common phrase for a rare one and reads the whole past.
    """
    return list(dict.fromkeys((word[:2], word[-2:])))


def number_prefixes(word: str, today: dt.date) -> list[str]:
    """Beginnings of numbers that a word may mean: "2026-0917-004", or "0917-004" of three years."""
    if not _NUMBER.match(word):
        return []
    if re.match(r"\d{4}-\d{4}", word):
        return [word]
    return [f"{today.year - back}-{word}" for back in range(3)]


def _indexed(pieces: Sequence[str], cities: Sequence[str]) -> Q:
    """Condition the index answers; none for a reader of single rooms."""
    if len(cities) == 1:
        return Q(pieces__contains=[cities[0] + piece for piece in pieces])
    condition = Q()
    for piece in pieces if cities else ():
        condition &= Q(pieces__overlap=[city + piece for city in cities])
    return condition


def _encode(last: tuple[int, dt.datetime]) -> str:
    pk, at = last
    return _SIGNER.sign_object([at.isoformat(), pk])


def _decode(cursor: str) -> tuple[dt.datetime, int] | None:
    """The last row of the page before; None for the first page or a cursor edited by hand."""
    if not cursor:
        return None
    try:
        at, pk = _SIGNER.unsign_object(cursor)
    except (BadSignature, ValueError):
        return None
    moment: Any = parse_datetime(at)
    return moment, pk
