"""The month of a roster: what it shows, moving, the clash before it is sent, copying, the sheet."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from duty.enums import ShiftKind
from duty.models import RosterShift, ShiftSwap, ShiftTemplate
from duty.queries.roster_month import FOUR_WEEKS, letters_of, month_of
from duty.services.roster import book_shift, copy_before, move_shift, strike_shift
from duty.services.roster_gaps import add_gap
from duty.views import roster_month as views
from personnel.models import Person
from personnel.services.absences import record_absence
from policeroom.accounts.models import User
from policeroom.common.errors import DomainError
from policeroom.common.models import AuditEvent
from stations.enums import DayKind
from stations.models import CalendarDay
from tests.duty.presence_helpers import at, shift
from tests.duty.test_roster import DAY, MONDAY, usual
from tests.personnel.people_helpers import TODAY, serves
from tests.world import World

pytestmark = pytest.mark.integration
SignIn = Callable[[User | None], Client]
Asked = Callable[[User, str], HttpRequest]
FIRST, NEXT = dt.date(2026, 9, 1), dt.date(2026, 10, 1)


@pytest.fixture
def chen(world: World, county_staff: User) -> Person:
    return serves(world.station_a1, county_staff, name="陈岗").person


@pytest.fixture
def wang(world: World, county_staff: User) -> Person:
    return serves(world.station_a1, county_staff, name="王岗").person


@pytest.fixture
def day_shift(world: World, station_lead: User) -> ShiftTemplate:
    return usual(world.station_a1, station_lead)


@pytest.fixture
def booked(station_lead: User, chen: Person, day_shift: ShiftTemplate) -> RosterShift:
    return book_shift(person=chen, template=day_shift, day=MONDAY, by=station_lead)


@pytest.mark.parametrize(
    ("names", "letters"),
    [
        pytest.param(["白班", "夜班", "白班"], {"白班": "白", "夜班": "夜"}, id="one letter"),
        pytest.param(["白甲", "白乙"], {"白甲": "白甲", "白乙": "白乙"}, id="as many as needed"),
        pytest.param(["夜班", "夜班二"], {"夜班": "1", "夜班二": "夜班二"}, id="none left"),
        pytest.param([], {}, id="no shift"),
    ],
)
def test_letters_tell_shifts_apart(names: list[str], letters: dict[str, str]) -> None:
    assert letters_of(names) == letters


def test_month_shows_days_off_gaps_and_absence(
    world: World, station_lead: User, chen: Person, booked: RosterShift
) -> None:
    CalendarDay.objects.create(day=MONDAY + DAY, kind=DayKind.HOLIDAY, name="甲节")
    CalendarDay.objects.create(day=MONDAY + 5 * DAY, kind=DayKind.MAKEUP, name="补班")
    away = MONDAY + 2 * DAY
    record_absence(person=chen, valid_from=away, last_day=away, by=station_lead, today=TODAY)
    for start, end in ((at("08:00"), at("18:00")), (at("20:00", days=2), at("00:00", days=4))):
        hours = {"starts_at": start, "ends_at": end}
        add_gap(station=world.station_a1, reason="演练", by=station_lead, **hours)

    month = month_of(world.station_a1, FIRST)

    heads = {head.day: head for head in month.heads}
    assert (len(heads), month.roster.first, month.roster.last) == (30, FIRST, NEXT - DAY)
    week = [heads[MONDAY + n * DAY] for n in range(7)]
    assert [head.is_off for head in week] == [False, True, False, False, False, False, True]
    assert [head.open_hours for head in week] == [0, 12, 2, 12, 12, 0, 12]
    assert [len(head.intended) for head in week] == [0, 0, 1, 0, 1, 1, 0]
    assert (week[1].note, week[2].intended[0].reason) == ("甲节", "演练")
    (line,) = [line for line in month.lines if line.person == chen]
    cells = {cell.head.day: cell for cell in line.cells}
    assert [mark.letter for mark in cells[MONDAY].marks] == ["白"]
    assert [day for day, cell in cells.items() if cell.is_away] == [away]
    assert line.hours == 12


def test_whoever_is_absent_covers_nothing_and_is_outlined(
    world: World, station_lead: User, chen: Person, booked: RosterShift
) -> None:
    record_absence(person=chen, valid_from=MONDAY, last_day=MONDAY, by=station_lead, today=TODAY)
    month = month_of(world.station_a1, FIRST)
    heads = {head.day: head.open_hours for head in month.heads}
    clashes = [c.head.day for line in month.lines for c in line.cells if c.is_clash]
    assert (heads[MONDAY], clashes) == (12, [MONDAY])


def test_moved_shift_keeps_its_hours_and_leaves_one_event(
    station_lead: User, wang: Person, booked: RosterShift
) -> None:
    row = move_shift(shift=booked, person=wang, day=MONDAY + DAY, by=station_lead)
    row.refresh_from_db()
    assert row.person == wang
    assert (row.starts_at, row.ends_at) == (at("08:00", days=-1), at("20:00", days=-1))
    move_shift(shift=row, person=wang, day=MONDAY + DAY, by=station_lead)  # already there
    event = AuditEvent.everything.get(action="roster.move")
    assert (event.before["person"], event.after["person"]) == (
        f"{booked.person_id} 陈岗",
        f"{wang.pk} 王岗",
    )


def test_move_is_refused_like_a_booking(
    world: World, station_lead: User, wang: Person, chen: Person, booked: RosterShift
) -> None:
    shift(world.station_a1, wang, at("19:00", days=-2), at("23:00", days=-2))
    with pytest.raises(DomainError, match="王岗 already has a shift in"):
        move_shift(shift=booked, person=wang, day=MONDAY, by=station_lead)
    day = MONDAY + DAY
    record_absence(person=chen, valid_from=day, last_day=day, by=station_lead, today=TODAY)
    with pytest.raises(DomainError, match="absent"):
        move_shift(shift=booked, person=chen, day=day, by=station_lead)
    swap = ShiftSwap.objects.create(
        station=world.station_a1, shift=booked, to_person=wang, reason="换班"
    )
    with pytest.raises(DomainError, match="swap of this shift is waiting"):
        move_shift(shift=booked, person=chen, day=MONDAY + 2 * DAY, by=station_lead)
    swap.delete()
    strike_shift(shift=booked, by=station_lead, at=at("07:00"))
    with pytest.raises(DomainError, match="already struck"):
        move_shift(shift=booked, person=chen, day=MONDAY + 2 * DAY, by=station_lead)
    booked.refresh_from_db()
    assert (booked.person, booked.starts_at) == (chen, at("08:00", days=-2))


def test_month_is_filled_from_the_four_weeks_before_on_the_same_weekdays(
    world: World, station_lead: User, chen: Person, day_shift: ShiftTemplate
) -> None:
    """October has 31 days: its last three repeat the first of the four weeks."""
    for n in range(28):
        day = NEXT - FOUR_WEEKS + n * DAY
        if day.weekday() in (0, 3):  # Mondays and Thursdays
            book_shift(person=chen, template=day_shift, day=day, by=station_lead)
    away = dt.date(2026, 10, 5)
    record_absence(person=chen, valid_from=away, last_day=away, by=station_lead, today=TODAY)
    facts = {"station": world.station_a1, "first": NEXT, "end": dt.date(2026, 11, 1)}
    facts |= {"cycle": FOUR_WEEKS, "by": station_lead}
    first, second = copy_before(**facts), copy_before(**facts)
    told = [(one.shift.starts_at.astimezone().date(), one.reason) for one in first.refused]
    assert told == [(away, "陈岗 is recorded as absent from 2026-10-05 to 2026-10-05.")]
    assert (first.booked, second.booked, len(second.refused)) == (8, 0, 1)
    copied = RosterShift.everything.filter(starts_at__gte=at("00:00", days=15))
    days = sorted(row.starts_at.astimezone(at("00:00").tzinfo).day for row in copied)
    assert days == [1, 8, 12, 15, 19, 22, 26, 29]


def test_month_asks_as_often_for_one_as_for_three(
    world: World, station_lead: User, day_shift: ShiftTemplate, asked: Asked
) -> None:
    counts = []
    for _n in range(3):
        person = serves(world.station_a1, station_lead).person
        book_shift(person=person, template=day_shift, day=MONDAY, by=station_lead)
        request = asked(
            station_lead, f"/duty/roster/rooms/{world.station_a1.pk}/month/?month=2026-09"
        )
        with CaptureQueriesContext(connection) as queries:
            views.month(request, world.station_a1.pk)
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts


def test_form_leads_back_to_the_cell_of_the_month(
    world: World, station_lead: User, wang: Person, booked: RosterShift, as_user: SignIn
) -> None:
    client, page = as_user(station_lead), f"/duty/roster/rooms/{world.station_a1.pk}/month/"
    text = client.get(f"{page}?month=2026-09").content.decode()
    move = f"/duty/roster/shifts/{booked.pk}/move/?month=2026-09"
    strike = f"/duty/roster/shifts/{booked.pk}/strike/?month=2026-09"
    book = f"book/?person={wang.pk}&amp;day={MONDAY}&amp;month=2026-09"
    assert all(url in text for url in (move, strike, book))
    shown = client.get(move)
    assert (shown.context["form"]["person"].value(), shown.context["cancel_url"]) == (
        booked.person_id,
        f"{page}?month=2026-09",
    )
    answer = client.post(move, {"person": wang.pk, "day": "2026-10-02"})
    assert answer.headers["Location"] == f"{page}?month=2026-10#c{wang.pk}-2026-10-02"
    assert client.post(strike).headers["Location"] == f"{page}?month=2026-10#c{wang.pk}-2026-10-02"
    assert client.get(f"{page}?month=nonsense").status_code == 200


def test_dragged_shift_gets_the_month_with_the_way_back_or_the_clash(
    world: World, station_lead: User, wang: Person, booked: RosterShift, as_user: SignIn
) -> None:
    client, url = as_user(station_lead), f"/duty/roster/shifts/{booked.pk}/move/?month=2026-09"
    htmx = {"HX-Request": "true"}
    done = client.post(url, {"person": wang.pk, "day": MONDAY}, headers=htmx)
    assert done.status_code == 200
    assert "The shift is now that of 王岗, 2026-09-14 08:00 to 20:00." in done.content.decode()
    undo = done.context["undo"]
    assert (undo.person, undo.day) == (booked.person_id, MONDAY)
    client.post(undo.url, {"person": undo.person, "day": undo.day}, headers=htmx)
    shift(world.station_a1, wang, at("19:00", days=-2), at("23:00", days=-2))
    refused = client.post(url, {"person": wang.pk, "day": MONDAY}, headers=htmx)
    assert refused.status_code == 422
    assert "王岗 already has a shift in" in refused.context["problem"]
    booked.refresh_from_db()
    assert booked.person.name == "陈岗"


def test_clash_is_told_while_the_form_is_filled_and_nothing_is_written(
    world: World,
    station_lead: User,
    wang: Person,
    booked: RosterShift,
    day_shift: ShiftTemplate,
    as_user: SignIn,
) -> None:
    client = as_user(station_lead)
    book = f"/duty/roster/rooms/{world.station_a1.pk}/book/check/"
    move = f"/duty/roster/shifts/{booked.pk}/move/check/"

    def told(url: str, person: Person, day: dt.date | None) -> str:
        sent: dict[str, Any] = {"person": person.pk, "day": day or "", "template": day_shift.pk}
        return " ".join(client.get(url, sent).content.decode().split())

    before = list(RosterShift.everything.values())
    assert "陈岗 already has a shift in" in told(book, booked.person, MONDAY)
    assert "nothing stands in the way" in told(book, wang, MONDAY)
    assert "nothing stands in the way" in told(move, booked.person, MONDAY)  # it is its own shift
    assert "does not operate on 2020-01-01" in told(move, wang, dt.date(2020, 1, 1))
    assert "<p" not in told(book, wang, None)
    assert list(RosterShift.everything.values()) == before


def test_what_could_not_be_copied_is_listed_with_its_reason(
    world: World, station_lead: User, chen: Person, day_shift: ShiftTemplate, as_user: SignIn
) -> None:
    client, page = as_user(station_lead), f"/duty/roster/rooms/{world.station_a1.pk}/month/"
    book_shift(person=chen, template=day_shift, day=NEXT - 28 * DAY, by=station_lead)
    book_shift(person=chen, template=day_shift, day=NEXT - 27 * DAY, by=station_lead)
    record_absence(person=chen, valid_from=NEXT, last_day=NEXT, by=station_lead, today=TODAY)
    answer = client.post(f"{page}copy/", {"month": "2026-10"})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "absent from 2026-10-01 to 2026-10-01" in text
    assert f"{page}?month=2026-10" in text
    assert answer.context["text"] == "3 shifts of the days before are booked."
    assert client.post(f"{page}copy/", {"month": "x"}).status_code == 302


def test_reader_sees_the_month_without_acts_and_takes_the_same_as_a_sheet(
    world: World, officer: User, booked: RosterShift, wang: Person, as_user: SignIn
) -> None:
    shift(world.station_a1, wang, at("20:00"), at("23:00"))
    client, page = as_user(officer), f"/duty/roster/rooms/{world.station_a1.pk}/month/"
    text = client.get(f"{page}?month=2026-09").content.decode()
    assert "陈岗" in text
    assert not any(part in text for part in ("/move/", "/book/", "/copy/", "roster.js"))
    answer = client.get(f"{page}?month=2026-09&export=xlsx")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
    rows = {row[0]: row for row in sheet.to_python()}
    assert rows["陈岗"][2:][13] == "白班 08:00–20:00"
    assert rows["王岗"][2:][15] == f"{ShiftKind.DAY.label} 20:00–23:00"
    assert (rows["陈岗"][-1], rows["王岗"][-1]) == (12, 3)
    assert rows["Open (person-hours)"][2:][13:16] == ["", 12, 12]
    week = client.get(f"/duty/roster/rooms/{world.station_a1.pk}/?on={MONDAY}&export=xlsx")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(week.content)).get_sheet_by_index(0)
    assert {row[0]: row[2:] for row in sheet.to_python()}["陈岗"] == [
        *("白班 08:00–20:00", "", "", "", "", "", ""),
        12,
    ]
    assert AuditEvent.everything.filter(action="export").count() == 2
