"""Make a database for each size, measure, print. Needs a configured Django."""

from __future__ import annotations

import os
import platform
import resource
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager

from django.db import connection

from benchmarks import cases, incidents
from benchmarks.goals import GOALS, growth
from benchmarks.measure import Figures
from benchmarks.province import generate

HEAD = (
    f"{'case':<34}{'queries':>8}{'p50 ms':>9}{'SQL ms':>9}{'floor ms':>10}{'ratio':>8}"
    f"{'SQL ratio':>11}{'pages':>8}{'MiB':>7}"
)


def run(sizes: Sequence[int]) -> None:
    """Measure every size and print its table, then the goals."""
    started = time.perf_counter()
    own_name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    measured: dict[int, dict[str, Figures]] = {}
    try:
        print(_machine())
        for size in sizes:
            with _copy_of_empty(str(size)):
                measured[size] = _one_size(size)
    finally:
        connection.creation.destroy_test_db(own_name, verbosity=0)
    print("\nGoals (docs/performance.md): measured, limit, unit")
    for size, figures in measured.items():
        print(f"\n  {size} police rooms")
        for goal in GOALS:
            print(goal.line(figures))
    print("\n  Growth from the smallest to the largest size")
    print("\n".join(growth(measured)) or "  one size only")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nPeak memory of the process {peak:.0f} MiB, {time.perf_counter() - started:.0f} s")


def run_calls(sizes: Sequence[int]) -> None:
    """Measure the log with each number of calls."""
    own_name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        print(_machine())
        for size in sizes:
            with _copy_of_empty(f"calls_{size}"):
                incidents.report(incidents.run(size), _row, HEAD)
    finally:
        connection.creation.destroy_test_db(own_name, verbosity=0)


def _one_size(size: int) -> dict[str, Figures]:
    start = time.perf_counter()
    province = generate(size)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    seconds = time.perf_counter() - start
    print(
        f"\n{size} police rooms, {len(province.universities)} universities,"
        f" {len(province.campuses)} campuses (generated in {seconds:.1f} s)\n\n{HEAD}",
        flush=True,
    )
    figures = {}
    for line in cases.run(cases.prepare(province)):
        figures[line.key] = line
        print(_row(line), flush=True)
    return figures


def _row(line: Figures) -> str:
    alone = f"  (writer alone {line.reference_ms:.1f} ms)" if line.reference_ms else ""
    return (
        f"{line.label:<34}{line.queries:>8}{line.total_ms:>9.1f}{line.sql_ms:>9.1f}"
        f"{line.floor_ms:>10.2f}{line.ratio:>8.1f}{line.sql_ms / line.floor_ms:>11.1f}"
        f"{line.pages:>8}{line.memory_mib:>7.1f}{alone}"
    )


def _machine() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        server = cursor.fetchone()[0]
    return (
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start,"
        f" PostgreSQL {server}, Python {platform.python_version()}"
    )


@contextmanager
def _copy_of_empty(suffix: str) -> Generator[None, None, None]:
    """A migrated database of its own, dropped afterwards."""
    creation, empty = connection.creation, connection.settings_dict["NAME"]
    creation.clone_test_db(suffix=suffix, verbosity=0, autoclobber=True)
    connection.close()
    connection.settings_dict["NAME"] = f"{empty}_{suffix}"
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = empty
        creation.destroy_test_db(suffix=suffix, verbosity=0)
