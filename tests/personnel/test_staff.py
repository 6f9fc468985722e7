"""People and posts: one primary at a time, the last day counts, the path follows."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from typing import Any

import pytest
from django.db import connections, transaction
from django.db.utils import IntegrityError
from django.utils import translation

from personnel.enums import EndReason, PersonKind, Post
from personnel.models import Assignment, Person
from personnel.services.staff import add_person, assign, edit_person, end_post
from policeroom.accounts.models import User
from policeroom.common.errors import DomainError
from policeroom.common.models import AuditEvent
from policeroom.common.roles import Role
from stations.models import Station
from tests.world import World, build, make_user

pytestmark = pytest.mark.integration
DAY = dt.date(2026, 5, 4)
TODAY = dt.date(2026, 9, 17)


def person(world: World, by: User, number: str = "500001", **changes: Any) -> Person:
    values = {
        "staff_no": number,
        "name": "林安",
        "kind": PersonKind.OFFICER,
        "unit": world.county_a1,
        "by": by,
        **changes,
    }
    return add_person(**values)


def post(who: Person, room: Station, by: User, **changes: Any) -> Assignment:
    values = {
        "person": who,
        "station": room,
        "post": Post.OFFICER,
        "valid_from": DAY,
        "by": by,
        "today": TODAY,
        **changes,
    }
    return assign(**values)


def test_person_belongs_to_the_bureau_until_a_post_begins(world: World, county_staff: User) -> None:
    who = person(world, county_staff)
    assert who.org_path == world.county_a1.org_path
    post(who, world.station_a1, county_staff)
    assert Person.everything.get(pk=who.pk).org_path == world.station_a1.org_path


def test_second_primary_names_the_first(world: World, county_staff: User) -> None:
    who = person(world, county_staff)
    post(who, world.station_a1, county_staff)
    with pytest.raises(DomainError, match=r"林安 already has a post from 2026-05-04"):
        post(who, world.center_a, county_staff)


def test_secondary_post_elsewhere_is_possible(world: World, county_staff: User) -> None:
    who = person(world, county_staff)
    post(who, world.station_a1, county_staff)
    second = post(who, world.center_a, county_staff, is_primary=False)
    assert second.pk is not None


def test_switch_on_a_date_leaves_no_gap_and_no_overlap(world: World, county_staff: User) -> None:
    who = person(world, county_staff)
    first = post(who, world.station_a1, county_staff)
    ended = end_post(
        assignment=first,
        last_day=dt.date(2026, 5, 14),
        reason=EndReason.TRANSFER,
        by=county_staff,
        today=TODAY,
    )
    second = post(who, world.center_a, county_staff, valid_from=dt.date(2026, 5, 15))
    assert ended.valid_to == second.valid_from == dt.date(2026, 5, 15)
    assert Person.everything.get(pk=who.pk).org_path == world.center_a.org_path


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        pytest.param(PersonKind.AUXILIARY, Post.OFFICER, id="auxiliary as officer"),
        pytest.param(PersonKind.AUXILIARY, Post.LEAD, id="auxiliary in charge"),
        pytest.param(PersonKind.OFFICER, Post.AUXILIARY, id="officer as auxiliary"),
    ],
)
def test_post_that_does_not_fit_is_refused(
    world: World, county_staff: User, kind: str, wanted: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        post(person(world, county_staff, kind=kind), world.station_a1, county_staff, post=wanted)
    assert refusal.value.field == "post"


def test_post_before_the_room_opened_is_refused(world: World, county_staff: User) -> None:
    with pytest.raises(DomainError, match="does not operate"):
        post(
            person(world, county_staff),
            world.station_a1,
            county_staff,
            valid_from=dt.date(2025, 12, 31),
        )


def test_kind_of_somebody_with_a_post_stays(world: World, county_staff: User) -> None:
    who = person(world, county_staff)
    post(who, world.station_a1, county_staff)
    with pytest.raises(DomainError, match="the kind stays"):
        edit_person(person=who, by=county_staff, kind=PersonKind.AUXILIARY)


def test_resend_gives_the_first_post(world: World, county_staff: User) -> None:
    who, key = person(world, county_staff), uuid.uuid4()
    rows = {post(who, world.station_a1, county_staff, client_uuid=key).pk for _ in range(3)}
    assert len(rows) == 1


def test_each_act_leaves_its_event(world: World, county_staff: User) -> None:
    row = post(person(world, county_staff), world.station_a1, county_staff)
    end_post(assignment=row, last_day=DAY, reason=EndReason.LEAVING, by=county_staff, today=TODAY)
    found = AuditEvent.objects.unscoped("test").filter(action__startswith="people.")
    assert [e.action for e in found.order_by("id")] == [
        "people.add",
        "people.assign",
        "people.end-post",
    ]


def test_database_refuses_two_primaries(world: World, county_staff: User) -> None:
    who = person(world, county_staff)
    row = post(who, world.station_a1, county_staff)
    row.pk, row.station = None, world.center_a
    with pytest.raises(IntegrityError, match="assignment_one_primary"):
        row.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_of_fifty_threads_one_books_the_person_and_the_others_learn_the_clash() -> None:
    with transaction.atomic():
        world = build()
    county = make_user("100004", "郑四", world.county_a1, Role.COUNTY)
    who = person(world, county)
    won: list[int] = []
    refused: list[str] = []
    start = threading.Barrier(50)

    def book(number: int) -> None:
        try:
            start.wait()
            room = world.station_a1 if number % 2 else world.center_a
            with translation.override("en"):  # a new thread speaks the site's language
                won.append(post(who, room, county).pk)
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
    assert all("already has a post from 2026-05-04" in message for message in refused)
