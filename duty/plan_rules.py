"""第十八条: what of a plan's matrix is there, and when the next drill is due. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

#: Level and incident type.
Place = tuple[int, str]


class Element(StrEnum):
    """The five elements of a cell, in the order of the article; also the names of its fields."""

    DUTIES = "duties"
    COMPOSITION = "composition"
    TIERS = "tiers"
    JOINT_DUTY = "joint_duty"
    REQUIREMENTS = "requirements"


def lacking(texts: Mapping[str, str]) -> list[Element]:
    """The elements of a cell that say nothing.

    Source: JS-18-3 (规范第十八条「职责任务、警力组成、梯次增援、联勤协作、处置要求等」).
    """
    return [one for one in Element if not texts.get(one, "").strip()]


@dataclass(frozen=True, slots=True)
class Stand:
    """How complete a matrix is: cells, and elements of the cells that are not empty."""

    cells: int
    complete: int
    empty: int
    #: Elements that cells which say something lack.
    lacking: int

    @property
    def is_complete(self) -> bool:
        return self.complete == self.cells


def stand_of(holes: Mapping[Place, Collection[Element]]) -> Stand:
    """Count a matrix; `holes` has every cell with the elements it lacks.

    Source: JS-18-2 (no empty cell), JS-18-3 (five elements).
    """
    counts = [len(found) for found in holes.values()]
    partial = [count for count in counts if 0 < count < len(Element)]
    return Stand(
        cells=len(counts),
        complete=counts.count(0),
        empty=counts.count(len(Element)),
        lacking=sum(partial),
    )


def next_drill(last: dt.date | None, opened_on: dt.date, every: int) -> dt.date:
    """The last day on which a room's next drill keeps the rhythm.

    Source: JS-18-4 (规范第十八条「适时组织实战演练」), P-18 in days. Reading: so many days after
    the drill before; the day itself keeps it (D 24: the window is counted in days). A room without
    a drill counts from its opening.
    """
    return max(last or opened_on, opened_on) + dt.timedelta(days=every)
