"""Import police rooms."""

from __future__ import annotations

from stations.imports.command import ImportCommand
from stations.models import ImportJob


class Command(ImportCommand):
    """`manage.py import_stations FILE [--as-of DAY] [--dry-run]`."""

    help = "Import police rooms: everything or nothing."
    kind = ImportJob.Kind.STATIONS
