"""Emergency plans: versions, cells one by one, what a matrix lacks, and where a plan is opened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.db.utils import IntegrityError
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from duty.enums import LEVEL_CHOICES, PlanIncidentType
from duty.levels import DutyLevel
from duty.models import EmergencyPlan, PlanCell
from duty.plan_rules import Element, Stand, lacking, next_drill, stand_of
from duty.queries.plans import matrix_of, plan_at, plan_rows, with_completeness
from duty.services.plans import issue_plan, write_cell
from duty.views.plans import PlanList
from personnel.queries import scope_for
from policeroom.accounts.models import User
from policeroom.common.errors import DomainError
from policeroom.common.models import AuditEvent
from tests.duty.orders_helpers import NOW, ordered
from tests.world import START, World

SignIn = Callable[[User | None], Client]
ONE_DAY = dt.timedelta(days=1)
FIRE, TWO = PlanIncidentType.FIRE, DutyLevel.TWO
WHOLE = {one.value: f"{one.value}内容" for one in Element}
LATER = dt.date(2026, 9, 1)


def planned(world: World, by: User, **changes: Any) -> EmergencyPlan:
    """City A's plan from the first day of the year, unless `changes` say otherwise."""
    values: dict[str, Any] = {
        "unit": world.city_a,
        "title": "校园突发事件处置预案",
        "document_no": "澜公〔2026〕7号",
        "valid_from": START,
        "by": by,
        **changes,
    }
    return issue_plan(**values)


def written(plan: EmergencyPlan, by: User, changes: dict[str, str], **place: Any) -> PlanCell:
    values = {"level": TWO, "incident_type": FIRE, "today": START, **place}
    return write_cell(plan=plan, changes=changes, by=by, **values)


# --- pure ---------------------------------------------------------------------------------------
@pytest.mark.unit
def test_blank_elements_are_lacking_in_the_order_of_the_article() -> None:
    assert lacking(WHOLE) == []
    assert lacking({**WHOLE, "tiers": " \n", "duties": ""}) == [Element.DUTIES, Element.TIERS]
    assert lacking({}) == list(Element)


@pytest.mark.unit
def test_stand_tells_empty_cells_from_those_that_lack_something() -> None:
    holes = {(1, "fire"): [], (1, "fall"): list(Element), (2, "fire"): [Element.TIERS]}
    assert stand_of(holes) == Stand(cells=3, complete=1, empty=1, lacking=1)
    assert not stand_of(holes).is_complete
    assert stand_of({(1, "fire"): []}).is_complete


@pytest.mark.unit
@pytest.mark.parametrize(
    ("last", "opened", "expected"),
    [
        pytest.param("2026-03-01", "2025-01-01", "2027-03-01", id="after the last"),
        pytest.param(None, "2026-01-01", "2027-01-01", id="after the opening"),
        pytest.param("2027-03-01", "2025-01-01", "2028-02-29", id="counted in days (D 24)"),
        pytest.param("2025-05-01", "2026-01-01", "2027-01-01", id="before it was reopened"),
    ],
)
def test_next_drill_is_due_so_many_days_after(last: str | None, opened: str, expected: str) -> None:
    day = dt.date.fromisoformat
    assert next_drill(day(last) if last else None, day(opened), 365) == day(expected)


# --- versions -----------------------------------------------------------------------------------
@pytest.mark.integration
def test_a_new_version_ends_the_one_before_and_takes_its_cells(
    world: World, city_supervisor: User
) -> None:
    first = planned(world, city_supervisor)
    written(first, city_supervisor, WHOLE)
    second = planned(world, city_supervisor, valid_from=LATER)
    first.refresh_from_db()
    assert (first.valid_to, second.version) == (LATER, 2)
    assert matrix_of(second).holes[TWO, FIRE] == []
    written(second, city_supervisor, {"tiers": ""}, today=LATER)
    assert matrix_of(first).holes[TWO, FIRE] == []
    assert matrix_of(second).holes[TWO, FIRE] == [Element.TIERS]
    with pytest.raises(DomainError, match="Version 2 begins on 2026-09-01"):
        planned(world, city_supervisor, valid_from=LATER)
    with pytest.raises(DomainError, match="no city bureau"):
        planned(world, city_supervisor, unit=world.county_a1)


@pytest.mark.integration
def test_database_refuses_two_plans_of_a_city_at_once(world: World, city_supervisor: User) -> None:
    plan = planned(world, city_supervisor)
    plan.pk, plan.version, plan.valid_from = None, 2, START + ONE_DAY
    with (
        pytest.raises(IntegrityError, match="emergencyplan_no_overlap"),
        transaction.atomic(),
    ):
        plan.save(force_insert=True)


# --- cells --------------------------------------------------------------------------------------
@pytest.mark.integration
def test_matrix_has_every_level_and_type_and_says_what_is_missing(
    world: World, city_supervisor: User
) -> None:
    plan = planned(world, city_supervisor)
    written(plan, city_supervisor, {**WHOLE, "joint_duty": ""})
    matrix = matrix_of(plan)
    assert set(matrix.cells) == {
        (level, kind) for level, _label in LEVEL_CHOICES for kind in PlanIncidentType.values
    }
    assert matrix.holes[TWO, FIRE] == [Element.JOINT_DUTY]
    assert matrix.stand == Stand(cells=32, complete=0, empty=31, lacking=1)
    written(plan, city_supervisor, {"joint_duty": " 与保卫处同步 "})
    assert matrix_of(plan).cells[TWO, FIRE].joint_duty == "与保卫处同步"
    scope = scope_for(city_supervisor, at=NOW)
    assert with_completeness(plan_rows(scope)).get().complete == 1


@pytest.mark.integration
def test_trail_keeps_what_a_cell_said_before(world: World, city_supervisor: User) -> None:
    plan = planned(world, city_supervisor)
    written(plan, city_supervisor, {"duties": "封控"})
    written(plan, city_supervisor, {"duties": "疏散"})
    written(plan, city_supervisor, {"duties": "疏散"})
    events = AuditEvent.everything.filter(action="plans.write").order_by("pk")
    assert [(e.before["duties"], e.after["duties"]) for e in events] == [
        ("", "封控"),
        ("封控", "疏散"),
    ]
    assert (events[0].after["level"], events[0].after["incident_type"]) == (2, "fire")


@pytest.mark.integration
def test_a_version_that_is_over_stays_as_it_was(world: World, city_supervisor: User) -> None:
    plan = planned(world, city_supervisor)
    planned(world, city_supervisor, valid_from=LATER)
    written(plan, city_supervisor, {"duties": "封控"}, today=LATER - ONE_DAY)
    with pytest.raises(DomainError, match="Version 1 is over"):
        written(plan, city_supervisor, {"duties": "疏散"}, today=LATER)


# --- screens ------------------------------------------------------------------------------------
@pytest.mark.integration
def test_two_who_write_different_elements_do_not_undo_each_other(
    world: World, city_supervisor: User, as_user: SignIn
) -> None:
    plan = planned(world, city_supervisor)
    written(plan, city_supervisor, {"duties": "封控\n疏散"})
    client, url = as_user(city_supervisor), f"/duty/plans/{plan.pk}/cells/2/fire/edit/"
    form = client.get(url).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    written(plan, city_supervisor, {"tiers": "分局增援"})  # somebody else, meanwhile
    answer = client.post(url, {**sent, "duties": "封控\r\n疏散", "requirements": "十分钟到场"})
    assert answer.status_code == 302
    cell = PlanCell.objects.get()
    assert (cell.duties, cell.tiers, cell.requirements) == (
        "封控\n疏散",
        "分局增援",
        "十分钟到场",
    )


@pytest.mark.integration
def test_city_begins_a_version_and_sees_what_is_missing(
    world: World, city_supervisor: User, as_user: SignIn
) -> None:
    client = as_user(city_supervisor)
    assert client.get(reverse("duty:plan-list")).context["holes"] == [
        "No plan in force today: 澜江市."
    ]
    sent = {"unit": world.city_a.pk, "title": "预案", "document_no": "7号"}
    page = client.post(reverse("duty:plan-new"), {**sent, "valid_from": START}, follow=True)
    plan = EmergencyPlan.everything.get()
    assert [figure.value for figure in page.context["figures"]] == [0, 32, 0]
    written(plan, city_supervisor, {**WHOLE, "tiers": ""})
    page = client.get(plan.get_absolute_url())
    rows = {row.cells[0].text: row.cells[1].text for row in page.context["holes"].rows}
    assert rows["level two · fire or accident"] == "Tiers of reinforcement"
    assert rows["level three · violence"] == "everything"
    paper = client.get(reverse("duty:plan-print", args=[plan.pk])).content.decode()
    assert paper.count('scope="rowgroup"') == 32
    assert WHOLE["joint_duty"] in paper


@pytest.mark.integration
def test_a_place_that_is_none_does_not_exist(
    world: World, city_supervisor: User, as_user: SignIn
) -> None:
    plan, client = planned(world, city_supervisor), as_user(city_supervisor)
    for path in ("levels/5/", "cells/2/rain/", "cells/0/fire/", "cells/2/rain/edit/"):
        assert client.get(f"/duty/plans/{plan.pk}/{path}").status_code == 404


@pytest.mark.integration
def test_order_and_room_open_the_plan_at_their_level(
    world: World, city_supervisor: User, province_staff: User, officer: User, as_user: SignIn
) -> None:
    plan = planned(world, city_supervisor)
    own = ordered(world.city_a, city_supervisor, now=timezone.now())
    above = ordered(world.province, province_staff, now=timezone.now(), level=DutyLevel.ONE)
    room, links = as_user(officer), {}
    for order in (own, above):
        found = room.get(order.get_absolute_url()).context["actions"]
        links[order.pk] = [link.url for link in found]
    assert links == {
        own.pk: [f"/duty/plans/{plan.pk}/levels/2/"],
        above.pk: [f"/duty/plans/{plan.pk}/levels/3/"],
    }
    file = room.get(reverse("stations:detail", args=[world.station_a1.pk])).content.decode()
    assert f"/duty/plans/{plan.pk}/levels/3/" in file
    chapters = room.get(links[own.pk][0]).context["chapters"]
    assert [chapter.kind for chapter in chapters] == [str(k.label) for k in PlanIncidentType]
    scope = scope_for(province_staff, at=NOW)
    assert plan_at(above.org_path, scope, START) is None


@pytest.mark.integration
def test_list_asks_the_same_number_of_questions_for_many_rows(
    world: World,
    city_supervisor: User,
    asked: Callable[[User, str], HttpRequest],
    django_assert_num_queries: Callable[..., Any],
) -> None:
    for month in (1, 4, 9):
        planned(world, city_supervisor, valid_from=dt.date(2026, month, 1))
        request = asked(city_supervisor, "/?state=all")
        with django_assert_num_queries(3):
            assert PlanList.as_view()(request).status_code == 200
