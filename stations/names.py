"""The name of a police room, built from master data (JS-06-3, 第六条)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from stations.enums import StationKind, UnitKind


@dataclass(frozen=True, slots=True)
class Operator:
    """The bureau that runs the room: its kind, its full name, its city bureau's full name."""

    kind: str
    name: str
    city_name: str


def normalise(text: str) -> str:
    """NFKC, without any space: how names are compared."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def bureau_prefix(operator: Operator) -> str:
    """`{city}公安局{district}分局`, `{county}公安局`, or the city bureau's own name."""
    if operator.kind == UnitKind.BRANCH and not operator.name.startswith(operator.city_name):
        return f"{operator.city_name}{operator.name}"
    return operator.name


def station_name(
    *, kind: str, operator: Operator, university: str = "", campus_suffix: str = "", town: str = ""
) -> str:
    """The name the regulation gives.

    Source: JS-06-3 (规范第六条). Reading: an operator with two or more rooms of one university
    takes a campus suffix before 警务室 (the text is silent); a centre may carry the town's name
    before 大学城 (severity S4).
    """
    prefix = bureau_prefix(operator)
    if kind == StationKind.CENTER:
        place = town.removesuffix("大学城")
        return normalise(f"{prefix}{place}大学城中心警务室")
    return normalise(f"{prefix}{university}{campus_suffix}警务室")
