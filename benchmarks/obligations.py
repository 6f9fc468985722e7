"""`python -m benchmarks.obligations [--rooms N] [--seed S]`: what is owed, under kills.

Two years of three regimes for 3,000 rooms are written by a worker and two schedulers, all killed
with -9 at random instants and started again: once from nothing, once after an outage of fourteen
days. Then every period is counted day by day, in a way of its own. The control beside it looks
before it writes and writes the present week only: it must lose the outage or double rows, or the
counting is worth nothing.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import django
from django.core.management import call_command

from benchmarks.escalation import Process
from policeroom.runner.servers import throwaway

YEARS: Final = 2
OUTAGE: Final = dt.timedelta(days=14)
SECONDS: Final = 240.0
KILLS: Final = 12
#: A kill strikes at a random instant within this time after the last one.
KILL_SECONDS: Final = (0.5, 6.0)
DAY: Final = dt.timedelta(days=1)


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.obligations", description=__doc__)
    parser.add_argument("--rooms", type=int, default=3000, help="police rooms (default 3000)")
    parser.add_argument("--seed", type=int, default=1, help="of the instants (default 1)")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="policeroom-obligations-"))
    try:
        with throwaway() as servers:
            os.environ.update(servers)
            os.environ["DJANGO_SETTINGS_MODULE"] = "policeroom.settings.dev"
            os.environ.setdefault("SECRET_KEY", "for-measurements-only-for-measurements-only-00")
            django.setup()
            call_command("migrate", interactive=False, verbosity=0)
            dice = random.Random(options.seed)  # noqa: S311 -- instants, no secrets
            return _campaign(folder, options.rooms, dice)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _campaign(folder: Path, rooms: int, dice: random.Random) -> int:
    from django.utils import timezone  # noqa: PLC0415 -- after django.setup

    today = timezone.localdate()
    since = today.replace(year=today.year - YEARS, month=1, day=1)
    _rooms(rooms, since)
    expected = _expected(rooms, since, today)
    bad = 0
    for name in ("from nothing", "after an outage of 14 days"):
        if name != "from nothing":
            lost = _outage(today)
            print(f"{lost} rows taken away: the outage")
        started = time.monotonic()
        kills = _run(folder, dice, expected)
        found, distinct = _written()
        missing, doubled = expected - distinct, found - distinct
        bad += missing + doubled
        print(
            f"{name}: {expected} owed, {found} written, {missing} missing, {doubled} double; "
            f"{kills} kill -9; {time.monotonic() - started:.0f} s"
        )
    weeks, distinct, owed = _control(rooms, today)
    print(
        f"control: {owed} weeks owed since the outage, {distinct} written, "
        f"{owed - distinct} missing, {weeks - distinct} double"
    )
    control_is_sound = owed == distinct == weeks
    return 1 if bad or control_is_sound else 0


def _rooms(number: int, since: dt.date) -> None:
    """Rooms in one county, all open since before the first period."""
    from django.db import transaction  # noqa: PLC0415 -- after django.setup

    from policeroom.common.models import Interpretation, Parameter  # noqa: PLC0415
    from policeroom.common.parameters import PARAMETERS  # noqa: PLC0415
    from stations.models import Station  # noqa: PLC0415
    from tests.world import add_station, build  # noqa: PLC0415

    with transaction.atomic():
        world = build()
        present = Station.objects.unscoped("measurement").count()
        for one in range(number - present):
            add_station(
                f"M{one:04d}",
                f"澜江市公安局芦北分局第{one}警务室",
                world.county_a1 if one % 2 else world.county_a2,
                campus=world.campus_a_main,
            )
        Station.objects.unscoped("measurement").update(opened_on=since - 30 * DAY)
        paper = Interpretation.objects.create(number="试", dated=since, author_unit="海岚省公安厅")
        Parameter.objects.create(
            key="P-14f",
            key_number=PARAMETERS["P-14f"].number,
            value=since.isoformat(),
            valid_from=since,
            interpretation=paper,
        )
        _sql("DELETE FROM meetings_obligation")
        _sql("CREATE TABLE naive_obligation (station_id bigint, starts_on date)")


def _expected(rooms: int, since: dt.date, today: dt.date) -> int:
    """Periods that begin from `since` up to the one after today's, counted day by day."""
    firsts = {"week": 0, "month": 0, "quarter": 0}
    ahead = {"week": 1, "month": 1, "quarter": 1}
    day = since
    while any(left >= 0 for left in ahead.values()):
        begins = {
            "week": day.isoweekday() == 1,
            "month": day.day == 1,
            "quarter": day.day == 1 and day.month in {1, 4, 7, 10},
        }
        for kind, is_first in begins.items():
            if not is_first:
                continue
            if day > today:
                ahead[kind] -= 1
            if ahead[kind] >= 0:
                firsts[kind] += 1
        day += DAY
    return rooms * sum(firsts.values())


def _outage(today: dt.date) -> int:
    """Take away what would not be there had nothing run for fourteen days."""
    first = today - OUTAGE
    return _sql("DELETE FROM meetings_obligation WHERE starts_on > %s", [first + 7 * DAY])


def _run(folder: Path, dice: random.Random, expected: int) -> int:
    """Let worker and schedulers run, killing one of them again and again; how many kills."""
    processes = _processes(folder)
    end = time.monotonic() + SECONDS
    kills = 0
    try:
        while time.monotonic() < end and (_written()[1] < expected or kills < KILLS):
            time.sleep(dice.uniform(*KILL_SECONDS))
            victim = processes[-1] if kills % 2 == 0 else dice.choice(processes)
            victim.kill()
            victim.start()
            kills += 1
            if kills >= KILLS:
                _wait(expected, end)
    finally:
        for process in processes:
            process.kill()
    return kills


def _processes(folder: Path) -> list[Process]:
    beats = [
        Process(
            f"beat {number}",
            ["beat", "--schedule", str(folder / f"beat-{number}"), "--loglevel", "error"],
            dict(os.environ),
        )
        for number in (1, 2)
    ]
    arguments = ["worker", "--concurrency", "2", "--loglevel", "error"]
    return [*beats, Process("worker", arguments, dict(os.environ))]


def _wait(expected: int, end: float) -> None:
    while _written()[1] < expected and time.monotonic() < end:
        time.sleep(0.2)


def _written() -> tuple[int, int]:
    """Rows, and distinct room × regime × period among them."""
    row = _row(
        "SELECT count(*), count(DISTINCT (station_id, regime, starts_on)) FROM meetings_obligation"
    )
    return row[0], row[1]


def _control(rooms: int, today: dt.date) -> tuple[int, int, int]:
    """Rows and distinct rows of the naive task since the outage, and how many weeks are owed."""
    monday = today - today.weekday() * DAY
    owed = sum(rooms for number in range(4) if monday - number * 7 * DAY > today - OUTAGE)
    found = _row("SELECT count(*), count(DISTINCT (station_id, starts_on)) FROM naive_obligation")
    return found[0], found[1], owed


def _sql(statement: str, values: list[Any] | None = None) -> int:
    from django.db import connection  # noqa: PLC0415 -- after django.setup

    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def _row(statement: str) -> Any:
    from django.db import connection  # noqa: PLC0415 -- after django.setup

    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()


if __name__ == "__main__":
    sys.exit(main())
