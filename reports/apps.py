from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Coverage of the province: read-only."""

    name = "reports"
