"""Columns and words of the list of police rooms."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from stations.enums import AreaBasis, StationKind
from stations.imports.columns import Column

MOST_M2: Final = 100_000
KINDS: Final = {
    "警务室": StationKind.STANDALONE,
    "高校警务室": StationKind.STANDALONE,
    "单独": StationKind.STANDALONE,
    "大学城中心警务室": StationKind.CENTER,
    "中心警务室": StationKind.CENTER,
    "中心": StationKind.CENTER,
    **{kind.value: kind for kind in StationKind},
}
BASES: Final = {
    "使用面积": AreaBasis.EXCLUSIVE,
    "独立使用面积": AreaBasis.EXCLUSIVE,
    "建筑面积": AreaBasis.GROSS,
    **{basis.value: basis for basis in AreaBasis},
}

COLUMNS = (
    Column(
        "code",
        "警务室编号",
        _("The number of the room: the key of the list."),
        required=True,
        aliases=("编号",),
        example="HL-0001",
        limit=20,
    ),
    Column(
        "kind",
        "类型",
        _("警务室 or 大学城中心警务室."),
        required=True,
        aliases=("警务室类型",),
        example="警务室",
    ),
    Column(
        "campus",
        "校区编码",
        _("The campus it stands on; a centre may have none."),
        required=True,
        aliases=("所在校区编码",),
        example="419901000101",
    ),
    Column(
        "operator",
        "主办单位",
        _("Bureau that runs it: full name, place or division code."),
        required=True,
        aliases=("主办公安机关", "所属分局", "设立单位"),
        example="澜江市公安局芦北分局",
    ),
    Column(
        "opened_on",
        "启用日期",
        _("First day of operation."),
        required=True,
        aliases=("启用时间", "成立日期"),
        example="2026-01-01",
    ),
    Column("area", "面积", _("Square metres, at most two decimals."), example="96.50"),
    Column("basis", "面积口径", _("使用面积 or 建筑面积."), example="使用面积"),
    Column("measured_on", "测量日期", _("Day of the measurement."), example="2025-12-20"),
    Column("co_located", "合署办公", _("是 or 否."), example="否"),
    Column("cluster", "大学城", _("Only for a centre."), example="", limit=60),
    Column(
        "covers",
        "覆盖校区",
        _("Only for a centre: campus codes, separated by 、 or ；."),
        aliases=("覆盖校区编码",),
        example="",
    ),
    Column("address", "地址", _("Where to find it."), example="行政楼一层"),
    Column("telephone", "电话", _("Telephone."), aliases=("联系电话",), example="", limit=30),
)
