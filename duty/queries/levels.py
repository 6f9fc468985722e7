"""Which level holds where: for every room of an area in two statements, for one room with why."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Q

from duty.levels import DutyLevel, OrderFacts, level_at, level_stretches
from duty.models import DutyOrder
from duty.queries.orders import approved, facts_of, in_force, today_of
from policeroom.common.intervals import Span
from policeroom.common.scope import SEGMENTS, Scope
from stations.models import Station

Level = tuple[DutyLevel, tuple[int, ...]]

#: Lengths of the paths an order may name: province, city, county, room.
LENGTHS = tuple(sum(SEGMENTS[: depth + 1]) for depth in range(len(SEGMENTS)))
#: Before every order: where the history of a room's level begins.
MOMENT = dt.timedelta(microseconds=1)


def levels_at(at: dt.datetime, scope: Scope) -> dict[int, Level]:
    """Level of every room in view that exists at the instant, and the orders that carry it.

    Source: 第十五条; two statements, however many rooms and orders.
    """
    day = today_of(at)
    rooms = Station.objects.within(scope, action="duty.view").filter(
        Q(closed_on__isnull=True) | Q(closed_on__gt=day), opened_on__lte=day
    )
    return levels_of(rooms.order_by().values_list("pk", "org_path"), at)


def levels_of(rooms: Iterable[tuple[int, str]], at: dt.datetime) -> dict[int, Level]:
    """Level of rooms their caller fetched (key and path), and the orders that carry it."""
    orders = DutyOrder.objects.unscoped("levels follow from every order that holds")
    below = by_target((row.targets, facts_of(row)) for row in orders.filter(in_force(at)))
    known: dict[tuple[int, ...], Level] = {}
    found: dict[int, Level] = {}
    for pk, path in rooms:
        facts = binding(below, path)
        key = tuple(sorted(facts))
        if key not in known:
            known[key] = level_at(facts.values(), at)
        found[pk] = known[key]
    return found


@dataclass(frozen=True, slots=True)
class RoomLevel:
    """The sign on a room: level, since when (None: since ever), and the orders that carry it."""

    level: DutyLevel
    since: dt.datetime | None
    orders: tuple[DutyOrder, ...]


def room_level(station: Station, at: dt.datetime) -> RoomLevel:
    """The level of one room at an instant, with since when and by which orders: one statement.

    `since` is when the level began, though one order may have followed another meanwhile.
    """
    prefixes = [station.org_path[:length] for length in LENGTHS]
    rows = DutyOrder.objects.unscoped("a room knows which orders bind it").filter(
        approved(at), starts_at__lte=at, targets__overlap=prefixes
    )
    rows = rows.exclude(revoked_at__isnull=False, revoked_at__lte=F("starts_at"))
    orders = {row.pk: row for row in rows.select_related("issuer")}
    facts = [facts_of(row) for row in orders.values()]
    level, carriers = level_at(facts, at)
    return RoomLevel(level, _since(facts, level, at), tuple(orders[pk] for pk in carriers))


def _since(facts: list[OrderFacts], level: DutyLevel, at: dt.datetime) -> dt.datetime | None:
    if not facts:
        return None
    start = min(order.starts_at for order in facts) - MOMENT
    since: dt.datetime | None = None
    for stretch in reversed(level_stretches(facts, Span(start, at + MOMENT))):
        if stretch.level != level:
            return since
        since = stretch.span.start
    return None


def by_target(
    orders: Iterable[tuple[list[str], OrderFacts]],
) -> dict[str, dict[int, OrderFacts]]:
    """Orders by the paths they name."""
    below: dict[str, dict[int, OrderFacts]] = defaultdict(dict)
    for targets, facts in orders:
        for path in targets:
            below[path][facts.order_id] = facts
    return below


def binding(below: dict[str, dict[int, OrderFacts]], path: str) -> dict[int, OrderFacts]:
    """The orders of `by_target` that bind a room."""
    found: dict[int, OrderFacts] = {}
    for length in LENGTHS:
        found |= below.get(path[:length], {})
    return found
