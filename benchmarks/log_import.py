"""Import of a log of 10,000 rows beside its floor: the same rows through COPY, checked in SQL."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from benchmarks.measure import Figures, measure
from incidents.imports.fields import propose
from incidents.imports.header import find_log_header
from incidents.imports.proposal import columns_of
from incidents.models import LogMapping
from incidents.services.imports import save_mapping
from policeroom.accounts.models import User
from stations.imports import pipeline
from stations.imports.base import EVERYWHERE, Context
from stations.imports.cells import read_tables
from stations.models import ImportJob, Station

ROWS = 10_000
NAME = "benchmark"
HEADER = ("编号", "报警时间", "发生时间", "类别", "地点", "内容", "处置结果")
WORDS = ("盗窃财物", "物品遗失", "噪声扰民", "交通事故")
FIRST = dt.datetime(2025, 1, 1, 8)  # noqa: DTZ001 -- as a file has it

#: The least a database does for the same log: read, look up, refuse what is there, three inserts.
STAGE = """
CREATE TEMPORARY TABLE log (key text, reported timestamp, occurred timestamp, word text,
    place text, narrative text, disposition text) ON COMMIT DROP
"""
CHECK = """
SELECT log.* FROM log LEFT JOIN incidents_incident i
  ON i.station_id = %(station)s AND i.source_log = %(name)s AND i.source_key = log.key
WHERE i.id IS NOT NULL OR log.occurred > log.reported
"""
RECORDS = """
INSERT INTO incidents_incident (station_id, org_path, number, kind, category_id, place_text,
  narrative, reported_at, reported_precision, occurred_from, occurred_precision, state, closed_at,
  disposition, no_onsite_reason, source, source_log, source_key, recorded_by_id, version,
  client_digest)
SELECT %(station)s, %(path)s, 'F' || key, coalesce(c.kind, 'report'), c.id, place, narrative,
  reported AT TIME ZONE 'Asia/Shanghai', 'exact', occurred AT TIME ZONE 'Asia/Shanghai', 'exact',
  'closed', reported AT TIME ZONE 'Asia/Shanghai', 'settled', '', 'import', %(name)s, key, %(by)s,
  1, ''
FROM log LEFT JOIN incidents_category c ON c.name = log.word AND c.org_path = ''
"""
ENTRIES = """
INSERT INTO incidents_incidententry (incident_id, org_path, kind, text, changes, at,
  recorded_by_id, client_digest)
SELECT id, org_path, 'filed', narrative, '{}', now(), recorded_by_id, ''
FROM incidents_incident WHERE station_id = %(station)s AND source_log = %(name)s
"""
SAID = """
INSERT INTO incidents_sourcerow (incident_id, "values", recorded_at)
SELECT id, jsonb_build_object('narrative', narrative), now()
FROM incidents_incident WHERE station_id = %(station)s AND source_log = %(name)s
"""


def lines() -> list[list[str]]:
    """Rows of a log: a call every fifty minutes."""
    found = []
    for number in range(ROWS):
        at = FIRST + dt.timedelta(minutes=50 * number)
        before = at - dt.timedelta(minutes=number % 90)
        word, place = WORDS[number % len(WORDS)], f"{number % 40}号楼"
        text = f"第{number}号警情,{place}附近,已到场了解情况"
        found.append(
            [f"L{number:06d}", f"{at:%F %R}", f"{before:%F %R}", word, place, text, "劝导"]
        )
    return found


def as_csv(rows: list[list[str]]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([HEADER, *rows])
    return buffer.getvalue().encode()


def floor(content: bytes, values: dict[str, Any], *, write: bool) -> None:
    """The log by hand, rolled back."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(STAGE)
            text = io.StringIO(content.decode())
            cursor.copy_expert("COPY log FROM STDIN (FORMAT csv, HEADER)", text)
            cursor.execute(CHECK, values)
            cursor.fetchall()
            if write:
                for statement in (RECORDS, ENTRIES, SAID):
                    cursor.execute(statement, values)
        transaction.set_rollback(True)


def _mapping(content: bytes, station: Station, by: User) -> LogMapping:
    _table, header = find_log_header(read_tables(content))
    return save_mapping(
        station=station,
        unit_path=station.org_path,
        name=NAME,
        fingerprint=header.fingerprint,
        columns=columns_of(header, propose(header.keys)),
        scope=EVERYWHERE,
        by=by,
    )


def log_import(station: Station, by: User) -> Iterator[Figures]:
    """Dry run, writing, and the dry run of the same file once it is written."""
    content = as_csv(lines())
    mapping = _mapping(content, station, by)
    now = timezone.now()
    kind = ImportJob.Kind.INCIDENTS
    options = {"station": station.pk, "mapping": mapping.pk}
    ctx = Context(scope=EVERYWHERE, by=by, today=now.date(), now=now, options=options)
    values = {"station": station.pk, "path": station.org_path, "name": NAME, "by": by.pk}

    def plan() -> None:
        report = pipeline.examine(kind, content, ctx)
        if report.created != ROWS:
            raise RuntimeError(f"the plan creates {report.created} of {ROWS} rows")

    def write() -> None:
        with transaction.atomic():
            pipeline.commit(kind, content, ctx)
            transaction.set_rollback(True)

    def again() -> None:
        report = pipeline.examine(kind, content, ctx)
        if report.unchanged != ROWS:
            raise RuntimeError(f"{report.unchanged} of {ROWS} rows are unchanged")

    for work, writes in ((plan, False), (write, True)):
        yield measure(
            f"log-{work.__name__}",
            f"log of {ROWS} rows, {work.__name__}",
            work,
            floor=lambda writes=writes: floor(content, values, write=writes),  # type: ignore[misc]
            least=3,
        )
    with transaction.atomic():
        pipeline.commit(kind, content, ctx)
        yield measure(
            "log-again",
            f"log of {ROWS} rows, again",
            again,
            floor=lambda: floor(content, values, write=False),
            least=3,
        )
        transaction.set_rollback(True)
