"""Columns and words of the ministry's list."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from stations.enums import UniversityLevel
from stations.imports.columns import Column

LEVELS: Final = {
    "本科": UniversityLevel.UNDERGRADUATE,
    "职业本科": UniversityLevel.UNDERGRADUATE,
    "本科层次职业教育": UniversityLevel.UNDERGRADUATE,
    "独立学院": UniversityLevel.UNDERGRADUATE,
    "专科": UniversityLevel.COLLEGE,
    "高职": UniversityLevel.COLLEGE,
    "高职专科": UniversityLevel.COLLEGE,
    "高等专科": UniversityLevel.COLLEGE,
    "成人": UniversityLevel.ADULT,
    "成人高校": UniversityLevel.ADULT,
    "成人高等学校": UniversityLevel.ADULT,
    **{level.value: level for level in UniversityLevel},
}

COLUMNS = (
    Column("serial", "序号", _("Number in the list; not used."), example="1", aliases=("no",)),
    Column(
        "name",
        "学校名称",
        _("Full name of the university."),
        required=True,
        aliases=("高校名称", "院校名称", "名称"),
        example="澜江大学",
        limit=100,
    ),
    Column(
        "code",
        "学校标识码",
        _("The ministry's code of ten digits: the key of the list."),
        required=True,
        aliases=("标识码", "学校代码", "院校标识码"),
        example="4199010001",
    ),
    Column(
        "authority",
        "主管部门",
        _("Authority in charge."),
        aliases=("主管单位",),
        example="海岚省",
        limit=60,
    ),
    Column(
        "place",
        "所在地",
        _("City, or county-level city; counts to its city."),
        required=True,
        aliases=("所在城市", "城市", "place_name"),
        example="澜江市",
        limit=60,
    ),
    Column(
        "level",
        "办学层次",
        _("本科, 专科 or 成人; 职业本科 counts as 本科."),
        required=True,
        aliases=("层次",),
        example="本科",
    ),
    Column("ownership", "备注", _("For example 民办."), aliases=("remark",), example="", limit=60),
    Column(
        "province",
        "省份",
        _("Not needed below a heading such as 江苏省（167所）."),
        aliases=("省", "所在省", "省市"),
        example="海岚省",
        limit=30,
    ),
)
