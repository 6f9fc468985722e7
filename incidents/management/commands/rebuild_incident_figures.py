"""Count every figure and write every word of the search anew from the incidents."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from incidents.services.rollups import rebuild_figures
from incidents.services.search import rebuild_words


class Command(BaseCommand):
    """`manage.py rebuild_incident_figures`: after a restore, or when a check found a difference."""

    help = "Rebuild the counts and the searchable words of incidents from the rows."

    def handle(self, *args: Any, **options: Any) -> None:
        counts = rebuild_figures()
        texts = rebuild_words()
        if options["verbosity"]:
            for table, rows in counts.items():
                self.stdout.write(f"{table}: {rows} rows")
            self.stdout.write(f"words: {texts} rows")
