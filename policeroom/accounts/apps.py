from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People who sign in."""

    name = "policeroom.accounts"
    label = "accounts"

    def ready(self) -> None:
        from policeroom.accounts import checks, signals  # noqa: F401, PLC0415 -- app ready
