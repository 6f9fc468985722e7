"""Import the ministry's list of universities."""

from __future__ import annotations

from stations.imports.command import ImportCommand
from stations.models import ImportJob


class Command(ImportCommand):
    """`manage.py import_universities FILE [--province 江苏省] [--as-of DAY] [--dry-run]`."""

    help = "Import the ministry's list of universities: everything or nothing."
    kind = ImportJob.Kind.UNIVERSITIES
    by_province = True
