"""Shifts: booked once, clashes named, copied without doubles; open hours; the pages."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections, transaction
from django.db.utils import IntegrityError
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from duty.enums import ShiftKind
from duty.models import RosterShift, ShiftTemplate
from duty.queries.roster import week_of
from duty.services.roster import (
    add_template,
    book_shift,
    copy_last_week,
    edit_template,
    strike_shift,
)
from duty.views import roster as views
from personnel.enums import Post
from personnel.models import Person
from personnel.services.absences import record_absence
from personnel.services.secondments import approve_secondment, ask_secondment
from policeroom.accounts.models import User
from policeroom.common.clock import ZONE
from policeroom.common.errors import DomainError
from policeroom.common.models import AuditEvent
from policeroom.common.roles import Role
from stations.models import Station
from tests.duty.presence_helpers import at, shift
from tests.personnel.people_helpers import TODAY, serves
from tests.world import World, build, make_user

pytestmark = pytest.mark.integration
SignIn = Callable[[User | None], Client]
Asked = Callable[[User, str], HttpRequest]
MONDAY = dt.date(2026, 9, 14)
DAY = dt.timedelta(days=1)


def usual(room: Station, by: User, name: str = "白班", **changes: Any) -> ShiftTemplate:
    """08:00 to 20:00, one officer, unless `changes` say otherwise."""
    facts = {
        "kind": ShiftKind.DAY,
        "starts": dt.time(8),
        "minutes": 720,
        "officers": 1,
        "auxiliaries": 0,
        **changes,
    }
    return add_template(station=room, by=by, name=name, **facts)


@pytest.fixture
def chen(world: World, county_staff: User) -> Person:
    return serves(world.station_a1, county_staff, name="陈岗").person


@pytest.fixture
def day_shift(world: World, station_lead: User) -> ShiftTemplate:
    return usual(world.station_a1, station_lead)


@pytest.fixture
def night_shift(world: World, station_lead: User) -> ShiftTemplate:
    return usual(world.station_a1, station_lead, "夜班", kind=ShiftKind.NIGHT, starts=dt.time(20))


def events() -> list[str]:
    rows = AuditEvent.everything.filter(action__startswith="roster.").order_by("id")
    return list(rows.values_list("action", flat=True))


def test_booking_follows_the_usual_shift(
    world: World, station_lead: User, chen: Person, night_shift: ShiftTemplate
) -> None:
    row = book_shift(person=chen, template=night_shift, day=MONDAY, by=station_lead)
    assert (row.starts_at, row.ends_at) == (at("20:00", days=-2), at("08:00", days=-1))
    assert (row.kind, row.org_path) == (ShiftKind.NIGHT, world.station_a1.org_path)
    assert events() == ["roster.template", "roster.book"]


def test_resend_books_once(station_lead: User, chen: Person, day_shift: ShiftTemplate) -> None:
    facts = {"person": chen, "template": day_shift, "day": MONDAY, "by": station_lead}
    key = uuid.uuid4()
    first = book_shift(client_uuid=key, **facts)
    assert book_shift(client_uuid=key, **facts) == first
    assert RosterShift.everything.count() == 1


def test_clash_names_the_room_and_the_hours(
    world: World, station_lead: User, chen: Person, night_shift: ShiftTemplate
) -> None:
    shift(world.center_a, chen, at("21:00", days=-2), at("06:00", days=-1))
    with pytest.raises(DomainError) as refusal:
        book_shift(person=chen, template=night_shift, day=MONDAY, by=station_lead)
    assert refusal.value.message == (
        f"陈岗 already has a shift in {world.center_a.name}, 2026-09-14 21:00 to 2026-09-15 06:00."
    )


def test_touching_shifts_do_not_clash(
    station_lead: User, chen: Person, day_shift: ShiftTemplate, night_shift: ShiftTemplate
) -> None:
    for template in (day_shift, night_shift):
        book_shift(person=chen, template=template, day=MONDAY, by=station_lead)
    assert RosterShift.everything.count() == 2


def test_absence_blocks_with_its_days(
    station_lead: User, chen: Person, night_shift: ShiftTemplate
) -> None:
    away = {"person": chen, "by": station_lead, "today": TODAY}
    record_absence(valid_from=MONDAY + DAY, last_day=MONDAY + 2 * DAY, **away)
    with pytest.raises(DomainError, match="absent from 2026-09-15 to 2026-09-16"):
        book_shift(person=chen, template=night_shift, day=MONDAY, by=station_lead)
    book_shift(person=chen, template=night_shift, day=MONDAY - DAY, by=station_lead)
    book_shift(person=chen, template=night_shift, day=MONDAY + 3 * DAY, by=station_lead)


def test_a_secondment_blocks_once_it_is_approved(
    world: World, station_lead: User, county_staff: User, chen: Person, night_shift: ShiftTemplate
) -> None:
    at = dt.datetime.combine(TODAY, dt.time(9), ZONE)
    row = ask_secondment(
        person=chen,
        valid_from=MONDAY + DAY,
        last_day=MONDAY + 2 * DAY,
        ordered_by=world.county_a1,
        order_no="借调〔2026〕3号",
        purpose="专班",
        by=station_lead,
        at=at,
    )
    book_shift(person=chen, template=night_shift, day=MONDAY + DAY, by=station_lead)
    approve_secondment(
        secondment=row,
        approval_no="县批8号",
        by=county_staff,
        at=at,
    )
    with pytest.raises(DomainError, match="absent from 2026-09-15 to 2026-09-16"):
        book_shift(person=chen, template=night_shift, day=MONDAY + 2 * DAY, by=station_lead)
    lines = week_of(world.station_a1, MONDAY).lines
    away = [cell.is_away for line in lines for cell in line.cells if line.person == chen]
    assert away == [False, True, True, False, False, False, False]


def test_who_has_no_post_here_is_refused(
    world: World, station_lead: User, county_staff: User, day_shift: ShiftTemplate
) -> None:
    other = serves(world.center_a, county_staff, name="外岗").person
    with pytest.raises(DomainError, match="外岗 has no post in"):
        book_shift(person=other, template=day_shift, day=MONDAY, by=station_lead)


def test_struck_shift_leaves_its_hours_free(
    station_lead: User, chen: Person, day_shift: ShiftTemplate
) -> None:
    facts = {"person": chen, "template": day_shift, "day": MONDAY, "by": station_lead}
    row = book_shift(**facts)
    strike_shift(shift=row, by=station_lead, at=at("07:00"))
    with pytest.raises(DomainError, match="already struck"):
        strike_shift(shift=row, by=station_lead, at=at("07:01"))
    book_shift(**facts)


def test_database_refuses_two_shifts_at_once(world: World, chen: Person) -> None:
    shift(world.station_a1, chen, at("08:00"), at("20:00"))
    with pytest.raises(IntegrityError, match="rostershift"), transaction.atomic():
        shift(world.center_a, chen, at("19:59"), at("23:00"))


def test_usual_shift_is_named_once_and_has_a_length(
    world: World, station_lead: User, day_shift: ShiftTemplate
) -> None:
    with pytest.raises(ValidationError, match="already has a shift of this name"):
        usual(world.station_a1, station_lead)
    with pytest.raises(ValidationError):
        edit_template(template=day_shift, by=station_lead, minutes=29)
    edit_template(template=day_shift, by=station_lead, minutes=30, is_active=False)
    day_shift.refresh_from_db()
    assert (day_shift.minutes, day_shift.is_active) == (30, False)


def test_copy_books_the_week_before_once_and_tells_what_it_could_not(
    world: World,
    station_lead: User,
    county_staff: User,
    chen: Person,
    day_shift: ShiftTemplate,
    night_shift: ShiftTemplate,
) -> None:
    other = serves(world.station_a1, county_staff, name="王岗").person
    for person, template, day in (
        (chen, day_shift, MONDAY),
        (chen, night_shift, MONDAY + 6 * DAY),
        (other, night_shift, MONDAY),
    ):
        book_shift(person=person, template=template, day=day, by=station_lead)
    away = MONDAY + 7 * DAY
    record_absence(person=other, valid_from=away, last_day=away, by=station_lead, today=TODAY)
    facts = {"station": world.station_a1, "monday": MONDAY + 7 * DAY, "by": station_lead}

    first, second = copy_last_week(**facts), copy_last_week(**facts)

    told = ["王岗 is recorded as absent from 2026-09-21 to 2026-09-21."]
    assert (first.booked, [one.reason for one in first.refused]) == (2, told)
    assert (second.booked, [one.reason for one in second.refused]) == (0, told)
    assert RosterShift.everything.filter(starts_at__gte=at("00:00", days=5)).count() == 2


def test_week_shows_what_is_open(
    world: World,
    station_lead: User,
    county_staff: User,
    chen: Person,
    day_shift: ShiftTemplate,
) -> None:
    helper = serves(world.station_a1, county_staff, name="辅岗", post=Post.AUXILIARY).person
    for number in range(6):
        book_shift(person=chen, template=day_shift, day=MONDAY + number * DAY, by=station_lead)
    book_shift(person=helper, template=day_shift, day=MONDAY, by=station_lead)
    week = week_of(world.station_a1, MONDAY)
    assert {line.person.name: line.hours for line in week.lines} == {"陈岗": 72, "辅岗": 12}
    assert [(lack.span.start, lack.is_officer, lack.missing) for lack in week.lacks] == [
        (at("08:00", days=4), True, 1)
    ]


def test_week_asks_as_often_for_one_as_for_three(
    world: World, station_lead: User, day_shift: ShiftTemplate, asked: Asked
) -> None:
    counts = []
    for _n in range(3):
        person = serves(world.station_a1, station_lead).person
        book_shift(person=person, template=day_shift, day=MONDAY, by=station_lead)
        request = asked(station_lead, f"/duty/roster/rooms/{world.station_a1.pk}/?on={MONDAY}")
        with CaptureQueriesContext(connection) as queries:
            views.room(request, world.station_a1.pk)
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts


def test_lead_books_strikes_and_copies_on_the_page(
    world: World, station_lead: User, chen: Person, day_shift: ShiftTemplate, as_user: SignIn
) -> None:
    client = as_user(station_lead)
    page = f"/duty/roster/rooms/{world.station_a1.pk}/"
    form = client.get(f"{page}book/?person={chen.pk}&day={MONDAY}").context["form"]
    assert form["day"].value() == str(MONDAY)
    sent = {"person": chen.pk, "template": day_shift.pk, "day": MONDAY}
    answer = client.post(f"{page}book/", sent, follow=True)
    assert "陈岗 is booked, 2026-09-14 08:00 to 20:00." in answer.content.decode()
    again = client.post(f"{page}book/", sent)
    assert again.status_code == 422
    assert "already has a shift" in again.context["form"].errors["person"][0]
    copied = client.post(f"{page}copy/", {"monday": MONDAY + 9 * DAY}, follow=True)
    assert "1 shift of the days before is booked." in copied.content.decode()
    assert copied.context["roster"].first == MONDAY + 7 * DAY
    row = RosterShift.everything.order_by("id").first()
    assert row is not None
    client.post(f"/duty/roster/shifts/{row.pk}/strike/")
    assert client.get(f"/duty/roster/shifts/{row.pk}/strike/").status_code == 404


def test_reader_sees_the_roster_and_no_act(
    world: World, officer: User, chen: Person, day_shift: ShiftTemplate, as_user: SignIn
) -> None:
    client = as_user(officer)
    page = f"/duty/roster/rooms/{world.station_a1.pk}/"
    text = client.get(f"{page}?on={MONDAY}").content.decode()
    assert "陈岗" in text
    assert f"{page}book/" not in text
    assert f"{page}copy/" not in text
    assert client.get(f"{page}book/").status_code == 403
    assert client.get(f"{page}?on=nonsense").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_fifty_threads_one_books_the_person_and_the_others_learn_the_clash() -> None:
    with transaction.atomic():
        world = build()
    lead = make_user("100003", "吴三", world.station_a1.unit, Role.STATION_LEAD)
    person = serves(world.station_a1, lead, name="陈岗").person
    serves(world.center_a, lead, person=person, is_primary=False)
    offered = [
        usual(world.station_a1, lead),
        usual(world.center_a, lead, starts=dt.time(14)),
    ]
    won: list[int] = []
    refused: list[str] = []
    start = threading.Barrier(50)

    def book(number: int) -> None:
        try:
            start.wait()
            with translation.override("en"):  # a new thread speaks the site's language
                row = book_shift(person=person, template=offered[number % 2], day=MONDAY, by=lead)
            won.append(row.pk)
        except DomainError as refusal:
            refused.append(refusal.message)
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=book, args=(n,)) for n in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(refused)) == (1, 49)
    winner = RosterShift.everything.select_related("station").get()
    sentence = f"陈岗 already has a shift in {winner.station.name}, 2026-09-14 "
    assert all(message.startswith(sentence) for message in refused)
