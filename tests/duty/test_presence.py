"""Presence: in, out, corrected, struck, ended where nobody ended it; read in constant queries."""

from __future__ import annotations

import datetime as dt
import threading
import uuid

import pytest
from django.db import connection, connections, transaction
from django.db.utils import IntegrityError
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from duty.enums import PresenceSource
from duty.models import Presence, PresenceCorrection
from duty.queries.presence import present_at, stays
from duty.services.presence import (
    check_out,
    correct_stay,
    end_forgotten,
    enter_stay,
    strike_stay,
)
from duty.tasks import end_forgotten_presences
from personnel.enums import Post
from personnel.models import Person
from policeroom.accounts.models import User
from policeroom.common.errors import ConflictError, DomainError
from policeroom.common.intervals import Span
from policeroom.common.models import AuditEvent
from policeroom.common.roles import Role
from tests.duty.presence_helpers import HOUR, MINUTE, again, at, came, shift
from tests.personnel.people_helpers import parameter, serves
from tests.world import World, build, make_user

pytestmark = pytest.mark.integration


@pytest.fixture
def chen(world: World, county_staff: User) -> Person:
    """An officer of room A1."""
    return serves(world.station_a1, county_staff, name="陈岗").person


def events(row: Presence) -> list[str]:
    rows = AuditEvent.everything.filter(object_type="duty.presence", object_id=str(row.pk))
    return list(rows.order_by("id").values_list("action", flat=True))


def test_arrival_and_leaving_are_kept_to_the_minute(
    world: World, officer: User, chen: Person
) -> None:
    row = came(world.station_a1, chen, officer, at("08:00") + dt.timedelta(seconds=42))
    check_out(presence=row, by=officer, at=at("20:03") + dt.timedelta(seconds=59))
    row = again(row)
    assert (row.came_at, row.left_at) == (at("08:00"), at("20:03"))
    assert (row.source, row.left_source) == (PresenceSource.DESK, PresenceSource.DESK)
    assert row.org_path == world.station_a1.org_path
    assert events(row) == ["presence.in", "presence.out"]


def test_resend_is_one_arrival(world: World, officer: User, chen: Person) -> None:
    key = uuid.uuid4()
    first = came(world.station_a1, chen, officer, at("08:00"), client_uuid=key)
    assert came(world.station_a1, chen, officer, at("08:01"), client_uuid=key) == first
    assert events(first) == ["presence.in"]
    other = serves(world.station_a1, officer, name="王岗").person
    with pytest.raises(ConflictError):
        came(world.station_a1, other, officer, at("08:02"), client_uuid=key)


def test_second_arrival_names_the_room_and_since_when(
    world: World, officer: User, county_staff: User, chen: Person
) -> None:
    serves(world.center_a, county_staff, person=chen, is_primary=False)
    came(world.center_a, chen, officer, at("08:00"))
    with pytest.raises(DomainError) as refusal:
        came(world.station_a1, chen, officer, at("09:00"))
    room = world.center_a.name
    assert refusal.value.message == (
        f"陈岗 is checked in at {room} since 2026-09-16 08:00. Check out there first."
    )


def test_handover_at_the_minute_is_no_clash(world: World, officer: User, chen: Person) -> None:
    first = came(world.station_a1, chen, officer, at("08:00"))
    check_out(presence=first, by=officer, at=at("20:00"))
    second = came(world.station_a1, chen, officer, at("20:00"))
    assert second.came_at == again(first).left_at


def test_who_has_nothing_to_do_with_the_room_is_refused(
    world: World, officer: User, county_staff: User
) -> None:
    stranger = serves(world.center_a, county_staff, name="外岗").person
    with pytest.raises(DomainError, match="外岗 has no post, shift or reinforcement in"):
        came(world.station_a1, stranger, officer, at("08:00"))
    shift(world.station_a1, stranger, at("08:00"), at("20:00"))
    assert came(world.station_a1, stranger, officer, at("08:00")).pk


def test_closed_room_takes_nobody(world: World, officer: User, chen: Person) -> None:
    world.station_a1.closed_on = at("08:00").date()
    with pytest.raises(DomainError, match="does not operate on 2026-09-16"):
        came(world.station_a1, chen, officer, at("08:00"))


def test_nobody_leaves_in_the_minute_they_came_or_twice(
    world: World, officer: User, chen: Person
) -> None:
    row = came(world.station_a1, chen, officer, at("08:00"))
    with pytest.raises(DomainError, match=r"came at 2026-09-16 08:00\. Check out a minute later"):
        check_out(presence=row, by=officer, at=at("08:00") + dt.timedelta(seconds=30))
    check_out(presence=row, by=officer, at=at("08:01"))
    with pytest.raises(DomainError, match="already left at 2026-09-16 08:01"):
        check_out(presence=row, by=officer, at=at("08:02"))


def test_missing_check_out_ends_unverified_at_the_end_of_the_shift(
    world: World, officer: User, chen: Person
) -> None:
    shift(world.station_a1, chen, at("08:00"), at("20:00"))
    row = came(world.station_a1, chen, officer, at("07:50"))
    assert end_forgotten(now=at("19:59")) == 0
    assert end_forgotten(now=at("20:00") + 5 * MINUTE) == 1
    row = again(row)
    assert (row.left_at, row.left_source) == (at("20:00"), PresenceSource.ASSUMED)
    assert end_forgotten(now=at("20:06")) == 0
    assert events(row) == ["presence.in", "presence.assume"]


def test_without_a_shift_it_ends_after_the_parameter(
    world: World, officer: User, chen: Person
) -> None:
    parameter("P-09c", "6")
    row = came(world.station_a1, chen, officer, at("08:00"))
    assert end_forgotten(now=at("13:59")) == 0
    assert end_forgotten(now=at("14:00")) == 1
    assert again(row).left_at == at("14:00")


def test_task_ends_what_is_over(world: World, officer: User, chen: Person) -> None:
    row = came(world.station_a1, chen, officer, at("08:00"))
    assert end_forgotten_presences() == 1
    assert again(row).left_at == at("20:00")
    assert end_forgotten_presences() == 0


def test_late_check_out_replaces_the_assumed_end(world: World, officer: User, chen: Person) -> None:
    shift(world.station_a1, chen, at("08:00"), at("20:00"))
    row = came(world.station_a1, chen, officer, at("08:00"))
    end_forgotten(now=at("20:01"))
    check_out(presence=row, by=officer, at=at("20:03"))
    row = again(row)
    assert (row.left_at, row.left_source) == (at("20:03"), PresenceSource.DESK)


def test_assumed_end_stands_once_the_person_was_seen_again_or_the_time_is_over(
    world: World, officer: User, chen: Person
) -> None:
    shift(world.station_a1, chen, at("08:00"), at("20:00"))
    row = came(world.station_a1, chen, officer, at("08:00"))
    for _look in ("before the task", "after it"):
        with pytest.raises(DomainError, match="counts as there until 2026-09-16 20:00"):
            check_out(presence=row, by=officer, at=at("08:01", days=1))
        end_forgotten(now=at("20:01"))
    came(world.station_a1, chen, officer, at("21:00"))
    with pytest.raises(DomainError, match="is checked in at"):
        check_out(presence=row, by=officer, at=at("22:00"))
    assert again(row).left_at == at("20:00")


def test_arrival_ends_what_was_forgotten_elsewhere(
    world: World, officer: User, chen: Person
) -> None:
    shift(world.station_a1, chen, at("08:00"), at("20:00"))
    row = came(world.station_a1, chen, officer, at("08:00"))
    came(world.station_a1, chen, officer, at("08:00", days=1))
    assert (again(row).left_at, again(row).left_source) == (at("20:00"), PresenceSource.ASSUMED)


def test_correction_keeps_what_stood_there(world: World, station_lead: User, chen: Person) -> None:
    row = came(world.station_a1, chen, station_lead, at("08:10"))
    check_out(presence=row, by=station_lead, at=at("20:00"))
    correct_stay(
        presence=row,
        came_at=at("08:00"),
        left_at=at("20:30"),
        reason="补签",
        by=station_lead,
        at=at("21:00"),
    )
    row = again(row)
    assert (row.came_at, row.left_at) == (at("08:00"), at("20:30"))
    assert (row.source, row.left_source) == (PresenceSource.MANUAL, PresenceSource.MANUAL)
    kept = PresenceCorrection.everything.get(presence=row)
    assert (kept.came_before, kept.left_before, kept.reason) == (at("08:10"), at("20:00"), "补签")
    assert events(row) == ["presence.in", "presence.out", "presence.correct"]


def test_confirmed_assumed_end_is_an_entered_one(
    world: World, station_lead: User, chen: Person
) -> None:
    row = came(world.station_a1, chen, station_lead, at("08:00"))
    end_forgotten(now=at("20:00"))
    facts = {"came_at": at("08:00"), "left_at": at("20:00"), "by": station_lead}
    correct_stay(presence=row, reason="属实", at=at("21:00"), **facts)
    assert again(row).left_source == PresenceSource.MANUAL
    with pytest.raises(DomainError, match="Nothing changes"):
        correct_stay(presence=row, reason="属实", at=at("21:00"), **facts)


@pytest.mark.parametrize(
    ("start", "end", "reason", "field", "message"),
    [
        pytest.param("20:00", "20:00", "x", "left_at", "began at", id="no length"),
        pytest.param("08:00", "21:01", "x", "left_at", "still to come", id="end to come"),
        pytest.param("21:01", "21:02", "x", "came_at", "still to come", id="start to come"),
        pytest.param("08:00", None, "x", "left_at", "has ended", id="end taken away"),
        pytest.param("08:00", "20:30", " ", "reason", "Say why", id="no reason"),
        pytest.param("05:30", "20:30", "x", "came_at", "was in", id="clash"),
    ],
)
def test_wrong_correction_is_refused_at_its_field(
    world: World,
    station_lead: User,
    chen: Person,
    start: str,
    end: str | None,
    reason: str,
    field: str,
    message: str,
) -> None:
    enter_stay(
        station=world.station_a1,
        person=chen,
        came_at=at("05:00"),
        left_at=at("06:00"),
        by=station_lead,
        at=at("07:00"),
    )
    row = came(world.station_a1, chen, station_lead, at("08:10"))
    check_out(presence=row, by=station_lead, at=at("20:00"))
    with pytest.raises(DomainError, match=message) as refusal, transaction.atomic():
        correct_stay(
            presence=row,
            came_at=at(start),
            left_at=at(end) if end else None,
            reason=reason,
            by=station_lead,
            at=at("21:00"),
        )
    assert refusal.value.field == field
    assert not PresenceCorrection.everything.exists()


def test_struck_presence_counts_nowhere_and_leaves_the_time_free(
    world: World, station_lead: User, chen: Person
) -> None:
    row = came(world.station_a1, chen, station_lead, at("08:00"))
    strike_stay(presence=row, reason="点错人", by=station_lead, at=at("08:05"))
    assert present_at([world.station_a1.pk], at("08:02")) == {}
    assert came(world.station_a1, chen, station_lead, at("08:03")).pk
    with pytest.raises(DomainError, match="is struck"):
        check_out(presence=row, by=station_lead, at=at("08:10"))
    assert end_forgotten(now=at("08:00", days=5)) == 1
    assert events(row) == ["presence.in", "presence.strike"]
    assert PresenceCorrection.everything.get(presence=row).reason == "点错人"


def test_database_refuses_two_places_at_once(world: World, chen: Person) -> None:
    Presence.objects.create(station=world.station_a1, person=chen, came_at=at("08:00"))
    with pytest.raises(IntegrityError, match="presence_no_overlap"), transaction.atomic():
        Presence.objects.create(station=world.center_a, person=chen, came_at=at("09:00"))
    Presence.objects.create(
        station=world.center_a, person=chen, came_at=at("09:00"), struck_at=at("09:01")
    )


def test_present_counts_officers_and_auxiliaries_half_open(
    world: World, officer: User, county_staff: User, chen: Person
) -> None:
    helper = serves(world.station_a1, county_staff, post=Post.AUXILIARY, name="辅岗").person
    row = came(world.station_a1, chen, officer, at("08:00"))
    came(world.station_a1, helper, officer, at("09:00"))
    check_out(presence=row, by=officer, at=at("10:00"))
    rooms = [world.station_a1.pk, world.center_a.pk]
    seen = {
        clock: present_at(rooms, at(clock)).get(world.station_a1.pk)
        for clock in ("07:59", "08:00", "09:00", "09:59", "10:00", "20:59", "21:00")
    }
    assert seen == {
        "07:59": None,
        "08:00": (1, 0),
        "09:00": (1, 1),
        "09:59": (1, 1),
        "10:00": (0, 1),
        "20:59": (0, 1),  # nobody checked out: there until the assumed end, task or no task
        "21:00": None,
    }
    assert world.center_a.pk not in present_at(rooms, at("09:00"))


def test_stays_are_cut_to_the_window_and_say_what_is_verified(
    world: World, officer: User, county_staff: User, chen: Person
) -> None:
    row = came(world.station_a1, chen, officer, at("06:00"))
    check_out(presence=row, by=officer, at=at("14:00"))
    relief = serves(world.station_a1, county_staff, name="接岗").person
    came(world.station_a1, relief, officer, at("14:20"))
    end_forgotten(now=at("08:00", days=1))
    found = stays([world.station_a1.pk], Span(at("08:00"), at("20:00")))
    assert [(s.span, s.verified) for s in found[world.station_a1.pk]] == [
        (Span(at("08:00"), at("14:00")), True),
        (Span(at("14:20"), at("20:00")), False),
    ]


def test_present_asks_as_often_for_one_room_as_for_three(
    world: World, county_staff: User, officer: User
) -> None:
    rooms = (world.station_a1, world.center_a, world.station_a2)
    asked = []
    for room in rooms:
        person = serves(room, county_staff).person
        came(room, person, officer, at("08:00"))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            present_at([r.pk for r in rooms], at("09:00"))
        asked.append(len(queries))
    assert asked == [4, 4, 4]


@pytest.mark.django_db(transaction=True)
def test_of_fifty_threads_one_checks_the_person_in() -> None:
    with transaction.atomic():
        world = build()
    lead = make_user("100003", "吴三", world.station_a1.unit, Role.STATION_LEAD)
    person = serves(world.station_a1, lead, name="陈岗").person
    serves(world.center_a, lead, person=person, is_primary=False)
    won: list[int] = []
    refused: list[str] = []
    start = threading.Barrier(50)

    def book(number: int) -> None:
        try:
            start.wait()
            room = world.station_a1 if number % 2 else world.center_a
            with translation.override("en"):  # a new thread speaks the site's language
                won.append(came(room, person, lead, at("08:00") + number * MINUTE).pk)
        except DomainError as refusal:
            refused.append(refusal.message)
        finally:
            connections["default"].close()

    _run([threading.Thread(target=book, args=(n,)) for n in range(50)])
    assert (len(won), len(refused)) == (1, 49)
    assert all("陈岗 is checked in at" in message for message in refused)


@pytest.mark.django_db(transaction=True)
def test_two_workers_end_each_presence_once() -> None:
    with transaction.atomic():
        world = build()
    lead = make_user("100003", "吴三", world.station_a1.unit, Role.STATION_LEAD)
    rows = [
        came(world.station_a1, serves(world.station_a1, lead).person, lead, at("08:00"))
        for _n in range(12)
    ]
    ended: list[int] = []
    start = threading.Barrier(4)

    def work() -> None:
        try:
            start.wait()
            ended.append(end_forgotten(now=at("20:00") + HOUR))
        finally:
            connections["default"].close()

    _run([threading.Thread(target=work) for _n in range(4)])
    end_forgotten(now=at("20:00") + HOUR)
    assert sum(ended) <= 12
    assert [events(row) for row in rows] == [["presence.in", "presence.assume"]] * 12
    assert {again(row).left_at for row in rows} == {at("20:00")}


def _run(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
