"""The words of one room: what the matcher and the offline pickers know."""

from __future__ import annotations

import datetime as dt
import functools
from typing import Any

from django.db.models import F, Q

from incidents.data.keywords import base_keywords
from incidents.data.sentences import PLACES
from incidents.matching import CategoryTerm, PersonTerm, PlaceTerm, Rule, Vocabulary
from incidents.matching.terms import Lexicon, lexicon
from incidents.models import Category, MatchRule, Place
from personnel.models import RoleGrant
from personnel.queries import valid_at
from policeroom.common.pinyin import pinyin_key
from policeroom.common.roles import STATION_ROLES
from policeroom.common.scope import SEGMENTS
from stations.models import Station

#: Places of one room that are known to the quick line, the ones used last first.
PLACE_LIMIT = 500


def vocabulary_of(station: Station, *, at: dt.datetime) -> Vocabulary:
    """Everything the quick line of a room knows at an instant, in four queries.

    Categories and rules of the base, the province and the room's city; the room's places; the
    people with a role at the room.
    """
    return Vocabulary(
        places=place_terms(station),
        categories=category_terms(station.org_path),
        rules=own_rules(station.org_path),
        people=person_terms(station, at=at),
        base=base_lexicon(),
    )


def reference_vocabulary(
    org_path: str, *, but: MatchRule | None = None, extra: tuple[Rule, ...] = ()
) -> Vocabulary:
    """The words of an area on the invented campus of the reference sentences.

    `but` is a rule that is left out, `extra` come on top: what a rule changes before it is saved.
    """
    places = enumerate(PLACES, 1)
    return Vocabulary(
        places=tuple(place_term(pk, name, aliases) for pk, (name, aliases) in places),
        categories=category_terms(org_path),
        rules=(*own_rules(org_path, but=but), *extra),
        base=base_lexicon(),
    )


@functools.cache
def base_lexicon() -> Lexicon:
    """The index of the base rules. They are data of this release, the same for every reader."""
    return lexicon(
        Rule(
            target=word.target,  # type: ignore[arg-type]
            code=word.code,
            keyword=word.keyword,
            weight=word.weight,
            excludes=word.excludes,
            pinyin=_keys(word.keyword),
        )
        for word in base_keywords()
    )


def offered_at(org_path: str) -> Q:
    """Condition: the base's, the province's, or of the city above `org_path`."""
    province, city = SEGMENTS[0], SEGMENTS[0] + SEGMENTS[1]
    return Q(org_path__in=["", org_path[:province], org_path[:city]])


def category_terms(org_path: str) -> tuple[CategoryTerm, ...]:
    """Categories offered at a place of the organisation, in the order of the tree."""
    rows = Category.objects.filter(offered_at(org_path), is_active=True).order_by("sort", "code")
    return tuple(
        CategoryTerm(row.pk, row.code, row.name, row.kind, row.name_pinyin, str(row))
        for row in rows
    )


def own_rules(org_path: str, *, but: MatchRule | None = None) -> tuple[Rule, ...]:
    """Rules that the province and the city above `org_path` added."""
    rows = MatchRule.objects.filter(
        offered_at(org_path), Q(category__isnull=True) | Q(category__is_active=True), is_active=True
    )
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    return tuple(as_rule(row) for row in rows.select_related("category").order_by("id"))


def as_rule(row: MatchRule) -> Rule:
    """A stored rule as the matcher takes it; works for one that is not saved yet."""
    return Rule(
        target=row.target,  # type: ignore[arg-type]
        code=row.category.code if row.category else row.value,
        keyword=row.keyword,
        weight=row.weight,
        excludes=tuple(row.excludes.split()),
        pinyin=row.keyword_pinyin or _keys(row.keyword),
    )


def place_terms(station: Station) -> tuple[PlaceTerm, ...]:
    """Places the room offers, the ones used last first."""
    rows = Place.objects.unscoped("places of a room its caller fetched through the scope")
    rows = rows.filter(station=station, is_active=True)
    rows = rows.order_by(F("last_used_at").desc(nulls_last=True), "name", "id")
    found = rows.values_list("pk", "name", "aliases")[:PLACE_LIMIT]
    return tuple(place_term(*row) for row in found)


def place_term(pk: int, name: str, aliases: str) -> PlaceTerm:
    """A place with the pinyin of its name and of its other names."""
    others = tuple(aliases.split())
    return PlaceTerm(pk, name, others, " ".join(_pinyin(text) for text in (name, *others)))


def person_terms(station: Station, *, at: dt.datetime) -> tuple[PersonTerm, ...]:
    """People who hold a role at the room at the instant."""
    grants = RoleGrant.objects.filter(
        valid_at(at),
        content_object=station.unit_id,
        role__in=sorted(STATION_ROLES),
        user__is_active=True,
    )
    found = grants.order_by("user__name", "user_id").values_list("user_id", "user__name").distinct()
    return tuple(PersonTerm(pk, name, _pinyin(name)) for pk, name in found)


def pickers(vocabulary: Vocabulary, dispositions: Any) -> dict[str, list[dict[str, Any]]]:
    """The same words for lists on a device without a line, each with its pinyin."""
    return {
        "places": [
            {"id": p.id, "name": p.name, "aliases": list(p.aliases), "pinyin": p.pinyin}
            for p in vocabulary.places
        ],
        "categories": [
            {"id": c.id, "code": c.code, "name": c.label, "kind": c.kind, "pinyin": c.pinyin}
            for c in vocabulary.categories
        ],
        "dispositions": [
            {"code": code, "name": str(name), "pinyin": _pinyin(str(name))}
            for code, name in dispositions
        ],
        "people": [{"id": p.id, "name": p.name, "pinyin": p.pinyin} for p in vocabulary.people],
    }


def _keys(keyword: str) -> str:
    return "|".join(_pinyin(word) for word in keyword.split())


@functools.lru_cache(maxsize=16384)
def _pinyin(text: str) -> str:
    return pinyin_key(text)
