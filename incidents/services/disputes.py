"""矛盾纠纷: recorded, mediated, followed up; and the monthly screening (第十三条(一))."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.enums_clocks import DisputeOutcome, DisputeStepKind
from incidents.models import Dispute, DisputeScreening, DisputeStep, Incident
from incidents.services.clocks import next_number, refuse_struck, replay, strike
from incidents.services.guards import local, refuse_before, refuse_future, require_operating
from policeroom.common import audit
from policeroom.common.clients import digest, replayed
from policeroom.common.clock import ZONE
from policeroom.common.errors import DomainError
from stations.models import Station
from stations.services.guards import locked
from stations.services.guards import refuse_future as refuse_future_day

SERIES: Final = "JF"
FACTS = (
    "number",
    "kind",
    "place_text",
    "summary",
    "found_on",
    "risk",
    "repeated",
    "route",
    "incident",
)
REVISABLE = ("risk", "repeated", "route", "place_text", "summary")


@transaction.atomic
def record_dispute(
    *,
    station: Station,
    kind: str,
    place_text: str,
    summary: str,
    found_on: dt.date,
    risk: str,
    route: str,
    by: Any,
    now: dt.datetime,
    repeated: bool = False,
    incident: Incident | None = None,
    client_uuid: uuid.UUID | None = None,
) -> Dispute:
    """Put a dispute on the ledger: the event, its place and risk. Nobody is named.

    Source: JS-13-1 (规范第十三条(一)).
    Raises: ConflictError for other content under a used `client_uuid`; DomainError on a day to
    come, a room that does not operate, an incident of another room.
    """
    values = {
        "kind": kind,
        "place_text": place_text.strip(),
        "summary": summary.strip(),
        "found_on": found_on,
        "risk": risk,
        "repeated": repeated,
        "route": route,
        "incident": incident,
    }
    earlier, client = replay(Dispute, station=station, client_uuid=client_uuid, **values)
    if earlier is not None:
        return earlier
    refuse_future_day(found_on, today=now.astimezone(ZONE).date(), field="found_on")
    require_operating(station, on=found_on)
    if incident is not None and incident.station_id != station.pk:
        raise DomainError(_("The incident belongs to another police room."), field="incident")
    row = Dispute(
        station=station,
        org_path=station.org_path,
        number=next_number(station=station, series=SERIES, year=found_on.year),
        recorded_by=by,
        **values,
        **client,
    )
    row.full_clean()
    row.save(force_insert=True)
    audit.record("disputes.record", by=by, obj=row, after=audit.snapshot(row, FACTS))
    return row


@transaction.atomic
def revise_dispute(*, dispute: Dispute, by: Any, **changes: Any) -> Dispute:
    """Correct what is known of an open dispute; names of `REVISABLE`, only what differs is written.

    Raises: DomainError for a struck or closed dispute.
    """
    unknown = set(changes) - set(REVISABLE)
    if unknown:
        raise TypeError(f"revise_dispute does not take {', '.join(sorted(unknown))}")
    row = locked(dispute)
    refuse_struck(row)
    _require_open(row)
    before = audit.snapshot(row, REVISABLE)
    differing = [name for name, value in changes.items() if getattr(row, name) != value]
    if not differing:
        return row
    for name in differing:
        setattr(row, name, changes[name])
    row.full_clean()
    row.save(update_fields=differing)
    after = audit.snapshot(row, REVISABLE)
    audit.record("disputes.revise", by=by, obj=row, before=before, after=after)
    return row


@transaction.atomic
def add_step(
    *,
    dispute: Dispute,
    kind: str,
    held_at: dt.datetime,
    outcome: str,
    by: Any,
    now: dt.datetime,
    with_units: str = "",
    note: str = "",
    client_uuid: uuid.UUID | None = None,
) -> DisputeStep:
    """Add a mediation session, or a follow-up visit after an agreement.

    An agreement that is not kept takes the dispute up again.
    Raises: ConflictError for other content under a used `client_uuid`; DomainError for a session
    on a closed dispute, a visit without an agreement, or an instant that cannot be.
    """
    row = locked(dispute)
    refuse_struck(row)
    values = {
        "kind": kind,
        "held_at": held_at,
        "outcome": outcome,
        "with_units": with_units.strip(),
        "note": note.strip(),
    }
    fingerprint = digest({"dispute": row.pk, **values})
    earlier = replayed(DisputeStep, client_uuid, fingerprint)
    if earlier is not None:
        return earlier
    if kind == DisputeStepKind.MEDIATION:
        _require_open(row)
    elif not row.agreed:
        raise DomainError(_("There is no agreement yet that could be followed up."), field="kind")
    refuse_future(held_at, now=now, field="held_at")
    found = dt.datetime.combine(row.found_on, dt.time(), ZONE)
    refuse_before(held_at, found, field="held_at", what=_("the day it was found"))
    step = DisputeStep(
        dispute=row,
        org_path=row.org_path,
        recorded_by=by,
        client_uuid=client_uuid,
        client_digest=fingerprint if client_uuid else "",
        **values,
    )
    step.full_clean()
    step.save(force_insert=True)
    _follow(row, outcome)
    audit.record("disputes.step", by=by, obj=row, after={"kind": kind, "outcome": outcome})
    return step


@transaction.atomic
def close_dispute(
    *, dispute: Dispute, closed_at: dt.datetime, by: Any, now: dt.datetime
) -> Dispute:
    """Close a dispute that ended, with or without an agreement. Sent twice, it is closed once.

    Raises: DomainError while no session says how it ended, or on an instant that cannot be.
    """
    row = locked(dispute)
    refuse_struck(row)
    if row.closed_at is not None:
        return row
    if row.agreed is None:
        raise DomainError(
            _("Record first the session that ended it, with or without an agreement.")
        )
    refuse_future(closed_at, now=now, field="closed_at")
    found = dt.datetime.combine(row.found_on, dt.time(), ZONE)
    refuse_before(closed_at, found, field="closed_at", what=_("the day it was found"))
    row.closed_at = closed_at
    row.save(update_fields=["closed_at"])
    audit.record("disputes.close", by=by, obj=row, after={"closed_at": local(closed_at)})
    return row


def strike_dispute(*, dispute: Dispute, reason: str, by: Any, now: dt.datetime) -> Dispute:
    """Strike a dispute entered by mistake.

    Raises: DomainError without a reason.
    """
    return strike(record=dispute, reason=reason, action="disputes.strike", by=by, now=now)


@transaction.atomic
def record_screening(
    *,
    station: Station,
    held_on: dt.date,
    found: int,
    areas: str,
    by: Any,
    now: dt.datetime,
    client_uuid: uuid.UUID | None = None,
) -> DisputeScreening:
    """Record that the room looked for disputes; 0 found is an entry (JS-13-1).

    Raises: ConflictError for other content under a used `client_uuid`; DomainError on a day to
    come, or a room that does not operate.
    """
    values = {"held_on": held_on, "found": found, "areas": areas.strip()}
    earlier, client = replay(DisputeScreening, station=station, client_uuid=client_uuid, **values)
    if earlier is not None:
        return earlier
    refuse_future_day(held_on, today=now.astimezone(ZONE).date(), field="held_on")
    require_operating(station, on=held_on)
    row = DisputeScreening(
        station=station, org_path=station.org_path, recorded_by=by, **values, **client
    )
    row.full_clean()
    row.save(force_insert=True)
    audit.record("disputes.screen", by=by, obj=row, after=audit.snapshot(row, tuple(values)))
    return row


def _require_open(row: Dispute) -> None:
    if row.closed_at is not None:
        raise DomainError(
            _("The dispute was closed on %(at)s.") % {"at": local(row.closed_at)}, field=None
        )


def _follow(row: Dispute, outcome: str) -> None:
    """What a step makes of the dispute."""
    agreed: bool | None
    if outcome in {DisputeOutcome.AGREED, DisputeOutcome.KEPT}:
        agreed = True
    elif outcome == DisputeOutcome.FAILED:
        agreed = False
    else:
        agreed = None
    fields = ["agreed"]
    if outcome == DisputeOutcome.BROKEN and row.closed_at is not None:
        row.closed_at = None
        fields.append("closed_at")
    row.agreed = agreed
    row.save(update_fields=fields)
