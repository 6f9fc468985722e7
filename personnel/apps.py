from django.apps import AppConfig


class PersonnelConfig(AppConfig):
    """People at the stations, and which user may do what where."""

    name = "personnel"
