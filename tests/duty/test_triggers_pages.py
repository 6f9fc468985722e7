"""24-hour presence through the screen: the worked cases to the minute, and who may what."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from duty.enums import PresenceSource, TriggerKind
from duty.models import Presence, Reinforcement, Trigger
from duty.services.triggers import declare_trigger
from duty.views.triggers import CoverList, TriggerList, detail
from personnel.enums import Post
from personnel.models import Person
from policeroom.accounts.models import User
from policeroom.common.clock import ZONE
from stations.models import OrgUnit, Station
from tests.duty.presence_helpers import MINUTE, came
from tests.personnel.people_helpers import serves, somebody
from tests.world import World, add_station

pytestmark = pytest.mark.integration
SignIn = Callable[[User | None], Client]
Asked = Callable[[User, str], HttpRequest]
DAY = dt.timedelta(days=1)


def clock(text: str, days: int) -> dt.datetime:
    """A clock time so many days from today; the pages judge by the real now."""
    day = timezone.localdate(timezone.now(), ZONE) + dt.timedelta(days=days)
    hour, minute = text.split(":")
    return dt.datetime.combine(day, dt.time(int(hour), int(minute)), ZONE)


def field(at: dt.datetime) -> str:
    """An instant as the picker of the browser sends it."""
    return f"{at.astimezone(ZONE):%Y-%m-%dT%H:%M}"


def typed(world: World, **changes: Any) -> dict[str, Any]:
    """What a browser sends: 18:00 three days ago to 18:00 the day after."""
    return {
        "client_uuid": str(uuid.uuid4()),
        "issuer": world.city_a.pk,
        "number": "驻8号",
        "kind": TriggerKind.EVENT.value,
        "title": "校庆安保",
        "areas": [],
        "rooms": "A0001",
        "starts_at": field(clock("18:00", -3)),
        "ends_at": field(clock("18:00", -2)),
        **changes,
    }


def running(issuer: OrgUnit, by: User, **changes: Any) -> Trigger:
    """From an hour ago for a day."""
    now = timezone.now()
    values: dict[str, Any] = {
        "issuer": issuer,
        "number": f"驻{Trigger.everything.count()}号",
        "kind": TriggerKind.GUARD,
        "title": "警卫任务",
        "targets": [issuer.org_path],
        "starts_at": now - 60 * MINUTE,
        "ends_at": now + DAY,
        "by": by,
        "now": now,
        **changes,
    }
    return declare_trigger(**values)


def was_there(room: Station, person: Person, start: dt.datetime, end: dt.datetime) -> None:
    Presence.objects.create(
        station=room, person=person, came_at=start, left_at=end, left_source=PresenceSource.DESK
    )


def url(name: str, row: Any) -> str:
    return reverse(f"duty:{name}", args=[row.pk])


def cells(page: Any, name: str) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in page.context[name].rows]


def said(page: Any) -> str:
    return " ".join(str(message) for message in page.context["messages"])


@pytest.fixture
def crew(world: World, county_staff: User) -> tuple[Person, Person]:
    room = world.station_a1
    first, second = (serves(room, county_staff, name=name).person for name in ("甲警", "乙警"))
    return first, second


# --- worked cases -------------------------------------------------------------------------------
def test_worked_case_is_shown_to_the_minute(
    world: World,
    city_supervisor: User,
    officer: User,
    crew: tuple[Person, Person],
    county_staff: User,
    as_user: SignIn,
) -> None:
    """Matrix Art. 9 and D 16, declared afterwards: 14:00–14:20, 20 minutes, though an auxiliary
    was there; 02:00/02:00 is no gap."""
    room, (first, second) = world.station_a1, crew
    was_there(room, first, clock("17:40", -3), clock("02:00", -2))
    was_there(room, second, clock("02:00", -2), clock("14:00", -2))
    was_there(room, first, clock("14:20", -2), clock("22:00", -2))
    auxiliary = serves(room, county_staff, post=Post.AUXILIARY, name="丙辅").person
    was_there(room, auxiliary, clock("12:00", -2), clock("16:00", -2))
    page = as_user(city_supervisor).post(reverse("duty:trigger-new"), typed(world), follow=True)
    assert "binds 1 rooms" in said(page)
    gap = [
        room.name,
        f"{clock('14:00', -2):%Y-%m-%d %H:%M}",
        f"{clock('14:20', -2):%Y-%m-%d %H:%M}",
        "20",
        "nobody was there",
    ]
    assert cells(page, "stretches") == [gap]
    assert cells(as_user(officer).get(page.redirect_chain[-1][0]), "stretches") == [gap]
    row = Trigger.everything.get()
    sheet = as_user(officer).get(f"{url('trigger-rooms', row)}?export=csv")
    line = f"{clock('14:00', -2):%m-%d %H:%M}–{clock('14:20', -2):%m-%d %H:%M} (20 min)"
    assert line in sheet.content.decode("utf-8-sig")


def test_from_14_00_nothing_is_asked_before(
    world: World, city_supervisor: User, crew: tuple[Person, Person], as_user: SignIn
) -> None:
    was_there(world.station_a1, crew[0], clock("14:03", -2), clock("20:00", -2))
    sent = typed(world, starts_at=field(clock("14:00", -2)), ends_at=field(clock("20:00", -2)))
    page = as_user(city_supervisor).post(reverse("duty:trigger-new"), sent, follow=True)
    assert [row[1:4] for row in cells(page, "stretches")] == [
        [f"{clock('14:00', -2):%Y-%m-%d %H:%M}", f"{clock('14:03', -2):%Y-%m-%d %H:%M}", "3"]
    ]


def test_covered_stretch_says_so(
    world: World, city_supervisor: User, crew: tuple[Person, Person], as_user: SignIn
) -> None:
    was_there(world.station_a1, crew[0], clock("18:00", -3), clock("18:00", -2))
    page = as_user(city_supervisor).post(reverse("duty:trigger-new"), typed(world), follow=True)
    assert cells(page, "stretches") == []
    assert "at every minute" in page.content.decode()


def test_running_one_shows_what_is_open_ahead(
    world: World, city_supervisor: User, as_user: SignIn
) -> None:
    row = running(world.city_a, city_supervisor)
    page = as_user(city_supervisor).get(row.get_absolute_url())
    assert {line[4] for line in cells(page, "stretches")} == {
        "nobody was there",
        "nobody is planned",
    }
    assert [figure.value for figure in page.context["figures"]] == [3, 0, 3, 3, 0]


def test_page_follows_who_comes_and_is_304_until_then(
    world: World,
    city_supervisor: User,
    officer: User,
    crew: tuple[Person, Person],
    as_user: SignIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row, now = running(world.city_a, city_supervisor), timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    client, live = as_user(city_supervisor), url("trigger-live", row)
    first = client.get(live)
    again = client.get(live, headers={"If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    came(world.station_a1, crew[0], officer, now)
    changed = client.get(live, headers={"If-None-Match": first["ETag"]})
    assert [page.context["figures"][1].value for page in (first, changed)] == [0, 1]


# --- acts ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"ends_at": ""}, "required", id="no end"),
        pytest.param({"rooms": "B0001"}, "Not a room of your area: B0001", id="foreign room"),
        pytest.param({"ends_at": "2020-01-01T08:00"}, "end must lie after", id="end first"),
    ],
)
def test_what_cannot_be_declared_is_refused_at_the_form(
    world: World, city_supervisor: User, as_user: SignIn, changes: dict[str, str], words: str
) -> None:
    page = as_user(city_supervisor).post(reverse("duty:trigger-new"), typed(world, **changes))
    assert page.status_code == 422
    assert words in page.content.decode()
    assert not Trigger.everything.exists()


def test_a_room_sees_only_itself_and_no_acts(
    world: World, city_supervisor: User, officer: User, as_user: SignIn
) -> None:
    row = running(world.city_a, city_supervisor)
    page = as_user(officer).get(row.get_absolute_url())
    assert {line[0] for line in cells(page, "stretches")} == {world.station_a1.name}
    assert page.context["actions"] == []
    assert as_user(officer).get(url("trigger-end", row)).status_code == 403


def test_county_under_it_does_not_end_it_the_issuer_does(
    world: World, city_supervisor: User, county_staff: User, as_user: SignIn
) -> None:
    row = running(world.city_a, city_supervisor)
    assert as_user(county_staff).post(url("trigger-end", row), {"reason": "x"}).status_code == 403
    client = as_user(city_supervisor)
    assert client.post(url("trigger-end", row), {"reason": ""}).status_code == 422
    assert [
        line.number for line in client.get(url("trigger-end", row)).context["consequences"]
    ] == [3]
    page = client.post(url("trigger-end", row), {"reason": "活动取消"}, follow=True)
    assert "ends early" in said(page)
    assert page.context["actions"] == []
    assert "活动取消" in page.content.decode()


def test_county_sends_reinforcement_by_numbers(
    world: World, city_supervisor: User, county_staff: User, as_user: SignIn
) -> None:
    row = running(world.city_a, city_supervisor)
    helper = somebody(world.county_a1, county_staff, name="援警")
    foreign = somebody(world.county_b1, county_staff, name="外警")
    start = timezone.now() + 60 * MINUTE
    sent = {
        "station": "A0001",
        "person": helper.staff_no,
        "starts_at": field(start),
        "ends_at": field(start + 120 * MINUTE),
        "order_no": "援1号",
    }
    client = as_user(county_staff)
    for wrong in ({"station": "A0003"}, {"person": foreign.staff_no}, {"person": "x"}):
        page = client.post(url("trigger-reinforce", row), sent | wrong)
        assert page.status_code == 422
        assert "of your area" in page.content.decode()
    page = client.post(url("trigger-reinforce", row), sent, follow=True)
    assert "援警 is sent to" in said(page)
    assert Reinforcement.everything.get().person == helper
    assert page.context["figures"][-1].value == 1


# --- lists --------------------------------------------------------------------------------------
def test_list_filters_and_hides_what_binds_others(
    world: World,
    city_supervisor: User,
    other_city_supervisor: User,
    as_user: SignIn,
) -> None:
    now = timezone.now()
    running(world.city_a, city_supervisor, number="驻甲")
    running(
        world.city_a,
        city_supervisor,
        number="驻乙",
        kind=TriggerKind.EVENT,
        starts_at=now + DAY,
        ends_at=now + 2 * DAY,
    )
    running(world.city_b, other_city_supervisor, number="驻丙")
    client = as_user(city_supervisor)

    def found(query: str) -> list[str]:
        page = client.get(f"{reverse('duty:trigger-list')}?{query}")
        return [row[0] for row in cells(page, "table")]

    assert found("") == ["驻乙", "驻甲"]
    assert found("state=planned") == ["驻乙"]
    assert found("kind=guard") == ["驻甲"]
    assert found("q=乙") == ["驻乙"]


def test_rooms_filter_by_what_is_open(
    world: World, city_supervisor: User, crew: tuple[Person, Person], as_user: SignIn
) -> None:
    row = running(world.city_a, city_supervisor)
    start = row.starts_at
    was_there(world.station_a1, crew[0], start, start + 300 * MINUTE)
    client = as_user(city_supervisor)

    def found(query: str) -> set[str]:
        page = client.get(f"{url('trigger-rooms', row)}?{query}")
        return {line[0] for line in cells(page, "table")}

    others = {world.center_a.name, world.station_a2.name}
    assert found("") == others | {world.station_a1.name}
    assert found("show=uncovered") == others
    assert found("show=covered") == {world.station_a1.name}
    assert found("show=ahead") == others | {world.station_a1.name}
    assert found("room=A0003") == {world.station_a2.name}


@pytest.mark.parametrize("view", ["list", "detail", "rooms"])
def test_pages_ask_the_same_number_of_questions_for_many_rooms(
    world: World, city_supervisor: User, crew: tuple[Person, Person], asked: Asked, view: str
) -> None:
    row = running(world.city_a, city_supervisor)
    Presence.objects.create(
        station=world.station_a1, person=crew[0], came_at=row.starts_at + MINUTE
    )

    def ask() -> None:
        request = asked(city_supervisor, "/")
        page = {
            "list": lambda: TriggerList.as_view()(request),
            "detail": lambda: detail(request, pk=row.pk),
            "rooms": lambda: CoverList.as_view()(request, pk=row.pk),
        }[view]()
        assert page.status_code == 200

    with CaptureQueriesContext(connection) as before:
        ask()
    for number in range(3):
        add_station(
            f"A10{number}",
            f"澜江市公安局芦北分局第{number}警务室",
            world.county_a1,
            campus=world.campus_a_main,
        )
        running(world.city_a, city_supervisor, number=f"多{number}")
    with CaptureQueriesContext(connection) as after:
        ask()
    assert len(after) == len(before)
