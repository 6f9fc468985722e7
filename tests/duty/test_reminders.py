"""Open hours of a roster are told of before they come, each day of a room once."""

from __future__ import annotations

import datetime as dt

import pytest

from duty.enums import ShiftKind
from duty.reminders import remind_of_gaps
from duty.services.roster import add_template
from policeroom.accounts.models import User
from policeroom.common.models import Notification
from tests.duty.presence_helpers import at, shift
from tests.personnel.people_helpers import parameter, serves
from tests.world import World

pytestmark = pytest.mark.integration
NOW = at("07:45")
DAY = dt.timedelta(days=1)


def lines() -> list[tuple[str, str]]:
    rows = Notification.objects.filter(kind="roster-gap").order_by("dedupe_key")
    return [(row.recipient.username, row.dedupe_key[-8:]) for row in rows]


def test_each_open_day_is_told_once_to_the_lead(
    world: World, county_staff: User, station_lead: User
) -> None:
    room = world.station_a1
    add_template(
        station=room,
        by=station_lead,
        name="白班",
        kind=ShiftKind.DAY,
        starts=dt.time(8),
        minutes=720,
        officers=1,
        auxiliaries=0,
    )
    person = serves(room, county_staff).person
    parameter("P-16c", "3")
    shift(room, person, at("08:00", days=1), at("20:00", days=1))
    shift(room, person, at("08:00", days=2), at("14:00", days=2))

    assert [remind_of_gaps(now=NOW) for _beat in range(2)] == [2, 2]
    days = [(NOW + n * DAY).strftime("%Y%m%d") for n in (2, 3, 4)]
    assert lines() == [(station_lead.username, day) for day in days[:2]]
    row = Notification.objects.filter(kind="roster-gap").earliest("dedupe_key")
    assert row.body == "14:00–20:00, officers missing: 1"

    remind_of_gaps(now=NOW + DAY)
    assert lines() == [(station_lead.username, day) for day in days]


def test_county_learns_where_a_room_has_no_lead_and_rooms_without_shifts_are_left_alone(
    world: World, county_staff: User
) -> None:
    assert remind_of_gaps(now=NOW) == 0
    add_template(
        station=world.station_a1,
        by=county_staff,
        name="夜班",
        kind=ShiftKind.NIGHT,
        starts=dt.time(20),
        minutes=720,
        officers=1,
        auxiliaries=0,
    )
    parameter("P-16c", "1")
    assert remind_of_gaps(now=NOW) == 1
    assert [who for who, _day in lines()] == [county_staff.username]
