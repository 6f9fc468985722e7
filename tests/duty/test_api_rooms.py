"""A room's shifts, presence, reinforcement, sheets and log as JSON."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from duty.enums import ShiftKind, TriggerKind
from duty.models import DutyLogEntry, Presence, Reinforcement, RosterShift, ShiftTemplate
from duty.services.handover import draft_handover, sign_out
from duty.services.triggers import declare_trigger
from personnel.models import Person
from policeroom.accounts.models import User
from tests.duty.orders_helpers import DAY, HOUR, MINUTE
from tests.duty.presence_helpers import came, shift
from tests.duty.test_api_duty import LIST_QUERIES, read, send
from tests.personnel.people_helpers import serves, somebody
from tests.world import World

pytestmark = pytest.mark.integration
SignIn = Callable[[User | None], Client]
ABSENT = 987654


@pytest.fixture
def own(world: World, county_staff: User) -> Person:
    """Somebody with a post in room A1."""
    return serves(world.station_a1, county_staff).person


@pytest.fixture
def usual(world: World) -> ShiftTemplate:
    """The day shift of room A1."""
    return ShiftTemplate.objects.create(
        station=world.station_a1,
        name="白班",
        kind=ShiftKind.DAY,
        starts=dt.time(8),
        minutes=720,
    )


def tomorrow() -> str:
    return (timezone.localdate() + DAY).isoformat()


def refusals(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 400, answer.content
    found: dict[str, list[str]] = answer.json()["errors"]
    return found


# --- roster -------------------------------------------------------------------------------------
def test_shift_is_booked_once_shown_and_struck(
    world: World, station_lead: User, own: Person, usual: ShiftTemplate, as_user: SignIn
) -> None:
    lead = as_user(station_lead)
    (template,) = read(lead, "shift-templates/")["results"]
    body = {
        "client_uuid": str(uuid.uuid4()),
        "template": template["id"],
        "person": own.pk,
        "day": tomorrow(),
    }
    first, again = send(lead, "shifts/", body), send(lead, "shifts/", body)
    changed = send(lead, "shifts/", body | {"day": timezone.localdate().isoformat()})
    assert [answer.status_code for answer in (first, again, changed)] == [201, 200, 409]
    clash = send(lead, "shifts/", body | {"client_uuid": str(uuid.uuid4())})
    assert clash.status_code == 400
    assert own.name in clash.json()["detail"]
    (shown,) = read(lead, f"shifts/?station={world.station_a1.pk}")["results"]
    assert (shown["person_name"], shown["starts_at"][:16]) == (own.name, f"{tomorrow()}T08:00")
    assert send(lead, f"shifts/{shown['id']}/strike/").json()["struck_at"] is not None
    assert read(lead, "shifts/")["results"] == []
    assert send(lead, f"shifts/{shown['id']}/strike/").status_code == 404


def test_booking_refuses_strangers_like_nobody_and_names_the_field(
    world: World, station_lead: User, county_staff: User, usual: ShiftTemplate, as_user: SignIn
) -> None:
    lead = as_user(station_lead)
    stranger = somebody(world.county_b1, county_staff, name="外警")
    foreign = ShiftTemplate.objects.create(
        station=world.station_b1, name="白班", kind=ShiftKind.DAY, starts=dt.time(8), minutes=720
    )
    body = {"client_uuid": str(uuid.uuid4()), "template": usual.pk, "day": tomorrow()}
    words = [refusals(send(lead, "shifts/", body | {"person": pk})) for pk in (stranger.pk, ABSENT)]
    assert [set(found) for found in words] == [{"person"}] * 2
    assert str(words[0]).replace(str(stranger.pk), "N") == str(words[1]).replace(str(ABSENT), "N")
    outside = refusals(send(lead, "shifts/", body | {"person": 1, "template": foreign.pk}))
    absent = refusals(send(lead, "shifts/", body | {"person": 1, "template": ABSENT}))
    assert str(outside).replace(str(foreign.pk), "N") == str(absent).replace(str(ABSENT), "N")
    missing = refusals(send(lead, "shifts/", {}))
    assert set(missing) == {"client_uuid", "template", "person", "day"}
    assert set(refusals(send(lead, "shifts/", {"extra": 1}))) == {"extra"}
    assert not RosterShift.everything.exists()


# --- presence -----------------------------------------------------------------------------------
def test_check_in_and_out_once_each(
    world: World, officer: User, own: Person, as_user: SignIn
) -> None:
    desk = as_user(officer)
    body = {
        "client_uuid": str(uuid.uuid4()),
        "station": world.station_a1.pk,
        "person": own.pk,
    }
    first, again = send(desk, "presences/", body), send(desk, "presences/", body)
    assert [answer.status_code for answer in (first, again)] == [201, 200]
    assert first.json()["left_at"] is None
    twice = send(desk, "presences/", body | {"client_uuid": str(uuid.uuid4())})
    assert twice.status_code == 400
    assert world.station_a1.name in twice.json()["detail"]
    Presence.everything.update(came_at=timezone.now() - HOUR)
    (there,) = read(desk, "presences/?present=true")["results"]
    left = send(desk, f"presences/{there['id']}/check-out/")
    assert (left.status_code, left.json()["left_source"]) == (200, "desk")
    assert read(desk, "presences/?present=true")["results"] == []
    assert len(read(desk, "presences/?present=false")["results"]) == 1


def test_stretch_of_time_cuts_the_lists(
    world: World, officer: User, own: Person, as_user: SignIn
) -> None:
    now = timezone.now().replace(second=0, microsecond=0)
    for hours in (-30, -6, 6):
        shift(world.station_a1, own, now + hours * HOUR, now + (hours + 4) * HOUR)
    since = (now - 4 * HOUR).strftime("%Y-%m-%dT%H:%M:%SZ")
    until = (now + HOUR).strftime("%Y-%m-%dT%H:%M:%SZ")
    desk = as_user(officer)
    assert len(read(desk, "shifts/")["results"]) == 3
    assert len(read(desk, f"shifts/?since={since}")["results"]) == 2
    assert len(read(desk, f"shifts/?since={since}&until={until}")["results"]) == 1
    assert desk.get("/api/v1/shifts/?since=2026-09-17T08:00").status_code == 400  # no zone


# --- reinforcement ------------------------------------------------------------------------------
def test_reinforcement_is_sent_and_a_second_one_at_once_refused(
    world: World, city_supervisor: User, county_staff: User, as_user: SignIn
) -> None:
    now = timezone.now().replace(second=0, microsecond=0)
    trigger = declare_trigger(
        issuer=world.city_a,
        number="驻1号",
        kind=TriggerKind.EVENT,
        title="校庆",
        targets=[world.city_a.org_path],
        starts_at=now,
        ends_at=now + DAY,
        by=city_supervisor,
        now=now,
    )
    helper = somebody(world.county_a1, county_staff, name="援警")
    body = {
        "trigger": trigger.pk,
        "station": world.station_a1.pk,
        "person": helper.pk,
        "starts_at": (now + HOUR).isoformat(),
        "ends_at": (now + 3 * HOUR).isoformat(),
        "order_no": "援1号",
    }
    client = as_user(county_staff)
    assert send(client, "reinforcements/", body).status_code == 201
    assert set(refusals(send(client, "reinforcements/", body))) == {"person"}
    late = body | {"starts_at": (now + 25 * HOUR).isoformat()}
    assert send(client, "reinforcements/", late).status_code == 400
    outside = refusals(send(client, "reinforcements/", body | {"station": world.station_a2.pk}))
    assert set(outside) == {"station"}
    (shown,) = read(client, "reinforcements/")["results"]
    assert (shown["person_name"], shown["order_no"]) == ("援警", "援1号")
    assert Reinforcement.everything.count() == 1


# --- sheets and the log -------------------------------------------------------------------------
def test_sheet_shows_what_stands_on_it_now_and_then_word_for_word(
    world: World,
    officer: User,
    station_lead: User,
    county_staff: User,
    own: Person,
    as_user: SignIn,
) -> None:
    now = timezone.now()
    relief = serves(world.station_a1, county_staff, name="接警").person
    for person, account in ((own, officer), (relief, station_lead)):
        person.user = account
        person.save()
    sheet = draft_handover(
        station=world.station_a1, outgoing=own, incoming=relief, handed_at=now, by=officer, now=now
    )
    desk = as_user(officer)
    (row,) = read(desk, "handovers/")["results"]
    assert (row["outgoing_name"], row["signed_out_at"]) == (own.name, None)
    drawn = read(desk, f"handovers/{sheet.pk}/")["sections"]
    assert "incidents" in [section["key"] for section in drawn]
    sign_out(handover=sheet, by=officer, now=now)
    frozen = read(desk, f"handovers/{sheet.pk}/")["sections"]
    assert [section["key"] for section in frozen] == [section["key"] for section in drawn]
    other = read(as_user(county_staff), f"handovers/{sheet.pk}/")
    assert other["sections"] == frozen


def test_line_of_the_log_is_written_once(world: World, officer: User, as_user: SignIn) -> None:
    desk = as_user(officer)
    body = {
        "client_uuid": str(uuid.uuid4()),
        "station": world.station_a1.pk,
        "text": "东门摄像头已修",
        "is_key": True,
    }
    first, again = send(desk, "duty-log/", body), send(desk, "duty-log/", body)
    changed = send(desk, "duty-log/", body | {"text": "别的"})
    assert [answer.status_code for answer in (first, again, changed)] == [201, 200, 409]
    to_come = send(
        desk,
        "duty-log/",
        body | {"client_uuid": str(uuid.uuid4()), "at": (timezone.now() + HOUR).isoformat()},
    )
    assert set(refusals(to_come)) == {"at"}
    foreign = refusals(
        send(desk, "duty-log/", body | {"station": world.station_b1.pk, "client_uuid": "x"})
    )
    assert set(foreign) == {"station", "client_uuid"}
    (line,) = read(desk, "duty-log/")["results"]
    assert (line["text"], line["written_by"], line["is_key"]) == (
        "东门摄像头已修",
        officer.name,
        True,
    )
    assert DutyLogEntry.everything.count() == 1


# --- lists --------------------------------------------------------------------------------------
def test_lists_hold_the_callers_area_only_and_cost_the_same(
    world: World,
    county_staff: User,
    other_city_supervisor: User,
    officer: User,
    own: Person,
    as_user: SignIn,
) -> None:
    now = timezone.now()
    came(world.station_a1, own, officer, now - HOUR)
    shift(world.station_a1, own, now, now + HOUR)
    addresses = ("shift-templates/", "shifts/", "presences/", "duty-log/", "handovers/")
    client = as_user(county_staff)
    client.get("/api/v1/shifts/")
    for address in (*addresses, "reinforcements/"):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            read(client, address)
        assert len(seen) == LIST_QUERIES, address
        assert read(as_user(other_city_supervisor), address)["results"] == []
    for more in range(2):
        shift(world.station_a1, own, now + (more + 2) * HOUR, now + (more + 2) * HOUR + MINUTE)
    with CaptureQueriesContext(connection) as seen:
        assert len(read(client, "shifts/")["results"]) == 3
    assert len(seen) == LIST_QUERIES


def test_who_may_only_read_writes_nothing(
    world: World, province_staff: User, as_user: SignIn
) -> None:
    client = as_user(province_staff)
    for address in ("shifts/", "presences/", "reinforcements/", "duty-log/"):
        assert send(client, address, {"client_uuid": str(uuid.uuid4())}).status_code == 403
