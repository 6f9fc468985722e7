"""What stands on the workbench of a room besides its own duty.

An app that knows something the room must do registers a source when it is ready; the workbench
shows what the sources answer and knows nothing of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from policeroom.common.scope import Scope
from stations.models import Station

#: Things to do that are shown; the list of clocks shows all.
MOST_TODOS: Final = 12
#: Lines of one card.
MOST_LINES: Final = 6


@dataclass(frozen=True, slots=True)
class Todo:
    """Something the room must do by an instant. `act_url` takes a POST that needs nothing else."""

    key: str
    kind: str
    text: str
    due_at: dt.datetime
    url: str = ""
    act_label: str = ""
    act_url: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a card: what, where it leads, what tells it apart, "△" or "▲" if it presses."""

    key: str
    text: str
    url: str
    note: str = ""
    state: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A card: its lines, how many there are, and the list that shows all."""

    key: str
    title: str
    lines: list[Line]
    count: str
    empty: str
    url: str = ""
    url_label: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """What an app answers for a room its caller fetched; nothing where the reader may not see it.

    `stamp` is the same text while both others answer the same, and costs a statement or two.
    `list_name` names the address of the list that holds every clock.
    """

    todos: Callable[[Station, Scope, dt.datetime], list[Todo]]
    stamp: Callable[[Station, dt.datetime], str]
    card: Callable[[Station, Scope, dt.datetime], Card | None] | None = None
    list_name: str = ""


_SOURCES: list[Source] = []


def register(source: Source) -> Source:
    """Add a source, once; a second registration of the same one changes nothing."""
    if source not in _SOURCES:
        _SOURCES.append(source)
    return source


def todos_for(station: Station, scope: Scope, *, now: dt.datetime) -> list[Todo]:
    """Everything the room must do: what one tap answers first, then the most urgent."""
    found = [todo for source in _SOURCES for todo in source.todos(station, scope, now)]
    return sorted(found, key=lambda todo: (not todo.act_url, todo.due_at, todo.key))


def list_name() -> str:
    """Name of the address of the list of every clock; empty where no app has one."""
    return next((source.list_name for source in _SOURCES if source.list_name), "")


def cards_for(station: Station, scope: Scope, *, now: dt.datetime) -> list[Card]:
    """The cards of the other apps."""
    makers = [source.card for source in _SOURCES if source.card is not None]
    found = (make(station, scope, now) for make in makers)
    return [card for card in found if card is not None]


def stamps_of(station: Station, *, now: dt.datetime) -> list[str]:
    """Changes when an answer of a source does."""
    return [source.stamp(station, now) for source in _SOURCES]
