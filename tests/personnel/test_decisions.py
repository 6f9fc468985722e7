"""Appraisals, commendations, accountability: by their paper, corrected and struck with a reason."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from python_calamine import CalamineWorkbook

from personnel.models import Accountability, Appraisal, Assignment, Commendation
from personnel.services.decisions import correct_decision, record_decision, strike_decision
from policeroom.accounts.models import User
from policeroom.common.clock import ZONE
from policeroom.common.errors import ConflictError, DomainError
from policeroom.common.models import AuditEvent
from policeroom.common.roles import Role
from tests.personnel.people_helpers import FROM, TODAY, serves, somebody
from tests.world import World, make_user

pytestmark = pytest.mark.integration
SignIn = Callable[[User | None], Client]
DAY = dt.timedelta(days=1)
NOW = dt.datetime(2026, 9, 17, 9, tzinfo=ZONE)


@pytest.fixture
def post(world: World, county_staff: User) -> Assignment:
    return serves(world.station_a1, county_staff, name="立功")


def paper(world: World, **facts: Any) -> dict[str, Any]:
    return {
        "station": world.station_a1,
        "decided_by": world.city_a,
        "decided_on": TODAY,
        "document_no": "市公政〔2026〕12号",
        "result": "嘉奖",
        **facts,
    }


def commended(world: World, by: User, **facts: Any) -> Commendation:
    values = {"person": None, "ground": "先期处置得力", **facts}
    return record_decision(Commendation, by=by, today=TODAY, **paper(world, **values))


def appraised(world: World, by: User, **facts: Any) -> Appraisal:
    values = {"year": 2025, "scheme": "年度考核办法", "result": "优秀", **facts}
    return record_decision(Appraisal, by=by, today=TODAY, **paper(world, **values))


def held(world: World, by: User, post: Assignment) -> Accountability:
    facts = {"person": post.person, "ground": "值守脱岗", "result": "通报批评"}
    return record_decision(Accountability, by=by, today=TODAY, **paper(world, **facts))


@pytest.mark.parametrize(
    ("facts", "sentence", "field"),
    [
        pytest.param({"decided_on": TODAY + DAY}, "lies in the future", "decided_on", id="future"),
        pytest.param({"decided_by": "city_b"}, "does not stand above", "decided_by", id="unit"),
        pytest.param({"person": "stranger"}, "had no post in", "person", id="never there"),
        pytest.param(
            {"person": "post", "decided_on": FROM - DAY}, "had no post in", "person", id="not yet"
        ),
    ],
)
def test_what_is_refused_says_why(
    world: World,
    city_supervisor: User,
    post: Assignment,
    facts: dict[str, Any],
    sentence: str,
    field: str,
) -> None:
    known = {
        "city_b": world.city_b,
        "stranger": somebody(world.county_a1, city_supervisor),
        "post": post.person,
    }
    values = {name: known[v] if isinstance(v, str) else v for name, v in facts.items()}
    with pytest.raises(DomainError, match=sentence) as refusal:
        commended(world, city_supervisor, **values)
    assert refusal.value.field == field


def test_room_has_one_appraisal_a_year_and_a_struck_one_leaves_its_place(
    world: World, city_supervisor: User
) -> None:
    first = appraised(world, city_supervisor)
    with pytest.raises(ValidationError, match="already recorded"):
        appraised(world, city_supervisor)
    twin = Appraisal(**paper(world), year=2025, scheme="x", org_path=world.station_a1.org_path)
    with pytest.raises(IntegrityError, match="appraisal_once"), transaction.atomic():
        twin.save()
    with pytest.raises(DomainError, match="cannot have been decided") as early:
        appraised(world, city_supervisor, year=2027)
    assert early.value.field == "year"
    strike_decision(first, reason="误录", by=city_supervisor, at=NOW)
    assert appraised(world, city_supervisor).pk != first.pk


def test_correction_strikes_the_wrong_record_and_names_it(
    world: World, city_supervisor: User
) -> None:
    wrong = appraised(world, city_supervisor)
    right = correct_decision(
        wrong,
        reason="文号有误",
        by=city_supervisor,
        at=NOW,
        today=TODAY,
        **paper(world, document_no="市公政〔2026〕21号", year=2025, scheme="办法", result="优秀"),
    )
    wrong.refresh_from_db()
    assert (right.corrects, wrong.struck_at, wrong.strike_reason) == (wrong, NOW, "文号有误")
    with pytest.raises(DomainError, match="already struck"):
        strike_decision(wrong, reason="再次", by=city_supervisor, at=NOW)
    events = AuditEvent.objects.unscoped("test").filter(action__startswith="decisions.")
    found = list(events.order_by("id").values_list("action", flat=True))
    assert found == ["decisions.record", "decisions.correct"]


def test_resend_returns_the_first_and_other_content_is_refused(
    world: World, city_supervisor: User
) -> None:
    key = uuid.uuid4()
    row = commended(world, city_supervisor, client_uuid=key)
    assert commended(world, city_supervisor, client_uuid=key) == row
    with pytest.raises(ConflictError):
        commended(world, city_supervisor, client_uuid=key, ground="别的")


def test_nothing_but_words_and_papers_is_kept() -> None:
    """No figure that could become a mark or an order of people or rooms."""
    numbers = {
        field.name
        for model in (Appraisal, Commendation, Accountability)
        for field in model._meta.concrete_fields
        if field.get_internal_type() in {"DecimalField", "FloatField", "PositiveSmallIntegerField"}
    }
    assert numbers == {"year"}


def test_city_records_corrects_and_strikes_on_the_pages(
    world: World,
    post: Assignment,
    city_supervisor: User,
    county_staff: User,
    as_user: SignIn,
) -> None:
    city = as_user(city_supervisor)
    url = f"/people/commendations/new/?person={post.person_id}"
    assert as_user(county_staff).get(url).status_code == 403
    form = city.get(url).context["form"]
    assert (form["person"].value(), form["station"].value()) == (
        post.person.staff_no,
        world.station_a1.pk,
    )
    sent = {
        "station": world.station_a1.pk,
        "person": post.person.staff_no,
        "decided_by": world.city_a.pk,
        "decided_on": "2026-09-01",
        "document_no": "市公政〔2026〕12号",
        "result": "嘉奖",
        "ground": "先期处置得力",
    }
    unknown = city.post("/people/commendations/new/", {**sent, "person": "nobody"})
    assert list(unknown.context["form"].errors) == ["person"]
    city.post("/people/commendations/new/", sent)
    row = Commendation.objects.unscoped("test").get()
    page = f"/people/commendations/{row.pk}/"

    file = as_user(county_staff).get(post.person.get_absolute_url())
    blocks = {block.key: block.table.rows for block in file.context["blocks"]}
    assert [row.cells[1].text for row in blocks["commendation"]] == ["嘉奖"]
    assert as_user(county_staff).get(f"{page}strike/").status_code == 403

    changed = {**sent, "result": "三等功", "reason": "奖项有误"}
    done = city.post(f"{page}correct/", changed)
    right = Commendation.objects.unscoped("test").get(corrects=row)
    assert done.url == f"/people/commendations/{right.pk}/"
    listed = city.get("/people/commendations/").context["table"].rows
    assert [row.cells[2].text for row in listed] == ["三等功"]
    assert len(city.get("/people/commendations/?struck=on").context["table"].rows) == 2
    assert f"/people/commendations/{right.pk}/" in city.get(page).content.decode()

    export = city.get("/people/commendations/?export=xlsx")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(export.content)).get_sheet_by_index(0)
    assert "三等功" in {cell for line in sheet.to_python() for cell in line}
    city.post(f"/people/commendations/{right.pk}/strike/", {"reason": "决定撤销"})
    assert not city.get("/people/commendations/").context["table"].rows


def test_accountability_shows_to_lead_and_bureaus_and_to_the_person(
    world: World,
    post: Assignment,
    city_supervisor: User,
    station_lead: User,
    officer: User,
    as_user: SignIn,
) -> None:
    row = held(world, city_supervisor, post)
    url = post.person.get_absolute_url()

    def keys(user: User) -> set[str]:
        return {block.key for block in as_user(user).get(url).context["blocks"]}

    assert "accountability" in keys(station_lead)
    assert "accountability" not in keys(officer)
    assert as_user(officer).get(f"/people/accountability/{row.pk}/").status_code == 403
    assert as_user(officer).get("/people/accountability/").status_code == 403
    assert (
        "/people/accountability/"
        not in as_user(officer).get("/people/appraisals/").content.decode()
    )
    own = make_user("300001", post.person.name, world.station_a1.unit, Role.OFFICER)
    post.person.user = own
    post.person.save(update_fields=["user"])
    assert "accountability" in keys(own)


def test_lists_hold_the_decisions_of_the_own_area(
    world: World, province_staff: User, station_lead: User, as_user: SignIn
) -> None:
    for room in (world.station_a1, world.center_a, world.station_b1):
        facts = {"station": room, "decided_by": world.province, "result": room.code}
        commended(world, province_staff, **facts)

    def seen(user: User) -> set[str]:
        rows = as_user(user).get("/people/commendations/").context["table"].rows
        return {row.cells[2].text for row in rows}

    assert seen(station_lead) == {world.station_a1.code}
    assert seen(province_staff) == {
        room.code for room in (world.station_a1, world.center_a, world.station_b1)
    }
    other = Commendation.objects.unscoped("test").get(station=world.station_b1)
    assert as_user(station_lead).get(other.get_absolute_url()).status_code == 404
