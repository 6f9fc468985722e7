"""Who comes and goes, said at the desk; corrected with a reason; ended where nobody ended it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from duty.enums import PresenceSource
from duty.models import Presence, PresenceCorrection
from duty.queries.presence import assumed_ends, longest_on, people_of, standing
from personnel.models import Person
from personnel.services.staff import locked_person
from policeroom.common import audit
from policeroom.common.clients import digest, replayed
from policeroom.common.clock import ZONE
from policeroom.common.errors import DomainError
from stations.models import Station

OWN = "rows of a room its caller fetched through the scope"
FACTS = ("person", "came_at", "left_at", "source", "left_source")
#: Forgotten presences ended in one transaction: nobody at a desk waits for the rest.
BATCH = 200


@transaction.atomic
def check_in(
    *,
    station: Station,
    person: Person,
    by: Any,
    at: dt.datetime,
    client_uuid: uuid.UUID | None = None,
) -> Presence:
    """Record that somebody comes to the room now.

    Source: 第九条, matrix D 16. To the minute; no location is kept. What the person forgot to end
    elsewhere, and is over, ends first.
    Raises: DomainError for a closed room, somebody who does not belong here today, or is still
    checked in (with the room and since when).
    """
    person = locked_person(person)
    fingerprint = digest({"person": person, "station": station})
    earlier = replayed(Presence, client_uuid, fingerprint)
    if earlier is not None:
        return earlier
    _refuse_stranger(station, person, at)
    _end_if_over(_over(standing().filter(person=person, left_at__isnull=True), at), now=at)
    row = Presence(
        station=station,
        person=person,
        came_at=whole_minute(at),
        recorded_by=by,
        client_uuid=client_uuid,
        client_digest=fingerprint if client_uuid else "",
    )
    _refuse_clash(row)
    _store(row)
    audit.record("presence.in", by=by, obj=row, after=audit.snapshot(row, FACTS))
    return row


@transaction.atomic
def check_out(*, presence: Presence, by: Any, at: dt.datetime) -> Presence:
    """Record that somebody leaves now.

    One whose shift is over and whose end was only assumed may still check out for as long as P-09c:
    the end they say replaces the assumed one.
    Raises: DomainError if they already left, it is too late to say so, they came this very minute,
    or were seen elsewhere since.
    """
    row = _locked(presence)
    if row.left_at is not None and row.left_source != PresenceSource.ASSUMED:
        raise DomainError(
            _("%(name)s already left at %(at)s.")
            % {"name": row.person.name, "at": shown(row.left_at)}
        )
    end = row.left_at or assumed_ends([row], at=at)[row.pk]
    if at - end > longest_on(at):
        raise DomainError(
            _("%(name)s counts as there until %(at)s. It is too late to check out: correct it.")
            % {"name": row.person.name, "at": shown(end)}
        )
    before = audit.snapshot(row, FACTS)
    row.left_at, row.left_source = whole_minute(at), PresenceSource.DESK
    if row.left_at <= row.came_at:
        raise DomainError(
            _("%(name)s came at %(at)s. Check out a minute later, or strike the line.")
            % {"name": row.person.name, "at": shown(row.came_at)}
        )
    _refuse_clash(row)
    _store(row, "left_at", "left_source")
    after = audit.snapshot(row, FACTS)
    audit.record("presence.out", by=by, obj=row, before=before, after=after)
    return row


@transaction.atomic
def enter_stay(
    *,
    station: Station,
    person: Person,
    came_at: dt.datetime,
    left_at: dt.datetime,
    by: Any,
    at: dt.datetime,
    client_uuid: uuid.UUID | None = None,
) -> Presence:
    """Enter afterwards that somebody was there.

    Raises: DomainError for an end before the start or in the future, somebody who did not belong
    here then, or was already recorded somewhere in that time.
    """
    person = locked_person(person)
    fingerprint = digest(
        {"person": person, "station": station, "came_at": came_at, "left_at": left_at}
    )
    earlier = replayed(Presence, client_uuid, fingerprint)
    if earlier is not None:
        return earlier
    _refuse_stranger(station, person, came_at)
    row = Presence(
        station=station,
        person=person,
        came_at=whole_minute(came_at),
        left_at=whole_minute(left_at),
        source=PresenceSource.MANUAL,
        left_source=PresenceSource.MANUAL,
        recorded_by=by,
        client_uuid=client_uuid,
        client_digest=fingerprint if client_uuid else "",
    )
    _refuse_period(row, at)
    _refuse_clash(row)
    _store(row)
    audit.record("presence.enter", by=by, obj=row, after=audit.snapshot(row, FACTS))
    return row


@transaction.atomic
def correct_stay(
    *,
    presence: Presence,
    came_at: dt.datetime,
    left_at: dt.datetime | None,
    reason: str,
    by: Any,
    at: dt.datetime,
) -> Presence:
    """Correct when somebody came or left; what stood there before is kept with the reason.

    An assumed end that is confirmed counts as entered. Somebody still there stays so without
    `left_at`.
    Raises: DomainError if nothing changes, for an end taken away, and as `enter_stay`.
    """
    row = _locked(presence)
    before, was = audit.snapshot(row, FACTS), (row.came_at, row.left_at)
    if left_at is None and row.left_at is not None:
        raise DomainError(_("The presence has ended; enter when."), field="left_at")
    came_at = whole_minute(came_at)
    left_at = whole_minute(left_at) if left_at is not None else None
    assumed = row.left_source == PresenceSource.ASSUMED
    if was == (came_at, left_at) and not assumed:
        raise DomainError(_("Nothing changes: these are the times that are recorded."))
    if came_at != row.came_at:
        row.source = PresenceSource.MANUAL
    if left_at is not None and (left_at != row.left_at or assumed):
        row.left_source = PresenceSource.MANUAL
    row.came_at, row.left_at = came_at, left_at
    _refuse_period(row, at)
    _refuse_clash(row)
    _keep(row, was, reason, by)
    _store(row, "came_at", "left_at", "source", "left_source")
    after = {**audit.snapshot(row, FACTS), "reason": reason.strip()}
    audit.record("presence.correct", by=by, obj=row, before=before, after=after)
    return row


@transaction.atomic
def strike_stay(*, presence: Presence, reason: str, by: Any, at: dt.datetime) -> Presence:
    """Strike a presence that never was: somebody else was meant. It stays, and counts nowhere.

    Raises: DomainError if it is already struck, or without a reason.
    """
    row = _locked(presence)
    _keep(row, (row.came_at, row.left_at), reason, by)
    row.struck_at = at
    _store(row, "struck_at")
    audit.record("presence.strike", by=by, obj=row, after={"reason": reason.strip()})
    return row


def end_forgotten(*, now: dt.datetime) -> int:
    """End what nobody ended, at the end of the shift and not verified; returns how many.

    Source: matrix D 16. Safe to run twice, and by two workers at once: each row is taken by one.
    """
    ids = sorted(_over(standing().filter(left_at__isnull=True, came_at__lte=now), now))
    ended = 0
    for start in range(0, len(ids), BATCH):
        with transaction.atomic():
            ended += _end_if_over(ids[start : start + BATCH], now=now)
    return ended


def whole_minute(at: dt.datetime) -> dt.datetime:
    """Presence is kept to the minute, as in a book at the desk."""
    return at.replace(second=0, microsecond=0)


def shown(at: dt.datetime) -> str:
    """An instant in a sentence."""
    return f"{timezone.localtime(at, ZONE):%Y-%m-%d %H:%M}"


def _over(rows: Iterable[Presence], now: dt.datetime) -> dict[int, dt.datetime]:
    return {pk: end for pk, end in assumed_ends(rows, at=now).items() if end <= now}


def _end_if_over(ids: Iterable[int], *, now: dt.datetime) -> int:
    """End those whose assumed end is reached; what another worker holds is left to it."""
    rows = standing().filter(pk__in=ids, left_at__isnull=True).order_by("id")
    held = list(rows.select_for_update(of=("self",), skip_locked=True))
    over = _over(held, now)
    for row in held:
        if row.pk not in over:  # corrected since the look
            continue
        before = audit.snapshot(row, FACTS)
        row.left_at, row.left_source = over[row.pk], PresenceSource.ASSUMED
        row.save(update_fields=["left_at", "left_source"])
        after = audit.snapshot(row, FACTS)
        audit.record("presence.assume", by=None, obj=row, before=before, after=after)
    return len(over)


def _locked(presence: Presence) -> Presence:
    """The presence as it stands now, its person held first: the order of every act here."""
    person = locked_person(presence.person)
    rows = Presence.objects.unscoped(OWN).select_related("station")
    row: Presence = rows.select_for_update(of=("self",)).get(pk=presence.pk)
    row.person = person
    if row.struck_at is not None:
        raise DomainError(_("This presence is struck."))
    return row


def _keep(row: Presence, was: tuple[dt.datetime, dt.datetime | None], reason: str, by: Any) -> None:
    if not reason.strip():
        raise DomainError(_("Say why."), field="reason")
    change = PresenceCorrection(
        presence=row,
        station=row.station,
        came_before=was[0],
        left_before=was[1],
        reason=reason.strip(),
        recorded_by=by,
    )
    change.full_clean(exclude=["org_path", "left_before"])
    change.save()


def _store(row: Presence, *fields: str) -> None:
    """Write the row; the clash was already looked for, under the lock of the person."""
    row.full_clean(exclude=["org_path"], validate_constraints=False)
    row.save(update_fields=fields or None)


def _refuse_stranger(station: Station, person: Person, at: dt.datetime) -> None:
    day = timezone.localdate(at, ZONE)
    if day < station.opened_on or (station.closed_on is not None and day >= station.closed_on):
        raise DomainError(
            _("%(room)s does not operate on %(day)s.") % {"room": station.name, "day": day}
        )
    if not people_of(station, at).filter(pk=person.pk).exists():
        raise DomainError(
            _("%(name)s has no post, shift or reinforcement in %(room)s on %(day)s.")
            % {"name": person.name, "room": station.name, "day": day},
            field="person",
        )


def _refuse_period(row: Presence, at: dt.datetime) -> None:
    if row.came_at > at:
        raise DomainError(
            _("%(at)s is still to come.") % {"at": shown(row.came_at)}, field="came_at"
        )
    if row.left_at is None:
        return
    if row.left_at > at:
        raise DomainError(
            _("%(at)s is still to come.") % {"at": shown(row.left_at)}, field="left_at"
        )
    if row.left_at <= row.came_at:
        raise DomainError(
            _("The presence began at %(at)s; it ends later.") % {"at": shown(row.came_at)},
            field="left_at",
        )


def _refuse_clash(row: Presence) -> None:
    """Say where and since when a person is already recorded, before the database says that."""
    others = (
        standing()
        .filter(Q(left_at__isnull=True) | Q(left_at__gt=row.came_at), person=row.person)
        .exclude(pk=row.pk)
        .select_related("station")
        .order_by("came_at")
    )
    if row.left_at is not None:
        others = others.filter(came_at__lt=row.left_at)
    other = others.first()
    if other is None:
        return
    values = {"name": row.person.name, "room": other.station.name, "start": shown(other.came_at)}
    if other.left_at is None:
        text = _("%(name)s is checked in at %(room)s since %(start)s. Check out there first.")
    else:
        text = _("%(name)s was in %(room)s from %(start)s to %(end)s.")
        values["end"] = shown(other.left_at)
    raise DomainError(text % values, field="came_at")
