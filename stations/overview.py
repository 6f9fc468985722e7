"""What other apps put on the overview of a station file.

An app that knows more of a room registers a provider when it is ready; the station file shows
what the providers answer and knows nothing of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from policeroom.common.scope import Scope
from stations.models import Station


@dataclass(frozen=True, slots=True)
class OverviewCard:
    """One card: its template, and what the template reads as `card`."""

    template: str
    content: Any


Provider = Callable[[Station, Scope, dt.date], OverviewCard | None]

_PROVIDERS: list[Provider] = []


def register(provider: Provider) -> Provider:
    """Add a provider, once; a second registration of the same one changes nothing."""
    if provider not in _PROVIDERS:
        _PROVIDERS.append(provider)
    return provider


def cards_for(station: Station, scope: Scope, *, on: dt.date) -> list[OverviewCard]:
    """Cards of a station the caller fetched through the scope, as of the day `on`."""
    found = (provider(station, scope, on) for provider in _PROVIDERS)
    return [card for card in found if card is not None]
