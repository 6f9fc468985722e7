"""The search over everything: each app answers for what it holds, one page shows the answers.

An app registers a provider when it is ready, as it does with kinds of clocks; this module knows
none of them. The groups stand in the order of the apps.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from policeroom.common.scope import Scope

#: Characters of a search that count.
LONGEST: Final = 60
#: Lines of one group; the rest stands in the group's own list.
MOST_LINES: Final = 10


@dataclass(frozen=True, slots=True)
class Line:
    """One hit: what it is called, where it leads, what tells it apart."""

    url: str
    label: str
    note: str


@dataclass(frozen=True, slots=True)
class Group:
    """Hits of one kind, at most `MOST_LINES`; `more_url` is the search over this kind alone.

    `more` says that there are further hits; `key` names the group in the page.
    """

    key: str
    label: str
    rows: list[Line]
    more: bool
    more_url: str


Provider = Callable[[Scope, str, dt.datetime], list[Group]]

_PROVIDERS: list[Provider] = []


def register(provider: Provider) -> Provider:
    """Add a provider, once; a second registration of the same one changes nothing."""
    if provider not in _PROVIDERS:
        _PROVIDERS.append(provider)
    return provider


def groups_for(scope: Scope, text: str, *, now: dt.datetime) -> list[Group]:
    """Every kind that holds the text, as far as the reader may read it."""
    if not text.strip():
        return []
    groups = [group for provider in _PROVIDERS for group in provider(scope, text, now)]
    return [group for group in groups if group.rows]
