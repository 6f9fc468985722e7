"""Parameters as they held on a day."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from compliance.catalogue import PARAMETERS
from compliance.models import Parameter


def parameters_on(day: dt.date) -> dict[str, Any]:
    """Every parameter of the catalogue with the value that held on `day` (one query)."""
    values: dict[str, bool | int | Decimal] = {
        key: entry.parse(entry.default) for key, entry in PARAMETERS.items()
    }
    rows = Parameter.objects.filter(Parameter.valid_on(day)).values_list("key", "value")
    for key, text in rows:
        if key in PARAMETERS:
            values[key] = PARAMETERS[key].parse(text)
    return values


def parameter_history() -> dict[str, list[Parameter]]:
    """Every recorded value by key, the latest first; each key of the catalogue is there."""
    history: dict[str, list[Parameter]] = {key: [] for key in PARAMETERS}
    for row in Parameter.objects.select_related("interpretation").order_by("key", "-valid_from"):
        history.setdefault(row.key, []).append(row)
    return history
