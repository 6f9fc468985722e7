"""A room's drill with its evaluation: recorded, and corrected when mistyped (第十八条)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from duty.enums import PlanIncidentType
from duty.levels import DutyLevel
from duty.models import Drill, EmergencyPlan
from policeroom.common import audit
from policeroom.common.clients import digest, replayed
from policeroom.common.errors import DomainError
from stations.models import Station
from stations.services.guards import locked, refuse_future

FACTS: Final = (
    *("held_on", "title", "plan", "levels", "incident_type", "participants"),
    *("evaluation", "document_no", "proof"),
)
NAMED: Final = ("title", "evaluation", "document_no", "proof")


@transaction.atomic
def record_drill(
    *,
    station: Station,
    held_on: dt.date,
    title: str,
    levels: Collection[int],
    incident_type: str,
    participants: int,
    evaluation: str,
    by: Any,
    today: dt.date,
    plan: EmergencyPlan | None = None,
    document_no: str = "",
    proof: str = "",
    client_uuid: uuid.UUID | None = None,
) -> Drill:
    """Record one drill. Participants are a total; nobody is named.

    Source: JS-18-4, JS-13-3d (规范第十八条「适时组织实战演练」). A resend returns the first row.
    Raises: ConflictError for other content under a used UUID; DomainError for a day to come or
    before the room opened, nobody taking part, or a plan that did not hold there that day.
    """
    values = _values(
        held_on=held_on,
        title=title,
        levels=levels,
        incident_type=incident_type,
        participants=participants,
        evaluation=evaluation,
        plan=plan,
        document_no=document_no,
        proof=proof,
    )
    fingerprint = digest({"station": station.pk, **values})
    locked(station)
    earlier = replayed(Drill, client_uuid, fingerprint)
    if earlier is not None:
        return earlier
    _refuse(station, plan, held_on, participants, today=today)
    row = Drill(
        station=station,
        org_path=station.org_path,
        recorded_by=by,
        client_uuid=client_uuid,
        client_digest=fingerprint if client_uuid else "",
        **values,
    )
    row.full_clean()
    row.save(force_insert=True)
    audit.record("drills.record", by=by, obj=row, after=audit.snapshot(row, FACTS))
    return row


@transaction.atomic
def correct_drill(
    *,
    drill: Drill,
    held_on: dt.date,
    title: str,
    levels: Collection[int],
    incident_type: str,
    participants: int,
    evaluation: str,
    by: Any,
    today: dt.date,
    plan: EmergencyPlan | None = None,
    document_no: str = "",
    proof: str = "",
) -> Drill:
    """Correct what was recorded of a drill; the trail keeps what stood there.

    Raises: DomainError as `record_drill`.
    """
    row = locked(drill)
    _refuse(row.station, plan, held_on, participants, today=today)
    before = audit.snapshot(row, FACTS)
    values = _values(
        held_on=held_on,
        title=title,
        levels=levels,
        incident_type=incident_type,
        participants=participants,
        evaluation=evaluation,
        plan=plan,
        document_no=document_no,
        proof=proof,
    )
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean()
    row.save(update_fields=[*FACTS])
    audit.record("drills.correct", by=by, obj=row, before=before, after=audit.snapshot(row, FACTS))
    return row


def _values(**facts: Any) -> dict[str, Any]:
    """The facts as they are stored."""
    facts["levels"] = sorted({DutyLevel(level).value for level in facts["levels"]})
    facts["incident_type"] = PlanIncidentType(facts["incident_type"]).value
    return facts | {name: facts[name].strip() for name in NAMED}


def _refuse(
    station: Station,
    plan: EmergencyPlan | None,
    held_on: dt.date,
    participants: int,
    *,
    today: dt.date,
) -> None:
    refuse_future(held_on, today=today, field="held_on")
    if held_on < station.opened_on:
        raise DomainError(
            _("The room opened on %(day)s. Enter that day or a later one.")
            % {"day": station.opened_on},
            field="held_on",
        )
    if participants < 1:
        raise DomainError(_("Somebody took part: enter how many."), field="participants")
    if plan is None:
        return
    held = plan.valid_from <= held_on and (plan.valid_to is None or held_on < plan.valid_to)
    if not held or not station.org_path.startswith(plan.org_path):
        raise DomainError(
            _("“%(plan)s” did not hold for this room on %(day)s.") % {"plan": plan, "day": held_on},
            field="plan",
        )
