"""Calls captured without a line: filed, or kept until the room's lead has looked at them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.models import Incident, OfflineReason, OfflineRecord
from incidents.services.guards import CLOCK_SKEW, local
from incidents.services.quick import LONGEST_WAIT, Line, file_quick
from incidents.services.timeline import add_entry
from personnel.models import RoleGrant
from personnel.queries import holders, scope_for
from policeroom.accounts.models import User
from policeroom.common import audit, drafts
from policeroom.common.clients import digest
from policeroom.common.errors import DomainError
from policeroom.common.notify import notify
from policeroom.common.roles import STATION_ROLES, Role
from stations.models import Station

FILE: Final = "incidents.file"
#: Form code under which pages keep calls that are being typed (`data-draft`).
DRAFT_FORM: Final = "incidents.quick"
#: Fields that say how a call was sent, not what it says.
_OF_THE_SEND: Final = frozenset({"captured_at", "offline", "as_it_is"})
_CORRECTED: Final = uuid.UUID("2c0f7a52-6a7e-4c8e-9d57-0d6f1b8f3a11")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where a call belongs, and why it cannot simply be filed ("" where it can)."""

    room: Station
    reason: str


def captured_at(*, claimed: dt.datetime, sent: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    """When the call was captured, by the server's clock: never after `now`.

    `claimed` and `sent` come from one device; where `sent` and `now` differ by more than
    `CLOCK_SKEW` its clock is wrong by that much.
    """
    skew = now - sent if sent is not None else dt.timedelta()
    corrected = claimed + skew if abs(skew) > CLOCK_SKEW else claimed
    return min(corrected, now)


def judge(
    *, author: User, sender: User, asked: str, captured: dt.datetime, now: dt.datetime
) -> Verdict:
    """To which room a call of `author` belongs, and whether it goes straight into its log.

    It does if the author served there when it was captured, still does, and brought it themselves.
    `asked` is the room the page named ("" for none).
    Raises: DomainError where the author never served at any room.
    """
    then, today = scope_for(author, at=captured), scope_for(author, at=now)
    rooms = Station.objects.within(then, action=FILE).order_by("org_path", "id")
    if asked.isdecimal() and len(asked) < 18:
        rooms = rooms.filter(pk=asked)
    room = rooms.first()
    if room is None:
        return Verdict(_last_room(author, before=now), OfflineReason.NOT_POSTED)
    if author.pk != sender.pk:
        return Verdict(room, OfflineReason.OTHER_SENDER)
    serves = today.allows(FILE, room.org_path)
    return Verdict(room, "" if serves else OfflineReason.TRANSFERRED)


def _last_room(author: User, *, before: dt.datetime) -> Station:
    """Where the author served last: its lead knows them."""
    grants = RoleGrant.objects.filter(
        user=author, role__in=[role.value for role in STATION_ROLES], valid_from__lte=before
    )
    units = grants.order_by("-valid_from", "-id").values_list("content_object_id", flat=True)
    rows = Station.objects.unscoped("the last room of the author; its lead decides")
    for unit in units[:1]:
        room: Station | None = rows.filter(unit_id=unit).first()
        if room is not None:
            return room
    raise DomainError(
        _("Nobody can say to which police room this call belongs. Give it to a room by hand.")
    )


@transaction.atomic
def quarantine(
    *,
    key: uuid.UUID,
    verdict: Verdict,
    body: Mapping[str, list[str]],
    author: User,
    sender: User,
    captured: dt.datetime,
    now: dt.datetime,
) -> OfflineRecord:
    """Keep a call until the room's lead has checked it, and tell the leads (待核实).

    The same UUID again gives the record of the first time.
    """
    room = verdict.room
    rows = OfflineRecord.objects.unscoped("a call on its way to the room it belongs to")
    record, is_new = rows.get_or_create(
        client_uuid=key,
        defaults={
            "station": room,
            "org_path": room.org_path,
            "reason": verdict.reason,
            "body": dict(body),
            "author": author,
            "sender": sender,
            "captured_at": captured,
            "received_at": now,
        },
    )
    if not is_new:
        return record
    drafts.confirmed(author, key, at=now)
    leads = [grant.user for grant in holders(Role.STATION_LEAD, room.org_path, at=now)]
    notify(
        leads,
        kind="incidents.offline",
        title=_("A call captured without a line waits to be checked"),
        body=_("%(room)s, captured %(instant)s") % {"room": room.name, "instant": local(captured)},
        url=record.get_absolute_url(),
        key=f"offline-{record.pk}",
    )
    audit.record(
        "incidents.offline",
        by=sender,
        obj=record,
        after={"author": audit.plain(author), "reason": record.reason},
    )
    return record


@transaction.atomic
def accept(*, record: OfflineRecord, line: Line, by: Any, now: dt.datetime) -> Incident:
    """File a checked call. The lead answers for the entry; who captured it and when stays with it.

    Raises: DomainError if it is already decided; as `file_quick`.
    """
    record = _undecided(record)
    incident = file_quick(
        station=record.station,
        line=_as_captured(line, record, now=now),
        by=by,
        now=now,
        client_uuid=record.client_uuid,
        fingerprint=digest(record.body),
    )
    said = _(
        "Captured without a line by %(author)s at %(captured)s, received at %(received)s; "
        "checked and accepted."
    )
    values = {
        "author": record.author,
        "captured": local(record.captured_at),
        "received": local(record.received_at),
    }
    add_entry(incident=incident, text=said % values, by=by, now=now)
    record.incident = incident
    _decide(record, OfflineRecord.State.ACCEPTED, note="", by=by, now=now)
    return incident


@transaction.atomic
def refuse(*, record: OfflineRecord, note: str, by: Any, now: dt.datetime) -> None:
    """Leave a call out of the log. It stays readable here, with who, when and why.

    Raises: DomainError without a reason, or if it is already decided.
    """
    note = note.strip()
    if not note:
        raise DomainError(_("Say why the call is left out."), field="note")
    _decide(_undecided(record), OfflineRecord.State.REFUSED, note=note, by=by, now=now)


def _as_captured(line: Line, record: OfflineRecord, *, now: dt.datetime) -> Line:
    """The line as it was meant then; one that waited too long is entered with its time."""
    chosen: dict[str, Any] = {"handlers": (record.author,), **line.chosen}
    captured: dt.datetime | None = record.captured_at
    if now - record.captured_at > LONGEST_WAIT:
        chosen, captured = {"reported_at": record.captured_at, **chosen}, None
    return replace(line, chosen=chosen, captured_at=captured, as_it_is=True, offline=True)


def _undecided(record: OfflineRecord) -> OfflineRecord:
    rows = OfflineRecord.objects.unscoped("lock of a row its caller fetched through the scope")
    found = rows.select_for_update(of=("self",)).select_related("station", "author")
    record = found.get(pk=record.pk)
    if record.state != OfflineRecord.State.WAITING:
        raise DomainError(
            _("This call was already decided by %(person)s at %(instant)s.")
            % {"person": record.decided_by, "instant": local(record.decided_at)}  # type: ignore[arg-type]
        )
    return record


def _decide(record: OfflineRecord, state: str, *, note: str, by: Any, now: dt.datetime) -> None:
    record.state, record.decision_note = state, note
    record.decided_by, record.decided_at = by, now
    record.full_clean()
    record.save(update_fields=["state", "decision_note", "decided_by", "decided_at", "incident"])
    audit.record("incidents.offline-decide", by=by, obj=record, after={"state": state})


def as_draft(
    *,
    key: uuid.UUID,
    body: Mapping[str, list[str]],
    captured: dt.datetime,
    by: Any,
    page: str,
    now: dt.datetime,
) -> None:
    """Give a refused call back to its author as a draft of the capture page.

    The draft has a key of its own, always the same for one call, so that asking twice makes one
    draft. When it was captured becomes the time of the report, unless the author chose one.
    """
    payload = {name: values for name, values in body.items() if name not in _OF_THE_SEND}
    payload.pop("client_uuid", None)
    if not any(payload.get("reported_at", [])):
        payload["reported_at"] = [local(captured)]
    drafts.save(
        user=by,
        key=uuid.uuid5(_CORRECTED, str(key)),
        form=DRAFT_FORM,
        page=page,
        payload=payload,
        revision=1,
        at=now,
    )
