"""Columns of the history of imports and of its reports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from policeroom.common.tables import Column
from stations.imports.report import Change
from stations.models import ImportJob

State = ImportJob.State

#: (tone, mark) of a state; the word always stands beside it.
TONES = {
    State.MAPPING: ("warn", "△"),
    State.WAITING: ("neutral", ""),
    State.CHECKING: ("info", ""),
    State.REFUSED: ("bad", "▲"),
    State.READY: ("warn", "△"),
    State.CONFIRMED: ("info", ""),
    State.COMMITTING: ("info", ""),
    State.DONE: ("ok", "✓"),
    State.CANCELLED: ("neutral", ""),
}


def state_tone(job: ImportJob) -> tuple[str, str]:
    """Tone and mark of the state of an import."""
    return TONES[State(job.state)]


JOB_COLUMNS = (
    Column(
        "filename", _("File"), lambda job: job.filename, ImportJob.get_absolute_url, primary=True
    ),
    Column("kind", _("List"), lambda job: job.get_kind_display(), primary=True),
    Column("state", _("State"), lambda job: job.get_state_display(), primary=True, tone=state_tone),
    Column("created", _("created"), lambda job: job.created_count, numeric=True),
    Column("changed", _("changed"), lambda job: job.changed_count, numeric=True),
    Column("unchanged", _("unchanged"), lambda job: job.unchanged_count, numeric=True),
    Column("problems", _("problems"), lambda job: job.problem_count, numeric=True),
    Column("created_at", _("Uploaded"), lambda job: job.created_at),
    Column("created_by", _("By"), lambda job: job.created_by.name),
    Column("finished_at", _("Finished"), lambda job: job.finished_at, optional=True),
)

PROBLEM_COLUMNS = (
    Column("line", _("Row"), lambda problem: problem.line, numeric=True, primary=True),
    Column("column", _("Column"), lambda problem: problem.column, primary=True),
    Column("value", _("Value"), lambda problem: problem.value, primary=True),
    Column("reason", _("What is wrong"), lambda problem: problem.reason, primary=True),
    Column("remedy", _("What to do"), lambda problem: problem.remedy, primary=True),
)

CREATED_COLUMNS = (
    Column("line", _("Row"), lambda change: change.line, numeric=True, primary=True),
    Column("key", _("Key"), lambda change: change.key, primary=True),
    Column("label", _("Record"), lambda change: change.label, primary=True),
)


@dataclass(frozen=True, slots=True)
class ChangedField:
    """One line of old → new."""

    line: int
    key: str
    label: str
    field: str
    old: str
    new: str


def changed_fields(changes: Iterable[Change]) -> list[ChangedField]:
    """Changed records, one line per field."""
    return [
        ChangedField(
            change.line, change.key, change.label, field.label, field.old_text, field.new_text
        )
        for change in changes
        for field in change.fields
    ]


def _of(name: str) -> Any:
    return lambda row: getattr(row, name)


CHANGED_COLUMNS = (
    Column("line", _("Row"), _of("line"), numeric=True, primary=True),
    Column("key", _("Key"), _of("key")),
    Column("label", _("Record"), _of("label"), primary=True),
    Column("field", _("Field"), _of("field"), primary=True),
    Column("old", _("Old"), _of("old"), primary=True),
    Column("new", _("New"), _of("new"), primary=True),
)

HELP_COLUMNS = (
    Column("header", _("Column"), lambda column: column.header, primary=True),
    Column("needed", _("Needed"), lambda column: _("yes") if column.required else "", primary=True),
    Column("help", _("What belongs into it"), lambda column: str(column.help), primary=True),
    Column("example", _("Example"), lambda column: column.example),
    Column("aliases", _("Also recognised as"), lambda column: "、".join(column.aliases)),
)
