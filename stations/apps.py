import importlib

from django.apps import AppConfig


class StationsConfig(AppConfig):
    """Organisation tree, universities, campuses, stations and what they hold."""

    name = "stations"

    def ready(self) -> None:
        """The search over everything asks for places."""
        importlib.import_module("stations.search_lines")
