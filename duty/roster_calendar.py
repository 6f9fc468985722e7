"""Shifts as an iCalendar text (RFC 5545), times in Asia/Shanghai, nobody else's name in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from icalendar import Calendar, Event

from policeroom.common.clock import ZONE

#: How often a calendar is asked to come back.
REFRESH: Final = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One shift of the reader; `uid` stays when it is moved."""

    uid: str
    title: str
    place: str
    starts_at: dt.datetime
    ends_at: dt.datetime


def calendar_text(name: str, entries: Iterable[Entry], *, now: dt.datetime) -> bytes:
    """The calendar as a subscription reads it."""
    calendar = Calendar()
    calendar.add("prodid", "-//policeroom//roster//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", str(ZONE))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for entry in entries:
        event = Event()
        event.add("uid", entry.uid)
        event.add("dtstamp", now.astimezone(dt.UTC))
        event.add("dtstart", entry.starts_at.astimezone(ZONE))
        event.add("dtend", entry.ends_at.astimezone(ZONE))
        event.add("summary", entry.title)
        event.add("location", entry.place)
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar.to_ical()
