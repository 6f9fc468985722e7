"""The duty board: how the rooms of an area stand now, in a constant number of statements."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Q, QuerySet

from duty.deadline_kinds import DIRECTIVE_FEEDBACK, DIRECTIVE_RECEIPT, ORDER_RECEIPT
from duty.enums import TriggerState
from duty.levels import DutyLevel
from duty.models import Directive, DutyOrder, OrderReceipt, Trigger
from duty.queries.directives import OPEN_STATES
from duty.queries.levels import levels_of
from duty.queries.orders import approved, not_over, today_of
from duty.queries.staffing import Need, required_now
from duty.queries.triggers import state_condition
from policeroom.common.models import Deadline
from policeroom.common.scope import SEGMENTS, Range, Scope, range_q, subtree
from stations.enums import LINE_DEPTH, UnitKind
from stations.models import OrgUnit, Station

WATCH: Final = "duty.watch"
CLOCKS: Final = (ORDER_RECEIPT.code, DIRECTIVE_RECEIPT.code, DIRECTIVE_FEEDBACK.code)
#: Why these reads have no scope of their own.
OF_AREA: Final = "rows of rooms in an area the reader watches"
#: Lengths of the paths of a province, a city, a county, a room.
LENGTHS: Final = tuple(sum(SEGMENTS[: depth + 1]) for depth in range(len(SEGMENTS)))
#: Orders and directives the board shows; the lists show all.
SHOWN: Final = 30


@dataclass(frozen=True, slots=True)
class Area:
    """What a board is about: the paths it covers, and the unit it was opened for, if one."""

    ranges: tuple[Range, ...]
    unit: OrgUnit | None = None

    def q(self, lookup: str = "org_path") -> Q:
        """Condition: the row lies in the area."""
        return range_q(self.ranges, lookup)

    @property
    def path(self) -> str:
        """The path everything of the board lies below; empty where there are several."""
        return self.ranges[0][0] if len(self.ranges) == 1 else ""


def area_of(scope: Scope, unit: OrgUnit | None) -> Area:
    """The part of the reader's area below `unit`, which was fetched through the scope."""
    watched = scope.ranges_for(WATCH)
    if unit is None:
        return Area(watched)
    low, high = subtree(unit.org_path)
    inside = tuple((max(low, a), min(high, b)) for a, b in watched if max(low, a) < min(high, b))
    return Area(inside, unit)


def areas(scope: Scope) -> QuerySet[OrgUnit]:
    """Areas a board may be opened for: every bureau in the line of command that is watched."""
    found: QuerySet[OrgUnit] = OrgUnit.objects.within(scope, action=WATCH).filter(
        kind__in=sorted(set(LINE_DEPTH) - {UnitKind.STATION})
    )
    return found


@dataclass(frozen=True, slots=True)
class RoomNow:
    """A room at an instant.

    `open` and `late` count orders it has not acknowledged, `directives` those without feedback,
    `directives_late` those of them with a clock that ran out. `unguarded`: a 24-hour presence
    runs, and no officer is there.
    """

    pk: int
    name: str
    path: str
    level: DutyLevel
    need: Need
    open: int
    late: int
    directives: int
    directives_late: int
    guarded: bool
    unguarded: bool


@dataclass(frozen=True, slots=True)
class OrderNow:
    """An order that holds or will, as the rooms of the area answer it."""

    order: DutyOrder
    rooms: int
    received: int
    late: int
    carried_out: int
    short: int

    @property
    def open(self) -> int:
        return self.rooms - self.received


@dataclass(frozen=True, slots=True)
class TriggerNow:
    """A 24-hour presence that runs: its rooms in the area, and those without an officer now."""

    trigger: Trigger
    rooms: int
    unguarded: int


@dataclass(frozen=True, slots=True)
class DirectiveNow:
    """A directive without feedback; `late` if the clock that runs has run out."""

    directive: Directive
    due_at: dt.datetime
    late: bool


@dataclass(frozen=True, slots=True)
class Board:
    """Everything the board shows."""

    area: Area
    rooms: list[RoomNow]
    orders: list[OrderNow]
    triggers: list[TriggerNow]
    directives: list[DirectiveNow]
    names: dict[str, OrgUnit]


def board_of(area: Area, *, now: dt.datetime) -> Board:
    """The board of an area at an instant: the same statements, however many rooms."""
    stations = list(
        operating(area, now).only("pk", "name", "org_path", "kind").order_by("org_path", "id")
    )
    levels = levels_of([(room.pk, room.org_path) for room in stations], now)
    needs = required_now(stations, now)
    clocks = _clocks(area)
    unanswered = _unanswered(area, now)
    directives = _directives(area, clocks, now=now)
    running = list(_running(now))
    late = {pk for pk, due in clocks[OrderReceipt].items() if due < now}
    facts = _RoomFacts(levels, needs, unanswered, late, directives, running)
    rooms = [facts.of(room) for room in stations]
    return Board(
        area=area,
        rooms=rooms,
        orders=_orders(area, rooms, unanswered, late, now=now),
        triggers=_triggers(running, rooms),
        directives=directives[:SHOWN],
        names=_names(area, rooms),
    )


def operating(area: Area, now: dt.datetime) -> QuerySet[Station]:
    """Rooms of the area that exist on the day."""
    day = today_of(now)
    rows: QuerySet[Station] = Station.objects.unscoped(OF_AREA).filter(
        area.q(), Q(closed_on__isnull=True) | Q(closed_on__gt=day), opened_on__lte=day
    )
    return rows


def open_clocks(area: Area) -> QuerySet[Deadline]:
    """Running clocks of receipts and directives of the area."""
    rows: QuerySet[Deadline] = Deadline.objects.unscoped(OF_AREA).filter(
        area.q(), kind__in=CLOCKS, done_at__isnull=True, cancelled_at__isnull=True
    )
    return rows


def _clocks(area: Area) -> dict[type[Any], dict[int, dt.datetime]]:
    """Receipts and directives with a running clock, and when the next one ends."""
    found: dict[type[Any], dict[int, dt.datetime]] = {OrderReceipt: {}, Directive: {}}
    models = {model._meta.label_lower: model for model in found}
    rows = open_clocks(area).order_by("-due_at", "id")
    for kind, pk, due_at in rows.values_list("object_type", "object_id", "due_at"):
        found[models[kind]][pk] = due_at
    return found


@dataclass(frozen=True, slots=True)
class _Unanswered:
    pk: int
    order_id: int
    station_id: int


def _unanswered(area: Area, now: dt.datetime) -> list[_Unanswered]:
    """Receipts the rooms still owe."""
    rows = live_receipts(area, now).filter(acknowledged_at__isnull=True)
    facts = rows.order_by("id").values_list("pk", "order_id", "station_id")
    return [_Unanswered(*row) for row in facts]


def live_receipts(area: Area, now: dt.datetime) -> QuerySet[OrderReceipt]:
    """Receipts in the area of orders that hold or will."""
    orders = DutyOrder.objects.unscoped(OF_AREA).filter(approved(now), not_over(now))
    rows: QuerySet[OrderReceipt] = OrderReceipt.objects.unscoped(OF_AREA).filter(
        area.q(), order__in=orders.order_by().values("pk")
    )
    return rows


def _directives(
    area: Area, clocks: dict[type[Any], dict[int, dt.datetime]], *, now: dt.datetime
) -> list[DirectiveNow]:
    """Directives without feedback, the most urgent first."""
    rows = Directive.objects.unscoped(OF_AREA).filter(area.q(), state__in=OPEN_STATES)
    rows = rows.select_related("station", "issuer").order_by("id")
    dues = clocks[Directive]
    found = [
        DirectiveNow(row, due, due < now)
        for row, due in ((row, dues.get(row.pk, row.due_at)) for row in rows)
    ]
    return sorted(found, key=lambda item: (item.due_at, item.directive.pk))


def _running(now: dt.datetime) -> QuerySet[Trigger]:
    rows = Trigger.objects.unscoped(OF_AREA).filter(state_condition(TriggerState.RUNNING, now=now))
    found: QuerySet[Trigger] = rows.select_related("issuer").order_by("ends_at", "id")
    return found


class _RoomFacts:
    """What was read, by room."""

    def __init__(
        self,
        levels: dict[int, Any],
        needs: dict[int, Need],
        unanswered: Iterable[_Unanswered],
        late: set[int],
        directives: Iterable[DirectiveNow],
        running: Iterable[Trigger],
    ) -> None:
        unanswered, directives = list(unanswered), list(directives)
        self.levels, self.needs = levels, needs
        self.open = Counter(row.station_id for row in unanswered)
        self.late = Counter(row.station_id for row in unanswered if row.pk in late)
        self.directives = Counter(item.directive.station_id for item in directives)
        self.overdue = Counter(item.directive.station_id for item in directives if item.late)
        self.guarded = {path for trigger in running for path in trigger.targets}

    def of(self, room: Station) -> RoomNow:
        need = self.needs[room.pk]
        guarded = any(room.org_path[:length] in self.guarded for length in LENGTHS)
        return RoomNow(
            pk=room.pk,
            name=room.name,
            path=room.org_path,
            level=self.levels[room.pk][0],
            need=need,
            open=self.open[room.pk],
            late=self.late[room.pk],
            directives=self.directives[room.pk],
            directives_late=self.overdue[room.pk],
            guarded=guarded,
            unguarded=guarded and not need.present[0],
        )


def _orders(
    area: Area,
    rooms: Sequence[RoomNow],
    unanswered: Iterable[_Unanswered],
    late: set[int],
    *,
    now: dt.datetime,
) -> list[OrderNow]:
    """Orders the rooms of the area have receipts of, the latest first."""
    sums = {
        row["order_id"]: row
        for row in live_receipts(area, now)
        .order_by()
        .values("order_id")
        .annotate(
            rooms=Count("pk"),
            received=Count("pk", filter=Q(acknowledged_at__isnull=False)),
            carried_out=Count("pk", filter=Q(implemented_at__isnull=False)),
        )
    }
    overdue = Counter(row.order_id for row in unanswered if row.pk in late)
    short = [room.path for room in rooms if room.need.missing]
    rows = DutyOrder.objects.unscoped(OF_AREA).filter(pk__in=list(sums))
    found = []
    for order in rows.select_related("issuer").order_by("-issued_at", "-id")[:SHOWN]:
        row = sums[order.pk]
        targets = tuple(order.targets)
        found.append(
            OrderNow(
                order=order,
                rooms=row["rooms"],
                received=row["received"],
                late=overdue[order.pk],
                carried_out=row["carried_out"],
                short=sum(path.startswith(targets) for path in short)
                if order.starts_at <= now
                else 0,
            )
        )
    return found


def _triggers(running: Iterable[Trigger], rooms: Sequence[RoomNow]) -> list[TriggerNow]:
    """24-hour presences that bind a room of the area."""
    guarded = [room for room in rooms if room.guarded]
    found = []
    for trigger in running:
        targets = tuple(trigger.targets)
        bound = [room for room in guarded if room.path.startswith(targets)]
        if bound:
            found.append(TriggerNow(trigger, len(bound), sum(r.unguarded for r in bound)))
    return found


def _names(area: Area, rooms: Iterable[RoomNow]) -> dict[str, OrgUnit]:
    """The bureaus above the rooms, by path."""
    paths = {room.path[:length] for room in rooms for length in LENGTHS[:-1]}
    rows = OrgUnit.objects.unscoped(OF_AREA).filter(
        org_path__in=sorted(paths), kind__in=sorted(set(LINE_DEPTH) - {UnitKind.STATION})
    )
    return {row.org_path: row for row in rows}


def groups(board: Board) -> list[tuple[str, list[RoomNow]]]:
    """The rooms by the next level below the area: cities, counties, single rooms; in tree order."""
    base = board.area.path
    if base:
        length = next((size for size in LENGTHS if size > len(base)), LENGTHS[-1])
        keys = [(room.path[:length], room) for room in board.rooms]
    else:
        lows = [low for low, _high in board.area.ranges]
        keys = [
            (next(low for low in lows if room.path.startswith(low)), room) for room in board.rooms
        ]
    found: dict[str, list[RoomNow]] = defaultdict(list)
    for key, room in keys:
        found[key].append(room)
    return list(found.items())
