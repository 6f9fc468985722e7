"""People in an event: sealed, masked, revealed as an act, forgotten in time, in no other place."""

from __future__ import annotations

import base64
import datetime as dt
import json
import uuid
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from incidents.enums import Disposition
from incidents.models import Incident, IncidentEntry, IncidentParty
from incidents.services.parties import (
    add_party,
    hold_parties,
    lift_hold,
    mask_name,
    mask_telephone,
    masked,
    purge_parties,
    reveal_parties,
    strike_party,
)
from incidents.services.states import reopen_incident
from incidents.tasks import purge_parties as purge_task
from policeroom.accounts.models import User
from policeroom.common.errors import ConflictError, DomainError
from policeroom.common.models import AuditEvent
from tests.incidents.test_filing import NOW, call, category
from tests.world import World

pytestmark = pytest.mark.integration
AsUser = Callable[[User | None], Client]
DAY = dt.timedelta(days=1)


def closed(world: World, by: User) -> Incident:
    return call(world, by, category=category("help.lost"), disposition=Disposition.ASSISTED)


def person(incident: Incident, by: User, **changes: Any) -> IncidentParty:
    values = {"role": "reporter", "name": "王小明", "telephone": "138 0000 6021", **changes}
    return add_party(incident=incident, by=by, now=NOW, **values)


def raw(party: IncidentParty) -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name_sealed, telephone_sealed FROM incidents_incidentparty WHERE id = %s",
            [party.pk],
        )
        row: tuple[str, str] = cursor.fetchone()
    return row


def events() -> str:
    rows = AuditEvent.objects.unscoped("test").values("action", "before", "after", "object_label")
    return json.dumps(list(rows), ensure_ascii=False)


@pytest.mark.unit
@pytest.mark.parametrize(
    ("name", "shown"), [("王小明", "王**"), ("欧阳小明", "欧**"), ("Li", "L**"), ("", "")]
)
def test_mask_of_a_name_does_not_tell_its_length(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@pytest.mark.unit
@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13800006021", "138****6021"),
        ("138 0000 6021", "138****6021"),
        ("025-8360123", "****23"),
        ("", ""),
    ],
)
def test_mask_of_a_telephone(number: str, shown: str) -> None:
    assert mask_telephone(number) == shown


@pytest.mark.unit
def test_a_person_has_no_further_field() -> None:
    fields = {field.name for field in apps.get_model("incidents.IncidentParty")._meta.fields}
    own = fields - {
        field.name for field in apps.get_model("incidents.IncidentAttachment")._meta.fields
    }
    assert own == {"uid", "role", "name_sealed", "telephone_sealed", "purged_at"}


def test_database_trail_and_timeline_hold_no_name(world: World, officer: User) -> None:
    incident = call(world, officer)
    party = person(incident, officer)
    reveal_parties(incident=incident, parties=[party], by=officer)
    strike_party(party=party, reason="误记", by=officer, now=NOW)
    lines = IncidentEntry.objects.unscoped("test").values_list("text", "changes")
    for text in ("".join(raw(party)), events(), json.dumps(list(lines), ensure_ascii=False)):
        assert "王" not in text
        assert "6021" not in text


def test_resend_is_one_person_and_another_person_is_refused(world: World, officer: User) -> None:
    incident, key = call(world, officer), uuid.uuid4()
    first = person(incident, officer, client_uuid=key)
    assert person(incident, officer, client_uuid=key) == first
    with pytest.raises(ConflictError):
        person(incident, officer, client_uuid=key, name="李四")


def test_swapped_values_are_told_as_damaged(world: World, officer: User) -> None:
    incident = call(world, officer)
    one, other = person(incident, officer), person(incident, officer, name="李四")
    one.name_sealed = other.name_sealed
    assert masked(one).damaged
    (shown,) = reveal_parties(incident=incident, parties=[one], by=officer)
    assert (shown.damaged, shown.name) == (True, "")
    assert f'"damaged": [{one.pk}]' in events()


def test_page_masks_and_reveal_is_recorded(
    world: World, officer: User, city_supervisor: User, as_user: AsUser
) -> None:
    incident = call(world, officer)
    person(incident, officer)
    address = reverse("incidents:parties-reveal", args=[incident.pk])

    page = as_user(officer).get(incident.get_absolute_url()).text
    assert "王**" in page
    assert "138****6021" in page
    assert "王小明" not in page

    answer = as_user(officer).post(address)
    assert "王小明" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    (event,) = AuditEvent.objects.unscoped("test").filter(action="incidents.parties", result="ok")
    assert (event.actor, event.object_id) == (officer, str(incident.pk))
    # the city sees the record, not who is in it
    assert as_user(city_supervisor).get(incident.get_absolute_url()).status_code == 200
    assert as_user(city_supervisor).post(address).status_code == 403


def test_form_records_a_person(world: World, officer: User, as_user: AsUser) -> None:
    incident, client = call(world, officer), as_user(officer)
    address = reverse("incidents:party-new", args=[incident.pk])
    refused = client.post(address, {"role": "reporter", "name": "王小明", "telephone": "call me"})
    assert set(refused.context["form"].errors) == {"telephone"}
    client.post(address, {"role": "reporter", "name": "王小明", "telephone": "138 0000 6021"})
    assert IncidentParty.objects.unscoped("test").count() == 1


def test_people_are_forgotten_when_their_time_is_over(world: World, officer: User) -> None:
    incident = closed(world, officer)
    party = person(incident, officer)
    assert purge_parties(now=NOW + 730 * DAY) == 0
    assert purge_parties(now=NOW + 730 * DAY + dt.timedelta(seconds=1)) == 1
    assert raw(party) == ("", "")
    assert purge_parties(now=NOW + 800 * DAY) == 0
    (event,) = AuditEvent.objects.unscoped("test").filter(action="incidents.purge")
    assert (event.actor, event.after) == (None, {"party": party.pk})


def test_retention_is_a_setting(world: World, officer: User, settings: Any) -> None:
    settings.PARTY_RETENTION_DAYS = 10
    person(closed(world, officer), officer)
    assert purge_parties(now=NOW + 11 * DAY) == 1


def test_open_incident_keeps_its_people(world: World, officer: User, station_lead: User) -> None:
    incident = closed(world, officer)
    person(incident, officer)
    reopen_incident(incident=incident, reason="失主来电", by=station_lead, now=NOW)
    assert purge_parties(now=NOW + 5000 * DAY) == 0


def test_hold_keeps_people_until_it_is_lifted(
    world: World, officer: User, station_lead: User
) -> None:
    incident = closed(world, officer)
    person(incident, officer)
    with pytest.raises(DomainError, match="why"):
        hold_parties(incident=incident, reason=" ", by=station_lead, now=NOW)
    hold = hold_parties(incident=incident, reason="诉讼", by=station_lead, now=NOW)
    assert hold_parties(incident=incident, reason="again", by=station_lead, now=NOW) == hold
    assert purge_parties(now=NOW + 800 * DAY) == 0
    lift_hold(hold=hold, by=station_lead, now=NOW)
    assert purge_parties(now=NOW + 800 * DAY) == 1


def test_struck_people_are_forgotten_too(world: World, officer: User) -> None:
    party = person(closed(world, officer), officer)
    strike_party(party=party, reason="误记", by=officer, now=NOW)
    assert purge_parties(now=NOW + 800 * DAY) == 1


def test_task_purges(world: World, officer: User, settings: Any) -> None:
    settings.PARTY_RETENTION_DAYS = -20_000  # closed "before" tomorrow
    person(closed(world, officer), officer)
    assert purge_task() == 1


def test_hold_and_lift_by_the_lead_only(
    world: World, officer: User, station_lead: User, as_user: AsUser
) -> None:
    incident = closed(world, officer)
    person(incident, officer)
    address = reverse("incidents:hold-new", args=[incident.pk])
    assert as_user(officer).post(address, {"reason": "诉讼"}).status_code == 403
    lead = as_user(station_lead)
    lead.post(address, {"reason": "诉讼"})
    (hold,) = incident.party_holds.all()
    assert "诉讼" in lead.get(incident.get_absolute_url()).text
    lead.post(reverse("incidents:hold-lift", args=[incident.pk, hold.pk]))
    hold.refresh_from_db()
    assert hold.lifted_by == station_lead


def test_rotation_seals_everybody_again(world: World, officer: User, settings: Any) -> None:
    def key(letter: str) -> str:
        return f"k{letter}:{base64.b64encode(letter.encode() * 32).decode()}"

    settings.FIELD_KEYS = [key("a")]
    incident = call(world, officer)
    party = person(incident, officer)
    bare = person(incident, officer, telephone="")
    settings.FIELD_KEYS = [key("b"), key("a")]

    said = StringIO()
    call_command("rotate_field_keys", stdout=said)

    assert said.getvalue() == "sealed with key kb: 2\n"
    settings.FIELD_KEYS = [key("b")]
    party.refresh_from_db()
    bare.refresh_from_db()
    assert (masked(party).name, masked(party).telephone) == ("王**", "138****6021")
    assert (masked(bare).name, masked(bare).telephone) == ("王**", "")
    said = StringIO()
    call_command("rotate_field_keys", stdout=said)
    assert said.getvalue() == "sealed with key kb: 0\n"


def test_rotation_stops_at_a_value_that_does_not_open(
    world: World, officer: User, settings: Any
) -> None:
    settings.FIELD_KEYS = [f"ka:{base64.b64encode(b'a' * 32).decode()}"]
    party = person(call(world, officer), officer)
    before = raw(party)
    settings.FIELD_KEYS = [f"kb:{base64.b64encode(b'b' * 32).decode()}"]
    with pytest.raises(CommandError, match="cannot be opened"):
        call_command("rotate_field_keys")
    assert raw(party) == before


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("UPDATE incidents_incidentparty SET role = 'witness'", id="another role"),
        pytest.param("UPDATE incidents_incidentparty SET uid = gen_random_uuid()", id="another id"),
        pytest.param("DELETE FROM incidents_incidentparty", id="deleted"),
        pytest.param("TRUNCATE incidents_incidentparty CASCADE", id="emptied"),
    ],
)
def test_database_keeps_what_was_recorded(world: World, officer: User, statement: str) -> None:
    person(call(world, officer), officer)
    with (
        pytest.raises(DatabaseError, match="written once"),
        transaction.atomic(),
        connection.cursor() as c,
    ):
        c.execute(f"SET CONSTRAINTS ALL IMMEDIATE; {statement}")  # else TRUNCATE waits for them


def test_database_lets_nothing_return_after_the_purge(world: World, officer: User) -> None:
    party = person(closed(world, officer), officer)
    purge_parties(now=NOW + 800 * DAY)
    party.refresh_from_db()
    party.name_sealed, party.purged_at = "k:x", None
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        party.save(update_fields=["name_sealed", "purged_at"])
