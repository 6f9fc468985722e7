"""Seal every sealed field again with the first key of FIELD_KEYS; the old key can go afterwards."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from incidents.services.parties import reseal_batch
from policeroom.common.fieldcrypto import TamperedError, current_key_id

BATCH = 200


class Command(BaseCommand):
    help = "Seals party names and telephones with the current key. Safe to stop and to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        last, total = 0, 0
        try:
            while True:
                reached, changed = reseal_batch(after_pk=last, size=BATCH)
                if not reached:
                    break
                last, total = reached, total + changed
        except TamperedError as error:
            raise CommandError(f"after row {last}: {error.message}") from error
        self.stdout.write(f"sealed with key {current_key_id()}: {total}")
