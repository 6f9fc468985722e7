"""Divisions (GB/T 2260) and the bureaus that police them; development zones without a code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from typing import Any

from policeroom.common.pinyin import pinyin_key
from stations.enums import LINE_DEPTH, UnitKind
from stations.imports import bulk
from stations.imports.base import BATCH, ListImport, differences
from stations.imports.bureau_columns import COLUMNS, HEADINGS, LEVELS
from stations.imports.bureau_tree import (
    BureauRow,
    BureauTree,
    area_of,
    derived_name,
    kind_of,
    level_of,
)
from stations.imports.naming import bureau_name
from stations.imports.places import may_add_province, place_units
from stations.imports.report import Notice
from stations.imports.rowreader import RowReader
from stations.models import ImportJob, OrgUnit


class BureauImport(ListImport[BureauRow]):
    """Creates bureaus, confirms provisional ones, follows renames; a bureau keeps its place."""

    kind = ImportJob.Kind.BUREAUS
    action = "bureaus.edit"
    columns = COLUMNS

    def begin(self) -> None:
        self._new: list[OrgUnit] = []
        self._edited: list[OrgUnit] = []
        self._confirmed = 0
        self._counts: Counter[str] = Counter()
        self._matched: set[int] = set()

    # --- reading ------------------------------------------------------------------------------

    def parse(self, cells: RowReader) -> BureauRow:
        code = cells.code("code", 6)
        return BureauRow(
            line=cells.number,
            code=code,
            name=cells.text("name", needed=True),
            level=cells.choice("level", LEVELS) or level_of(code),
            parent_code=cells.code("parent_code", 6),
            parent_name=cells.text("parent_name"),
            division=cells.text("division"),
            full_name=cells.text("full_name"),
            grid_column=cells.whole("grid_column", low=0, high=99),
            grid_row=cells.whole("grid_row", low=0, high=99),
        )

    def key(self, row: BureauRow) -> Hashable | None:
        return row.code or (row.parent_code or row.parent_name, row.full_name or row.name)

    def wanted(self, row: BureauRow) -> bool:
        if row.name.startswith(HEADINGS):
            self.notices.append(Notice("group_row", {"line": row.line, "text": row.name}))
            return False
        return True

    # --- comparing ----------------------------------------------------------------------------

    def compare(self, rows: list[BureauRow]) -> None:
        self._tree = BureauTree(place_units())
        order = {"province": 0, "city": 1, "county": 2}
        for row in sorted(rows, key=lambda r: (order[r.level], r.line)):
            self._counts[row.level] += 1
            if row.level == "province":
                self._province(row)
            else:
                self._below(row)
        self._tell()

    def _province(self, row: BureauRow) -> None:
        existing = self._tree.by_code.get(row.code) or self._tree.province(row.name)
        if existing is not None:
            self._take(row, existing, UnitKind.PROVINCE, None)
        elif may_add_province(self.ctx.scope, self._tree.paths):
            self._add(row, UnitKind.PROVINCE, None)
        else:
            self.refuse(row, "name", "outside", row.name)

    def _below(self, row: BureauRow) -> None:
        """A city or a county: its superior unit, then itself."""
        parent = self._parent(row)
        if parent is None:
            value = row.parent_name or row.parent_code
            self.refuse(row, "parent_code", "no_parent", value)
            return
        kind = kind_of(row, parent)
        depth = LINE_DEPTH[UnitKind(parent.kind)] + 1
        if depth != LINE_DEPTH[kind]:
            self.refuse(row, "parent_code", "no_parent", parent.area_name)
            return
        if not row.code and not row.full_name:
            self.refuse(row, "full_name", "needs_full_name")
            return
        existing = self._tree.find(row, parent, area_of(row, parent))
        if existing is not None:
            self._take(row, existing, kind, parent)
        elif not parent.org_path or self.ctx.scope.covers(parent.org_path):
            self._add(row, kind, parent)
        else:
            self.refuse(row, "name", "outside", row.name)

    def _parent(self, row: BureauRow) -> OrgUnit | None:
        tree = self._tree
        asked = row.parent_code
        if asked.endswith("9000") or (not asked and (row.level == "city" or row.code[2:4] == "90")):
            asked = f"{row.code[:2]}0000"  # counties administered by the province
        if asked or not row.parent_name:
            found = tree.by_code.get(asked or f"{row.code[:4]}00")
            if found is not None:
                return found
        return tree.named(row.parent_name, row.level) if row.parent_name else None

    def _add(self, row: BureauRow, kind: UnitKind, parent: OrgUnit | None) -> None:
        area = area_of(row, parent)
        unit = OrgUnit(
            parent=parent,
            kind=kind,
            name=row.full_name or derived_name(kind, area, parent),
            area_name=area,
            division_code=row.code or None,
            grid_column=row.grid_column,
            grid_row=row.grid_row,
        )
        self._new.append(unit)
        self._tree.add(unit)
        self.will_create(row, row.code or unit.name, unit.name)

    def _take(self, row: BureauRow, unit: OrgUnit, kind: UnitKind, parent: OrgUnit | None) -> None:
        """Bring a recorded unit to what the file says; hand-written names stay."""
        self._matched.add(unit.pk)
        if not self.ctx.scope.covers(unit.org_path):
            self.refuse(row, "name", "outside", row.name)
            return
        if parent is not None and unit.parent_id != parent.pk:
            params = {"name": unit.name, "old": str(unit.parent), "new": parent.name}
            self.refuse(row, "parent_code", "moves_unit", row.name, **params)
            return
        wanted = self._wanted(row, unit, kind, parent)
        fields = differences(unit, wanted)
        if not fields:
            self.unchanged += 1
            return
        self._confirmed += unit.provisional
        self.will_change(row, row.code or unit.name, unit.name, fields)
        for name, value in wanted.items():
            setattr(unit, name, value)
        self._tree.add(unit)
        self._edited.append(unit)

    def _wanted(
        self, row: BureauRow, unit: OrgUnit, kind: UnitKind, parent: OrgUnit | None
    ) -> dict[str, Any]:
        area = area_of(row, parent)
        old_parent = self._tree.area_before(unit.parent_id)
        follows = unit.provisional or unit.name == bureau_name(
            unit.kind, unit.area_name, city=old_parent
        )
        wanted: dict[str, Any] = {
            "kind": kind,
            "name": row.full_name or (derived_name(kind, area, parent) if follows else unit.name),
            "area_name": area,
            "division_code": row.code or unit.division_code,
            "provisional": False,
        }
        if row.grid_column is not None:
            wanted["grid_column"] = row.grid_column
        if row.grid_row is not None:
            wanted["grid_row"] = row.grid_row
        return wanted

    def _tell(self) -> None:
        counts = {
            "provinces": self._counts["province"],
            "cities": self._counts["city"],
            "counties": self._counts["county"],
        }
        self.summary.append(Notice("units_by_level", counts))
        if self._confirmed:
            self.notices.append(Notice("taken_over", {"count": self._confirmed}))
        missing = self._tree.missing(self._matched, self.ctx.scope)
        if missing:
            self.notices.append(Notice("missing_units", {"count": len(missing)}, tuple(missing)))

    # --- writing ------------------------------------------------------------------------------

    def write(self) -> None:
        bulk.create_units(self._new)
        for unit in self._edited:
            unit.name_pinyin = pinyin_key(unit.name)
        OrgUnit.objects.unscoped("units compared above, each checked for reach").bulk_update(
            self._edited,
            [
                "kind",
                "name",
                "area_name",
                "division_code",
                "provisional",
                "grid_column",
                "grid_row",
                "name_pinyin",
            ],
            batch_size=BATCH,
        )
