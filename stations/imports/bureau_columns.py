"""Columns and words of the list of divisions and bureaus."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from stations.imports.columns import Column

LEVELS: Final = {
    "省": "province",
    "省级": "province",
    "直辖市": "province",
    "自治区": "province",
    "市": "city",
    "市级": "city",
    "地级": "city",
    "设区市": "city",
    "县": "county",
    "县级": "county",
    "区": "county",
    "province": "province",
    "city": "city",
    "county": "county",
}
DISTRICTS: Final = ("市辖区", "区", "开发区", "新区", "功能区", "district", "branch", "分局")
HEADINGS: Final = ("直辖县", "省直辖", "自治区直辖")

COLUMNS = (
    Column(
        "code",
        "行政区划代码",
        _("Six digits (GB/T 2260); empty for a development zone."),
        required=True,
        aliases=("区划代码", "代码"),
        example="419901",
    ),
    Column(
        "name",
        "名称",
        _("The place: 芦北区. Not the bureau."),
        required=True,
        aliases=("区划名称", "地区", "area_name"),
        example="芦北区",
        limit=60,
    ),
    Column(
        "level", "级别", _("省, 市 or 县; empty: by the code."), aliases=("层级",), example="县"
    ),
    Column("parent_code", "上级代码", _("Code of the superior unit."), example="419900"),
    Column(
        "parent_name",
        "上级名称",
        _("Place or full name of the superior unit."),
        aliases=("上级", "所属市"),
        example="澜江市",
    ),
    Column(
        "division",
        "类别",
        _("市辖区 has a branch; 县 and 县级市 have a county bureau."),
        aliases=("kind", "类型"),
        example="市辖区",
    ),
    Column(
        "full_name",
        "机构全称",
        _("Only where the bureau is not named after its place."),
        aliases=("全称", "机构名称", "公安机关名称"),
        example="",
        limit=120,
    ),
    Column("grid_column", "方格列", _("Column in the tile grid, from 0."), example="3"),
    Column("grid_row", "方格行", _("Row in the tile grid, from 0."), example="2"),
)
