"""Striking what hangs on an incident: it stays, crossed out, with who, when and why."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from incidents.models.records import IncidentPart
from policeroom.common.errors import DomainError


def strike(part: IncidentPart, *, reason: str, by: Any, now: dt.datetime) -> None:
    """Cross out a row inside its act's transaction; the caller holds the incident.

    Raises: DomainError without a reason, or for a row that is already struck.
    """
    if not reason.strip():
        raise DomainError(_("Say why it is struck."), field="reason")
    part.refresh_from_db(fields=["struck_at"])
    if part.struck_at is not None:
        raise DomainError(_("This is already struck."))
    part.struck_at, part.struck_by, part.strike_reason = now, by, reason.strip()
    part.clean_fields(exclude=("incident", "recorded_by"))
    part.save(update_fields=["struck_at", "struck_by", "strike_reason"])
