"""What duty itself puts on the workbench: orders and directives to answer, posts to fill."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from duty.deadline_kinds import DIRECTIVE_FEEDBACK, DIRECTIVE_RECEIPT, ORDER_RECEIPT
from duty.workbench_sources import MOST_TODOS, Source, Todo, register
from personnel.deadline_kinds import AUXILIARY_REFILL, OFFICER_REFILL
from policeroom.common.deadlines import kind_of
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.models import Deadline
from policeroom.common.scope import Scope
from stations.models import Station

KINDS: Final = (
    *(ORDER_RECEIPT, DIRECTIVE_RECEIPT, DIRECTIVE_FEEDBACK),
    *(OFFICER_REFILL, AUXILIARY_REFILL),
)
#: Clocks that one tap stops, with the right it takes.
ACTS: Final = {
    ORDER_RECEIPT.code: ("orders.answer", "duty:receipt-acknowledge"),
    DIRECTIVE_RECEIPT.code: ("directives.answer", "duty:directive-acknowledge"),
}


def running(station: Station) -> ScopedQuerySet:
    """Running clocks of the room that this app answers for."""
    rows = Deadline.objects.unscoped("clocks of a room its caller fetched through the scope")
    return rows.filter(
        org_path=station.org_path,
        kind__in=[kind.code for kind in KINDS],
        done_at__isnull=True,
        cancelled_at__isnull=True,
    )


def todos(station: Station, scope: Scope, now: dt.datetime) -> list[Todo]:
    """The running clocks, the most urgent first; a directive shows its next clock only."""
    if not scope.allows("duty.view", station.org_path):
        return []
    rows = list(running(station).order_by("due_at", "id")[: 2 * MOST_TODOS])
    unanswered = {row.object_id for row in rows if row.kind == DIRECTIVE_RECEIPT.code}
    return [
        _todo(row, station, scope)
        for row in rows
        if row.kind != DIRECTIVE_FEEDBACK.code or row.object_id not in unanswered
    ]


def _todo(row: Deadline, station: Station, scope: Scope) -> Todo:
    action, name = ACTS.get(row.kind, ("", ""))
    may = bool(action) and scope.allows(action, station.org_path)
    return Todo(
        key=f"clock-{row.pk}",
        kind=str(kind_of(row.kind).label),
        text=row.label,
        due_at=row.due_at,
        url=row.url,
        act_label=_("Acknowledge receipt") if may else "",
        act_url=reverse(name, args=[row.object_id]) if may else "",
    )


def stamp(station: Station, now: dt.datetime) -> str:
    """Changes when a clock begins, ends, moves or runs out."""
    sums = running(station).aggregate(
        n=Count("pk"), keys=Sum("pk"), late=Count("pk", filter=Q(due_at__lt=now))
    )
    return str(sorted(sums.items()))


register(Source(todos=todos, stamp=stamp))
