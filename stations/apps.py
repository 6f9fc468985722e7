from django.apps import AppConfig


class StationsConfig(AppConfig):
    """Organisation tree, universities, campuses, stations and what they hold."""

    name = "stations"
