"""24-hour presence: the worked cases to the minute, who is told, the early end, reinforcement."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from duty.enums import PresenceSource, TriggerKind, TriggerState
from duty.levels import DutyLevel
from duty.models import Presence, Reinforcement, Trigger
from duty.queries.triggers import (
    Cover,
    cover_of,
    rooms_bound,
    span_of,
    state_condition,
    state_of,
    trigger_rows,
)
from duty.services.presence import check_in
from duty.services.reinforcements import send_reinforcement
from duty.services.triggers import declare_trigger, end_trigger
from personnel.enums import PersonKind, Post
from personnel.models import Person
from personnel.queries import scope_for
from policeroom.accounts.models import User
from policeroom.common.errors import ConflictError, DomainError
from policeroom.common.intervals import Span
from policeroom.common.models import AuditEvent, Notification
from policeroom.common.roles import Role
from stations.models import OrgUnit, Station
from tests.duty.orders_helpers import ordered
from tests.duty.presence_helpers import DAY, at, shift
from tests.personnel.people_helpers import parameter, serves, somebody
from tests.world import World, add_station, make_user

pytestmark = pytest.mark.integration


def declared(issuer: OrgUnit, by: User, **changes: Any) -> Trigger:
    """18:00 of `DAY` to 18:00 of the next day, for the issuer's area, unless `changes` differ."""
    values: dict[str, Any] = {
        "issuer": issuer,
        "number": "驻1号",
        "kind": TriggerKind.EVENT,
        "title": "校庆安保",
        "targets": [issuer.org_path],
        "starts_at": at("18:00"),
        "ends_at": at("18:00", days=1),
        "by": by,
        "now": at("12:00"),
        **changes,
    }
    return declare_trigger(**values)


def was_there(
    room: Station, person: Person, start: dt.datetime, end: dt.datetime | None
) -> Presence:
    return Presence.objects.create(
        station=room,
        person=person,
        came_at=start,
        left_at=end,
        left_source=PresenceSource.DESK if end else "",
    )


def cover(trigger: Trigger, room: Station, now: dt.datetime) -> Cover:
    return cover_of(trigger, [room], now=now)[room.pk]


@pytest.fixture
def crew(world: World, county_staff: User) -> tuple[Person, Person]:
    """Officers A and B of room A1."""
    room = world.station_a1
    first, second = (serves(room, county_staff, name=name).person for name in ("甲警", "乙警"))
    return first, second


@pytest.fixture
def trigger(world: World, city_supervisor: User) -> Trigger:
    return declared(world.city_a, city_supervisor)


AFTER = at("19:00", days=1)


# --- worked cases of matrix Art. 9 and D 16 -----------------------------------------------------
def test_worked_case_has_one_gap_of_twenty_minutes(
    world: World, trigger: Trigger, crew: tuple[Person, Person]
) -> None:
    """A 17:40–02:00, B 02:00–14:00, A 14:20–22:00: 14:00–14:20; 02:00/02:00 is no gap."""
    room, (first, second) = world.station_a1, crew
    was_there(room, first, at("17:40"), at("02:00", days=1))
    was_there(room, second, at("02:00", days=1), at("14:00", days=1))
    was_there(room, first, at("14:20", days=1), at("22:00", days=1))
    found = cover(trigger, room, AFTER)
    assert found.past == (Span(at("14:00", days=1), at("14:20", days=1)),)
    assert (found.minutes, found.ahead) == (20, ())


def test_auxiliaries_and_a_neighbour_room_fill_no_gap(
    world: World, trigger: Trigger, crew: tuple[Person, Person], county_staff: User
) -> None:
    """D 16: one finding of 20 minutes though two auxiliaries were there, and a second officer next
    door."""
    room, (first, second) = world.station_a1, crew
    was_there(room, first, at("18:00"), at("14:00", days=1))
    was_there(room, first, at("14:20", days=1), at("18:00", days=1))
    for name in ("丙辅", "丁辅"):
        auxiliary = serves(room, county_staff, post=Post.AUXILIARY, name=name).person
        was_there(room, auxiliary, at("18:00"), at("18:00", days=1))
    was_there(world.center_a, second, at("18:00"), at("18:00", days=1))
    found = cover_of(trigger, [room, world.center_a], now=AFTER)
    assert found[room.pk].past == (Span(at("14:00", days=1), at("14:20", days=1)),)
    assert found[world.center_a.pk].past == ()


def test_reinforcement_officers_do_count(
    world: World, trigger: Trigger, crew: tuple[Person, Person], county_staff: User
) -> None:
    room, (first, _second) = world.station_a1, crew
    helper = somebody(world.county_a1, county_staff, name="援警")
    send_reinforcement(
        trigger=trigger,
        station=room,
        person=helper,
        starts_at=at("14:00", days=1),
        ends_at=at("14:20", days=1),
        order_no="援1号",
        by=county_staff,
        now=at("13:00"),
    )
    was_there(room, first, at("18:00"), at("14:00", days=1))
    was_there(room, first, at("14:20", days=1), at("18:00", days=1))
    assert cover(trigger, room, AFTER).minutes == 20  # sent, but never there
    check_in(station=room, person=helper, by=county_staff, at=at("14:00", days=1))
    found = cover(trigger, room, AFTER)
    assert (found.past, found.sent) == ((), 1)


def test_missing_check_out_ends_at_the_end_of_the_shift(
    world: World, trigger: Trigger, crew: tuple[Person, Person]
) -> None:
    """D 16: unverified, not at infinity."""
    room, (first, _second) = world.station_a1, crew
    shift(room, first, at("18:00"), at("08:00", days=1))
    was_there(room, first, at("18:00"), None)
    found = cover(trigger, room, AFTER)
    assert found.past == (Span(at("08:00", days=1), at("18:00", days=1)),)
    assert found.unverified == 1


def test_retroactive_declaration_checks_the_stretch_it_states(
    world: World, city_supervisor: User, crew: tuple[Person, Person]
) -> None:
    room, (first, second) = world.station_a1, crew
    was_there(room, first, at("17:40"), at("02:00", days=1))
    was_there(room, second, at("02:05", days=1), at("18:00", days=1))
    late = declared(world.city_a, city_supervisor, now=at("09:00", days=3))
    assert cover(late, room, at("09:00", days=3)).past == (
        Span(at("02:00", days=1), at("02:05", days=1)),
    )


@pytest.mark.parametrize(
    ("came", "gap"),
    [
        pytest.param(at("13:00"), (), id="before it begins"),
        pytest.param(at("14:00"), (), id="as it begins"),
        pytest.param(at("14:01"), (Span(at("14:00"), at("14:01")),), id="a minute late"),
    ],
)
def test_nothing_is_asked_before_it_begins(
    world: World,
    city_supervisor: User,
    crew: tuple[Person, Person],
    came: dt.datetime,
    gap: tuple[Span, ...],
) -> None:
    """Trigger from 14:00: no duty before 14:00."""
    trigger = declared(world.city_a, city_supervisor, starts_at=at("14:00"), ends_at=at("20:00"))
    was_there(world.station_a1, crew[0], came, at("20:00"))
    assert cover(trigger, world.station_a1, at("21:00")).past == gap


def test_the_duty_level_does_not_matter(
    world: World, trigger: Trigger, city_supervisor: User, crew: tuple[Person, Person]
) -> None:
    room = world.station_a1
    was_there(room, crew[0], at("18:00"), at("23:00"))
    before = cover(trigger, room, AFTER)
    ordered(world.city_a, city_supervisor, level=DutyLevel.ONE, now=at("17:00"))
    assert cover(trigger, room, AFTER) == before
    assert before.minutes == 19 * 60


@pytest.mark.parametrize(
    ("minutes", "found"), [pytest.param(20, 0, id="20"), pytest.param(19, 20, id="19")]
)
def test_a_tolerated_gap_is_no_finding(
    world: World,
    trigger: Trigger,
    crew: tuple[Person, Person],
    minutes: int,
    found: int,
) -> None:
    """P-09b: longer than tolerated, not as long."""
    parameter("P-09b", str(minutes))
    room, (first, _second) = world.station_a1, crew
    was_there(room, first, at("18:00"), at("14:00", days=1))
    was_there(room, first, at("14:20", days=1), at("18:00", days=1))
    assert cover(trigger, room, AFTER).minutes == found


def test_past_is_judged_by_presence_and_what_is_to_come_by_the_roster(
    world: World, trigger: Trigger, crew: tuple[Person, Person], county_staff: User
) -> None:
    room, (first, second) = world.station_a1, crew
    shift(room, first, at("18:00"), at("06:00", days=1))  # never came: the past is uncovered
    shift(room, second, at("06:00", days=1), at("12:00", days=1))
    auxiliary = serves(room, county_staff, post=Post.AUXILIARY, name="丙辅").person
    shift(room, auxiliary, at("12:00", days=1), at("18:00", days=1))
    found = cover(trigger, room, at("23:15") + dt.timedelta(seconds=40))
    assert found.past == (Span(at("18:00"), at("23:15")),)
    assert found.ahead == (Span(at("12:00", days=1), at("18:00", days=1)),)


def test_before_it_begins_nothing_is_past(world: World, trigger: Trigger) -> None:
    found = cover(trigger, world.station_a1, at("12:00"))
    assert (found.past, found.minutes_ahead) == ((), 24 * 60)


def test_room_that_opens_during_it_is_bound_from_then_on(
    world: World, trigger: Trigger, city_supervisor: User
) -> None:
    """Matrix D 15."""
    tomorrow = DAY + dt.timedelta(days=1)
    room = add_station(
        "A0009",
        "澜江市公安局芦北分局第九警务室",
        world.county_a1,
        campus=world.campus_a_main,
        opened_on=tomorrow,
    )
    scope = scope_for(city_supervisor, at=AFTER)
    assert room in set(rooms_bound(trigger, scope))
    assert cover(trigger, room, AFTER).past == (Span(at("00:00", days=1), at("18:00", days=1)),)


def test_more_than_24_hours_on_end_is_shown(
    world: World, city_supervisor: User, crew: tuple[Person, Person]
) -> None:
    """JS-09-5, advice; exactly 24 hours are none."""
    long = declared(world.city_a, city_supervisor, ends_at=at("20:00", days=2))
    room, (first, second) = world.station_a1, crew
    was_there(room, first, at("18:00"), at("18:00", days=1))
    assert cover(long, room, at("20:00", days=2)).too_long == 0
    was_there(room, second, at("19:00"), at("12:00", days=1))
    was_there(room, second, at("12:00", days=1), at("19:01", days=1))
    assert cover(long, room, at("20:00", days=2)).too_long == 1


# --- declaring ----------------------------------------------------------------------------------
def test_rooms_and_the_bureau_that_reinforces_are_told_once(
    world: World,
    officer: User,
    county_staff: User,
    city_supervisor: User,
    other_city_supervisor: User,
) -> None:
    key = uuid.uuid4()
    first = declared(world.city_a, city_supervisor, client_uuid=key)
    assert declared(world.city_a, city_supervisor, client_uuid=key) == first
    told = Notification.objects.filter(kind="trigger").values_list("recipient__name", flat=True)
    assert sorted(told) == sorted([officer.name, county_staff.name, city_supervisor.name])
    events = AuditEvent.everything.filter(action="triggers.declare", object_id=str(first.pk))
    assert events.count() == 1


def test_what_cannot_be_declared_is_refused(world: World, city_supervisor: User) -> None:
    key = uuid.uuid4()
    declared(world.city_a, city_supervisor, client_uuid=key)
    with pytest.raises(ConflictError):
        declared(world.city_a, city_supervisor, client_uuid=key, title="别的")
    with pytest.raises(ValidationError, match="already used by the issuer"):
        declared(world.city_a, city_supervisor)
    with pytest.raises(ValidationError, match="end must lie after"):
        declared(world.city_a, city_supervisor, number="驻2号", ends_at=at("18:00"))
    with pytest.raises(DomainError, match="only"):
        declared(world.city_a, city_supervisor, number="驻3号", targets=[world.county_b1.org_path])
    assert Trigger.everything.count() == 1


def test_it_is_seen_where_it_was_declared_and_where_it_binds(
    world: World,
    city_supervisor: User,
    county_staff: User,
    officer: User,
    neighbour_officer: User,
    other_city_supervisor: User,
    province_staff: User,
) -> None:
    row = declared(world.city_a, city_supervisor, targets=[world.station_a1.org_path])
    seen = {
        person.name: row in set(trigger_rows(scope_for(person, at=AFTER)))
        for person in (
            city_supervisor,
            county_staff,
            officer,
            neighbour_officer,
            other_city_supervisor,
            province_staff,
        )
    }
    assert seen == {
        "冯五": True,
        "郑四": True,
        "陈一": True,
        "周二": False,
        "沈六": False,
        "韩七": True,
    }


# --- ending -------------------------------------------------------------------------------------
def test_early_end_keeps_the_gaps_until_then(
    world: World, trigger: Trigger, city_supervisor: User, officer: User
) -> None:
    end_trigger(trigger=trigger, reason="活动取消", by=city_supervisor, now=at("20:00"))
    trigger.refresh_from_db()
    assert cover(trigger, world.station_a1, AFTER).past == (Span(at("18:00"), at("20:00")),)
    again = end_trigger(trigger=trigger, reason="别的", by=city_supervisor, now=at("21:00"))
    assert (again.revoked_at, again.revoke_reason) == (at("20:00"), "活动取消")
    told = Notification.objects.filter(recipient=officer, title__contains="ends early")
    assert told.count() == 1


def test_ended_before_it_began_asks_for_nothing(
    world: World, trigger: Trigger, city_supervisor: User
) -> None:
    end_trigger(trigger=trigger, reason="活动取消", by=city_supervisor, now=at("12:30"))
    trigger.refresh_from_db()
    assert span_of(trigger) is None
    assert cover_of(trigger, [world.station_a1], now=AFTER) == {}
    assert not rooms_bound(trigger, scope_for(city_supervisor, at=AFTER)).exists()


@pytest.mark.parametrize(
    ("reason", "now", "words"),
    [
        pytest.param(" ", at("20:00"), "Say why", id="no reason"),
        pytest.param("取消", at("18:00", days=1), "is over since", id="over"),
    ],
)
def test_an_end_that_cannot_be_is_refused(
    trigger: Trigger, city_supervisor: User, reason: str, now: dt.datetime, words: str
) -> None:
    with pytest.raises(DomainError, match=words):
        end_trigger(trigger=trigger, reason=reason, by=city_supervisor, now=now)


@pytest.mark.parametrize(
    ("now", "state"),
    [
        pytest.param(at("17:59"), TriggerState.PLANNED, id="before"),
        pytest.param(at("18:00"), TriggerState.RUNNING, id="first minute"),
        pytest.param(at("17:59", days=1), TriggerState.RUNNING, id="last minute"),
        pytest.param(at("18:00", days=1), TriggerState.ENDED, id="over"),
    ],
)
@pytest.mark.parametrize("early", [False, True])
def test_state_and_its_condition_agree(
    trigger: Trigger,
    city_supervisor: User,
    now: dt.datetime,
    state: TriggerState,
    early: bool,
) -> None:
    if early:
        end_trigger(trigger=trigger, reason="取消", by=city_supervisor, now=at("12:30"))
        trigger.refresh_from_db()
        state = TriggerState.EARLY
    assert state_of(trigger, now=now) == state
    matching = {
        code
        for code in TriggerState.values
        if Trigger.everything.filter(state_condition(code, now=now)).exists()
    }
    assert matching == {state.value}


# --- reinforcement ------------------------------------------------------------------------------
def sending(trigger: Trigger, room: Station, person: Person, by: User, **changes: Any) -> Any:
    values: dict[str, Any] = {
        "starts_at": at("20:00"),
        "ends_at": at("08:00", days=1),
        "order_no": "援1号",
        "now": at("13:00"),
        **changes,
    }
    return send_reinforcement(trigger=trigger, station=room, person=person, by=by, **values)


def test_reinforcement_is_planned_and_told(
    world: World, trigger: Trigger, county_staff: User, officer: User
) -> None:
    helper = somebody(world.county_a1, county_staff, name="援警")
    row = sending(trigger, world.station_a1, helper, county_staff)
    found = cover(trigger, world.station_a1, at("12:00"))
    assert found.ahead == (
        Span(at("18:00"), at("20:00")),
        Span(at("08:00", days=1), at("18:00", days=1)),
    )
    told = Notification.objects.filter(recipient=officer, kind="reinforcement")
    assert [line.title for line in told] == ["Reinforcement: 援警"]
    assert AuditEvent.everything.filter(action="reinforcement.send", object_id=str(row.pk)).exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"starts_at": at("17:59")}, "enter hours within it", id="before it"),
        pytest.param({"ends_at": at("18:01", days=1)}, "enter hours within it", id="after it"),
    ],
)
def test_hours_outside_are_refused(
    world: World, trigger: Trigger, county_staff: User, changes: dict[str, Any], words: str
) -> None:
    helper = somebody(world.county_a1, county_staff)
    with pytest.raises(DomainError, match=words):
        sending(trigger, world.station_a1, helper, county_staff, **changes)
    assert not Reinforcement.everything.exists()


def test_who_is_no_reinforcement_is_refused(
    world: World,
    trigger: Trigger,
    county_staff: User,
    crew: tuple[Person, Person],
    city_supervisor: User,
) -> None:
    auxiliary = somebody(world.county_a1, county_staff, kind=PersonKind.AUXILIARY)
    with pytest.raises(DomainError, match="no officer"):
        sending(trigger, world.station_a1, auxiliary, county_staff)
    with pytest.raises(DomainError, match="reinforcement is an officer more"):
        sending(trigger, world.station_a1, crew[0], county_staff)
    helper = somebody(world.county_a1, county_staff)
    with pytest.raises(DomainError, match="does not bind"):
        sending(trigger, world.station_b1, helper, county_staff)
    end_trigger(trigger=trigger, reason="取消", by=city_supervisor, now=at("12:30"))
    trigger.refresh_from_db()
    with pytest.raises(DomainError, match="before it began"):
        sending(trigger, world.station_a1, helper, county_staff)


def test_a_clash_is_named(world: World, trigger: Trigger, county_staff: User) -> None:
    helper = somebody(world.county_a1, county_staff, name="援警")
    sending(trigger, world.station_a1, helper, county_staff)
    end = {"ends_at": at("09:00", days=1)}
    with pytest.raises(DomainError, match=f"援警 is planned in {world.station_a1.name} from"):
        sending(trigger, world.center_a, helper, county_staff, starts_at=at("07:59", days=1), **end)
    sending(trigger, world.center_a, helper, county_staff, starts_at=at("08:00", days=1), **end)
    other = somebody(world.county_a1, county_staff, name="班警")
    shift(world.station_a2, other, at("19:00"), at("21:00"))
    with pytest.raises(DomainError, match=world.station_a2.name):
        sending(trigger, world.station_a1, other, county_staff)


# --- many rooms ---------------------------------------------------------------------------------
def test_cover_of_many_rooms_asks_the_same_number_of_questions(
    world: World, trigger: Trigger, crew: tuple[Person, Person]
) -> None:
    was_there(world.station_a1, crew[0], at("18:00"), None)
    with CaptureQueriesContext(connection) as before:
        cover_of(trigger, [world.station_a1], now=AFTER)
    rooms = [world.station_a1, world.center_a, world.station_a2]
    was_there(world.center_a, crew[1], at("18:00"), None)
    with CaptureQueriesContext(connection) as after:
        found = cover_of(trigger, rooms, now=AFTER)
    assert len(after) == len(before)
    assert [found[room.pk].minutes for room in rooms] == [12 * 60, 12 * 60, 24 * 60]


def test_command_centre_declares_nothing(world: World) -> None:
    """Art. 9: county, city and province declare; the command centre watches."""
    watcher = make_user("700020", "指挥", world.city_a, Role.COMMAND)
    scope = scope_for(watcher, at=AFTER)
    assert (scope.can("triggers.declare"), scope.can("duty.view")) == (False, True)
