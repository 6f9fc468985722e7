"""The city's tables of strength, what they ask of a room at an instant, and what is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from duty.levels import DutyLevel
from duty.models import LevelStaffing, Presence
from duty.queries.presence import present_at
from duty.queries.staffing import Need, required_now, staffing_rows
from duty.services.orders import revoke_order
from duty.services.staffing import copy_forward, end_row, fix_strength
from duty.views.staffing import StrengthList
from personnel.enums import PersonKind
from personnel.queries import scope_for
from policeroom.accounts.models import User
from policeroom.common.errors import DomainError
from stations.enums import StationKind
from stations.models import Station
from tests.duty.orders_helpers import DAY, HOUR, MINUTE, NOW, ordered
from tests.duty.test_levels_now import many_rooms
from tests.personnel.people_helpers import parameter, somebody
from tests.world import World

pytestmark = pytest.mark.integration
SignIn = Callable[[User | None], Client]
Count = Callable[..., Any]
FIRST = dt.date(2026, 1, 1)


def fixed(world: World, by: User, officers: int, auxiliaries: int, **changes: Any) -> LevelStaffing:
    """The city's number for stand-alone rooms at level two, unless `changes` say otherwise."""
    values: dict[str, Any] = {
        "unit": world.city_a,
        "level": DutyLevel.TWO,
        "station_kind": StationKind.STANDALONE,
        "valid_from": FIRST,
        "document_no": "澜公〔2026〕1号",
        "by": by,
        **changes,
    }
    return fix_strength(officers=officers, auxiliaries=auxiliaries, **values)


def need(room: Station, at: dt.datetime) -> Need:
    return required_now([room], at)[room.pk]


def comes(
    room: Station,
    by: User,
    came_at: dt.datetime,
    left_at: dt.datetime | None = None,
    kind: str = PersonKind.OFFICER,
) -> Presence:
    return Presence.everything.create(
        station=room,
        person=somebody(room.operator, by, kind=kind),
        came_at=came_at,
        left_at=left_at,
        left_source="desk" if left_at else "",
    )


def versions(world: World) -> list[tuple[dt.date, dt.date | None, int]]:
    rows = LevelStaffing.everything.filter(unit=world.city_a, station_kind=StationKind.STANDALONE)
    return list(rows.order_by("valid_from").values_list("valid_from", "valid_to", "officers"))


# --- the table ----------------------------------------------------------------------------------
def test_a_new_number_ends_the_one_before(world: World, city_supervisor: User) -> None:
    fixed(world, city_supervisor, 1, 1)
    fixed(world, city_supervisor, 2, 2, valid_from=dt.date(2026, 9, 1))
    fixed(world, city_supervisor, 3, 3, valid_from=dt.date(2026, 5, 1))
    assert versions(world) == [
        (FIRST, dt.date(2026, 5, 1), 1),
        (dt.date(2026, 5, 1), dt.date(2026, 9, 1), 3),
        (dt.date(2026, 9, 1), None, 2),
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"unit": "county_a1"}, "unit", id="a county"),
        pytest.param({"station_kind": ""}, "station_kind", id="neither room nor kind"),
        pytest.param({"station": "station_a1"}, "station_kind", id="room and kind"),
        pytest.param({"station": "station_b1", "station_kind": ""}, "station", id="other city"),
        pytest.param({"valid_from": FIRST}, "valid_from", id="the same day"),
    ],
)
def test_what_no_table_can_say_is_refused(
    world: World, city_supervisor: User, changes: dict[str, Any], field: str
) -> None:
    fixed(world, city_supervisor, 1, 1)
    for name in {"unit", "station"} & set(changes):
        changes = {**changes, name: getattr(world, changes[name])}
    with pytest.raises(DomainError) as refusal:
        fixed(world, city_supervisor, 2, 2, **{"valid_from": FIRST + DAY, **changes})
    assert refusal.value.field == field
    assert LevelStaffing.everything.count() == 1


def test_the_table_is_copied_forward_under_the_new_paper(
    world: World, city_supervisor: User
) -> None:
    fixed(world, city_supervisor, 2, 3)
    fixed(world, city_supervisor, 4, 5, station=world.station_a1, station_kind="")
    day = dt.date(2026, 9, 1)
    copied = copy_forward(unit=world.city_a, valid_from=day, document_no="2号", by=city_supervisor)
    rows = LevelStaffing.everything.filter(valid_from=day).order_by("officers")
    assert copied == 2
    assert [(r.officers, r.auxiliaries, r.document_no) for r in rows] == [
        (2, 3, "2号"),
        (4, 5, "2号"),
    ]
    assert set(LevelStaffing.everything.filter(valid_from=FIRST).values_list("valid_to")) == {
        (day,)
    }
    with pytest.raises(DomainError, match="Rows begin"):
        copy_forward(unit=world.city_a, valid_from=day, document_no="3号", by=city_supervisor)


def test_nothing_is_copied_where_nothing_holds(world: World, city_supervisor: User) -> None:
    with pytest.raises(DomainError, match="nothing to copy"):
        copy_forward(unit=world.city_a, valid_from=FIRST, document_no="1", by=city_supervisor)


def test_where_a_rooms_own_row_ends_its_kind_counts_again(
    world: World, city_supervisor: User
) -> None:
    ordered(world.city_a, city_supervisor)
    fixed(world, city_supervisor, 1, 1)
    own = fixed(world, city_supervisor, 4, 4, station=world.station_a1, station_kind="")
    later = NOW + 2 * DAY
    assert need(world.station_a1, later).officers == 4
    assert need(world.station_a2, later).officers == 1
    with pytest.raises(DomainError, match="begins on"):
        end_row(row=own, last_day=FIRST - DAY, by=city_supervisor)
    end_row(row=own, last_day=(later - DAY).date(), by=city_supervisor)
    assert need(world.station_a1, later - DAY).officers == 4
    assert need(world.station_a1, later).officers == 1
    with pytest.raises(DomainError, match="anyway"):
        end_row(row=own, last_day=later.date(), by=city_supervisor)


# --- what is required, and missing --------------------------------------------------------------
def test_strength_of_a_raise_is_required_when_its_time_is_over(
    world: World, city_supervisor: User
) -> None:
    """D 13: raised at 23:59, the strength must be there from 00:59."""
    fixed(world, city_supervisor, 2, 3)
    start = NOW.replace(hour=23, minute=59)
    ordered(world.city_a, city_supervisor, now=start)
    ready = start + HOUR
    assert need(world.station_a1, ready - MINUTE).level == DutyLevel.THREE
    assert need(world.station_a1, ready) == Need(DutyLevel.TWO, 2, 3, (0, 0))
    assert need(world.station_a1, ready).missing == 5


def test_time_after_a_raise_is_a_parameter(world: World, city_supervisor: User) -> None:
    parameter("P-15b", "10")
    ordered(world.city_a, city_supervisor)
    assert need(world.station_a1, NOW + 9 * MINUTE).level == DutyLevel.THREE
    assert need(world.station_a1, NOW + 10 * MINUTE).level == DutyLevel.TWO


def test_when_the_stronger_order_ends_the_weaker_strength_is_required_at_once(
    world: World, city_supervisor: User, province_staff: User
) -> None:
    """D 14: continuing at 二级 gives no time."""
    ordered(world.city_a, city_supervisor)
    end = NOW + 6 * HOUR
    ordered(world.province, province_staff, level=DutyLevel.ONE, ends_at=end)
    assert need(world.station_a1, end - MINUTE).level == DutyLevel.ONE
    assert need(world.station_a1, end).level == DutyLevel.TWO


def test_while_a_raise_is_carried_out_the_superseded_level_is_still_required(
    world: World, city_supervisor: User
) -> None:
    old = ordered(world.city_a, city_supervisor)
    at = NOW + 3 * HOUR
    ordered(world.city_a, city_supervisor, level=DutyLevel.ONE, supersedes=old, starts_at=at)
    assert need(world.station_a1, at + 59 * MINUTE).level == DutyLevel.TWO
    assert need(world.station_a1, at + HOUR).level == DutyLevel.ONE


def test_order_that_was_revoked_asks_for_nothing(world: World, city_supervisor: User) -> None:
    order = ordered(world.city_a, city_supervisor)
    revoke_order(order=order, reason="结束", by=city_supervisor, now=NOW + 2 * HOUR)
    assert need(world.station_a1, NOW + 2 * HOUR).level == DutyLevel.THREE


def test_a_table_that_says_nothing_is_unknown_not_complete(
    world: World, city_supervisor: User
) -> None:
    ordered(world.city_a, city_supervisor)
    fixed(world, city_supervisor, 1, 1)
    at = NOW + HOUR
    assert need(world.center_a, at).missing is None
    assert need(world.station_a1, at).missing == 2


def test_presence_is_half_open_and_officers_do_not_stand_for_auxiliaries(
    world: World, city_supervisor: User
) -> None:
    """D 16: who left at 20:00 is gone at 20:00; who came at 20:00 is there."""
    ordered(world.city_a, city_supervisor)
    fixed(world, city_supervisor, 1, 1)
    room, at = world.station_a1, NOW + 2 * HOUR
    comes(room, city_supervisor, NOW, at)
    comes(room, city_supervisor, at)
    comes(room, city_supervisor, at + MINUTE)
    comes(world.station_a2, city_supervisor, NOW, kind=PersonKind.AUXILIARY)
    assert present_at([room.pk], at) == {room.pk: (1, 0)}
    assert need(room, at).missing == 1
    assert need(room, at + MINUTE) == Need(DutyLevel.TWO, 1, 1, (2, 0))
    assert need(room, at + MINUTE).missing == 1


def test_3000_rooms_take_four_statements(
    world: World, city_supervisor: User, django_assert_num_queries: Count
) -> None:
    ordered(world.city_a, city_supervisor)
    fixed(world, city_supervisor, 1, 2)
    many_rooms(world, 2996)
    rooms = list(Station.everything.all())
    with django_assert_num_queries(4):
        found = required_now(rooms, NOW + HOUR)
    assert len(found) == 3000
    assert sum(need.missing == 3 for need in found.values()) == 2998  # without B1 and the centre


# --- screens ------------------------------------------------------------------------------------
def test_the_city_fixes_a_number_on_the_screen(
    world: World, city_supervisor: User, as_user: SignIn
) -> None:
    sent = {
        "unit": world.city_a.pk,
        "level": DutyLevel.ONE.value,
        "station_kind": "",
        "room": "A0001",
        "officers": 3,
        "auxiliaries": 6,
        "valid_from": "2026-09-01",
        "document_no": "澜公〔2026〕9号",
    }
    client = as_user(city_supervisor)
    client.post(reverse("duty:staffing-new"), sent)
    row = LevelStaffing.everything.get()
    assert (row.station, row.level, row.officers) == (world.station_a1, DutyLevel.ONE, 3)
    again = client.post(reverse("duty:staffing-new"), sent)
    assert again.status_code == 422
    assert "already begins" in again.content.decode()
    foreign = client.post(reverse("duty:staffing-new"), {**sent, "room": "B0001"})
    assert "Not a room of your area" in foreign.content.decode()


def test_copying_and_ending_on_the_screen(
    world: World, city_supervisor: User, as_user: SignIn
) -> None:
    row = fixed(world, city_supervisor, 1, 1)
    client = as_user(city_supervisor)
    sent = {"unit": world.city_a.pk, "valid_from": "2026-10-01", "document_no": "10号"}
    client.post(reverse("duty:staffing-copy"), sent)
    row.refresh_from_db()
    new = LevelStaffing.everything.exclude(pk=row.pk).get()
    assert (row.valid_to, new.document_no) == (dt.date(2026, 10, 1), "10号")
    client.post(reverse("duty:staffing-end", args=[new.pk]), {"last_day": "2026-12-31"})
    new.refresh_from_db()
    assert new.valid_to == dt.date(2027, 1, 1)


def test_rooms_see_the_numbers_that_bind_them_and_no_others(
    world: World,
    city_supervisor: User,
    county_staff: User,
    officer: User,
    other_city_supervisor: User,
) -> None:
    kind = fixed(world, city_supervisor, 1, 1)
    own = fixed(world, city_supervisor, 2, 2, station=world.station_a1, station_kind="")
    far = fixed(world, city_supervisor, 3, 3, station=world.station_a2, station_kind="")
    seen = {
        person.name: set(staffing_rows(scope_for(person, at=NOW)))
        for person in (city_supervisor, county_staff, officer, other_city_supervisor)
    }
    assert seen == {
        "冯五": {kind, own, far},
        "郑四": {kind, own},
        "陈一": {kind, own},
        "沈六": set(),
    }


def test_order_page_and_file_of_the_room_say_what_is_missing(
    world: World, city_supervisor: User, officer: User, as_user: SignIn
) -> None:
    now = timezone.now()
    order = ordered(world.city_a, city_supervisor, now=now - 2 * HOUR)
    fixed(world, city_supervisor, 1, 2)
    comes(world.station_a1, city_supervisor, now - HOUR)
    page = as_user(city_supervisor).get(order.get_absolute_url())
    figure = next(f for f in page.context["figures"] if f.label == "Rooms short of people")
    assert (figure.value, figure.detail) == (2, "1 without numbers")

    rooms = reverse("duty:order-rooms", args=[order.pk])
    table = as_user(city_supervisor).get(f"{rooms}?col=strength&col=required&col=present")
    cells = {
        row.cells[0].text: [c.text for c in row.cells[1:]] for row in table.context["table"].rows
    }
    assert cells == {
        world.station_a1.name: [
            "2 missing",
            "officers 1, auxiliaries 2",
            "present: officers 1, auxiliaries 0",
        ],
        world.station_a2.name: [
            "3 missing",
            "officers 1, auxiliaries 2",
            "present: officers 0, auxiliaries 0",
        ],
        world.center_a.name: [
            "not fixed by the city",
            "not fixed by the city",
            "present: officers 0, auxiliaries 0",
        ],
    }
    for address in (
        order.get_absolute_url(),
        reverse("stations:detail", args=[world.station_a1.pk]),
    ):
        text = as_user(officer).get(address).content.decode()
        assert "2 missing" in text
        assert "officers 1, auxiliaries 2" in text


def test_live_part_follows_presence(world: World, city_supervisor: User, as_user: SignIn) -> None:
    now = timezone.now()
    order = ordered(world.city_a, city_supervisor, now=now - 2 * HOUR)
    fixed(world, city_supervisor, 1, 0)
    client, address = as_user(city_supervisor), reverse("duty:order-live", args=[order.pk])
    tag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"if-none-match": tag}).status_code == 304
    comes(world.station_a1, city_supervisor, now - MINUTE)
    assert client.get(address, headers={"if-none-match": tag}).status_code == 200


def test_list_asks_the_same_number_of_questions_for_many_rows(
    world: World,
    city_supervisor: User,
    asked: Callable[[User, str], HttpRequest],
    django_assert_num_queries: Count,
) -> None:
    fixed(world, city_supervisor, 1, 1)
    request = asked(city_supervisor, "/")
    with django_assert_num_queries(2):
        assert StrengthList.as_view()(request).status_code == 200
    for room in (world.station_a1, world.station_a2):
        fixed(world, city_supervisor, 2, 2, station=room, station_kind="")
    with django_assert_num_queries(2):
        assert StrengthList.as_view()(request).status_code == 200
