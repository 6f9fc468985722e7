"""Acts on parameters: each change cites an interpretation (JS-29-1)."""

from __future__ import annotations

import datetime as dt
from decimal import InvalidOperation
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from policeroom.common import audit
from policeroom.common.errors import DomainError
from policeroom.common.models import Interpretation, Parameter
from policeroom.common.parameters import PARAMETERS, ParameterEntry, Value


@transaction.atomic
def set_parameter(
    *,
    key: str,
    value: str,
    valid_from: dt.date,
    interpretation_no: str,
    interpretation_dated: dt.date,
    author_unit: str,
    by: Any,
) -> Parameter:
    """Let a parameter hold another value from `valid_from` on.

    Source: JS-29-1 (规范第二十九条). The value before stays true for the days before.
    Raises: DomainError if the value does not fit, equals the present one, or a later change exists.
    """
    entry = PARAMETERS[key]
    wanted = _parsed(entry, value)
    rows = Parameter.objects.select_for_update().filter(key=key)
    latest = rows.order_by("-valid_from").first()
    if latest is not None and latest.valid_from >= valid_from:
        raise DomainError(
            _("%(key)s already changes on %(day)s; choose a later day.")
            % {"key": key, "day": latest.valid_from},
            field="valid_from",
        )
    present = latest.value if latest is not None else entry.default
    if entry.parse(present) == wanted:
        raise DomainError(_("%(key)s already has this value.") % {"key": key}, field="value")
    if latest is not None:
        latest.valid_to = valid_from
        latest.save(update_fields=["valid_to"])
    interpretation, _created = Interpretation.objects.get_or_create(
        number=interpretation_no,
        defaults={"dated": interpretation_dated, "author_unit": author_unit},
    )
    row = Parameter(
        key=key,
        key_number=entry.number,
        value=value,
        valid_from=valid_from,
        interpretation=interpretation,
        recorded_by=by,
    )
    row.full_clean()
    row.save()
    audit.record(
        "parameters.edit",
        by=by,
        obj=row,
        before={"value": present},
        after={"value": value, "valid_from": valid_from.isoformat(), "by": interpretation_no},
    )
    return row


def _parsed(entry: ParameterEntry, value: str) -> Value:
    try:
        return entry.parse(value)
    except (ValueError, InvalidOperation):
        raise DomainError(
            _("“%(value)s” is no value of %(key)s: give %(example)s or the like.")
            % {"value": value, "key": entry.key, "example": entry.default},
            field="value",
        ) from None
