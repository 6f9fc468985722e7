"""Hazards: a due date for each, rechecked by then, extended by decision; evidence kept."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client

from incidents.models import Hazard, HazardOrder, HazardRecheck, UniversityEvidence
from incidents.queries.hazards import current_order, universities_of
from incidents.services.hazards import (
    extend_hazard,
    recheck_hazard,
    record_evidence,
    record_hazard,
    strike_hazard,
)
from policeroom.accounts.models import User
from policeroom.common.clock import ZONE, ClockStatus
from policeroom.common.deadlines import status_of
from policeroom.common.errors import ConflictError, DomainError
from tests.incidents.clocks_cast import HOUR, NOW, clock
from tests.world import World

pytestmark = pytest.mark.integration
TODAY = NOW.date()
DUE = TODAY + dt.timedelta(days=10)
DAY = dt.timedelta(days=1)


def hazard(world: World, by: User, **changes: Any) -> Hazard:
    values = {
        "station": world.station_a1,
        "place_text": "图书馆北侧",
        "description": "消防通道被堵",
        "found_at": NOW,
        "responsible": "后勤管理处",
        "due_on": DUE,
        "by": by,
        "now": NOW,
        **changes,
    }
    return record_hazard(**values)


def recheck(row: Hazard, by: User, result: str, at: dt.datetime, **more: Any) -> HazardRecheck:
    return recheck_hazard(
        order=current_order(row), checked_at=at, result=result, by=by, now=at, **more
    )


def extend(row: Hazard, by: User, due_on: dt.date, now: dt.datetime, **more: Any) -> HazardOrder:
    values = {"document_no": "芦整〔2026〕3号", "reason": "备件未到", **more}
    return extend_hazard(hazard=row, due_on=due_on, by=by, now=now, **values)


def test_every_hazard_has_a_due_date_whose_whole_day_counts(world: World, officer: User) -> None:
    row = hazard(world, officer)
    found = clock("hazard-recheck", current_order(row))
    assert found.due_at == dt.datetime.combine(DUE, dt.time(23, 59, 59), ZONE)
    with pytest.raises(DomainError) as refusal:
        hazard(world, officer, due_on=TODAY - DAY)
    assert refusal.value.field == "due_on"
    assert hazard(world, officer, due_on=TODAY).number == "YH2026-002"


@pytest.mark.parametrize(
    ("at", "status"),
    [
        (dt.datetime.combine(DUE, dt.time(23, 59, 59), ZONE), ClockStatus.MET),
        (dt.datetime.combine(DUE + DAY, dt.time(0, 0), ZONE), ClockStatus.LATE),
    ],
)
def test_recheck_by_the_due_date(
    world: World, officer: User, at: dt.datetime, status: ClockStatus
) -> None:
    row = hazard(world, officer)
    order = current_order(row)
    recheck(row, officer, "fixed", at)
    assert status_of(clock("hazard-recheck", order), now=at) is status
    row.refresh_from_db()
    assert row.closed_at == at


def test_recheck_that_fails_sets_a_further_date_and_keeps_the_old_one(
    world: World, officer: User
) -> None:
    row = hazard(world, officer)
    first = current_order(row)
    late = dt.datetime.combine(DUE + DAY, dt.time(10), ZONE)
    for more, field in (
        ({}, "note"),
        ({"note": "仍堆放"}, "next_due_on"),
        ({"note": "仍堆放", "next_due_on": DUE + DAY}, "next_due_on"),
    ):
        with pytest.raises(DomainError) as refusal:
            recheck(row, officer, "not_fixed", late, **more)
        assert refusal.value.field == field
    recheck(row, officer, "not_fixed", late, note="仍堆放", next_due_on=DUE + 5 * DAY)
    row.refresh_from_db()
    second = current_order(row)
    assert (row.closed_at, row.due_on, second.kind) == (None, DUE + 5 * DAY, "further")
    assert status_of(clock("hazard-recheck", first), now=late) is ClockStatus.LATE
    assert status_of(clock("hazard-recheck", second), now=late) is ClockStatus.RUNNING


def test_what_is_put_right_has_no_further_date(world: World, officer: User) -> None:
    row = hazard(world, officer)
    with pytest.raises(DomainError) as refusal:
        recheck(row, officer, "fixed", NOW, next_due_on=DUE + DAY)
    assert refusal.value.field == "next_due_on"


def test_extension_by_decision_moves_the_clock(world: World, officer: User) -> None:
    row = hazard(world, officer)
    first = current_order(row)
    for changes, field in (
        ({"due_on": DUE}, "due_on"),
        ({"document_no": " "}, "document_no"),
        ({"reason": ""}, "reason"),
    ):
        with pytest.raises(DomainError) as refusal:
            extend(row, officer, **{"due_on": DUE + DAY, "now": NOW, **changes})
        assert refusal.value.field == field
    extend(row, officer, DUE + 7 * DAY, NOW)
    assert status_of(clock("hazard-recheck", first), now=NOW) is ClockStatus.CANCELLED
    assert clock("hazard-recheck", current_order(row)).due_at.astimezone(ZONE).date() == (
        DUE + 7 * DAY
    )
    with pytest.raises(DomainError, match="later date"):
        recheck_hazard(order=first, checked_at=NOW, result="fixed", by=officer, now=NOW)


@pytest.mark.parametrize("after", [0, 1])
def test_extension_is_possible_until_the_due_date_has_passed(
    world: World, officer: User, after: int
) -> None:
    row = hazard(world, officer)
    on = dt.datetime.combine(DUE, dt.time(23, 59), ZONE) + after * 2 * dt.timedelta(minutes=1)
    if after:
        with pytest.raises(DomainError, match="has passed"):
            extend(row, officer, DUE + 7 * DAY, on)
    else:
        assert extend(row, officer, DUE + 7 * DAY, on).due_on == DUE + 7 * DAY


def test_database_wants_the_decision_of_an_extension(world: World, officer: User) -> None:
    row = hazard(world, officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        HazardOrder.objects.create(
            hazard=row,
            org_path=row.org_path,
            kind="extension",
            issued_at=NOW,
            due_on=DUE,
            recorded_by=officer,
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        HazardOrder.objects.unscoped("test").update(due_on=DUE + 30 * DAY)


def test_recheck_is_one_per_date_and_never_changed(world: World, officer: User) -> None:
    row, sent = hazard(world, officer), uuid.uuid4()
    rows = {recheck(row, officer, "fixed", NOW, client_uuid=sent).pk for _ in range(2)}
    assert len(rows) == 1
    with pytest.raises(ConflictError):
        recheck(row, officer, "fixed", NOW, client_uuid=sent, note="另")
    with pytest.raises(DomainError, match="was closed"):
        recheck(row, officer, "fixed", NOW + HOUR)
    with pytest.raises(DatabaseError), transaction.atomic():
        HazardRecheck.objects.unscoped("test").update(note="x")


def test_struck_hazard_takes_its_clock_along(world: World, officer: User) -> None:
    row = hazard(world, officer)
    strike_hazard(hazard=row, reason="误录", by=officer, now=NOW)
    assert status_of(clock("hazard-recheck", current_order(row)), now=NOW) is (
        ClockStatus.CANCELLED
    )
    with pytest.raises(DomainError, match="struck"):
        recheck(row, officer, "fixed", NOW)


def test_room_serves_the_university_it_stands_in_and_those_it_covers(world: World) -> None:
    own = universities_of(world.station_a1, on=TODAY)
    centre = universities_of(world.center_a, on=TODAY)
    before = universities_of(world.center_a, on=dt.date(2025, 12, 31))
    assert [list(rows) for rows in (own, centre, before)] == [
        [world.university_a],
        [world.college_a],
        [],
    ]


def evidence(world: World, by: User, **changes: Any) -> UniversityEvidence:
    values = {
        "station": world.station_a1,
        "university": world.university_a,
        "kind": "plan",
        "held_on": TODAY,
        "document_no": "澜大安〔2026〕1号",
        "by": by,
        "now": NOW,
        **changes,
    }
    return record_evidence(**values)


def test_evidence_needs_a_served_university_and_a_number(world: World, officer: User) -> None:
    assert evidence(world, officer).pk
    assert evidence(world, officer, kind="drill", document_no="").pk
    with pytest.raises(ValidationError):
        evidence(world, officer, document_no="")
    with pytest.raises(DomainError, match="not served"):
        evidence(world, officer, university=world.university_b)
    with pytest.raises(DomainError):
        evidence(world, officer, held_on=TODAY + DAY)


def test_officer_records_extends_and_rechecks_on_the_pages(
    world: World,
    officer: User,
    as_user: Callable[[User | None], Client],
) -> None:
    client = as_user(officer)
    client.post(
        "/incidents/hazards/new/",
        {
            "station": world.station_a1.pk,
            "place_text": "食堂",
            "description": "燃气阀老化",
            "found_at": "t",
            "responsible": "后勤管理处",
            "due_on": "2199-01-01",
        },
    )
    row = Hazard.objects.unscoped("test").get()
    base = row.get_absolute_url()
    sent = client.post(
        f"{base}extend/", {"due_on": "2199-02-01", "document_no": "1", "reason": "备件"}
    )
    assert sent.status_code == 302
    order = current_order(row)
    assert order.due_on == dt.date(2199, 2, 1)
    address = f"/incidents/hazards/orders/{order.pk}/recheck/"
    refused = client.post(address, {"checked_at": "t", "result": "not_fixed"})
    assert set(refused.context["form"].errors) == {"note"}
    client.post(address, {"checked_at": "t", "result": "fixed"})
    page = client.get(base)
    assert [line.status for line in page.context["clocks"]] == ["cancelled", "done in time"]
    assert client.get("/incidents/hazards/?state=closed").context["table"].rows
    sent = client.post(
        "/incidents/evidence/new/",
        {
            "station": world.station_a1.pk,
            "university": world.university_a.pk,
            "kind": "drill",
            "held_on": "2026-01-05",
        },
    )
    assert sent.status_code == 302
    row = UniversityEvidence.objects.unscoped("test").get()
    client.post(f"/incidents/evidence/{row.pk}/strike/", {"reason": "误录"})
    row.refresh_from_db()
    assert row.is_struck


def test_overdue_hazards_are_found_by_their_filter(
    world: World, officer: User, as_user: Callable[[User | None], Client]
) -> None:
    past = dt.datetime(2026, 1, 5, 9, tzinfo=ZONE)
    late = hazard(world, officer, found_at=past, due_on=dt.date(2026, 1, 10))
    hazard(world, officer, due_on=dt.date(2199, 1, 1))
    rows = as_user(officer).get("/incidents/hazards/?overdue=on").context["table"].rows
    assert [row.cells[0].text for row in rows] == [late.number]
    assert "overdue" in [cell.text for cell in rows[0].cells]
