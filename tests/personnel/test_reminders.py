"""What ends soon is told ahead, each end once, also by two schedulers at the same time."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection, transaction

from personnel.enums import EndReason, TrainingKind, TrainingTopic
from personnel.models import Person, TrainingRecord
from personnel.queries.staff import induction
from personnel.services.reminders import remind_ahead
from personnel.services.staff import end_post
from personnel.services.trainings import record_trainings
from policeroom.accounts.models import User
from policeroom.common.clock import ZONE
from policeroom.common.errors import DomainError
from policeroom.common.models import Notification
from policeroom.common.roles import Role
from tests.personnel.people_helpers import FROM, TODAY, parameter, serves
from tests.world import World, build, make_user

pytestmark = pytest.mark.integration
DAY = dt.timedelta(days=1)
NOW = dt.datetime.combine(TODAY, dt.time(7, 35), ZONE)


def certified(person: Person, by: User, until: dt.date | None, **facts: object) -> TrainingRecord:
    values = {"completed_on": FROM, "kind": TrainingKind.REGULAR, "topics": [], **facts}
    rows = record_trainings(
        people=[person],
        title="持枪资格",
        hours=Decimal(8),
        valid_until=until,
        by=by,
        today=TODAY,
        **values,
    )
    return rows[0]


def told(kind: str) -> list[tuple[str, str]]:
    lines = Notification.objects.filter(kind=kind).order_by("recipient__username", "id")
    return [(line.recipient.username, line.title) for line in lines]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        pytest.param(-1, 0, id="over"),
        pytest.param(0, 1, id="today"),
        pytest.param(30, 1, id="day 30"),
        pytest.param(31, 0, id="day 31"),
        pytest.param(None, 0, id="no end"),
    ],
)
def test_training_is_told_of_within_the_days_of_the_parameter(
    world: World,
    county_staff: User,
    station_lead: User,
    city_supervisor: User,
    days: int | None,
    expected: int,
) -> None:
    person = serves(world.station_a1, county_staff, name="到期").person
    certified(person, county_staff, None if days is None else TODAY + days * DAY)
    remind_ahead(now=NOW)
    remind_ahead(now=NOW + DAY)  # day 31 is day 30 then
    lines = told("training-ending")
    late = days == 31
    assert len(lines) == 2 * (expected or late)  # the lead and the county, once
    assert {who for who, _title in lines} <= {station_lead.username, county_staff.username}


def test_renewed_struck_and_left_behind_is_not_told_of(world: World, county_staff: User) -> None:
    renewed = serves(world.station_a1, county_staff).person
    certified(renewed, county_staff, TODAY + DAY)
    certified(renewed, county_staff, TODAY + 400 * DAY, completed_on=FROM + DAY)
    gone = serves(world.station_a1, county_staff).person
    certified(gone, county_staff, TODAY + DAY)
    gone.left_on = TODAY
    gone.save(update_fields=["left_on"])
    assert remind_ahead(now=NOW) == 0


def test_person_whose_training_ends_learns_of_it(world: World, county_staff: User) -> None:
    person = serves(world.station_a1, county_staff, name="到期").person
    person.user = make_user("300009", "到期", world.station_a1.unit, Role.OFFICER)
    person.save(update_fields=["user"])
    certified(person, county_staff, TODAY + DAY)
    remind_ahead(now=NOW)
    assert "300009" in {who for who, _title in told("training-ending")}


def test_refill_is_told_of_before_its_clock_runs_out(
    world: World, county_staff: User, city_supervisor: User
) -> None:
    post = serves(world.station_a1, county_staff)
    left = TODAY - 24 * DAY  # vacancy from the day after; 30 days: due in seven
    reason = EndReason.TRANSFER
    end_post(assignment=post, last_day=left, reason=reason, by=county_staff, today=TODAY)
    parameter("P-20-4", "5")
    assert remind_ahead(now=NOW) == 0
    assert remind_ahead(now=NOW + 3 * DAY) == 1
    remind_ahead(now=NOW + 4 * DAY)
    assert [who for who, _title in told("refill-ending")] == [
        county_staff.username,
        city_supervisor.username,
    ]


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_tell_once() -> None:
    with transaction.atomic():
        world = build()
        county = make_user("200004", "郑四", world.county_a1, Role.COUNTY)
        for number in range(4):
            person = serves(world.station_a1, county, name=f"到期{number}").person
            certified(person, county, TODAY + DAY)

    def run(_number: int) -> int:
        try:
            return remind_ahead(now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as schedulers:
        assert list(schedulers.map(run, range(4))) == [4, 4, 4, 4]
    assert len(told("training-ending")) == 4


def test_training_before_the_post_that_had_ended_by_then_does_not_count(
    world: World, county_staff: User
) -> None:
    person = serves(world.station_a1, county_staff).person
    facts = {
        "kind": TrainingKind.PRE_POST,
        "topics": list(TrainingTopic.values),
        "completed_on": FROM - 90 * DAY,
    }
    row = certified(person, county_staff, FROM - DAY, **facts)
    assert induction([row], FROM).reason == "not_trained"
    row.valid_until = FROM
    assert induction([row], FROM).reason == "trained"


def test_validity_that_ended_before_the_training_is_refused(
    world: World, county_staff: User
) -> None:
    person = serves(world.station_a1, county_staff).person
    with pytest.raises(DomainError, match="valid until that day or later") as refusal:
        certified(person, county_staff, FROM - DAY)
    assert refusal.value.field == "valid_until"
