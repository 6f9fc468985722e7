import importlib

from django.apps import AppConfig


class PersonnelConfig(AppConfig):
    """People at the stations, and which user may do what where."""

    name = "personnel"

    def ready(self) -> None:
        """The kinds of clocks are declared, the card of the station file, the search for people."""
        importlib.import_module("personnel.deadline_kinds")
        importlib.import_module("personnel.overview")
        importlib.import_module("personnel.search_lines")
