"""Trainings (第十九条): several people at once, struck with a reason; annual plans of a city."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from personnel.enums import TrainingKind
from personnel.models import Person, TrainingPlan, TrainingRecord
from policeroom.common import audit
from policeroom.common.clients import digest, replayed
from policeroom.common.errors import DomainError
from stations.enums import UnitKind
from stations.models import OrgUnit
from stations.services.guards import refuse_future

FACTS = (
    "person",
    "kind",
    "topics",
    "title",
    "completed_on",
    "hours",
    "certificate_no",
    "valid_until",
)
PLAN_FACTS = ("unit", "year", "decided_on", "document_no")
OWN = "a training its caller fetched through the scope"


@transaction.atomic
def record_trainings(
    *,
    people: Sequence[Person],
    kind: str,
    title: str,
    completed_on: dt.date,
    hours: Decimal,
    by: Any,
    today: dt.date,
    topics: Sequence[str] = (),
    certificate_no: str = "",
    valid_until: dt.date | None = None,
    client_uuid: uuid.UUID | None = None,
) -> list[TrainingRecord]:
    """Record one training that several people completed; a resend returns the first rows.

    Raises: DomainError for nobody, a day to come, a validity that ended before, or training before
    a post without topics.
    """
    refuse_future(completed_on, today=today, field="completed_on")
    if not people:
        raise DomainError(_("Name at least one person who completed it."), field="people")
    if valid_until is not None and valid_until < completed_on:
        raise DomainError(
            _("Completed on %(day)s; it is valid until that day or later.") % {"day": completed_on},
            field="valid_until",
        )
    if kind == TrainingKind.PRE_POST and not topics:
        raise DomainError(
            _("Name the topics the training before the post covered."), field="topics"
        )
    facts = {
        "kind": kind,
        "title": title.strip(),
        "completed_on": completed_on,
        "hours": hours,
        "topics": sorted(set(topics)),
        "certificate_no": certificate_no.strip(),
        "valid_until": valid_until,
    }
    return [_record(person, facts, by=by, client_uuid=client_uuid) for person in people]


def _record(
    person: Person, facts: dict[str, Any], *, by: Any, client_uuid: uuid.UUID | None
) -> TrainingRecord:
    """One row; its UUID follows from that of the form and the person."""
    own = uuid.uuid5(client_uuid, str(person.pk)) if client_uuid else None
    fingerprint = digest({**facts, "person": person})
    earlier = replayed(TrainingRecord, own, fingerprint)
    if earlier is not None:
        return earlier
    row = TrainingRecord(
        person=person,
        recorded_by=by,
        client_uuid=own,
        client_digest=fingerprint if own else "",
        **facts,
    )
    row.full_clean()
    row.save()
    after = audit.snapshot(row, FACTS)
    audit.record("people.train", by=by, obj=row, org_path=person.org_path, after=after)
    return row


@transaction.atomic
def strike_training(
    *, training: TrainingRecord, reason: str, by: Any, at: dt.datetime
) -> TrainingRecord:
    """Strike a training that was recorded wrongly; it stays with its reason.

    Raises: DomainError if it is already struck, or without a reason.
    """
    rows = TrainingRecord.objects.unscoped(OWN).select_for_update(of=("self",))
    row: TrainingRecord = rows.select_related("person").get(pk=training.pk)
    if row.struck_at is not None:
        raise DomainError(_("This training is already struck."))
    if not reason.strip():
        raise DomainError(_("Say why it is struck."), field="reason")
    row.struck_at, row.strike_reason = at, reason.strip()
    row.full_clean()
    row.save(update_fields=["struck_at", "strike_reason"])
    audit.record(
        "people.train-strike",
        by=by,
        obj=row,
        org_path=row.person.org_path,
        after={"reason": row.strike_reason},
    )
    return row


@transaction.atomic
def record_plan(
    *, unit: OrgUnit, year: int, decided_on: dt.date, document_no: str, by: Any, today: dt.date
) -> TrainingPlan:
    """Record the annual training plan of a city.

    Source: JS-19-2 (规范第十九条). Raises: DomainError for a unit that is no city bureau or a day
    to come; ValidationError if the year already has its plan.
    """
    refuse_future(decided_on, today=today, field="decided_on")
    if unit.kind != UnitKind.CITY:
        raise DomainError(_("A city bureau decides the plan."), field="unit")
    row = TrainingPlan(
        unit=unit,
        org_path=unit.org_path,
        year=year,
        decided_on=decided_on,
        document_no=document_no.strip(),
        recorded_by=by,
    )
    row.full_clean()
    row.save()
    audit.record("people.plan", by=by, obj=row, after=audit.snapshot(row, PLAN_FACTS))
    return row
