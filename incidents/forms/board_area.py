"""What the filters of board, list, search and statistics share: area, category, words."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any, Final

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.models import Category
from incidents.queries.board import holding
from policeroom.common.forms import ANY
from policeroom.common.lists import FilterForm
from policeroom.common.roles import ADMIN_ROLES
from policeroom.common.scope import SEGMENTS, Scope, range_q, subtree
from stations.enums import LINE_DEPTH, UnitKind
from stations.models import OrgUnit

COUNTY_WIDTH: Final = 6
MOST_LETTERS: Final = 60
#: Length of a path -> level of its unit.
DEPTH: Final = {length: depth for depth, length in enumerate(itertools.accumulate(SEGMENTS))}


def narrowed(scope: Scope, path: str) -> Scope:
    """The reader's scope within one unit of it: the same roles, nothing beside that unit.

    A path the scope does not cover gives an empty scope.
    """
    return Scope(
        tuple(
            replace(grant, path=path)
            for grant in scope.grants
            if grant.role not in ADMIN_ROLES and path.startswith(grant.path)
        )
    )


def area_choices(scope: Scope, asked: str) -> list[tuple[str, str]]:
    """Units below the reader's own, indented by level (one query).

    Rooms are offered below a city, or below the county that is asked for: a province has thousands.
    """
    rows = OrgUnit.objects.within(scope).filter(kind__in=list(LINE_DEPTH))
    wide = [low for low, _high in scope.ranges if len(low) < len("PPCC")]
    if wide:
        rooms = Q(kind=UnitKind.STATION)
        county = asked[:COUNTY_WIDTH]
        here = range_q([subtree(county)]) if len(county) == COUNTY_WIDTH else Q(pk__in=[])
        rows = rows.filter(~rooms | here)
    own = {low for low, _high in scope.ranges} if len(scope.ranges) == 1 else set()
    units = rows.order_by("org_path").values_list("org_path", "name")
    offered = [(path, name) for path, name in units if path not in own]
    top = min((DEPTH[len(path)] for path, _name in offered), default=0)
    return [(path, f"{'　' * (DEPTH[len(path)] - top)}{name}") for path, name in offered]


def category_choices(scope: Scope) -> tuple[list[tuple[str, Any]], dict[str, list[int]]]:
    """Categories offered in the area as choices, and code -> ids of it and those below."""
    places = Q(org_path="")
    for low, _high in scope.ranges:
        places |= Q(org_path__in=[low[:2], low[:4]]) | range_q([subtree(low)])
    rows = list(Category.objects.filter(places).order_by("sort", "code"))
    ids: dict[str, list[int]] = {row.code: [row.pk] for row in rows}
    names = {row.pk: row.code for row in rows}
    below: dict[str, list[Category]] = {}
    for row in rows:
        if row.parent_id is not None:
            ids[names[row.parent_id]].append(row.pk)
            below.setdefault(names[row.parent_id], []).append(row)
    choices = []
    for row in rows:
        if row.parent_id is None:
            choices.append((row.code, str(row)))
            choices += [(child.code, f"　{child}") for child in below.get(row.code, [])]
    return choices, ids


class AreaFilter(FilterForm):
    """A filter with an area. `narrow_scope` is what every read of the page starts from.

    Without `offer` (a poll shows no form) choices are read only where the address asks for one.
    """

    area = forms.ChoiceField(label=_("Area"), choices=ANY)

    def __init__(self, *args: Any, scope: Scope, offer: bool = True, **kwargs: Any) -> None:
        scope = holding(scope)
        super().__init__(*args, scope=scope, **kwargs)
        self.offer = offer
        asked = str(self.data.get("area", ""))
        choices = area_choices(scope, asked) if offer or asked else []
        if choices:
            self.fields["area"].choices = [*ANY, *choices]
        else:
            del self.fields["area"]
        self.area_names = {path: name.strip("　") for path, name in choices}

    @property
    def narrow_scope(self) -> Scope:
        """The reader's scope within the chosen area; all of it without a choice."""
        path = self.cleaned_data.get("area", "")
        return narrowed(self.scope, path) if path else self.scope
