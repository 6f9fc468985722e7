"""Calls in the search over everything, for those who may read calls."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from incidents.queries import board
from incidents.queries import search as queries
from incidents.tables.board import first_words, reported
from policeroom.common.scope import Scope
from policeroom.common.search import MOST_LINES, Group, Line, register
from policeroom.common.tables import display


@register
def groups(scope: Scope, text: str, now: dt.datetime) -> list[Group]:
    """Calls that hold every word, newest first."""
    words, scope = queries.words_of(text), board.holding(scope)
    if not words or not scope.ranges:
        return []
    rows = queries.texts(scope, words, today=timezone.localdate(now))
    pks, following = queries.page_of(
        rows, cursor="", now=now, in_order=queries.only_rooms(scope), size=MOST_LINES
    )
    found = [
        Line(
            url=row.get_absolute_url(),
            label=f"{row.number} {first_words(row)}",
            note=" · ".join(
                filter(None, (display(reported(row)), row.place_text, row.station.name))
            ),
        )
        for row in queries.in_order(scope, pks)
    ]
    more_url = f"{reverse('incidents:search')}?{urlencode({'q': text})}"
    return [Group("incidents", _("Calls"), found, bool(following), more_url)]
