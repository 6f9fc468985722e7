"""What the calendar owes is written down: every room, regime and period, exactly once."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from meetings.regimes import REGIMES, RegimeRule
from policeroom.common.clock import ZONE
from policeroom.common.parameters import parameters_on
from policeroom.common.periods import Period, next_period, period_of, periods_touching

#: Periods of one statement: a long outage is caught up in steps, each of which stays.
STEP: Final = 26

#: The anti-join keeps a run that finds nothing cheap; the constraint decides between two that run
#: at once. A room that closed inside a period has it, too: it shows there as not applicable.
_INSERT: Final = """
INSERT INTO meetings_obligation (station_id, org_path, regime, starts_on, ends_on)
SELECT room.id, room.org_path, %(regime)s, period.starts_on, period.ends_on
FROM unnest(%(starts)s::date[], %(ends)s::date[]) AS period (starts_on, ends_on)
JOIN stations_station AS room
  ON room.opened_on < period.ends_on
 AND (room.closed_on IS NULL OR room.closed_on > period.starts_on)
WHERE NOT EXISTS (
  SELECT FROM meetings_obligation AS known
  WHERE known.station_id = room.id
    AND known.regime = %(regime)s
    AND known.starts_on = period.starts_on
)
ON CONFLICT (station_id, regime, starts_on) DO NOTHING
"""


def materialise(*, now: dt.datetime) -> int:
    """Write every obligation that is missing up to the period after `now`; how many there were.

    Source: 第十四条(一) to (三), matrix section 0. The calendar is the truth: what an outage left
    out is found by comparing, not by remembering, so it may run at any time, often, and twice at
    once. Periods before P-14f are not kept here. Each step is its own transaction.
    """
    today = timezone.localdate(now, ZONE)
    since = dt.date.fromisoformat(parameters_on(today)["P-14f"])
    return sum(_write(regime, _periods(regime, since, today)) for regime in REGIMES.values())


def _periods(regime: RegimeRule, since: dt.date, today: dt.date) -> list[Period]:
    """Whole periods from `since` on, newest first: what people ask about now is there first."""
    last = next_period(period_of(regime.period, today))
    found = [
        period
        for period in periods_touching(regime.period, since, last.end)
        if period.start >= since
    ]
    return found[::-1]


def _write(regime: RegimeRule, periods: list[Period]) -> int:
    written = 0
    for first in range(0, len(periods), STEP):
        step = periods[first : first + STEP]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                _INSERT,
                {
                    "regime": regime.code,
                    "starts": [period.start for period in step],
                    "ends": [period.end for period in step],
                },
            )
            written += cursor.rowcount
    return written
