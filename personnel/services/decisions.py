"""Appraisals, commendations, accountability (第二十一条): records of what people decided on paper.

Nothing is derived from them and nothing leads to them by itself; whoever may record may correct,
and what was wrong stays with the reason.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from personnel.models import Accountability, Appraisal, Commendation, Person
from personnel.models.decisions import Decision
from policeroom.common import audit
from policeroom.common.clients import digest, replayed
from policeroom.common.errors import DomainError
from stations.services.guards import locked, refuse_future

Kind = TypeVar("Kind", Appraisal, Commendation, Accountability)

SHARED = ("station", "decided_by", "decided_on", "document_no", "result")
OWN: dict[type[Decision], tuple[str, ...]] = {
    Appraisal: ("year", "scheme"),
    Commendation: ("person", "ground"),
    Accountability: ("person", "ground"),
}


def fields_of(model: type[Decision]) -> tuple[str, ...]:
    """Facts of a kind of decision."""
    return (*SHARED, *OWN[model])


@transaction.atomic
def record_decision(
    model: type[Kind],
    *,
    by: Any,
    today: dt.date,
    client_uuid: uuid.UUID | None = None,
    **facts: Any,
) -> Kind:
    """Record a decision by its paper. `facts`: the names of `fields_of(model)`.

    Source: JS-21-2 (规范第二十一条). A resend under the same `client_uuid` returns the first row.
    Raises: DomainError for a day to come, a unit that does not stand above the room, a person who
    never had a post there by that day, an appraisal of a year to come; ValidationError if
    the room's appraisal of the year is already recorded.
    """
    values = _cleaned(facts)
    fingerprint = digest(values)
    earlier = replayed(model, client_uuid, fingerprint)
    if earlier is not None:
        return earlier
    row = _insert(model, values, by=by, today=today, key=(client_uuid, fingerprint))
    after = audit.snapshot(row, fields_of(model))
    audit.record("decisions.record", by=by, obj=row, after=after)
    return row


@transaction.atomic
def correct_decision(
    decision: Kind, *, reason: str, by: Any, at: dt.datetime, today: dt.date, **facts: Any
) -> Kind:
    """Put a right record in the place of a wrong one, which stays with the reason.

    Raises: DomainError as `record_decision`, if it is already struck, or without a reason.
    """
    wrong = _strike(decision, reason, at=at)
    model = type(wrong)
    row = _insert(model, {**_cleaned(facts), "corrects": wrong}, by=by, today=today)
    audit.record(
        "decisions.correct",
        by=by,
        obj=row,
        before=audit.snapshot(wrong, fields_of(model)),
        after={**audit.snapshot(row, fields_of(model)), "reason": wrong.strike_reason},
    )
    return row


@transaction.atomic
def strike_decision(decision: Kind, *, reason: str, by: Any, at: dt.datetime) -> Kind:
    """Strike a record of a decision that was never taken; it stays with the reason.

    Raises: DomainError if it is already struck, or without a reason.
    """
    row = _strike(decision, reason, at=at)
    before = audit.snapshot(row, fields_of(type(row)))
    after = {"reason": row.strike_reason}
    audit.record("decisions.strike", by=by, obj=row, before=before, after=after)
    return row


def _cleaned(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: v.strip() if isinstance(v, str) else v for name, v in facts.items()}


def _insert(
    model: type[Kind],
    values: dict[str, Any],
    *,
    by: Any,
    today: dt.date,
    key: tuple[uuid.UUID | None, str] = (None, ""),
) -> Kind:
    client_uuid, fingerprint = key
    row = model(
        **values,
        org_path=values["station"].org_path,
        recorded_by=by,
        client_uuid=client_uuid,
        client_digest=fingerprint if client_uuid else "",
    )
    refuse_future(row.decided_on, today=today, field="decided_on")
    if not row.org_path.startswith(row.decided_by.org_path):
        raise DomainError(
            _("%(unit)s does not stand above the room.") % {"unit": row.decided_by.name},
            field="decided_by",
        )
    if isinstance(row, Appraisal):
        _refuse_year_to_come(row)
    elif row.person is not None:
        _refuse_stranger(row, row.person)
    row.full_clean()
    row.save()
    return row


def _refuse_year_to_come(row: Appraisal) -> None:
    if row.year > row.decided_on.year:
        raise DomainError(
            _("The appraisal of %(year)s cannot have been decided on %(day)s.")
            % {"year": row.year, "day": row.decided_on},
            field="year",
        )


def _refuse_stranger(row: Commendation | Accountability, person: Person) -> None:
    served = person.assignments.filter(station=row.station, valid_from__lte=row.decided_on)
    if not served.exists():
        raise DomainError(
            _("%(name)s had no post in %(room)s by %(day)s.")
            % {"name": person.name, "room": row.station.name, "day": row.decided_on},
            field="person",
        )


def _strike(decision: Kind, reason: str, *, at: dt.datetime) -> Kind:
    row = locked(decision)
    if row.struck_at is not None:
        raise DomainError(_("This record is already struck."))
    if not reason.strip():
        raise DomainError(_("Say why it is struck."), field="reason")
    row.struck_at, row.strike_reason = at, reason.strip()
    row.full_clean(validate_constraints=False)
    row.save(update_fields=["struck_at", "strike_reason"])
    return row
