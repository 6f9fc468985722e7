import importlib

from django.apps import AppConfig


class DutyConfig(AppConfig):
    """Levels and orders, directives, rosters, presence, handover, plans and drills."""

    name = "duty"

    def ready(self) -> None:
        """Clocks, and what stands on the handover sheet, the station file and the workbench."""
        importlib.import_module("duty.deadline_kinds")
        importlib.import_module("duty.handover_lines")
        importlib.import_module("duty.overview")
        importlib.import_module("duty.workbench_lines")
