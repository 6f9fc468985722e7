"""The sheet one shift hands to the next: drafted, signed by the outgoing, then by the incoming."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from duty.handover_sources import frozen, sections_for
from duty.models import ShiftHandover
from duty.queries.handover import OF_ROOM, account_of, looks_back_to, takers
from duty.services.telling import tell
from personnel.models import Person
from policeroom.common import audit
from policeroom.common.clients import digest, replayed
from policeroom.common.errors import DomainError, NotAllowedError
from policeroom.common.tables import display
from stations.models import Station
from stations.services.guards import locked

FACTS: Final = ("number", "handed_at", "outgoing", "incoming")
#: A sheet is about the change of shift at hand.
NEAR: Final = dt.timedelta(days=1)


@transaction.atomic
def draft_handover(
    *,
    station: Station,
    outgoing: Person,
    incoming: Person,
    handed_at: dt.datetime,
    by: Any,
    now: dt.datetime,
    notes: str = "",
    client_uuid: uuid.UUID | None = None,
) -> ShiftHandover:
    """Begin a sheet; until the outgoing side signs, its sections follow the records.

    Source: 第十七条 (JS-17-2), 第二十三条. A resend under the same `client_uuid` returns the first.
    Raises: ConflictError for other content under a used UUID; DomainError for one person on both
    sides, somebody who does not serve here or has no account, an instant more than a day away, or
    a sheet of the same outgoing person that is not signed yet.
    """
    values = {
        "outgoing": outgoing,
        "incoming": incoming,
        "handed_at": handed_at,
        "notes": notes.strip(),
    }
    locked(station)
    fingerprint = digest({"station": station.pk, **values})
    earlier = replayed(ShiftHandover, client_uuid, fingerprint)
    if earlier is not None:
        return earlier
    _refuse_second(station, outgoing)
    _refuse_far(handed_at, now=now)
    _refuse_sides(station, outgoing, incoming, now=now)
    row = ShiftHandover(
        station=station,
        org_path=station.org_path,
        number=_next_number(station, timezone.localdate(handed_at)),
        recorded_at=now,
        recorded_by=by,
        client_uuid=client_uuid,
        client_digest=fingerprint if client_uuid else "",
        **values,
    )
    row.full_clean()
    row.save(force_insert=True)
    audit.record("handover.draft", by=by, obj=row, after=audit.snapshot(row, FACTS))
    return row


@transaction.atomic
def change_handover(
    *,
    handover: ShiftHandover,
    incoming: Person,
    by: Any,
    now: dt.datetime,
    handed_at: dt.datetime | None = None,
    notes: str | None = None,
) -> ShiftHandover:
    """Correct a sheet before it is complete; None leaves the time or the notes as they are.

    Raises: DomainError for a sheet both sides signed, for other words under the signature of the
    outgoing side, and as `draft_handover` does.
    """
    row = locked(handover)
    if row.signed_in_at is not None:
        raise DomainError(
            _("Both sides have signed %(sheet)s; it stays as it is.") % {"sheet": row}
        )
    if row.signed_out_at is not None and not (handed_at is None and notes is None):
        raise DomainError(
            _("%(name)s has signed what stands here; only who takes over can still be changed.")
            % {"name": row.outgoing.name}
        )
    _refuse_sides(row.station, row.outgoing, incoming, now=now)
    before = audit.snapshot(row, (*FACTS, "notes"))
    if handed_at is not None:
        _refuse_far(handed_at, now=now)
        row.handed_at = handed_at
    if notes is not None:
        row.notes = notes.strip()
    is_new = row.incoming_id != incoming.pk
    row.incoming = incoming
    row.full_clean()
    row.save(update_fields=["incoming", "handed_at", "notes"])
    after = audit.snapshot(row, (*FACTS, "notes"))
    audit.record("handover.change", by=by, obj=row, before=before, after=after)
    if row.signed_out_at is not None and is_new:
        _tell_incoming(row)
    return row


@transaction.atomic
def sign_out(*, handover: ShiftHandover, by: Any, now: dt.datetime) -> ShiftHandover:
    """The outgoing side signs: what the records say at this instant is kept word for word.

    Signed twice, the first counts.
    Raises: NotAllowedError for anybody but the outgoing person.
    """
    locked(handover.station)  # no key note is written between the reading and the signature
    row = locked(handover)
    _refuse_stranger(row.outgoing, by)
    if row.signed_out_at is not None:
        return row
    since = looks_back_to(row.station, now=now)
    sections = sections_for(row.station, None, since=since, until=now)
    row.sections = frozen(sections, since=since, until=now)
    row.signed_out_at, row.signed_out_by = now, by
    row.full_clean()
    row.save(update_fields=["sections", "signed_out_at", "signed_out_by"])
    audit.record(
        "handover.sign-out", by=by, obj=row, after={"lines": sum(len(s.lines) for s in sections)}
    )
    _tell_incoming(row)
    return row


@transaction.atomic
def sign_in(*, handover: ShiftHandover, by: Any, now: dt.datetime) -> ShiftHandover:
    """The incoming side signs: from here on it answers for what stands on the sheet.

    Signed twice, the first counts.
    Raises: NotAllowedError for anybody but the incoming person; DomainError before the outgoing
    side signed, or with the account that signed for the other side.
    """
    row = locked(handover)
    _refuse_stranger(row.incoming, by)
    if row.signed_in_at is not None:
        return row
    if row.signed_out_at is None:
        raise DomainError(_("%(name)s hands over and signs first.") % {"name": row.outgoing.name})
    if row.signed_out_by_id == by.pk:
        raise DomainError(_("Both sides sign, each for themselves."))
    row.signed_in_at, row.signed_in_by = now, by
    row.full_clean()
    row.save(update_fields=["signed_in_at", "signed_in_by"])
    audit.record("handover.sign-in", by=by, obj=row, after={"signed_in_at": display(now)})
    return row


def _next_number(station: Station, day: dt.date) -> str:
    """The day and a number within it; the caller holds the room locked, and no sheet is deleted."""
    rows = ShiftHandover.objects.unscoped(OF_ROOM)
    taken = rows.filter(station=station, number__startswith=f"{day:%Y%m%d}-").count()
    return f"{day:%Y%m%d}-{taken + 1:02d}"


def _refuse_second(station: Station, outgoing: Person) -> None:
    rows = ShiftHandover.objects.unscoped(OF_ROOM)
    other = rows.filter(station=station, outgoing=outgoing, signed_out_at__isnull=True).first()
    if other is not None:
        raise DomainError(
            _("%(name)s has not signed %(sheet)s yet. Sign or change that one.")
            % {"name": outgoing.name, "sheet": other},
            field="outgoing",
        )


def _refuse_far(handed_at: dt.datetime, *, now: dt.datetime) -> None:
    if abs(handed_at - now) > NEAR:
        raise DomainError(
            _("%(instant)s is more than a day away; it is %(now)s.")
            % {"instant": display(handed_at), "now": display(now)},
            field="handed_at",
        )


def _refuse_sides(
    station: Station, outgoing: Person, incoming: Person, *, now: dt.datetime
) -> None:
    if outgoing.pk == incoming.pk:
        raise DomainError(_("Nobody hands over to themselves."), field="incoming")
    accounts = dict(takers(station, at=now).values_list("pk", "account_id"))
    for person, field in ((outgoing, "outgoing"), (incoming, "incoming")):
        if person.pk not in accounts:
            words = _("%(name)s has neither a post nor a shift in %(room)s today.")
        elif accounts[person.pk] is None:
            words = _("%(name)s has no account to sign with; the administrator creates one.")
        else:
            continue
        raise DomainError(words % {"name": person.name, "room": station.name}, field=field)


def _refuse_stranger(person: Person, by: Any) -> None:
    account = account_of(person)
    if account is None or account.pk != by.pk:
        raise NotAllowedError(_("Only %(name)s signs here.") % {"name": person.name})


def _tell_incoming(row: ShiftHandover) -> None:
    account = account_of(row.incoming)
    tell(
        [account] if account else [],
        lambda: (
            _("Handover sheet %(number)s waits for your signature") % {"number": row.number},
            _("%(name)s hands over to you.") % {"name": row.outgoing.name},
        ),
        kind="handover",
        key=f"handover-{row.pk}",
        url=row.get_absolute_url(),
    )
