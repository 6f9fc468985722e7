"""What pages are put together from: links, facts, consequences, short tables, empty states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from policeroom.common import tables
from policeroom.common.tables import Column, RenderedTable


@dataclass(frozen=True, slots=True)
class Link:
    """A step of the breadcrumb or a button of the page head."""

    label: Any
    url: str = ""
    icon: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of components/facts.html."""

    label: Any
    text: Any
    url: str = ""
    tone: str = ""
    mark: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Consequence:
    """One line of components/confirm.html."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Figure:
    """The arguments of components/kpi.html."""

    label: str
    value: Any
    unit: str = ""
    detail: str = ""
    tone: str = ""
    mark: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """One item of components/tabs.html."""

    label: Any
    url: str
    current: bool
    count: str = ""


def fact(label: Any, value: Any, **more: Any) -> Fact:
    """A fact whose value is written as in the lists; `more` holds url, tone, mark or hint."""
    return Fact(label, tables.display(value), **more)


def empty_state(icon: str, title: str, text: str, actions: Sequence[Link]) -> dict[str, str]:
    """What an empty list says belongs there; it offers the page's primary action, if any."""
    first = next((action for action in actions if action.tone == "primary"), Link(""))
    return {
        "empty_icon": icon,
        "empty_title": title,
        "empty_text": text,
        "empty_url": first.url,
        "empty_label": first.label,
    }


def small_table(columns: Sequence[Column], rows: Any, caption: str) -> RenderedTable:
    """A short table on a record's page."""
    return tables.render(columns, rows, params=QueryDict(), caption=caption)
