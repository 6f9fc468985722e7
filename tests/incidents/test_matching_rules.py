"""Keyword rules and categories of a city: validated, tried, shown with their consequences."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.db.utils import IntegrityError
from django.test import Client
from django.urls import reverse

from benchmarks.measure import Statements
from incidents.models import Category, MatchRule, Place
from incidents.queries.rules import preview
from incidents.services.category_tree import add_category, offer_category, rename_category
from incidents.services.filing import offered
from incidents.services.match_rules import add_rule, edit_rule, end_rule
from policeroom.accounts.models import User
from policeroom.common.errors import ConflictError, DomainError
from policeroom.common.models import AuditEvent
from tests.world import World

pytestmark = pytest.mark.integration

NOW = dt.datetime(2026, 9, 17, 15, 42, tzinfo=dt.timezone(dt.timedelta(hours=8)))
NEW, TRY = reverse("incidents:rule-new"), reverse("incidents:rule-try")
LIST = reverse("incidents:rule-list")
#: Session, user, grants, unread notifications, the user's open sessions.
FRAME = 5


def category(code: str) -> Category:
    return Category.objects.get(code=code)


def rule(world: World, by: User, **changes: Any) -> MatchRule:
    values = {
        "org_path": world.city_a.org_path,
        "target": "category",
        "category": category("traffic.parking"),
        "keyword": "石墩阵",
        "weight": 8,
        "by": by,
        "now": NOW,
        **changes,
    }
    return add_rule(**values)


def form(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "keyword": "石墩阵",
        "speaks_for": f"category:{category('traffic.parking').pk}",
        "weight": 8,
        "excludes": "",
        "unit": world.city_a.pk,
        "client_uuid": uuid.uuid4(),
        "confirmed": "",
        **changes,
    }


@pytest.fixture
def client(city_supervisor: User, as_user: Callable[[User | None], Client]) -> Client:
    return as_user(city_supervisor)


# --- rules ---------------------------------------------------------------------------------------


def test_rule_keeps_one_form_and_leaves_one_event(world: World, city_supervisor: User) -> None:
    row = rule(world, city_supervisor, keyword="  ＱＱ群　 骗钱 ", excludes="培训 ")
    assert (row.keyword, row.excludes) == ("qq群 骗钱", "培训")
    assert row.keyword_pinyin == "qqq qqqun|pq pianqian"
    events = AuditEvent.objects.unscoped("test").filter(action__startswith="rules.")
    assert [event.action for event in events] == ["rules.add"]
    assert events[0].org_path == world.city_a.org_path


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"keyword": "偷"}, "keyword", id="one character"),
        pytest.param({"keyword": "石墩 阵"}, "keyword", id="a word of one character"),
        pytest.param({"keyword": "石墩 挡在 校门 旁边"}, "keyword", id="four words"),
        pytest.param({"keyword": "石墩阵", "excludes": "石墩"}, "excludes", id="excludes itself"),
        pytest.param({"keyword": "违停"}, "keyword", id="known to the base"),
    ],
)
def test_keywords_that_cannot_work_are_refused(
    world: World, city_supervisor: User, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        rule(world, city_supervisor, **changes)
    assert refusal.value.field == field
    assert not MatchRule.objects.exists()


def test_a_base_keyword_may_be_made_heavier(world: World, city_supervisor: User) -> None:
    assert rule(world, city_supervisor, keyword="违停", weight=12).weight == 12


def test_the_same_keyword_twice_is_refused_also_below_the_province(
    world: World, city_supervisor: User, province_staff: User
) -> None:
    rule(world, province_staff, org_path="")
    with pytest.raises(DomainError, match="already speaks"):
        rule(world, city_supervisor)


def test_database_refuses_the_same_keyword_twice(world: World, city_supervisor: User) -> None:
    row = rule(world, city_supervisor)
    twin = {"org_path": row.org_path, "target": "category", "category": row.category}
    with pytest.raises(IntegrityError, match="matchrule_category_once"), transaction.atomic():
        MatchRule.objects.create(
            **twin, keyword=row.keyword, created_by=city_supervisor, created_at=NOW
        )


def test_an_ended_keyword_may_come_back(world: World, city_supervisor: User) -> None:
    row = rule(world, city_supervisor)
    for _turn in range(2):
        end_rule(rule=row, by=city_supervisor, now=NOW)
    assert (row.is_active, row.ended_at) == (False, NOW)
    assert rule(world, city_supervisor).pk != row.pk
    with pytest.raises(DomainError, match="has ended"):
        edit_rule(rule=row, by=city_supervisor, keyword="石墩", weight=3, excludes="")
    acts = AuditEvent.objects.unscoped("test").filter(action="rules.end")
    assert acts.count() == 1


def test_rule_for_a_category_of_another_city_is_refused(
    world: World, city_supervisor: User, province_staff: User
) -> None:
    own = add_category(
        parent=category("traffic"), name="占道", org_path=world.city_b.org_path, by=province_staff
    )
    for path in (world.city_a.org_path, ""):
        with pytest.raises(DomainError, match="not offered everywhere"):
            rule(world, province_staff, category=own, org_path=path)


def test_three_resends_make_one_rule(world: World, city_supervisor: User) -> None:
    key = uuid.uuid4()
    found = {rule(world, city_supervisor, client_uuid=key).pk for _ in range(3)}
    assert len(found) == MatchRule.objects.count() == 1
    with pytest.raises(ConflictError):
        rule(world, city_supervisor, client_uuid=key, weight=3)


def test_preview_counts_the_reference_sentences_that_turn(
    world: World, city_supervisor: User
) -> None:
    row = MatchRule(
        org_path=world.city_a.org_path,
        target="category",
        category=category("other"),
        keyword="打架",
        weight=12,
    )
    found = preview(row, now=NOW)
    assert found.total == 327
    assert found.changes
    assert found.right_after < found.right_before
    assert {change.after for change in found.changes} == {"other"}
    assert all("打架" in change.text for change in found.changes)


def test_harmless_keyword_is_saved_at_once(world: World, client: Client) -> None:
    response = client.post(NEW, form(world))
    assert response.status_code == 302
    assert MatchRule.objects.get().org_path == world.city_a.org_path


def test_keyword_that_turns_sentences_is_shown_before_it_is_saved(
    world: World, client: Client
) -> None:
    sent = form(world, keyword="打架", speaks_for=f"category:{category('other').pk}", weight=12)

    shown = client.post(NEW, sent)

    assert shown.status_code == 200
    assert not MatchRule.objects.exists()
    assert "of the 327 reference sentences" in shown.content.decode()
    assert shown.context["comparison"].changes
    confirmed = shown.context["form"]["confirmed"].value()
    assert confirmed

    other = client.post(NEW, {**sent, "weight": 11, "confirmed": confirmed})
    assert other.status_code == 200
    assert not MatchRule.objects.exists()

    assert client.post(NEW, {**sent, "confirmed": confirmed}).status_code == 302
    assert MatchRule.objects.get().weight == 12


def test_disposition_and_kind_can_be_given_words(world: World, client: Client) -> None:
    for target in ("disposition:mediated", "kind:enquiry"):
        sent = form(world, keyword=f"石墩{target[:4]}", speaks_for=target)
        assert client.post(NEW, sent).status_code == 302
    stored = MatchRule.objects.order_by("id").values_list("target", "value", "category")
    assert list(stored) == [("disposition", "mediated", None), ("kind", "enquiry", None)]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"unit": "city_b"}, id="another city"),
        pytest.param({"unit": ""}, id="the whole province"),
        pytest.param({"weight": 13}, id="too heavy"),
        pytest.param({"weight": 0}, id="no weight"),
        pytest.param({"keyword": "石" * 41}, id="too long"),
        pytest.param({"speaks_for": "category:987654"}, id="no such category"),
        pytest.param({"keyword": "偷"}, id="too short"),
    ],
)
def test_what_a_city_may_not_send_is_refused(
    world: World, client: Client, changes: dict[str, Any]
) -> None:
    if changes.get("unit"):
        changes = {"unit": world.city_b.pk}
    response = client.post(NEW, form(world, **changes))
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not MatchRule.objects.exists()


def test_province_may_choose_everything(
    world: World, province_staff: User, as_user: Callable[[User | None], Client]
) -> None:
    client = as_user(province_staff)
    assert client.post(NEW, form(world, unit="")).status_code == 302
    assert client.post(NEW, form(world, unit=world.city_b.pk, keyword="石狮阵")).status_code == 302
    paths = MatchRule.objects.order_by("id").values_list("org_path", flat=True)
    assert list(paths) == ["", world.city_b.org_path]


def test_city_sees_its_own_and_the_provinces_rules_only(
    world: World, client: Client, province_staff: User
) -> None:
    for path, word in ((world.city_a, "甲词"), (world.city_b, "乙词"), (None, "省词")):
        rule(world, province_staff, org_path=path.org_path if path else "", keyword=word)
    rows = client.get(LIST).context["table"].rows
    assert {(row.cells[0].text, bool(row.cells[0].url)) for row in rows} == {
        ("甲词", True),
        ("省词", False),
    }


def test_edit_and_end_by_the_screens(world: World, client: Client, city_supervisor: User) -> None:
    row = rule(world, city_supervisor)
    edit = reverse("incidents:rule-edit", args=[row.pk])
    assert client.get(edit).status_code == 200
    sent = {"keyword": "石墩", "weight": 5, "excludes": "雕塑", "confirmed": ""}
    assert client.post(edit, sent).status_code == 302
    row.refresh_from_db()
    assert (row.keyword, row.weight, row.excludes) == ("石墩", 5, "雕塑")
    assert row.keyword_pinyin == "sd shidun"
    end = reverse("incidents:rule-end", args=[row.pk])
    assert client.get(end).status_code == 200
    assert client.post(end).status_code == 302
    assert client.get(LIST).context["table"].rows == []
    assert client.get(edit).status_code == 302


def test_try_box_says_which_word_gave_the_suggestion(
    world: World, client: Client, city_supervisor: User
) -> None:
    rule(world, city_supervisor)
    page = client.get(TRY, {"q": "南门 石墩阵 -15", "unit": world.city_a.pk})
    lines = [[cell.text for cell in row.cells] for row in page.context["found"].rows]
    assert ["Place of the call", "南门", "10", "南门"] in lines
    assert ["Category", "Obstructive parking", "8", "石墩阵"] in lines


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", ["rule-list", "category-list"])
def test_queries_of_the_lists_do_not_grow(
    world: World, client: Client, city_supervisor: User, rows: int, name: str
) -> None:
    for number in range(rows):
        rule(world, city_supervisor, keyword=f"石墩阵{number}号")
        own_category(world, city_supervisor, name=f"新类{number}")
    client.get(LIST)

    with Statements() as seen:
        client.get(reverse(f"incidents:{name}"))

    assert len(seen) == FRAME + 2  # rows, capped count


# --- categories ----------------------------------------------------------------------------------


def own_category(world: World, by: User, **changes: Any) -> Category:
    values = {
        "parent": category("violence"),
        "name": "校园欺凌",
        "org_path": world.city_a.org_path,
        "by": by,
        **changes,
    }
    return add_category(**values)


def test_own_category_takes_over_what_its_parent_is(world: World, city_supervisor: User) -> None:
    row = own_category(world, city_supervisor)
    parent = category("violence")
    assert row.code == f"violence-{world.city_a.org_path}-1"
    assert (row.kind, row.case_kind, row.dispute) == (parent.kind, parent.case_kind, False)
    order = list(Category.objects.order_by("sort", "code").values_list("code", flat=True))
    assert order.index("violence") < order.index(row.code) < order.index("order")
    assert offered(row, world.station_a1.org_path)
    assert not offered(row, world.station_b1.org_path)
    second = own_category(world, city_supervisor, name="另一类")
    assert second.code == f"violence-{world.city_a.org_path}-2"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"name": "打架斗殴"}, "name", id="a base name"),
        pytest.param({"name": "殴打伤害"}, "name", id="the parent's name"),
        pytest.param({"parent": "violence.fight"}, "parent", id="third level"),
    ],
)
def test_categories_that_would_be_two_boxes_are_refused(
    world: World, city_supervisor: User, changes: dict[str, Any], field: str
) -> None:
    if "parent" in changes:
        changes = {"parent": category(changes["parent"])}
    with pytest.raises(DomainError) as refusal:
        own_category(world, city_supervisor, **changes)
    assert refusal.value.field == field


def test_base_categories_keep_their_names(world: World, province_staff: User) -> None:
    with pytest.raises(DomainError, match="keep their names"):
        rename_category(category=category("theft"), name="偷", name_en="", by=province_staff)


def test_stopping_a_top_category_stops_all_below_it(
    world: World, city_supervisor: User, province_staff: User
) -> None:
    own = own_category(world, city_supervisor)
    below = Category.objects.filter(parent__code="violence").count()
    assert (
        offer_category(category=category("violence"), offered=False, by=province_staff) == below + 1
    )
    own.refresh_from_db()
    assert not own.is_active
    with pytest.raises(DomainError, match="Offer it first"):
        offer_category(category=own, offered=True, by=city_supervisor)


def test_screens_of_categories(world: World, client: Client) -> None:
    new = reverse("incidents:category-new")
    sent = {
        "parent": category("violence").pk,
        "name": "校园欺凌",
        "name_en": "Bullying",
        "unit": world.city_a.pk,
    }
    assert client.post(new, sent).status_code == 302
    row = Category.objects.get(name="校园欺凌")
    edit = reverse("incidents:category-edit", args=[row.pk])
    assert client.post(edit, {"name": "欺凌", "name_en": ""}).status_code == 302
    stop = reverse("incidents:category-stop", args=[row.pk])
    assert "1 categories" in client.get(stop).content.decode()
    assert client.post(stop).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.name_pinyin, row.is_active) == ("欺凌", "ql qiling", False)
    again = reverse("incidents:category-offer", args=[row.pk])
    assert client.post(again).status_code == 302
    row.refresh_from_db()
    assert row.is_active


def test_a_city_cannot_stop_a_base_category(world: World, client: Client) -> None:
    stop = reverse("incidents:category-stop", args=[category("theft").pk])
    assert client.post(stop).status_code == 403
    assert category("theft").is_active


def test_place_of_a_room_is_no_business_of_the_city(world: World, client: Client) -> None:
    place = Place.objects.create(station=world.station_a1, name="南门")
    assert client.get(reverse("incidents:place-edit", args=[place.pk])).status_code == 403
