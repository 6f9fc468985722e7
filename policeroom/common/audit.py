"""The one door to the audit trail, and the request facts that every event carries."""

from __future__ import annotations

import datetime as dt
import decimal
import uuid
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import models

from policeroom.common.models import AuditEvent
from policeroom.common.scope import NOBODY, Scope


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """From where an act came. Set by the middleware, by tasks and by commands."""

    request_id: str = ""
    ip: str | None = None
    source: str = "command"
    scope: Scope = NOBODY


current_facts: ContextVar[RequestFacts] = ContextVar("request_facts", default=RequestFacts())  # noqa: B039 -- frozen


def plain(value: Any) -> Any:
    """A JSON value for the trail; foreign keys become "id label"."""
    if value is None or isinstance(value, (bool, int, str, list, dict)):
        return value
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, (decimal.Decimal, uuid.UUID)):
        return str(value)
    if isinstance(value, models.Model):
        return f"{value.pk} {value}"
    return str(value)


def snapshot(instance: models.Model, fields: Iterable[str]) -> dict[str, Any]:
    """The named fields of a record as plain JSON values."""
    return {name: plain(getattr(instance, name)) for name in fields}


def record(
    action: str,
    *,
    by: Any,
    obj: models.Model | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    org_path: str | None = None,
    result: str = AuditEvent.Result.OK,
) -> AuditEvent:
    """Write one audit event in the current transaction: no event, no act.

    `by` is the user, or None for the system itself. `before`/`after` hold changed fields only
    where both are given. `org_path` defaults to the object's.
    """
    if before is not None and after is not None:
        changed = {name for name in after if before.get(name) != after[name]}
        before = {name: value for name, value in before.items() if name in changed}
        after = {name: value for name, value in after.items() if name in changed}
    facts = current_facts.get()
    return AuditEvent.objects.create(
        action=action,
        result=result,
        actor=by,
        actor_name=str(by) if by is not None else "system",
        actor_roles=",".join(sorted(facts.scope.roles))[:200],
        org_path=org_path if org_path is not None else getattr(obj, "org_path", "") or "",
        object_type=obj._meta.label_lower if obj is not None else "",
        object_id=str(obj.pk) if obj is not None else "",
        object_label=str(obj)[:200] if obj is not None else "",
        before=before or {},
        after=after or {},
        source=facts.source,
        ip=facts.ip,
        request_id=facts.request_id,
    )
