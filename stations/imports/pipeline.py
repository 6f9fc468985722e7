"""From bytes to a report, and from a clean report to rows: the same for page and command."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from policeroom.common import audit
from stations.imports import bulk
from stations.imports.base import Context, ListImport
from stations.imports.cells import RefusedFileError, read_tables
from stations.imports.registry import list_of
from stations.imports.report import ImportReport, Notice, refused


def examine(kind: str, content: bytes, ctx: Context) -> ImportReport:
    """The dry run: everything that would be written and everything that is wrong."""
    return _examine(kind, content, ctx)[1]


@transaction.atomic
def commit(
    kind: str, content: bytes, ctx: Context, *, expected: str | None = None, obj: Any = None
) -> tuple[ImportReport, bool]:
    """Write the whole file, or nothing. Returns the report and whether it was written.

    The file is planned anew under a lock. With `expected` (the fingerprint of the dry run) a plan
    that came out differently is not written and says so.
    Raises: DomainError if a number in the tree has run out; IntegrityError if somebody else
    recorded one of the rows at the same moment. Both leave nothing behind.
    """
    bulk.lock_commits()
    run, report = _examine(kind, content, ctx)
    if run is None or not report.clean:
        return report, False
    if expected is not None and report.fingerprint != expected:
        report.notices.insert(0, Notice("changed_since"))
        return report, False
    ctx.progress("writing", 0, report.rows)
    run.write()
    report = run.report()
    after = {"list": str(kind), "file": ctx.filename, "as_of": str(run.as_of), **report.counts()}
    place = ctx.scope.ranges[0][0] if len(ctx.scope.ranges) == 1 else ""
    audit.record("imports.commit", by=ctx.by, obj=obj, after=after, org_path=place)
    ctx.progress("writing", report.rows, report.rows)
    return report, True


def _examine(
    kind: str, content: bytes, ctx: Context
) -> tuple[ListImport[Any] | None, ImportReport]:
    run = list_of(kind)(ctx)
    try:
        table, header = run.locate(read_tables(content))
        rows = run.read(table, header)
        run.compare(rows)
    except RefusedFileError as refusal:
        return None, refused(refusal.problem)
    return run, run.report()
