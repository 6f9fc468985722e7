"""The eight ledgers: entries, nil returns, what is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incidents.enums_clocks import KEPT_LEDGERS, NOT_KEPT_YET, Ledger
from incidents.models import NilReturn
from incidents.queries.registers import (
    SOURCES,
    entries_in,
    ledger_lines,
    screenings_in,
    university_lines,
)
from incidents.services.registers import file_nil_return
from policeroom.accounts.models import User
from policeroom.common.clock import ZONE
from policeroom.common.errors import DomainError
from policeroom.common.periods import month_before, month_of
from policeroom.common.verdicts import Status
from stations.models import EquipmentCheck, EquipmentItem
from tests.incidents.clocks_cast import NOW, call, hand_over
from tests.incidents.test_disputes import dispute, record_screening, step
from tests.incidents.test_hazards import evidence, hazard, recheck
from tests.incidents.test_outreach import activity, strike_activity
from tests.incidents.test_outreach import activity as held
from tests.world import World

pytestmark = pytest.mark.integration
TODAY = NOW.date()
SEPTEMBER = month_of(TODAY)
AUGUST = month_before(SEPTEMBER)


def nil(world: World, by: User, **changes: Any) -> NilReturn:
    values = {
        "station": world.station_a1,
        "ledger": "hazards",
        "month": AUGUST.start,
        "by": by,
        "now": NOW,
        **changes,
    }
    return file_nil_return(**values)


def test_there_are_eight_ledgers_and_the_later_two_say_so(world: World) -> None:
    lines = ledger_lines(world.station_a1, [AUGUST], today=TODAY)
    found = {line.ledger: line.months[0].verdict.status for line in lines}
    assert len(found) == 8
    assert {ledger for ledger in found if found[ledger] is Status.UNKNOWN} == NOT_KEPT_YET
    assert set(SOURCES) == set(KEPT_LEDGERS)
    others = {found[ledger] for ledger in KEPT_LEDGERS}
    assert others == {Status.MISSED}


def fill(world: World, by: User) -> None:
    """One entry of this month in every source of every ledger that is kept."""
    incident = call(world, by)
    hand_over(world, by, incident)
    row = dispute(world, by)
    step(row, by, "open")
    record_screening(station=world.station_a1, held_on=TODAY, found=1, areas="宿舍", by=by, now=NOW)
    recheck(hazard(world, by), by, "fixed", NOW)
    activity(world, by)
    item = EquipmentItem.objects.create(
        station=world.station_a1,
        category="desks",
        name="办公桌",
        asset_no=str(EquipmentItem.objects.unscoped("test").count()),
        quantity=1,
        state="in_service",
        started_on=TODAY,
    )
    EquipmentCheck.objects.create(item=item, checked_on=TODAY, result="good", recorded_by=by)


def test_entries_are_counted_in_their_month_and_room_only(world: World, officer: User) -> None:
    fill(world, officer)
    lines = {
        line.ledger: line
        for line in ledger_lines(world.station_a1, [AUGUST, SEPTEMBER], today=TODAY)
    }
    counts = {ledger: [m.entries for m in line.months] for ledger, line in lines.items()}
    assert counts == {
        Ledger.INCIDENTS: [0, 1],
        Ledger.TRANSFERS: [0, 1],
        Ledger.DISPUTES: [0, 3],
        Ledger.HAZARDS: [0, 2],
        Ledger.OUTREACH: [0, 1],
        Ledger.MEETINGS: [0, 0],
        Ledger.TRAINING: [0, 0],
        Ledger.EQUIPMENT: [0, 2],
    }
    assert {lines[ledger].last_on for ledger in KEPT_LEDGERS} == {TODAY}
    neighbour = ledger_lines(world.center_a, [SEPTEMBER], today=TODAY)
    assert {line.months[0].entries for line in neighbour} == {0}
    assert {line.last_on for line in neighbour} == {None}


@pytest.mark.parametrize(
    ("at", "entries"),
    [
        (dt.datetime(2026, 8, 31, 23, 59, tzinfo=ZONE), (1, 0)),
        (dt.datetime(2026, 9, 1, 0, 0, tzinfo=ZONE), (0, 1)),
    ],
)
def test_months_end_at_midnight_of_the_province(
    world: World, officer: User, at: dt.datetime, entries: tuple[int, int]
) -> None:
    call(world, officer, reported_at=at)
    found = tuple(entries_in(world.station_a1, "incidents", m) for m in (AUGUST, SEPTEMBER))
    assert found == entries
    (first, *_rest) = ledger_lines(world.station_a1, [AUGUST], today=TODAY)
    assert first.last_on == at.date()


def test_struck_records_are_no_entries(world: World, officer: User) -> None:
    strike_activity(activity=held(world, officer), reason="误录", by=officer, now=NOW)
    assert entries_in(world.station_a1, "outreach", SEPTEMBER) == 0


def test_nil_return_makes_the_month_pass(world: World, officer: User) -> None:
    row = nil(world, officer)
    assert nil(world, officer).pk == row.pk  # sent twice
    lines = {line.ledger: line for line in ledger_lines(world.station_a1, [AUGUST], today=TODAY)}
    verdict = lines[Ledger.HAZARDS].months[0].verdict
    assert (verdict.status, verdict.reason) == (Status.PASS, "nil_return")


def test_nil_return_of_a_month_with_entries_is_refused(world: World, officer: User) -> None:
    call(world, officer, reported_at=dt.datetime(2026, 8, 5, tzinfo=ZONE))
    with pytest.raises(DomainError, match="1 entries"):
        nil(world, officer, ledger="incidents")
    assert not NilReturn.objects.unscoped("test").exists()


def test_entry_recorded_afterwards_speaks_for_itself(world: World, officer: User) -> None:
    nil(world, officer, ledger="incidents")
    call(world, officer, reported_at=dt.datetime(2026, 8, 5, tzinfo=ZONE))
    (line, *_rest) = ledger_lines(world.station_a1, [AUGUST], today=TODAY)
    assert (line.months[0].entries, line.months[0].verdict.reason) == (1, "entry_made")


@pytest.mark.parametrize(
    ("now", "refused"),
    [
        (dt.datetime(2026, 8, 30, 23, 59, tzinfo=ZONE), True),
        (dt.datetime(2026, 8, 31, 0, 0, tzinfo=ZONE), False),
    ],
)
def test_nil_return_is_filed_from_the_last_day_on(
    world: World, officer: User, now: dt.datetime, refused: bool
) -> None:
    if refused:
        with pytest.raises(DomainError, match="not over"):
            nil(world, officer, now=now)
    else:
        assert nil(world, officer, now=now).pk


def test_nil_return_of_a_ledger_not_kept_or_before_the_room_is_refused(
    world: World, officer: User
) -> None:
    with pytest.raises(DomainError, match="not kept"):
        nil(world, officer, ledger="meetings")
    with pytest.raises(DomainError, match="opened on"):
        nil(world, officer, month=dt.date(2025, 12, 1))
    with pytest.raises(ValueError, match="recipes"):
        nil(world, officer, ledger="recipes")


def test_database_keeps_one_nil_return_per_month(world: World, officer: User) -> None:
    row = nil(world, officer)
    values = {
        "station": world.station_a1,
        "org_path": world.station_a1.org_path,
        "recorded_by": officer,
    }
    for ledger, month in (
        ("hazards", AUGUST.start),
        ("outreach", dt.date(2026, 8, 2)),
        ("meetings", AUGUST.start),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            NilReturn.objects.create(ledger=ledger, month=month, **values)
    with pytest.raises(DatabaseError), transaction.atomic():
        NilReturn.objects.unscoped("test").filter(pk=row.pk).delete()
    with pytest.raises(ValidationError):
        NilReturn(ledger="hazards", month=AUGUST.start, **values).full_clean()


def test_screenings_count_in_their_month(world: World, officer: User) -> None:
    for day in (dt.date(2026, 8, 31), dt.date(2026, 9, 1), TODAY):
        record_screening(
            station=world.station_a1, held_on=day, found=0, areas="宿舍", by=officer, now=NOW
        )
    assert [screenings_in(world.station_a1, m) for m in (AUGUST, SEPTEMBER)] == [1, 2]


def test_latest_evidence_of_a_university_counts(world: World, officer: User) -> None:
    (line,) = university_lines(world.station_a1, today=TODAY)
    assert {line.review.status, line.plan.status, line.drill.status} == {Status.FAIL}
    evidence(world, officer)
    evidence(world, officer, kind="review")
    evidence(world, officer, kind="drill", held_on=TODAY - dt.timedelta(days=200))
    (line,) = university_lines(world.station_a1, today=TODAY)
    assert {line.review.status, line.plan.status, line.drill.status} == {Status.PASS}
    assert line.drill.measured == 200


def test_ledgers_take_two_queries_whatever_they_hold(world: World, officer: User) -> None:
    with CaptureQueriesContext(
        connection,
    ) as empty:
        ledger_lines(world.station_a1, [AUGUST, SEPTEMBER], today=TODAY)
    fill(world, officer)
    fill_again = [call(world, officer) for _ in range(3)]
    with CaptureQueriesContext(connection) as full:
        ledger_lines(world.station_a1, [AUGUST, SEPTEMBER], today=TODAY)
    assert (len(empty), len(full), len(fill_again)) == (2, 2, 3)


def test_officer_comes_to_the_room_and_others_to_a_list(
    world: World,
    officer: User,
    city_supervisor: User,
    as_user: Callable[[User | None], Client],
) -> None:
    answer = as_user(officer).get("/incidents/registers/")
    assert answer["Location"] == f"/incidents/registers/{world.station_a1.pk}/"
    rooms = as_user(city_supervisor).get("/incidents/registers/").context["table"].rows
    assert len(rooms) == 3


def test_page_offers_a_nil_return_where_one_is_missing(
    world: World, officer: User, as_user: Callable[[User | None], Client]
) -> None:
    client = as_user(officer)
    base = f"/incidents/registers/{world.station_a1.pk}/"
    month = month_before(month_of(timezone.localdate()))
    lines = {line["label"]: line for line in client.get(base).context["lines"]}
    address = lines[Ledger.HAZARDS.label]["nil"]
    assert address == f"{base}nil/?ledger=hazards&month={month.label}"
    assert lines[Ledger.MEETINGS.label]["nil"] == ""
    assert client.get(address).status_code == 200
    assert not NilReturn.objects.unscoped("test").exists()
    client.post(address)
    row = NilReturn.objects.unscoped("test").get()
    assert (row.ledger, row.month) == ("hazards", month.start)
    lines = {line["label"]: line for line in client.get(base).context["lines"]}
    assert lines[Ledger.HAZARDS.label]["nil"] == ""
    assert client.get(f"{base}nil/?ledger=recipes&month=x")["Location"] == base
    assert client.get(f"{base}?month=nonsense").status_code == 200
    assert client.get(f"{base}?month=2199-01").context["month"] == month
