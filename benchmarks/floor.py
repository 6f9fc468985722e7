"""The floor: hand-written SQL that fetches the same rows over the same psycopg2 connection.

No Django between, no rendering, no count: the least the database and the driver take.
"""

from __future__ import annotations

import datetime as dt
import io
import itertools
import uuid
from collections.abc import Sequence
from typing import Any

import python_calamine as calamine
from django.db import connection, transaction

PAGE = 51

STATIONS = """
SELECT s.id, s.name, s.code, s.kind, o.kind, o.name, p.name, u.name, c.name, t.name,
       s.floor_area_m2, s.opened_on, s.closed_on,
       CASE WHEN s.closed_on <= %(day)s THEN 'closed' WHEN s.opened_on > %(day)s THEN 'planned'
            WHEN EXISTS (SELECT 1 FROM stations_stationsuspension x
                         WHERE x.station_id = s.id AND x.valid_from <= %(day)s
                           AND (x.valid_to IS NULL OR x.valid_to > %(day)s))
            THEN 'suspended' ELSE 'operating' END,
       CASE WHEN s.kind = 'center'
            THEN EXISTS (SELECT 1 FROM stations_station y
                         WHERE y.operator_id = s.operator_id AND y.kind = s.kind
                           AND y.closed_on IS NULL AND y.id <> s.id)
            ELSE EXISTS (SELECT 1 FROM stations_campus d
                         JOIN stations_station y ON y.campus_id = d.id
                         WHERE d.university_id = c.university_id AND y.kind = s.kind
                           AND y.operator_id = s.operator_id
                           AND y.closed_on IS NULL AND y.id <> s.id) END
FROM stations_station s
JOIN stations_orgunit o ON o.id = s.operator_id
LEFT JOIN stations_orgunit p ON p.id = o.parent_id
LEFT JOIN stations_campus c ON c.id = s.campus_id
LEFT JOIN stations_university u ON u.id = c.university_id
LEFT JOIN stations_cluster t ON t.id = s.cluster_id
WHERE s.org_path >= %(low)s AND s.org_path < %(high)s
  AND (s.org_path, s.id) > (%(after_path)s, %(after_id)s)
ORDER BY s.org_path, s.id LIMIT %(limit)s
"""

UNIVERSITIES = """
SELECT u.id, u.name, u.code, u.level, u.ownership, u.status, u.double_first_class, o.area_name,
       (SELECT count(*) FROM stations_campus c WHERE c.university_id = u.id
        AND c.org_path >= %(low)s AND c.org_path < %(high)s AND c.status <> 'closed')
FROM stations_university u JOIN stations_orgunit o ON o.id = u.unit_id
WHERE (u.org_path >= %(low)s AND u.org_path < %(high)s)
   OR EXISTS (SELECT 1 FROM stations_campus c WHERE c.university_id = u.id
              AND c.org_path >= %(low)s AND c.org_path < %(high)s)
ORDER BY u.org_path, u.code LIMIT %(limit)s
"""

CAMPUSES = """
WITH page AS MATERIALIZED (
  SELECT * FROM stations_campus WHERE org_path >= %(low)s AND org_path < %(high)s
  ORDER BY org_path, code LIMIT %(limit)s)
SELECT c.id, c.name, c.code, c.status, u.id, u.name, o.name, people.total, room.subject_id,
       room.name, center.name
FROM page c
JOIN stations_university u ON u.id = c.university_id
JOIN stations_orgunit o ON o.id = c.unit_id
LEFT JOIN LATERAL (SELECT students + staff AS total FROM stations_populationsnapshot
  WHERE campus_id = c.id AND as_of <= %(day)s ORDER BY as_of DESC, id DESC LIMIT 1) people ON true
LEFT JOIN LATERAL (SELECT v.subject_id, v.name FROM stations_stationversion v
  JOIN stations_station s ON s.id = v.subject_id
  WHERE v.campus_id = c.id AND v.valid_from <= %(day)s
    AND (v.valid_to IS NULL OR v.valid_to > %(day)s) AND s.opened_on <= %(day)s
    AND (s.closed_on IS NULL OR s.closed_on > %(day)s)
  ORDER BY v.kind DESC, v.subject_id LIMIT 1) room ON true
LEFT JOIN LATERAL (SELECT s.name FROM stations_coveragelink l
  JOIN stations_station s ON s.id = l.station_id
  WHERE l.campus_id = c.id AND l.kind = 'primary' AND l.valid_from <= %(day)s
    AND (l.valid_to IS NULL OR l.valid_to > %(day)s) LIMIT 1) center ON true
ORDER BY c.org_path, c.code
"""

SEARCHES = (
    """
SELECT s.id, s.name, s.code, s.closed_on, s.opened_on, o.name FROM stations_station s
JOIN stations_orgunit o ON o.id = s.operator_id
WHERE s.org_path >= %(low)s AND s.org_path < %(high)s
  AND (s.name LIKE %(any)s OR s.name_pinyin LIKE %(any)s OR s.code LIKE %(start)s)
ORDER BY s.org_path LIMIT 21
""",
    """
SELECT u.id, u.name, u.code, o.name FROM stations_university u
JOIN stations_orgunit o ON o.id = u.unit_id
WHERE u.org_path >= %(low)s AND u.org_path < %(high)s
  AND (u.name LIKE %(any)s OR u.name_pinyin LIKE %(any)s OR u.code LIKE %(start)s)
ORDER BY u.org_path, u.code LIMIT 21
""",
    """
SELECT c.id, c.name, c.code, u.name, o.name FROM stations_campus c
JOIN stations_university u ON u.id = c.university_id JOIN stations_orgunit o ON o.id = c.unit_id
WHERE c.org_path >= %(low)s AND c.org_path < %(high)s
  AND (c.name LIKE %(any)s OR u.name LIKE %(any)s OR u.name_pinyin LIKE %(any)s
       OR c.code LIKE %(start)s)
ORDER BY c.org_path, c.code LIMIT 21
""",
)

_VALID = "valid_from <= %(day)s AND (valid_to IS NULL OR valid_to > %(day)s)"
_HERE = "org_path >= %(low)s AND org_path < %(high)s"

#: The facts of 第四、六、七条 of one day, as `stations.queries.coverage` needs them.
COVERAGE = (
    f"SELECT university_id FROM stations_article6designation WHERE {_VALID}",
    f"""SELECT subject_id, name, level, org_path, status, is_military
        FROM stations_universityversion WHERE {_HERE} AND {_VALID}""",
    f"""SELECT v.subject_id, v.name, v.org_path, c.university_id, v.is_branch, v.status
        FROM (SELECT * FROM stations_campusversion WHERE {_HERE} AND {_VALID}) v
        JOIN stations_campus c ON c.id = v.subject_id""",
    """SELECT DISTINCT ON (campus_id) campus_id, students + staff
       FROM stations_populationsnapshot WHERE as_of <= %(day)s
       ORDER BY campus_id, as_of DESC, id DESC""",
    f"SELECT station_id FROM stations_stationsuspension WHERE {_VALID}",
    f"""SELECT v.subject_id, v.name, v.kind, v.org_path, v.campus_id, v.cluster_id, v.floor_area_m2
        FROM (SELECT * FROM stations_stationversion WHERE {_HERE} AND {_VALID}) v
        JOIN stations_station s ON s.id = v.subject_id
        WHERE s.opened_on <= %(day)s AND (s.closed_on IS NULL OR s.closed_on > %(day)s)""",
    f"""SELECT station_id, campus_id FROM stations_coveragelink
        WHERE {_VALID} AND kind = 'primary'""",
)


def fetch(statements: Sequence[str], **values: Any) -> list[list[tuple]]:
    """Rows of each statement, through a cursor of psycopg2 itself."""
    connection.ensure_connection()
    found = []
    with connection.connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, values)
            found.append(cursor.fetchall())
    return found


def stations(low: str, high: str, day: dt.date, *, limit: int = PAGE, after: Any = ("", 0)) -> Any:
    """Rows of the list of police rooms."""
    path, number = after
    return fetch(
        [STATIONS], low=low, high=high, day=day, limit=limit, after_path=path, after_id=number
    )


def search(low: str, high: str, word: str) -> Any:
    """At most 21 rows of each of three kinds."""
    return fetch(SEARCHES, low=low, high=high, any=f"%{word}%", start=f"{word}%")


def import_rows(content: bytes, *, write: bool) -> list[Any]:
    """Read a sheet, load it with COPY and check it in SQL; with `write`, insert and roll back.

    Returns the bad rows: unknown rooms and assets that are recorded already.
    """
    with transaction.atomic():
        lines = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        text = "\n".join("\t".join(str(cell) for cell in row) for row in lines.to_python()[1:])
        with connection.connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMPORARY TABLE sheet (room text, asset text, kind text, name text,"
                " quantity numeric) ON COMMIT DROP"
            )
            cursor.copy_expert("COPY sheet FROM STDIN", io.StringIO(text))
            cursor.execute(
                "SELECT sheet.* FROM sheet LEFT JOIN stations_station s ON s.code = room"
                " LEFT JOIN stations_equipmentitem e ON e.station_id = s.id AND e.asset_no = asset"
                " WHERE s.id IS NULL OR e.id IS NOT NULL"
            )
            bad = cursor.fetchall()
            if write:
                cursor.execute(
                    "INSERT INTO stations_equipmentitem (station_id, asset_no, category, name,"
                    " quantity, state, started_on, client_digest)"
                    " SELECT s.id, asset, 'desks', sheet.name, quantity, 'in_service',"
                    " current_date, '' FROM sheet JOIN stations_station s ON s.code = room"
                )
        transaction.set_rollback(True)
    return bad


_numbers = itertools.count(1)

NEXT_LEAF = """
SELECT coalesce(max(substr(org_path, 7)::int), 0) + 1 FROM stations_orgunit
WHERE org_path >= %(base)s AND org_path < %(end)s AND kind = 'station'
"""
LEAF = """
INSERT INTO stations_orgunit (parent_id, kind, name, area_name, org_path, provisional, name_pinyin)
VALUES (%(operator)s, 'station', %(name)s, '', %(path)s, false, '') RETURNING id
"""
STATION = """
INSERT INTO stations_station (kind, name, operator_id, org_path, campus_id, area_basis, co_located,
  client_uuid, client_digest, unit_id, code, inside_campus, address, telephone, premises_provider,
  liaison_post, plan_no, approval_no, opened_on, close_reason, name_pinyin)
VALUES ('standalone', %(name)s, %(operator)s, %(path)s, %(campus)s, 'exclusive', false, %(uuid)s,
  '', %(unit)s, %(code)s, true, '', '', '', '', '', '', %(day)s, '', '') RETURNING id
"""
VERSION = """
INSERT INTO stations_stationversion (kind, name, operator_id, org_path, campus_id, area_basis,
  co_located, subject_id, valid_from)
VALUES ('standalone', %(name)s, %(operator)s, %(path)s, %(campus)s, 'exclusive', false,
  %(station)s, %(day)s)
"""
EVENT = """
INSERT INTO common_auditevent (action, result, actor_name, actor_roles, org_path, object_type,
  object_id, object_label, before, after, source, request_id)
VALUES (%(action)s, 'ok', 'floor', '', %(path)s, '', '', %(name)s, '{}', '{}', 'command', '')
"""


def open_station(*, operator: Any, campus: Any, day: dt.date) -> None:
    """The rows of one opening in one transaction: leaf, room, version, two events, UUID check."""
    values: dict[str, Any] = {
        "operator": operator.pk,
        "campus": campus.pk,
        "uuid": str(uuid.uuid5(uuid.NAMESPACE_OID, f"floor {campus.pk}")),
        "code": f"F-{next(_numbers)}",
        "name": "floor",
        "day": day,
        "base": operator.org_path,
        "end": f"{operator.org_path}:",
    }
    with transaction.atomic(), connection.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM stations_orgunit WHERE id = %(operator)s FOR UPDATE", values)
        cursor.execute("SELECT 1 FROM stations_station WHERE client_uuid = %(uuid)s", values)
        cursor.execute(NEXT_LEAF, values)
        values["path"] = f"{operator.org_path}{cursor.fetchone()[0]:04d}"
        cursor.execute(LEAF, values)
        values["unit"] = cursor.fetchone()[0]
        cursor.execute(STATION, values)
        values["station"] = cursor.fetchone()[0]
        cursor.execute(VERSION, values)
        for action in ("bureaus.edit", "stations.open"):
            cursor.execute(EVENT, {**values, "action": action})
