"""The doors of the quick line: script, plain form, other rooms, resends."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from incidents.enums import Disposition
from incidents.models import Incident, IncidentEntry, Place
from incidents.services.quick import Line, file_quick
from personnel.models import RoleGrant
from policeroom.accounts.models import User
from policeroom.common import drafts
from policeroom.common.models import Draft
from policeroom.common.roles import Role
from stations.models import Station
from tests.incidents.test_filing import category
from tests.world import World, make_user

pytestmark = pytest.mark.integration
AsUser = Callable[[User | None], Client]
STANDARD = "南门 电动车纠纷 已调解"
QUICK, CAPTURE = "/incidents/quick/", "/incidents/capture/"


@pytest.fixture
def gate(world: World) -> Place:
    return Place.objects.create(station=world.station_a1, name="南门")


def send(client: Client, **fields: Any) -> Any:
    return client.post(QUICK, fields, headers={"Accept": "application/json"})


def incidents() -> Any:
    return Incident.objects.unscoped("test").order_by("id")


def test_script_is_told_the_number_and_the_address(
    as_user: AsUser, officer: User, gate: Place
) -> None:
    answer = send(as_user(officer), text=STANDARD, client_uuid=uuid.uuid4())
    incident = incidents().get()
    assert (answer.status_code, answer.json()) == (
        201,
        {
            "status": "saved",
            "number": incident.number,
            "url": f"/incidents/{incident.pk}/",
            "missing": [],
            "text": "南门 · Traffic dispute · mediated",
        },
    )


def test_form_without_script_leads_to_the_record(
    as_user: AsUser, officer: User, gate: Place
) -> None:
    answer = as_user(officer).post(QUICK, {"text": STANDARD})
    assert (answer.status_code, answer["Location"]) == (302, incidents().get().get_absolute_url())


def test_form_without_script_goes_on_with_the_next(
    as_user: AsUser, officer: User, gate: Place
) -> None:
    answer = as_user(officer).post(QUICK, {"text": STANDARD, "next": "1"}, follow=True)
    assert answer.redirect_chain == [(CAPTURE, 302)]
    assert incidents().get().number in answer.content.decode()


def test_json_body_is_the_same_call(as_user: AsUser, officer: User, gate: Place) -> None:
    body = {"text": STANDARD, "client_uuid": str(uuid.uuid4()), "place": gate.pk}
    client, as_json = as_user(officer), {"Accept": "application/json"}
    first = client.post(QUICK, json.dumps(body), content_type="application/json", headers=as_json)
    again = send(client, **body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()


@pytest.mark.parametrize("body", ["[]", "{", '{"text": {}}', '"x"', '{"text": null}', "9" * 5000])
def test_body_that_is_no_form_is_refused(as_user: AsUser, officer: User, body: str) -> None:
    answer = as_user(officer).post(QUICK, body, content_type="application/json")
    assert answer.status_code == 400


def test_missing_slots_are_named_and_nothing_is_written(
    as_user: AsUser, officer: User, gate: Place
) -> None:
    client = as_user(officer)
    answer = send(client, text="电动车纠纷")
    assert (answer.status_code, answer.json()["missing"]) == (422, ["place"])
    assert send(client, text="嗯嗯").json()["missing"] == ["category", "place"]
    assert not incidents().exists()


def test_plain_form_shows_the_question_at_its_field_and_keeps_the_words(
    as_user: AsUser, officer: User, gate: Place
) -> None:
    answer = as_user(officer).post(QUICK, {"text": "嗯嗯 -15", "place_text": "北门"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "嗯嗯 -15</textarea>" in page
    assert "Choose a category." in page
    assert "Choose a place, or write it." not in page


def test_plain_form_files_even_so_when_told(as_user: AsUser, officer: User) -> None:
    as_user(officer).post(QUICK, {"text": "嗯嗯", "as_it_is": "on"})
    assert incidents().get().category is None


def test_choices_are_taken(
    world: World, as_user: AsUser, officer: User, station_lead: User, gate: Place
) -> None:
    fields = {
        "place": "none",
        "category": category("enquiry.law").pk,
        "disposition": "none",
        "kind": "assistance",
        "handlers": f"{officer.pk},{station_lead.pk}",
        "reported_at": "-15",
    }
    send(as_user(officer), text=STANDARD, **fields)
    incident = incidents().get()
    assert (incident.place, incident.category.code, incident.disposition, incident.kind) == (
        None,
        "enquiry.law",
        "",
        "assistance",
    )
    assert set(incident.handlers.all()) == {officer, station_lead}
    assert timezone.now() - incident.reported_at >= dt.timedelta(minutes=14)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("category", "999999", id="category"),
        pytest.param("place", "999999", id="place"),
        pytest.param("handlers", "999999", id="person"),
        pytest.param("handlers", "1,x", id="no id"),
        pytest.param("disposition", "resolved", id="disposition"),
        pytest.param("reported_at", "2561", id="time"),
        pytest.param("captured_at", "yesterday", id="capture"),
        pytest.param("client_uuid", "7", id="uuid"),
        pytest.param("text", "\x00", id="NUL"),
    ],
)
def test_values_that_cannot_be_are_refused(
    as_user: AsUser, officer: User, gate: Place, field: str, value: str
) -> None:
    answer = send(as_user(officer), **{"text": STANDARD, field: value})
    assert (answer.status_code, answer.json()["missing"]) == (422, [])
    assert answer.json()["reason"]
    assert not incidents().exists()


def test_place_and_person_of_another_room_are_refused(
    world: World, as_user: AsUser, officer: User, neighbour_officer: User, gate: Place
) -> None:
    place = Place.objects.create(station=world.station_b1, name="北门")
    client = as_user(officer)
    for fields in ({"place": place.pk}, {"handlers": neighbour_officer.pk}):
        assert send(client, text=STANDARD, **fields).status_code == 422
    assert not incidents().exists()


# --- rooms --------------------------------------------------------------------------------------
def test_officer_of_two_rooms_chooses(world: World, as_user: AsUser) -> None:
    both = make_user("100031", "何双", world.station_a1.unit, Role.OFFICER)
    unit = world.station_a2.unit
    grant = RoleGrant.objects.get(user=both)
    grant.pk = None
    grant.content_object, grant.org_path = unit, unit.org_path
    grant.save(force_insert=True)
    client = as_user(both)
    room = client.get("/incidents/quick/room/").json()
    assert [row["id"] for row in room["rooms"]] == [world.station_a1.pk, world.station_a2.pk]
    assert room["station"] == world.station_a1.pk
    send(client, text=STANDARD, as_it_is="1", station=world.station_a2.pk)
    assert incidents().get().station == world.station_a2


@pytest.mark.parametrize("asked", ["0", "x", "9" * 30, "-1"])
def test_room_that_is_none_does_not_exist(as_user: AsUser, officer: User, asked: str) -> None:
    assert as_user(officer).get(CAPTURE, {"station": asked}).status_code == 404


def test_room_of_others_does_not_exist(world: World, as_user: AsUser, officer: User) -> None:
    client = as_user(officer)
    for station in (world.station_b1, world.center_a):
        assert send(client, text=STANDARD, station=station.pk).status_code == 404
        assert client.get(CAPTURE, {"station": station.pk}).status_code == 404
        assert client.get("/incidents/quick/room/", {"station": station.pk}).status_code == 404


def test_supervisor_has_no_quick_line(as_user: AsUser, city_supervisor: User) -> None:
    client = as_user(city_supervisor)
    assert [client.get(CAPTURE).status_code, client.post(QUICK).status_code] == [403, 403]
    assert 'id="quick"' not in client.get("/stations/").content.decode()


def test_dialog_stands_on_every_page_of_an_officer(
    world: World, as_user: AsUser, officer: User
) -> None:
    page = as_user(officer).get(f"/stations/{world.station_a1.pk}/").content.decode()
    assert page.count("data-quick ") == 1
    assert 'href="/incidents/capture/"' in page


def test_usual_categories_come_first(
    world: World, as_user: AsUser, officer: User, gate: Place
) -> None:
    client = as_user(officer)
    for text in ("南门 手机被偷", STANDARD, "南门 电动车纠纷"):
        send(client, text=text)
    usual = client.get("/incidents/quick/room/").json()["usual"]
    codes = ["dispute.traffic", "theft.property"]
    assert usual == [category(code).pk for code in codes]


# --- sent twice ---------------------------------------------------------------------------------
def test_three_sends_make_one_row(as_user: AsUser, officer: User, gate: Place) -> None:
    client, key = as_user(officer), uuid.uuid4()
    answers = [send(client, text=STANDARD, client_uuid=key) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 200, 200]
    assert incidents().count() == 1


def test_resend_of_what_would_be_refused_today_gives_the_first_record(
    as_user: AsUser, officer: User, gate: Place
) -> None:
    """The place went out of use and a week went by: the form would not take it any more."""
    client = as_user(officer)
    fields = {"text": STANDARD, "client_uuid": uuid.uuid4(), "place": gate.pk}
    send(client, **fields)
    Place.objects.unscoped("test").filter(pk=gate.pk).update(is_active=False)
    assert send(client, **fields).status_code == 200
    fields["client_uuid"] = uuid.uuid4()
    assert send(client, **fields).status_code == 422


def test_other_words_under_a_used_uuid_are_a_conflict(
    as_user: AsUser, officer: User, gate: Place
) -> None:
    client, key = as_user(officer), uuid.uuid4()
    send(client, text=STANDARD, client_uuid=key)
    answer = send(client, text="南门 手机被偷", client_uuid=key)
    assert (answer.status_code, answer.json()["conflict"]) == (409, True)
    plain = client.post(QUICK, {"text": "南门 手机被偷", "client_uuid": key})
    assert plain.status_code == 409
    assert "南门 手机被偷</textarea>" in plain.content.decode()


def test_filing_closes_the_draft(as_user: AsUser, officer: User, gate: Place) -> None:
    key = uuid.uuid4()
    now = timezone.now()
    draft = {"form": "incidents.quick", "page": CAPTURE, "payload": {"text": ["南门"]}}
    drafts.save(user=officer, key=key, revision=1, at=now, **draft)
    send(as_user(officer), text=STANDARD, client_uuid=key)
    assert Draft.objects.get(key=key).payload == {}


def test_device_instant_decides_when_it_was_reported(
    as_user: AsUser, officer: User, gate: Place
) -> None:
    captured = timezone.now() - dt.timedelta(hours=2)
    send(as_user(officer), text=STANDARD, captured_at=captured.isoformat())
    incident = incidents().get()
    assert incident.reported_at == captured
    entry = IncidentEntry.objects.unscoped("test").get(incident=incident)
    assert entry.changes["captured_at"][0] == captured.isoformat()


# --- reads --------------------------------------------------------------------------------------
def test_get_does_not_file(as_user: AsUser, officer: User) -> None:
    assert as_user(officer).get(QUICK, {"text": STANDARD}).status_code == 405


def test_capture_page_asks_a_constant_number_of_queries(
    world: World, as_user: AsUser, officer: User, django_assert_num_queries: Any
) -> None:
    client = as_user(officer)
    client.get(CAPTURE)
    for number in range(30):
        Place.objects.create(station=world.station_a1, name=f"{number}号楼")
    with django_assert_num_queries(10):  # savepoint pair, frame 5, room, rooms, categories
        client.get(CAPTURE)


def test_filing_reads_the_words_in_a_constant_number_of_queries(
    world: World, officer: User, gate: Place, django_assert_max_num_queries: Any
) -> None:
    room: Station = world.station_a1
    now = timezone.now()
    for number in range(30):
        Place.objects.create(station=room, name=f"{number}号楼")
    with django_assert_max_num_queries(20):
        incident = file_quick(station=room, line=Line(text=STANDARD), by=officer, now=now)
    assert incident.disposition == Disposition.MEDIATED
