"""What the records beside the log share: numbers, replays, strikes, day clocks, telling people."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from incidents.models import RecordCounter
from incidents.models.clocks import RoomRecord
from personnel.services.deadlines import people_above
from policeroom.common import audit
from policeroom.common.clients import digest, replayed
from policeroom.common.clock import end_of_day_clock
from policeroom.common.deadlines import DeadlineKind, cancel_deadline, open_deadline
from policeroom.common.errors import DomainError
from policeroom.common.models import ClientCreated
from policeroom.common.notify import notify
from policeroom.common.parameters import parameters_on
from policeroom.common.roles import STATION_ROLES, Role
from stations.calendar import is_working_day
from stations.models import CalendarDay, Station
from stations.services.guards import locked

#: A day clock rolls over weekends and holidays: the longest holiday, and a margin.
ROLL_DAYS = 60

Record = TypeVar("Record", bound=RoomRecord)
Sent = TypeVar("Sent", bound=ClientCreated)


def next_number(*, station: Station, series: str, year: int) -> str:
    """The next number of a series of the room in a year, e.g. "YH2026-003".

    The counter's row stays locked until the transaction ends: no gaps, no doubles.
    """
    table = RecordCounter._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (station_id, series, year, last) VALUES (%s, %s, %s, 1)"  # noqa: S608 -- own table name
            f" ON CONFLICT (station_id, series, year) DO UPDATE SET last = {table}.last + 1"
            " RETURNING last",
            [station.pk, series, year],
        )
        last: int = cursor.fetchone()[0]
    return f"{series}{year}-{last:03d}"


def replay(
    model: type[Sent], *, station: Station, client_uuid: uuid.UUID | None, **values: Any
) -> tuple[Sent | None, dict[str, Any]]:
    """The record an earlier send of the same form made, and the client's columns of a new one.

    Holds the room until the act is done, so that two sends at once do not both find nothing.
    Raises: ConflictError if that send had other content.
    """
    locked(station)
    fingerprint = digest({"station": station.pk, **values})
    columns = {
        "client_uuid": client_uuid,
        "client_digest": fingerprint if client_uuid else "",
    }
    return replayed(model, client_uuid, fingerprint), columns


def refuse_struck(record: RoomRecord) -> None:
    """A struck record is history.

    Raises: DomainError naming the reason.
    """
    if record.struck_at is not None:
        raise DomainError(
            _("“%(record)s” is struck (%(reason)s); nothing is added to it.")
            % {"record": record, "reason": record.strike_reason}
        )


@transaction.atomic
def strike(
    *,
    record: Record,
    reason: str,
    action: str,
    by: Any,
    now: dt.datetime,
    clocks: Iterable[tuple[DeadlineKind, Any]] = (),
) -> Record:
    """Strike a record entered by mistake: it stays readable and counts no longer.

    `clocks` fall away with it. Sent twice, it is struck once.
    Raises: DomainError without a reason.
    """
    if not reason.strip():
        raise DomainError(_("Say why the record is struck."), field="reason")
    current = locked(record)
    if current.struck_at is not None:
        return current
    current.struck_at, current.struck_by, current.strike_reason = now, by, reason.strip()
    current.clean_fields(exclude=("station", "recorded_by", "struck_by"))
    current.save(update_fields=["struck_at", "struck_by", "strike_reason"])
    for kind, subject in clocks:
        cancel_deadline(kind, subject=subject, at=now)
    audit.record(action, by=by, obj=current, after={"struck": current.strike_reason})
    return current


def due_after_days(started_at: dt.datetime, *, key: str) -> dt.datetime:
    """Last instant of a day clock whose length is the parameter `key` on the day it starts.

    Source: P-00, matrix section 0: start day not counted, rolled to a working day.
    """
    day = timezone.localdate(started_at)
    numbers = parameters_on(day)
    days = int(numbers[key])
    horizon = day + dt.timedelta(days=days + ROLL_DAYS)
    rows = CalendarDay.objects.filter(day__gte=day, day__lte=horizon)
    exceptions = dict(rows.values_list("day", "kind"))
    return end_of_day_clock(
        started_at=started_at,
        days=days,
        is_workday=lambda date: is_working_day(date, exceptions),
        roll=bool(numbers["P-00"]),
    )


def to_minute(instant: dt.datetime) -> dt.datetime:
    """An instant without its seconds: people write minutes, and compare with those of others."""
    return instant.replace(second=0, microsecond=0)


def number_on(key: str, at: dt.datetime) -> int:
    """A number of the regulation as it held when a clock started."""
    return int(parameters_on(timezone.localdate(at))[key])


def tell(
    path: str,
    roles: Iterable[Role],
    *,
    at: dt.datetime,
    kind: str,
    key: str,
    url: str,
    words: Callable[[], tuple[str, str]],
    due_at: dt.datetime | None = None,
) -> int:
    """Put a line into the inbox of everybody who holds one of `roles` at or above `path`.

    `words` gives title and text in the language that is active: each reader's own.
    """
    people = people_above(path, roles, at=at)
    for person in people:
        with translation.override(person.language or settings.LANGUAGE_CODE):
            title, body = words()
        notify([person], kind=kind, title=title[:200], body=body, key=key, url=url, due_at=due_at)
    return len(people)


def announce(
    record: Any,
    kind: DeadlineKind,
    *,
    inbox: str,
    label: str,
    at: dt.datetime,
    words: Callable[[], tuple[str, str]],
) -> None:
    """Start the clock of something passed down to a room, and tell the room of it."""
    open_deadline(
        kind,
        subject=record,
        org_path=record.org_path,
        label=label,
        started_at=record.received_at,
        due_at=record.due_at,
        url=record.get_absolute_url(),
    )
    tell_room(
        record.org_path,
        at=at,
        kind=inbox,
        key=f"{inbox}-{record.pk}",
        url=record.get_absolute_url(),
        due_at=record.due_at,
        words=words,
    )


def tell_room(path: str, **message: Any) -> int:
    """`tell` the people of the room itself."""
    return tell(path, STATION_ROLES, **message)
