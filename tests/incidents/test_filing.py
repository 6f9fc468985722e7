"""One call, one row, one number: filing, states, timeline."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from incidents.data.categories import CATEGORIES
from incidents.enums import Disposition, EntryKind, IncidentKind, IncidentState, Source
from incidents.models import Category, Incident, IncidentEntry, Place
from incidents.services.categories import ensure_base_categories
from incidents.services.filing import file_incident
from incidents.services.states import (
    IncompleteError,
    advance,
    close_incident,
    reopen_incident,
    review_incident,
)
from incidents.services.timeline import add_entry, strike_entry
from policeroom.accounts.models import User
from policeroom.common.errors import ConflictError, DomainError
from policeroom.common.models import AuditEvent
from tests.world import World

pytestmark = pytest.mark.integration
NOW = dt.datetime(2026, 9, 17, 15, 42, tzinfo=dt.timezone(dt.timedelta(hours=8)))
MINUTE = dt.timedelta(minutes=1)


def call(world: World, by: User, **changes: Any) -> Incident:
    values = {
        "station": world.station_a1,
        "kind": IncidentKind.REPORT,
        "narrative": "南门两车相碰",
        "reported_at": NOW - 5 * MINUTE,
        "source": Source.QUICK,
        "by": by,
        "now": NOW,
        **changes,
    }
    return file_incident(**values)


def category(code: str) -> Category:
    return Category.objects.get(code=code)


def test_base_categories_are_there_and_a_second_run_adds_none(db: None) -> None:
    assert Category.objects.count() == len(CATEGORIES)
    assert ensure_base_categories() == 0


def test_numbers_count_up_per_room_and_day(world: World, officer: User) -> None:
    numbers = [call(world, officer).number for _ in range(2)]
    other = call(world, officer, station=world.station_b1).number
    assert [*numbers, other] == ["2026-0917-001", "2026-0917-002", "2026-0917-001"]


def test_number_of_a_rolled_back_filing_is_given_out_again(world: World, officer: User) -> None:
    with transaction.atomic():
        call(world, officer)
        transaction.set_rollback(True)
    assert call(world, officer).number == "2026-0917-001"


def test_call_with_an_ending_disposition_is_closed_at_once(world: World, officer: User) -> None:
    incident = call(
        world,
        officer,
        category=category("dispute.traffic"),
        disposition=Disposition.MEDIATED,
        place_text="南门",
    )
    assert (incident.state, incident.closed_at) == (IncidentState.CLOSED, NOW)


def test_case_stays_open_until_it_is_transferred(world: World, officer: User) -> None:
    incident = call(
        world, officer, category=category("fraud.telecom"), disposition=Disposition.SETTLED
    )
    assert incident.state == IncidentState.HANDLING
    with pytest.raises(IncompleteError) as refusal:
        close_incident(incident=incident, by=officer, now=NOW)
    assert refusal.value.missing == ("transfer",)


def test_three_resends_make_one_row(world: World, officer: User) -> None:
    key = uuid.uuid4()
    found = {call(world, officer, client_uuid=key).pk for _ in range(3)}
    assert len(found) == Incident.objects.unscoped("test").count() == 1


def test_other_content_under_the_same_uuid_is_refused(world: World, officer: User) -> None:
    key = uuid.uuid4()
    call(world, officer, client_uuid=key)
    with pytest.raises(ConflictError):
        call(world, officer, client_uuid=key, narrative="北门")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"narrative": "  "}, "narrative", id="empty"),
        pytest.param({"reported_at": NOW + 6 * MINUTE}, "reported_at", id="future"),
        pytest.param({"arrived_at": NOW - 6 * MINUTE}, "arrived_at", id="arrived before report"),
    ],
)
def test_facts_that_cannot_be_are_refused(
    world: World, officer: User, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        call(world, officer, **changes)
    assert refusal.value.field == field
    assert not Incident.objects.unscoped("test").exists()


def test_place_of_another_room_is_refused(world: World, officer: User) -> None:
    place = Place.objects.create(station=world.station_b1, name="北门")
    with pytest.raises(DomainError, match="place of this police room"):
        call(world, officer, place=place)


def test_category_of_another_city_is_refused(world: World, officer: User) -> None:
    own = Category.objects.create(
        code="b-1", name="云川类", parent=category("other"), org_path=world.city_b.org_path
    )
    with pytest.raises(DomainError, match="offered here"):
        call(world, officer, category=own)


def test_states_go_forward_and_keep_their_instants(world: World, officer: User) -> None:
    incident = call(world, officer)
    arrived = advance(incident=incident, state=IncidentState.ON_SCENE, at=NOW, by=officer, now=NOW)
    assert (arrived.state, arrived.arrived_at) == (IncidentState.ON_SCENE, NOW)
    with pytest.raises(DomainError, match="does not go back"):
        advance(incident=incident, state=IncidentState.DISPATCHED, at=NOW, by=officer, now=NOW)


def test_reopening_needs_a_reason_and_closes_again(
    world: World, officer: User, station_lead: User
) -> None:
    incident = call(
        world, officer, category=category("help.lost"), disposition=Disposition.ASSISTED
    )
    with pytest.raises(DomainError, match="why"):
        reopen_incident(incident=incident, reason=" ", by=station_lead, now=NOW)
    reopened = reopen_incident(incident=incident, reason="失主来电", by=station_lead, now=NOW)
    assert (reopened.state, reopened.closed_at) == (IncidentState.HANDLING, None)
    assert close_incident(incident=reopened, by=officer, now=NOW).state == IncidentState.CLOSED


def test_after_the_review_a_line_is_a_supplement(
    world: World, officer: User, station_lead: User
) -> None:
    incident = call(
        world, officer, category=category("help.lost"), disposition=Disposition.ASSISTED
    )
    with pytest.raises(DomainError, match="Somebody else"):
        review_incident(incident=incident, by=officer, now=NOW)
    review_incident(incident=incident, by=station_lead, now=NOW)
    entry = add_entry(incident=incident, text="已领回", at=NOW, by=officer, now=NOW)
    assert entry.kind == EntryKind.SUPPLEMENT


def test_line_is_struck_once_and_stays(world: World, officer: User) -> None:
    incident = call(world, officer)
    entry = add_entry(incident=incident, text="错记", at=NOW, by=officer, now=NOW)
    strike_entry(entry=entry, reason="记在别的警情", by=officer, now=NOW)
    with pytest.raises(DomainError, match="already struck"):
        strike_entry(entry=entry, reason="again", by=officer, now=NOW)
    kinds = list(IncidentEntry.objects.unscoped("test").values_list("kind", flat=True))
    assert kinds == [EntryKind.FILED, EntryKind.NOTE, EntryKind.STRIKE]


def test_database_refuses_to_change_a_line(world: World, officer: User) -> None:
    call(world, officer)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        IncidentEntry.everything.update(text="anders")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        IncidentEntry.everything.all().delete()


def test_filing_leaves_one_audit_event(world: World, officer: User) -> None:
    incident = call(world, officer)
    events = AuditEvent.objects.unscoped("test").filter(object_id=str(incident.pk))
    assert [event.action for event in events] == ["incidents.file"]


def test_database_refuses_a_closed_row_without_category(world: World, officer: User) -> None:
    incident = call(world, officer)
    with pytest.raises(DatabaseError, match="incident_closed_complete"), connection.cursor() as c:
        c.execute(
            "UPDATE incidents_incident SET state = 'closed', closed_at = now() WHERE id = %s",
            [incident.pk],
        )


def test_filing_uses_a_constant_number_of_queries(
    world: World, officer: User, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(6):  # savepoint, number, incident, entry, event, release
        call(world, officer)
