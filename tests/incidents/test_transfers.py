"""Hand-over against receipt: who may receive, the clock, the strike, the pages."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from incidents.enums import Disposition, IncidentState
from incidents.models import Incident, Transfer
from incidents.queries.transfers import receivers
from incidents.services.states import IncompleteError, close_incident, reopen_incident
from incidents.services.transfers import receive_transfer, strike_transfer
from policeroom.accounts.models import User
from policeroom.common.clock import ClockStatus
from policeroom.common.deadlines import status_of
from policeroom.common.errors import ConflictError, DomainError
from policeroom.common.models import AuditEvent, Interpretation, Parameter
from stations.enums import UnitKind
from stations.services.org import create_unit
from tests.incidents.clocks_cast import HOUR, MINUTE, NOW, SECOND, call, category, clock, hand_over
from tests.incidents.clocks_cast import precinct as make_precinct
from tests.world import World

pytestmark = pytest.mark.integration


def test_receivers_are_the_neighbourhood(world: World) -> None:
    near = make_precinct(world)
    kinds = UnitKind.PRECINCT, UnitKind.POLICE_BRANCH
    create_unit(parent=world.county_a2, kind=kinds[0], name="栗桥派出所", by=None)
    create_unit(parent=world.city_b, kind=kinds[1], name="云川刑警支队", by=None)
    create_unit(parent=world.county_a1, kind=UnitKind.COMMAND_CENTER, name="指挥中心", by=None)
    county = create_unit(parent=world.county_a1, kind=kinds[1], name="芦北刑警大队", by=None)
    city = create_unit(parent=world.city_a, kind=kinds[1], name="澜江刑警支队", by=None)
    found = list(receivers(world.station_a1.org_path))
    assert {unit.pk for unit in found} == {near.pk, county.pk, city.pk}
    assert found[-1] == city  # the nearest first


def test_transfer_to_a_unit_takes_kind_and_name_from_it(world: World, officer: User) -> None:
    unit = make_precinct(world)
    row = hand_over(
        world, officer, call(world, officer), receiver_unit=unit, receiver_name="", receiver_kind=""
    )
    assert (row.receiver_kind, row.receiver_name) == ("precinct", "芦北派出所")


def test_transfer_to_a_unit_elsewhere_is_refused(world: World, officer: User) -> None:
    far = create_unit(parent=world.county_a2, kind=UnitKind.PRECINCT, name="栗桥派出所", by=None)
    with pytest.raises(DomainError) as refusal:
        hand_over(world, officer, call(world, officer), receiver_unit=far)
    assert refusal.value.field == "receiver_unit"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"receiver_name": " "}, "receiver_name"),
        ({"receiver_kind": ""}, "receiver_kind"),
        ({"handed_at": NOW + HOUR}, "handed_at"),
        ({"handed_at": NOW - HOUR}, "handed_at"),
    ],
)
def test_transfer_that_cannot_be_names_the_field(
    world: World, officer: User, changes: dict, field: str
) -> None:
    incident = call(world, officer)
    with pytest.raises(DomainError) as refusal:
        hand_over(world, officer, incident, **changes)
    assert refusal.value.field == field
    assert not incident.transfers.exists()


def test_minutes_of_the_form_meet_seconds_of_the_report(world: World, officer: User) -> None:
    incident = call(world, officer, reported_at=NOW - 2 * MINUTE + 31 * SECOND)
    assert hand_over(world, officer, incident, handed_at=NOW - 2 * MINUTE).pk


def test_case_closes_only_with_a_transfer(world: World, officer: User) -> None:
    incident = call(world, officer, category=category("theft.bicycle"))
    incident.disposition = Disposition.ADVISED
    incident.save(update_fields=["disposition"])
    with pytest.raises(IncompleteError) as refusal:
        close_incident(incident=incident, by=officer, now=NOW)
    assert refusal.value.missing == ("transfer",)
    row = hand_over(world, officer, incident)
    assert close_incident(incident=incident, by=officer, now=NOW).state == IncidentState.CLOSED
    with pytest.raises(DomainError, match="closed with this transfer"):
        strike_transfer(transfer=row, reason="写错", by=officer, now=NOW)
    reopen_incident(incident=incident, reason="补录", by=officer, now=NOW)
    struck = strike_transfer(transfer=row, reason="写错", by=officer, now=NOW)
    assert struck.struck_at == NOW


def test_open_incident_without_disposition_becomes_transferred(world: World, officer: User) -> None:
    blank = call(world, officer)
    hand_over(world, officer, blank)
    chosen = call(world, officer, disposition=Disposition.ADVISED)
    hand_over(world, officer, chosen)
    found = dict(Incident.objects.unscoped("test").values_list("pk", "disposition"))
    assert (found[blank.pk], found[chosen.pk]) == ("transferred", "advised")


@pytest.mark.parametrize(
    ("after", "status"),
    [
        (24 * HOUR - SECOND, ClockStatus.MET),
        (24 * HOUR, ClockStatus.MET),
        (24 * HOUR + SECOND, ClockStatus.LATE),
    ],
)
def test_receipt_within_24_hours(
    world: World, officer: User, after: dt.timedelta, status: ClockStatus
) -> None:
    row = hand_over(world, officer, call(world, officer))
    later = NOW + after
    receive_transfer(
        transfer=row, received_at=later, received_by_name="李某", by=officer, now=later
    )
    assert status_of(clock("transfer-receipt", row), now=later) is status


def test_limit_is_the_parameter_of_the_day(world: World, officer: User) -> None:
    note = Interpretation.objects.create(number="1", dated=NOW.date(), author_unit="x")
    Parameter.objects.create(
        key="P-13c", key_number=7, value="12", interpretation=note, valid_from=NOW.date()
    )
    row = hand_over(world, officer, call(world, officer))
    assert clock("transfer-receipt", row).due_at == NOW + 12 * HOUR


def test_receipt_is_recorded_once(world: World, officer: User) -> None:
    row = hand_over(world, officer, call(world, officer))
    facts = {"transfer": row, "received_at": NOW, "by": officer, "now": NOW}
    receive_transfer(received_by_name="李某", **facts)
    assert receive_transfer(received_by_name="李某", **facts).received_at == NOW
    with pytest.raises(DomainError, match="recorded once"):
        receive_transfer(received_by_name="王某", **facts)
    events = AuditEvent.objects.unscoped("test").filter(action="transfers.receive")
    assert events.count() == 1


def test_receipt_before_the_hand_over_is_refused_twice(world: World, officer: User) -> None:
    row = hand_over(world, officer, call(world, officer))
    with pytest.raises(DomainError) as refusal:
        receive_transfer(
            transfer=row,
            received_at=NOW - MINUTE,
            received_by_name="李某",
            by=officer,
            now=NOW,
        )
    assert refusal.value.field == "received_at"
    rows = Transfer.objects.unscoped("test").filter(pk=row.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(received_at=NOW - MINUTE, received_by_name="李某")
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(received_at=NOW)


def test_struck_transfer_stops_its_clock_and_takes_no_receipt(world: World, officer: User) -> None:
    row = hand_over(world, officer, call(world, officer))
    strike_transfer(transfer=row, reason="写错单位", by=officer, now=NOW)
    assert status_of(clock("transfer-receipt", row), now=NOW) is ClockStatus.CANCELLED
    with pytest.raises(DomainError, match="struck"):
        receive_transfer(
            transfer=row, received_at=NOW, received_by_name="李某", by=officer, now=NOW
        )


def test_three_sends_of_one_form_make_one_transfer(world: World, officer: User) -> None:
    incident, sent = call(world, officer), uuid.uuid4()
    rows = [hand_over(world, officer, incident, client_uuid=sent) for _ in range(3)]
    assert len({row.pk for row in rows}) == incident.transfers.count() == 1
    with pytest.raises(ConflictError):
        hand_over(world, officer, incident, client_uuid=sent, description="另一件")


def test_officer_hands_over_and_receives_on_the_pages(
    world: World, officer: User, as_user: Callable[[User | None], Client]
) -> None:
    now = timezone.now()
    incident = call(world, officer, reported_at=now - HOUR, now=now)
    unit = make_precinct(world)
    client = as_user(officer)
    sent = client.post(
        f"/incidents/{incident.pk}/transfers/new/",
        {"what": "case", "receiver_unit": unit.pk, "handed_at": "t"},
    )
    row = incident.transfers.get()
    assert (sent.status_code, sent["Location"]) == (302, row.get_absolute_url())
    wrong = client.post(f"/incidents/transfers/{row.pk}/receipt/", {"received_at": "32:99"})
    assert wrong.status_code == 422
    assert set(wrong.context["form"].errors) == {"received_at", "received_by_name"}
    client.post(
        f"/incidents/transfers/{row.pk}/receipt/",
        {"received_at": "t", "received_by_name": "李某"},
    )
    page = client.get(row.get_absolute_url())
    assert "李某" in page.content.decode()
    assert [line.status for line in page.context["clocks"]] == ["done in time"]
    listed = client.get("/incidents/transfers/?state=closed").context["table"]
    assert [r.cells[0].text for r in listed.rows] == [str(row)]
    assert client.get("/incidents/transfers/?state=open").context["table"].rows == []


def test_database_refuses_a_strike_without_reason(world: World, officer: User) -> None:
    row = hand_over(world, officer, call(world, officer))
    with pytest.raises(IntegrityError), transaction.atomic():
        Transfer.objects.unscoped("test").filter(pk=row.pk).update(struck_at=NOW)
