"""Reads of what a city shapes: keyword rules, categories, places; and who may change which."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import Http404

from incidents.data.sentences import held_out, tuning
from incidents.matching.measure import Comparison, compare
from incidents.models import Category, MatchRule, Place
from incidents.queries.vocabulary import as_rule, reference_vocabulary
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.scope import SEGMENTS, Scope
from stations.enums import UnitKind
from stations.models import OrgUnit, Station

RULES = "incidents.rules"
PLACES = "places.edit"


def _with_area(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows with the name of the city they hold in, None for the whole province."""
    cities = OrgUnit.objects.unscoped("name of a city whose rules the reader sees")
    city = cities.filter(org_path=OuterRef("org_path"), kind=UnitKind.CITY)
    return rows.annotate(area=Subquery(city.values("area_name")[:1]))


def rules_in(scope: Scope) -> QuerySet[MatchRule]:
    """Rules of the reader's cities and those of the whole province."""
    rows = MatchRule.objects.filter(Q(org_path="") | scope.q(action=RULES))
    return _with_area(rows).select_related("category", "created_by")


def categories_in(scope: Scope) -> QuerySet[Category]:
    """The base tree and what the reader's cities added."""
    rows = Category.objects.filter(Q(org_path="") | scope.q(action=RULES))
    return _with_area(rows).select_related("parent").order_by("sort", "code")


def places_in(scope: Scope) -> ScopedQuerySet:
    """Places of the rooms at which the reader edits them."""
    return Place.objects.within(scope, action=PLACES).select_related("station", "campus")


def rooms_in(scope: Scope, action: str) -> ScopedQuerySet:
    """Rooms at which `action` is held."""
    return Station.objects.within(scope, action=action).order_by("org_path")


def cities_in(scope: Scope) -> ScopedQuerySet:
    """Cities for which the reader may add rules."""
    rows = OrgUnit.objects.within(scope, action=RULES)
    return rows.filter(kind=UnitKind.CITY).order_by("org_path")


def rules_province(scope: Scope) -> bool:
    """Whether the reader may change what holds in the whole province."""
    return any(len(low) == SEGMENTS[0] for low, _high in scope.ranges_for(RULES))


def may_change(scope: Scope, org_path: str) -> bool:
    """Whether the reader may change a rule or category of this area."""
    return scope.allows(RULES, org_path) if org_path else rules_province(scope)


def changeable(rows: QuerySet[Any], scope: Scope, pk: int) -> Any:
    """One rule or category in view, to be changed.

    Raises: Http404 where the reader sees none, PermissionDenied for the province's in a city.
    """
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    if not may_change(scope, found.org_path):
        raise PermissionDenied
    return found


def uses_of(category: Category) -> dict[str, int]:
    """What stops with a category: others below it, rules that speak for one of them."""
    below = Q(pk=category.pk) | Q(parent=category)
    counted = Category.objects.filter(below, is_active=True).aggregate(
        categories=Count("pk", distinct=True),
        rules=Count("rules", filter=Q(rules__is_active=True), distinct=True),
    )
    return {"categories": counted["categories"], "rules": counted["rules"]}


def preview(rule: MatchRule, *, now: dt.datetime, ended: bool = False) -> Comparison:
    """What a rule, not saved yet, does to the reference sentences of its area.

    `ended`: what taking it out of use does. A rule of the province is tried without any city's.
    """
    but = rule if rule.pk else None
    extra = (as_rule(rule),) if not ended else ()
    before = reference_vocabulary(rule.org_path)
    after = reference_vocabulary(rule.org_path, but=but, extra=extra)
    sentences = (*tuning(), *held_out())
    return compare(
        sentences,
        target=rule.target,  # type: ignore[arg-type]
        before=before,
        after=after,
        now=now,
    )
