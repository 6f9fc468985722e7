import importlib

from django.apps import AppConfig


class DutyConfig(AppConfig):
    """Levels and orders, directives, rosters, presence, handover, plans and drills."""

    name = "duty"

    def ready(self) -> None:
        """The kinds of clocks are declared, and the card of the station file."""
        importlib.import_module("duty.deadline_kinds")
        importlib.import_module("duty.overview")
