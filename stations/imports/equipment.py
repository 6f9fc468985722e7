"""The asset lists of police rooms, keyed by room number and asset number (第十条)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from stations.enums import EquipmentCategory, EquipmentState
from stations.imports.base import BATCH, ListImport, Row, differences
from stations.imports.columns import Column
from stations.imports.rowreader import RowReader
from stations.models import EquipmentItem, ImportJob, Station

CATEGORIES: Final = {
    "互联网电脑": EquipmentCategory.INTERNET_COMPUTER,
    "办公室桌椅": EquipmentCategory.DESKS,
    "办公桌椅": EquipmentCategory.DESKS,
    "档案柜": EquipmentCategory.CABINETS,
    "便民椅": EquipmentCategory.VISITOR_CHAIRS,
    "会议桌": EquipmentCategory.MEETING_TABLE,
    "警用器械": EquipmentCategory.POLICE_GEAR,
    "机动巡逻车辆": EquipmentCategory.PATROL_VEHICLE,
    "巡逻车辆": EquipmentCategory.PATROL_VEHICLE,
    "公安网终端": EquipmentCategory.POLICE_TERMINAL,
    "其他": EquipmentCategory.OTHER,
    **{category.value: category for category in EquipmentCategory},
}
STATES: Final = {
    "在用": EquipmentState.IN_SERVICE,
    "完好": EquipmentState.IN_SERVICE,
    "维修": EquipmentState.REPAIR,
    "维修中": EquipmentState.REPAIR,
    "不可用": EquipmentState.UNUSABLE,
    "损坏": EquipmentState.UNUSABLE,
    "报废": EquipmentState.RETIRED,
    **{state.value: state for state in EquipmentState},
}
MOST: Final = 100_000

COLUMNS = (
    Column(
        "station",
        "警务室编号",
        _("The number of the room."),
        required=True,
        aliases=("编号",),
        example="HL-0001",
        limit=20,
    ),
    Column(
        "asset_no",
        "资产编号",
        _("The number on the item; with the room it is the key of the list."),
        required=True,
        aliases=("设备编号",),
        example="ZC-2026-001",
        limit=40,
    ),
    Column(
        "category",
        "类别",
        _("One of the categories of Article 10, or 其他."),
        required=True,
        aliases=("设备类别",),
        example="互联网电脑",
    ),
    Column(
        "name",
        "名称",
        _("What it is."),
        required=True,
        aliases=("设备名称",),
        example="台式计算机",
        limit=80,
    ),
    Column("quantity", "数量", _("Pieces."), required=True, example="1"),
    Column("state", "状态", _("在用, 维修 or 不可用."), example="在用"),
    Column(
        "next_check_on",
        "下次检查日期",
        _("Day of the next check."),
        aliases=("下次检查",),
        example="2026-12-31",
    ),
    Column(
        "started_on",
        "启用日期",
        _("Since when it is in the room; empty: the day of the list."),
        aliases=("配备日期",),
        example="2026-01-01",
    ),
)


@dataclass(frozen=True, slots=True)
class EquipmentRow(Row):
    """One line of an asset list; None and "" leave what is recorded."""

    station: str
    asset_no: str
    category: str
    name: str
    quantity: int | None
    state: str
    next_check_on: dt.date | None
    started_on: dt.date | None


class EquipmentImport(ListImport[EquipmentRow]):
    """Adds lines to asset lists and corrects them; retiring is an act on the page."""

    kind = ImportJob.Kind.EQUIPMENT
    action = "stations.equip"
    columns = COLUMNS
    key_column = "asset_no"

    def begin(self) -> None:
        self._new: list[EquipmentItem] = []
        self._edited: list[EquipmentItem] = []

    def parse(self, cells: RowReader) -> EquipmentRow:
        return EquipmentRow(
            line=cells.number,
            station=cells.text("station", needed=True),
            asset_no=cells.text("asset_no", needed=True),
            category=cells.choice("category", CATEGORIES, needed=True),
            name=cells.text("name", needed=True),
            quantity=cells.whole("quantity", low=1, high=MOST, needed=True),
            state=cells.choice("state", STATES),
            next_check_on=cells.day("next_check_on"),
            started_on=cells.day("started_on", today=self.ctx.today),
        )

    def key(self, row: EquipmentRow) -> Hashable:
        return (row.station, row.asset_no)

    def compare(self, rows: list[EquipmentRow]) -> None:
        found = Station.objects.within(self.ctx.scope).filter(
            code__in={row.station for row in rows}
        )
        stations = {station.code: station for station in found}
        items = EquipmentItem.objects.unscoped("items of stations fetched through the scope")
        known = {
            (item.station_id, item.asset_no): item
            for item in items.filter(station__in=[s.pk for s in stations.values()])
        }
        for row in rows:
            station = stations.get(row.station)
            if station is None:
                self.refuse(row, "station", "unknown", row.station)
            elif station.closed_on is not None and station.closed_on <= self.as_of:
                self.refuse(row, "station", "room_closed", row.station)
            else:
                self._one(row, station, known.get((station.pk, row.asset_no)))

    def _one(self, row: EquipmentRow, station: Station, item: EquipmentItem | None) -> None:
        recorded = item.state if item is not None else ""
        if EquipmentState.RETIRED in (row.state, recorded) and row.state not in ("", recorded):
            self.refuse(row, "state", "retire_by_hand", row.state)
            return
        wanted = self._wanted(row, item)
        key, label = f"{row.station} {row.asset_no}", f"{station.name} {row.name}"
        if item is None:
            self._new.append(EquipmentItem(station=station, asset_no=row.asset_no, **wanted))
            self.will_create(row, key, label)
            return
        fields = differences(item, wanted)
        if not fields:
            self.unchanged += 1
            return
        if item.ended_on is not None:
            self.refuse(row, "asset_no", "ended", row.asset_no, day=str(item.ended_on))
            return
        self.will_change(row, key, label, fields)
        for name, value in wanted.items():
            setattr(item, name, value)
        self._edited.append(item)

    def _wanted(self, row: EquipmentRow, item: EquipmentItem | None) -> dict[str, Any]:
        return {
            "category": row.category,
            "name": row.name,
            "quantity": row.quantity,
            "state": row.state or (item.state if item else EquipmentState.IN_SERVICE),
            "next_check_on": row.next_check_on or (item.next_check_on if item else None),
            "started_on": row.started_on or (item.started_on if item else self.as_of),
        }

    def write(self) -> None:
        EquipmentItem.objects.bulk_create(self._new, batch_size=BATCH)
        stored = EquipmentItem.objects.unscoped("items of stations checked for reach")
        fields = ["category", "name", "quantity", "state", "next_check_on", "started_on"]
        stored.bulk_update(self._edited, fields, batch_size=BATCH)
