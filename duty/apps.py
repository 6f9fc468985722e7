import importlib

from django.apps import AppConfig


class DutyConfig(AppConfig):
    """Levels and orders, directives, rosters, presence, handover, plans and drills."""

    name = "duty"

    def ready(self) -> None:
        """Clocks, the lines of the handover sheet, the card of the station file are declared."""
        importlib.import_module("duty.deadline_kinds")
        importlib.import_module("duty.handover_lines")
        importlib.import_module("duty.overview")
