import importlib
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class IncidentsConfig(AppConfig):
    """The log of a police room: calls, their timeline, and the clocks that follow from them."""

    name = "incidents"

    def ready(self) -> None:
        """Base categories exist wherever the tables do; clocks and search are declared."""
        importlib.import_module("incidents.deadline_kinds")
        importlib.import_module("incidents.handover_lines")
        importlib.import_module("incidents.imports.ready")
        importlib.import_module("incidents.search_lines")
        importlib.import_module("incidents.workbench_lines")
        post_migrate.connect(_after_migrate, sender=self)


def _after_migrate(**signal: Any) -> None:
    steps = signal.get("plan") or ()  # a flush has none
    if any(migration.app_label == "incidents" and backwards for migration, backwards in steps):
        return  # the tables are on their way out
    from incidents.services.categories import (  # noqa: PLC0415 -- app ready
        ensure_base_categories,
    )

    ensure_base_categories()
