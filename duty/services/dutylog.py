"""Lines of the room's daily log (JS-23-2). Written once, never changed."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from duty.models import DutyLogEntry
from duty.queries.handover import last_frozen_at
from duty.queries.orders import today_of
from policeroom.common import audit
from policeroom.common.clients import digest, replayed
from policeroom.common.errors import DomainError
from policeroom.common.tables import display
from stations.models import Station
from stations.services.guards import locked

#: What tells two instants of the database apart.
MOMENT = dt.timedelta(microseconds=1)


@transaction.atomic
def write_entry(
    *,
    station: Station,
    text: str,
    is_key: bool,
    at: dt.datetime | None,
    by: Any,
    now: dt.datetime,
    client_uuid: uuid.UUID | None = None,
) -> DutyLogEntry:
    """Write one line. A key line reaches exactly one handover sheet, however late it is written.

    Source: 第二十三条 (JS-23-2). `at` None: now. A resend returns the first line.
    Raises: ConflictError for other content under a used UUID; DomainError for an empty line, an
    instant to come, or one before the room opened.
    """
    values = {"text": text.strip(), "is_key": is_key, "at": at}
    fingerprint = digest({"station": station.pk, **values})
    locked(station)
    earlier = replayed(DutyLogEntry, client_uuid, fingerprint)
    if earlier is not None:
        return earlier
    if not values["text"]:
        raise DomainError(_("Write what happened."), field="text")
    happened = at or now
    refuse_instant(happened, station, now=now, field="at")
    row = DutyLogEntry(
        station=station,
        org_path=station.org_path,
        day=today_of(happened),
        recorded_at=_recorded(station, now) if is_key else now,
        recorded_by=by,
        client_uuid=client_uuid,
        client_digest=fingerprint if client_uuid else "",
        **(values | {"at": happened}),
    )
    row.full_clean()
    row.save(force_insert=True)
    audit.record("dutylog.write", by=by, obj=row, after={"day": str(row.day), "is_key": row.is_key})
    return row


def refuse_instant(at: dt.datetime, station: Station, *, now: dt.datetime, field: str) -> None:
    """What is recorded has happened, in a room that was open.

    Raises: DomainError naming the instants.
    """
    if at > now:
        raise DomainError(
            _("%(instant)s lies in the future; it is %(now)s. Enter a time up to now.")
            % {"instant": display(at), "now": display(now)},
            field=field,
        )
    if timezone.localdate(at) < station.opened_on:
        raise DomainError(
            _("%(room)s opened on %(day)s; enter a time from then on.")
            % {"room": station.name, "day": station.opened_on},
            field=field,
        )


def _recorded(station: Station, now: dt.datetime) -> dt.datetime:
    """`now`, but after the last sheet that was frozen: a line that waited for it is on the next."""
    frozen = last_frozen_at(station)
    return max(now, frozen + MOMENT) if frozen else now
