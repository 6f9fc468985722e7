"""Addresses and objects of the matcher: suggestions, keyword rules, categories, places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.utils import timezone

from incidents.models import Category, MatchRule, Place
from incidents.services.category_tree import add_category
from policeroom.accounts.models import User
from tests.matrix import Route
from tests.world import World

RULES, PLACES = "incidents.rules", "places.edit"

ROUTES: Final[dict[str, Route]] = {
    "incidents:suggest": Route("incidents.file"),
    "incidents:vocabulary": Route("incidents.file"),
    "incidents:rule-list": Route(RULES),
    "incidents:rule-new": Route(RULES),
    "incidents:rule-try": Route(RULES),
    "incidents:rule-edit": Route(RULES, "match-rule", RULES),
    "incidents:rule-end": Route(RULES, "match-rule", RULES),
    "incidents:category-list": Route(RULES),
    "incidents:category-new": Route(RULES),
    **{
        f"incidents:category-{act}": Route(RULES, "category", RULES)
        for act in ("edit", "stop", "offer")
    },
    "incidents:place-list": Route(PLACES),
    "incidents:place-new": Route(PLACES),
    **{
        f"incidents:place-{act}": Route(PLACES, "place", PLACES)
        for act in ("edit", "stop", "offer")
    },
}
NOT_A_PAGE: Final[set[str]] = {"incidents:suggest", "incidents:vocabulary"}
NEEDS_A_STATE: Final[set[str]] = set()


def add_targets(world: World, add: Callable[..., None], author: User) -> None:
    """Objects of this part in every relation to the cast.

    What holds in the whole province is seen by everybody who holds the action and changed by the
    province.
    """
    theft = Category.objects.get(code="theft")
    for unit in (world.city_a, world.city_b):
        path = unit.org_path
        rule = _rule(theft, path, author)
        add("match-rule", unit.name, {path}, path, pk=rule.pk)
        own = add_category(parent=theft, name=f"{unit.area_name}类", org_path=path, by=author)
        add("category", unit.name, {path}, path, pk=own.pk)
    everywhere = _rule(theft, "", author)
    add("match-rule", "province", {""}, world.province.org_path, pk=everywhere.pk)
    shared = add_category(parent=theft, name="全省类", org_path="", by=author)
    add("category", "province", {""}, world.province.org_path, pk=shared.pk)
    for room in (world.station_a1, world.center_a, world.station_a2, world.station_b1):
        place = Place.objects.create(station=room, name="矩阵南门")
        add("place", room.code, {room.org_path}, room.org_path, pk=place.pk)


def _rule(category: Category, path: str, author: User) -> MatchRule:
    return MatchRule.objects.create(
        org_path=path,
        target="category",
        category=category,
        keyword=f"矩阵词{path}",
        created_by=author,
        created_at=timezone.now(),
    )
