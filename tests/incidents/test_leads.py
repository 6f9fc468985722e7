"""Leads and assigned tasks: number and clock, answered once, told to the room."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from incidents.models import AssignedTask, Lead
from incidents.services.leads import answer_lead, issue_lead, strike_lead
from incidents.services.tasks import answer_task, assign_task, strike_task
from policeroom.accounts.models import User
from policeroom.common.clock import ZONE, ClockStatus
from policeroom.common.deadlines import status_of
from policeroom.common.errors import ConflictError, DomainError
from policeroom.common.models import Interpretation, Notification, Parameter
from stations.enums import DayKind
from stations.models import CalendarDay
from tests.incidents.clocks_cast import HOUR, MINUTE, NOW, clock
from tests.world import World

pytestmark = pytest.mark.integration
#: 2026-09-17 is a Thursday.
DAY = dt.timedelta(days=1)


def lead(world: World, by: User, **changes: Any) -> Lead:
    values = {
        "station": world.station_a1,
        "reference_no": "澜公线〔2026〕17号",
        "issuer": world.city_a,
        "received_at": NOW,
        "by": by,
        "now": NOW,
        **changes,
    }
    return issue_lead(**values)


def task(world: World, by: User, **changes: Any) -> AssignedTask:
    values = {
        "station": world.station_a1,
        "title": "报送上半年总结",
        "issuer": world.county_a1,
        "received_at": NOW,
        "due_at": NOW + 2 * DAY,
        "by": by,
        "now": NOW,
        **changes,
    }
    return assign_task(**values)


def test_lead_keeps_no_content() -> None:
    stored = {field.name for field in Lead._meta.get_fields()}
    assert (
        stored & {"content", "text", "summary", "subject", "title", "description", "note"} == set()
    )


@pytest.mark.parametrize(
    ("received", "due"),
    [
        pytest.param(NOW, dt.date(2026, 9, 24), id="thursday-to-thursday"),
        pytest.param(NOW + 2 * DAY, dt.date(2026, 9, 28), id="a-saturday-rolls-to-monday"),
    ],
)
def test_day_clock_counts_from_the_next_day_and_rolls(
    world: World, city_supervisor: User, received: dt.datetime, due: dt.date
) -> None:
    row = lead(world, city_supervisor, received_at=received, now=received)
    assert row.due_at == dt.datetime.combine(due, dt.time(23, 59, 59), ZONE)


def test_day_clock_rolls_over_holidays_and_stops_on_make_up_days(
    world: World, city_supervisor: User
) -> None:
    for day in range(24, 28):
        CalendarDay.objects.create(day=dt.date(2026, 9, day), kind=DayKind.HOLIDAY, name="holiday")
    assert lead(world, city_supervisor).due_at.astimezone(ZONE).date() == dt.date(2026, 9, 28)
    CalendarDay.objects.filter(day=dt.date(2026, 9, 26)).update(kind=DayKind.MAKEUP)
    second = lead(world, city_supervisor, reference_no="2")
    assert second.due_at.astimezone(ZONE).date() == dt.date(2026, 9, 26)


def test_without_rolling_the_last_day_stays(world: World, city_supervisor: User) -> None:
    note = Interpretation.objects.create(number="1", dated=NOW.date(), author_unit="x")
    Parameter.objects.create(
        key="P-00", key_number=5, value="false", interpretation=note, valid_from=NOW.date()
    )
    saturday = lead(world, city_supervisor, received_at=NOW + 2 * DAY, now=NOW + 2 * DAY)
    assert saturday.due_at.astimezone(ZONE).date() == dt.date(2026, 9, 26)


def test_due_time_of_the_issuer_wins(world: World, city_supervisor: User) -> None:
    row = lead(world, city_supervisor, due_at=NOW + HOUR)
    assert (row.due_at, row.due_named, clock("lead-result", row).due_at) == (
        NOW + HOUR,
        True,
        NOW + HOUR,
    )


@pytest.mark.parametrize(
    ("after", "status"),
    [(HOUR, ClockStatus.MET), (HOUR + dt.timedelta(seconds=1), ClockStatus.LATE)],
)
def test_result_by_the_due_time(
    world: World,
    officer: User,
    city_supervisor: User,
    after: dt.timedelta,
    status: ClockStatus,
) -> None:
    row = lead(world, city_supervisor, due_at=NOW + HOUR)
    answer_lead(lead=row, result="confirmed", closed_at=NOW + after, by=officer, now=NOW + after)
    assert status_of(clock("lead-result", row), now=NOW + after) is status


def test_result_is_given_once(world: World, officer: User, city_supervisor: User) -> None:
    row = lead(world, city_supervisor)
    facts = {"lead": row, "closed_at": NOW, "by": officer, "now": NOW}
    answer_lead(result="confirmed", **facts)
    assert answer_lead(result="confirmed", **facts).closed_by == officer
    with pytest.raises(DomainError, match="once"):
        answer_lead(result="unconfirmed", **facts)


def test_number_is_used_once_in_a_room(world: World, city_supervisor: User) -> None:
    row = lead(world, city_supervisor)
    with pytest.raises(ValidationError):
        lead(world, city_supervisor)
    assert lead(world, city_supervisor, station=world.center_a).pk
    strike_lead(lead=row, reason="发错", by=city_supervisor, now=NOW)
    assert lead(world, city_supervisor).pk != row.pk


def test_struck_lead_has_no_clock_and_no_result(
    world: World, officer: User, city_supervisor: User
) -> None:
    row = lead(world, city_supervisor)
    strike_lead(lead=row, reason="发错", by=city_supervisor, now=NOW)
    assert status_of(clock("lead-result", row), now=NOW) is ClockStatus.CANCELLED
    with pytest.raises(DomainError, match="struck"):
        answer_lead(lead=row, result="confirmed", closed_at=NOW, by=officer, now=NOW)


def test_room_is_told_and_its_neighbours_are_not(
    world: World, officer: User, neighbour_officer: User, city_supervisor: User
) -> None:
    lead(world, city_supervisor)
    task(world, city_supervisor)
    told = Notification.objects.filter(kind__in=["lead", "task"])
    assert sorted(told.values_list("kind", "recipient")) == [
        ("lead", officer.pk),
        ("task", officer.pk),
    ]


def test_sent_twice_it_is_one(world: World, city_supervisor: User) -> None:
    sent = uuid.uuid4()
    rows = [lead(world, city_supervisor, client_uuid=sent) for _ in range(3)]
    assert len({row.pk for row in rows}) == Lead.objects.unscoped("test").count() == 1
    with pytest.raises(ConflictError):
        lead(world, city_supervisor, client_uuid=sent, reference_no="另一号")


def test_task_is_reported_done_once(world: World, officer: User, county_staff: User) -> None:
    row = task(world, county_staff)
    facts = {"task": row, "closed_at": NOW + MINUTE, "by": officer, "now": NOW + MINUTE}
    with pytest.raises(DomainError, match="sentence"):
        answer_task(result=" ", **facts)
    answer_task(result="已报送", **facts)
    assert answer_task(result="已报送", **facts).result == "已报送"
    with pytest.raises(DomainError, match="reported done"):
        answer_task(result="又报", **facts)
    assert status_of(clock("task-result", row), now=NOW + HOUR) is ClockStatus.MET


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"received_at": NOW + HOUR}, "received_at"), ({"due_at": NOW - HOUR}, "due_at")],
)
def test_impossible_instants_are_refused(
    world: World, county_staff: User, changes: dict, field: str
) -> None:
    for make in (lead, task):
        with pytest.raises(DomainError) as refusal:
            make(world, county_staff, **changes)
        assert refusal.value.field == field


def test_database_refuses_a_result_without_an_end(world: World, county_staff: User) -> None:
    row = lead(world, county_staff)
    with pytest.raises(IntegrityError), transaction.atomic():
        Lead.objects.unscoped("test").filter(pk=row.pk).update(result="confirmed")
    struck = strike_task(task=task(world, county_staff), reason="误", by=county_staff, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        AssignedTask.objects.unscoped("test").filter(pk=struck.pk).update(strike_reason="")


def test_county_issues_and_the_room_answers_on_the_pages(
    world: World, officer: User, county_staff: User, as_user: Callable[[User | None], Client]
) -> None:
    above, client = as_user(county_staff), as_user(officer)
    due = timezone.localtime() + 3 * DAY
    sent = above.post(
        "/incidents/leads/new/",
        {"station": world.station_a1.pk, "reference_no": "L-1", "received_at": "t"},
    )
    row = Lead.objects.unscoped("test").get()
    assert (sent.status_code, row.issuer, row.due_named) == (302, world.county_a1, False)
    above.post(
        "/incidents/tasks/new/",
        {
            "station": world.station_a1.pk,
            "title": "报送",
            "received_at": "-10",
            "due_at": f"{due:%Y-%m-%dT%H:%M}",
        },
    )
    given = AssignedTask.objects.unscoped("test").get()
    assert client.get("/incidents/leads/new/").status_code == 403
    elsewhere = above.post(
        "/incidents/leads/new/",
        {"station": world.station_a2.pk, "reference_no": "L-2", "received_at": "t"},
    )
    assert set(elsewhere.context["form"].errors) == {"station"}
    client.post(f"/incidents/leads/{row.pk}/result/", {"result": "unconfirmed", "closed_at": "t"})
    client.post(f"/incidents/tasks/{given.pk}/result/", {"result": "已报", "closed_at": "t"})
    row.refresh_from_db()
    given.refresh_from_db()
    assert (row.result, given.result, given.closed_by) == ("unconfirmed", "已报", officer)
    for address in (row.get_absolute_url(), given.get_absolute_url()):
        page = client.get(address)
        assert [line.status for line in page.context["clocks"]] == ["done in time"]
        assert len(page.context["history"]) == 2
