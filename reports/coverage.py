"""The coverage report: verdicts counted by area. Pure: evaluation in, figures out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal

from compliance.catalogue import RULES
from compliance.evaluate import Evaluation, Judgement
from policeroom.common.verdicts import Status

#: Rate in percent from which a cell takes the tone; compared unrounded (94.999 is not 95).
TONES = ((Decimal(98), "a", ""), (Decimal(90), "b", ""), (Decimal(80), "c", "△"))
LOWEST_TONE = ("d", "▲")
NO_DATA_TONE = ("n", "")


@dataclass(slots=True)
class Tally:
    """Verdicts of one rule in one area. `unknown` is listed, never counted as a failure."""

    passed: int = 0
    failed: int = 0
    unknown: int = 0

    @property
    def judged(self) -> int:
        """The denominator: passed and failed."""
        return self.passed + self.failed

    @property
    def rate(self) -> Decimal | None:
        """Percent passed, unrounded; None where nothing was judged (never 100 %)."""
        return Decimal(self.passed) * 100 / self.judged if self.judged else None

    @property
    def rate_text(self) -> str:
        """Percent with one decimal, rounded down so that 99.96 does not read as 100."""
        if self.rate is None:
            return "–"
        return str(self.rate.quantize(Decimal("0.1"), rounding=ROUND_FLOOR))

    @property
    def tone(self) -> tuple[str, str]:
        """Tone and mark of the cell (`ui.md` section 4)."""
        if self.rate is None:
            return NO_DATA_TONE
        for limit, tone, mark in TONES:
            if self.rate >= limit:
                return tone, mark
        return LOWEST_TONE

    def add(self, status: Status) -> None:
        """Count one verdict; not applicable ones leave no trace."""
        if status is Status.PASS:
            self.passed += 1
        elif status is Status.FAIL:
            self.failed += 1
        elif status is Status.UNKNOWN:
            self.unknown += 1


@dataclass(frozen=True, slots=True)
class Area:
    """An area of the report: a city, a county, or what lies directly under a bureau."""

    path: str
    name: str
    grid_column: int | None = None
    grid_row: int | None = None


@dataclass(slots=True)
class AreaFigures:
    """The line of one area."""

    area: Area
    universities: int = 0
    stations: int = 0
    tallies: dict[str, Tally] = field(default_factory=lambda: {rule: Tally() for rule in RULES})

    def add(self, judgement: Judgement) -> None:
        """Count one verdict."""
        self.tallies[judgement.verdict.rule_id].add(judgement.verdict.status)


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """Total and one line per area, all from the same verdicts."""

    total: AreaFigures
    areas: list[AreaFigures]
    outside_denominator: int


def build_report(
    evaluation: Evaluation, *, whole: Area, areas: Iterable[Area], level: str = ""
) -> CoverageReport:
    """Count the verdicts that lie in `whole` by `areas` (disjoint subtrees of `whole`).

    A subject that lies in `whole` but in none of the areas (booked on the bureau itself because its
    county is unknown) is counted in a line of its own, so that the lines add up to the total.
    `level` keeps only universities and campuses of that level; rooms stay.
    """
    total = AreaFigures(whole)
    lines = {area.path: AreaFigures(area) for area in areas}
    direct = AreaFigures(Area(whole.path, whole.name))
    widths = sorted({len(path) for path in lines}, reverse=True)
    outside = 0
    for judgement in evaluation.judgements:
        subject = judgement.subject
        if not subject.path.startswith(whole.path):
            continue
        if level and subject.level and subject.level != level:
            continue
        line = next(
            (lines[subject.path[:width]] for width in widths if subject.path[:width] in lines),
            direct,
        )
        for figures in (total, line):
            figures.add(judgement)
        outside += _count_heads(judgement, total, line)
    ordered = [*lines.values()]
    if direct.universities or any(t.judged or t.unknown for t in direct.tallies.values()):
        ordered.append(direct)
    return CoverageReport(total, ordered, outside)


def _count_heads(judgement: Judgement, *figures: AreaFigures) -> int:
    """Count the subject itself once; returns 1 for a university outside the denominator."""
    rule_id, status = judgement.verdict.rule_id, judgement.verdict.status
    if rule_id == "JS-04-1":
        if status is Status.NOT_APPLICABLE:
            return 1
        for line in figures:
            line.universities += 1
    elif rule_id in {"JS-07-1", "JS-07-2"}:
        for line in figures:
            line.stations += 1
    return 0
