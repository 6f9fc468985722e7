"""线索核查: a superior passes a reference number down, the room answers with a result code."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.deadline_kinds import LEAD_RESULT
from incidents.models import Lead
from incidents.services.clocks import announce, due_after_days, refuse_struck, replay, strike
from incidents.services.guards import local, refuse_before, refuse_future
from policeroom.common import audit
from policeroom.common.deadlines import meet_deadline
from policeroom.common.errors import DomainError
from stations.models import OrgUnit, Station
from stations.services.guards import locked

FACTS = ("reference_no", "issuer_name", "received_at", "due_at", "due_named")


@transaction.atomic
def issue_lead(
    *,
    station: Station,
    reference_no: str,
    issuer: OrgUnit,
    received_at: dt.datetime,
    by: Any,
    now: dt.datetime,
    due_at: dt.datetime | None = None,
    client_uuid: uuid.UUID | None = None,
) -> Lead:
    """Pass a lead down to a room: its number and when the result is due. Nothing of its content.

    Source: JS-13-2 (规范第十三条(二)). Without a due time of the issuer P-13a days run, the last
    one rolled to a working day (P-00).
    Raises: ConflictError for other content under a used `client_uuid`; DomainError on a receipt to
    come or a due time before it; ValidationError for a number the room already has.
    """
    values = {
        "reference_no": reference_no.strip(),
        "issuer": issuer,
        "received_at": received_at,
    }
    earlier, client = replay(
        Lead, station=station, client_uuid=client_uuid, due_at=due_at, **values
    )
    if earlier is not None:
        return earlier
    refuse_future(received_at, now=now, field="received_at")
    refuse_before(due_at, received_at, field="due_at", what=_("the receipt"))
    row = Lead(
        station=station,
        org_path=station.org_path,
        issuer_name=issuer.name,
        due_at=due_at or due_after_days(received_at, key="P-13a"),
        due_named=due_at is not None,
        recorded_by=by,
        **values,
        **client,
    )
    row.full_clean()
    row.save(force_insert=True)
    audit.record("leads.issue", by=by, obj=row, after=audit.snapshot(row, FACTS))
    announce(
        row,
        LEAD_RESULT,
        inbox="lead",
        label=_("Lead %(number)s") % {"number": row.reference_no},
        at=now,
        words=lambda: (
            _("Lead %(number)s to be checked") % {"number": row.reference_no},
            row.issuer_name,
        ),
    )
    return row


@transaction.atomic
def answer_lead(
    *, lead: Lead, result: str, closed_at: dt.datetime, by: Any, now: dt.datetime
) -> Lead:
    """Give the result of a check; the lead is closed with it. Once.

    Raises: DomainError for a struck lead, another result afterwards, or an instant that cannot be.
    """
    row = locked(lead)
    refuse_struck(row)
    if row.closed_at is not None:
        if row.result == result:
            return row
        raise DomainError(
            _("The lead was closed on %(at)s: %(result)s. A result is given once.")
            % {"at": local(row.closed_at), "result": row.get_result_display()}
        )
    refuse_future(closed_at, now=now, field="closed_at")
    refuse_before(closed_at, row.received_at, field="closed_at", what=_("the receipt"))
    row.result, row.closed_at, row.closed_by = result, closed_at, by
    row.full_clean()
    row.save(update_fields=["result", "closed_at", "closed_by"])
    meet_deadline(LEAD_RESULT, subject=row, at=closed_at)
    after = {"result": result, "closed_at": local(closed_at)}
    audit.record("leads.answer", by=by, obj=row, after=after)
    return row


def strike_lead(*, lead: Lead, reason: str, by: Any, now: dt.datetime) -> Lead:
    """Strike a lead that was passed down by mistake; its clock falls away.

    Raises: DomainError without a reason.
    """
    return strike(
        record=lead,
        reason=reason,
        action="leads.strike",
        by=by,
        now=now,
        clocks=[(LEAD_RESULT, lead)],
    )
