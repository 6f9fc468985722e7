"""Clock, counters, EXPLAIN and memory around one callable."""

from __future__ import annotations

import json
import statistics
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from django.db import connection

#: Frame of the transaction; neither a read nor a write of facts.
CONTROL = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")
#: Runs of one measurement: as many as fit into the seconds, but no fewer and no more than these.
LEAST, MOST, SECONDS = 5, 15, 1.0
MIB = 1024 * 1024


class Statements:
    """Context manager: the statements Django sends, without the control of transactions."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Any]] = []
        self.seconds = 0.0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds += time.perf_counter() - start
            if not sql.startswith(CONTROL):
                self.sent.append((sql, params))

    def __enter__(self) -> Self:
        self._wrapped = connection.execute_wrapper(self)
        self._wrapped.__enter__()
        return self

    def __exit__(self, *details: Any) -> None:
        self._wrapped.__exit__(*details)

    def __len__(self) -> int:
        return len(self.sent)


@dataclass(slots=True)
class Figures:
    """One line of the table. Milliseconds are medians; `reference` is a second yardstick."""

    key: str
    label: str
    queries: int = 0
    total_ms: float = 0.0
    sql_ms: float = 0.0
    floor_ms: float = 0.0
    reference_ms: float | None = None
    pages: int = 0
    memory_mib: float = 0.0
    statements: list[tuple[str, Any]] = field(default_factory=list, repr=False)

    @property
    def ratio(self) -> float:
        """The whole as a multiple of its floor."""
        return self.total_ms / self.floor_ms


def measure(
    key: str,
    label: str,
    work: Callable[[], object],
    *,
    floor: Callable[[], object],
    reference: Callable[[], object] | None = None,
    least: int = LEAST,
) -> Figures:
    """Run `work` and its yardsticks in turn, so that a busy machine slows all of them alike."""
    figures = Figures(key, label)
    with Statements() as first:  # also warms caches and templates
        work()
    figures.statements, figures.queries = first.sent, len(first)
    floor()
    totals, databases, floors, references = [], [], [], []
    end = time.perf_counter() + SECONDS
    while len(totals) < least or (len(totals) < MOST and time.perf_counter() < end):
        with Statements() as seen:
            totals.append(_milliseconds(work))
        databases.append(seen.seconds * 1000)
        floors.append(_milliseconds(floor))
        if reference is not None:
            references.append(_milliseconds(reference))
    figures.total_ms, figures.sql_ms = statistics.median(totals), statistics.median(databases)
    figures.floor_ms = statistics.median(floors)
    figures.reference_ms = statistics.median(references) if references else None
    figures.memory_mib = _memory(work)
    figures.pages = max((pages_touched(sql, params) for sql, params in first.sent), default=0)
    return figures


def pages_touched(sql: str, params: Any) -> int:
    """Buffers one SELECT hits or reads; 0 for a statement that writes."""
    if not sql.lstrip("( ").startswith("SELECT") or "FOR UPDATE" in sql:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
        found = cursor.fetchone()[0]
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]


def _milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def _memory(work: Callable[[], object]) -> float:
    """Most memory that Python held for one run above what it held before, in MiB."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] / MIB
    finally:
        tracemalloc.stop()
