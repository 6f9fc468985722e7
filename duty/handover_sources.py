"""What a handover sheet is drawn from.

An app that knows something the next shift must know registers a source when it is ready; the
sheet shows what the sources answer, in the order of their places, and knows nothing of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from policeroom.common.scope import Scope
from stations.models import Station

#: Lines a section keeps; a sheet that is longer is not read.
MOST_LINES: Final = 60


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to know: its text, the page it leads to, and "△" or "▲" where it presses.

    Signed sheets keep the text for good: no name of a caller or of anybody involved stands in it.
    """

    text: str
    url: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One heading of the sheet; `cut` where the source had more than `MOST_LINES`."""

    key: str
    title: str
    lines: tuple[Line, ...]
    cut: bool = False


#: (room, reader's scope or None for the room itself, since, until) -> what stood there at `until`;
#: None where the reader may not see it.
Source = Callable[[Station, Scope | None, dt.datetime, dt.datetime], Section | None]

_SOURCES: dict[Source, int] = {}


def register(place: int) -> Callable[[Source], Source]:
    """Add a source at its place on the sheet, once."""

    def add(source: Source) -> Source:
        _SOURCES.setdefault(source, place)
        return source

    return add


def section(key: str, title: str, lines: Iterable[Line]) -> Section:
    """A section of at most `MOST_LINES` lines."""
    found = tuple(lines)
    return Section(key, title, found[:MOST_LINES], cut=len(found) > MOST_LINES)


def sections_for(
    station: Station, scope: Scope | None, *, since: dt.datetime, until: dt.datetime
) -> list[Section]:
    """The sections of a sheet of a room its caller fetched, as of `until`."""
    in_order = sorted(_SOURCES, key=lambda source: _SOURCES[source])
    answers = (source(station, scope, since, until) for source in in_order)
    return [answer for answer in answers if answer is not None]


def frozen(
    sections: Iterable[Section], *, since: dt.datetime, until: dt.datetime
) -> dict[str, Any]:
    """The sections as JSON, with the stretch of time they are about."""
    return {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "sections": [
            {**asdict(section), "lines": [asdict(line) for line in section.lines]}
            for section in sections
        ],
    }


def thawed(stored: Mapping[str, Any]) -> list[Section]:
    """The sections of `frozen`, word for word."""
    return [
        Section(
            key=row["key"],
            title=row["title"],
            lines=tuple(Line(**line) for line in row["lines"]),
            cut=row["cut"],
        )
        for row in stored["sections"]
    ]
