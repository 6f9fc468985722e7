"""What the page of an incident needs for `incidents/_clocks_acts.html`."""

from __future__ import annotations

from typing import Any

from incidents.models import Incident
from incidents.queries.transfers import live_transfers
from policeroom.common.scope import Scope


def acts_context(incident: Incident, scope: Scope) -> dict[str, Any]:
    """Arguments of the include but csrf_token: two queries, whatever the incident has."""
    path = incident.org_path
    return {
        "incident": incident,
        "may_transfer": scope.allows("transfers.make", path),
        "may_urgent": scope.allows("urgent.report", path),
        "may_dispute": scope.allows("disputes.edit", path),
        "urgent": incident.urgent_notices.filter(struck_at__isnull=True).first(),
        "transfers": list(live_transfers(incident)),
    }
