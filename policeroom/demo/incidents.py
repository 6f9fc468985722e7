"""Two terms of calls for every room of the demonstration, and what is open right now."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import uuid
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from incidents.enums import EntryKind, IncidentState, Precision, Source
from incidents.models import Category, Incident, IncidentEntry, Place
from incidents.services.numbers import next_numbers
from policeroom.common.pinyin import pinyin_key
from policeroom.demo.calls import CALLS, HOURS, PLACES, Call
from stations.models import Station

DAYS = 290
#: Calls of a room in the whole time: from a quiet college to a large main campus.
CALLS_LOW, CALLS_HIGH = 20, 110
OPEN_HOURS = 30


def build_incidents(
    stations: list[Station], rng: random.Random, *, now: dt.datetime, recorder: Any
) -> list[Incident]:
    """Places, calls and their first lines; the youngest ones of some rooms are still open."""
    categories = {row.code: row for row in Category.objects.filter(org_path="")}
    places = _places(stations)
    incidents = []
    for station in stations:
        # its own chance: what one room does not have yet moves nothing in the next
        own = random.Random(rng.getrandbits(64))  # noqa: S311 -- repeatable, not secret
        if station.closed_on is None:
            incidents += list(
                _calls(station, places[station.pk], categories, own, now=now, recorder=recorder)
            )
    _number(incidents)
    Incident.objects.bulk_create(incidents, batch_size=2000)
    IncidentEntry.objects.bulk_create(
        (
            IncidentEntry(
                incident=incident,
                org_path=incident.org_path,
                kind=EntryKind.FILED,
                text=incident.narrative,
                changes={"state": ["", incident.state]},
                at=incident.reported_at,
                recorded_by=recorder,
            )
            for incident in incidents
        ),
        batch_size=2000,
    )
    return incidents


def _places(stations: list[Station]) -> dict[int, list[Place]]:
    rows = [
        Place(
            station=station,
            org_path=station.org_path,
            campus=station.campus,
            name=name,
            name_pinyin=pinyin_key(name),
        )
        for station in stations
        for name in PLACES
    ]
    Place.objects.bulk_create(rows, batch_size=2000)
    found: dict[int, list[Place]] = {}
    for row in rows:
        found.setdefault(row.station_id, []).append(row)
    return found


def _calls(
    station: Station,
    places: list[Place],
    categories: dict[str, Category],
    rng: random.Random,
    *,
    now: dt.datetime,
    recorder: Any,
) -> Iterator[Incident]:
    first = max(station.opened_on, timezone.localdate(now) - dt.timedelta(days=DAYS))
    days = (timezone.localdate(now) - first).days
    if days < 1:
        return
    weights = [call.weight for call in CALLS]
    for _number in range(rng.randint(CALLS_LOW, CALLS_HIGH) * days // DAYS + 1):
        call = rng.choices(CALLS, weights)[0]
        reported = _instant(first + dt.timedelta(days=rng.randint(0, days)), rng)
        if reported > now - dt.timedelta(minutes=20):
            continue
        place = places[min(int(rng.expovariate(0.35)), len(places) - 1)]
        yield _incident(
            station, place, call, categories[call.category], reported, rng, now, recorder
        )


def _instant(day: dt.date, rng: random.Random) -> dt.datetime:
    hour = rng.choices(range(24), HOURS)[0]
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, rng.randint(0, 59))))


def _incident(
    station: Station,
    place: Place,
    call: Call,
    category: Category,
    reported: dt.datetime,
    rng: random.Random,
    now: dt.datetime,
    recorder: Any,
) -> Incident:
    fresh = now - reported < dt.timedelta(hours=OPEN_HOURS)
    state = rng.choice(list(IncidentState)) if fresh else IncidentState.CLOSED
    went = state not in {IncidentState.NEW, IncidentState.DISPATCHED}
    dispatched = reported + dt.timedelta(minutes=rng.randint(1, 3))
    arrived = dispatched + dt.timedelta(minutes=rng.randint(2, 12))
    known = rng.random() < 0.7
    return Incident(
        station=station,
        org_path=station.org_path,
        kind=category.kind,
        category=category,
        place=place,
        place_text=place.name,
        narrative=rng.choice(call.sentences),
        reported_at=reported,
        occurred_from=reported - dt.timedelta(minutes=rng.randint(2, 40)) if known else None,
        occurred_precision=Precision.EXACT if known else Precision.UNKNOWN,
        state=state,
        dispatched_at=dispatched if state != IncidentState.NEW else None,
        arrived_at=arrived if went else None,
        university_arrived_at=(
            arrived + dt.timedelta(minutes=rng.randint(0, 6))
            if went and category.emergency and rng.random() < 0.85
            else None
        ),
        closed_at=(
            min(now, arrived + dt.timedelta(minutes=rng.randint(5, 90)))
            if state == IncidentState.CLOSED
            else None
        ),
        disposition=rng.choice(call.dispositions) if state == IncidentState.CLOSED else "",
        source=Source.QUICK,
        recorded_at=reported,
        recorded_by=recorder,
        client_uuid=uuid.UUID(int=rng.getrandbits(128), version=4),
    )


def _number(incidents: list[Incident]) -> None:
    """Numbers as the server would have given them: per room and day, in the order of arrival."""
    incidents.sort(key=lambda i: (i.station_id, i.reported_at))
    for (_station, day), group in itertools.groupby(
        incidents, key=lambda i: (i.station_id, timezone.localdate(i.reported_at))
    ):
        rows = list(group)
        numbers = next_numbers(station=rows[0].station, day=day, count=len(rows))
        for row, number in zip(rows, numbers, strict=True):
            row.number = number
