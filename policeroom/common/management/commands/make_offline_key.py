"""Write a new key for offline records; put its file in front of OFFLINE_KEYS, keep the old ones."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from policeroom.common.sealing import make_key


class Command(BaseCommand):
    help = "Makes an RSA key that opens what devices seal while the line is lost."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="file to write; must not exist")

    def handle(self, *args: Any, path: Path, **options: Any) -> None:
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as error:
            raise CommandError(f"{path} exists: a key is never overwritten.") from error
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}") from error
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(make_key())
        self.stdout.write(f"{path}: name it first in OFFLINE_KEYS, keep the old files after it.")
