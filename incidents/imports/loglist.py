"""The list "incident log": one file, one mapping, one police room."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Hashable
from typing import Final

from django.utils import timezone

from incidents.enums import Precision
from incidents.imports import compare
from incidents.imports.compare import MARK, Difference, Known
from incidents.imports.facts import read_span, worded
from incidents.imports.fields import LogField
from incidents.imports.header import find_log_header
from incidents.imports.rows import LineReader, LogRow, day_only_columns
from incidents.imports.words import Words
from incidents.imports.writing import LookUp, New, Writer, best_known
from incidents.models import LogMapping
from stations.imports.base import ListImport
from stations.imports.cells import RefusedFileError, Table
from stations.imports.columns import Header
from stations.imports.report import (
    KEPT_FLAGS,
    SHOWN_CHANGES,
    Change,
    FieldChange,
    ImportReport,
    Notice,
    Problem,
    fingerprint,
)
from stations.imports.rowreader import RowReader
from stations.imports.text import find_days
from stations.models import ImportJob, Station

#: Fact -> the column of the file it comes from.
SOURCE: Final = {
    "kind": LogField.KIND,
    "category": LogField.CATEGORY,
    "category_word": LogField.CATEGORY,
    "place_text": LogField.PLACE,
    "narrative": LogField.NARRATIVE,
    "reported": LogField.REPORTED,
    "occurred": LogField.OCCURRED,
    "dispatched_at": LogField.DISPATCHED,
    "arrived_at": LogField.ARRIVED,
    "closed_at": LogField.CLOSED,
    "disposition": LogField.DISPOSITION,
    "disposition_word": LogField.DISPOSITION,
    "state": LogField.STATE,
}
#: What already says why only the day is known.
_EXPLAINED: Final = frozenset({"not_known", "unreadable_time", "reversed"})
_LABEL_LENGTH: Final = 60


class LogImport(ListImport[LogRow]):
    """Creates the records of a log, changes those that the log changed, leaves all others alone.

    Options of the context: `station`, `mapping` (ids), `apply_stale` (take rows that are older
    than the records), `job` (id of the upload, if it is one).
    """

    kind = ImportJob.Kind.INCIDENTS
    action = "incidents.import"
    gate = "incidents.import"
    columns = ()
    key_column = LogField.KEY

    # --- reading --------------------------------------------------------------------------------

    def locate(self, tables: list[Table]) -> tuple[Table, Header]:
        """The sheet with the header of the mapping.

        Raises: RefusedFileError without it, or without the room and the mapping.
        """
        self._prepare()
        table, header = find_log_header(tables, self.mapping.fingerprint)
        self.words = Words(self.mapping, self.station.org_path)
        self.reader = LineReader(self.mapping, header, self.words, now=self.now)
        index = {name: places[0] for name, places in self.reader.places.items()}
        names = {name: self.reader.column(name) for name in index}
        return table, Header(header.row, index, names, "", header.plain)

    def _prepare(self) -> None:
        options = self.ctx.options
        rooms = Station.objects.within(self.ctx.scope)
        station = rooms.filter(pk=options.get("station")).first()
        rows = LogMapping.objects.unscoped("a mapping may belong to a bureau above the room")
        mapping = rows.filter(pk=options.get("mapping")).first()
        if station is None or mapping is None:
            raise RefusedFileError(Problem("no_room"))
        if not station.org_path.startswith(mapping.org_path):
            raise RefusedFileError(Problem("no_room"))
        self.station: Station = station
        self.mapping: LogMapping = mapping
        self.now: dt.datetime = self.ctx.now or timezone.now()
        self.dated = self.ctx.as_of or max(find_days(self.ctx.filename), default=None)
        self.flags: list[Problem] = []
        self.new: list[New] = []
        self.differences: list[Difference] = []
        self.stale: list[Difference] = []
        self.stale_rows: list[Change] = []
        self.stale_taken = False

    def parse(self, cells: RowReader) -> LogRow:
        row = self.reader.read(cells.line)
        cells.problems += row.problems
        return row

    def key(self, row: LogRow) -> Hashable | None:
        return row.key

    def _without_duplicates(self, rows: list[LogRow]) -> list[LogRow]:
        """A row that repeats another is taken once; a number with other content stays."""
        seen: dict[tuple[Hashable, ...], int] = {}
        first_with: dict[str, int] = {}
        unique: list[LogRow] = []
        for row in rows:
            content = (row.key, *sorted(row.facts.items()))
            if content in seen:
                self._flag(row, LogField.KEY, "repeated", row.key, first=seen[content])
                continue
            seen[content] = row.line
            self.flags += row.flags
            if row.key in first_with:
                self._flag(row, LogField.KEY, "key_twice", row.key, first=first_with[row.key])
            first_with.setdefault(row.key, row.line)
            unique.append(row)
        return unique

    def _flag(
        self, row: LogRow, name: str, code: str, value: str = "", /, **params: object
    ) -> None:
        self.flags.append(Problem(code, row.line, self.header.names[name], value[:100], params))

    # --- comparing ------------------------------------------------------------------------------

    def compare(self, rows: list[LogRow]) -> None:
        self.ctx.progress("comparing", 0, len(rows))
        self._check_day(rows)
        self._say_days(rows)
        records = compare.load(self.station, self.mapping)
        groups: dict[str, list[LogRow]] = defaultdict(list)
        for row in rows:
            groups[row.key].append(row)
        matched = 0
        for key, group in groups.items():
            taken = {known.incident.source_key for known in records.get(key, ())}
            for row, known in compare.pair(group, records.get(key, ())):
                if known is None:
                    self._create(row, key, taken)
                else:
                    matched += 1
                    self._compare_one(row, known)
        every = [known for found in records.values() for known in found]
        self._say_file(every, missing=len(every) - matched)
        self._say_opening(rows)

    def _create(self, row: LogRow, key: str, taken: set[str]) -> None:
        number = 1
        name = key
        while name in taken:
            number += 1
            name = f"{key}{MARK}{number}"
        taken.add(name)
        self.new.append(New(row, name))
        self.created.append(Change(row.line, name, _label(row)))

    def _compare_one(self, row: LogRow, known: Known) -> None:
        found = compare.difference(row, known)
        for name in found.kept:
            here = self._worded(name, known.current.get(name))[:100]
            column = SOURCE[name]
            if column in self.header.names:
                value = self._worded(name, row.facts[name])
                self._flag(row, column, "edited_here", value, here=here)
        if not found.changes:
            self.unchanged += 1
        elif known.incident.reviewed_at is not None:
            self.unchanged += 1
            self._flag(row, LogField.KEY, "reviewed", row.key, fields=self._columns_of(found))
        elif compare.is_stale(found, dated=self.dated):
            self.stale.append(found)
            self.stale_rows.append(self._change(found))
            self._flag(row, LogField.KEY, "stale", row.key, fields=self._columns_of(found))
        else:
            self.differences.append(found)
            self.changed.append(self._change(found))

    def _columns_of(self, found: Difference) -> str:
        names = (self.header.names.get(SOURCE[name], "") for name in found.changes)
        return "、".join(dict.fromkeys(name for name in names if name))

    def _change(self, found: Difference) -> Change:
        fields = tuple(
            FieldChange(name, self._worded(name, before), self._worded(name, after))
            for name, (before, after) in found.changes.items()
        )
        incident = found.known.incident
        return Change(found.row.line, incident.source_key, incident.number, fields)

    def _worded(self, name: str, value: str | None) -> str:
        if name == "category" and value:
            category = self.words.categories.get(value)
            return str(category) if category else value
        return worded(name, value)

    def _check_day(self, rows: list[LogRow]) -> None:
        """A day in the name of a file that knows of later calls is not the day of the file."""
        reported = [read_span(row.facts.get("reported"))[1] for row in rows]
        latest = max((instant for instant in reported if instant is not None), default=None)
        if self.ctx.as_of is None and self.dated is not None and latest is not None:
            slack = dt.timedelta(days=1)  # the file may come from another zone
            if timezone.localdate(latest) > self.dated + slack:
                self.dated = None

    # --- what is said about the file ------------------------------------------------------------

    def _say_days(self, rows: list[LogRow]) -> None:
        """Days without a time: once for a column that has nothing else, else row by row."""
        only = day_only_columns(rows, self.reader)
        for name, count in only.items():
            column = self.header.names[name]
            self.notices.append(Notice("all_days", {"column": column, "count": count}))
        day = f"{Precision.DAY}|"
        for name in (LogField.REPORTED, LogField.OCCURRED):
            if name in only:
                continue
            for row in rows:
                told = any(flag.code in _EXPLAINED for flag in row.flags)
                if (row.facts.get(name) or "").startswith(day) and not told:
                    self._flag(row, name, "day_only", self._worded(name, row.facts[name]))

    def _say_file(self, records: list[Known], *, missing: int) -> None:
        room = {"name": self.mapping.name, "room": self.station.name, "zone": self.mapping.zone}
        self.summary.append(Notice("log", room))
        last = compare.newest_day(records)
        if self.dated is not None:
            self.summary.append(Notice("file_day", {"day": self.dated.isoformat()}))
            if last is not None and self.dated < last:
                days = {"day": self.dated.isoformat(), "last": last.isoformat()}
                self.summary.append(Notice("older_file", days))
        if self.stale:
            self.summary.append(Notice("stale_rows", {"count": len(self.stale)}))
        if missing:
            self.notices.append(Notice("missing_rows", {"count": missing}))
        for name, counts in self.words.left_empty.items():
            if counts:
                items = tuple(f"{word} × {count}" for word, count in counts.most_common())
                self.notices.append(Notice(f"unknown_{name}", {"count": len(counts)}, items))

    def _say_opening(self, rows: list[LogRow]) -> None:
        opened = timezone.make_aware(dt.datetime.combine(self.station.opened_on, dt.time()))
        before = sum(best_known(row, dated=self.dated, now=self.now) < opened for row in rows)
        if before:
            day = self.station.opened_on.isoformat()
            self.notices.append(Notice("before_opening", {"count": before, "day": day}))

    def report(self) -> ImportReport:
        """As of every list, with the rows that are listed and those that are older."""
        report = super().report()
        report.fingerprint = fingerprint(self.created, [*self.changed, *self.stale_rows])
        flags = sorted(self.flags, key=lambda flag: flag.line or 0)
        counts = Counter(flag.code for flag in flags)
        report.flag_total = len(flags)
        report.flags = flags[:KEPT_FLAGS]
        said = [Notice(f"count_{code}", {"count": count}) for code, count in counts.most_common()]
        report.notices = [*report.notices, *said]
        report.stale = len(self.stale)
        report.stale_rows = self.stale_rows[:SHOWN_CHANGES]
        if self.stale_taken:
            report.changed, report.stale = report.changed + report.stale, 0
            report.changed_rows = [*self.changed, *self.stale_rows][:SHOWN_CHANGES]
            report.stale_rows = []
        return report

    # --- writing --------------------------------------------------------------------------------

    def write(self) -> None:
        writer = Writer(
            station=self.station,
            mapping=self.mapping,
            look_up=LookUp(self.station, self.words.categories),
            by=self.ctx.by,
            now=self.now,
            dated=self.dated,
            job_id=self.ctx.options.get("job"),
            filename=self.ctx.filename,
        )
        self.stale_taken = bool(self.ctx.options.get("apply_stale"))
        if changed := [*self.differences, *(self.stale if self.stale_taken else ())]:
            writer.change(changed)
        if self.new:
            writer.create(self.new)


def _label(row: LogRow) -> str:
    return (row.facts.get("narrative") or "")[:_LABEL_LENGTH]
