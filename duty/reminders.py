"""Open hours of rosters (第十六条), told before they come: each day of a room exactly once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from duty.demand import Lack
from duty.models import ShiftTemplate
from duty.queries.roster import monday_of, week_of
from duty.services.telling import people_at, tell
from policeroom.common import audit
from policeroom.common.clock import ZONE
from policeroom.common.parameters import parameters_on
from policeroom.common.roles import Role
from stations.models import Station

OWN: Final = "a task for every room"
DAY, WEEK = dt.timedelta(days=1), dt.timedelta(days=7)


def remind_of_gaps(*, now: dt.datetime) -> int:
    """Tell of the hours of the next days (P-16c) that nobody is booked for.

    Source: JS-16-2 (规范第十六条); what a gap is says the roster itself. The day is part of a
    line's key, so that tasks that run twice, or beside each other, tell nothing twice.
    Returns: how many days of rooms have open hours.
    """
    today = timezone.localdate(now, ZONE)
    last = today + parameters_on(today)["P-16c"] * DAY
    found = 0
    for room in rooms_with_shifts(today):
        for day, gaps in open_hours(room, today + DAY, last).items():
            with transaction.atomic():
                _tell(room, day, gaps, at=now)
            found += 1
    if found:
        audit.record("roster.remind", by=None, after={"days": found})
    return found


def rooms_with_shifts(today: dt.date) -> QuerySet[Station]:
    """Open rooms that say what shifts they need."""
    shifts = ShiftTemplate.objects.unscoped(OWN).filter(station=OuterRef("pk"), is_active=True)
    rooms = Station.objects.unscoped(OWN).filter(
        Q(closed_on__isnull=True) | Q(closed_on__gt=today), Exists(shifts), opened_on__lte=today
    )
    return rooms.order_by("org_path", "id")


def open_hours(room: Station, first: dt.date, last: dt.date) -> dict[dt.date, list[Lack]]:
    """Gaps of the room's roster by the day they begin on, from `first` to `last`."""
    days: dict[dt.date, list[Lack]] = defaultdict(list)
    monday = monday_of(first)
    while monday <= last:
        for lack in week_of(room, monday).lacks:
            day = timezone.localdate(lack.span.start, ZONE)
            if first <= day <= last:
                days[day].append(lack)
        monday += WEEK
    return days


def _tell(room: Station, day: dt.date, gaps: list[Lack], *, at: dt.datetime) -> None:
    """The lead; where a room has none, the county."""
    people = people_at([room.org_path], [Role.STATION_LEAD], at=at)
    people = people or people_at([room.org_path], [Role.COUNTY], at=at)
    tell(
        people,
        lambda: (
            _("Open hours on %(day)s: %(room)s") % {"day": day, "room": room.name},
            _list(gaps),
        ),
        kind="roster-gap",
        key=f"roster-gap-{room.pk}-{day:%Y%m%d}",
        url=f"{reverse('duty:roster-room', args=[room.pk])}?on={day}",
    )


def _list(gaps: Iterable[Lack]) -> str:
    """From when to when who is missing, a line for each stretch."""
    lines = []
    for gap in gaps:
        start, end = (timezone.localtime(at, ZONE) for at in (gap.span.start, gap.span.end))
        values = {"start": f"{start:%H:%M}", "end": f"{end:%H:%M}", "number": gap.missing}
        text = (
            _("%(start)s–%(end)s, officers missing: %(number)s")
            if gap.is_officer
            else _("%(start)s–%(end)s, auxiliaries missing: %(number)s")
        )
        lines.append(text % values)
    return "\n".join(lines)
