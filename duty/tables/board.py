"""What the duty board shows: figures, a line for each area or room, orders, clocks."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from duty.enums import LEVEL_LABELS
from duty.levels import DutyLevel
from duty.queries.board import Board, DirectiveNow, OrderNow, RoomNow, TriggerNow, groups
from duty.queries.orders import state_of
from duty.tables.orders import STATE_TONES
from duty.tables.staffing import due_word, present_word, required_word
from policeroom.common.pages import Figure
from policeroom.common.scope import PATH_LENGTH
from policeroom.common.tables import display

#: Colour of a level: these four are used for nothing else, and always with the word.
LEVEL_STYLES: Final = {
    DutyLevel.THREE: "level-3",
    DutyLevel.TWO: "level-2",
    DutyLevel.ONE: "level-1",
    DutyLevel.ONE_PLUS: "level-1-plus",
}
#: Rooms short of people that are named; the lines of the areas count all.
SHORT_SHOWN: Final = 30


@dataclass(frozen=True, slots=True)
class LevelTag:
    """A level with its colour, and in how many rooms it holds (0: a single room)."""

    label: str
    style: str
    rooms: int = 0


@dataclass(frozen=True, slots=True)
class Count:
    """A number with what is pressing in it."""

    text: str
    tone: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A city, a county, or a room on the board."""

    key: str
    name: str
    url: str
    rooms: int
    levels: list[LevelTag]
    present: str
    strength: Count
    nobody: int
    guarded: Count
    receipts: Count
    directives: Count


@dataclass(frozen=True, slots=True)
class ShortRoom:
    """A room with fewer people than the city's table asks for."""

    key: str
    name: str
    url: str
    level: LevelTag
    required: str
    present: str
    missing: str


@dataclass(frozen=True, slots=True)
class OrderLine:
    """An order and how far the rooms have answered it."""

    key: str
    title: str
    url: str
    rooms_url: str
    level: LevelTag
    state: Count
    note: str
    rooms: int
    received: int
    open: int
    late: int
    carried_out: int
    short: int


@dataclass(frozen=True, slots=True)
class ClockLine:
    """A 24-hour presence or a directive: what, where, until when, and how it stands."""

    key: str
    title: str
    url: str
    note: str
    state: Count


def room_address(pk: int) -> str:
    """Where a room of the board leads."""
    return reverse("duty:workbench-room", args=[pk])


def lines(board: Board) -> list[Line]:
    """The level below the area, in tree order: what is read does not change its place."""
    return [_line(board, key, rooms) for key, rooms in groups(board)]


def _line(board: Board, key: str, rooms: list[RoomNow]) -> Line:
    single = len(key) == PATH_LENGTH
    officers, auxiliaries = (sum(room.need.present[place] for room in rooms) for place in (0, 1))
    unit = board.names.get(key)
    return Line(
        key=key,
        name=rooms[0].name if single else (unit.area_name or unit.name) if unit else "–",
        url=room_address(rooms[0].pk) if single else f"?area={unit.pk}" if unit else "",
        rooms=len(rooms),
        levels=level_tags(rooms, single=single),
        present=f"{officers} / {auxiliaries}",
        strength=_strength(rooms),
        nobody=sum(not any(room.need.present) for room in rooms),
        guarded=_guarded(rooms),
        receipts=_pressing(sum(r.open for r in rooms), sum(r.late for r in rooms)),
        directives=_pressing(
            sum(r.directives for r in rooms), sum(r.directives_late for r in rooms)
        ),
    )


def level_tags(rooms: list[RoomNow], *, single: bool = False) -> list[LevelTag]:
    """The levels that hold, the highest first, with the number of rooms."""
    found = Counter(room.level for room in rooms)
    return [level_tag(level, 0 if single else found[level]) for level in sorted(found)[::-1]]


def level_tag(level: DutyLevel, rooms: int = 0) -> LevelTag:
    return LevelTag(str(LEVEL_LABELS[level]), LEVEL_STYLES[level], rooms)


def _strength(rooms: list[RoomNow]) -> Count:
    """Persons missing against the city's tables; rooms for which no city has fixed a number."""
    raised = [room.need for room in rooms if room.need.level > DutyLevel.THREE]
    due = min((room.need.coming.due_at for room in rooms if room.need.coming), default=None)
    if not raised and due is not None:
        return Count(due_word(due), "info")
    if not raised:
        return Count(_("as in the routine"), "neutral")
    missing = sum(need.missing or 0 for need in raised)
    unknown = sum(need.missing is None for need in raised)
    if missing:
        return Count(_("%(n)d missing") % {"n": missing}, "bad", "▲")
    if unknown:
        text = ngettext("%(n)d room not fixed", "%(n)d rooms not fixed", unknown)
        return Count(text % {"n": unknown}, "unknown")
    return Count(_("complete"), "ok", "✓")


def _guarded(rooms: list[RoomNow]) -> Count:
    bound = sum(room.guarded for room in rooms)
    empty = sum(room.unguarded for room in rooms)
    if not bound:
        return Count("–")
    if empty:
        text = ngettext("%(n)d room without an officer", "%(n)d rooms without an officer", empty)
        return Count(text % {"n": empty}, "bad", "▲")
    return Count(_("an officer there"), "ok", "✓")


def _pressing(number: int, late: int) -> Count:
    if late == number > 0:
        return Count(_("%(n)d overdue") % {"n": late}, "bad", "▲")
    if late:
        return Count(_("%(n)d open, %(late)d overdue") % {"n": number, "late": late}, "bad", "▲")
    return Count(_("%(n)d open") % {"n": number}, "warn", "△") if number else Count("0")


def figures(board: Board) -> list[Figure]:
    """The six numbers on top."""
    return [*_room_figures(board.rooms), *_answer_figures(board.rooms)]


def _room_figures(rooms: list[RoomNow]) -> list[Figure]:
    raised = [room for room in rooms if room.level > DutyLevel.THREE]
    missing = sum(room.need.missing or 0 for room in rooms)
    short = sum(bool(room.need.missing) for room in rooms)
    unknown = sum(room.need.missing is None for room in rooms)
    nobody = sum(not any(room.need.present) for room in rooms)
    return [
        Figure(
            _("Rooms above level three"),
            len(raised),
            detail=" · ".join(f"{tag.label} {tag.rooms}" for tag in level_tags(raised))
            or _("level three in every room"),
            unit=f"/ {len(rooms)}",
        ),
        Figure(
            _("Persons missing"),
            missing,
            detail=_("in %(n)d rooms; not fixed in %(unknown)d") % {"n": short, "unknown": unknown}
            if short or unknown
            else "",
            tone="bad" if missing else "",
            mark="▲" if missing else "",
        ),
        Figure(
            _("Rooms with nobody there"),
            nobody,
            unit=f"/ {len(rooms)}",
            url=f"{reverse('duty:presence-list')}?empty=on",
        ),
    ]


def _answer_figures(rooms: list[RoomNow]) -> list[Figure]:
    unguarded, guarded = sum(r.unguarded for r in rooms), sum(r.guarded for r in rooms)
    receipts = sum(r.open for r in rooms), sum(r.late for r in rooms)
    directives = sum(r.directives for r in rooms), sum(r.directives_late for r in rooms)
    return [
        Figure(
            _("24-hour presence without an officer"),
            unguarded,
            unit=f"/ {guarded}",
            tone="bad" if unguarded else "",
            mark="▲" if unguarded else "",
            url=f"{reverse('duty:trigger-list')}?state=running",
        ),
        _pressing_figure(_("Receipts open"), *receipts, f"{reverse('duty:order-list')}"),
        _pressing_figure(
            _("Directives without feedback"),
            *directives,
            f"{reverse('duty:directive-list')}?state=open",
        ),
    ]


def _pressing_figure(label: str, number: int, late: int, url: str) -> Figure:
    tone, mark = ("bad", "▲") if late else ("warn", "△") if number else ("", "")
    return Figure(
        label, number, detail=_("%(n)d overdue") % {"n": late}, tone=tone, mark=mark, url=url
    )


def order_lines(board: Board, *, now: dt.datetime) -> list[OrderLine]:
    return [_order_line(item, now) for item in board.orders]


def _order_line(item: OrderNow, now: dt.datetime) -> OrderLine:
    order = item.order
    state = state_of(order, now=now)
    end = _("until %(at)s") % {"at": display(order.ends_at)} if order.ends_at else ""
    rooms_url = reverse("duty:order-rooms", args=[order.pk])
    return OrderLine(
        key=f"order-{order.pk}",
        title=str(order),
        url=order.get_absolute_url(),
        rooms_url=f"{rooms_url}?state={'overdue' if item.late else 'open'}",
        level=level_tag(DutyLevel(order.level)),
        state=Count(str(state.label), *STATE_TONES[state]),
        note=f"{order.issuer.name} · {end or _('until revoked')}",
        rooms=item.rooms,
        received=item.received,
        open=item.open,
        late=item.late,
        carried_out=item.carried_out,
        short=item.short,
    )


def trigger_lines(items: list[TriggerNow]) -> list[ClockLine]:
    return [
        ClockLine(
            key=f"trigger-{item.trigger.pk}",
            title=str(item.trigger),
            url=item.trigger.get_absolute_url(),
            note=" · ".join(
                [
                    ngettext("%(n)d room", "%(n)d rooms", item.rooms) % {"n": item.rooms},
                    _("until %(at)s") % {"at": display(item.trigger.ends_at)},
                ]
            ),
            state=_unguarded(item.unguarded),
        )
        for item in items
    ]


def _unguarded(rooms: int) -> Count:
    if not rooms:
        return Count(_("an officer there"), "ok", "✓")
    text = ngettext("%(n)d room without an officer", "%(n)d rooms without an officer", rooms)
    return Count(text % {"n": rooms}, "bad", "▲")


def directive_lines(items: list[DirectiveNow]) -> list[ClockLine]:
    return [
        ClockLine(
            key=f"directive-{item.directive.pk}",
            title=f"{item.directive.number} {item.directive.text[:40]}",
            url=item.directive.get_absolute_url(),
            note=" · ".join(
                [
                    item.directive.station.name,
                    str(item.directive.get_state_display()),
                    _("due %(at)s") % {"at": display(item.due_at)},
                ]
            ),
            state=Count(_("overdue"), "bad", "▲") if item.late else Count(_("running"), "info"),
        )
        for item in items
    ]


def short_rooms(board: Board) -> list[ShortRoom]:
    """Rooms short of people, in tree order."""
    short = [room for room in board.rooms if room.need.missing]
    return [
        ShortRoom(
            key=f"short-{room.pk}",
            name=room.name,
            url=room_address(room.pk),
            level=level_tag(room.need.level),
            required=required_word(room.need),
            present=present_word(room.need),
            missing=_("%(n)d missing") % {"n": room.need.missing},
        )
        for room in short[:SHORT_SHOWN]
    ]
