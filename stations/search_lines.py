"""Police rooms, universities and campuses in the search over everything."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from policeroom.common.scope import Scope
from policeroom.common.search import Group, Line, register
from stations.enums import StationState
from stations.queries import rooms as queries


@register
def groups(scope: Scope, text: str, now: dt.datetime) -> list[Group]:
    """Hits by name, pinyin or number."""
    hits = queries.search(scope, text, on=timezone.localdate(now))
    query = urlencode({"q": text})
    return [
        Group(
            key="stations",
            label=_("Police rooms"),
            rows=[_line(row, row.name, _room_note(row)) for row in hits.stations],
            more="stations" in hits.more,
            more_url=f"{reverse('stations:list')}?{query}",
        ),
        Group(
            key="universities",
            label=_("Universities"),
            rows=[
                _line(row, row.name, f"{row.code} · {row.unit.name}") for row in hits.universities
            ],
            more="universities" in hits.more,
            more_url=f"{reverse('stations:university-list')}?{query}",
        ),
        Group(
            key="campuses",
            label=_("Campuses"),
            rows=[_line(row, str(row), f"{row.code} · {row.unit.name}") for row in hits.campuses],
            more="campuses" in hits.more,
            more_url=f"{reverse('stations:campus-list')}?{query}",
        ),
    ]


def _line(row: Any, label: str, note: str) -> Line:
    return Line(row.get_absolute_url(), label, note)


def _room_note(room: Any) -> str:
    return f"{room.code} · {StationState(room.state).label} · {room.operator.name}"
