"""Numbers of incidents: per room and day, without gaps, given out by the server."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import connection

from incidents.models import IncidentCounter
from stations.models import Station


def next_numbers(*, station: Station, day: dt.date, count: int = 1) -> list[str]:
    """The next `count` numbers of the room on `day`, e.g. "2026-0917-004".

    The counter's row stays locked until the transaction ends: a rolled-back filing leaves no gap,
    two filings at once never share a number.
    """
    table = IncidentCounter._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (station_id, day, last) VALUES (%s, %s, %s)"  # noqa: S608 -- own table name
            f" ON CONFLICT (station_id, day) DO UPDATE SET last = {table}.last + EXCLUDED.last"
            " RETURNING last",
            [station.pk, day, count],
        )
        last: int = cursor.fetchone()[0]
    return [f"{day:%Y-%m%d}-{n:03d}" for n in range(last - count + 1, last + 1)]


def next_numbers_of_days(
    *, station: Station, counts: Mapping[dt.date, int]
) -> dict[dt.date, list[str]]:
    """The next numbers of the room for many days at once: so many on each day.

    One statement, days in order: two imports at once wait for each other and never deadlock.
    """
    if not counts:
        return {}
    table = IncidentCounter._meta.db_table
    days = sorted(counts)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (station_id, day, last)"  # noqa: S608 -- own table name
            " SELECT %s, day, amount FROM unnest(%s::date[], %s::int[]) AS wanted (day, amount)"
            f" ON CONFLICT (station_id, day) DO UPDATE SET last = {table}.last + EXCLUDED.last"
            " RETURNING day, last",
            [station.pk, days, [counts[day] for day in days]],
        )
        lasts = dict(cursor.fetchall())
    return {
        day: [f"{day:%Y-%m%d}-{n:03d}" for n in range(lasts[day] - count + 1, lasts[day] + 1)]
        for day, count in counts.items()
    }
