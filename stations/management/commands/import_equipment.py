"""Import equipment of police rooms."""

from __future__ import annotations

from stations.imports.command import ImportCommand
from stations.models import ImportJob


class Command(ImportCommand):
    """`manage.py import_equipment FILE [--as-of DAY] [--dry-run]`."""

    help = "Import equipment of police rooms: everything or nothing."
    kind = ImportJob.Kind.EQUIPMENT
