"""Import campuses."""

from __future__ import annotations

from stations.imports.command import ImportCommand
from stations.models import ImportJob


class Command(ImportCommand):
    """`manage.py import_campuses FILE [--as-of DAY] [--dry-run]`."""

    help = "Import campuses: everything or nothing."
    kind = ImportJob.Kind.CAMPUSES
