"""Campuses, keyed by their code, or by university and name where they have none yet."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from stations.enums import CampusStatus
from stations.imports import bulk
from stations.imports.base import BATCH, ListImport, Row, differences
from stations.imports.columns import Column
from stations.imports.lookup import Bureaus, Towns
from stations.imports.report import Notice
from stations.imports.rowreader import RowReader
from stations.models import (
    Campus,
    CampusVersion,
    Cluster,
    ImportJob,
    OrgUnit,
    University,
)

STATUSES: Final = {
    "在用": CampusStatus.ACTIVE,
    "启用": CampusStatus.ACTIVE,
    "使用中": CampusStatus.ACTIVE,
    "在建": CampusStatus.CONSTRUCTION,
    "建设中": CampusStatus.CONSTRUCTION,
    "停用": CampusStatus.CLOSED,
    "关闭": CampusStatus.CLOSED,
    **{status.value: status for status in CampusStatus},
}
LAST_NUMBER: Final = 99

COLUMNS = (
    Column(
        "code",
        "校区编码",
        _("Ministry code and two digits. Empty for a new campus: it gets the next number."),
        example="419901000102",
    ),
    Column(
        "university_code",
        "学校标识码",
        _("Needed where the campus code is empty."),
        aliases=("标识码", "学校代码"),
        example="4199010001",
    ),
    Column(
        "name",
        "校区名称",
        _("For example 芦北校区."),
        aliases=("校区",),
        example="栗桥校区",
        limit=60,
    ),
    Column("is_branch", "是否分校区", _("是 or 否."), aliases=("分校区",), example="是"),
    Column(
        "unit",
        "所在分局",
        _("Bureau where the campus lies: full name, place or division code."),
        aliases=("所在县局", "所在公安机关", "区划代码", "所在区县", "unit"),
        example="栗桥县公安局",
    ),
    Column("cluster", "大学城", _("Name of the university town, if any."), example="", limit=60),
    Column("address", "地址", _("Postal address."), aliases=("校区地址",), example="学府路1号"),
    Column("status", "状态", _("在用 or 在建."), example="在用"),
    Column(
        "opened_on", "启用日期", _("First day of use."), aliases=("启用时间",), example="2026-09-01"
    ),
)


@dataclass(frozen=True, slots=True)
class CampusRow(Row):
    """One campus; None and "" leave what is recorded."""

    code: str
    university_code: str
    name: str
    is_branch: bool | None
    unit: str
    cluster: str
    address: str
    status: str
    opened_on: dt.date | None


class CampusImport(ListImport[CampusRow]):
    """Creates campuses with the next free number, and corrects recorded ones."""

    kind = ImportJob.Kind.CAMPUSES
    action = "campuses.edit"
    columns = COLUMNS
    alternatives = (("code",), ("university_code", "name"))

    def begin(self) -> None:
        self._new: list[Campus] = []
        self._edited: list[Campus] = []

    def parse(self, cells: RowReader) -> CampusRow:
        code = cells.code("code", 12)
        university_code = cells.code("university_code", 10)
        name = cells.text("name")
        if not code and not cells.problems:
            for key, value in (("university_code", university_code), ("name", name)):
                if not value:
                    cells.refuse(key, "missing")
        if code and university_code and code[:10] != university_code:
            cells.refuse("code", "foreign_prefix", code=university_code)
        return CampusRow(
            line=cells.number,
            code=code,
            university_code=university_code or code[:10],
            name=name,
            is_branch=cells.yes_no("is_branch"),
            unit=cells.text("unit"),
            cluster=cells.text("cluster"),
            address=cells.text("address"),
            status=cells.choice("status", STATUSES),
            opened_on=cells.day("opened_on"),
        )

    def key(self, row: CampusRow) -> Hashable:
        return row.code or (row.university_code, row.name)

    # --- comparing ----------------------------------------------------------------------------

    def compare(self, rows: list[CampusRow]) -> None:
        scope = self.ctx.scope
        codes = {row.university_code for row in rows}
        self._bureaus = Bureaus(scope)
        self._towns = Towns(scope)
        universities = University.objects.within(scope).filter(code__in=codes)
        self._universities = {row.code: row for row in universities}
        self._book = _CampusBook(codes)
        self._since = bulk.open_since(CampusVersion, [c.pk for c in self._book.by_code.values()])
        for row in rows:
            existing = self._book.find(row)
            if existing is None:
                self._create(row)
            elif not scope.covers(existing.org_path):
                self.refuse(row, "code", "outside", row.code or row.name)
            else:
                self._update(row, existing)
        planned = [f"{town.name} ({town.unit})" for town in self._towns.planned]
        if planned:
            self.notices.append(Notice("new_clusters", {"count": len(planned)}, tuple(planned)))

    def _create(self, row: CampusRow) -> None:
        university = self._universities.get(row.university_code)
        if university is None:
            self.refuse(row, "university_code", "unknown", row.university_code)
            return
        if not row.name or not row.unit:
            self.refuse(row, "unit" if row.name else "name", "missing")
            return
        unit = self._unit(row)
        if unit is None or not self._usable(row, row.name, None):
            return
        code = row.code or self._book.next_code(row.university_code)
        if not code:
            self.refuse(row, "code", "no_number", row.university_code)
            return
        campus = Campus(
            university=university,
            code=code,
            name=row.name,
            is_branch=row.is_branch if row.is_branch is not None else not code.endswith("01"),
            unit=unit,
            org_path=unit.org_path,
            cluster=self._towns.find_or_plan(row.cluster, unit),
            address=row.address,
            status=row.status or CampusStatus.ACTIVE,
            opened_on=row.opened_on,
        )
        if campus.status == CampusStatus.CLOSED:
            self.refuse(row, "status", "close_by_hand", row.status)
            return
        self._book.add(campus)
        self._new.append(campus)
        self.will_create(row, code, f"{university.name} {row.name}")

    def _update(self, row: CampusRow, campus: Campus) -> None:
        unit = self._unit(row) if row.unit else campus.unit
        if unit is None or not self._usable(row, row.name or campus.name, campus):
            return
        wanted = self._wanted(row, campus, unit)
        if wanted["status"] != campus.status and CampusStatus.CLOSED in (
            wanted["status"],
            campus.status,
        ):
            self.refuse(row, "status", "close_by_hand", row.status)
            return
        fields = differences(campus, wanted)
        if not fields:
            self.unchanged += 1
            return
        since = self._since.get(campus.pk)
        if since is not None and since > self.as_of:
            params = {"name": str(campus), "day": str(since), "asked": str(self.as_of)}
            self.refuse(row, "code", "later_change", campus.code, **params)
            return
        self.will_change(row, campus.code, str(campus), fields)
        self._book.rename(campus, wanted["name"])
        for name, value in wanted.items():
            setattr(campus, name, value)
        campus.org_path = unit.org_path
        self._edited.append(campus)

    def _wanted(self, row: CampusRow, campus: Campus, unit: OrgUnit) -> dict[str, Any]:
        town = self._towns.find_or_plan(row.cluster, unit) if row.cluster else campus.cluster
        return {
            "name": row.name or campus.name,
            "is_branch": campus.is_branch if row.is_branch is None else row.is_branch,
            "unit": unit,
            "cluster": town,
            "address": row.address or campus.address,
            "status": row.status or campus.status,
            "opened_on": row.opened_on or campus.opened_on,
        }

    def _unit(self, row: CampusRow) -> OrgUnit | None:
        found = self._bureaus.find(row.unit)
        if isinstance(found, str):
            self.refuse(row, "unit", found, row.unit)
            return None
        return found

    def _usable(self, row: CampusRow, name: str, campus: Campus | None) -> bool:
        """The same words whether or not the requester may see the namesake."""
        if self._book.name_free(row.university_code, name, campus):
            return True
        self.refuse(row, "name", "name_used", name)
        return False

    # --- writing ------------------------------------------------------------------------------

    def write(self) -> None:
        Cluster.objects.bulk_create(self._towns.planned, batch_size=BATCH)
        for campus in (*self._new, *self._edited):
            campus.cluster = campus.cluster  # takes the key of a town created just now
        Campus.objects.bulk_create(self._new, batch_size=BATCH)
        bulk.first_versions(
            self._new,
            CampusVersion,
            valid_from=lambda campus: min(campus.opened_on or self.as_of, self.as_of),
            by=self.ctx.by,
        )
        stored = Campus.objects.unscoped("rows compared above, each checked for reach")
        fields = ["name", "is_branch", "unit", "org_path", "cluster", "address", "status"]
        stored.bulk_update(self._edited, [*fields, "opened_on"], batch_size=BATCH)
        bulk.bulk_write_versions(self._edited, CampusVersion, valid_from=self.as_of, by=self.ctx.by)


class _CampusBook:
    """All campuses of the universities of the file: numbers and names are unique among them."""

    def __init__(self, university_codes: set[str]) -> None:
        rows = Campus.objects.unscoped("numbers and names are unique per university")
        self.by_code: dict[str, Campus] = {}
        self._names: dict[tuple[str, str], Campus] = {}
        self._numbers: dict[str, set[int]] = defaultdict(set)
        for campus in rows.filter(university__code__in=university_codes).select_related(
            "university", "unit", "cluster__unit"
        ):
            self.add(campus)

    def add(self, campus: Campus) -> None:
        self.by_code[campus.code] = campus
        self._names[campus.code[:10], campus.name] = campus
        self._numbers[campus.code[:10]].add(int(campus.code[10:]))

    def find(self, row: CampusRow) -> Campus | None:
        """The recorded campus; one planned from an earlier row is no match."""
        if row.code:
            found = self.by_code.get(row.code)
        else:
            found = self._names.get((row.university_code, row.name))
        return found if found is not None and found.pk else None

    def name_free(self, university_code: str, name: str, campus: Campus | None) -> bool:
        holder = self._names.get((university_code, name))
        return holder is None or holder is campus

    def rename(self, campus: Campus, name: str) -> None:
        self._names.pop((campus.code[:10], campus.name), None)
        self._names[campus.code[:10], name] = campus

    def next_code(self, university_code: str) -> str:
        """The number after the highest one; "" when 99 is used."""
        number = max(self._numbers[university_code], default=0) + 1
        return f"{university_code}{number:02d}" if number <= LAST_NUMBER else ""
