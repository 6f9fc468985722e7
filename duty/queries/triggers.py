"""Reads of 24-hour presence: who sees it, what it is at an instant, where it is uncovered."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, Count, Exists, Func, OuterRef, Q
from django.db.models.functions import Left

from duty.enums import TriggerState
from duty.levels import uncovered
from duty.models import Reinforcement, RosterShift, Trigger
from duty.queries.levels import LENGTHS
from duty.queries.orders import targeted, today_of
from duty.queries.presence import Stay, stays
from personnel.enums import PersonKind
from policeroom.common.clock import ZONE
from policeroom.common.intervals import Span, union
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.parameters import parameters_on
from policeroom.common.scope import Scope
from stations.models import Station

DECLARE = "triggers.declare"
#: Why these reads have no scope.
OF_ROOMS = "rows of rooms the caller fetched through the scope"
#: JS-09-5: longer than that nobody should be there without a break.
LONGEST_WATCH = dt.timedelta(hours=24)


def trigger_rows(scope: Scope, *, action: str = "duty.view") -> ScopedQuerySet:
    """24-hour presences the reader's area declared, or that bind a room of it."""
    above = Func(
        *(Left("org_path", length) for length in LENGTHS),
        function="ARRAY",
        template="%(function)s[%(expressions)s]::varchar[]",
        output_field=ArrayField(CharField(max_length=10)),
    )
    bound = (
        Station.objects.within(scope, action=action)
        .annotate(above=above)
        .filter(above__overlap=OuterRef("targets"))
    )
    rows = Trigger.objects.unscoped("seen where it was declared and where it binds")
    return rows.filter(scope.q(action=action) | Exists(bound)).select_related(
        "issuer", "issued_by", "revoked_by"
    )


def state_of(trigger: Trigger, *, now: dt.datetime) -> TriggerState:
    """What a 24-hour presence is at an instant."""
    if trigger.revoked_at is not None and trigger.revoked_at <= now:
        return TriggerState.EARLY
    if _ends_at(trigger) <= now:
        return TriggerState.ENDED
    return TriggerState.PLANNED if trigger.starts_at > now else TriggerState.RUNNING


def state_condition(state: str, *, now: dt.datetime) -> Q:
    """`state_of` as a condition."""
    early = Q(revoked_at__isnull=False, revoked_at__lte=now)
    alive = (Q(revoked_at__isnull=True) | Q(revoked_at__gt=now)) & Q(ends_at__gt=now)
    return {
        TriggerState.EARLY: early,
        TriggerState.ENDED: ~early & Q(ends_at__lte=now),
        TriggerState.PLANNED: alive & Q(starts_at__gt=now),
        TriggerState.RUNNING: alive & Q(starts_at__lte=now),
    }[TriggerState(state)]


def span_of(trigger: Trigger) -> Span | None:
    """The stretch it asks for; None if it was ended before it began."""
    end = _ends_at(trigger)
    if trigger.revoked_at is not None:
        end = min(end, trigger.revoked_at)
    return Span(trigger.starts_at, end) if end > trigger.starts_at else None


def _ends_at(trigger: Trigger) -> dt.datetime:
    """Raises: TypeError for a row without an end, which the database refuses."""
    if trigger.ends_at is None:
        raise TypeError(f"trigger {trigger.pk} has no end")
    return trigger.ends_at


def rooms_bound(trigger: Trigger, scope: Scope) -> ScopedQuerySet:
    """Rooms in view that existed at some instant of it (matrix D 15: one that opens is bound)."""
    rows = Station.objects.within(scope, action="duty.view")
    span = span_of(trigger)
    if span is None:
        return rows.none()
    return rows.filter(
        targeted(trigger.targets),
        Q(closed_on__isnull=True) | Q(closed_on__gt=today_of(span.start)),
        opened_on__lte=today_of(span.end - dt.timedelta.resolution),
    )


@dataclass(frozen=True, slots=True)
class Cover:
    """How a room keeps a 24-hour presence.

    `past` are stretches without an officer up to now, from who was there; `ahead` those without
    one from now on, from the roster and the reinforcement that is sent. `unverified` counts
    presences of officers that the clock, not the person, ended; `too_long` officers who were
    there for more than 24 hours without a break; `sent` officers sent as reinforcement.
    """

    past: tuple[Span, ...]
    ahead: tuple[Span, ...]
    officers_now: int
    unverified: int
    too_long: int
    sent: int

    @property
    def minutes(self) -> int:
        """Minutes without an officer up to now."""
        return sum(span.minutes for span in self.past)

    @property
    def minutes_ahead(self) -> int:
        """Minutes from now on for which no officer is planned."""
        return sum(span.minutes for span in self.ahead)


def cover_of(trigger: Trigger, rooms: Iterable[Station], *, now: dt.datetime) -> dict[int, Cover]:
    """How each of the rooms keeps it: the same number of statements, however many rooms.

    Source: JS-09-4, P-09b (规范第九条「24小时驻守」), matrix D 16. Auxiliaries do not count,
    reinforcement does, the duty level does not matter. What is past is judged by who was there,
    what is to come by the roster; the minute that runs belongs to what is to come.
    """
    span = span_of(trigger)
    rooms = list(rooms)
    if span is None or not rooms:
        return {}
    now = now.replace(second=0, microsecond=0)
    windows = {room.pk: _bound_while(room, span) for room in rooms}
    ids = list(windows)
    seen_until = min(max(now, span.start), span.end) + dt.timedelta.resolution
    there = stays(ids, Span(span.start, seen_until))
    planned = _planned(ids, span)
    sent = _sent(trigger, ids)
    tolerated = dt.timedelta(minutes=int(parameters_on(today_of(span.start))["P-09b"]))
    return {
        pk: _cover(window, there.get(pk, []), planned[pk], tolerated, now, sent.get(pk, 0))
        for pk, window in windows.items()
    }


def _bound_while(room: Station, span: Span) -> Span | None:
    """The part of the stretch in which the room exists."""
    opened = dt.datetime.combine(room.opened_on, dt.time(), ZONE)
    start, end = max(span.start, opened), span.end
    if room.closed_on is not None:
        end = min(end, dt.datetime.combine(room.closed_on, dt.time(), ZONE))
    return Span(start, end) if start < end else None


def _planned(ids: Collection[int], span: Span) -> dict[int, list[Span]]:
    """When officers are planned to be in each room: shifts and reinforcement."""
    found: dict[int, list[Span]] = defaultdict(list)
    asked = {
        "station__in": ids,
        "starts_at__lt": span.end,
        "ends_at__gt": span.start,
        "person__kind": PersonKind.OFFICER,
    }
    shifts = RosterShift.objects.unscoped(OF_ROOMS).filter(struck_at__isnull=True, **asked)
    sent = Reinforcement.objects.unscoped(OF_ROOMS).filter(**asked)
    for rows in (shifts, sent):
        for pk, start, end in rows.order_by().values_list("station_id", "starts_at", "ends_at"):
            found[pk].append(Span(start, end))
    return found


def _sent(trigger: Trigger, ids: Collection[int]) -> dict[int, int]:
    rows = Reinforcement.objects.unscoped(OF_ROOMS).filter(trigger=trigger, station__in=ids)
    people = rows.order_by().values("station_id").annotate(n=Count("person_id", distinct=True))
    return {row["station_id"]: row["n"] for row in people}


def _cover(
    window: Span | None,
    there: list[Stay],
    planned: list[Span],
    tolerated: dt.timedelta,
    now: dt.datetime,
    sent: int,
) -> Cover:
    if window is None:
        return Cover((), (), 0, 0, 0, sent)
    police = [stay for stay in there if stay.is_officer]
    spans = [stay.span for stay in police]
    past = Span(window.start, min(window.end, now)) if window.start < now else None
    begin = max(window.start, now)
    ahead = Span(begin, window.end) if begin < window.end else None
    return Cover(
        past=tuple(uncovered(past, spans, tolerated)) if past else (),
        ahead=tuple(uncovered(ahead, planned, tolerated)) if ahead else (),
        officers_now=sum(stay.span.start <= now < stay.span.end for stay in police),
        unverified=sum(not stay.verified and stay.span.end <= now for stay in police),
        too_long=_too_long(police),
        sent=sent,
    )


def _too_long(police: list[Stay]) -> int:
    """Officers in the room for more than 24 hours on end (JS-09-5, advice)."""
    by_person: dict[int, list[Span]] = defaultdict(list)
    for stay in police:
        by_person[stay.person_id].append(stay.span)
    return sum(
        any(span.end - span.start > LONGEST_WATCH for span in union(spans))
        for spans in by_person.values()
    )
