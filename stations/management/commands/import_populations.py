"""Import students and staff of campuses."""

from __future__ import annotations

from stations.imports.command import ImportCommand
from stations.models import ImportJob


class Command(ImportCommand):
    """`manage.py import_populations FILE [--as-of DAY] [--dry-run]`."""

    help = "Import students and staff of campuses: everything or nothing."
    kind = ImportJob.Kind.POPULATIONS
