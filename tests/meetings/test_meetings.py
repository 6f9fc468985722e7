"""Acts on meetings: planning, holding, correcting, confirming, deciding."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from meetings.models import ActionItem, Meeting, MinutesVersion, Obligation, Participant, Sitting
from meetings.queries.standings import standings
from meetings.rules import Standing
from meetings.services import items
from meetings.services import meetings as services
from meetings.services.obligations import materialise
from policeroom.accounts.models import User
from policeroom.common.errors import ConflictError, DomainError
from policeroom.common.models import AuditEvent
from policeroom.common.roles import Role
from tests.meetings.helpers import at, held, meet, said
from tests.world import World, make_user

pytestmark = pytest.mark.integration


def standing_of(room, regime: str, day: str, now: str) -> Standing:
    row = Obligation.objects.unscoped("test").get(
        station=room, regime=regime, starts_on=dt.date.fromisoformat(day)
    )
    return standings([row], now=at(now))[0].standing


def test_one_sitting_serves_several_regimes_and_each_but_one_period(
    world: World, station_lead: User
) -> None:
    """D 9, D 10: held on 3 June for the month of May and the week it lies in."""
    room = world.station_a1
    body = said("weekly", "monthly")
    meeting = services.record_meeting(
        unit=room.unit,
        rooms=[room],
        regimes=["weekly", "monthly"],
        held=services.Held(
            at("2026-06-03T10:00"),
            at("2026-06-03T11:00"),
            body,
            held("2026-06-03T10:00", "monthly", named="2026-05").makes_up,
        ),
        present=[],
        by=station_lead,
        now=at("2026-06-03T12:00"),
    )
    found = {row.regime: (row.serves_from, row.is_makeup) for row in meeting.sittings.all()}
    assert found == {
        "weekly": (dt.date(2026, 6, 1), False),
        "monthly": (dt.date(2026, 5, 1), True),
    }
    materialise(now=at("2026-06-10T00:00"))
    assert standing_of(room, "monthly", "2026-05-01", "2026-06-10T00:00") == Standing.LATE
    assert standing_of(room, "monthly", "2026-06-01", "2026-07-10T00:00") == Standing.MISSED
    assert standing_of(room, "weekly", "2026-06-01", "2026-06-10T00:00") == Standing.MET


def test_resend_returns_the_first_and_other_content_is_refused(
    world: World, station_lead: User
) -> None:
    key, room = uuid.uuid4(), world.station_a1
    common = {"unit": room.unit, "rooms": [room], "by": station_lead, "client_uuid": key}
    went = held("2026-06-03T10:00", "weekly")
    now = at("2026-06-03T12:00")
    first, again = (
        services.record_meeting(regimes=["weekly"], held=went, present=[], now=now, **common)
        for _ in range(2)
    )
    assert (again.pk, MinutesVersion.objects.count()) == (first.pk, 1)
    with pytest.raises(ConflictError):
        services.record_meeting(regimes=["monthly"], held=went, present=[], now=now, **common)


@pytest.mark.parametrize(
    ("start", "minutes", "named", "field"),
    [
        pytest.param("2026-06-03T12:00", 60, "", "ended_at", id="not-over"),
        pytest.param("2026-06-03T10:00", -5, "", "ended_at", id="ends-before-it-begins"),
        pytest.param("2026-06-03T10:00", 30, "2026-07", "makes_up", id="for-a-month-to-come"),
        pytest.param("2026-06-03T10:00", 30, "2026-W20", "makes_up", id="for-another-rhythm"),
    ],
)
def test_times_that_cannot_be_are_refused(
    world: World, station_lead: User, start: str, minutes: int, named: str, field: str
) -> None:
    room = world.station_a1
    with pytest.raises(DomainError) as refusal, transaction.atomic():
        services.record_meeting(
            unit=room.unit,
            rooms=[room],
            regimes=["monthly"],
            held=held(start, "monthly", named=named, minutes=minutes),
            present=[],
            by=station_lead,
            now=at("2026-06-03T12:30"),
        )
    assert refusal.value.field == field
    assert not Meeting.objects.unscoped("test").exists()


def test_corrected_times_move_the_period_and_every_version_stays(
    world: World, station_lead: User
) -> None:
    """D 12: across the border of a period it is a new version and an audit event."""
    room = world.station_a1
    meeting = meet(room, "monthly", "2026-06-30T23:40", by=station_lead, entered="2026-07-01T09:00")
    sitting = meeting.sittings.get()
    services.confirm_sitting(
        sitting=sitting,
        by=make_user("100060", "马六", world.city_a, Role.CITY),
        now=at("2026-07-01T10:00"),
    )
    services.correct_minutes(
        meeting=meeting,
        held=held("2026-07-01T00:10", "monthly"),
        seen_version=1,
        by=station_lead,
        now=at("2026-07-02T09:00"),
    )
    sitting.refresh_from_db()
    assert (sitting.serves_from, sitting.confirmed_at) == (dt.date(2026, 7, 1), None)
    assert [v.held_at for v in meeting.minutes.all()] == [
        at("2026-07-01T00:10"),
        at("2026-06-30T23:40"),
    ]
    event = AuditEvent.objects.unscoped("test").get(action="meetings.minutes")
    assert dt.datetime.fromisoformat(event.before["held_at"]) == at("2026-06-30T23:40")
    with pytest.raises(ConflictError, match="2"):
        services.correct_minutes(
            meeting=meeting,
            held=held("2026-07-01T00:10", "monthly"),
            seen_version=1,
            by=station_lead,
            now=at("2026-07-02T09:00"),
        )


@pytest.mark.parametrize(
    "statement",
    ["UPDATE meetings_minutesversion SET number = 9", "DELETE FROM meetings_minutesversion"],
)
def test_the_database_refuses_to_change_minutes(
    world: World, station_lead: User, statement: str
) -> None:
    meet(world.station_a1, "weekly", "2026-06-03T10:00", by=station_lead)
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="append-only"):
        cursor.execute(statement)


def test_a_late_entry_waits_for_the_city(
    world: World, station_lead: User, city_supervisor: User
) -> None:
    """D 11."""
    room = world.station_a1
    meeting = meet(room, "weekly", "2026-05-12T10:00", by=station_lead, entered="2026-05-22T09:00")
    materialise(now=at("2026-06-01T00:00"))
    assert standing_of(room, "weekly", "2026-05-11", "2026-05-30T00:00") == Standing.UNVERIFIED
    sitting = meeting.sittings.get()
    with pytest.raises(DomainError, match="does not confirm"):
        services.confirm_sitting(sitting=sitting, by=station_lead, now=at("2026-05-25T09:00"))
    services.confirm_sitting(sitting=sitting, by=city_supervisor, now=at("2026-05-25T09:00"))
    assert standing_of(room, "weekly", "2026-05-11", "2026-05-30T00:00") == Standing.MET
    assert standing_of(room, "weekly", "2026-05-11", "2026-05-24T00:00") == Standing.UNVERIFIED


def test_planned_held_or_called_off(world: World, station_lead: User) -> None:
    room = world.station_a1
    one, two = (
        services.plan_meeting(
            unit=room.unit,
            rooms=[room],
            regimes=["weekly"],
            planned_at=at(f"2026-06-0{day}T10:00"),
            by=station_lead,
        )
        for day in (3, 4)
    )
    with pytest.raises(DomainError, match="why"):
        services.cancel_meeting(
            meeting=one, reason=" ", by=station_lead, now=at("2026-06-02T10:00")
        )
    services.cancel_meeting(
        meeting=one, reason="学校放假", by=station_lead, now=at("2026-06-02T10:00")
    )
    entry = {"present": [], "by": station_lead, "now": at("2026-06-04T12:00")}
    with pytest.raises(DomainError, match="called off"):
        services.enter_held(meeting=one, held=held("2026-06-03T10:00", "weekly"), **entry)
    services.enter_held(meeting=two, held=held("2026-06-04T10:00", "weekly"), **entry)
    with pytest.raises(ConflictError, match="meanwhile"):
        services.enter_held(meeting=two, held=held("2026-06-04T10:00", "weekly"), **entry)
    with pytest.raises(DomainError, match="was held"):
        services.cancel_meeting(
            meeting=two, reason="误报", by=station_lead, now=at("2026-06-05T10:00")
        )


def test_constraints_of_meetings(world: World, station_lead: User) -> None:
    meeting = meet(world.station_a1, "weekly", "2026-06-03T10:00", by=station_lead)
    broken = (
        {"ended_at": meeting.held_at},
        {"entered_at": at("2026-06-03T10:10")},
        {"entered_by": None},
        {
            "cancelled_at": at("2026-06-04T10:00"),
            "cancelled_by": station_lead,
            "cancel_reason": "x",
        },
    )
    for values in broken:
        with pytest.raises(IntegrityError), transaction.atomic():
            Meeting.objects.unscoped("test").filter(pk=meeting.pk).update(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Sitting.objects.create(meeting=meeting, station=world.station_a1, regime="weekly")
    with pytest.raises(IntegrityError), transaction.atomic():
        Participant.objects.create(
            meeting=meeting, side="university", organisation="x", post="y", name="z"
        )


def test_items_run_until_they_are_closed(world: World, station_lead: User) -> None:
    room, now = world.station_a1, at("2026-06-10T09:00")
    meeting = meet(room, "monthly", "2026-06-03T10:00", by=station_lead)
    common = {"meeting": meeting, "station": room, "by": station_lead}
    with pytest.raises(DomainError, match="lies before"):
        items.add_item(
            regime="monthly", text="查", owner="甲", due_on=dt.date(2026, 6, 2), **common
        )
    with pytest.raises(DomainError, match="did not sit"):
        items.add_item(regime="weekly", text="查", owner="甲", due_on=dt.date(2026, 6, 9), **common)
    with pytest.raises(ValidationError):
        items.add_item(regime="monthly", text=" ", owner="甲", due_on=dt.date(2026, 6, 9), **common)
    item = items.add_item(
        regime="monthly", text="补装照明", owner="保卫处", due_on=dt.date(2026, 6, 9), **common
    )
    for day in (dt.date(2026, 6, 9), dt.date(2026, 6, 8)):
        with pytest.raises(DomainError, match="not over"):
            items.redate_item(item=item, due_on=day, by=station_lead, now=now)
    items.redate_item(item=item, due_on=dt.date(2026, 6, 20), by=station_lead, now=now)
    items.close_item(item=item, result="已装12盏", by=station_lead, now=now)
    row = ActionItem.objects.unscoped("test").get()
    assert (row.first_due_on, row.due_on, row.done_on) == (
        dt.date(2026, 6, 9),
        dt.date(2026, 6, 20),
        dt.date(2026, 6, 10),
    )
    with pytest.raises(DomainError, match="已装12盏"):
        items.close_item(item=item, result="又", by=station_lead, now=now)


def test_lead_enters_a_meeting_through_the_page(
    world: World, station_lead: User, as_user: Callable[[User], Client]
) -> None:
    client, room = as_user(station_lead), world.station_a1
    now = timezone.localtime().replace(second=0, microsecond=0)
    start, end = now - dt.timedelta(hours=2), now - dt.timedelta(hours=1)
    university = world.university_a
    url = f"{reverse('meetings:enter', args=[room.pk])}?regime=weekly"
    sent = {
        "client_uuid": str(uuid.uuid4()),
        "held_at": start.strftime("%Y-%m-%dT%H:%M"),
        "ended_at": end.strftime("%Y-%m-%dT%H:%M"),
        "mode": "phone",
        "said_weekly_calls": "本周接警9起",
        "nil_weekly_cases": "on",
        "said_weekly_risks": "南门照明不足",
        f"u{university.pk}_1_organisation": university.name,
        f"u{university.pk}_1_post": "保卫处长",
        f"u{university.pk}_1_name": "李明",
    }
    incomplete = client.post(url, {**sent, f"u{university.pk}_1_post": ""})
    assert incomplete.status_code == 422
    assert b"Give name and post" in incomplete.content
    both = client.post(url, {**sent, "nil_weekly_calls": "on"})
    assert b"Either write something" in both.content
    assert not Meeting.objects.unscoped("test").exists()
    answer = client.post(url, sent, follow=True)
    meeting = Meeting.objects.unscoped("test").get()
    assert answer.request["PATH_INFO"] == meeting.get_absolute_url()
    assert meeting.minutes.get().body == {
        "weekly": {
            "calls": {"text": "本周接警9起"},
            "cases": {"nil": True},
            "risks": {"text": "南门照明不足"},
        }
    }
    page = answer.content.decode()
    for text in ("本周接警9起", "南门照明不足", "李明", "3 of 3", "1 of 1"):
        assert text in page
    listed = client.get(reverse("meetings:obligation-list")).content.decode()
    assert "Nothing is owed" in listed  # the calendar has not run yet
    materialise(now=timezone.now())
    shown = client.get(reverse("meetings:room", args=[room.pk])).content.decode()
    period = Obligation.objects.unscoped("test").filter(
        station=room, regime="weekly", starts_on=meeting.sittings.get().serves_from
    )
    assert period.get().period.label in shown


def test_a_neighbour_s_meeting_does_not_exist(
    world: World, neighbour_officer: User, station_lead: User, as_user: Callable[[User], Client]
) -> None:
    meeting = meet(world.station_a1, "weekly", "2026-06-03T10:00", by=station_lead)
    client = as_user(neighbour_officer)
    assert client.get(meeting.get_absolute_url()).status_code == 404
    assert client.get(f"{meeting.get_absolute_url()}?version=1").status_code == 404
    assert as_user(station_lead).get(meeting.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("rooms", [1, 3])
def test_the_list_asks_the_same_number_of_questions(
    world: World,
    province_staff: User,
    station_lead: User,
    as_user: Callable[[User], Client],
    django_assert_num_queries: Callable[..., object],
    rooms: int,
) -> None:
    every = (world.station_a1, world.station_a2, world.station_b1)
    for room in every[:rooms]:
        meet(room, "weekly", "2026-06-03T10:00", by=station_lead)
    materialise(now=at("2026-06-10T00:00"))
    Obligation.objects.unscoped("test").exclude(station__in=every[:rooms]).delete()
    client = as_user(province_staff)
    client.get(reverse("meetings:obligation-list"))
    with django_assert_num_queries(14):
        client.get(reverse("meetings:obligation-list"))
