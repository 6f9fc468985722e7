"""Vacancies: when they open, who fills them, what ends them, how their clock runs."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.db import connections, transaction
from django.test import Client
from django.utils import timezone

from personnel.enums import EndReason, PersonKind, Post
from personnel.models import Vacancy
from personnel.services.absences import change_absence, record_absence, strike_absence
from personnel.services.deadlines import escalate_overdue
from personnel.services.staff import end_post, leave_service
from personnel.services.vacancies import BACK, CLOSED, open_vacancies, withdraw_vacancy
from policeroom.accounts.models import User
from policeroom.common.clock import ZONE, ClockStatus
from policeroom.common.deadlines import status_of
from policeroom.common.errors import DomainError
from policeroom.common.models import AuditEvent, Deadline, Notification
from policeroom.common.roles import Role
from stations.services.rooms import close_station
from tests.personnel.people_helpers import FROM, TODAY, parameter, serves, somebody
from tests.world import World, build, make_user

pytestmark = pytest.mark.integration
SignIn = Callable[[User | None], Client]
DAY = dt.timedelta(days=1)
#: 14 May is the last day; the vacancy opens on the 15th (matrix D 4).
LAST = dt.date(2026, 5, 14)


def ends(post: object, by: User, last_day: dt.date = LAST, today: dt.date = TODAY) -> None:
    end_post(assignment=post, last_day=last_day, reason=EndReason.TRANSFER, by=by, today=today)


def only() -> Vacancy:
    return Vacancy.everything.get()


def clock(row: Vacancy) -> Deadline | None:
    return Deadline.everything.filter(object_type="personnel.vacancy", object_id=row.pk).first()


def at(day: dt.date, hour: int = 12) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), ZONE)


# --- opening ------------------------------------------------------------------------------------
def test_opens_the_day_after_the_last_day(world: World, county_staff: User) -> None:
    post = serves(world.station_a1, county_staff)
    ends(post, county_staff, today=LAST)
    assert not Vacancy.everything.exists()  # 14 May still counts

    assert open_vacancies(today=LAST) == 0
    assert open_vacancies(today=LAST + DAY) == 1
    row = only()
    assert (row.opened_on, row.kind, row.cause_assignment_id) == (
        dt.date(2026, 5, 15),
        PersonKind.OFFICER,
        post.pk,
    )


def test_opens_at_once_where_the_last_day_is_past(world: World, county_staff: User) -> None:
    ends(serves(world.station_a1, county_staff, post=Post.AUXILIARY), county_staff)
    assert (only().opened_on, only().kind) == (LAST + DAY, PersonKind.AUXILIARY)


def test_second_run_opens_nothing_and_tells_nobody_again(world: World, county_staff: User) -> None:
    ends(serves(world.station_a1, county_staff), county_staff)
    for _run in range(3):
        assert open_vacancies(today=TODAY) == 0
    assert Vacancy.everything.count() == 1
    assert Notification.objects.filter(kind="vacancy", recipient=county_staff).count() == 1
    opened = AuditEvent.objects.unscoped("test").filter(action="vacancies.open")
    assert opened.count() == 1


def test_secondary_post_opens_none(world: World, county_staff: User) -> None:
    post = serves(world.station_a1, county_staff, is_primary=False)
    ends(post, county_staff)
    assert not Vacancy.everything.exists()


@pytest.mark.parametrize(
    ("days", "opened"),
    [pytest.param(30, 0, id="30 days"), pytest.param(31, 1, id="31 days")],
)
def test_absence_opens_one_on_day_31_only(
    world: World, county_staff: User, days: int, opened: int
) -> None:
    post = serves(world.station_a1, county_staff)
    first = dt.date(2026, 7, 1)
    record_absence(
        person=post.person,
        valid_from=first,
        last_day=first + (days - 1) * DAY,
        by=county_staff,
        today=first,
    )
    assert open_vacancies(today=first + 29 * DAY) == 0  # day 30
    assert open_vacancies(today=first + 30 * DAY) == opened  # day 31
    if opened:
        assert only().opened_on == dt.date(2026, 7, 31)  # not back-dated to the first day


def test_limit_of_the_absence_is_a_parameter(world: World, county_staff: User) -> None:
    parameter("P-08d", "5")
    post = serves(world.station_a1, county_staff)
    first = dt.date(2026, 7, 1)
    record_absence(
        person=post.person, valid_from=first, last_day=None, by=county_staff, today=first
    )
    assert open_vacancies(today=first + 4 * DAY) == 0
    assert open_vacancies(today=first + 5 * DAY) == 1


def test_post_that_ends_during_a_long_absence_opens_no_second_one(
    world: World, county_staff: User
) -> None:
    post = serves(world.station_a1, county_staff)
    record_absence(person=post.person, valid_from=FROM, last_day=None, by=county_staff, today=TODAY)
    ends(post, county_staff)
    assert Vacancy.everything.count() == 1
    assert only().cause_absence_id is not None


def test_closed_room_has_none(world: World, county_staff: User) -> None:
    post = serves(world.station_a1, county_staff)
    close_station(
        station=world.station_a1, on=LAST + DAY, reason="撤销", by=county_staff, at=timezone.now()
    )
    ends(post, county_staff)
    assert not Vacancy.everything.exists()


def test_leaving_the_service_opens_one(world: World, county_staff: User) -> None:
    post = serves(world.station_a1, county_staff)
    leave_service(person=post.person, last_day=LAST, by=county_staff, at=at(TODAY))
    assert only().opened_on == LAST + DAY


# --- ends of a vacancy --------------------------------------------------------------------------
def test_next_post_of_the_kind_fills_the_oldest(world: World, county_staff: User) -> None:
    old = serves(world.station_a1, county_staff)
    young = serves(world.station_a1, county_staff)
    ends(old, county_staff)
    ends(young, county_staff, last_day=LAST + 3 * DAY)
    serves(world.station_a1, county_staff, post=Post.AUXILIARY, valid_from=LAST + 5 * DAY)
    serves(world.center_a, county_staff, valid_from=LAST + 5 * DAY)
    assert not Vacancy.everything.filter(filled_on__isnull=False).exists()

    new = serves(world.station_a1, county_staff, valid_from=LAST + 10 * DAY)

    first = Vacancy.everything.get(cause_assignment=old)
    assert (first.filled_on, first.filled_by) == (LAST + 10 * DAY, new)
    assert Vacancy.everything.get(cause_assignment=young).filled_on is None


def test_post_that_begins_later_fills_on_its_day(world: World, county_staff: User) -> None:
    ends(serves(world.station_a1, county_staff), county_staff)
    serves(world.station_a1, county_staff, valid_from=TODAY + 5 * DAY)
    open_vacancies(today=TODAY + 4 * DAY)
    assert only().filled_on is None
    open_vacancies(today=TODAY + 5 * DAY)
    assert only().filled_on == TODAY + 5 * DAY


def test_return_withdraws_and_a_mistaken_return_reopens(world: World, county_staff: User) -> None:
    post = serves(world.station_a1, county_staff)
    absence = record_absence(
        person=post.person, valid_from=FROM, last_day=None, by=county_staff, today=TODAY
    )
    back = change_absence(
        absence=absence, valid_from=FROM, last_day=TODAY - DAY, by=county_staff, today=TODAY
    )
    assert (only().withdrawn_on, only().withdraw_reason) == (TODAY, BACK)

    change_absence(absence=back, valid_from=FROM, last_day=None, by=county_staff, today=TODAY)
    assert (only().withdrawn_on, only().withdraw_reason) == (None, "")


def test_struck_absence_withdraws(world: World, county_staff: User) -> None:
    post = serves(world.station_a1, county_staff)
    absence = record_absence(
        person=post.person, valid_from=FROM, last_day=None, by=county_staff, today=TODAY
    )
    strike_absence(absence=absence, by=county_staff, at=at(TODAY))
    assert only().withdraw_reason == BACK


def test_closing_the_room_withdraws(world: World, county_staff: User) -> None:
    ends(serves(world.station_a1, county_staff), county_staff)
    close_station(
        station=world.station_a1, on=TODAY, reason="撤销", by=county_staff, at=timezone.now()
    )
    open_vacancies(today=TODAY)
    assert (only().withdrawn_on, only().withdraw_reason) == (TODAY, CLOSED)
    stopped = clock(only())
    assert stopped is not None
    assert status_of(stopped, now=at(TODAY)) is ClockStatus.CANCELLED


def test_withdrawing_needs_a_reason_and_an_open_one(world: World, county_staff: User) -> None:
    ends(serves(world.station_a1, county_staff), county_staff)
    with pytest.raises(DomainError, match="nobody is to follow"):
        withdraw_vacancy(vacancy=only(), reason=" ", by=county_staff, today=TODAY)
    withdraw_vacancy(vacancy=only(), reason="编制调整", by=county_staff, today=TODAY)
    with pytest.raises(DomainError, match="no longer open"):
        withdraw_vacancy(vacancy=only(), reason="编制调整", by=county_staff, today=TODAY)


# --- the clock ----------------------------------------------------------------------------------
def test_clock_runs_to_the_end_of_day_30_and_never_rolls(world: World, county_staff: User) -> None:
    ends(serves(world.station_a1, county_staff), county_staff)
    found = clock(only())
    assert found is not None
    # 14 June 2026 is a Sunday
    assert found.due_at == dt.datetime(2026, 6, 14, 23, 59, 59, tzinfo=ZONE)
    assert (found.kind, found.rule_id) == ("officer-refill", "JS-20-1")


@pytest.mark.parametrize(
    ("day", "status"),
    [
        pytest.param(30, ClockStatus.MET, id="day 30"),
        pytest.param(31, ClockStatus.LATE, id="day 31"),
    ],
)
def test_filled_on_day_30_is_met_and_on_day_31_late(
    world: World, county_staff: User, day: int, status: ClockStatus
) -> None:
    ends(serves(world.station_a1, county_staff), county_staff)
    serves(world.station_a1, county_staff, valid_from=LAST + DAY + day * DAY)
    found = clock(only())
    assert found is not None
    assert status_of(found, now=at(TODAY)) is status


def test_clock_exists_also_where_the_successor_was_known_before(
    world: World, county_staff: User
) -> None:
    post = serves(world.station_a1, county_staff)
    serves(world.station_a1, county_staff, valid_from=LAST + 40 * DAY)
    ends(post, county_staff)
    found = clock(only())
    assert found is not None
    assert (only().filled_on, status_of(found, now=at(TODAY))) == (
        LAST + 40 * DAY,
        ClockStatus.LATE,
    )


def test_auxiliary_has_a_clock_of_its_own(world: World, county_staff: User) -> None:
    parameter("P-20-2", "10")
    ends(serves(world.station_a1, county_staff, post=Post.AUXILIARY), county_staff)
    found = clock(only())
    assert found is not None
    assert (found.rule_id, found.due_at) == (
        "JS-20-2",
        dt.datetime(2026, 5, 25, 23, 59, 59, tzinfo=ZONE),
    )


def test_vacancy_above_the_required_number_has_no_clock_until_it_is_needed(
    world: World, county_staff: User
) -> None:
    first = serves(world.station_a1, county_staff)
    second = serves(world.station_a1, county_staff)
    ends(first, county_staff)
    assert clock(only()) is None  # one officer is required, one is there

    ends(second, county_staff, last_day=TODAY - DAY)
    old, new = (clock(row) for row in Vacancy.everything.order_by("opened_on"))
    assert old is not None
    assert new is not None
    assert (old.started_at, status_of(old, now=at(TODAY))) == (at(TODAY, 0), ClockStatus.RUNNING)
    assert status_of(new, now=at(TODAY)) is ClockStatus.CANCELLED  # only one is missing

    serves(world.station_a1, county_staff, valid_from=TODAY)
    assert [v.filled_on for v in Vacancy.everything.order_by("opened_on")] == [TODAY, None]


def test_overdue_is_told_once_to_county_and_city(
    world: World, county_staff: User, city_supervisor: User, other_city_supervisor: User
) -> None:
    ends(serves(world.station_a1, county_staff), county_staff)
    now = at(LAST + 32 * DAY)
    for _run in range(2):
        escalate_overdue(now=now)
    told = Notification.objects.filter(kind="deadline")
    assert sorted(told.values_list("recipient__username", flat=True)) == [
        county_staff.username,
        city_supervisor.username,
    ]


@pytest.mark.django_db(transaction=True)
def test_ten_schedulers_at_once_open_each_vacancy_once() -> None:
    with transaction.atomic():
        world = build()
    county = make_user("100004", "郑四", world.county_a1, Role.COUNTY)
    for number in range(6):
        room = world.station_a1 if number % 2 else world.center_a
        ends(serves(room, county), county, last_day=TODAY + DAY)
    start = threading.Barrier(10)
    opened: list[int] = []

    def run() -> None:
        try:
            start.wait()
            opened.append(open_vacancies(today=TODAY + 2 * DAY))
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=run) for _number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(opened), sum(opened), Vacancy.everything.count()) == (10, 6, 6)
    assert AuditEvent.objects.unscoped("test").filter(action="vacancies.open").count() == 6
    running = Deadline.everything.filter(cancelled_at__isnull=True)
    assert running.count() == 2  # one officer is required in each of the two rooms
    assert Notification.objects.filter(kind="vacancy").count() == 6


# --- pages --------------------------------------------------------------------------------------
def test_county_fills_a_vacancy_from_the_list(
    world: World, county_staff: User, as_user: SignIn
) -> None:
    ends(serves(world.station_a1, county_staff), county_staff)
    free = somebody(world.county_a1, county_staff, name="替补")
    somebody(world.county_a1, county_staff, name="辅警", kind=PersonKind.AUXILIARY)
    client = as_user(county_staff)
    listed = client.get("/people/vacancies/?state=overdue").context["table"].rows
    assert [row.url for row in listed] == [f"/people/vacancies/{only().pk}/"]
    assert listed[0].cells[-1].url == f"/people/vacancies/{only().pk}/fill/"

    page = client.get(f"/people/vacancies/{only().pk}/fill/")
    assert list(page.context["form"].fields["person"].queryset.values_list("name", flat=True)) == [
        "林安",
        "替补",
    ]
    sent = {"person": free.pk, "valid_from": str(timezone.localdate()), "post": "officer"}
    done = client.post(f"/people/vacancies/{only().pk}/fill/", sent)
    assert done.status_code == 302
    assert only().filled_by.person == free
    assert client.get(f"/people/vacancies/{only().pk}/fill/").status_code == 302


def test_lead_sees_the_vacancies_of_the_own_room_and_fills_none(
    world: World, county_staff: User, station_lead: User, as_user: SignIn
) -> None:
    ends(serves(world.station_a1, county_staff), county_staff)
    ends(serves(world.center_a, county_staff), county_staff)
    own = Vacancy.everything.get(station=world.station_a1)
    other = Vacancy.everything.get(station=world.center_a)
    client = as_user(station_lead)
    rows = client.get("/people/vacancies/").context["table"].rows
    assert [row.url for row in rows] == [f"/people/vacancies/{own.pk}/"]
    assert client.get(f"/people/vacancies/{own.pk}/fill/").status_code == 403
    assert client.get(f"/people/vacancies/{other.pk}/").status_code == 404


@pytest.mark.parametrize("state", ["open", "overdue", "filled", "withdrawn"])
def test_filter_by_state(world: World, county_staff: User, as_user: SignIn, state: str) -> None:
    today = timezone.localdate()
    ends(serves(world.station_a1, county_staff), county_staff, today=today)
    ends(serves(world.center_a, county_staff), county_staff, today - DAY, today)
    ends(serves(world.station_a1, county_staff, post=Post.AUXILIARY), county_staff, today=today)
    serves(world.station_a1, county_staff, post=Post.AUXILIARY, valid_from=LAST + DAY, today=today)
    ends(serves(world.center_a, county_staff, post=Post.AUXILIARY), county_staff, today=today)
    gone = Vacancy.everything.get(station=world.center_a, kind=PersonKind.AUXILIARY)
    withdraw_vacancy(vacancy=gone, reason="编制调整", by=county_staff, today=today)

    rows = as_user(county_staff).get(f"/people/vacancies/?state={state}").context["table"].rows
    assert {row.cells[5].text for row in rows} == {
        "open": {"not filled yet", "overdue"},
        "overdue": {"overdue"},
        "filled": {"filled in time"},
        "withdrawn": {"withdrawn"},
    }[state]
