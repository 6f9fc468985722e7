"""Students and staff of campuses on a day; a correction is a new row, the newest wins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from stations.imports.base import BATCH, ListImport, Row, differences
from stations.imports.columns import Column
from stations.imports.rowreader import RowReader
from stations.models import Campus, ImportJob, PopulationSnapshot

#: Persons on one campus; more is a typing error.
MOST = 500_000

COLUMNS = (
    Column("code", "校区编码", _("Twelve digits."), required=True, example="419901000101"),
    Column(
        "as_of",
        "日期",
        _("The day the figures hold."),
        required=True,
        aliases=("统计日期", "截止日期", "截至日期", "as_of"),
        example="2026-09-20",
    ),
    Column(
        "students",
        "学生数",
        _("Students on the campus, in persons."),
        required=True,
        aliases=("在校学生数", "学生人数", "学生"),
        example="18250",
    ),
    Column(
        "staff",
        "教职工数",
        _("Staff on the campus, in persons."),
        required=True,
        aliases=("教职工人数", "教职工"),
        example="1460",
    ),
    Column("source", "来源", _("For example 学校报送."), example="学校报送", limit=120),
)


@dataclass(frozen=True, slots=True)
class PopulationRow(Row):
    """One count of one campus."""

    code: str
    as_of: dt.date | None
    students: int | None
    staff: int | None
    source: str


class PopulationImport(ListImport[PopulationRow]):
    """Adds counts; a corrected count of the same day becomes a new row beside the old one."""

    kind = ImportJob.Kind.POPULATIONS
    action = "campuses.edit"
    columns = COLUMNS

    def begin(self) -> None:
        self._new: list[PopulationSnapshot] = []

    def parse(self, cells: RowReader) -> PopulationRow:
        return PopulationRow(
            line=cells.number,
            code=cells.code("code", 12, needed=True),
            as_of=cells.day("as_of", needed=True, today=self.ctx.today),
            students=cells.whole("students", low=0, high=MOST, needed=True),
            staff=cells.whole("staff", low=0, high=MOST, needed=True),
            source=cells.text("source"),
        )

    def key(self, row: PopulationRow) -> Hashable:
        return (row.code, str(row.as_of))

    def compare(self, rows: list[PopulationRow]) -> None:
        codes = {row.code for row in rows}
        campuses = {
            campus.code: campus
            for campus in Campus.objects.within(self.ctx.scope)
            .filter(code__in=codes)
            .select_related("university")
        }
        latest = self._latest(campuses)
        for row in rows:
            campus = campuses.get(row.code)
            if campus is None:
                self.refuse(row, "code", "unknown", row.code)
            else:
                self._one(row, campus, latest)

    @staticmethod
    def _latest(
        campuses: dict[str, Campus],
    ) -> dict[tuple[int, dt.date | None], PopulationSnapshot]:
        """The count that stands for each campus and day: one query, the newest row last."""
        rows = PopulationSnapshot.objects.unscoped("counts of campuses fetched through the scope")
        found = rows.filter(campus__in=[campus.pk for campus in campuses.values()]).order_by("id")
        return {(row.campus_id, row.as_of): row for row in found}

    def _one(
        self,
        row: PopulationRow,
        campus: Campus,
        latest: dict[tuple[int, dt.date | None], PopulationSnapshot],
    ) -> None:
        known = latest.get((campus.pk, row.as_of))
        wanted: dict[str, Any] = {"students": row.students, "staff": row.staff}
        if row.source or known is None:
            wanted["source"] = row.source
        key = f"{row.code} {row.as_of}"
        if known is None:
            self.will_create(row, key, str(campus))
        elif fields := differences(known, wanted):
            self.will_change(row, key, str(campus), fields)
            wanted.setdefault("source", known.source)
        else:
            self.unchanged += 1
            return
        self._new.append(
            PopulationSnapshot(
                campus=campus, as_of=row.as_of or self.as_of, recorded_by=self.ctx.by, **wanted
            )
        )

    def write(self) -> None:
        PopulationSnapshot.objects.bulk_create(self._new, batch_size=BATCH)
