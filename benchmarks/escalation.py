"""`python -m benchmarks.escalation [--rounds N] [--seed S]`: escalation under kills.

Every round an order goes to 200 rooms, a third of them answer in time, the rest run out. A worker
and two schedulers run; all three are killed with -9 at random instants and started again until
nothing is left to tell. Then it is counted, per room and person above it: told of once, never,
twice, or although it answered. The control runs no worker: it must leave everything untold, or
the counting is worth nothing.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import django
from django.core.management import call_command

from policeroom.runner.servers import throwaway

ROOT: Final = Path(__file__).resolve().parent.parent
ROOMS: Final = 200
#: People above every room: each of them makes the transaction that is killed longer.
WATCHERS: Final = 25
ROUND_SECONDS: Final = 120.0
#: A kill strikes at a random instant within this time after the last start.
KILL_SECONDS: Final = (1.0, 6.0)
KILLS: Final = 6
LATE: Final = dt.timedelta(minutes=16)


class Process:
    """A worker or a scheduler, killed with everything it started, and started again."""

    def __init__(self, name: str, arguments: list[str], env: dict[str, str]) -> None:
        self.name, self._env = name, env
        self._argv = [sys.executable, "-m", "celery", "-A", "benchmarks.quick_beat", *arguments]
        self.kills = 0
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._argv,
            cwd=ROOT,
            env=self._env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def kill(self) -> None:
        """-9 for the process and its children: its own group, nothing else."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self.kills += 1


@dataclass
class Counted:
    """What became of the rooms of every round."""

    rounds: int = 0
    rooms: int = 0
    answered: int = 0
    silent: int = 0
    once: int = 0
    never: int = 0
    more: int = 0
    wrongly: int = 0
    kills: int = 0
    mid_transaction: int = 0
    seconds: list[float] = field(default_factory=list)


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.escalation", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="orders (default 5)")
    parser.add_argument("--seed", type=int, default=1, help="of the instants (default 1)")
    parser.add_argument("--control", action="store_true", help="no worker: all must be untold")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="policeroom-escalation-"))
    try:
        with throwaway() as servers:
            os.environ.update(servers)
            os.environ["DJANGO_SETTINGS_MODULE"] = "policeroom.settings.dev"
            os.environ.setdefault("SECRET_KEY", "for-measurements-only-for-measurements-only-00")
            django.setup()
            call_command("migrate", interactive=False, verbosity=0)
            dice = random.Random(options.seed)  # noqa: S311 -- instants, no secrets
            return _report(_campaign(folder, options.rounds, dice, is_control=options.control))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _campaign(folder: Path, rounds: int, dice: random.Random, *, is_control: bool) -> Counted:
    world, people = _people_and_rooms()
    processes = [
        Process(
            f"beat {number}",
            ["beat", "--schedule", str(folder / f"beat-{number}"), "--loglevel", "error"],
            dict(os.environ),
        )
        for number in (1, 2)
    ]
    if not is_control:
        arguments = ["worker", "--concurrency", "2", "--loglevel", "error"]
        processes.append(Process("worker", arguments, dict(os.environ)))
    counted = Counted()
    try:
        for number in range(rounds):
            answered = _order(world, people[0], number)
            started = time.monotonic()
            _break(processes, dice, counted, is_control=is_control)
            counted.seconds.append(time.monotonic() - started)
            _count(answered, people, counted)
    finally:
        for process in processes:
            process.kill()
    counted.kills = sum(process.kills - 1 for process in processes)
    return counted


def _people_and_rooms() -> tuple[object, list[object]]:
    """The invented province with 200 rooms in one county, and the people above them."""
    from django.db import transaction  # noqa: PLC0415 -- after django.setup

    from policeroom.common.roles import Role  # noqa: PLC0415 -- after django.setup
    from tests.world import add_station, build, make_user  # noqa: PLC0415 -- after django.setup

    with transaction.atomic():
        world = build()
        for number in range(ROOMS - 2):  # two rooms of the county are there
            add_station(
                f"C{number:04d}",
                f"澜江市公安局芦北分局第{number}警务室",
                world.county_a1,
                campus=world.campus_a_main,
            )
        people = [
            make_user(f"71{number:04d}", f"值班{number}", world.city_a, Role.COMMAND)
            for number in range(WATCHERS)
        ]
    return world, list(people)


def _order(world: object, by: object, number: int) -> set[int]:
    """An order whose receipts ran out a minute ago; a third of the rooms had answered in time.

    One transaction: the schedulers see the answers together with the order.
    """
    from django.db import transaction  # noqa: PLC0415 -- after django.setup
    from django.utils import timezone  # noqa: PLC0415 -- after django.setup

    from duty.levels import DutyLevel  # noqa: PLC0415 -- after django.setup
    from duty.models import OrderReceipt  # noqa: PLC0415 -- after django.setup
    from duty.services.orders import issue_order  # noqa: PLC0415 -- after django.setup
    from duty.services.receipts import acknowledge  # noqa: PLC0415 -- after django.setup

    issued = timezone.now() - LATE
    county = world.county_a1  # type: ignore[attr-defined]
    with transaction.atomic():
        order = issue_order(
            issuer=county,
            number=f"{number}",
            level=DutyLevel.TWO,
            title="演练",
            reason="演练",
            targets=[county.org_path],
            starts_at=issued,
            by=by,
            now=issued,
        )
        rows = list(OrderReceipt.objects.unscoped("measurement").filter(order=order))
        answered = rows[::3]
        for row in answered:
            acknowledge(receipt=row, by=by, now=issued + dt.timedelta(minutes=5))
    return {row.pk for row in answered}


def _break(
    processes: list[Process], dice: random.Random, counted: Counted, *, is_control: bool
) -> None:
    """Kill and restart until nothing is left to tell; the control gives up after a while."""
    end = time.monotonic() + (10 if is_control else ROUND_SECONDS)
    kills = 0
    while time.monotonic() < end and (_left() or kills < KILLS):
        victim = processes[-1] if kills % 2 == 0 else dice.choice(processes)
        _strike_while_telling(victim, dice, counted)
        kills += 1
        if kills >= KILLS:
            _wait_until_told(end)


def _strike_while_telling(victim: Process, dice: random.Random, counted: Counted) -> None:
    """Wait a random time, or until somebody is in the middle of telling, then kill and start."""
    until = time.monotonic() + dice.uniform(*KILL_SECONDS)
    busy = False
    while time.monotonic() < until and not busy:
        busy = _telling()
    if busy:
        time.sleep(dice.uniform(0, 0.05))
        counted.mid_transaction += _telling() and victim.name == "worker"
    victim.kill()
    victim.start()


def _wait_until_told(end: float) -> None:
    while _left() and time.monotonic() < end:
        time.sleep(0.1)


def _telling() -> bool:
    """Whether another connection has a transaction that wrote notifications and is not done."""
    return bool(
        _value(
            "SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation "
            "WHERE c.relname = 'common_notification' AND l.mode = 'RowExclusiveLock'"
        )
    )


def _left() -> int:
    return _value(
        "SELECT count(*) FROM common_deadline WHERE done_at IS NULL AND cancelled_at IS NULL "
        "AND escalated_at IS NULL AND due_at < now()"
    )


def _value(sql: str) -> int:
    from django.db import connection  # noqa: PLC0415 -- after django.setup

    with connection.cursor() as cursor:
        cursor.execute(sql)
        found: int = cursor.fetchone()[0]
    return found


def _count(answered: set[int], people: list[object], counted: Counted) -> None:
    """Lines per room and person: each silent room once for each person, each other one never."""
    from django.db.models import Count  # noqa: PLC0415 -- after django.setup

    from policeroom.common.models import Deadline, Notification  # noqa: PLC0415 -- after setup

    clocks = Deadline.objects.unscoped("measurement").filter(kind="order-receipt")
    newest = clocks.order_by("-id")[:ROOMS]
    lines = dict(
        Notification.objects.filter(kind="deadline", recipient__in=people)
        .values("dedupe_key")
        .annotate(n=Count("id"))
        .order_by()
        .values_list("dedupe_key", "n")
    )
    per_clock = {key.split("-")[1]: n for key, n in lines.items()}
    counted.rounds += 1
    for clock in newest:
        told = per_clock.get(str(clock.pk), 0)
        counted.rooms += 1
        if clock.object_id in answered:
            counted.answered += 1
            counted.wrongly += told > 0
            continue
        counted.silent += 1
        counted.once += told == WATCHERS and clock.escalated_at is not None
        counted.never += told < WATCHERS
        counted.more += told > WATCHERS


def _report(counted: Counted) -> int:
    """Print the figures; returns 1 if a room was told of never, twice or wrongly."""
    print(
        f"{counted.rounds} orders, {counted.rooms} receipts: {counted.answered} answered in time, "
        f"{counted.silent} did not\n"
        f"kill -9 of worker and two schedulers: {counted.kills}, "
        f"of them {counted.mid_transaction} of the worker in the middle of telling\n"
        f"told of once: {counted.once}   never: {counted.never}   more often: {counted.more}   "
        f"although answered: {counted.wrongly}\n"
        f"seconds per order until all was told: "
        f"{', '.join(f'{seconds:.0f}' for seconds in counted.seconds)}"
    )
    return 1 if counted.never or counted.more or counted.wrongly else 0


if __name__ == "__main__":
    sys.exit(main())
