"""What an import found: counts, notices, and every bad row; stored as JSON, worded when shown."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from stations.imports.reasons import CHOICES, FIELDS, NOTICES, REASONS, YES_NO

#: Kept rows of each sort: the report stays readable and its JSON small.
SHOWN_CHANGES = 200
SHOWN_CREATED = 50
KEPT_PROBLEMS = 5_000
KEPT_FLAGS = 20_000


@dataclass(frozen=True, slots=True)
class Problem:
    """One refusal. `line` is None where it concerns the file as a whole."""

    code: str
    line: int | None = None
    column: str = ""
    value: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """What is wrong, in the reader's language."""
        return str(REASONS[self.code].text) % {**self.params, "value": self.value}

    @property
    def remedy(self) -> str:
        """What to do next, in the reader's language."""
        return str(REASONS[self.code].remedy) % {**self.params, "value": self.value}


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to know that does not stop the import; `items` are listed below it."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    items: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return str(NOTICES[self.code]) % self.params


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of one record: old and new value as text."""

    field: str
    old: str
    new: str

    @property
    def label(self) -> str:
        return str(FIELDS.get(self.field, self.field))

    @property
    def old_text(self) -> str:
        return _worded(self.field, self.old)

    @property
    def new_text(self) -> str:
        return _worded(self.field, self.new)


@dataclass(frozen=True, slots=True)
class Change:
    """One record the file creates (no fields) or changes."""

    line: int
    key: str
    label: str
    fields: tuple[FieldChange, ...] = ()


@dataclass(slots=True)
class ImportReport:
    """The outcome of a dry run or a commit."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    problem_total: int = 0
    #: Rows that are taken, with something to know about each; and rows that are older than the
    #: records, taken only when somebody says so.
    flag_total: int = 0
    stale: int = 0
    fingerprint: str = ""
    summary: list[Notice] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    flags: list[Problem] = field(default_factory=list)
    created_rows: list[Change] = field(default_factory=list)
    changed_rows: list[Change] = field(default_factory=list)
    stale_rows: list[Change] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether the file may be written."""
        return self.problem_total == 0

    @property
    def rows(self) -> int:
        """Good rows found in the file."""
        return self.created + self.changed + self.unchanged

    def counts(self) -> dict[str, int]:
        return {
            "created": self.created,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "problems": self.problem_total,
        }

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ImportReport:
        """The report of a job; an empty one before the dry run."""
        plain = dict(data)
        for name in ("summary", "notices"):
            plain[name] = [
                Notice(n["code"], n["params"], tuple(n["items"])) for n in data.get(name, ())
            ]
        for name in ("problems", "flags"):
            plain[name] = [Problem(**p) for p in data.get(name, ())]
        for name in ("created_rows", "changed_rows", "stale_rows"):
            plain[name] = [_change(c) for c in data.get(name, ())]
        return cls(**plain)


def _worded(name: str, value: str) -> str:
    """A stored code as its label, in the reader's language."""
    if value in YES_NO:
        return str(YES_NO[value])
    for choices in CHOICES.get(name, ()):
        if value in choices.values:
            return str(choices(value).label)
    return value


def _change(data: Mapping[str, Any]) -> Change:
    fields = tuple(FieldChange(**f) for f in data["fields"])
    return Change(data["line"], data["key"], data["label"], fields)


def fingerprint(created: list[Change], changed: list[Change]) -> str:
    """Digest of everything that would be written: equal plans have equal digests."""
    rows = [[c.key, c.label, [asdict(f) for f in c.fields]] for c in (*created, *changed)]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


def refused(*problems: Problem) -> ImportReport:
    """The report of a file that could not be read at all."""
    return ImportReport(problem_total=len(problems), problems=list(problems))
