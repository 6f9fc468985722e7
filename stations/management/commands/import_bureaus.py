"""Import divisions (GB/T 2260) and their bureaus."""

from __future__ import annotations

from stations.imports.command import ImportCommand
from stations.models import ImportJob


class Command(ImportCommand):
    """`manage.py import_bureaus FILE [--as-of DAY] [--dry-run]`."""

    help = "Import divisions (GB/T 2260) and their bureaus: everything or nothing."
    kind = ImportJob.Kind.BUREAUS
