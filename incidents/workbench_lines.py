"""The open calls and the clocks of calls on the workbench of a room. Registered from `ready`."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db.models import Count, Max, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from duty.workbench_sources import MOST_LINES, MOST_TODOS, Card, Line, Source, Todo, register
from incidents.deadline_kinds import ACTS
from incidents.enums import OPEN_STATES, IncidentState
from incidents.models import Incident
from incidents.queries.clocks import clock_rows
from incidents.tables.board import reported
from policeroom.common.deadlines import kind_of
from policeroom.common.models import Deadline
from policeroom.common.paging import capped_count
from policeroom.common.scope import Scope
from policeroom.common.tables import display
from stations.models import Station

#: Why these reads have no scope.
BENCH: Final = "the workbench of a room its caller fetched"


def todos(station: Station, scope: Scope, now: dt.datetime) -> list[Todo]:
    """What runs on the room's calls, leads, tasks and hazards, with the act that stops it."""
    if not scope.allows("incidents.view", station.org_path):
        return []
    rows = clock_rows(scope, now=now).filter(
        org_path=station.org_path, kind__in=list(ACTS), done_at__isnull=True
    )
    return [_todo(row) for row in rows.order_by("due_at", "id")[: 2 * MOST_TODOS]]


def _todo(row: Deadline) -> Todo:
    return Todo(
        key=f"clock-{row.pk}",
        kind=str(kind_of(row.kind).label),
        text=row.label,
        due_at=row.due_at,
        url=row.url,
    )


def open_calls(station: Station, scope: Scope, now: dt.datetime) -> Card | None:
    """Calls that are not dealt with, the newest first."""
    if not scope.allows("incidents.view", station.org_path):
        return None
    rows = Incident.objects.unscoped(BENCH).filter(org_path=station.org_path, state__in=OPEN_STATES)
    newest = rows.select_related("category").order_by("-reported_at", "-id")[:MOST_LINES]
    today = dt.datetime.combine(timezone.localdate(now), dt.time(), timezone.get_current_timezone())
    filed = Incident.objects.unscoped(BENCH).filter(
        org_path=station.org_path, reported_at__gte=today
    )
    return Card(
        key="calls",
        title=_("Open incidents"),
        lines=[_line(call) for call in newest],
        count=capped_count(rows),
        empty=_("No call is open. Today: %(n)s.") % {"n": capped_count(filed)},
        url=reverse("incidents:board"),
        url_label=_("Incident board"),
    )


def _line(call: Incident) -> Line:
    category = call.category.name if call.category else _("no category yet")
    return Line(
        key=f"call-{call.pk}",
        text=f"{call.number} {category}",
        url=call.get_absolute_url(),
        note=" · ".join(part for part in (display(reported(call)), call.place_text) if part),
        state=str(IncidentState(call.state).label),
        mark="△" if call.state == IncidentState.NEW else "",
    )


def stamp(station: Station, now: dt.datetime) -> str:
    """Changes when a call of the room is filed or moves on, or a clock begins, ends or runs out."""
    calls = Incident.objects.unscoped(BENCH).filter(
        org_path=station.org_path, state__in=OPEN_STATES
    )
    clocks = Deadline.objects.unscoped(BENCH).filter(
        org_path=station.org_path,
        kind__in=list(ACTS),
        done_at__isnull=True,
        cancelled_at__isnull=True,
    )
    found = (
        calls.aggregate(n=Count("pk"), keys=Sum("pk"), versions=Sum("version")),
        clocks.aggregate(
            n=Count("pk"),
            keys=Sum("pk"),
            last=Max("due_at"),
            late=Count("pk", filter=Q(due_at__lt=now)),
        ),
    )
    return str([sorted(sums.items()) for sums in found])


register(Source(todos=todos, stamp=stamp, card=open_calls, list_name="incidents:clock-list"))
