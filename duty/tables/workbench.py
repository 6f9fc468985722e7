"""How the workbench words the sign, the clocks and the shifts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from duty.enums import LEVEL_LABELS
from duty.levels import DutyLevel
from duty.queries.levels import RoomLevel
from duty.queries.staffing import Need
from duty.tables.board import LEVEL_STYLES, Count
from duty.tables.staffing import coming_word
from duty.workbench_sources import Todo
from policeroom.common.pages import Link
from policeroom.common.tables import display

HOUR: Final = dt.timedelta(hours=1)
#: A clock that ends within so long presses.
SOON: Final = dt.timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Step:
    """One of the four levels on the sign."""

    label: str
    style: str
    current: bool


@dataclass(frozen=True, slots=True)
class Sign:
    """The band on top: level, since when, by which orders, what must be there and is."""

    label: str
    style: str
    steps: list[Step]
    since: str
    orders: list[Link]
    officers: Count
    auxiliaries: Count
    verdict: Count
    coming: str


@dataclass(frozen=True, slots=True)
class TodoLine:
    """A thing to do, with the time that is left."""

    todo: Todo
    left: Count

    @property
    def version(self) -> str:
        """Changes when the line reads differently."""
        return f"{self.left.text} {self.todo.text} {self.todo.act_url}"


def sign(found: RoomLevel, need: Need, verdict: Count, *, now: dt.datetime) -> Sign:
    """The sign of a room at an instant."""
    return Sign(
        label=str(LEVEL_LABELS[found.level]),
        style=LEVEL_STYLES[found.level],
        steps=[
            Step(str(LEVEL_LABELS[level]), LEVEL_STYLES[level], level == found.level)
            for level in DutyLevel
        ],
        since=display(found.since) if found.since else _("since ever"),
        orders=[Link(str(order), order.get_absolute_url()) for order in found.orders],
        officers=_of(need.present[0], need.officers, need.level),
        auxiliaries=_of(need.present[1], need.auxiliaries, need.level),
        verdict=verdict,
        coming=_coming(need, now),
    )


def _of(present: int, required: int | None, level: DutyLevel) -> Count:
    """How many are there, of how many."""
    if level == DutyLevel.THREE:
        return Count(str(present))
    if required is None:
        return Count(f"{present} / ?", "unknown")
    if present < required:
        return Count(f"{present} / {required}", "bad", "▲")
    return Count(f"{present} / {required}", "ok", "✓")


def _coming(need: Need, now: dt.datetime) -> str:
    if need.coming is None:
        return ""
    return _("By %(at)s (%(left)s): %(strength)s") % {
        "at": display(need.coming.due_at),
        "left": left_word(need.coming.due_at, now),
        "strength": coming_word(need.coming),
    }


def todo_line(todo: Todo, *, now: dt.datetime) -> TodoLine:
    """A thing to do as it stands at an instant; 「以内」 includes the limit."""
    text = left_word(todo.due_at, now)
    if now > todo.due_at:
        return TodoLine(todo, Count(text, "bad", "▲"))
    if todo.due_at - now <= SOON:
        return TodoLine(todo, Count(text, "warn", "△"))
    return TodoLine(todo, Count(text))


def left_word(due_at: dt.datetime, now: dt.datetime) -> str:
    """The time left, or since when it is over, in the largest unit that says enough."""
    span = due_at - now
    if span < dt.timedelta(0):
        return _("overdue since %(at)s") % {"at": display(due_at)}
    if span < HOUR:
        n = int(span / dt.timedelta(minutes=1))
        return ngettext("%(n)d minute left", "%(n)d minutes left", n) % {"n": n}
    if span < 48 * HOUR:
        n = int(span / HOUR)
        return ngettext("%(n)d hour left", "%(n)d hours left", n) % {"n": n}
    return ngettext("%(n)d day left", "%(n)d days left", span.days) % {"n": span.days}
