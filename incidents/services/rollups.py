"""Upkeep of the counts: fold what has gathered, build them anew from the rows."""

from __future__ import annotations

from typing import Final

from django.db import connection, transaction

from incidents.models import DayFigure, HourFigure, MonthFigure, ResponseFigure

#: Table -> its keys beside the county.
FIGURES: Final = {
    DayFigure: ("day", "category", "kind"),
    MonthFigure: ("month", "category", "kind"),
    HourFigure: ("month", "weekday", "hour"),
    ResponseFigure: ("month", "minutes"),
}
#: A key as the incidents `c` and their keys `k` give it.
_EXPRESSIONS: Final = {"category": "coalesce(c.category_id, 0)", "kind": "c.kind"}


@transaction.atomic
def fold_figures() -> int:
    """Sum up the rows appended since the last time; returns how many were folded.

    Sums stay what they are, only their rows become fewer. Safe to run at any time, twice, and
    beside every other act: a row is taken by one run only, and nobody waits for it.
    """
    return sum(_fold(model._meta.db_table, keys) for model, keys in FIGURES.items())


@transaction.atomic
def rebuild_figures() -> dict[str, int]:
    """Count everything anew from the incidents; returns the rows of each table.

    Holds every write to incidents while it runs.
    """
    counts = {}
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE incidents_incident IN SHARE ROW EXCLUSIVE MODE")
        for model, keys in FIGURES.items():
            table = model._meta.db_table
            values = [_EXPRESSIONS.get(key, f"k.{key}") for key in keys]
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 -- own table name
            cursor.execute(
                f"INSERT INTO {table} (county_path, {', '.join(keys)}, n, folded)"  # noqa: S608 -- own names
                f" SELECT left(c.org_path, 6), {', '.join(values)}, count(*), true"
                " FROM incidents_incident c CROSS JOIN LATERAL incidents_figure_keys("
                "c.reported_at, c.reported_precision, c.arrived_at) k"
                f" GROUP BY 1, {', '.join(str(n + 2) for n in range(len(keys)))}"
                " ORDER BY 2, 1"
            )
            counts[table] = cursor.rowcount
    return counts


def _fold(table: str, keys: tuple[str, ...]) -> int:
    columns = ", ".join(("county_path", *keys))
    same = " AND ".join(f"t.{key} = k.{key}" for key in ("county_path", *keys))
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH fresh AS (DELETE FROM {table} WHERE NOT folded RETURNING {columns}, n),"  # noqa: S608 -- own names
            f" touched AS (DELETE FROM {table} t USING (SELECT DISTINCT {columns} FROM fresh) k"
            f"             WHERE t.folded AND {same} RETURNING {_of('t', keys)}, t.n),"
            f" summed AS (INSERT INTO {table} ({columns}, n, folded)"
            f"            SELECT {columns}, sum(n), true"
            "             FROM (SELECT * FROM fresh UNION ALL SELECT * FROM touched) x"
            f"            GROUP BY {columns} HAVING sum(n) <> 0)"
            " SELECT count(*) FROM fresh"
        )
        folded: int = cursor.fetchone()[0]
    return folded


def _of(alias: str, keys: tuple[str, ...]) -> str:
    return ", ".join(f"{alias}.{key}" for key in ("county_path", *keys))
