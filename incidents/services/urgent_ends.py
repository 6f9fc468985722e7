"""The ends of an urgent notice: acknowledged, judged, closed, struck (第十四条(四))."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.deadline_kinds import KINDS
from incidents.enums_clocks import Side
from incidents.models import UrgentJudgement, UrgentNotice
from incidents.services.clocks import strike
from incidents.services.guards import local, refuse_before, refuse_future
from incidents.services.urgent_sides import locked_notice, set_report
from policeroom.common import audit
from policeroom.common.errors import DomainError


@transaction.atomic
def acknowledge(*, notice: UrgentNotice, by: Any, now: dt.datetime, unit: str) -> UrgentNotice:
    """A superior took note of it. Without an earlier report this proves one: it is the report.

    Acknowledging twice keeps the first. `unit` is the superior's unit.
    """
    notice = locked_notice(notice)
    if notice.acknowledged_at is not None:
        return notice
    notice.acknowledged_at, notice.acknowledged_by = now, by
    notice.save(update_fields=["acknowledged_at", "acknowledged_by"])
    side = notice.sides.get(side=Side.POLICE)
    if side.known_at is not None and side.reported_at is None:
        set_report(side, now, unit)
    audit.record("urgent.receive", by=by, obj=notice, after={"acknowledged_at": local(now)})
    return notice


@transaction.atomic
def judge(
    *,
    notice: UrgentNotice,
    concealed: bool,
    reason: str,
    by: Any,
    now: dt.datetime,
    document_no: str = "",
) -> UrgentJudgement:
    """Decide whether something was concealed (JS-14-4e): a person of city or province, in words.

    A later decision stands beside the earlier one and counts.
    Raises: DomainError without a reason, or for a struck notice.
    """
    if not reason.strip():
        raise DomainError(_("Give the reason of the decision."), field="reason")
    notice = locked_notice(notice)
    row = UrgentJudgement(
        notice=notice,
        org_path=notice.org_path,
        concealed=concealed,
        reason=reason.strip(),
        document_no=document_no.strip(),
        recorded_by=by,
    )
    row.full_clean()
    row.save(force_insert=True)
    after = {"concealed": concealed, "reason": row.reason, "document_no": row.document_no}
    audit.record("urgent.judge", by=by, obj=notice, after=after)
    return row


@transaction.atomic
def close_notice(
    *, notice: UrgentNotice, closed_at: dt.datetime, by: Any, now: dt.datetime
) -> UrgentNotice:
    """End the situation. What was not reported by then counts as omitted (漏报). Sent twice: once.

    Raises: DomainError on an instant before it was known or to come.
    """
    notice = locked_notice(notice)
    if notice.closed_at is not None:
        return notice
    refuse_future(closed_at, now=now, field="closed_at")
    refuse_before(closed_at, notice.known_at, field="closed_at", what=_("the first knowledge"))
    notice.closed_at = closed_at
    notice.save(update_fields=["closed_at"])
    audit.record("urgent.close", by=by, obj=notice, after={"closed_at": local(closed_at)})
    return notice


def strike_notice(*, notice: UrgentNotice, reason: str, by: Any, now: dt.datetime) -> UrgentNotice:
    """Strike a notice raised by mistake: decided by city or province, its clocks fall away.

    Raises: DomainError without a reason.
    """
    clocks = [(kind, side) for side in notice.sides.all() for kind in KINDS]
    return strike(
        record=notice, reason=reason, action="urgent.strike", by=by, now=now, clocks=clocks
    )
