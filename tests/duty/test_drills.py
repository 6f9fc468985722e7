"""Drills: recorded once, corrected with a trail, and due again after so many days (JS-18-4)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from duty.models import Drill
from duty.plan_rules import next_drill
from duty.queries.drills import drill_rows, rhythm, rooms_by_drill
from duty.services.drills import correct_drill, record_drill
from duty.views.drills import RoomList
from personnel.queries import scope_for
from policeroom.accounts.models import User
from policeroom.common.errors import ConflictError, DomainError
from policeroom.common.models import AuditEvent
from stations.models import Station
from tests.duty.orders_helpers import NOW
from tests.duty.test_api_duty import read, send
from tests.duty.test_plans import LATER, ONE_DAY, planned
from tests.personnel.people_helpers import parameter
from tests.world import START, World

pytestmark = pytest.mark.integration
SignIn = Callable[[User | None], Client]
HELD = dt.date(2026, 9, 10)
TODAY = dt.date(2026, 9, 17)


def drilled(room: Station, by: User, **changes: Any) -> Drill:
    """A fire drill of 10 September, unless `changes` say otherwise."""
    values: dict[str, Any] = {
        "station": room,
        "held_on": HELD,
        "title": "消防疏散演练",
        "levels": [2, 1, 2],
        "incident_type": "fire",
        "participants": 40,
        "evaluation": "集合用时四分钟。",
        "by": by,
        "today": TODAY,
        **changes,
    }
    return record_drill(**values)


def due(person: User, day: dt.date) -> dict[str, tuple[dt.date | None, dt.date]]:
    rooms = rooms_by_drill(scope_for(person, at=NOW), day, every=rhythm(day))
    return {room.code: (room.last_drill, room.due_on) for room in rooms}


# --- acts ---------------------------------------------------------------------------------------
def test_a_drill_is_kept_with_who_and_in_the_trail(world: World, officer: User) -> None:
    row = drilled(world.station_a1, officer, proof=" 附件3 ", document_no="演1号")
    assert (row.levels, row.proof, row.recorded_by) == ([1, 2], "附件3", officer)
    assert row.org_path == world.station_a1.org_path
    assert AuditEvent.everything.get(action="drills.record").after["participants"] == 40


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"held_on": TODAY + ONE_DAY}, "held_on", id="to come"),
        pytest.param({"held_on": START - ONE_DAY}, "held_on", id="before the opening"),
        pytest.param({"participants": 0}, "participants", id="nobody"),
        pytest.param({"plan": "over"}, "plan", id="a plan that was over"),
        pytest.param({"plan": "foreign"}, "plan", id="another city's plan"),
    ],
)
def test_what_cannot_be_recorded_is_refused(
    world: World, city_supervisor: User, officer: User, changes: dict[str, Any], field: str
) -> None:
    plans = {
        "over": planned(world, city_supervisor),
        "foreign": planned(world, city_supervisor, unit=world.city_b),
    }
    planned(world, city_supervisor, valid_from=LATER)
    plans["over"].refresh_from_db()
    if "plan" in changes:
        changes = {"plan": plans[changes["plan"]]}
    row = drilled(world.station_a1, officer)
    facts = {"title": "改", "levels": [], "incident_type": "fire", "participants": 1}
    facts |= {"evaluation": "改", "held_on": HELD, "today": TODAY, **changes}
    for act in (
        lambda: drilled(world.station_a1, officer, **changes),
        lambda: correct_drill(drill=row, by=officer, **facts),
    ):
        with pytest.raises(DomainError) as refusal:
            act()
        assert refusal.value.field == field
    assert Drill.everything.get().title == "消防疏散演练"


def test_a_double_send_gives_the_first_drill(world: World, officer: User) -> None:
    key = uuid.uuid4()
    first = drilled(world.station_a1, officer, client_uuid=key)
    assert drilled(world.station_a1, officer, client_uuid=key) == first
    with pytest.raises(ConflictError):
        drilled(world.station_a1, officer, client_uuid=key, participants=41)


def test_a_correction_leaves_what_stood_there_in_the_trail(
    world: World, city_supervisor: User, officer: User
) -> None:
    plan, row = planned(world, city_supervisor), drilled(world.station_a1, officer)
    facts = {"title": row.title, "incident_type": "fire", "evaluation": row.evaluation}
    changed = {"held_on": HELD, "levels": [2], "participants": 43, "plan": plan}
    correct_drill(drill=row, by=officer, today=TODAY, **facts, **changed)
    row.refresh_from_db()
    assert (row.participants, row.levels, row.plan) == (43, [2], plan)
    event = AuditEvent.everything.get(action="drills.correct")
    assert event.before == {"levels": [1, 2], "participants": 40, "plan": None}


# --- rhythm -------------------------------------------------------------------------------------
def test_next_drill_in_sql_is_the_rule(world: World, city_supervisor: User) -> None:
    drilled(world.station_a1, city_supervisor, held_on=dt.date(2026, 3, 2))
    drilled(world.station_a1, city_supervisor)
    drilled(world.station_a1, city_supervisor, held_on=dt.date(2026, 5, 2))
    assert due(city_supervisor, TODAY) == {
        "A0001": (HELD, next_drill(HELD, START, 365)),
        "A0002": (None, next_drill(None, START, 365)),
        "A0003": (None, next_drill(None, START, 365)),
    }
    assert due(city_supervisor, HELD - ONE_DAY)["A0001"][0] == dt.date(2026, 5, 2)
    parameter("P-18", "180")
    assert due(city_supervisor, TODAY)["A0001"][1] == HELD + dt.timedelta(days=180)


def test_rooms_are_filtered_by_when_the_next_drill_is_due(
    world: World, city_supervisor: User, as_user: SignIn
) -> None:
    today = timezone.localdate()
    for days, room in ((365, world.station_a1), (366, world.center_a), (334, world.station_a2)):
        Station.everything.filter(pk=room.pk).update(opened_on=dt.date(2020, 1, 1))
        room.refresh_from_db()
        held = today - dt.timedelta(days=days)
        drilled(room, city_supervisor, held_on=held, today=today)
    client, url = as_user(city_supervisor), reverse("duty:drill-rooms")
    found = {
        due: [row.cells[1].text for row in client.get(f"{url}?due={due}").context["table"].rows]
        for due in ("", "overdue", "soon")
    }
    assert found == {
        "": ["1 day overdue", "in 0 days", "in 31 days"],
        "overdue": ["1 day overdue"],
        "soon": ["in 0 days"],
    }


def test_list_of_rooms_asks_the_same_number_of_questions(
    world: World,
    city_supervisor: User,
    asked: Callable[[User, str], HttpRequest],
    django_assert_num_queries: Callable[..., Any],
) -> None:
    for room in (world.station_a1, world.center_a, world.station_a2):
        drilled(room, city_supervisor)
        request = asked(city_supervisor, "/")
        with django_assert_num_queries(3):
            assert RoomList.as_view()(request).status_code == 200


# --- screens and API ----------------------------------------------------------------------------
def test_an_officer_records_and_corrects_on_the_screen(
    world: World, officer: User, as_user: SignIn
) -> None:
    client, new = as_user(officer), reverse("duty:drill-new")
    sent = {
        "client_uuid": str(uuid.uuid4()),
        "station": world.station_a1.pk,
        "held_on": "2026-09-10",
        "title": "消防疏散演练",
        "incident_type": "fire",
        "levels": ["1", "2"],
        "participants": "40",
        "evaluation": "集合用时四分钟。",
    }
    page = client.post(new, sent, follow=True)
    row = Drill.everything.get()
    assert "集合用时四分钟。" in page.content.decode()
    late = client.post(new, {**sent, "held_on": "2199-01-01", "client_uuid": str(uuid.uuid4())})
    assert late.status_code == 422
    url = reverse("duty:drill-correct", args=[row.pk])
    form = client.get(url).context["form"]
    assert form["levels"].value() == [1, 2]
    client.post(url, {**sent, "participants": "41"})
    row.refresh_from_db()
    assert row.participants == 41


def test_a_room_sees_its_own_drills_and_the_city_all_of_its_rooms(
    world: World, officer: User, city_supervisor: User, other_city_supervisor: User
) -> None:
    own, far = drilled(world.station_a1, officer), drilled(world.station_a2, city_supervisor)
    seen = {
        person.name: set(drill_rows(scope_for(person, at=NOW)))
        for person in (officer, city_supervisor, other_city_supervisor)
    }
    assert seen == {"陈一": {own}, "冯五": {own, far}, "沈六": set()}


def test_drills_and_next_drills_over_the_api(
    world: World, officer: User, county_staff: User, as_user: SignIn
) -> None:
    client = as_user(officer)
    body = {
        "client_uuid": str(uuid.uuid4()),
        "station": world.station_a1.pk,
        "held_on": "2026-09-10",
        "title": "消防疏散演练",
        "incident_type": "fire",
        "levels": [2],
        "participants": 40,
        "evaluation": "集合用时四分钟。",
    }
    made = send(client, "drills/", body)
    assert (made.status_code, made.json()["levels"]) == (201, [2])
    assert send(client, "drills/", body).status_code == 200
    foreign = {**body, "client_uuid": str(uuid.uuid4()), "station": world.station_a2.pk}
    assert set(send(client, "drills/", foreign).json()["errors"]) == {"station"}
    county = as_user(county_staff)
    assert read(county, f"drills/{made.json()['id']}/")["evaluation"] == "集合用时四分钟。"
    assert read(county, "drills/?incident_type=fall")["results"] == []
    assert [row["id"] for row in read(county, "drills/?since=2026-09-10")["results"]] == [
        made.json()["id"]
    ]
    rooms = read(county, "drills/next/")["results"]
    assert [(row["code"], row["due_on"]) for row in rooms] == [
        ("A0002", "2027-01-01"),
        ("A0001", "2027-09-10"),
    ]
