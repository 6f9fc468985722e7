"""Writing what a log import found: new records by COPY, changed ones with their history."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.enums import EntryKind, Precision, Source
from incidents.imports.compare import Difference
from incidents.imports.copying import copy_rows, reserve_ids
from incidents.imports.facts import COLUMNS, WORDS, put, read_span, worded
from incidents.imports.rows import LogRow
from incidents.models import Category, Incident, IncidentEntry, LogMapping, Place, SourceRow
from incidents.services.numbers import next_numbers_of_days
from policeroom.common.errors import ConflictError
from stations.imports.base import BATCH
from stations.models import Station


@dataclass(frozen=True, slots=True)
class New:
    """A row that becomes a record, with the key it will have."""

    row: LogRow
    key: str


class LookUp:
    """Categories by code and places of the room by name: one query each."""

    def __init__(self, station: Station, categories: Mapping[str, Category]) -> None:
        self._categories = categories
        rows = Place.objects.unscoped("places of the room the import runs for")
        self._places = dict(rows.filter(station=station).values_list("name", "pk"))

    def category(self, code: str | None) -> Category | None:
        return self._categories.get(code or "")

    def place(self, name: str | None) -> int | None:
        return self._places.get(name or "")


@dataclass(frozen=True, slots=True)
class Writer:
    """One import into one room."""

    station: Station
    mapping: LogMapping
    look_up: LookUp
    by: Any
    now: dt.datetime
    dated: dt.date | None
    job_id: int | None
    filename: str

    def create(self, rows: Sequence[New]) -> None:
        """Records, their first line, and what the file said, in three COPYs.

        Numbers come last: the rows of the counter stay locked until the transaction ends.
        """
        incidents = [self._incident(new) for new in rows]
        ids = reserve_ids(Incident, len(incidents))
        for incident, pk in zip(incidents, ids, strict=True):
            incident.pk = pk
        self._number(incidents, rows)
        copy_rows(Incident, incidents, with_ids=True)
        pairs = list(zip(incidents, rows, strict=True))
        copy_rows(IncidentEntry, (self._filed(incident, new.row) for incident, new in pairs))
        copy_rows(SourceRow, (self._said(incident, new.row) for incident, new in pairs))

    def _incident(self, new: New) -> Incident:
        incident = Incident(
            station=self.station,
            org_path=self.station.org_path,
            source=Source.IMPORT,
            source_log=self.mapping.name,
            source_key=new.key,
            recorded_by=self.by,
            reported_at=best_known(new.row, dated=self.dated, now=self.now),
            reported_precision=Precision.UNKNOWN,
        )
        put(incident, new.row.facts, look_up=self.look_up)
        return incident

    def _number(self, incidents: Sequence[Incident], rows: Sequence[New]) -> None:
        """Numbers of the day each was reported, in the order of that day."""
        by_day: dict[dt.date, list[tuple[dt.datetime, int, Incident]]] = defaultdict(list)
        for incident, new in zip(incidents, rows, strict=True):
            day = timezone.localdate(incident.reported_at)
            by_day[day].append((incident.reported_at, new.row.line, incident))
        counts = {day: len(found) for day, found in by_day.items()}
        numbers = next_numbers_of_days(station=self.station, counts=counts)
        for day, found in by_day.items():
            found.sort(key=lambda entry: entry[:2])
            for (_at, _line, incident), number in zip(found, numbers[day], strict=True):
                incident.number = number

    def _filed(self, incident: Incident, row: LogRow) -> IncidentEntry:
        return IncidentEntry(
            incident_id=incident.pk,
            org_path=incident.org_path,
            kind=EntryKind.FILED,
            text=row.text,
            changes={"state": ["", str(incident.state)]},
            at=self.now,
            recorded_by=self.by,
        )

    def _said(self, incident: Incident, row: LogRow) -> SourceRow:
        return SourceRow(
            incident_id=incident.pk,
            job_id=self.job_id,
            dated=self.dated,
            values=row.facts,
            recorded_at=self.now,
        )

    def change(self, found: Sequence[Difference]) -> None:
        """Write the changed facts, a line of history for each record, and what the file said.

        Raises: ConflictError if a record was changed since it was compared.
        """
        held = self._held(found)
        columns = {column for each in found for name in each.changes for column in _columns(name)}
        incidents = []
        for each in found:
            incident = held[each.known.incident.pk]
            after = {name: value for name, (_before, value) in each.changes.items()}
            put(incident, after, look_up=self.look_up)
            incident.version += 1
            incidents.append(incident)
        rows = Incident.objects.unscoped("records that were locked just now")
        rows.bulk_update(incidents, [*sorted(columns), "version"], batch_size=BATCH)
        copy_rows(IncidentEntry, (self._changed(each) for each in found))
        copy_rows(SourceRow, (self._said_now(each) for each in found))

    def _held(self, found: Sequence[Difference]) -> dict[int, Incident]:
        wanted = {each.known.incident.pk: each.known.incident.version for each in found}
        rows = Incident.objects.unscoped("records of the room the import runs for")
        locked = rows.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
        held = {incident.pk: incident for incident in locked}
        if {pk: incident.version for pk, incident in held.items()} != wanted:
            raise ConflictError(
                _("Somebody changed one of the records at this moment. Upload the file again.")
            )
        return held

    def _changed(self, found: Difference) -> IncidentEntry:
        incident = found.known.incident
        return IncidentEntry(
            incident_id=incident.pk,
            org_path=incident.org_path,
            kind=EntryKind.CHANGE,
            text=f"{self.mapping.name}: {self.filename}",
            changes=history(found, self.look_up),
            at=self.now,
            recorded_by=self.by,
        )

    def _said_now(self, found: Difference) -> SourceRow:
        """What was kept because it was changed here is not taken as said: it stays listed."""
        facts = dict(found.row.facts)
        for name in found.kept:
            facts[name] = found.known.last.values.get(name)
        return SourceRow(
            incident_id=found.known.incident.pk,
            job_id=self.job_id,
            dated=self.dated,
            values=facts,
            recorded_at=self.now,
        )


def best_known(row: LogRow, *, dated: dt.date | None, now: dt.datetime) -> dt.datetime:
    """The instant that orders a record: its report, else its occurrence, else the file, else now.

    How well it is known stands beside it; nothing of this is shown as a time.
    """
    for name in ("reported", "occurred"):
        _precision, first, _last = read_span(row.facts.get(name))
        if first is not None:
            return first
    if dated is not None:
        return timezone.make_aware(dt.datetime.combine(dated, dt.time()))
    return now


def _columns(name: str) -> tuple[str, ...]:
    return COLUMNS.get(name, ())


def history(found: Difference, look_up: LookUp) -> dict[str, list[Any]]:
    """{field: [before, after]} of a record's timeline, in the words of the log where only these
    changed."""
    changes: dict[str, list[Any]] = {}
    for name, (before, after) in found.changes.items():
        if name in WORDS:
            changes.setdefault(name.removesuffix("_word"), [before, after])
        elif name == "category":
            changes[name] = [_category(look_up, before), _category(look_up, after)]
        elif name in ("reported", "occurred"):
            changes[f"{name}_at" if name == "reported" else f"{name}_from"] = [
                worded(name, before),
                worded(name, after),
            ]
        else:
            changes[name] = [before or "", after or ""]
    return changes


def _category(look_up: LookUp, code: str | None) -> str:
    category = look_up.category(code)
    return f"{category.pk} {category.name}" if category else ""
