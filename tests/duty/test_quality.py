"""The report on a booked roster: open minutes and why, rest rules, shares; page and spreadsheet."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from duty.enums import ShiftKind
from duty.models import RosterShift
from duty.services.roster import book_shift, strike_shift
from personnel.models import Absence
from policeroom.accounts.models import User
from policeroom.common.clock import ZONE
from policeroom.common.models import AuditEvent
from tests.duty.test_roster import usual
from tests.personnel.people_helpers import serves
from tests.world import World

pytestmark = pytest.mark.integration
SignIn = Callable[[User | None], Client]
MONDAY = dt.date(2026, 9, 14)
DAY = dt.timedelta(days=1)


@pytest.fixture
def booked(world: World, station_lead: User, county_staff: User) -> list[RosterShift]:
    """A week of days from 08:00 on: 甲 the first seven, 乙 none; of the third only half is kept."""
    room = world.station_a1
    first, _second = (serves(room, county_staff, name=f"陈{n}").person for n in "甲乙")
    template = usual(room, station_lead)
    rows = [
        book_shift(person=first, template=template, day=MONDAY + n * DAY, by=station_lead)
        for n in range(7)
    ]
    strike_shift(shift=rows[2], by=station_lead, at=rows[2].starts_at)
    start = rows[2].starts_at
    RosterShift.objects.create(
        station=room,
        person=first,
        kind=ShiftKind.DAY,
        starts_at=start,
        ends_at=start + dt.timedelta(hours=6, minutes=10),
    )
    Absence.everything.create(person=first, valid_from=MONDAY, valid_to=MONDAY + DAY)
    return rows


def test_the_page_tells_open_minutes_broken_rules_and_shares(
    world: World, station_lead: User, booked: list[RosterShift], as_user: SignIn
) -> None:
    address = reverse("duty:quality-room", args=[world.station_a1.pk])
    page = as_user(station_lead).get(f"{address}?on={MONDAY}&weeks=1")
    uncovered = [[cell.text for cell in row.cells] for row in page.context["uncovered"].rows]
    assert uncovered == [
        [
            "2026-09-14 08:00",
            "2026-09-14 20:00",
            "officer",
            "1",
            "1 on another shift; 1 free and not booked",
        ],
        [
            "2026-09-16 14:10",
            "2026-09-16 20:00",
            "officer",
            "1",
            "1 resting between two shifts; 1 free and not booked",
        ],
    ]
    broken = [(row.cells[1].text, row.cells[3].text) for row in page.context["violations"].rows]
    assert broken == [
        ("2026-09-14 08:00", "booked while absent or without a post here"),
        ("2026-09-19 08:00", "too many hours in the week"),
        ("2026-09-20 08:00", "too many hours in the week"),
        ("2026-09-20 08:00", "more than six days in a row"),
    ]
    figures = {figure.label: figure.value for figure in page.context["figures"]}
    assert figures["Hours left open"] == "17.8"
    assert figures["Shifts against the rest rules"] == 4
    assert figures["Weekends"] == "0–2"
    shares = [[cell.text for cell in row.cells] for row in page.context["shares"].rows]
    assert shares == [
        ["陈乙", "officer", "0 / 42.5", "0 / 0.0", "0 / 1.1", "0 / 0.0"],
        ["陈甲", "officer", "79 / 36.5", "0 / 0.0", "2 / 0.9", "0 / 0.0"],
    ]


def test_the_spreadsheet_holds_the_same(
    world: World, station_lead: User, booked: list[RosterShift], as_user: SignIn
) -> None:
    address = reverse("duty:quality-export", args=[world.station_a1.pk])
    answer = as_user(station_lead).get(f"{address}?on={MONDAY}&weeks=1")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
    rows = sheet.to_python()
    assert rows[4][0] == "Hours left open: 17.8 of 84"
    parts = [row[0] for row in rows[6:]]
    assert [parts.count(part) for part in ("Open hours", "Rest rules", "Shares")] == [2, 4, 8]
    event = AuditEvent.everything.get(action="export")
    assert event.after == {"list": "duty.quality", "rows": 14, "period": "2026-09-14 to 2026-09-20"}


def test_an_unreadable_day_means_four_weeks_from_this_monday(
    world: World, officer: User, as_user: SignIn
) -> None:
    address = reverse("duty:quality-room", args=[world.station_a1.pk])
    page = as_user(officer).get(f"{address}?on=nonsense&weeks=9")
    today = dt.datetime.now(ZONE).date()
    period = page.context["period"]
    assert (period.first_day, period.weeks) == (today - today.weekday() * DAY, 4)
    assert "Add the usual shifts first" in page.content.decode()


def test_the_report_costs_the_same_for_one_and_for_five_people(
    world: World,
    station_lead: User,
    county_staff: User,
    booked: list[RosterShift],
    as_user: SignIn,
    django_assert_num_queries: Callable[..., object],
) -> None:
    client = as_user(station_lead)
    address = f"{reverse('duty:quality-room', args=[world.station_a1.pk])}?on={MONDAY}&weeks=4"
    client.get(address)
    with django_assert_num_queries(17):
        client.get(address)
    for number in range(3):
        serves(world.station_a1, county_staff, name=f"林{number}")
    with django_assert_num_queries(17):
        client.get(address)
