"""Names of places and of the bureaus that police them (pure)."""

from __future__ import annotations

import re
from typing import Final

from stations.enums import UnitKind
from stations.imports.county_cities import PREFECTURES, PROVINCE_DIGITS

_NATIONS: Final = (
    "朝鲜族|土家族|苗族|藏族|羌族|彝族|布依族|侗族|哈尼族|壮族|傣族|白族|景颇族|傈僳族|回族"
    "|蒙古族|蒙古|哈萨克族|哈萨克|柯尔克孜族|柯尔克孜|满族|黎族"
)
_PREFECTURE = re.compile(rf"^(?P<stem>.+?)(?:{_NATIONS})*自治州$")
_PROVINCE_END = re.compile(r"(省|市|(壮族|回族|维吾尔)?自治区|特别行政区)$")


def province_key(name: str) -> str:
    """江苏 = 江苏省, 广西 = 广西壮族自治区."""
    return _PROVINCE_END.sub("", name)


_PROVINCES: Final = {province_key(name): name for name in PROVINCE_DIGITS.values()}


def full_province_name(name: str) -> str:
    """江苏 in full; names that are not known as they are."""
    return _PROVINCES.get(province_key(name), name)


def province_of_code(code: str) -> str:
    """The province a ministry code names in its third and fourth digit; "" if none."""
    return PROVINCE_DIGITS.get(code[2:4], "")


def city_key(name: str) -> str:
    """凉山州 = 凉山彝族自治州; other names stand for themselves."""
    found = _PREFECTURE.match(name)
    return f"{found['stem']}州" if found else name


_FULL: Final = {city_key(name): name for name in PREFECTURES}


def full_city_name(name: str) -> str:
    """凉山州 in full; other names as they are."""
    return _FULL.get(city_key(name), name)


def is_municipality(province: str) -> bool:
    """直辖市: the province is a city."""
    return province.endswith("市")


def bureau_name(kind: str, area: str, *, city: str = "") -> str:
    """The full name of the bureau of a place (第二条: department, city bureau, branch, county)."""
    if kind == UnitKind.PROVINCE:
        return f"{area}公安局" if is_municipality(area) else f"{area}公安厅"
    if kind == UnitKind.BRANCH:
        short = area.removesuffix("区")
        return f"{city}公安局{short if len(short) > 1 else area}分局"
    return f"{area}公安局"
