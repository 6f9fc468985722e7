"""The demonstration has people in every room, and each way in which one can be short."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from personnel.enums import PersonKind, SecondmentState
from personnel.models import (
    Absence,
    Accountability,
    Appraisal,
    Assignment,
    Commendation,
    Person,
    Secondment,
    TrainingPlan,
    TrainingRecord,
    Vacancy,
)
from personnel.queries.staff import induction
from personnel.queries.strength import strength_on
from personnel.services.staff import follow_posts
from personnel.services.vacancies import open_vacancies
from personnel.strength import Assessment
from policeroom.common.clock import ClockStatus
from policeroom.common.deadlines import status_of
from policeroom.common.models import Deadline
from policeroom.common.scope import subtree
from policeroom.common.verdicts import Status
from stations.enums import UnitKind
from stations.models import OrgUnit

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture(scope="module")
def today(django_db_setup: None, django_db_blocker) -> Iterator[dt.date]:
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(DEMO_MODE=True):
        call_command("seed_demo", verbosity=0)
        yield timezone.localdate()
        transaction.set_rollback(True)


@pytest.fixture
def assessed(today: dt.date) -> dict[int, Assessment]:
    province = OrgUnit.objects.unscoped("test").get(kind=UnitKind.PROVINCE)
    return strength_on(today, [subtree(province.org_path)])


def test_every_open_room_has_somebody(assessed: dict[int, Assessment]) -> None:
    empty = [
        found.room.name
        for found in assessed.values()
        if not (found.room.officers + found.room.auxiliaries + found.room.officers_away)
    ]
    assert len(assessed) > 190
    assert empty == []


def test_each_rule_is_kept_somewhere_and_broken_somewhere(
    assessed: dict[int, Assessment],
) -> None:
    seen = {(v.rule_id, v.status) for found in assessed.values() for v in found.verdicts}
    rules = {"JS-08-1", "JS-08-2", "JS-08-3", "JS-08-5", "JS-09-1"}
    wanted = {(rule, status) for rule in rules for status in (Status.PASS, Status.FAIL)}
    assert wanted - seen == set()


def test_most_rooms_are_full(assessed: dict[int, Assessment]) -> None:
    full = sum(not found.failing for found in assessed.values())
    assert 0.6 < full / len(assessed) < 0.9


def test_vacancies_stand_in_each_way(today: dt.date) -> None:
    clocks = Deadline.objects.unscoped("test").filter(object_type="personnel.vacancy")
    states = {status_of(row, now=timezone.now()) for row in clocks}
    assert states >= {
        ClockStatus.RUNNING,
        ClockStatus.OVERDUE,
        ClockStatus.MET,
        ClockStatus.LATE,
    }
    causes = Vacancy.objects.unscoped("test").values_list("cause_absence", flat=True)
    assert {cause is None for cause in causes} == {True, False}


def test_nothing_is_left_to_the_nightly_work(today: dt.date) -> None:
    assert (open_vacancies(today=today), follow_posts(today=today)) == (0, 0)


def test_trainings_absences_and_plans(today: dt.date) -> None:
    people = Person.objects.unscoped("test").prefetch_related("trainings", "assignments")
    reasons = {
        induction([t for t in p.trainings.all() if t.kind == "pre_post"], a.valid_from).reason
        for p in people
        for a in p.assignments.all()
    }
    assert reasons == {"trained", "trained_late", "topics_missing"}
    assert Absence.objects.unscoped("test").count() > 15
    assert TrainingRecord.objects.unscoped("test").filter(kind="branch").exists()
    assert TrainingPlan.objects.unscoped("test").count() >= 10


def test_secondment_has_its_consequence_and_decisions_stand(
    today: dt.date, assessed: dict[int, Assessment]
) -> None:
    waiting, away = Secondment.objects.unscoped("test").order_by("approved_at").reverse()
    assert (waiting.state, away.state) == (SecondmentState.ASKED, SecondmentState.APPROVED)
    vacancy = Vacancy.objects.unscoped("test").get(cause_secondment=away)
    room = assessed[vacancy.station_id]
    assert (room.room.seconded, room.officer_gap > 0) == (1, True)
    assert (today - vacancy.opened_on).days == 10
    assert Commendation.objects.unscoped("test").count() == 2
    assert Appraisal.objects.unscoped("test").count() > 5
    assert Accountability.objects.unscoped("test").count() == 1


def test_accounts_of_the_room_are_people(today: dt.date) -> None:
    posts = Assignment.objects.unscoped("test").filter(person__user__isnull=False)
    found = {(row.person.user.username, row.post) for row in posts.select_related("person__user")}
    assert found == {("990401", "lead"), ("990402", "officer"), ("990403", "auxiliary")}


def test_each_county_has_somebody_for_a_vacancy(today: dt.date) -> None:
    free = Person.objects.unscoped("test").filter(assignments__isnull=True)
    kinds = set(free.values_list("kind", flat=True))
    assert kinds == set(PersonKind.values)
