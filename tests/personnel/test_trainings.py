"""Trainings of several people, struck ones, annual plans."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from personnel.enums import TrainingKind, TrainingTopic
from personnel.models import Person, TrainingPlan, TrainingRecord
from personnel.queries.staff import induction
from personnel.services.trainings import record_plan, record_trainings, strike_training
from policeroom.accounts.models import User
from policeroom.common.errors import DomainError
from policeroom.common.verdicts import Status
from tests.personnel.people_helpers import FROM, TODAY, serves, somebody, trained
from tests.world import World

pytestmark = pytest.mark.integration
SignIn = Callable[[User | None], Client]
DAY = dt.timedelta(days=1)


def train(people: list[Person], by: User, **changes: Any) -> list[TrainingRecord]:
    values = {
        "kind": TrainingKind.REGULAR,
        "title": "第三季度实战训练",
        "completed_on": FROM,
        "hours": Decimal(8),
        "today": TODAY,
        **changes,
    }
    return record_trainings(people=people, by=by, **values)


def test_one_training_of_several_people(world: World, county_staff: User) -> None:
    people = [somebody(world.county_a1, county_staff) for _number in range(3)]
    key = uuid.uuid4()
    first = train(people, county_staff, client_uuid=key)
    again = train(people, county_staff, client_uuid=key)
    assert [row.pk for row in first] == [row.pk for row in again]
    assert {row.person for row in TrainingRecord.everything.all()} == set(people)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"completed_on": TODAY + DAY}, "completed_on", id="day to come"),
        pytest.param({"kind": TrainingKind.PRE_POST}, "topics", id="no topics"),
    ],
)
def test_refused(world: World, county_staff: User, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(DomainError) as refusal:
        train([somebody(world.county_a1, county_staff)], county_staff, **changes)
    assert refusal.value.field == field


def test_nobody_is_refused(world: World, county_staff: User) -> None:
    with pytest.raises(DomainError, match="at least one person"):
        train([], county_staff)


def test_struck_training_no_longer_counts_before_the_post(world: World, county_staff: User) -> None:
    post = serves(world.station_a1, county_staff)
    row = trained(post.person, FROM)
    standing = post.person.trainings.filter(struck_at__isnull=True)
    assert induction(standing, FROM).status is Status.PASS
    with pytest.raises(DomainError, match="why it is struck"):
        strike_training(training=row, reason=" ", by=county_staff, at=timezone.now())
    strike_training(training=row, reason="登记错误", by=county_staff, at=timezone.now())
    assert induction(standing.all(), FROM).status is Status.FAIL
    with pytest.raises(DomainError, match="already struck"):
        strike_training(training=row, reason="再次", by=county_staff, at=timezone.now())


def test_topics_of_several_trainings_count_together(world: World, county_staff: User) -> None:
    who = somebody(world.county_a1, county_staff)
    trained(who, FROM - DAY, *TrainingTopic.values[:2])
    trained(who, FROM, *TrainingTopic.values[2:3])
    assert induction(who.trainings.all(), FROM).measured == 1
    trained(who, FROM + DAY, *TrainingTopic.values[3:])
    assert induction(who.trainings.all(), FROM).reason == "topics_missing"
    assert induction(who.trainings.all(), FROM + DAY).status is Status.PASS


def test_lead_records_for_the_own_room_only(
    world: World, county_staff: User, station_lead: User, as_user: SignIn
) -> None:
    own = serves(world.station_a1, county_staff, name="本室").person
    other = serves(world.center_a, county_staff, name="他室").person
    client = as_user(station_lead)
    page = client.get(f"/people/trainings/new/?person={own.pk}")
    assert list(page.context["form"].fields["people"].queryset) == [own]
    sent = {
        "kind": "regular",
        "title": "实战训练",
        "completed_on": "2026-06-01",
        "hours": "8",
        "client_uuid": uuid.uuid4(),
    }
    refused = client.post("/people/trainings/new/", {**sent, "numbers": other.staff_no})
    assert refused.status_code == 422
    assert other.staff_no in str(refused.context["form"].errors["numbers"])
    done = client.post("/people/trainings/new/", {**sent, "people": [own.pk]})
    assert done.status_code == 302
    row = TrainingRecord.everything.get()
    assert (row.person, row.hours) == (own, Decimal(8))
    listed = client.get("/people/trainings/").context["table"].rows
    assert [r.cells[0].text for r in listed] == ["本室"]

    client.post(f"/people/trainings/{row.pk}/strike/", {"reason": "登记错误"})
    assert client.get("/people/trainings/").context["table"].rows == []
    assert len(client.get("/people/trainings/?struck=on").context["table"].rows) == 1
    assert "登记错误" in client.get(f"/people/{own.pk}/").content.decode()


def test_numbers_pasted_in_any_form(world: World, county_staff: User, as_user: SignIn) -> None:
    people = [somebody(world.county_a1, county_staff) for _number in range(3)]
    a, b, c = (person.staff_no for person in people)
    done = as_user(county_staff).post(
        "/people/trainings/new/",
        {
            "kind": "branch",
            "title": "警种业务培训",
            "completed_on": "2026-06-01",
            "hours": "4",
            "numbers": f"{a}，{b}\n {c}、{a}",
        },
    )
    assert done.status_code == 302
    assert TrainingRecord.everything.count() == 3


def test_plan_once_a_year_by_a_city(world: World, city_supervisor: User) -> None:
    plan = {"year": 2026, "document_no": "澜公训〔2026〕1号", "by": city_supervisor, "today": TODAY}
    row = record_plan(unit=world.city_a, decided_on=dt.date(2026, 3, 31), **plan)
    assert row.org_path == world.city_a.org_path
    with pytest.raises(ValidationError, match="already recorded"):
        record_plan(unit=world.city_a, decided_on=dt.date(2026, 4, 1), **plan)
    with pytest.raises(DomainError, match="city bureau"):
        record_plan(unit=world.county_a1, decided_on=dt.date(2026, 4, 1), **plan)


@pytest.mark.parametrize(
    ("decided", "shown"),
    [
        pytest.param("2026-03-31", "in time", id="31 March"),
        pytest.param("2026-04-01", "late", id="1 April"),
    ],
)
def test_plan_is_recorded_on_its_page(
    world: World, city_supervisor: User, as_user: SignIn, decided: str, shown: str
) -> None:
    client = as_user(city_supervisor)
    before = client.get("/people/training-plans/").context["figures"][0].value
    sent = {"unit": world.city_a.pk, "year": "2026", "decided_on": decided, "document_no": "1号"}
    assert client.post("/people/training-plans/new/", sent).status_code == 302
    page = client.get("/people/training-plans/")
    assert [[c.text for c in row.cells][4] for row in page.context["table"].rows] == [shown]
    assert TrainingPlan.everything.get().decided_on == dt.date.fromisoformat(decided)
    this_year = timezone.localdate().year == 2026
    assert before - page.context["figures"][0].value == int(this_year)


def test_county_is_offered_no_plan(world: World, county_staff: User, as_user: SignIn) -> None:
    page = as_user(county_staff).get("/people/training-plans/")
    assert page.context["actions"] == []
