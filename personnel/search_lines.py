"""People in the search over everything: who serves now, for those who may read people."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from personnel.enums import PersonKind
from personnel.queries.staff import named_like, staff_rows
from policeroom.common.scope import Scope
from policeroom.common.search import MOST_LINES, Group, Line, register


@register
def groups(scope: Scope, text: str, now: dt.datetime) -> list[Group]:
    """Hits by name, pinyin or staff number; those who left stand in the list only."""
    if not scope.can("people.view"):
        return []
    rows = named_like(staff_rows(scope, on=timezone.localdate(now)), text).filter(gone=False)
    found = list(rows.order_by("org_path", "id")[: MOST_LINES + 1])
    return [
        Group(
            key="people",
            label=_("People"),
            rows=[Line(row.get_absolute_url(), row.name, _note(row)) for row in found[:MOST_LINES]],
            more=len(found) > MOST_LINES,
            more_url=f"{reverse('personnel:person-list')}?{urlencode({'q': text})}",
        )
    ]


def _note(person: Any) -> str:
    where = person.current["room"] if person.current else person.unit.name
    return f"{person.staff_no} · {PersonKind(person.kind).label} · {where}"
