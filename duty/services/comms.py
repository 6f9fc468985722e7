"""Tests of radio and telephone (JS-23-4). Recorded once, never changed."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from duty.enums import CommsResult
from duty.models import CommsTest
from duty.services.dutylog import refuse_instant
from policeroom.common import audit
from policeroom.common.clients import digest, replayed
from policeroom.common.errors import DomainError
from stations.models import Station
from stations.services.guards import locked

FACTS = ("tested_at", "channel", "result", "note")


@transaction.atomic
def record_test(
    *,
    station: Station,
    channel: str,
    result: str,
    tested_at: dt.datetime,
    by: Any,
    now: dt.datetime,
    note: str = "",
    client_uuid: uuid.UUID | None = None,
) -> CommsTest:
    """Record one test of one channel.

    Source: 第二十三条 (JS-23-4: 通讯联络畅通). A resend returns the first row.
    Raises: ConflictError for other content under a used UUID; DomainError for a fault nobody
    describes, an instant to come, or one before the room opened.
    """
    values = {
        "channel": channel.strip(),
        "result": CommsResult(result).value,
        "tested_at": tested_at,
        "note": note.strip(),
    }
    fingerprint = digest({"station": station.pk, **values})
    locked(station)
    earlier = replayed(CommsTest, client_uuid, fingerprint)
    if earlier is not None:
        return earlier
    if values["result"] == CommsResult.FAULTY and not values["note"]:
        raise DomainError(_("Say what is wrong with the channel."), field="note")
    refuse_instant(tested_at, station, now=now, field="tested_at")
    row = CommsTest(
        station=station,
        org_path=station.org_path,
        recorded_at=now,
        recorded_by=by,
        client_uuid=client_uuid,
        client_digest=fingerprint if client_uuid else "",
        **values,
    )
    row.full_clean()
    row.save(force_insert=True)
    audit.record("dutylog.comms", by=by, obj=row, after=audit.snapshot(row, FACTS))
    return row
