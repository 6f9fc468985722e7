"""The people in an event: optional, minimal, sealed; shown in full only as an act of its own.

Names and telephones never reach the audit trail, the log, a list, an export or a search.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from incidents.enums import EntryKind, PartyRole
from incidents.models import Incident, IncidentParty, PartyHold
from incidents.queries.records import expired_parties
from incidents.services.guards import locked
from incidents.services.parts import strike
from incidents.services.timeline import note_change, touch
from policeroom.common import audit
from policeroom.common.clients import replayed
from policeroom.common.errors import DomainError
from policeroom.common.fieldcrypto import (
    TamperedError,
    current_key_id,
    keyed_digest,
    seal,
    unseal,
)

PURGE_BATCH = 500
#: Days after closing; `settings.PARTY_RETENTION_DAYS` says otherwise.
RETENTION_DAYS = 730


@dataclass(frozen=True, slots=True)
class Person:
    """One party in clear: exists in memory only, for the page that was asked for."""

    pk: int
    role: str
    name: str
    telephone: str
    damaged: bool = False


@transaction.atomic
def add_party(
    *,
    incident: Incident,
    role: str,
    name: str,
    by: Any,
    now: dt.datetime,
    telephone: str = "",
    client_uuid: uuid.UUID | None = None,
) -> IncidentParty:
    """Record a person of the event; after the review it is a supplement like any other.

    Raises: ConflictError for another person under a used `client_uuid`; DomainError without a name.
    """
    name, telephone = name.strip(), telephone.strip()
    if not name:
        raise DomainError(_("Enter the name."), field="name")
    fingerprint = keyed_digest(f"{incident.pk}/{role}/{name}/{telephone}")
    earlier = replayed(IncidentParty, client_uuid, fingerprint)
    if earlier is not None:
        return earlier
    incident = locked(incident)
    party = IncidentParty(
        incident=incident,
        org_path=incident.org_path,
        role=PartyRole(role),
        recorded_by=by,
        client_uuid=client_uuid,
        client_digest=fingerprint if client_uuid else "",
    )
    party.name_sealed = seal(name, context=_context(party, "name"))
    party.telephone_sealed = seal(telephone, context=_context(party, "telephone"))
    party.save(force_insert=True)
    _note(party, ["", str(party.role)], by=by, now=now)
    audit.record("incidents.party", by=by, obj=incident, after={"party": party.pk, "role": role})
    return party


@transaction.atomic
def strike_party(*, party: IncidentParty, reason: str, by: Any, now: dt.datetime) -> IncidentParty:
    """Cross a person out who does not belong to the event.

    Raises: DomainError as `parts.strike`.
    """
    incident = locked(party.incident)
    strike(party, reason=reason, by=by, now=now)
    party.incident = incident
    _note(party, [str(party.role), ""], by=by, now=now)
    audit.record("incidents.party-strike", by=by, obj=incident, after={"party": party.pk})
    return party


@transaction.atomic
def reveal_parties(*, incident: Incident, parties: list[IncidentParty], by: Any) -> list[Person]:
    """The people in full, for one look. The look itself is an audit event.

    A value that does not open is told as damaged, and the event says so.
    """
    people = [_opened(party) for party in parties]
    after = {
        "parties": [person.pk for person in people],
        "damaged": [person.pk for person in people if person.damaged],
    }
    audit.record("incidents.parties", by=by, obj=incident, after=after)
    return people


def masked(party: IncidentParty) -> Person:
    """A person as pages and papers show them: 王**, 138****6021."""
    person = _opened(party)
    return Person(
        person.pk,
        person.role,
        mask_name(person.name),
        mask_telephone(person.telephone),
        person.damaged,
    )


def mask_name(name: str) -> str:
    """The first character; the rest is always two stars, whatever its length."""
    return f"{name[0]}**" if name else ""


def mask_telephone(telephone: str) -> str:
    """Three digits, four stars, the last four; of a short number the last two only."""
    digits = "".join(c for c in telephone if c.isdigit())
    if not digits:
        return ""
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 11 else f"****{digits[-2:]}"


@transaction.atomic
def hold_parties(*, incident: Incident, reason: str, by: Any, now: dt.datetime) -> PartyHold:
    """Keep the people of an incident beyond their retention; a running hold stays as it is.

    Raises: DomainError without a reason.
    """
    if not reason.strip():
        raise DomainError(_("Say why the people are kept longer."), field="reason")
    incident = locked(incident)
    running = incident.party_holds.filter(lifted_at__isnull=True).first()
    if running is not None:
        return running
    hold = PartyHold(
        incident=incident, org_path=incident.org_path, reason=reason.strip(), recorded_by=by
    )
    hold.clean_fields(exclude=("incident", "recorded_by"))
    hold.save()
    touch(incident)
    audit.record("incidents.hold", by=by, obj=incident, after={"reason": hold.reason})
    return hold


@transaction.atomic
def lift_hold(*, hold: PartyHold, by: Any, now: dt.datetime) -> PartyHold:
    """Let the retention run again; lifting a lifted hold changes nothing."""
    incident = locked(hold.incident)
    hold.refresh_from_db(fields=["lifted_at"])
    if hold.lifted_at is not None:
        return hold
    hold.lifted_at, hold.lifted_by = now, by
    hold.save(update_fields=["lifted_at", "lifted_by"])
    touch(incident)
    audit.record("incidents.hold-lift", by=by, obj=incident, after={"reason": hold.reason})
    return hold


def purge_parties(*, now: dt.datetime) -> int:
    """Empty what is sealed of people whose retention is over and who are not on hold.

    Source: PIPL 19, 47; requirement 59. Reading: it runs from the day the incident was closed; an
    incident that was taken up again has not been closed. Units: days. Returns how many.
    """
    days = getattr(settings, "PARTY_RETENTION_DAYS", RETENTION_DAYS)
    purged = 0
    while taken := _purge_batch(before=now - dt.timedelta(days=days), now=now):
        purged += taken
    return purged


@transaction.atomic
def _purge_batch(*, before: dt.datetime, now: dt.datetime) -> int:
    rows = expired_parties(before).select_for_update(of=("self",), skip_locked=True)
    parties = list(rows.select_related("incident")[:PURGE_BATCH])
    for party in parties:
        party.name_sealed = party.telephone_sealed = party.client_digest = ""
        party.purged_at = now
        party.save(update_fields=["name_sealed", "telephone_sealed", "client_digest", "purged_at"])
        audit.record("incidents.purge", by=None, obj=party.incident, after={"party": party.pk})
    return len(parties)


@transaction.atomic
def reseal_batch(*, after_pk: int, size: int) -> tuple[int, int]:
    """Seal the next people again with the current key; returns (last id, how many changed).

    Raises: TamperedError for a value that does not open: nothing of the batch is written.
    """
    rows = IncidentParty.objects.unscoped("rotation of the keys of every sealed field")
    parties = list(
        rows.filter(pk__gt=after_pk, purged_at__isnull=True)
        .order_by("pk")
        .select_for_update(of=("self",))[:size]
    )
    changed = 0
    current = f"{current_key_id()}:"
    for party in parties:
        if all(v.startswith(current) for v in (party.name_sealed, party.telephone_sealed) if v):
            continue
        for field in ("name", "telephone"):
            column, context = f"{field}_sealed", _context(party, field)
            clear = unseal(getattr(party, column), context=context)
            setattr(party, column, seal(clear, context=context))
        party.save(update_fields=["name_sealed", "telephone_sealed"])
        changed += 1
    return (parties[-1].pk if parties else 0), changed


def _context(party: IncidentParty, field: str) -> str:
    return f"incidents.incidentparty/{party.uid}/{field}"


def _opened(party: IncidentParty) -> Person:
    try:
        name = unseal(party.name_sealed, context=_context(party, "name"))
        telephone = unseal(party.telephone_sealed, context=_context(party, "telephone"))
    except TamperedError:
        return Person(party.pk, party.role, "", "", damaged=True)
    return Person(party.pk, party.role, name, telephone)


def _note(party: IncidentParty, change: list[str], *, by: Any, now: dt.datetime) -> None:
    """The timeline says that a person was added or struck, and in which role; never who."""
    changes = {"party": change}
    note_change(party.incident, kind=EntryKind.CHANGE, changes=changes, by=by, at=now)
    touch(party.incident)
