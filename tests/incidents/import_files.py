"""Hand-written logs and the steps of an import, for the tests of log imports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from incidents.imports.fields import propose
from incidents.imports.header import find_log_header
from incidents.imports.proposal import columns_of
from incidents.models import Incident, LogMapping
from incidents.services.imports import save_mapping
from policeroom.accounts.models import User
from policeroom.common.roles import Role
from policeroom.common.scope import Scope, ScopeGrant
from stations.imports import pipeline
from stations.imports.base import Context
from stations.imports.cells import read_tables
from stations.imports.report import ImportReport
from stations.models import ImportJob, Station
from tests.stations.imports.files import csv_file

SHANGHAI = dt.timezone(dt.timedelta(hours=8))
NOW = dt.datetime(2026, 9, 17, 15, 42, tzinfo=SHANGHAI)
HEADER = ("编号", "报警时间", "发生时间", "类别", "地点", "内容", "处置结果")
ROW = ("A1", "2026-09-10 08:00", "2026-09-10 07:30", "盗窃财物", "南门", "手机被盗", "已调解")


def log(*rows: Sequence[Any], header: Sequence[str] = HEADER) -> bytes:
    """A log as CSV; the usual row where none is given."""
    return csv_file([header, *(rows or (ROW,))])


def row(**changes: str) -> tuple[str, ...]:
    """The usual row with other cells, by their column."""
    return tuple(changes.get(name, value) for name, value in zip(HEADER, ROW, strict=True))


def lead_of(station: Station) -> Scope:
    """What the lead of a room may reach."""
    return Scope((ScopeGrant(Role.STATION_LEAD, station.unit_id, station.name, station.org_path),))


def mapping_of(
    content: bytes, station: Station, by: User, *, name: str = "旧台账", **settings: Any
) -> LogMapping:
    """The mapping the header suggests, saved for the room."""
    _table, header = find_log_header(read_tables(content))
    return save_mapping(
        station=station,
        unit_path=station.org_path,
        name=name,
        fingerprint=header.fingerprint,
        columns=columns_of(header, propose(header.keys)),
        scope=lead_of(station),
        by=by,
        **settings,
    )


def context(station: Station, mapping: LogMapping, by: User, **fields: Any) -> Context:
    options = {"station": station.pk, "mapping": mapping.pk, **fields.pop("options", {})}
    values = {
        "scope": lead_of(station),
        "by": by,
        "today": NOW.date(),
        "now": NOW,
        "filename": "log.csv",
        "options": options,
    }
    return Context(**{**values, **fields})


def examine(content: bytes, ctx: Context) -> ImportReport:
    return pipeline.examine(ImportJob.Kind.INCIDENTS, content, ctx)


def commit(content: bytes, ctx: Context) -> ImportReport:
    """Write the file; it must be written."""
    report, written = pipeline.commit(ImportJob.Kind.INCIDENTS, content, ctx)
    assert written, report.problems
    return report


def records() -> dict[str, Incident]:
    """Records by their key in the log."""
    rows = Incident.objects.unscoped("test").select_related("category")
    return {incident.source_key: incident for incident in rows}


def flags(report: ImportReport) -> list[tuple[int | None, str, str]]:
    """Line, column and code of what is listed."""
    return [(flag.line, flag.column, flag.code) for flag in report.flags]
