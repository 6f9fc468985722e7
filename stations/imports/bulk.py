"""Set-based writing: what `save()` derives, paths in numbers, opening versions."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.db import connection, models

from policeroom.common.pinyin import pinyin_key
from policeroom.common.scope import SEGMENTS
from policeroom.common.versions import bulk_write_versions, version_fields
from stations.enums import LINE_DEPTH, UnitKind
from stations.imports.base import BATCH
from stations.models import OrgUnit
from stations.services.org import next_child_path

Record = TypeVar("Record", bound=models.Model)

#: "policeroom imports" as a number: whoever commits an import holds it until the end.
_COMMIT_LOCK = 7_206_021


def lock_commits() -> None:
    """Let one import write at a time, in this database, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_COMMIT_LOCK])


class PathBook:
    """Hands out the paths of new units, lowest free number first."""

    def __init__(self) -> None:
        rows = OrgUnit.objects.unscoped("numbers already used in the tree")
        used = rows.filter(kind__in=list(LINE_DEPTH)).values_list("kind", "org_path")
        self._taken: dict[tuple[int, str], list[str]] = defaultdict(list)
        for kind, path in used:
            self._note(LINE_DEPTH[UnitKind(kind)], path)

    def _note(self, depth: int, path: str) -> None:
        self._taken[depth, path[: sum(SEGMENTS[: depth - 1])]].append(path)

    def next_path(self, parent_path: str, kind: str) -> str:
        """Raises: DomainError when every number below the parent is used."""
        depth = LINE_DEPTH[UnitKind(kind)]
        base = parent_path.ljust(sum(SEGMENTS[: depth - 1]), "0")
        path = next_child_path(parent_path, self._taken[depth, base], depth=depth)
        self._note(depth, path)
        return path


def create_units(units: Sequence[OrgUnit]) -> None:
    """Create planned units, superiors first; parents may be among them.

    Raises: DomainError when no number is left below a parent.
    """
    if not units:
        return
    book = PathBook()
    depths = sorted({LINE_DEPTH[UnitKind(unit.kind)] for unit in units})
    for depth in depths:
        level = [unit for unit in units if LINE_DEPTH[UnitKind(unit.kind)] == depth]
        for unit in level:
            parent = unit.parent
            unit.parent = parent  # takes the key of a parent created a level above
            unit.org_path = book.next_path(parent.org_path if parent else "", unit.kind)
            unit.name_pinyin = pinyin_key(unit.name)
        OrgUnit.objects.bulk_create(level, batch_size=BATCH)


def first_versions(
    rows: Iterable[Record],
    version_model: type[models.Model],
    *,
    valid_from: Callable[[Record], dt.date],
    by: Any,
) -> None:
    """The opening version of new records, each from its own day."""
    names = version_fields(version_model)
    versions = [
        version_model(
            subject=row,
            valid_from=valid_from(row),
            recorded_by=by,
            **{name: getattr(row, name) for name in names},
        )
        for row in rows
    ]
    version_model._default_manager.bulk_create(versions, batch_size=BATCH)


def open_since(version_model: type[models.Model], ids: Iterable[int]) -> dict[int, dt.date]:
    """Since when the present version of each record holds: one query."""
    rows = version_model._default_manager.filter(
        subject__in=[pk for pk in ids if pk], valid_to__isnull=True
    )
    return dict(rows.values_list("subject_id", "valid_from"))


__all__ = [
    "PathBook",
    "bulk_write_versions",
    "create_units",
    "first_versions",
    "lock_commits",
    "open_since",
]
