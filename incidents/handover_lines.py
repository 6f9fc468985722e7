"""The open calls of a room on its handover sheet. Registered once, from `ready`."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.utils.translation import gettext as _

from duty.handover_sources import MOST_LINES, Line, Section, register, section
from incidents.enums import OPEN_STATES, IncidentState
from incidents.models import Incident
from incidents.tables.board import reported
from policeroom.common.scope import Scope
from policeroom.common.tables import display
from stations.models import Station

#: Why these reads have no scope.
SHEET: Final = "the handover sheet of a room its caller fetched"


@register(20)
def open_calls(
    station: Station, scope: Scope | None, since: dt.datetime, until: dt.datetime
) -> Section | None:
    """Calls that are not dealt with, oldest first, and how many came and went since.

    What happened is left out: the signed sheet outlives the names a narrative may hold.
    """
    if scope is not None and not scope.allows("incidents.view", station.org_path):
        return None
    rows = Incident.objects.unscoped(SHEET).filter(org_path=station.org_path)
    open_rows = rows.filter(state__in=OPEN_STATES).select_related("category")
    calls = open_rows.order_by("reported_at", "id")[: MOST_LINES + 1]
    lines = [_line(call) for call in calls]
    told = _("Since the sheet before: %(reported)d reported, %(closed)d dealt with") % {
        "reported": rows.filter(reported_at__gt=since, reported_at__lte=until).count(),
        "closed": rows.filter(closed_at__gt=since, closed_at__lte=until).count(),
    }
    return section("incidents", _("Open incidents"), [Line(told), *lines])


def _line(call: Incident) -> Line:
    parts = [
        call.number,
        call.category or _("no category yet"),
        call.place_text,
        IncidentState(call.state).label,
        display(reported(call)),
    ]
    text = " · ".join(str(part) for part in parts if part)
    return Line(text, call.get_absolute_url(), "△" if call.state == IncidentState.NEW else "")
