"""What the six lists share: context, parsing loop, duplicates, the outcome."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Generic, TypeVar

from policeroom.common.roles import Role
from policeroom.common.scope import Range, Scope, ScopeGrant
from stations.imports.cells import Line, RefusedFileError, Table
from stations.imports.columns import Column, Header, find_header
from stations.imports.report import (
    KEPT_PROBLEMS,
    SHOWN_CHANGES,
    SHOWN_CREATED,
    Change,
    FieldChange,
    ImportReport,
    Notice,
    Problem,
    fingerprint,
)
from stations.imports.rowreader import RowReader
from stations.imports.text import clean

#: A line whose first cell begins with this is the example of the template.
EXAMPLE = "示例"
#: Rows between two signs of progress.
STEP = 500
BATCH = 500

Progress = Callable[[str, int, int], None]


def silent(stage: str, done: int, total: int) -> None:
    """Progress nobody watches."""


def reach(ranges: Iterable[Range | Sequence[str]]) -> Scope:
    """A scope over subtree ranges that were compiled earlier and stored with a job."""
    return Scope(tuple(ScopeGrant(Role.PROVINCE, 0, "", low) for low, _high in ranges))


#: The reach of a command: whoever holds the server may import for every province.
EVERYWHERE = reach((str(digit), str(digit)) for digit in range(10))


@dataclass(frozen=True, slots=True)
class Context:
    """For whom, as of when, and where an import runs. `scope` is where the requester may import."""

    scope: Scope
    by: Any
    today: dt.date
    filename: str = ""
    province: str = ""
    as_of: dt.date | None = None
    progress: Progress = field(default=silent)
    #: What this kind of list needs besides (`ImportJob.options`), and the instant of the run.
    options: Mapping[str, Any] = field(default_factory=dict)
    now: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """Base of the parsed rows."""

    line: int


RowType = TypeVar("RowType", bound=Row)


class ListImport(ABC, Generic[RowType]):
    """One run of one list: parse rows, compare them with the database, write the difference."""

    kind: ClassVar[str]
    #: Which actions of the roles table the requester needs: `gate`, and the list's own.
    action: ClassVar[str]
    gate: ClassVar[str] = "imports.run"
    columns: ClassVar[tuple[Column, ...]]
    #: Sets of columns of which one must be there; the columns marked `required` by default.
    alternatives: ClassVar[tuple[tuple[str, ...], ...]] = ()

    #: Whether an empty cell leaves what is recorded; the ministry's list states every cell.
    empty_keeps: ClassVar[bool] = True

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.as_of = ctx.as_of or ctx.today
        self.header: Header
        self.problems: list[Problem] = []
        self.summary: list[Notice] = []
        self.notices: list[Notice] = []
        self.created: list[Change] = []
        self.changed: list[Change] = []
        self.unchanged = 0

    # --- what each list gives ---------------------------------------------------------------

    @abstractmethod
    def parse(self, cells: RowReader) -> RowType:
        """The row as typed values; problems go to `cells`."""

    @abstractmethod
    def key(self, row: RowType) -> Hashable | None:
        """What makes two rows the same record; None is never a duplicate."""

    @abstractmethod
    def compare(self, rows: list[RowType]) -> None:
        """Fill `created`, `changed`, `unchanged`, notices and problems, set-based."""

    @abstractmethod
    def write(self) -> None:
        """Write what `compare` found, set-based."""

    def begin(self) -> None:
        """Called once the header is known."""

    def locate(self, tables: list[Table]) -> tuple[Table, Header]:
        """The first sheet with the header of the list.

        Raises: RefusedFileError of the first sheet if none has it.
        """
        first: RefusedFileError | None = None
        for table in tables:
            try:
                return table, find_header(table, self.columns, self.header_sets())
            except RefusedFileError as refusal:
                first = first or refusal
        raise first or RefusedFileError(Problem("empty_file"))

    def aside(self, line: Line) -> bool:
        """Whether the line is no row of the table (a heading)."""
        return False

    def wanted(self, row: RowType) -> bool:
        """Whether the row belongs to this import; others are passed over."""
        return True

    #: Column a duplicate is reported at.
    key_column: ClassVar[str] = "code"

    # --- shared -------------------------------------------------------------------------------

    @classmethod
    def header_sets(cls) -> tuple[tuple[str, ...], ...]:
        return cls.alternatives or (tuple(c.key for c in cls.columns if c.required),)

    @cached_property
    def _by_key(self) -> dict[str, Column]:
        return {column.key: column for column in self.columns}

    def read(self, table: Table, header: Header) -> list[RowType]:
        """Every good row below the header, duplicates refused.

        Raises: RefusedFileError if there is no row at all.
        """
        self.header = header
        self.begin()
        rows: list[RowType] = []
        found = 0
        total = len(table.lines)
        for position, line in enumerate(table.lines):
            if position % STEP == 0:
                self.ctx.progress("reading", position, total)
            if line.number <= header.row or header.repeats(line) or self._skipped(line):
                continue
            found += 1
            cells = RowReader(line, header, self._by_key)
            row = self.parse(cells)
            if not self.wanted(row):
                continue
            self.problems += cells.problems
            if not cells.problems:
                rows.append(row)
        if not found:
            raise RefusedFileError(Problem("no_rows"))
        return self._without_duplicates(rows)

    def _skipped(self, line: Line) -> bool:
        first = clean(line.filled[0])
        if first.startswith(EXAMPLE):
            self.notices.append(Notice("example_line", {"line": line.number}))
            return True
        return self.aside(line)

    def _without_duplicates(self, rows: list[RowType]) -> list[RowType]:
        seen: dict[Hashable, int] = {}
        unique: list[RowType] = []
        for row in rows:
            key = self.key(row)
            if key is not None and key in seen:
                shown = key if isinstance(key, str) else " ".join(str(part) for part in key)  # type: ignore[attr-defined]
                params = {"first": seen[key], "second": row.line}
                self.refuse(row, self.key_column, "duplicate", shown, **params)
                continue
            if key is not None:
                seen[key] = row.line
            unique.append(row)
        return unique

    def refuse(self, row: Row, column: str, code: str, value: Any = "", /, **params: Any) -> None:
        """Add a problem of a row that was parsed well."""
        name = self.header.names.get(column) or self._by_key[column].header
        self.problems.append(Problem(code, row.line, name, str(value)[:100], params))

    def will_create(self, row: Row, key: str, label: str) -> None:
        self.created.append(Change(row.line, key, label))

    def will_change(self, row: Row, key: str, label: str, fields: list[FieldChange]) -> None:
        self.changed.append(Change(row.line, key, label, tuple(fields)))

    def report(self) -> ImportReport:
        """The outcome as a report; problems in the order of the file."""
        problems = sorted(self.problems, key=lambda p: p.line or 0)
        return ImportReport(
            created=len(self.created),
            changed=len(self.changed),
            unchanged=self.unchanged,
            problem_total=len(problems),
            fingerprint=fingerprint(self.created, self.changed),
            summary=self.summary,
            notices=self.notices,
            problems=problems[:KEPT_PROBLEMS],
            created_rows=self.created[:SHOWN_CREATED],
            changed_rows=self.changed[:SHOWN_CHANGES],
        )


def shown(value: Any) -> str:
    """A value in old → new; choices and truth by stored code, so that they are worded when read."""
    return "" if value is None else str(value)


def differences(obj: Any, wanted: dict[str, Any]) -> list[FieldChange]:
    """Fields of `obj` that differ from the wanted values."""
    changes = []
    for name, value in wanted.items():
        old = getattr(obj, name)
        if old != value:
            changes.append(FieldChange(name, shown(old), shown(value)))
    return changes
