"""Links between incidents: both ends know of it, both within the reach of who makes it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.enums import EntryKind, IncidentLinkKind
from incidents.models import Incident, IncidentLink
from incidents.services.guards import locked
from incidents.services.parts import strike
from incidents.services.timeline import note_change, touch
from policeroom.common import audit
from policeroom.common.clients import digest, replayed
from policeroom.common.errors import DomainError


@transaction.atomic
def link_incidents(
    *,
    incident: Incident,
    other: Incident,
    kind: str,
    by: Any,
    now: dt.datetime,
    client_uuid: uuid.UUID | None = None,
) -> IncidentLink:
    """Say that two incidents belong together. The caller fetched both through the scope.

    Two links at once take the same order of locks. The timelines name the link by its id: whoever
    reads one end may not be allowed to know the other.
    Raises: DomainError for an incident with itself, or two that are already linked.
    """
    wanted = IncidentLinkKind(kind)
    if incident.pk == other.pk:
        raise DomainError(_("An incident is not linked with itself."), field="number")
    fingerprint = digest({"incident": incident.pk, "other": other.pk, "kind": kind})
    earlier = replayed(IncidentLink, client_uuid, fingerprint)
    if earlier is not None:
        return earlier
    ends = {row.pk: locked(row) for row in sorted((incident, other), key=lambda row: row.pk)}
    rows = IncidentLink.objects.unscoped("whether a link between two fetched incidents exists")
    pair = [incident.pk, other.pk]
    if rows.filter(incident__in=pair, other__in=pair, struck_at__isnull=True).exists():
        raise DomainError(_("These two incidents are already linked."), field="number")
    link = IncidentLink(
        incident=ends[incident.pk],
        other=ends[other.pk],
        org_path=incident.org_path,
        kind=wanted,
        recorded_by=by,
        client_uuid=client_uuid,
        client_digest=fingerprint if client_uuid else "",
    )
    link.save(force_insert=True)
    _note(link, ["", link.pk], by=by, now=now)
    after = {"link": link.pk, "kind": str(wanted), "other": other.pk}
    audit.record("incidents.link", by=by, obj=incident, after=after)
    return link


@transaction.atomic
def strike_link(*, link: IncidentLink, reason: str, by: Any, now: dt.datetime) -> IncidentLink:
    """Take a link back, with the reason in both timelines.

    Raises: DomainError as `parts.strike`.
    """
    ends = {row.pk: locked(row) for row in sorted((link.incident, link.other), key=lambda r: r.pk)}
    strike(link, reason=reason, by=by, now=now)
    link.incident, link.other = ends[link.incident_id], ends[link.other_id]
    _note(link, [link.pk, ""], by=by, now=now, text=link.strike_reason)
    after = {"link": link.pk, "other": link.other_id}
    audit.record("incidents.unlink", by=by, obj=link.incident, after=after)
    return link


def _note(
    link: IncidentLink, change: list[Any], *, by: Any, now: dt.datetime, text: str = ""
) -> None:
    for end in (link.incident, link.other):
        note_change(end, kind=EntryKind.CHANGE, changes={"link": change}, by=by, at=now, text=text)
        touch(end)
