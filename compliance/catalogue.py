"""The catalogue of pack JS as far as it is built: articles, rules, reasons.

The texts here are the project's own short titles; the official text is quoted only by article.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """One rule: shape, basis (T text / D duty with parameter / P practice), mode, severity."""

    rule_id: str
    article: str
    title: Any
    #: Two or three words for the head of a column.
    short: Any
    shape: str
    basis: str
    mode: str
    severity: str
    bound: Any
    reading: Any
    unit: Any
    parameters: tuple[str, ...] = ()


_COUNTY = _("county bureau where the campus lies")

RULES: Final[dict[str, RuleEntry]] = {
    rule.rule_id: rule
    for rule in (
        RuleEntry(
            "JS-04-1",
            "第四条",
            _("Every university is covered"),
            _("covered"),
            "EX",
            "T",
            "A",
            "S1",
            _("city and county bureaus"),
            _("Own operating room, or an operating centre with a primary link."),
            _("rooms"),
        ),
        RuleEntry(
            "JS-06-1",
            "第六条",
            _("Undergraduate campus has its own room"),
            _("own room"),
            "EX",
            "T",
            "A",
            "S2",
            _COUNTY,
            _("Main and branch campuses; a centre alone does not satisfy it (P-06a)."),
            _("rooms"),
            ("P-06a",),
        ),
        RuleEntry(
            "JS-06-2",
            "第六条",
            _("Designated college has its own room"),
            _("designated"),
            "EX",
            "T",
            "A",
            "S2",
            _COUNTY,
            _("One room per university, not per campus."),
            _("rooms"),
        ),
        RuleEntry(
            "JS-06-4",
            "第六条",
            _("Centre serves several universities"),
            _("centres"),
            "CN",
            "T",
            "A",
            "S3",
            _("county bureau that runs the centre"),
            _("At least P-06b universities; one centre per university town."),
            _("universities"),
            ("P-06b",),
        ),
        RuleEntry(
            "JS-07-1",
            "第七条",
            _("Police room has the minimum area"),
            _("room area"),
            "TH",
            "T",
            "A",
            "S2",
            _("university (premises)"),
            _("Measured floor area in exclusive police use; not measured is unknown."),
            _("m²"),
            ("P-07a",),
        ),
        RuleEntry(
            "JS-07-2",
            "第七条",
            _("Centre has the minimum area"),
            _("centre area"),
            "TH",
            "T",
            "A",
            "S2",
            _("university (premises)"),
            _("Measured floor area in exclusive police use; not measured is unknown."),
            _("m²"),
            ("P-07b",),
        ),
    )
}

REASONS: Final[dict[str, Any]] = {
    "outside_denominator": _("Military, not yet enrolling or closed: not counted."),
    "own_room": _("An operating police room of its own."),
    "covered_by_center": _("Covered by an operating centre (primary link)."),
    "no_room": _("No operating police room."),
    "center_only": _("Only a centre covers it; the regulation asks for a room of its own."),
    "not_undergraduate": _("Not an undergraduate university."),
    "campus_inactive": _("Under construction, closed, or nobody there yet."),
    "not_designated": _("Not designated by the city."),
    "too_few_universities": _("Covers too few universities."),
    "second_center_in_cluster": _("Another centre operates in the same university town."),
    "serves_several": _("Covers enough universities."),
    "area_unknown": _("The floor area has not been measured."),
    "area_below": _("The floor area is below the minimum."),
    "area_reached": _("The floor area reaches the minimum."),
}
