"""Proposed rosters: asked for, worked out once, booked whole or not at all; the pages."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from duty import tasks
from duty.models import IntendedGap, RosterProposal, RosterShift, ShiftTemplate
from duty.proposal import Method, outcome
from duty.queries.crews import crew_of, open_hours, places
from duty.roster_rules import Post as RosterPost
from duty.roster_rules import Reason, report
from duty.services import proposal as services
from duty.services.roster import book_shift, edit_template
from personnel.enums import PersonKind, Post
from personnel.models import Absence, Person, Secondment
from personnel.services.absences import record_absence
from policeroom.accounts.models import User
from policeroom.common.clock import ZONE
from policeroom.common.errors import ConflictError, DomainError
from policeroom.common.intervals import Span
from policeroom.common.models import AuditEvent, Notification
from policeroom.common.roles import Role
from stations.enums import DayKind
from stations.models import CalendarDay
from tests.duty.test_roster import usual
from tests.personnel.people_helpers import serves, somebody
from tests.world import World, build, make_user

pytestmark = pytest.mark.integration
SignIn = Callable[[User | None], Client]
State = RosterProposal.State
#: A Thursday; the Monday after the next.
NOW = dt.datetime(2026, 9, 17, 9, tzinfo=ZONE)
MONDAY = dt.date(2026, 9, 28)
DAY, WEEK = dt.timedelta(days=1), dt.timedelta(days=7)


def clock() -> dt.datetime:
    return NOW


def fresh(row: RosterProposal) -> RosterProposal:
    return RosterProposal.everything.select_related("station").get(pk=row.pk)


@pytest.fixture
def crew(world: World, county_staff: User) -> list[Person]:
    """Four officers; one auxiliary."""
    room = world.station_a1
    found = [serves(room, county_staff, name=f"陈{n}").person for n in "甲乙丙丁"]
    found.append(serves(room, county_staff, name="辅一", post=Post.AUXILIARY).person)
    return found


@pytest.fixture
def day_shift(world: World, station_lead: User, crew: list[Person]) -> ShiftTemplate:
    return usual(world.station_a1, station_lead)


@pytest.fixture
def asked(world: World, station_lead: User, day_shift: ShiftTemplate) -> RosterProposal:
    return services.ask_proposal(
        station=world.station_a1, first_day=MONDAY, weeks=1, by=station_lead, now=NOW
    )


@pytest.fixture
def ready(asked: RosterProposal) -> RosterProposal:
    assert services.run_proposal(asked.pk, clock=clock) == State.READY
    return fresh(asked)


def shifts() -> set[tuple[int, dt.date]]:
    rows = RosterShift.everything.filter(struck_at=None)
    return {(row.person_id, row.starts_at.astimezone(ZONE).date()) for row in rows}


def test_a_week_is_worked_out_and_nothing_is_booked(
    ready: RosterProposal, crew: list[Person], station_lead: User
) -> None:
    found = outcome.read(ready.outcome)
    assert [one.shift.day for one in found.planned] == [MONDAY + n * DAY for n in range(7)]
    assert {one.shift.person for one in found.planned} <= {person.pk for person in crew[:4]}
    assert (found.quality.uncovered, found.quality.violations) == ((), ())
    assert found.needed == 7 * 720
    assert shifts() == set()
    assert (ready.method in set(Method), ready.finished_at) == (True, NOW)
    line = Notification.objects.get(recipient=station_lead)
    assert (line.url, line.kind) == (ready.get_absolute_url(), "roster-proposal")


def test_adopting_books_exactly_the_plan(
    ready: RosterProposal, station_lead: User, world: World
) -> None:
    services.adopt_proposal(proposal=ready, by=station_lead, at=NOW)
    planned = outcome.read(ready.outcome).planned
    assert shifts() == {(one.shift.person, one.shift.day) for one in planned}
    assert fresh(ready).state == State.ADOPTED
    events = AuditEvent.everything.filter(object_type="duty.rosterproposal").order_by("id")
    assert list(events.values_list("action", flat=True)) == ["roster.propose", "roster.adopt"]
    crew = crew_of(world.station_a1, ready.window)
    assert list(places(crew)) == []
    with pytest.raises(ConflictError, match="booked"):
        services.adopt_proposal(proposal=ready, by=station_lead, at=NOW)


def test_what_has_become_a_clash_is_named_and_nothing_is_booked(
    ready: RosterProposal, station_lead: User, day_shift: ShiftTemplate
) -> None:
    first, *_rest, last = outcome.read(ready.outcome).planned
    person = Person.everything.get(pk=first.shift.person)
    book_shift(person=person, template=day_shift, day=first.shift.day, by=station_lead)
    away = Person.everything.get(pk=last.shift.person)
    record_absence(
        person=away,
        valid_from=last.shift.day,
        last_day=last.shift.day,
        by=station_lead,
        today=NOW.date(),
    )
    with pytest.raises(services.RefusedPlanError) as refusal:
        services.adopt_proposal(proposal=ready, by=station_lead, at=NOW)
    assert sorted(refusal.value.sentences) == sorted(
        [
            f"{person.name} already has a shift in {ready.station.name}, "
            "2026-09-28 08:00 to 20:00.",
            f"{away.name} is recorded as absent from 2026-10-04 to 2026-10-04.",
        ]
    )
    assert shifts() == {(person.pk, first.shift.day)}
    assert fresh(ready).state == State.READY


def test_a_changed_usual_shift_is_not_booked_at_other_hours(
    ready: RosterProposal, station_lead: User, day_shift: ShiftTemplate
) -> None:
    edit_template(template=day_shift, by=station_lead, starts=dt.time(9))
    with pytest.raises(services.RefusedPlanError) as refusal:
        services.adopt_proposal(proposal=ready, by=station_lead, at=NOW)
    assert refusal.value.sentences == ["The usual shift “白班” was changed after the proposal."]
    assert shifts() == set()


def test_absent_seconded_and_ended_people_are_not_planned(
    world: World, county_staff: User, asked: RosterProposal, crew: list[Person]
) -> None:
    absent, seconded, ending, _there, _auxiliary = crew
    facts = {"by": county_staff, "today": NOW.date()}
    record_absence(person=absent, valid_from=MONDAY, last_day=MONDAY + 6 * DAY, **facts)
    Secondment.everything.create(
        person=seconded,
        valid_from=MONDAY - DAY,
        valid_to=MONDAY + 2 * DAY,
        ordered_by=world.county_a1,
        order_no="1",
        approved_by=county_staff,
        approved_at=NOW,
    )
    Person.everything.filter(pk=ending.pk).update(left_on=MONDAY + 3 * DAY)
    services.run_proposal(asked.pk, clock=clock)
    days = {
        (one.shift.person, (one.shift.day - MONDAY).days)
        for one in outcome.read(fresh(asked).outcome).planned
    }
    assert {day for person, day in days if person == absent.pk} == set()
    assert min(day for person, day in days if person == seconded.pk) >= 2
    assert max(day for person, day in days if person == ending.pk) < 3
    assert len(days) == 7


def test_a_shift_of_somebody_absent_is_no_cover_and_is_told(
    world: World, station_lead: User, crew: list[Person], day_shift: ShiftTemplate
) -> None:
    book_shift(person=crew[0], template=day_shift, day=MONDAY, by=station_lead)
    book_shift(person=crew[1], template=day_shift, day=MONDAY + DAY, by=station_lead)
    Absence.everything.create(person=crew[0], valid_from=MONDAY, valid_to=MONDAY + DAY)
    window = Span(*(dt.datetime.combine(d, dt.time(), ZONE) for d in (MONDAY, MONDAY + WEEK)))
    found = crew_of(world.station_a1, window)
    assert {slot.span.start.astimezone(ZONE).date() for slot in places(found)} == {
        MONDAY + n * DAY for n in (0, 2, 3, 4, 5, 6)
    }
    quality = report(found.request(open_hours(found)), ())
    assert [(one.person, one.reason) for one in quality.violations] == [(crew[0].pk, Reason.AWAY)]
    first = quality.uncovered[0]
    assert (first.missing, dict(first.reasons)) == (1, {Reason.FREE: 3, Reason.OVERLAP: 1})


def test_intended_hours_holidays_and_open_minutes(
    world: World, station_lead: User, crew: list[Person], day_shift: ShiftTemplate
) -> None:
    start = dt.datetime.combine(MONDAY, dt.time(8), ZONE)
    IntendedGap.objects.create(
        station=world.station_a1,
        starts_at=start,
        ends_at=start + dt.timedelta(hours=12),
        reason="停电检修",
    )
    CalendarDay.objects.create(day=dt.date(2026, 10, 1), kind=DayKind.HOLIDAY, name="国庆")
    CalendarDay.objects.create(day=dt.date(2026, 10, 4), kind=DayKind.MAKEUP, name="补班")
    edit_template(template=day_shift, by=station_lead, auxiliaries=1)
    window = Span(*(dt.datetime.combine(d, dt.time(), ZONE) for d in (MONDAY, MONDAY + WEEK)))
    found = crew_of(world.station_a1, window)
    request = found.request(places(found))
    assert request.slots[0].span.start == start + DAY
    assert request.holidays == {dt.date(2026, 10, 1)}
    assert request.weekends == {dt.date(2026, 10, 3)}
    missing = [slot.needs(RosterPost.AUXILIARY) for slot in open_hours(found)]
    assert (sum(missing), len(missing)) == (6, 12)


def test_a_resend_asks_once(world: World, station_lead: User, day_shift: ShiftTemplate) -> None:
    facts = {"station": world.station_a1, "first_day": MONDAY, "by": station_lead, "now": NOW}
    key = uuid.uuid4()
    first = services.ask_proposal(weeks=2, client_uuid=key, **facts)
    assert services.ask_proposal(weeks=2, client_uuid=key, **facts) == first
    with pytest.raises(ConflictError):
        services.ask_proposal(weeks=3, client_uuid=key, **facts)


def test_refused_without_usual_shifts_or_for_today(
    world: World, station_lead: User, county_staff: User
) -> None:
    facts = {"station": world.station_a1, "weeks": 1, "by": station_lead, "now": NOW}
    with pytest.raises(DomainError, match="usual shifts first"):
        services.ask_proposal(first_day=MONDAY, **facts)
    usual(world.station_a1, station_lead)
    with pytest.raises(DomainError, match="2026-09-17 is not to come"):
        services.ask_proposal(first_day=NOW.date(), **facts)


def test_a_plan_whose_days_have_come_is_not_booked(
    ready: RosterProposal, station_lead: User
) -> None:
    late = dt.datetime.combine(MONDAY, dt.time(), ZONE)
    with pytest.raises(DomainError, match="2026-09-28 has come"):
        services.adopt_proposal(proposal=ready, by=station_lead, at=late)


def test_a_discarded_proposal_is_neither_worked_out_nor_booked(
    asked: RosterProposal, station_lead: User
) -> None:
    services.discard_proposal(proposal=asked, by=station_lead, at=NOW)
    assert services.run_proposal(asked.pk, clock=clock) == ""
    with pytest.raises(ConflictError, match="discarded"):
        services.adopt_proposal(proposal=asked, by=station_lead, at=NOW)


# --- killed workers, messages that come twice -----------------------------------------------------


def test_a_killed_worker_leaves_nothing_and_the_row_is_worked_out_once(
    asked: RosterProposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def killed(*_args: object) -> None:
        calls.append("killed")
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(services, "propose", killed)
        with pytest.raises(SystemExit):
            services.run_proposal(asked.pk, clock=clock)
    row = fresh(asked)
    assert (row.state, row.attempts, row.outcome) == (State.COMPUTING, 1, {})
    assert services.run_proposal(asked.pk, clock=clock) == ""  # the message comes twice
    assert services.resume_proposals(now=NOW + dt.timedelta(seconds=30)) == []
    soon = timezone.now() + dt.timedelta(minutes=2)
    RosterProposal.everything.update(started_at=soon - dt.timedelta(minutes=2))
    assert services.resume_proposals(now=soon) == [asked.pk]
    assert services.run_proposal(asked.pk, clock=clock) == State.READY
    assert services.run_proposal(asked.pk, clock=clock) == ""
    assert (fresh(asked).attempts, Notification.objects.count()) == (2, 1)


def test_after_three_broken_attempts_it_is_given_up(asked: RosterProposal) -> None:
    RosterProposal.everything.update(state=State.COMPUTING, attempts=3, started_at=NOW)
    assert services.resume_proposals(now=NOW + dt.timedelta(minutes=2)) == []
    assert fresh(asked).state == State.FAILED
    assert Notification.objects.get().body == "From 2026-09-28, could not be worked out."


@pytest.mark.django_db(transaction=True)
def test_while_a_worker_holds_a_row_nobody_else_begins_or_decides() -> None:
    with transaction.atomic():
        world = build()
    lead = make_user("100003", "吴三", world.station_a1.unit, Role.STATION_LEAD)
    somebody(world.county_a1, lead, kind=PersonKind.OFFICER)
    usual(world.station_a1, lead)
    row = services.ask_proposal(
        station=world.station_a1, first_day=MONDAY, weeks=1, by=lead, now=NOW
    )
    other = connections.create_connection("default")
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT 1 FROM duty_rosterproposal WHERE id = %s FOR UPDATE", [row.pk])
        assert services.run_proposal(row.pk, clock=clock) == ""
        with pytest.raises(ConflictError, match="being worked on"):
            services.discard_proposal(proposal=row, by=lead, at=NOW)
    finally:
        other.rollback()
        other.close()
    assert services.run_proposal(row.pk, clock=clock) == State.READY


# --- pages ----------------------------------------------------------------------------------------


def test_the_pages_from_asking_to_booking(
    world: World,
    station_lead: User,
    day_shift: ShiftTemplate,
    as_user: SignIn,
    django_capture_on_commit_callbacks: Callable[..., object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = as_user(station_lead)
    sent: list[int] = []
    monkeypatch.setattr(tasks.work_out_proposal, "delay", sent.append)
    room = reverse("duty:proposal-room", args=[world.station_a1.pk])
    assert "No roster proposed yet" in client.get(room).content.decode()
    first = timezone.localdate() + 7 * DAY
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"{room}new/", {"first_day": first, "weeks": 1})
    row = RosterProposal.everything.get()
    assert (sent, answer["Location"]) == ([row.pk], row.get_absolute_url())
    waiting = client.get(row.get_absolute_url()).content.decode()
    assert "waiting for a worker" in waiting
    poll = client.get(f"{row.get_absolute_url()}progress/", headers={"hx-request": "true"})
    assert "<progress" in poll.content.decode()
    tasks.work_out_proposal(row.pk)
    done = client.get(f"{row.get_absolute_url()}progress/", headers={"hx-request": "true"})
    assert done["HX-Refresh"] == "true"
    page = client.get(row.get_absolute_url()).content.decode()
    assert "Book all 7 shifts?" in page
    assert "Every usual shift has its people." in page
    answer = client.post(f"{row.get_absolute_url()}adopt/", follow=True)
    assert "The proposed roster is booked." in answer.content.decode()
    assert len(shifts()) == 7
    again = client.post(f"{row.get_absolute_url()}adopt/")
    assert again.status_code == 422
    assert "Nothing can be decided about this proposal any more: booked." in again.content.decode()


def test_who_only_reads_sees_the_plan_and_no_act(
    ready: RosterProposal, officer: User, as_user: SignIn
) -> None:
    client = as_user(officer)
    page = client.get(ready.get_absolute_url())
    assert page.status_code == 200
    assert "Book the roster" not in page.content.decode()
    assert client.post(f"{ready.get_absolute_url()}adopt/").status_code == 403
    assert shifts() == set()


def test_the_page_costs_the_same_for_one_and_for_four_weeks(
    world: World,
    station_lead: User,
    day_shift: ShiftTemplate,
    as_user: SignIn,
    django_assert_num_queries: Callable[..., object],
) -> None:
    client = as_user(station_lead)
    for weeks in (1, 4):
        row = services.ask_proposal(
            station=world.station_a1, first_day=MONDAY, weeks=weeks, by=station_lead, now=NOW
        )
        services.run_proposal(row.pk, clock=clock)
        client.get(row.get_absolute_url())
        with django_assert_num_queries(11):
            client.get(row.get_absolute_url())
