"""第九条: until when somebody was there who never checked out. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from policeroom.common.intervals import Span, union


def assumed_end(came_at: dt.datetime, shifts: Iterable[Span], longest: dt.timedelta) -> dt.datetime:
    """When a presence ends that nobody ended.

    Source: matrix D 16: at the end of the shift, not verified, never at infinity. Reading: it is
    the shift that runs when the person comes, or the next one that begins before `longest` is
    over; shifts that touch are one. Without such a shift the presence ends after `longest`
    (P-09c; the regulation gives no number).
    """
    for shift in union(shifts):
        if shift.end > came_at and shift.start < came_at + longest:
            return shift.end
    return came_at + longest
