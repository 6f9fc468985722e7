"""Lines of the timeline: appended, struck with a reason, never changed."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from incidents.enums import EntryKind
from incidents.models import Incident, IncidentEntry
from incidents.services.guards import locked, refuse_future
from policeroom.common import audit
from policeroom.common.clients import digest, replayed
from policeroom.common.errors import DomainError

STRIKABLE = (EntryKind.NOTE, EntryKind.SUPPLEMENT)


@transaction.atomic
def add_entry(
    *,
    incident: Incident,
    text: str,
    by: Any,
    now: dt.datetime,
    at: dt.datetime | None = None,
    client_uuid: uuid.UUID | None = None,
) -> IncidentEntry:
    """Append a line; after the review it is a supplement. `at` is when it was, default `now`.

    A resend under the same `client_uuid` returns the first line.
    Raises: ConflictError for other content under a used `client_uuid`; DomainError on an empty text
    or an instant to come.
    """
    text = text.strip()
    if not text:
        raise DomainError(_("Write what is to be added."), field="text")
    fingerprint = digest({"incident": incident.pk, "text": text, "at": at})
    earlier = replayed(IncidentEntry, client_uuid, fingerprint)
    if earlier is not None:
        return earlier
    refuse_future(at, now=now, field="at")
    incident = locked(incident)
    kind = EntryKind.SUPPLEMENT if incident.reviewed_at else EntryKind.NOTE
    entry = IncidentEntry(
        incident=incident,
        org_path=incident.org_path,
        kind=kind,
        text=text,
        at=at or now,
        recorded_by=by,
        client_uuid=client_uuid,
        client_digest=fingerprint if client_uuid else "",
    )
    entry.clean_fields(exclude=("incident", "recorded_by", "strikes"))
    entry.save(force_insert=True)
    touch(incident)
    audit.record("incidents.entry", by=by, obj=incident, after={"entry": entry.pk, "kind": kind})
    return entry


@transaction.atomic
def strike_entry(*, entry: IncidentEntry, reason: str, by: Any, now: dt.datetime) -> IncidentEntry:
    """Strike a line: it stays readable, crossed out, with who, when and why.

    Raises: DomainError without a reason, for a line that records an act, or one already struck.
    """
    reason = reason.strip()
    if not reason:
        raise DomainError(_("Say why the line is struck."), field="reason")
    if entry.kind not in STRIKABLE:
        raise DomainError(_("Only notes and supplements can be struck."))
    incident = locked(entry.incident)
    if incident.entries.filter(strikes=entry).exists():
        raise DomainError(_("This line is already struck."))
    strike = IncidentEntry(
        incident=incident,
        org_path=incident.org_path,
        kind=EntryKind.STRIKE,
        text=reason,
        strikes=entry,
        at=now,
        recorded_by=by,
    )
    strike.full_clean()
    strike.save()
    touch(incident)
    audit.record("incidents.strike", by=by, obj=incident, after={"entry": entry.pk})
    return strike


def note_change(
    incident: Incident,
    *,
    kind: str,
    changes: dict[str, list[Any]],
    by: Any,
    at: dt.datetime,
    text: str = "",
) -> IncidentEntry:
    """The line of an act inside its transaction; `changes` maps fields to [before, after]."""
    return IncidentEntry.objects.create(
        incident=incident,
        org_path=incident.org_path,
        kind=kind,
        text=text,
        changes={
            name: [audit.plain(old), audit.plain(new)] for name, (old, new) in changes.items()
        },
        at=at,
        recorded_by=by,
    )


def touch(incident: Incident) -> None:
    """Count a change, so that open pages notice it."""
    rows = Incident.objects.unscoped("a row its caller has locked")
    rows.filter(pk=incident.pk).update(version=F("version") + 1)
    incident.version += 1
