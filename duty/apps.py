from django.apps import AppConfig


class DutyConfig(AppConfig):
    """Levels and orders, directives, rosters, presence, handover, plans and drills."""

    name = "duty"
