"""The workbench of a room: the sign, what is to be done, who is there, whose page it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from duty.levels import DutyLevel
from duty.models import LevelStaffing, OrderReceipt
from duty.queries.workbench import next_relief, own_week
from duty.services.directives import send_directive
from personnel.enums import Post
from policeroom.accounts.models import User
from policeroom.common.clock import ZONE
from stations.enums import StationKind
from tests.duty.orders_helpers import DAY, HOUR, MINUTE, NOW, ordered
from tests.duty.presence_helpers import came, shift
from tests.incidents.test_filing import call
from tests.personnel.people_helpers import serves
from tests.world import START, World

pytestmark = pytest.mark.integration
SignIn = Callable[[User | None], Client]


def bench(client: Client, world: World, name: str = "room") -> Any:
    return client.get(reverse(f"duty:workbench-{name}", args=[world.station_a1.pk]))


def asks(world: World, level: DutyLevel, officers: int, auxiliaries: int) -> None:
    LevelStaffing.objects.create(
        unit=world.city_a,
        level=level,
        station_kind=StationKind.STANDALONE,
        officers=officers,
        auxiliaries=auxiliaries,
        document_no="1",
        valid_from=START,
    )


# --- the sign -----------------------------------------------------------------------------------
def test_the_sign_says_level_since_order_and_strength(
    world: World, city_supervisor: User, county_staff: User, officer: User, as_user: SignIn
) -> None:
    """JS-15-3 through the screen, minutes after the grace of D 13 has passed."""
    start = timezone.now() - 2 * HOUR
    asks(world, DutyLevel.TWO, officers=1, auxiliaries=2)
    order = ordered(world.city_a, city_supervisor, now=start)
    came(world.station_a1, serves(world.station_a1, county_staff).person, officer, start + HOUR)
    sign = bench(as_user(officer), world).context["sign"]
    assert sign.label == "level two"
    assert [step.label for step in sign.steps if step.current] == ["level two"]
    assert sign.since == f"{start.astimezone(ZONE):%Y-%m-%d %H:%M}"
    assert [(link.label, link.url) for link in sign.orders] == [
        (str(order), order.get_absolute_url())
    ]
    assert (sign.officers.text, sign.officers.mark) == ("1 / 1", "✓")
    assert (sign.auxiliaries.text, sign.auxiliaries.mark) == ("0 / 2", "▲")
    assert (sign.verdict.text, sign.coming) == ("2 missing", "")


def test_within_an_hour_of_a_raise_the_sign_and_the_file_say_by_when(
    world: World, city_supervisor: User, officer: User, as_user: SignIn
) -> None:
    """D 13, P-15b: raised a moment ago, the strength is due an hour after it began."""
    start = timezone.now() - 10 * MINUTE
    asks(world, DutyLevel.TWO, officers=1, auxiliaries=2)
    ordered(world.city_a, city_supervisor, now=start)
    page = bench(as_user(officer), world)
    due = (start + HOUR).astimezone(ZONE)
    sign = page.context["sign"]
    assert (sign.label, sign.officers.text) == ("level two", "0")
    assert sign.verdict.text == f"due by {due:%m-%d %H:%M}"
    assert sign.coming.startswith(f"By {due:%Y-%m-%d %H:%M} (")
    assert sign.coming.endswith("level two: officers 1, auxiliaries 2")
    shown = as_user(officer).get(world.station_a1.get_absolute_url()).content.decode()
    assert f"{due:%Y-%m-%d %H:%M}" in shown
    assert "level two: officers 1, auxiliaries 2" in shown


def test_raised_twice_the_first_level_is_required_until_the_second_is_due(
    world: World, city_supervisor: User, officer: User, as_user: SignIn
) -> None:
    now = timezone.now()
    asks(world, DutyLevel.TWO, officers=1, auxiliaries=1)
    asks(world, DutyLevel.ONE, officers=2, auxiliaries=2)
    ordered(world.city_a, city_supervisor, now=now - 3 * HOUR)
    ordered(world.city_a, city_supervisor, now=now - 10 * MINUTE, level=DutyLevel.ONE)
    sign = bench(as_user(officer), world).context["sign"]
    assert (sign.label, sign.verdict.text, sign.officers.text) == (
        "level one",
        "2 missing",
        "0 / 1",
    )
    assert sign.coming.endswith("level one: officers 2, auxiliaries 2")


# --- what is to be done -------------------------------------------------------------------------
def test_an_order_is_taken_with_one_tap_and_leaves_the_list(
    world: World, city_supervisor: User, officer: User, as_user: SignIn
) -> None:
    now = timezone.now()
    ordered(world.city_a, city_supervisor, now=now)
    client = as_user(officer)
    page = bench(client, world)
    first = page.context["first"]
    assert (first.todo.kind, first.left.text) == ("receipt of a duty order", "14 minutes left")
    assert first.todo.act_url.encode() in page.content
    client.post(first.todo.act_url)
    assert OrderReceipt.everything.get(station=world.station_a1).acknowledged_by == officer
    after = bench(client, world).context
    assert (after["first"], after["todos"]) == (None, [])


def test_directives_and_clocks_of_calls_stand_in_one_list_the_most_urgent_first(
    world: World, city_supervisor: User, officer: User, as_user: SignIn
) -> None:
    now = timezone.now()
    for number, hours in (("令1号", 4), ("令2号", 2)):
        send_directive(
            issuer=world.city_a,
            station=world.station_a1,
            number=number,
            text="巡查",
            due_at=now + hours * HOUR,
            by=city_supervisor,
            now=now - 20 * MINUTE,
        )
    page = bench(as_user(officer), world)
    assert [line.todo.kind for line in page.context["todos"]] == ["receipt of a directive"] * 2
    assert {line.left.mark for line in page.context["todos"]} == {"▲"}
    assert page.context["overdue"] == 2


def test_open_calls_come_from_the_app_above(world: World, officer: User, as_user: SignIn) -> None:
    filed = call(world, officer)
    (card,) = bench(as_user(officer), world).context["cards"]
    assert (card.count, [line.text.split()[0] for line in card.lines]) == ("1", [filed.number])


# --- people -------------------------------------------------------------------------------------
def test_who_serves_here_checks_in_with_one_tap_and_sees_their_week(
    world: World, county_staff: User, officer: User, as_user: SignIn
) -> None:
    now = timezone.now()
    person = serves(world.station_a1, county_staff).person
    person.user = officer
    person.save()
    shift(world.station_a1, person, now, now + HOUR)
    client = as_user(officer)
    page = bench(client, world)
    assert page.context["mine"].may_come
    assert [row.person for row in page.context["shifts"]] == [person]
    client.post(
        reverse("duty:presence-in", args=[world.station_a1.pk]),
        {"person": person.pk, "client_uuid": str(page.context["arrival"])},
    )
    after = bench(client, world).context
    assert after["mine"].here is not None
    assert [item.presence.person for item in after["here"]] == [person]


def test_next_relief_is_everybody_of_the_next_shift(world: World, county_staff: User) -> None:
    room = world.station_a1
    names = {"甲警": Post.OFFICER, "乙辅": Post.AUXILIARY, "丙警": Post.OFFICER}
    first, second, third = (
        serves(room, county_staff, post=post, name=name).person for name, post in names.items()
    )
    shift(room, first, NOW + HOUR, NOW + 9 * HOUR)
    shift(room, second, NOW + HOUR, NOW + 9 * HOUR)
    shift(room, third, NOW + 9 * HOUR, NOW + 17 * HOUR)
    found = next_relief(room, now=NOW)
    assert found is not None
    assert (found.at, [person.name for person in found.people]) == (NOW + HOUR, ["甲警", "乙辅"])
    assert next_relief(room, now=NOW + 3 * DAY) is None


def test_own_week_begins_on_monday(world: World, county_staff: User) -> None:
    person = serves(world.station_a1, county_staff).person
    monday = dt.datetime(2026, 9, 14, tzinfo=ZONE)
    for start in (monday - 8 * HOUR, monday, monday + 6 * DAY, monday + 7 * DAY):
        shift(world.station_a1, person, start, start + 8 * HOUR)
    starts = [row.starts_at for row in own_week(person, now=NOW)]
    assert starts == [monday, monday + 6 * DAY]


# --- whose page it is ---------------------------------------------------------------------------
def test_the_county_reads_a_workbench_without_its_buttons(
    world: World, city_supervisor: User, county_staff: User, as_user: SignIn
) -> None:
    ordered(world.city_a, city_supervisor, now=timezone.now())
    page = bench(as_user(county_staff), world)
    assert (page.context["first"], page.context["mine"]) == (None, None)
    assert [line.todo.act_url for line in page.context["todos"]] == [""]


def test_an_unchanged_workbench_is_304_and_a_call_is_not(
    world: World, officer: User, as_user: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, now = as_user(officer), timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    first = bench(client, world, "live")
    url = reverse("duty:workbench-live", args=[world.station_a1.pk])
    again = client.get(url, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    call(world, officer)
    assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 200
