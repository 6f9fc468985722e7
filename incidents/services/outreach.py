"""宣传教育: one activity, its topics, its audience as a number (第十三条(四))."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.enums_clocks import OutreachTopic
from incidents.models import OutreachActivity
from incidents.services.clocks import next_number, replay, strike
from incidents.services.guards import require_operating
from incidents.services.hazards import require_served
from policeroom.common import audit
from policeroom.common.clock import ZONE
from policeroom.common.errors import DomainError
from stations.models import Station, University
from stations.services.guards import refuse_future

SERIES: Final = "XC"


@transaction.atomic
def record_activity(
    *,
    station: Station,
    title: str,
    held_on: dt.date,
    topics: Iterable[str],
    form: str,
    universities: Iterable[University],
    audience_count: int,
    by: Any,
    now: dt.datetime,
    partners: str = "",
    client_uuid: uuid.UUID | None = None,
) -> OutreachActivity:
    """Record an activity that was held: topics label the event, the audience is a total.

    Source: JS-13-4 (规范第十三条(四)).
    Raises: ConflictError for other content under a used `client_uuid`; DomainError without topic
    or university, for a university the room does not serve, a day to come, or a closed room.
    """
    asked = set(topics)
    chosen = [topic for topic in OutreachTopic.values if topic in asked]
    reached = sorted(universities, key=lambda row: row.pk)
    values = {
        "title": title.strip(),
        "held_on": held_on,
        "topics": chosen,
        "form": form,
        "audience_count": audience_count,
        "partners": partners.strip(),
    }
    earlier, client = replay(
        OutreachActivity,
        station=station,
        client_uuid=client_uuid,
        universities=[row.pk for row in reached],
        **values,
    )
    if earlier is not None:
        return earlier
    refuse_future(held_on, today=now.astimezone(ZONE).date(), field="held_on")
    _check(station, chosen, reached, on=held_on)
    row = OutreachActivity(
        station=station,
        org_path=station.org_path,
        number=next_number(station=station, series=SERIES, year=held_on.year),
        recorded_by=by,
        **values,
        **client,
    )
    row.full_clean()
    row.save(force_insert=True)
    row.universities.set(reached)
    after = audit.snapshot(row, ("number", *values))
    after["universities"] = [row.name for row in reached]
    audit.record("outreach.record", by=by, obj=row, after=after)
    return row


def _check(
    station: Station, topics: list[str], universities: list[University], *, on: dt.date
) -> None:
    if not topics:
        raise DomainError(_("Choose at least one of the ten topics."), field="topics")
    if not universities:
        raise DomainError(_("Choose the university it was held for."), field="universities")
    require_operating(station, on=on)
    require_served(station, universities, on=on)


def strike_activity(
    *, activity: OutreachActivity, reason: str, by: Any, now: dt.datetime
) -> OutreachActivity:
    """Strike an activity entered by mistake; its topics count no longer.

    Raises: DomainError without a reason.
    """
    return strike(record=activity, reason=reason, action="outreach.strike", by=by, now=now)
