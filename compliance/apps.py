from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    """Rule catalogue and dated parameters of the regulation."""

    name = "compliance"
