"""What a file changes: its rows against the records and against what earlier files said.

Three values decide each fact: what the file says, what the record says, and what the last file
said. Only a fact that the file changed since then is written; what an officer changed here stays.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from incidents.imports.facts import UPDATED, WORDS, Facts, facts_of
from incidents.imports.rows import LogRow
from incidents.models import Category, Incident, LogMapping, SourceRow
from stations.models import Station

#: Between a number and its count where a file uses one number for several calls.
MARK: Final = "¶"


@dataclass(frozen=True, slots=True)
class Version:
    """What one file said about a record."""

    values: Mapping[str, str | None]
    dated: dt.date | None = None


@dataclass(slots=True)
class Known:
    """A record of this log, what it says now, and what the files said, oldest first."""

    incident: Incident
    current: Facts
    versions: list[Version] = field(default_factory=list)

    @property
    def last(self) -> Version:
        return self.versions[-1] if self.versions else Version({})


@dataclass(frozen=True, slots=True)
class Difference:
    """What a row changes in a record: fact -> (before, after); `kept` was changed here."""

    row: LogRow
    known: Known
    changes: Mapping[str, tuple[str | None, str | None]]
    kept: tuple[str, ...] = ()


def load(station: Station, mapping: LogMapping) -> dict[str, list[Known]]:
    """Records of the log in the room, by number without its mark; three queries."""
    codes = dict(Category.objects.values_list("pk", "code"))
    rows = Incident.objects.unscoped("records of the room the import runs for")
    logged = rows.filter(station=station, source_log=mapping.name).exclude(source_key="")
    found: dict[int, Known] = {}
    by_key: dict[str, list[Known]] = {}
    for incident in logged.order_by("id"):
        known = Known(incident, facts_of(incident, codes.get(incident.category_id or 0, "")))
        found[incident.pk] = known
        by_key.setdefault(incident.source_key.partition(MARK)[0], []).append(known)
    said = SourceRow.objects.unscoped("what the files said about these records")
    said = said.filter(incident__in=list(found)).order_by("id")
    for pk, values, dated in said.values_list("incident_id", "values", "dated"):
        found[pk].versions.append(Version(values, dated))
    return by_key


def pair(rows: Sequence[LogRow], records: Sequence[Known]) -> list[tuple[LogRow, Known | None]]:
    """Rows of one number with its records: those that say the same first, the others in order."""
    left = list(records)
    found: dict[int, Known | None] = {}
    for row in rows:
        same = next((known for known in left if agrees(row.facts, known.last.values)), None)
        if same is not None:
            left.remove(same)
            found[row.line] = same
    for row in rows:
        if row.line not in found:
            found[row.line] = left.pop(0) if left else None
    return [(row, found[row.line]) for row in rows]


def agrees(facts: Mapping[str, str | None], said: Mapping[str, str | None]) -> bool:
    """Whether a file said exactly this before."""
    return all(said.get(name) == value for name, value in facts.items() if name != UPDATED)


def difference(row: LogRow, known: Known) -> Difference:
    """The facts in which the row differs and that were not changed here meanwhile."""
    changes: dict[str, tuple[str | None, str | None]] = {}
    kept: list[str] = []
    said = known.last.values
    for name, wanted in row.facts.items():
        if name == UPDATED:
            continue
        base = said.get(name, None if name in WORDS else known.current.get(name))
        current = base if name in WORDS else known.current.get(name)
        if wanted == current:
            continue
        if current == base:
            changes[name] = (current, wanted)
        elif wanted != base:
            kept.append(name)
    return Difference(row, known, changes, tuple(kept))


def is_stale(found: Difference, *, dated: dt.date | None) -> bool:
    """Whether the row is older than what the record says.

    The log's own "last changed" decides where both have it; else the day of the file, when it is
    earlier than that of the last one; else whether every changed fact goes back to a value that a
    later file replaced.
    """
    last = found.known.last
    ours, theirs = last.values.get(UPDATED), found.row.facts.get(UPDATED)
    if ours and theirs and ours != theirs:
        return theirs < ours
    if dated is not None and last.dated is not None and dated < last.dated:
        return True
    older = found.known.versions[:-1]
    return all(
        any(version.values.get(name) == after for version in older)
        for name, (_before, after) in found.changes.items()
    )


def newest_day(records: Iterable[Known]) -> dt.date | None:
    """Day of the newest file that said something about these records."""
    return max(
        (version.dated for known in records for version in known.versions if version.dated),
        default=None,
    )
