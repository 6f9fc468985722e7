"""Rosters and presence of the demonstration: last week, this one and the next, most of it kept.

The room of the demonstration accounts has them since two terms ago.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from django.db.models import Q

from duty.demand import shift_span
from duty.enums import PresenceSource, ShiftKind
from duty.models import Presence, RosterShift, ShiftTemplate
from personnel.enums import PersonKind
from personnel.models import Absence, Assignment, Secondment
from personnel.models.secondments import APPROVED
from policeroom.accounts.models import User
from policeroom.common.intervals import Span
from policeroom.demo.stage import Stage, write
from stations.models import Station

SEED: Final = "shifts-20260901"
DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
#: Name, kind, begin, minutes, officers, auxiliaries.
DAY_SHIFT: Final = ("白班", ShiftKind.DAY, dt.time(8), 720, 1, 1)
NIGHT_SHIFT: Final = ("夜班", ShiftKind.NIGHT, dt.time(20), 720, 0, 1)
WEEKS_BACK, WEEKS_AHEAD, WEEKS_OF_TERMS = 1, 1, 44
#: Of a hundred shifts: nobody came; nobody checked out.
MISSED, FORGOTTEN = 3, 4
WORKDAYS: Final = 5
#: With fewer auxiliaries somebody would go from the night straight into the day.
NIGHTS_FROM: Final = 3


@dataclass(slots=True)
class Crew:
    """Posts of a room, and on which days their people are away."""

    posts: list[Assignment] = field(default_factory=list)
    away: list[Absence | Secondment] = field(default_factory=list)

    def there(self, kind: str, day: dt.date) -> list[Assignment]:
        """Who has the post on the day and the night after it, and is not away."""
        return [
            post
            for post in self.posts
            if post.person.kind == kind
            and _holds(post.valid_from, post.valid_to, day)
            and _holds(post.valid_from, post.valid_to, day + DAY)
            and not any(
                row.person_id == post.person_id
                and any(_holds(row.valid_from, row.valid_to, d) for d in (day, day + DAY))
                for row in self.away
            )
        ]


def build_shifts(stage: Stage) -> None:
    """Write the usual shifts of every room, the rosters, and who came."""
    rng = random.Random(SEED)  # noqa: S311 -- repeatable, not secret
    own = User.objects.get(username="990401").org_path
    rooms = [room for room, _kept in stage.rooms]
    templates = _templates(stage, rooms)
    crews = _crews()
    monday = stage.today - stage.today.weekday() * DAY
    shifts: list[RosterShift] = []
    for room in rooms:
        weeks = WEEKS_OF_TERMS if room.org_path == own else WEEKS_BACK
        first = max(room.opened_on, monday - weeks * 7 * DAY)
        for number in range((monday - first).days + (WEEKS_AHEAD + 1) * 7):
            day = first + number * DAY
            shifts += _of_day(stage, room, templates[room.pk], crews[room.pk], day)
    write(shifts)
    write([row for shift in shifts for row in _came(stage, shift, rng)])


def _holds(first: dt.date, end: dt.date | None, day: dt.date) -> bool:
    return first <= day and (end is None or day < end)


def _templates(stage: Stage, rooms: list[Station]) -> dict[int, list[ShiftTemplate]]:
    rows = [
        ShiftTemplate(
            station=room,
            org_path=room.org_path,
            name=name,
            kind=kind,
            starts=starts,
            minutes=minutes,
            officers=officers,
            auxiliaries=auxiliaries,
            recorded_by=stage.author,
        )
        for room in rooms
        for name, kind, starts, minutes, officers, auxiliaries in (DAY_SHIFT, NIGHT_SHIFT)
    ]
    write(rows)
    found: dict[int, list[ShiftTemplate]] = defaultdict(list)
    for row in rows:
        found[row.station_id].append(row)
    return found


def _crews() -> defaultdict[int, Crew]:
    crews: defaultdict[int, Crew] = defaultdict(Crew)
    why = "demo: everybody's posts"
    posts = Assignment.objects.unscoped(why).filter(Q(is_primary=True)).order_by("id")
    room_of: dict[int, list[int]] = defaultdict(list)
    for post in posts.select_related("person"):
        crews[post.station_id].posts.append(post)
        room_of[post.person_id].append(post.station_id)
    absent = Absence.objects.unscoped(why).filter(struck_at__isnull=True)
    seconded = Secondment.objects.unscoped(why).filter(APPROVED)
    for row in (*absent, *seconded):
        for room in set(room_of[row.person_id]):
            crews[room].away.append(row)
    return crews


def _of_day(
    stage: Stage, room: Station, templates: list[ShiftTemplate], crew: Crew, day: dt.date
) -> Iterator[RosterShift]:
    """Officers on working days, auxiliaries in turn; who had the day has the next night."""
    by_day, by_night = templates
    turn = day.toordinal()
    officers = crew.there(PersonKind.OFFICER, day)
    if officers and day.weekday() < WORKDAYS:
        yield _shift(stage, room, by_day, officers[turn % len(officers)], day)
    helpers = crew.there(PersonKind.AUXILIARY, day)
    if not helpers:
        return
    first = helpers[turn % len(helpers)]
    yield _shift(stage, room, by_day, first, day)
    if len(helpers) >= NIGHTS_FROM:
        yield _shift(stage, room, by_night, helpers[(turn - 1) % len(helpers)], day)


def _shift(
    stage: Stage, room: Station, template: ShiftTemplate, post: Assignment, day: dt.date
) -> RosterShift:
    span = shift_span(day, template.starts, template.minutes)
    return RosterShift(
        station=room,
        org_path=room.org_path,
        person=post.person,
        kind=template.kind,
        template=template,
        starts_at=span.start,
        ends_at=span.end,
        recorded_by=stage.author,
    )


def _came(stage: Stage, shift: RosterShift, rng: random.Random) -> Iterator[Presence]:
    """Who came a little early and left a little late; some did not come, some forgot to say so."""
    roll, early, late = rng.randrange(100), rng.randint(0, 12), rng.randint(0, 9)
    now = stage.now.replace(second=0, microsecond=0)
    span = Span(shift.starts_at - early * MINUTE, shift.ends_at - early * MINUTE)
    if roll < MISSED or span.start > now:
        return
    forgotten = roll < MISSED + FORGOTTEN
    end = shift.ends_at if forgotten else span.end - late * MINUTE
    over = end <= now
    source = PresenceSource.ASSUMED if forgotten else PresenceSource.DESK
    yield Presence(
        station=shift.station,
        org_path=shift.org_path,
        person=shift.person,
        came_at=span.start,
        left_at=end if over else None,
        left_source=source if over else "",
        source=PresenceSource.DESK,
        recorded_by=stage.author,
    )
