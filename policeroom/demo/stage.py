"""What the parts of the demonstration share: the day, the rooms, clocks, numbers."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db import models
from django.utils import timezone

from incidents.models import RecordCounter
from incidents.services.clocks import to_minute
from incidents.services.hazards import END_OF_DAY
from policeroom.common.clock import ZONE
from policeroom.common.deadlines import DeadlineKind
from policeroom.common.models import Deadline
from stations.models import Station

#: Of what is due: done late, never done, struck. Rooms in order have none of the first two.
LATE, UNDONE, STRUCK = 0.12, 0.08, 0.03
#: Records are spread over so many days back.
BACK_DAYS: Final = 240
BATCH: Final = 2000


@dataclass(frozen=True, slots=True)
class Stage:
    """What every part of the demonstration builds on."""

    stations: list[Station]
    rng: random.Random
    now: dt.datetime
    author: Any

    @property
    def today(self) -> dt.date:
        """The day of the demonstration."""
        return timezone.localdate(self.now)

    @property
    def rooms(self) -> Iterator[tuple[Station, bool]]:
        """Rooms that operate, and whether they keep every term: two of three do."""
        for index, station in enumerate(self.stations):
            if station.closed_on is None and station.opened_on < self.today:
                yield station, index % 3 != 0

    def done(self, start: dt.datetime, due: dt.datetime, *, kept: bool) -> dt.datetime | None:
        """When something between `start` and `due` was done; None as long as it is not."""
        roll = self.rng.random()
        if not kept and roll < UNDONE:
            return None
        if not kept and roll < UNDONE + LATE:
            done = due + dt.timedelta(hours=self.rng.randint(2, 70))
        else:
            done = start + (due - start) * self.rng.uniform(0.05, 0.95)
        return to_minute(done) if done <= self.now else None

    def ago(self, days: int) -> dt.datetime:
        """An instant of that day's working hours, never to come."""
        day = self.today - dt.timedelta(days=days)
        at = dt.datetime.combine(day, dt.time(self.rng.randint(8, 17), 10), ZONE)
        return min(at, to_minute(self.now))


def clock(
    kind: DeadlineKind,
    subject: Any,
    *,
    label: str,
    url: str,
    started_at: dt.datetime,
    due_at: dt.datetime,
    done_at: dt.datetime | None = None,
    cancelled_at: dt.datetime | None = None,
) -> Deadline:
    """A clock as `open_deadline` would have started it, and as it ended."""
    return Deadline(
        kind=kind.code,
        rule_id=kind.rule_id,
        org_path=subject.org_path,
        object_type=subject._meta.label_lower,
        object_id=subject.pk,
        label=label[:200],
        url=url,
        started_at=started_at,
        due_at=due_at,
        done_at=done_at,
        cancelled_at=cancelled_at,
    )


def number_rows(rows: list[Any], series: str, day_of: Callable[[Any], dt.date]) -> None:
    """Numbers as `next_number` gives them, in the order of the days, and the counters."""
    last: dict[tuple[int, int], int] = {}
    for row in sorted(rows, key=lambda row: (row.station_id, day_of(row))):
        key = (row.station_id, day_of(row).year)
        last[key] = last.get(key, 0) + 1
        row.number = f"{series}{key[1]}-{last[key]:03d}"
    RecordCounter.objects.bulk_create(
        RecordCounter(station_id=station, series=series, year=year, last=number)
        for (station, year), number in last.items()
    )


def write(rows: list[Any]) -> None:
    """Insert rows of one model."""
    if not rows:
        return
    model: type[models.Model] = type(rows[0])
    model._default_manager.bulk_create(rows, batch_size=BATCH)


def opened_at(room: Station) -> dt.datetime:
    """First working hour of a room."""
    return dt.datetime.combine(room.opened_on, dt.time(9), ZONE)


def end_of(day: dt.date) -> dt.datetime:
    """Last second of a day, as day clocks end."""
    return dt.datetime.combine(day, END_OF_DAY, ZONE)
