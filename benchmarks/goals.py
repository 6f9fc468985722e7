"""The goals that apply, each a sum over the figures of one size. Nothing here fails a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmarks.measure import Figures

Sizes = Mapping[int, Mapping[str, Figures]]
#: Two medians of one run differ by as much as this without meaning anything.
NOISE = 1.25


@dataclass(frozen=True, slots=True)
class Goal:
    """`measured` must not exceed `limit`."""

    text: str
    limit: float
    measured: Callable[[Mapping[str, Figures]], float]

    def line(self, figures: Mapping[str, Figures]) -> str:
        value = self.measured(figures)
        verdict = "met    " if value <= self.limit else "not met"
        return f"  {verdict}  {value:7.1f} of {self.limit:<5g} {self.text}"


def _floor(key: str) -> Callable[[Mapping[str, Figures]], float]:
    return lambda figures: figures[key].ratio


def _sql(key: str) -> Callable[[Mapping[str, Figures]], float]:
    return lambda figures: figures[key].sql_ms / figures[key].floor_ms


def _first_page(key: str) -> Callable[[Mapping[str, Figures]], float]:
    return lambda figures: figures[key].total_ms / figures["list-staff"].total_ms


def _writer(figures: Mapping[str, Figures]) -> float:
    export = figures["export"]
    return export.total_ms / (export.reference_ms or export.total_ms)


GOALS = (
    Goal("x floor: police rooms of the province, whole request", 10, _floor("list-staff")),
    Goal("x floor: police rooms of the province, time in the database", 2, _sql("list-staff")),
    Goal("x floor: universities, whole request", 10, _floor("universities")),
    Goal("x floor: universities, time in the database", 2, _sql("universities")),
    Goal("x floor: campuses, whole request", 10, _floor("campuses")),
    Goal("x floor: campuses, time in the database", 2, _sql("campuses")),
    Goal("x first page: page far down", NOISE, _first_page("list-deep")),
    Goal("x list of the province: list of a city", NOISE, _first_page("list-city")),
    Goal("x list of the province: list of an officer", NOISE, _first_page("list-officer")),
    Goal("x floor: search, common two-character word", 5, _floor("search-common")),
    Goal("x floor: search, rare word", 10, _floor("search-rare")),
    Goal("x floor: search, nothing found", 10, _floor("search-none")),
    Goal("x SQL of the same facts: full coverage evaluation", 10, _floor("evaluation")),
    Goal("x floor: coverage page", 5, _floor("coverage")),
    Goal("x floor: gap list", 5, _floor("gaps")),
    Goal("x xlsx writer alone: export", 1.3, _writer),
    Goal("x floor: import of 10,000 rows with checks", 3, _floor("import-write")),
    Goal("x floor: opening a police room", 10, _floor("create")),
)


def growth(sizes: Sizes) -> list[str]:
    """Lines on what grows between the smallest and the largest size."""
    small, large = min(sizes), max(sizes)
    if small == large:
        return []
    before, after = sizes[small], sizes[large]
    grown = [
        f"{after[key].label} ({before[key].queries} to {after[key].queries})"
        for key in before
        if before[key].queries != after[key].queries
    ]
    verdict = "not met" if grown else "met    "
    lines = [f"  {verdict}  queries independent of the number of rooms {'; '.join(grown)}".rstrip()]
    linear = Goal(
        f"x time: coverage evaluation linear ({large / small:g} times the rooms)",
        large / small * NOISE,
        lambda figures: figures["evaluation"].total_ms / before["evaluation"].total_ms,
    )
    return [*lines, linear.line(after)]
