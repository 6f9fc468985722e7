"""Where the marks of the drawings stand. Plain numbers; the templates only write them down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

#: Width and height of a drawing, and the space under the bars for their labels.
WIDTH, HEIGHT, FOOT, HEAD = 720, 200, 24, 30
#: Space beside a course: for the scale at the left, for the last label at the right.
LEFT, RIGHT = 44, 32
STYLES: Final = ("now", "before", "year")


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a histogram."""

    label: str
    n: int
    url: str
    x: float
    y: float
    width: float
    height: float
    middle: float
    is_highest: bool
    shows_label: bool


@dataclass(frozen=True, slots=True)
class Curve:
    """One line of a course, its last point carrying the label."""

    label: str
    points: str
    style: str
    end_x: float
    end_y: float
    total: int


@dataclass(frozen=True, slots=True)
class Course:
    """Lines over a common axis."""

    curves: list[Curve]
    ticks: list[tuple[float, str]]
    highest: int
    top: float
    base: float
    right: float = WIDTH - RIGHT
    width: int = WIDTH
    height: int = HEIGHT


def histogram(values: Sequence[tuple[str, int, str]], *, every: int = 1) -> list[Bar]:
    """Bars of (label, number, address); every so many of them carries its label."""
    most = max((n for _label, n, _url in values), default=0) or 1
    step = WIDTH / max(len(values), 1)
    room = HEIGHT - FOOT - HEAD
    bars = []
    for index, (label, n, url) in enumerate(values):
        height = round(room * n / most, 1)
        bars.append(
            Bar(
                label=label,
                n=n,
                url=url,
                x=round(index * step + step * 0.12, 1),
                y=round(HEIGHT - FOOT - height, 1),
                width=round(step * 0.76, 1),
                height=height,
                middle=round((index + 0.5) * step, 1),
                is_highest=bool(n) and n == most,
                shows_label=index % every == 0,
            )
        )
    return bars


def course(lines: Sequence[tuple[str, Sequence[int]]], ticks: Sequence[str]) -> Course:
    """The chosen period first, then what it is compared with, over the same steps."""
    most = max((n for _label, values in lines for n in values), default=0) or 1
    steps = max((len(values) for _label, values in lines), default=1)
    base, room = HEIGHT - FOOT, HEIGHT - FOOT - HEAD
    inside = WIDTH - LEFT - RIGHT

    def x(index: int) -> float:
        return round(LEFT + inside * (index / (steps - 1) if steps > 1 else 0.5), 1)

    def y(n: int) -> float:
        return round(base - room * n / most, 1)

    curves = [
        Curve(
            label=label,
            points=" ".join(f"{x(i)},{y(n)}" for i, n in enumerate(values)),
            style=style,
            end_x=x(len(values) - 1),
            end_y=y(values[-1]) if values else base,
            total=sum(values),
        )
        for (label, values), style in zip(lines, STYLES, strict=False)
    ]
    gap = max(1, -(-steps // 8))
    shown = [(x(i), label) for i, label in enumerate(ticks) if i % gap == 0]
    return Course(curves, shown, most, y(most), base)
