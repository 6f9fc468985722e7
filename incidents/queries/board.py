"""Reads of the list and of the board."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Model, OuterRef, QuerySet, Subquery

from incidents.enums import OPEN_STATES, IncidentState
from incidents.models import Incident, Transfer, UrgentSide
from policeroom.common.models import Deadline
from policeroom.common.roles import roles_for
from policeroom.common.scope import Scope

#: Cards of one column; beyond it the column leads into the list.
COLUMN_CAP: Final = 30
#: Records whose deadlines are clocks of a call -> the way from them to the call.
CLOCKED: Final[dict[type[Model], str]] = {Transfer: "incident", UrgentSide: "notice__incident"}
_LIST_FIELDS: Final = (
    *("number", "kind", "place_text", "narrative", "reported_at", "reported_precision", "state"),
    *("dispatched_at", "arrived_at", "closed_at", "disposition", "source", "org_path", "version"),
    *("station__name", "category__name", "category__name_en"),
)


def holding(scope: Scope, action: str = "incidents.view") -> Scope:
    """The part of a scope where `action` is held: who reads universities may not read calls."""
    roles = roles_for(action)
    return Scope(tuple(grant for grant in scope.grants if grant.role in roles))


def list_rows(scope: Scope, *, handlers: bool = False) -> QuerySet[Incident]:
    """Calls with everything the columns of the list read; `handlers` costs one more query."""
    rows = (
        Incident.objects.within(scope, action="incidents.view")
        .select_related("station", "category")
        .only(*_LIST_FIELDS)
    )
    return rows.prefetch_related("handlers") if handlers else rows


@dataclass(frozen=True, slots=True)
class Clock:
    """One running clock of a call."""

    label: str
    due_at: dt.datetime
    overdue: bool


@dataclass(slots=True)
class Card:
    """One call on the board; people and clocks are added afterwards."""

    pk: int
    version: int
    state: IncidentState
    number: str
    station: str
    kind: str
    category: str
    category_en: str
    place: str
    narrative: str
    reported_at: dt.datetime
    org_path: str
    handlers: list[str] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Column:
    """One state of the board: its newest cards, and whether there are more."""

    state: IncidentState
    cards: list[Card]
    more: bool


_CARD_FIELDS: Final = (
    *("pk", "version", "state", "number", "station__name", "kind", "category__name"),
    *("category__name_en", "place_text", "narrative", "reported_at", "org_path"),
)


def columns(rows: QuerySet[Incident], *, since: dt.datetime) -> list[Column]:
    """The five columns, newest first, each capped; closed calls since the instant (one query)."""
    closed = rows.filter(state=IncidentState.CLOSED, closed_at__gte=since)
    branches = [rows.filter(state=state) for state in OPEN_STATES] + [closed]
    first, *others = [
        branch.order_by("-reported_at", "-id").values_list(*_CARD_FIELDS)[: COLUMN_CAP + 1]
        for branch in branches
    ]
    cards: dict[str, list[Card]] = {state: [] for state in IncidentState}
    for row in first.union(*others, all=True):
        card = Card(
            pk=row[0],
            version=row[1],
            state=IncidentState(row[2]),
            number=row[3],
            station=row[4],
            kind=row[5],
            category=row[6] or "",
            category_en=row[7] or "",
            place=row[8],
            narrative=row[9],
            reported_at=row[10],
            org_path=row[11],
        )
        cards[card.state].append(card)
    for found in cards.values():
        found.sort(key=lambda card: (card.reported_at, card.pk), reverse=True)
    return [
        Column(state, cards[state][:COLUMN_CAP], len(cards[state]) > COLUMN_CAP)
        for state in IncidentState
    ]


def add_handlers(cards: Iterable[Card]) -> None:
    """Who handles each call, first named first (one query)."""
    known = {card.pk: card for card in cards}
    links = Incident.handlers.through.objects.filter(incident__in=list(known))
    for pk, name in links.order_by("id").values_list("incident_id", "user__name"):
        known[pk].handlers.append(name)


def add_clocks(cards: Iterable[Card], *, now: dt.datetime) -> None:
    """The running clocks of each call, most urgent first (one query)."""
    known = {card.pk: card for card in cards}
    if not known:
        return
    first, *others = [_running(model, route, known) for model, route in CLOCKED.items()]
    for pk, label, due_at in first.union(*others, all=True).order_by("due_at"):
        overdue = now > due_at
        known[pk].clocks.append(Clock(label, due_at, overdue))


def fingerprint(found: Iterable[Column]) -> str:
    """Changes whenever a shown card, its clocks or a column's "more" does."""
    facts = [
        (
            column.state,
            column.more,
            [
                (c.pk, c.version, [(k.label, k.due_at, k.overdue) for k in c.clocks])
                for c in column.cards
            ],
        )
        for column in found
    ]
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:32]


def _running(subject: type[Model], route: str, known: Mapping[int, Card]) -> QuerySet[Any]:
    """(incident, label, due) of the open deadlines of one kind of record."""
    rows = Deadline.objects.unscoped("clocks of calls that were read within the scope").filter(
        object_type=subject._meta.label_lower, done_at__isnull=True, cancelled_at__isnull=True
    )
    own = subject._default_manager.filter(**{f"{route}__in": list(known)})
    call = own.filter(pk=OuterRef("object_id")).values(route)[:1]
    rows = rows.filter(object_id__in=own.values("pk")).annotate(call=Subquery(call))
    return rows.order_by().values_list("call", "label", "due_at")
