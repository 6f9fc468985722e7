"""What the six import commands share: `manage.py import_<list> FILE`."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from policeroom.common.errors import DomainError
from stations.imports import pipeline
from stations.imports.base import EVERYWHERE, Context
from stations.imports.report import ImportReport, Notice, Problem

#: Items of one notice that are printed.
SHOWN_ITEMS = 20
#: Bad rows that are printed.
SHOWN_PROBLEMS = 100


class ImportCommand(BaseCommand):
    """Reads a file, prints the report, and writes all of it or nothing."""

    kind: ClassVar[str]
    by_province: ClassVar[bool] = False
    shown_rows: ClassVar[int] = SHOWN_PROBLEMS

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=".xls, .xlsx or .csv")
        parser.add_argument(
            "--as-of", type=_day, metavar="DAY", help="day from which it is true (2026-09-01)"
        )
        parser.add_argument("--dry-run", action="store_true", help="show the report, write nothing")
        if self.by_province:
            parser.add_argument("--province", default="", help="only this province (江苏省)")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        content = _content(path)
        ctx = self.context(content, **options)
        report, written = self._run(content, ctx, dry=options["dry_run"])
        self._print(report)
        if not report.clean:
            raise CommandError(_("Nothing was written."))
        self.stdout.write(_("Written.") if written else _("Dry run: nothing was written."))

    def context(self, content: bytes, **options: Any) -> Context:
        """For whom and where the file is imported: everywhere, unless the list says otherwise."""
        return Context(
            scope=EVERYWHERE,
            by=None,
            today=timezone.localdate(),
            filename=options["file"].name,
            province=options.get("province", ""),
            as_of=options["as_of"],
        )

    def _run(self, content: bytes, ctx: Context, *, dry: bool) -> tuple[ImportReport, bool]:
        if dry:
            return pipeline.examine(self.kind, content, ctx), False
        try:
            with transaction.atomic():
                return pipeline.commit(self.kind, content, ctx)
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal
        except IntegrityError as error:
            raise CommandError(Problem("collision").reason) from error

    def _print(self, report: ImportReport) -> None:
        for notice in (*report.summary, *report.notices):
            self._print_notice(notice)
        counts = report.counts()
        if report.rows or report.clean:
            self.stdout.write(
                _("%(created)d created, %(changed)d changed, %(unchanged)d unchanged") % counts
            )
        self._print_rows(self.stdout, report.flags, report.flag_total)
        self._print_rows(self.stderr, report.problems, report.problem_total)

    def _print_rows(self, out: Any, rows: list[Problem], total: int) -> None:
        for row in rows[: self.shown_rows]:
            out.write(_line(row))
        if total > self.shown_rows:
            out.write(_("… and %(count)d more.") % {"count": total - self.shown_rows})

    def _print_notice(self, notice: Notice) -> None:
        self.stdout.write(notice.text)
        for item in notice.items[:SHOWN_ITEMS]:
            self.stdout.write(f"  {item}")
        if len(notice.items) > SHOWN_ITEMS:
            more = {"count": len(notice.items) - SHOWN_ITEMS}
            self.stdout.write("  " + _("… and %(count)d more.") % more)


def _line(problem: Problem) -> str:
    place = ""
    if problem.line is not None:
        place = _("Row %(line)d, %(column)s: ") % {"line": problem.line, "column": problem.column}
    return f"{place}{problem.reason} {problem.remedy}"


def _content(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > settings.UPLOAD_MAX_BYTES:
            raise CommandError(
                _("%(file)s has %(size)d bytes; at most %(limit)d are read. Split it.")
                % {"file": path, "size": size, "limit": settings.UPLOAD_MAX_BYTES}
            )
        return path.read_bytes()
    except OSError as error:
        raise CommandError(
            _("%(file)s cannot be read: %(reason)s. Check the path.")
            % {"file": path, "reason": error.strerror}
        ) from error


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a day such as 2026-09-01") from error
