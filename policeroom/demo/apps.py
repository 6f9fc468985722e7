from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Fills an empty database with the invented province 海岚省."""

    name = "policeroom.demo"
    label = "demo"
