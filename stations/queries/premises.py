"""Reads of the premises of a station on a day: areas, boards, boxes, desks and sessions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import (
    Count,
    Max,
    Q,
    Sum,
)
from django.db.models.functions import Coalesce

from policeroom.common.managers import ScopedQuerySet
from policeroom.common.models import Interval
from policeroom.common.scope import SEGMENTS, Scope
from stations.enums import (
    AreaKind,
    BoardItem,
    BoardKind,
    DayKind,
    UnitKind,
    Weekday,
)
from stations.models import (
    BoardRenewal,
    BoxEmptying,
    CalendarDay,
    ContactBox,
    FunctionalArea,
    NoticeBoard,
    OrgUnit,
    ServiceDesk,
    ServiceSession,
    Station,
    StationVersion,
)

ONE_DAY = dt.timedelta(days=1)
#: Days the totals of a service desk look back.
SESSION_DAYS = 90
#: Weeks of one page of the session log.
LOG_WEEKS = 8

#: Units that can send a service desk; the province, education and duty units do not.
DESK_UNIT_KINDS = (
    UnitKind.CITY,
    UnitKind.COUNTY,
    UnitKind.BRANCH,
    UnitKind.PRECINCT,
    UnitKind.POLICE_BRANCH,
)


def held_on(day: dt.date) -> Q:
    """Condition: the row of a station holds on `day` (half-open)."""
    return Q(started_on__lte=day) & (Q(ended_on__isnull=True) | Q(ended_on__gt=day))


def holidays(start: dt.date, end: dt.date) -> dict[dt.date, str]:
    """Names of the statutory holidays in `[start, end)`."""
    rows = CalendarDay.objects.filter(day__gte=start, day__lt=end, kind=DayKind.HOLIDAY)
    return dict(rows.order_by("day").values_list("day", "name"))


def desk_units(station: Station, *, keep: int | None = None) -> ScopedQuerySet:
    """Units that may be responsible for a desk: those the station stands under, and the one named.

    A desk is sent by a bureau above the station (第十二条), which a station's own scope does not
    reach; the superior line of a station in view is no secret to it, and no other area is in it.
    """
    path, line, end = station.org_path, [], 0
    for width in SEGMENTS[:-1]:
        end += width
        line.append(path[:end])
    rows = OrgUnit.objects.unscoped("the superior line of a station in view")
    usable = Q(org_path__in=line, kind__in=DESK_UNIT_KINDS)
    return rows.filter(usable | Q(pk=keep)).order_by("org_path", "id")


# --- premises ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AreaLine:
    """One of the six functional areas: its row, or None where it is missing."""

    code: str
    label: str
    row: FunctionalArea | None


@dataclass(frozen=True, slots=True)
class ContentLine:
    """One of the five contents of a disclosure board."""

    code: str
    label: str
    renewed_on: dt.date | None
    #: Renewed today already: the quick button has nothing left to do.
    fresh: bool


@dataclass(frozen=True, slots=True)
class MissingBoard:
    code: str
    label: str


@dataclass(frozen=True, slots=True)
class BoardLine:
    board: NoticeBoard
    contents: tuple[ContentLine, ...]

    @property
    def all_fresh(self) -> bool:
        return all(line.fresh for line in self.contents)


@dataclass(frozen=True, slots=True)
class BoxLine:
    box: ContactBox
    emptied_on: dt.date | None
    fresh: bool


@dataclass(frozen=True, slots=True)
class DeskLine:
    """A service desk with its totals; `next_on` is the next fixed day that is no holiday."""

    desk: ServiceDesk
    sessions: int
    served: int
    last_on: dt.date | None
    next_on: dt.date | None
    skipped: tuple[tuple[dt.date, str], ...]

    @property
    def weekday_labels(self) -> list[str]:
        return weekday_labels(self.desk)


@dataclass(frozen=True, slots=True)
class PremisesSheet:
    """Everything the premises tab shows for one day."""

    facts: StationVersion | None
    areas: tuple[AreaLine, ...]
    measured_m2: Decimal | None
    boards: tuple[BoardLine, ...]
    missing_boards: tuple[MissingBoard, ...]
    boxes: tuple[BoxLine, ...]
    desks: tuple[DeskLine, ...]

    @property
    def areas_present(self) -> int:
        return sum(line.row is not None for line in self.areas)


def premises_on(station: Station, scope: Scope, *, on: dt.date) -> PremisesSheet:
    """The premises of a station on a day: eight queries, however much it holds."""
    areas = {row.kind: row for row in held_rows(FunctionalArea, station, scope, on)}
    sizes = [row.floor_area_m2 for row in areas.values() if row.floor_area_m2 is not None]
    renewed = last_renewals(station, scope, on=on)
    boards = tuple(
        _board_line(row, on, renewed) for row in held_rows(NoticeBoard, station, scope, on)
    )
    boxes = held_rows(ContactBox, station, scope, on).annotate(
        emptied_by_then=Max("emptyings__emptied_on", filter=Q(emptyings__emptied_on__lte=on))
    )
    present = {line.board.kind for line in boards}
    return PremisesSheet(
        facts=station.versions.filter(Interval.valid_on(on)).first(),
        areas=tuple(AreaLine(k.value, str(k.label), areas.get(k)) for k in AreaKind),
        measured_m2=sum(sizes, Decimal(0)) if sizes else None,
        boards=boards,
        missing_boards=tuple(
            MissingBoard(k.value, str(k.label)) for k in BoardKind if k not in present
        ),
        boxes=tuple(_box_line(row, on) for row in boxes),
        desks=desk_lines(station, scope, on=on),
    )


def desk_lines(station: Station, scope: Scope, *, on: dt.date) -> tuple[DeskLine, ...]:
    """Service desks of a station on a day, with sessions and people of the last 90 days."""
    window = Q(sessions__held_on__lte=on, sessions__held_on__gt=on - SESSION_DAYS * ONE_DAY)
    desks = held_rows(ServiceDesk, station, scope, on).select_related("responsible_unit")
    desks = desks.annotate(
        session_count=Count("sessions", filter=window),
        served_total=Coalesce(Sum("sessions__served_count", filter=window), 0),
        last_on=Max("sessions__held_on", filter=Q(sessions__held_on__lte=on)),
    )
    off = holidays(on, on + 4 * 7 * ONE_DAY)
    return tuple(_desk_line(desk, on, off) for desk in desks)


def held_rows(model: Any, station: Station, scope: Scope, on: dt.date) -> ScopedQuerySet:
    """Rows of a model that a station holds on a day, within the scope."""
    return model.objects.within(scope).filter(held_on(on), station=station)


def last_renewals(station: Station, scope: Scope, *, on: dt.date) -> dict[tuple[int, str], dt.date]:
    """The newest renewal of each content of each board up to a day, as (board, content) -> day."""
    rows = BoardRenewal.objects.within(scope).filter(board__station=station, renewed_on__lte=on)
    newest = rows.order_by("board_id", "item").values("board_id", "item")
    return {
        (row["board_id"], row["item"]): row["day"] for row in newest.annotate(day=Max("renewed_on"))
    }


def board_history(board: NoticeBoard, scope: Scope) -> ScopedQuerySet:
    """Every renewal of a board, newest first."""
    rows = BoardRenewal.objects.within(scope).filter(board=board)
    return rows.select_related("recorded_by").order_by("-renewed_on", "item", "-id")


def box_history(box: ContactBox, scope: Scope) -> ScopedQuerySet:
    """Every emptying of a box, newest first."""
    rows = BoxEmptying.objects.within(scope).filter(box=box)
    return rows.select_related("recorded_by").order_by("-emptied_on", "-id")


def _board_line(
    board: NoticeBoard, on: dt.date, renewed: Mapping[tuple[int, str], dt.date]
) -> BoardLine:
    if board.kind != BoardKind.DISCLOSURE:
        return BoardLine(board, ())
    lines = []
    for item in BoardItem:
        day = renewed.get((board.pk, item.value))
        lines.append(ContentLine(item.value, str(item.label), day, day == on))
    return BoardLine(board, tuple(lines))


def _box_line(box: Any, on: dt.date) -> BoxLine:
    return BoxLine(box, box.emptied_by_then, box.emptied_by_then == on)


def _desk_line(desk: Any, on: dt.date, off: Mapping[dt.date, str]) -> DeskLine:
    fixed = [
        day
        for day in (on + offset * ONE_DAY for offset in range(4 * 7))
        if day.isoweekday() in desk.weekdays and not (desk.ended_on and day >= desk.ended_on)
    ]
    next_on = next((day for day in fixed if day not in off), None)
    skipped = [(day, off[day]) for day in fixed if day in off and (not next_on or day < next_on)]
    return DeskLine(
        desk, desk.session_count, desk.served_total, desk.last_on, next_on, tuple(skipped)
    )


def weekday_labels(desk: ServiceDesk) -> list[str]:
    """Names of a desk's fixed weekdays, Monday first."""
    return [str(Weekday(day).label) for day in sorted(desk.weekdays)]


# --- sessions ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SessionDay:
    """A day of a desk's log: a fixed weekday, or a day it was open all the same."""

    day: dt.date
    fixed: bool
    holiday: str
    session: ServiceSession | None


@dataclass(frozen=True, slots=True)
class SessionLog:
    start: dt.date
    end: dt.date
    days: tuple[SessionDay, ...]

    @property
    def held(self) -> int:
        return sum(line.session is not None for line in self.days)

    @property
    def served(self) -> int:
        return sum(line.session.served_count for line in self.days if line.session is not None)


def session_log(desk: ServiceDesk, scope: Scope, *, end: dt.date) -> SessionLog:
    """The eight weeks of a desk before the day `end` (not included), newest first."""
    start = end - LOG_WEEKS * 7 * ONE_DAY
    rows = ServiceSession.objects.within(scope).filter(
        desk=desk, held_on__gte=start, held_on__lt=end
    )
    return SessionLog(start, end, session_days(desk, rows, holidays(start, end), start, end))


def session_days(
    desk: ServiceDesk,
    sessions: Iterable[ServiceSession],
    off: Mapping[dt.date, str],
    start: dt.date,
    end: dt.date,
) -> tuple[SessionDay, ...]:
    """Fixed days of the desk's time in `[start, end)` and every day with a session, newest first.

    Source: JS-12-3 (规范第十二条). A fixed day that is a statutory holiday is due to nobody; a
    session held on one is kept and flagged.
    """
    held = {row.held_on: row for row in sessions}
    first = max(start, desk.started_on)
    last = min(end, desk.ended_on) if desk.ended_on else end
    fixed = {
        day
        for day in (first + offset * ONE_DAY for offset in range(max((last - first).days, 0)))
        if day.isoweekday() in desk.weekdays
    }
    return tuple(
        SessionDay(day, day in fixed, off.get(day, ""), held.get(day))
        for day in sorted(fixed | set(held), reverse=True)
    )
