"""The screens of roles: request, decide, end, review, table; who sees what, and when it counts."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
import time_machine
from django.utils import timezone

from personnel.models import GrantRequest, RoleGrant
from personnel.permissions import ACTION_LABELS
from personnel.services import request_grant
from personnel.views.grants import GrantListView, GrantReviewView
from policeroom.common.models import AuditEvent
from policeroom.common.roles import ACTIONS, Role
from tests.world import grant, make_user

pytestmark = pytest.mark.integration

MISSING = 999_999


@pytest.fixture
def newcomer(world):
    return make_user("200001", "蒋新", world.city_a)


@pytest.fixture
def local_admin(world):
    """System administrator of one city."""
    return make_user("200015", "吕系统", world.city_a, Role.SYSTEM_ADMIN)


@pytest.fixture
def pending(world, newcomer, system_admin):
    return ask(newcomer, world.city_a, system_admin)


def ask(user, unit, by, role=Role.CITY, valid_to=None):
    return request_grant(
        user=user,
        role=role,
        unit=unit,
        valid_from=timezone.now(),
        valid_to=valid_to,
        reason="posted there",
        by=by,
        at=timezone.now(),
    )


def typed(**changes):
    """What a browser sends from the request form."""
    today = timezone.localdate().isoformat()
    return {"valid_from": today, "valid_to": "", "reason": "posted there", **changes}


# --- from the request to the first page ---------------------------------------------------------


def test_role_counts_at_the_next_request_after_approval(
    world, newcomer, system_admin, security_admin, as_user
):
    person = as_user(newcomer)
    assert person.get("/access/roles/").status_code == 403
    sent = as_user(system_admin).post(
        "/access/grants/new/",
        typed(user="200001", role="system_admin", unit=world.city_a.pk),
    )
    request = GrantRequest.objects.unscoped("test").get()
    assert sent.url == f"/access/grants/requests/{request.pk}/"
    assert person.get("/access/roles/").status_code == 403

    decided = as_user(security_admin).post(
        f"/access/grants/requests/{request.pk}/decide/", {"decision": "approve"}
    )

    assert decided.url == "/access/grants/"
    assert "System administrator" in person.get("/access/roles/").content.decode()


def test_expired_role_stops_at_the_next_request(world, newcomer, system_admin, as_user):
    end = timezone.now() + dt.timedelta(seconds=60)
    grant(newcomer, Role.AUDIT_ADMIN, world.province, valid_to=end)
    event = AuditEvent.objects.create(action="test", org_path=world.city_a.org_path)
    person = as_user(newcomer)

    with time_machine.travel(end - dt.timedelta(seconds=1), tick=False):
        before = person.get(f"/access/audit/{event.pk}/").status_code
    with time_machine.travel(end, tick=False):
        after = person.get(f"/access/audit/{event.pk}/").status_code

    assert (before, after) == (200, 403)


def test_expired_area_is_gone_while_another_role_stays(world, newcomer, as_user):
    """The reader keeps the action elsewhere, so what lay in the expired area is 404."""
    end = timezone.now() + dt.timedelta(seconds=60)
    grant(newcomer, Role.AUDIT_ADMIN, world.city_b, valid_to=end)
    grant(newcomer, Role.AUDIT_ADMIN, world.city_a, valid_from=end)
    event = AuditEvent.objects.create(action="test", org_path=world.city_b.org_path)
    person = as_user(newcomer)

    with time_machine.travel(end - dt.timedelta(seconds=1), tick=False):
        before = person.get(f"/access/audit/{event.pk}/").status_code
    with time_machine.travel(end, tick=False):
        after = person.get(f"/access/audit/{event.pk}/").status_code

    assert (before, after) == (200, 404)


def test_ended_role_stops_at_the_next_request(world, local_admin, security_admin, as_user):
    held = RoleGrant.objects.get(user=local_admin)
    person = as_user(local_admin)
    assert person.get("/access/roles/").status_code == 200

    ended = as_user(security_admin).post(f"/access/grants/{held.pk}/end/", {"reason": "moved"})

    assert ended.url == "/access/grants/review/"
    assert person.get("/access/roles/").status_code == 403


# --- request form -------------------------------------------------------------------------------


def test_request_form_refuses_foreign_ids_like_unknown_ones(
    world, local_admin, other_city_supervisor, newcomer, as_user
):
    client = as_user(local_admin)

    foreign = client.post(
        "/access/grants/new/", typed(user="100006", role="city", unit=world.city_b.pk)
    )
    unknown = client.post("/access/grants/new/", typed(user="999999", role="city", unit=MISSING))

    errors = [page.context["form"].errors for page in (foreign, unknown)]
    assert errors[0]["unit"] == errors[1]["unit"]
    assert errors[0]["user"] == ["No active account in your area has the number “100006”."]
    assert errors[1]["user"] == ["No active account in your area has the number “999999”."]
    assert "沈六" not in foreign.content.decode()


def test_request_form_shows_a_refusal_at_its_field(world, newcomer, system_admin, as_user):
    page = as_user(system_admin).post(
        "/access/grants/new/", typed(user="200001", role="city", unit=world.city_b.pk)
    )

    assert list(page.context["form"].errors) == ["valid_to"]
    assert "a cross-area role needs an end day" in page.content.decode()
    assert 'value="200001"' in page.content.decode()
    assert not GrantRequest.objects.unscoped("test").exists()


def test_request_form_is_filled_from_the_address(newcomer, other_city_supervisor, as_user, world):
    local = make_user("200015", "吕系统", world.city_a, Role.SYSTEM_ADMIN)
    client = as_user(local)

    own = client.get("/access/grants/new/?user=200001").content.decode()
    foreign = client.get("/access/grants/new/?user=100006").content.decode()

    assert 'value="200001"' in own
    assert "100006" not in foreign.split("<form method")[1].split("</form>")[0]


def test_request_form_offers_only_units_of_the_area(world, local_admin, as_user):
    page = as_user(local_admin).get("/access/grants/new/")

    offered = set(page.context["form"].fields["unit"].queryset.values_list("org_path", flat=True))
    assert world.city_a.org_path in offered
    assert all(path.startswith(world.city_a.org_path) for path in offered)


# --- decisions ----------------------------------------------------------------------------------


def test_request_outside_the_area_is_absent(world, newcomer, system_admin, as_user, pending):
    elsewhere = as_user(make_user("200016", "施安全", world.city_b, Role.SECURITY_ADMIN))
    url = f"/access/grants/requests/{pending.pk}/"

    assert elsewhere.get(url).status_code == 404
    assert elsewhere.post(f"{url}decide/", {"decision": "approve"}).status_code == 404
    assert elsewhere.get(f"/access/grants/requests/{MISSING}/").status_code == 404


def test_decision_is_refused_without_the_action(
    system_admin, audit_admin, officer, as_user, pending
):
    url = f"/access/grants/requests/{pending.pk}/decide/"

    codes = [
        as_user(u).post(url, {"decision": "approve"}).status_code
        for u in (system_admin, audit_admin, officer)
    ]

    assert codes == [403, 403, 403]
    pending.refresh_from_db()
    assert pending.state == "pending"


def test_decision_for_oneself_is_refused_with_the_reason(
    world, system_admin, security_admin, as_user
):
    own = GrantRequest.objects.create(
        user=security_admin,
        role=Role.SECURITY_ADMIN,
        unit=world.city_a,
        valid_from=timezone.now(),
        reason="test",
        requested_by=system_admin,
        requested_at=timezone.now(),
    )
    client = as_user(security_admin)

    shown = client.get(f"/access/grants/requests/{own.pk}/").content.decode()
    sent = client.post(f"/access/grants/requests/{own.pk}/decide/", {"decision": "approve"})

    assert "another security administrator decides" in shown
    assert 'value="approve"' not in shown
    assert "does not decide" in sent.content.decode()
    own.refresh_from_db()
    assert own.state == "pending"


def test_rejection_without_a_note_stays_on_the_page(security_admin, as_user, pending):
    client = as_user(security_admin)
    url = f"/access/grants/requests/{pending.pk}/decide/"

    page = client.post(url, {"decision": "reject", "note": ""})
    done = client.post(url, {"decision": "reject", "note": "wrong unit"})

    assert page.context["form"].errors["note"] == ["Give the reason: it stays in the record."]
    assert done.url == "/access/grants/"
    pending.refresh_from_db()
    assert (pending.state, pending.decision_note) == ("rejected", "wrong unit")


def test_request_page_shows_what_is_decided_and_what_is_held(
    world, newcomer, security_admin, as_user, pending
):
    grant(newcomer, Role.COUNTY, world.county_a1)

    text = as_user(security_admin).get(f"/access/grants/requests/{pending.pk}/").content.decode()

    assert "蒋新 (200001)" in text
    assert "City bureau supervisor" in text
    assert "posted there" in text
    assert "County bureau staff · 澜江市公安局芦北分局" in text
    assert 'value="approve"' in text


def test_decision_by_get_is_refused(security_admin, as_user, pending):
    page = as_user(security_admin).get(f"/access/grants/requests/{pending.pk}/decide/")

    assert page.status_code == 405


# --- ending -------------------------------------------------------------------------------------


def test_end_page_asks_with_numbers_and_needs_a_reason(
    world, city_supervisor, security_admin, as_user
):
    grant(city_supervisor, Role.COMMAND, world.city_a)
    held = RoleGrant.objects.get(user=city_supervisor, role="city")
    client = as_user(security_admin)

    page = client.get(f"/access/grants/{held.pk}/end/")
    empty = client.post(f"/access/grants/{held.pk}/end/", {"reason": ""})

    assert [c.number for c in page.context["consequences"]] == [1, 1]
    assert empty.context["form"].errors["reason"] == ["Give the reason: it stays in the record."]
    held.refresh_from_db()
    assert held.valid_to is None


def test_end_page_of_an_ended_role_offers_nothing(world, newcomer, security_admin, as_user):
    held = grant(newcomer, Role.CITY, world.city_a, valid_to=timezone.now())

    text = as_user(security_admin).get(f"/access/grants/{held.pk}/end/").content.decode()

    assert "This role has already ended." in text
    assert "<textarea" not in text
    assert 'name="reason"' not in text


def test_end_page_outside_the_area_is_absent_and_forbidden_to_the_auditor(
    world, other_city_supervisor, local_admin, audit_admin, as_user
):
    held = RoleGrant.objects.get(user=other_city_supervisor)

    assert as_user(local_admin).get(f"/access/grants/{held.pk}/end/").status_code == 404
    assert as_user(local_admin).get(f"/access/grants/{MISSING}/end/").status_code == 404
    assert as_user(audit_admin).get(f"/access/grants/{held.pk}/end/").status_code == 403


# --- lists --------------------------------------------------------------------------------------


def rows_of(page):
    return [[cell.text for cell in row.cells] for row in page.context["table"].rows]


def test_request_list_puts_waiting_ones_first_and_filters(
    world, newcomer, system_admin, security_admin, as_user
):
    decided = ask(newcomer, world.city_a, system_admin)
    RoleGrant.objects.all()
    client = as_user(security_admin)
    client.post(f"/access/grants/requests/{decided.pk}/decide/", {"decision": "approve"})
    older = ask(newcomer, world.county_a1, system_admin, role=Role.COUNTY)
    newer = ask(newcomer, world.city_a, system_admin, role=Role.COMMAND)

    everything = client.get("/access/grants/")
    waiting = client.get("/access/grants/?state=pending&role=county")
    county = client.get(f"/access/grants/?unit={world.county_a1.pk}")

    assert [row[1] for row in rows_of(everything)] == [
        newer.role_label,
        older.role_label,
        decided.role_label,
    ]
    assert [row[1] for row in rows_of(waiting)] == [older.role_label]
    assert [row[1] for row in rows_of(county)] == [older.role_label]


def test_request_list_shows_only_the_area(world, newcomer, system_admin, local_admin, as_user):
    ask(newcomer, world.city_a, system_admin)
    end = timezone.now() + dt.timedelta(days=3)
    ask(newcomer, world.city_b, system_admin, valid_to=end)

    page = as_user(local_admin).get("/access/grants/")

    assert [row[2] for row in rows_of(page)] == ["澜江市公安局"]


@pytest.mark.parametrize("people", [1, 3])
def test_request_list_query_count(
    world, system_admin, security_admin, asked, django_assert_num_queries, people
):
    for number in range(people):
        user = make_user(f"30000{number}", f"何{number}", world.city_a)
        ask(user, world.city_a, system_admin)
    view = GrantListView.as_view()
    request = asked(security_admin, "/access/grants/")

    with django_assert_num_queries(3):  # rows, their capped count, choices of the area filter
        page = view(request)

    assert page.content.decode().count("posted there") == people


@pytest.mark.parametrize("people", [1, 3])
def test_review_query_count(world, audit_admin, asked, django_assert_num_queries, people):
    for number in range(people):
        make_user(f"30000{number}", f"何{number}", world.city_a, Role.CITY)
    view = GrantReviewView.as_view()
    request = asked(audit_admin, "/access/grants/review/?role=city")

    with django_assert_num_queries(3):  # rows, their capped count, choices of the area filter
        page = view(request)

    assert page.content.decode().count("澜江市公安局</td>") == people


def test_review_lists_every_running_role_and_flags(world, newcomer, audit_admin, as_user):
    now = timezone.now()
    ending = grant(newcomer, Role.CITY, world.city_a, valid_to=now + dt.timedelta(days=13))
    crossing = grant(newcomer, Role.CITY, world.city_b)
    grant(newcomer, Role.PROVINCE, world.province, valid_to=now)
    sleeper = make_user("200002", "沈睡", world.city_a, Role.COMMAND)
    sleeper.last_login = now - dt.timedelta(days=91)
    sleeper.save()
    awake = make_user("200003", "冯醒", world.city_a, Role.COMMAND)
    awake.last_login = now - dt.timedelta(days=89)
    awake.save()
    client = as_user(audit_admin)

    def persons(query):
        page = client.get(f"/access/grants/review/{query}")
        return {(row[0], row[1], row[2], row[-1]) for row in rows_of(page)}

    own = ("秦审计 (100013)", "Audit administrator", "海岚省公安厅", "–")
    soon = (str(newcomer), "City bureau supervisor", "澜江市公安局", "ends within 14 days")
    cross = (str(newcomer), "City bureau supervisor", "云川市公安局", "other area, no end")
    idle = (str(sleeper), "Command centre", "澜江市公安局", "no sign-in for 90 days")
    fine = (str(awake), "Command centre", "澜江市公安局", "–")
    assert persons("") == {own, soon, cross, idle, fine}
    assert persons("?flag=any") == {soon, cross, idle}
    assert persons("?flag=ends_soon") == {soon}
    assert persons("?flag=open_cross_area") == {cross}
    assert persons("?flag=idle") == {idle}
    assert ending.pk != crossing.pk


def test_review_leads_whoever_may_end_to_that_page(
    world, city_supervisor, security_admin, audit_admin, as_user
):
    held = RoleGrant.objects.get(user=city_supervisor)
    url = "/access/grants/review/?role=city"

    first = [
        as_user(user).get(url).context["table"].rows[0].cells[0].url
        for user in (security_admin, audit_admin)
    ]

    assert first == [f"/access/grants/{held.pk}/end/", ""]


def test_review_export_equals_the_screen_and_leaves_an_event(
    world, city_supervisor, other_city_supervisor, audit_admin, as_user
):
    client = as_user(audit_admin)
    page = client.get("/access/grants/review/?role=city")

    answer = client.get("/access/grants/review/?role=city&export=csv")

    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert lines[0] == [column.label for column in page.context["table"].columns]
    shown = [["" if text == "–" else text for text in row] for row in rows_of(page)]
    assert len(shown) == 2
    assert lines[1:] == shown
    event = AuditEvent.objects.unscoped("test").latest("id")
    assert (event.action, event.actor, event.after["rows"]) == ("export", audit_admin, 2)


def test_lists_are_closed_to_who_reads_case_data(officer, province_staff, as_user):
    for url in ("/access/grants/", "/access/grants/review/", "/access/roles/"):
        assert as_user(officer).get(url).status_code == 403
        assert as_user(province_staff).get(url).status_code == 403


# --- the table of roles -------------------------------------------------------------------------


def test_roles_page_is_the_table_of_the_code(audit_admin, as_user):
    page = as_user(audit_admin).get("/access/roles/")

    shown = {row["code"]: row["cells"] for row in page.context["rows"]}
    assert shown == {code: [r in held for r in Role] for code, held in ACTIONS.items()}
    text = page.content.decode()
    for label in ACTION_LABELS.values():
        assert str(label) in text
