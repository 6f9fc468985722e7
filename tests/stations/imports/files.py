"""Hand-made files and contexts for the import tests; nothing here is real."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from policeroom.common.roles import Role
from policeroom.common.scope import Scope, ScopeGrant
from stations.imports.base import EVERYWHERE, Context
from stations.models import (
    Campus,
    CampusVersion,
    Cluster,
    CoverageLink,
    EquipmentItem,
    OrgUnit,
    PopulationSnapshot,
    Station,
    StationVersion,
    University,
    UniversityVersion,
)

TODAY = dt.date(2026, 9, 10)
HEADER = ("序号", "学校名称", "学校标识码", "主管部门", "所在地", "办学层次", "备注")
Rows = Sequence[Sequence[Any]]

#: Every table an import may write.
TABLES = (
    OrgUnit,
    University,
    UniversityVersion,
    Campus,
    CampusVersion,
    Cluster,
    PopulationSnapshot,
    Station,
    StationVersion,
    CoverageLink,
    EquipmentItem,
)

SHARED = Path(
    os.environ.get("POLICEROOM_SHARED_DATA", Path(__file__).parents[4] / "shared" / "data")
)


def csv_text(rows: Rows, *, delimiter: str = ",") -> str:
    """The rows as CSV text with CRLF."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    return buffer.getvalue()


def csv_file(rows: Rows) -> bytes:
    return csv_text(rows).encode()


def xlsx_file(rows: Rows, *, sheets: dict[str, Rows] | None = None) -> bytes:
    """The rows on the first sheet; further sheets after it."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    for name, lines in {"表一": rows, **(sheets or {})}.items():
        sheet = book.add_worksheet(name)
        for row, cells in enumerate(lines):
            for column, value in enumerate(cells):
                sheet.write(row, column, value)
    book.close()
    return buffer.getvalue()


def scope_at(*units: OrgUnit) -> Scope:
    """The reach of somebody who may import for these units."""
    return Scope(tuple(ScopeGrant(Role.PROVINCE, u.pk, u.name, u.org_path) for u in units))


def context(scope: Scope = EVERYWHERE, **fields: Any) -> Context:
    return Context(scope=scope, **{"by": None, "today": TODAY, **fields})


def table_counts() -> dict[str, int]:
    """Rows of every table an import may write."""
    return {model.__name__: model._base_manager.count() for model in TABLES}


def universities(*rows: Sequence[Any], province: str = "海岚省") -> list[list[Any]]:
    """A ministry list of one province; `rows` hold name, code, place and level."""
    lines: list[list[Any]] = [
        ["全国普通高等学校名单"],
        list(HEADER),
        [f"{province}（{len(rows)}所）"],
    ]
    for number, (name, code, place, level) in enumerate(rows, start=1):
        lines.append([number, name, code, "", place, level, ""])
    return lines
