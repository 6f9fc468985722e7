from django.apps import AppConfig


class CommonConfig(AppConfig):
    """Shared ground: scope, audit, notifications, tables, exports."""

    name = "policeroom.common"
    label = "common"
