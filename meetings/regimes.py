"""Who owes which meeting, in which rhythm, with whom, about what (第十四条) — as data. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from policeroom.common.periods import PeriodKind

WEEKLY, MONTHLY, QUARTERLY = "weekly", "monthly", "quarterly"


@dataclass(frozen=True, slots=True)
class RegimeRule:
    """One regime: codes of `enums.Regime`, `Heading` and `Side`, ids of its rules."""

    code: str
    article: str
    period: PeriodKind
    #: Parameter with the days after the period in which a make-up counts as late.
    makeup: str
    held_rule: str
    content_rule: str
    headings: tuple[str, ...]
    #: Headings that must say something: "nothing" is no answer there.
    no_nil: frozenset[str]
    #: Empty: the text asks for nobody besides the room.
    quorum_rule: str
    sides: tuple[str, ...]
    #: Only 第十六条 relieves, and only of the weekly briefing (JS-16-1).
    relieved_by_arrangement: bool


REGIMES: Final[dict[str, RegimeRule]] = {
    rule.code: rule
    for rule in (
        RegimeRule(
            code=WEEKLY,
            article="第十四条(一)",
            period=PeriodKind.WEEK,
            makeup="P-14a",
            held_rule="JS-14-1",
            content_rule="JS-14-1c",
            headings=("calls", "cases", "risks"),
            no_nil=frozenset(),
            quorum_rule="JS-14-1q",
            sides=("university",),
            relieved_by_arrangement=True,
        ),
        RegimeRule(
            code=MONTHLY,
            article="第十四条(二)",
            period=PeriodKind.MONTH,
            makeup="P-14a-2",
            held_rule="JS-14-2",
            content_rule="JS-14-2c",
            headings=("figures", "priorities"),
            no_nil=frozenset({"figures", "priorities"}),
            quorum_rule="",
            sides=(),
            relieved_by_arrangement=False,
        ),
        RegimeRule(
            code=QUARTERLY,
            article="第十四条(三)",
            period=PeriodKind.QUARTER,
            makeup="P-14a-3",
            held_rule="JS-14-3",
            content_rule="JS-14-3c",
            headings=("report", "assessment", "direction"),
            no_nil=frozenset({"direction"}),
            quorum_rule="JS-14-3q",
            sides=("university", "local_police", "police_branch"),
            relieved_by_arrangement=False,
        ),
    )
}
