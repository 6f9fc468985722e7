"""Secondments: asked, decided by a second person, not counted meanwhile, and the vacancy."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from personnel.enums import PersonKind, Post, SecondmentState
from personnel.models import Assignment, Secondment, Vacancy
from personnel.queries.strength import strength_of
from personnel.services.secondments import (
    approve_secondment,
    ask_secondment,
    end_secondment,
    refuse_secondment,
    strike_secondment,
)
from personnel.services.staff import leave_service
from personnel.services.vacancies import open_vacancies
from personnel.tables.strength import why
from policeroom.accounts.models import User
from policeroom.common.clock import ZONE
from policeroom.common.errors import ConflictError, DomainError, NotAllowedError
from policeroom.common.models import AuditEvent, Deadline, Notification
from policeroom.common.roles import Role
from tests.personnel.people_helpers import FROM, TODAY, parameter, serves, somebody
from tests.world import World, build, make_user

pytestmark = pytest.mark.integration
SignIn = Callable[[User | None], Client]
DAY = dt.timedelta(days=1)
FIRST = dt.date(2026, 6, 1)
NOW = dt.datetime(2026, 5, 20, 9, tzinfo=ZONE)


def asked(
    post: Assignment, by: User, first: dt.date = FIRST, last: dt.date | None = None, **facts: Any
) -> Secondment:
    values = {
        "ordered_by": post.station.operator,
        "order_no": "借调〔2026〕3号",
        "purpose": "专班",
        "at": NOW,
        **facts,
    }
    return ask_secondment(person=post.person, valid_from=first, last_day=last, by=by, **values)


def approved(post: Assignment, by: User, second: User, **facts: Any) -> Secondment:
    row = asked(post, by, **facts)
    return approve_secondment(secondment=row, approval_no="县批〔2026〕8号", by=second, at=NOW)


@pytest.fixture
def post(world: World, county_staff: User) -> Assignment:
    return serves(world.station_a1, county_staff, post=Post.LEAD, name="借调")


def counted(post: Assignment, day: dt.date) -> tuple[int, int, int]:
    found = strength_of(post.station, day)
    assert found is not None
    return found.room.officers, found.room.seconded, found.officer_gap


def test_seconded_person_does_not_count_from_the_first_day_to_the_last(
    post: Assignment, station_lead: User, county_staff: User
) -> None:
    row = asked(post, station_lead, last=FIRST + 9 * DAY)
    assert counted(post, FIRST) == (1, 0, 0)  # nobody has decided
    approve_secondment(secondment=row, approval_no="县批8号", by=county_staff, at=NOW)
    days = [FIRST - DAY, FIRST, FIRST + 9 * DAY, FIRST + 10 * DAY]
    assert [counted(post, day) for day in days] == [(1, 0, 0), (0, 1, 1), (0, 1, 1), (1, 0, 0)]
    found = strength_of(post.station, FIRST)
    assert found is not None
    assert "1 is seconded away." in why(found)


def test_days_a_seconded_person_still_counts_are_a_parameter(
    post: Assignment, station_lead: User, county_staff: User
) -> None:
    approved(post, station_lead, county_staff)
    parameter("P-08e", "5")
    assert [counted(post, FIRST + n * DAY)[0] for n in (0, 4, 5)] == [1, 1, 0]


def test_vacancy_opens_on_day_31_and_falls_away_when_the_person_is_back(
    post: Assignment, station_lead: User, county_staff: User
) -> None:
    row = approved(post, station_lead, county_staff)
    assert open_vacancies(today=FIRST + 29 * DAY) == 0  # day 30
    assert open_vacancies(today=FIRST + 30 * DAY) == 1  # day 31
    assert open_vacancies(today=FIRST + 30 * DAY) == 0
    vacancy = Vacancy.objects.unscoped("test").get()
    assert (vacancy.cause_secondment, vacancy.opened_on, vacancy.kind) == (
        row,
        FIRST + 30 * DAY,
        PersonKind.OFFICER,
    )
    assert Deadline.objects.unscoped("test").get(object_id=vacancy.pk).rule_id == "JS-20-1"

    back = FIRST + 40 * DAY
    end_secondment(secondment=row, last_day=back - DAY, by=county_staff, today=back)
    vacancy.refresh_from_db()
    assert (vacancy.withdrawn_on, vacancy.filled_on) == (back, None)


def test_short_secondment_opens_no_vacancy(
    post: Assignment, station_lead: User, county_staff: User
) -> None:
    approved(post, station_lead, county_staff, last=FIRST + 29 * DAY)
    assert open_vacancies(today=FIRST + 60 * DAY) == 0


def test_one_post_has_one_vacancy_though_its_holder_is_seconded_and_absent(
    post: Assignment, station_lead: User, county_staff: User
) -> None:
    approved(post, station_lead, county_staff)
    post.person.absences.create(valid_from=FIRST + 5 * DAY)
    assert open_vacancies(today=FIRST + 50 * DAY) == 1


def test_overlap_names_order_and_days(
    post: Assignment, station_lead: User, county_staff: User
) -> None:
    asked(post, station_lead, last=FIRST + 9 * DAY)
    with pytest.raises(DomainError, match="借调〔2026〕3号 from 2026-06-01 to 2026-06-10") as clash:
        asked(post, station_lead, first=FIRST + 9 * DAY)
    assert clash.value.field == "valid_from"
    after = asked(post, station_lead, first=FIRST + 10 * DAY)
    with pytest.raises(DomainError, match="from 2026-06-11, without an end"):
        asked(post, station_lead, first=FIRST + 90 * DAY)
    refuse_secondment(secondment=after, reason="人手不足", by=county_staff, at=NOW)
    assert asked(post, station_lead, first=FIRST + 90 * DAY).state is SecondmentState.ASKED


def test_database_refuses_overlap_own_approval_and_two_decisions(
    post: Assignment, station_lead: User, county_staff: User
) -> None:
    row = asked(post, station_lead)
    rows = Secondment.objects.unscoped("test").filter(pk=row.pk)
    twin = Secondment(
        person=post.person,
        valid_from=FIRST + DAY,
        ordered_by=post.station.operator,
        order_no="x",
        purpose="x",
    )
    for act, name in (
        (twin.save, "secondment_no_overlap"),
        (lambda: rows.update(approved_by=station_lead, approved_at=NOW), "second_person"),
        (
            lambda: rows.update(
                approved_by=county_staff,
                approved_at=NOW,
                refused_by=county_staff,
                refused_at=NOW,
                refusal="x",
            ),
            "one_decision",
        ),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            act()


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        pytest.param({"last": FIRST - DAY}, "begins on 2026-06-01", id="ends before it begins"),
        pytest.param({"first": FROM - DAY}, "no primary post on 2026-03-01", id="no post"),
    ],
)
def test_what_is_refused_says_why(
    post: Assignment, station_lead: User, facts: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(DomainError, match=sentence):
        asked(post, station_lead, **facts)


def test_unit_that_does_not_stand_above_the_room_orders_nobody_away(
    world: World, post: Assignment, station_lead: User
) -> None:
    with pytest.raises(DomainError, match="does not stand above") as refusal:
        asked(post, station_lead, ordered_by=world.city_b)
    assert refusal.value.field == "ordered_by"
    assert asked(post, station_lead, ordered_by=world.province).pk


def test_who_asked_does_not_decide_and_nobody_decides_twice(
    world: World, post: Assignment, county_staff: User, city_supervisor: User
) -> None:
    row = asked(post, county_staff)
    with pytest.raises(NotAllowedError, match="somebody else decides"):
        approve_secondment(secondment=row, approval_no="县批8号", by=county_staff, at=NOW)
    assert {line.recipient for line in Notification.objects.filter(kind="secondment")} == {
        city_supervisor  # no second person in the county
    }
    approve_secondment(secondment=row, approval_no="市批8号", by=city_supervisor, at=NOW)
    assert Notification.objects.filter(recipient=county_staff, kind="secondment").count() == 1
    with pytest.raises(DomainError, match="already decided: approved"):
        refuse_secondment(secondment=row, reason="迟了", by=city_supervisor, at=NOW)
    events = (
        AuditEvent.objects.unscoped("test").filter(action__startswith="secondments.").order_by("id")
    )
    assert list(events.values_list("action", flat=True)) == [
        "secondments.ask",
        "secondments.approve",
    ]


def test_staying_longer_is_a_new_secondment(
    post: Assignment, station_lead: User, county_staff: User
) -> None:
    row = approved(post, station_lead, county_staff, last=FIRST + 9 * DAY)
    with pytest.raises(DomainError, match="approved up to 2026-06-10"):
        end_secondment(secondment=row, last_day=FIRST + 10 * DAY, by=county_staff, today=TODAY)
    end_secondment(secondment=row, last_day=FIRST + 4 * DAY, by=county_staff, today=TODAY)
    assert counted(post, FIRST + 5 * DAY) == (1, 0, 0)


def test_struck_one_leaves_its_days_free_and_the_person_counts(
    post: Assignment, station_lead: User, county_staff: User
) -> None:
    row = approved(post, station_lead, county_staff)
    strike_secondment(secondment=row, reason="命令撤回", by=county_staff, at=NOW)
    assert counted(post, FIRST) == (1, 0, 0)
    with pytest.raises(DomainError, match="is struck"):
        end_secondment(secondment=row, last_day=FIRST, by=county_staff, today=TODAY)
    assert asked(post, station_lead).pk != row.pk


def test_who_leaves_the_service_is_seconded_no_longer(
    post: Assignment, station_lead: User, county_staff: User
) -> None:
    row = approved(post, station_lead, county_staff)
    leave_service(person=post.person, last_day=FIRST + 4 * DAY, by=county_staff, at=NOW)
    row.refresh_from_db()
    assert row.valid_to == FIRST + 5 * DAY


def test_resend_returns_the_first_and_other_content_is_refused(
    post: Assignment, station_lead: User
) -> None:
    key = uuid.uuid4()
    row = asked(post, station_lead, client_uuid=key)
    assert asked(post, station_lead, client_uuid=key) == row
    with pytest.raises(ConflictError):
        asked(post, station_lead, client_uuid=key, purpose="别的")


@pytest.mark.django_db(transaction=True)
def test_of_threads_that_second_one_person_one_wins_and_the_others_read_the_clash() -> None:
    with transaction.atomic():
        world = build()
        county = make_user("200004", "郑四", world.county_a1, Role.COUNTY)
        post = serves(world.station_a1, county)

    def ask(number: int) -> str:
        try:
            asked(post, county, first=FIRST + number * DAY, last=FIRST + (number + 20) * DAY)
        except DomainError as refusal:
            return refusal.message
        finally:
            connection.close()
        return "won"

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, range(8)))
    assert answers.count("won") == 1
    clashes = [text for text in answers if text != "won"]  # in the language of the threads
    assert all("借调〔2026〕3号" in text and "2026-06-" in text for text in clashes)


def test_lead_asks_and_county_approves_on_the_pages(
    world: World,
    post: Assignment,
    station_lead: User,
    officer: User,
    county_staff: User,
    as_user: SignIn,
) -> None:
    url = f"/people/{post.person_id}/secondments/new/"
    assert as_user(officer).get(url).status_code == 403
    sent = {
        "valid_from": "2026-06-01",
        "last_day": "",
        "ordered_by": world.city_a.pk,
        "order_no": "市借〔2026〕1号",
        "purpose": "专班",
    }
    outside = as_user(station_lead).post(url, {**sent, "ordered_by": world.city_b.pk})
    assert (outside.status_code, list(outside.context["form"].errors)) == (422, ["ordered_by"])
    done = as_user(station_lead).post(url, sent)
    row = Secondment.objects.unscoped("test").get()
    page = f"/people/secondments/{row.pk}/"
    assert (done.status_code, done.url) == (302, page)

    lead = as_user(station_lead)
    assert lead.get(f"{page}approve/").status_code == 403
    assert f"{page}strike/" in lead.get(page).content.decode()
    county = as_user(county_staff)
    question = county.get(f"{page}approve/")
    assert [one.number for one in question.context["consequences"]] == [1, 0, 1]
    county.post(f"{page}approve/", {"approval_no": "县批8号"})
    row.refresh_from_db()
    assert row.state is SecondmentState.APPROVED
    assert lead.get(f"{page}strike/").status_code == 403  # approved: not the lead's any more

    figures = county.get("/people/secondments/").context["figures"]
    assert [figure.value for figure in figures] == [0, 1]
    room = county.get(f"/people/strength/{world.station_a1.pk}/?on=2026-06-05")
    cells = [cell.text for cell in room.context["blocks"][0].table.rows[0].cells]
    assert cells[-2:] == ["2026-06-01", "no: seconded away"]


def test_secondment_of_others_is_as_if_absent(
    world: World, province_staff: User, county_staff: User, as_user: SignIn
) -> None:
    row = asked(serves(world.station_b1, province_staff), province_staff)
    client = as_user(county_staff)
    for act in ("", "approve/", "refuse/", "end/", "strike/"):
        assert client.get(f"/people/secondments/{row.pk}/{act}").status_code == 404
    assert not client.get("/people/secondments/").context["table"].rows


def test_somebody_without_a_post_is_seconded_from_nowhere(world: World, county_staff: User) -> None:
    person = somebody(world.county_a1, county_staff)
    with pytest.raises(DomainError, match="no primary post"):
        ask_secondment(
            person=person,
            valid_from=FIRST,
            last_day=None,
            ordered_by=world.county_a1,
            order_no="x",
            purpose="x",
            by=county_staff,
            at=NOW,
        )
