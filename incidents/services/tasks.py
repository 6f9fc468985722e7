"""上级交办任务: given by a superior with a due time, reported done by the room (JS-13-8)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.deadline_kinds import TASK_RESULT
from incidents.models import AssignedTask
from incidents.services.clocks import announce, refuse_struck, replay, strike
from incidents.services.guards import local, refuse_before, refuse_future
from policeroom.common import audit
from policeroom.common.deadlines import meet_deadline
from policeroom.common.errors import DomainError
from stations.models import OrgUnit, Station
from stations.services.guards import locked

FACTS = ("title", "document_no", "issuer_name", "received_at", "due_at")


@transaction.atomic
def assign_task(
    *,
    station: Station,
    title: str,
    issuer: OrgUnit,
    received_at: dt.datetime,
    due_at: dt.datetime,
    by: Any,
    now: dt.datetime,
    document_no: str = "",
    client_uuid: uuid.UUID | None = None,
) -> AssignedTask:
    """Give a room a task and the time it is due.

    Source: JS-13-8 (规范第十三条(八)).
    Raises: ConflictError for other content under a used `client_uuid`; DomainError on a receipt to
    come or a due time before it.
    """
    values = {
        "title": title.strip(),
        "document_no": document_no.strip(),
        "issuer": issuer,
        "received_at": received_at,
        "due_at": due_at,
    }
    earlier, client = replay(AssignedTask, station=station, client_uuid=client_uuid, **values)
    if earlier is not None:
        return earlier
    refuse_future(received_at, now=now, field="received_at")
    refuse_before(due_at, received_at, field="due_at", what=_("the receipt"))
    row = AssignedTask(
        station=station,
        org_path=station.org_path,
        issuer_name=issuer.name,
        recorded_by=by,
        **values,
        **client,
    )
    row.full_clean()
    row.save(force_insert=True)
    audit.record("tasks.assign", by=by, obj=row, after=audit.snapshot(row, FACTS))
    announce(
        row,
        TASK_RESULT,
        inbox="task",
        label=_("Task: %(title)s") % {"title": row.title},
        at=now,
        words=lambda: (_("Task: %(title)s") % {"title": row.title}, row.issuer_name),
    )
    return row


@transaction.atomic
def answer_task(
    *, task: AssignedTask, result: str, closed_at: dt.datetime, by: Any, now: dt.datetime
) -> AssignedTask:
    """Report a task done, in a sentence. Once.

    Raises: DomainError for a struck task, a second report with other words, an empty one, or an
    instant that cannot be.
    """
    row = locked(task)
    refuse_struck(row)
    result = result.strip()
    if row.closed_at is not None:
        if row.result == result:
            return row
        raise DomainError(_("The task was reported done on %(at)s.") % {"at": local(row.closed_at)})
    if not result:
        raise DomainError(_("Say in a sentence what was done."), field="result")
    refuse_future(closed_at, now=now, field="closed_at")
    refuse_before(closed_at, row.received_at, field="closed_at", what=_("the receipt"))
    row.result, row.closed_at, row.closed_by = result, closed_at, by
    row.full_clean()
    row.save(update_fields=["result", "closed_at", "closed_by"])
    meet_deadline(TASK_RESULT, subject=row, at=closed_at)
    audit.record("tasks.answer", by=by, obj=row, after={"result": result})
    return row


def strike_task(*, task: AssignedTask, reason: str, by: Any, now: dt.datetime) -> AssignedTask:
    """Strike a task that was given by mistake; its clock falls away.

    Raises: DomainError without a reason.
    """
    return strike(
        record=task,
        reason=reason,
        action="tasks.strike",
        by=by,
        now=now,
        clocks=[(TASK_RESULT, task)],
    )
