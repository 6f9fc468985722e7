"""The Celery application with some work due every second, for the campaigns with kills."""

from __future__ import annotations

from celery import shared_task
from django.db import connection
from django.utils import timezone

from policeroom.celery import app
from policeroom.common.clock import ZONE
from policeroom.common.periods import PeriodKind, period_of


@shared_task
def naive() -> int:
    """What one would write first: look whether the present week is there, else put it there."""
    start = period_of(PeriodKind.WEEK, timezone.localdate(timezone.now(), ZONE)).start
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM stations_station ORDER BY id")
        rooms = [row[0] for row in cursor.fetchall()]
        for room in rooms:
            cursor.execute(
                "SELECT count(*) FROM naive_obligation WHERE station_id = %s AND starts_on = %s",
                [room, start],
            )
            if cursor.fetchone()[0] == 0:
                cursor.execute("INSERT INTO naive_obligation VALUES (%s, %s)", [room, start])
    return len(rooms)


app.conf.beat_schedule = {
    **{
        name: {**app.conf.beat_schedule[name], "schedule": 1.0}
        for name in ("escalate-deadlines", "materialise-obligations")
    },
    "naive": {"task": "benchmarks.quick_beat.naive", "schedule": 1.0},
}
