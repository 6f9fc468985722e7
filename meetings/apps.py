from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    """The weekly, monthly and quarterly regime of 第十四条: what is owed, held, decided, sent."""

    name = "meetings"
