"""manage.py import_incidents FILE --room CODE --by USERNAME [--log NAME]."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.imports.fields import LogField, propose
from incidents.imports.header import find_log_header
from incidents.imports.proposal import columns_of, proposed_order
from incidents.models import LogMapping
from incidents.queries.imports import mapping_for
from incidents.services.imports import save_mapping
from policeroom.accounts.models import User
from policeroom.common.errors import DomainError
from stations.imports.base import EVERYWHERE, Context
from stations.imports.cells import RefusedFileError, read_tables
from stations.imports.command import ImportCommand
from stations.imports.report import KEPT_FLAGS
from stations.models import ImportJob, Station


class Command(ImportCommand):
    """Imports the log of one police room by a saved mapping, or by the one its header suggests."""

    help = "Import an incident log (.xls, .xlsx, .csv) into one police room."
    kind = ImportJob.Kind.INCIDENTS
    shown_rows = KEPT_FLAGS  # every oddity by its row

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--room", required=True, metavar="CODE", help="code of the police room")
        parser.add_argument("--by", required=True, metavar="NUMBER", help="who imports it")
        parser.add_argument(
            "--log",
            default="",
            metavar="NAME",
            help="name of the log; a mapping the header suggests is saved under it if none fits",
        )
        parser.add_argument(
            "--zone", default="Asia/Shanghai", help="time zone of the file, for a new mapping"
        )
        parser.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="COLUMN=FIELD",
            help=f"what a column is, for a new mapping; fields: {', '.join(LogField.values)}",
        )
        parser.add_argument(
            "--take-stale", action="store_true", help="also write rows older than the records"
        )

    def context(self, content: bytes, **options: Any) -> Context:
        station = _one(Station.objects.unscoped("the command line").filter(code=options["room"]))
        by = _one(User.objects.filter(username=options["by"]))
        mapping = self._mapping(content, station, by, options)
        return Context(
            scope=EVERYWHERE,
            by=by,
            today=timezone.localdate(),
            now=timezone.now(),
            filename=options["file"].name,
            as_of=options["as_of"],
            options={
                "station": station.pk,
                "mapping": mapping.pk,
                "apply_stale": options["take_stale"],
            },
        )

    def _mapping(
        self, content: bytes, station: Station, by: User, options: dict[str, Any]
    ) -> LogMapping:
        try:
            table, header = find_log_header(read_tables(content))
        except RefusedFileError as refusal:
            raise CommandError(refusal.problem.reason) from refusal
        found = mapping_for(station, header.fingerprint, options["log"])
        if found is not None:
            return found
        if not options["log"]:
            raise CommandError(
                _("No mapping is saved for these columns: %(names)s. Name the log with --log.")
                % {"names": "、".join(header.names)}
            )
        fields = dict(zip(header.names, propose(header.keys), strict=True))
        fields |= dict(_pair(text) for text in options["set"])
        columns = columns_of(header, [fields[name] for name in header.names])
        zone = ZoneInfo(options["zone"])
        order = proposed_order(table, header, columns, zone=zone, today=timezone.localdate())
        try:
            mapping = save_mapping(
                station=station,
                unit_path=station.org_path,
                name=options["log"],
                fingerprint=header.fingerprint,
                columns=columns,
                scope=EVERYWHERE,
                by=by,
                zone=options["zone"],
                date_order=order,
            )
        except (DomainError, ValidationError) as refusal:
            raise CommandError(str(refusal)) from refusal
        self._say(mapping)
        return mapping

    def _say(self, mapping: LogMapping) -> None:
        for column in mapping.columns:
            label = LogField(column["field"]).label if column["field"] else _("not imported")
            self.stdout.write(f"  {column['name']} → {label}")


def _one(rows: Any) -> Any:
    found = rows.first()
    if found is None:
        raise CommandError(_("There is no such room or person."))
    return found


def _pair(text: str) -> tuple[str, str]:
    name, _sign, field = text.rpartition("=")
    if field and field not in LogField.values:
        raise CommandError(f"{field!r} is none of: {', '.join(LogField.values)}")
    return name, field
