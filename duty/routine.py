"""第十六条: which routine holds on a day, and what it asks of a room's shifts at 三级. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from duty.demand import Demand
from policeroom.common.clock import ZONE
from policeroom.common.intervals import Span, gaps

ONE_DAY = dt.timedelta(days=1)


def in_vacation(in_term: Iterable[bool | None]) -> bool | None:
    """Whether the vacation routine holds for a room, from the calendars of its universities.

    Source: JS-16-1 (规范第十六条「高校寒暑假期间」). Reading: as long as one of a centre's
    universities is in term, the routine of term holds; the product's reading, the text is silent.
    Returns None where no calendar says anything: the caller takes the routine of term.
    """
    known = [one for one in in_term if one is not None]
    return not any(known) if known else None


def hours_on(day: dt.date, starts: dt.time, ends: dt.time) -> list[Span]:
    """The hours of a routine that lie on the day, in Asia/Shanghai.

    An end at or before the start runs over midnight: the day then has its early hours and its
    late ones. Equal ones are the whole day.
    """
    midnight = dt.datetime.combine(day, dt.time(), ZONE)
    whole = Span(midnight, midnight + ONE_DAY)
    start, end = (dt.datetime.combine(day, one, ZONE) for one in (starts, ends))
    if start < end:
        return [Span(start, end)]
    if start == end:
        return [whole]
    early = [Span(midnight, end)] if midnight < end else []
    return [*early, Span(start, whole.end)]


@dataclass(frozen=True, slots=True)
class Asking:
    """A stretch in which shifts ask for people, and for whom. Stretches never overlap."""

    span: Span
    officers: bool = True
    auxiliaries: bool = True


def unrelieved(askings: Iterable[Asking], raised: Sequence[Span]) -> list[Asking]:
    """The askings of a routine, with every shift asked in full in the `raised` stretches.

    Source: 第十六条 speaks of 三级 only; JS-09-4 cannot be suspended by an arrangement.
    """
    found = [Asking(span) for span in raised]
    for one in askings:
        found += [replace(one, span=span) for span in gaps(one.span, raised)]
    return sorted(found, key=lambda asking: asking.span)


def asked(demands: Iterable[Demand], askings: Sequence[Asking]) -> list[Demand]:
    """What of the shifts' demands is asked for; pieces that touch and ask the same are one."""
    found: list[Demand] = []
    for demand in demands:
        pieces: list[Demand] = []
        for one in askings:
            span = demand.span.cut(one.span)
            if span is None:
                continue
            officers = demand.officers if one.officers else 0
            auxiliaries = demand.auxiliaries if one.auxiliaries else 0
            before = pieces[-1] if pieces else None
            same = before and before.span.end == span.start
            if before and same and (before.officers, before.auxiliaries) == (officers, auxiliaries):
                pieces[-1] = replace(before, span=Span(before.span.start, span.end))
            else:
                pieces.append(Demand(demand.name, span, officers, auxiliaries))
        found += pieces
    return found
