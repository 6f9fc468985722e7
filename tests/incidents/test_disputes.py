"""Disputes: the event, sessions, follow-ups; the monthly screening."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client

from incidents.models import Dispute, DisputeScreening, DisputeStep
from incidents.services.disputes import (
    add_step,
    close_dispute,
    record_dispute,
    record_screening,
    revise_dispute,
    strike_dispute,
)
from policeroom.accounts.models import User
from policeroom.common.errors import ConflictError, DomainError
from policeroom.common.models import AuditEvent
from tests.incidents.clocks_cast import HOUR, NOW, call, category
from tests.world import World

pytestmark = pytest.mark.integration
TODAY = NOW.date()


def dispute(world: World, by: User, **changes: Any) -> Dispute:
    values = {
        "station": world.station_a1,
        "kind": "dormitory",
        "place_text": "3号学生公寓",
        "summary": "作息时间引起的争执",
        "found_on": TODAY,
        "risk": "low",
        "route": "joint",
        "by": by,
        "now": NOW,
        **changes,
    }
    return record_dispute(**values)


def step(row: Dispute, by: User, outcome: str, kind: str = "mediation", **more: Any) -> DisputeStep:
    return add_step(
        dispute=row, kind=kind, held_at=NOW, outcome=outcome, by=by, now=NOW + HOUR, **more
    )


def test_disputes_are_numbered_per_room_and_year(world: World, officer: User) -> None:
    numbers = [dispute(world, officer).number for _ in range(2)]
    other = dispute(world, officer, station=world.station_b1).number
    last_year = dispute(world, officer, found_on=dt.date(2026, 1, 1)).number
    assert [*numbers, other] == ["JF2026-001", "JF2026-002", "JF2026-001"]
    assert last_year == "JF2026-003"


def test_number_of_a_rolled_back_record_is_given_out_again(world: World, officer: User) -> None:
    with transaction.atomic():
        dispute(world, officer)
        transaction.set_rollback(True)
    assert dispute(world, officer).number == "JF2026-001"


def test_dispute_follows_sessions_to_its_end(world: World, officer: User) -> None:
    row = dispute(world, officer)
    with pytest.raises(DomainError, match="session that ended it"):
        close_dispute(dispute=row, closed_at=NOW, by=officer, now=NOW)
    with pytest.raises(DomainError, match="no agreement yet"):
        step(row, officer, "kept", "follow_up")
    step(row, officer, "open")
    row.refresh_from_db()
    assert row.agreed is None
    step(row, officer, "agreed", with_units="保卫处")
    closed = close_dispute(dispute=row, closed_at=NOW + HOUR, by=officer, now=NOW + HOUR)
    assert (closed.agreed, closed.closed_at) == (True, NOW + HOUR)
    with pytest.raises(DomainError, match="was closed"):
        step(row, officer, "open")
    step(row, officer, "kept", "follow_up")
    row.refresh_from_db()
    assert row.closed_at == NOW + HOUR


def test_agreement_that_is_not_kept_takes_the_dispute_up_again(world: World, officer: User) -> None:
    row = dispute(world, officer)
    step(row, officer, "agreed")
    close_dispute(dispute=row, closed_at=NOW, by=officer, now=NOW)
    step(row, officer, "broken", "follow_up")
    row.refresh_from_db()
    assert (row.agreed, row.closed_at) == (None, None)


def test_dispute_may_end_without_an_agreement(world: World, officer: User) -> None:
    row = dispute(world, officer)
    step(row, officer, "failed")
    closed = close_dispute(dispute=row, closed_at=NOW, by=officer, now=NOW)
    assert closed.agreed is False
    assert close_dispute(dispute=row, closed_at=NOW + HOUR, by=officer, now=NOW).closed_at == NOW


def test_outcome_belongs_to_its_kind(world: World, officer: User) -> None:
    row = dispute(world, officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        DisputeStep.objects.create(
            dispute=row,
            org_path=row.org_path,
            kind="mediation",
            outcome="kept",
            held_at=NOW,
            recorded_by=officer,
        )


def test_revision_writes_what_differs_and_leaves_a_trace(world: World, officer: User) -> None:
    row = dispute(world, officer)
    revise_dispute(dispute=row, by=officer, risk="low")
    revise_dispute(dispute=row, by=officer, risk="high", repeated=True)
    events = AuditEvent.objects.unscoped("test").filter(action="disputes.revise")
    assert [e.after for e in events] == [{"risk": "high", "repeated": True}]
    with pytest.raises(TypeError):
        revise_dispute(dispute=row, by=officer, number="X")


def test_struck_dispute_takes_nothing_more(world: World, officer: User) -> None:
    row = dispute(world, officer)
    with pytest.raises(DomainError):
        strike_dispute(dispute=row, reason="", by=officer, now=NOW)
    strike_dispute(dispute=row, reason="重复", by=officer, now=NOW)
    for act in (
        lambda: step(row, officer, "open"),
        lambda: revise_dispute(dispute=row, by=officer, risk="high"),
        lambda: close_dispute(dispute=row, closed_at=NOW, by=officer, now=NOW),
    ):
        with pytest.raises(DomainError, match="struck"):
            act()


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"found_on": TODAY + dt.timedelta(days=1)}, "found_on")],
)
def test_day_to_come_is_refused(world: World, officer: User, changes: dict, field: str) -> None:
    with pytest.raises(DomainError) as refusal:
        dispute(world, officer, **changes)
    assert refusal.value.field == field


def test_incident_of_another_room_is_refused(world: World, officer: User) -> None:
    other = call(world, officer, station=world.center_a)
    with pytest.raises(DomainError) as refusal:
        dispute(world, officer, incident=other)
    assert refusal.value.field == "incident"


def test_sent_twice_it_is_one(world: World, officer: User) -> None:
    sent = uuid.uuid4()
    rows = {dispute(world, officer, client_uuid=sent).pk for _ in range(3)}
    assert len(rows) == 1
    with pytest.raises(ConflictError):
        dispute(world, officer, client_uuid=sent, risk="high")


def test_screening_that_finds_nothing_is_an_entry_nobody_changes(
    world: World, officer: User
) -> None:
    row = record_screening(
        station=world.station_a1, held_on=TODAY, found=0, areas="宿舍", by=officer, now=NOW
    )
    assert row.found == 0
    with pytest.raises(DatabaseError), transaction.atomic():
        DisputeScreening.objects.unscoped("test").update(found=3)
    with pytest.raises(DomainError):
        record_screening(
            station=world.station_a1,
            held_on=TODAY + dt.timedelta(days=1),
            found=0,
            areas="x",
            by=officer,
            now=NOW,
        )


def test_officer_records_mediates_and_closes_on_the_pages(
    world: World, officer: User, as_user: Callable[[User | None], Client]
) -> None:
    incident = call(
        world, officer, category=category("dispute.traffic"), place_text="南门", now=NOW
    )
    client = as_user(officer)
    form = client.get(f"/incidents/disputes/new/?incident={incident.pk}").context["form"]
    assert {k: form.initial[k] for k in ("kind", "place_text", "found_on")} == {
        "kind": "traffic",
        "place_text": "南门",
        "found_on": TODAY,
    }
    foreign = call(world, officer, station=world.station_b1)
    blank = client.get(f"/incidents/disputes/new/?incident={foreign.pk}").context["form"]
    assert "incident" not in blank.initial
    client.post(
        "/incidents/disputes/new/",
        {
            "station": world.station_a1.pk,
            "incident": incident.pk,
            "kind": "traffic",
            "place_text": "南门",
            "summary": "刮擦赔偿",
            "found_on": "2026-01-05",
            "risk": "medium",
            "route": "on_scene",
        },
    )
    row = Dispute.objects.unscoped("test").get()
    assert row.incident == incident
    base = row.get_absolute_url()
    client.post(f"{base}sessions/new/", {"held_at": "2026-01-06 10:00", "outcome": "agreed"})
    client.post(f"{base}follow-ups/new/", {"held_at": "2026-01-16 10:00", "outcome": "kept"})
    client.post(f"{base}close/", {"closed_at": "2026-01-16 10:30"})
    row.refresh_from_db()
    assert (row.agreed, row.closed_at is not None, row.steps.count()) == (True, True, 2)
    page = client.get(base)
    assert len(page.context["page"].sections[1].table.rows) == 2
    listed = client.get("/incidents/disputes/?risk=medium&state=closed").context["table"]
    assert len(listed.rows) == 1
    assert client.get("/incidents/disputes/?risk=high").context["table"].rows == []
    sent = client.post(
        "/incidents/disputes/screenings/new/",
        {
            "station": world.station_a1.pk,
            "held_on": "2026-01-20",
            "found": "0",
            "areas": "宿舍、食堂",
        },
    )
    assert sent.status_code == 302
    assert len(client.get("/incidents/disputes/screenings/").context["table"].rows) == 1
