"""Parameters with their history."""

from __future__ import annotations

from policeroom.common.models import Parameter
from policeroom.common.parameters import PARAMETERS


def parameter_history() -> dict[str, list[Parameter]]:
    """Every recorded value by key, the latest first; each key of the catalogue is there."""
    history: dict[str, list[Parameter]] = {key: [] for key in PARAMETERS}
    for row in Parameter.objects.select_related("interpretation").order_by("key", "-valid_from"):
        history.setdefault(row.key, []).append(row)
    return history
