"""The screens of accounts: who is listed, what may be done, and what each act changes."""

from __future__ import annotations

import datetime as dt

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from personnel.models import GrantRequest, RoleGrant
from personnel.views.people import UserListView
from policeroom.accounts.models import User
from policeroom.common.models import AuditEvent, Notification
from policeroom.common.roles import Role
from tests.world import PASSWORD, grant, make_user

pytestmark = pytest.mark.integration

MISSING = 999_999


@pytest.fixture
def local_admin(world):
    """System administrator of one city."""
    return make_user("200015", "吕系统", world.city_a, Role.SYSTEM_ADMIN)


def lock(user, minutes_ago=1):
    """Five failed sign-ins."""
    row = AccessAttempt.objects.create(
        username=user.username, failures_since_start=5, ip_address="192.0.2.1"
    )
    at = timezone.now() - dt.timedelta(minutes=minutes_ago)
    AccessAttempt.objects.filter(pk=row.pk).update(attempt_time=at)


def numbers(page):
    return {row.cells[0].text for row in page.context["table"].rows}


def typed(unit, **changes):
    """What a browser sends from the form of a new account."""
    return {
        "username": "300001",
        "name": "严新",
        "unit": unit.pk,
        "email": "",
        "role": "",
        "valid_from": timezone.localdate().isoformat(),
        "valid_to": "",
        "reason": "",
        **changes,
    }


# --- list ---------------------------------------------------------------------------------------


def test_list_shows_the_accounts_of_the_area(
    officer, neighbour_officer, city_supervisor, other_city_supervisor, local_admin, as_user
):
    page = as_user(local_admin).get("/access/users/")

    assert numbers(page) == {"100001", "100002", "100005", "200015"}
    assert "沈六" not in page.content.decode()
    assert "Station officer · 澜江市公安局芦北分局澜江大学警务室" in page.content.decode()


def test_list_filters(
    world, officer, city_supervisor, other_city_supervisor, system_admin, as_user
):
    lock(officer)
    lock(other_city_supervisor, minutes_ago=31)
    city_supervisor.is_active = False
    city_supervisor.save()
    client = as_user(system_admin)

    def found(query):
        return numbers(client.get(f"/access/users/?{query}"))

    assert found("state=locked") == {"100001"}
    assert found("state=disabled") == {"100005"}
    assert found("state=active") == {"100006", "100011"}
    assert found("q=陈") == {"100001"}
    assert found("q=10000") == {"100001", "100005", "100006"}
    assert found(f"unit={world.city_a.pk}") == {"100001", "100005"}


def test_list_hides_roles_outside_the_area(world, city_supervisor, local_admin, as_user):
    grant(city_supervisor, Role.COMMAND, world.city_b)

    text = as_user(local_admin).get("/access/users/").content.decode()

    assert "City bureau supervisor · 澜江市公安局" in text
    assert "云川市公安局" not in text


def test_list_is_for_who_unlocks(
    officer, province_staff, security_admin, system_admin, audit_admin, as_user
):
    codes = {
        user.username: as_user(user).get("/access/users/").status_code
        for user in (officer, province_staff, security_admin, system_admin, audit_admin)
    }

    assert codes == {"100001": 403, "100007": 403, "100012": 200, "100011": 200, "100013": 403}


@pytest.mark.parametrize("people", [1, 3])
def test_list_query_count(world, system_admin, asked, django_assert_num_queries, people):
    for number in range(people):
        make_user(f"30000{number}", f"何{number}", world.city_a, Role.CITY, Role.COMMAND)
    view = UserListView.as_view()
    request = asked(system_admin, "/access/users/?q=30000")

    with django_assert_num_queries(4):  # rows, their roles, the capped count, the area filter
        page = view(request)

    assert page.content.decode().count("City bureau supervisor · 澜江市公安局") == people


# --- one person ---------------------------------------------------------------------------------


def test_page_shows_roles_now_and_before(world, city_supervisor, system_admin, as_user):
    grant(city_supervisor, Role.COMMAND, world.city_a, valid_to=timezone.now())

    page = as_user(system_admin).get(f"/access/users/{city_supervisor.pk}/")

    assert [g.role for g in page.context["open_grants"]] == ["city"]
    assert [g.role for g in page.context["past_grants"]] == ["command"]
    text = page.content.decode()
    assert "100005" in text
    assert f"/access/grants/new/?user={city_supervisor.username}" in text


def test_page_of_another_area_is_absent(local_admin, other_city_supervisor, as_user):
    client = as_user(local_admin)

    for name in ("", "unlock/", "sessions/end/", "deactivate/", "reactivate/", "password/"):
        assert client.post(f"/access/users/{other_city_supervisor.pk}/{name}").status_code in {
            404,
            405,
        }
    foreign = client.get(f"/access/users/{other_city_supervisor.pk}/")
    missing = client.get(f"/access/users/{MISSING}/")
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert foreign.content == missing.content


def test_account_with_a_role_elsewhere_is_managed_above(
    world, city_supervisor, local_admin, system_admin, as_user
):
    """Whoever re-issues the password could use the role that lies outside their area."""
    grant(city_supervisor, Role.COMMAND, world.city_b)
    client = as_user(local_admin)

    page = client.get(f"/access/users/{city_supervisor.pk}/")

    assert "One more role lies outside your area." in page.content.decode()
    assert page.context["actions"] == []
    for name in ("sessions/end/", "deactivate/", "password/", "second-factor/remove/"):
        assert client.post(f"/access/users/{city_supervisor.pk}/{name}").status_code == 403
    assert as_user(system_admin).get(
        f"/access/users/{city_supervisor.pk}/password/"
    ).status_code == (200)


def test_own_account_is_managed_by_somebody_else(system_admin, as_user):
    client = as_user(system_admin)

    page = client.get(f"/access/users/{system_admin.pk}/")

    assert "another administrator manages it" in page.content.decode()
    assert client.post(f"/access/users/{system_admin.pk}/password/").status_code == 403


def test_security_administrator_sees_and_unlocks_but_does_not_manage(
    officer, security_admin, as_user
):
    lock(officer)
    client = as_user(security_admin)

    page = client.get(f"/access/users/{officer.pk}/")
    unlocked = client.post(f"/access/users/{officer.pk}/unlock/")

    assert page.context["actions"] == []
    assert f"/access/users/{officer.pk}/unlock/" in page.content.decode()
    assert unlocked.url == f"/access/users/{officer.pk}/"
    assert not AccessAttempt.objects.filter(username=officer.username).exists()
    assert client.get("/access/users/new/").status_code == 403
    for name in ("sessions/end/", "deactivate/", "password/", "second-factor/remove/"):
        assert client.post(f"/access/users/{officer.pk}/{name}").status_code == 403


# --- a new account ------------------------------------------------------------------------------


def test_new_account_with_a_role_shows_the_password_once(
    world, system_admin, security_admin, as_user
):
    client = as_user(system_admin)

    page = client.post(
        "/access/users/new/", typed(world.city_a, role="city", reason="posted there")
    )

    user = User.objects.get(username="300001")
    password = page.context["password"]
    assert (user.name, user.org_path, user.unit_name) == (
        "严新",
        world.city_a.org_path,
        "澜江市公安局",
    )
    assert user.check_password(password)
    assert user.must_change_password
    assert password in page.content.decode()
    request = GrantRequest.objects.unscoped("test").get()
    assert (request.user, request.role, request.state) == (user, "city", "pending")
    assert Notification.objects.filter(recipient=security_admin).count() == 1
    later = client.get(f"/access/users/{user.pk}/").content.decode()
    assert password not in later
    for row in AuditEvent.objects.unscoped("test"):
        assert password not in f"{row.before}{row.after}{row.object_label}"


def test_new_account_is_not_made_when_its_role_is_refused(world, system_admin, as_user):
    page = as_user(system_admin).post(
        "/access/users/new/", typed(world.city_a, role="officer", reason="posted there")
    )

    assert "does not fit" in page.context["form"].errors["role"][0]
    assert not User.objects.filter(username="300001").exists()


def test_new_account_needs_a_reason_for_its_role(world, system_admin, as_user):
    page = as_user(system_admin).post("/access/users/new/", typed(world.city_a, role="city"))

    assert list(page.context["form"].errors) == ["reason"]


def test_new_account_refuses_a_unit_of_another_area_like_an_unknown_one(
    world, local_admin, as_user
):
    client = as_user(local_admin)

    foreign = client.post("/access/users/new/", typed(world.city_b))
    unknown = client.post("/access/users/new/", {**typed(world.city_a), "unit": MISSING})

    assert foreign.context["form"].errors["unit"] == unknown.context["form"].errors["unit"]
    assert not User.objects.filter(username="300001").exists()


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("100001", "This number already has an account."),
        ("ab", "4 to 20 letters or digits"),
        ("admin", "Accounts are personal"),
    ],
)
def test_new_account_refuses_a_bad_number(world, officer, system_admin, as_user, number, message):
    page = as_user(system_admin).post("/access/users/new/", typed(world.city_a, username=number))

    assert message in page.content.decode()
    assert User.objects.filter(username=number).count() == (1 if number == "100001" else 0)


# --- acts ---------------------------------------------------------------------------------------


def test_sessions_end_at_the_next_request(officer, system_admin, as_user):
    person = Client()
    person.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    assert person.get("/accounts/inbox/").status_code == 200

    as_user(system_admin).post(f"/access/users/{officer.pk}/sessions/end/")

    assert person.get("/accounts/inbox/").status_code == 302


def test_leaver_loses_account_sessions_and_roles(officer, system_admin, as_user):
    person, client = as_user(officer), as_user(system_admin)
    url = f"/access/users/{officer.pk}/deactivate/"

    asked_first = client.get(url)
    empty = client.post(url, {"reason": "", "end_grants": "on"})
    officer.refresh_from_db()
    assert officer.is_active
    done = client.post(url, {"reason": "retired", "end_grants": "on"})

    assert asked_first.context["consequences"][1].number == 1
    assert empty.context["form"].errors["reason"]
    assert done.url == f"/access/users/{officer.pk}/"
    officer.refresh_from_db()
    assert not officer.is_active
    assert person.get("/accounts/inbox/").status_code == 302
    held = RoleGrant.objects.get(user=officer)
    assert (held.end_reason, held.ended_by) == ("retired", system_admin)


def test_pause_keeps_the_roles_and_ends_with_enabling(officer, system_admin, as_user):
    client = as_user(system_admin)

    client.post(f"/access/users/{officer.pk}/deactivate/", {"reason": "on leave"})
    officer.refresh_from_db()
    paused = officer.is_active
    client.post(f"/access/users/{officer.pk}/reactivate/", {"reason": "back"})

    officer.refresh_from_db()
    assert (paused, officer.is_active) == (False, True)
    assert RoleGrant.objects.get(user=officer).valid_to is None


def test_last_security_administrator_cannot_be_disabled(system_admin, security_admin, as_user):
    page = as_user(system_admin).post(
        f"/access/users/{security_admin.pk}/deactivate/", {"reason": "leaves", "end_grants": "on"}
    )

    assert "last Security administrator" in page.content.decode()
    security_admin.refresh_from_db()
    assert security_admin.is_active


def test_new_first_password_replaces_the_old_one(officer, system_admin, as_user):
    client = as_user(system_admin)
    asked_first = client.get(f"/access/users/{officer.pk}/password/")
    officer.refresh_from_db()
    assert officer.check_password(PASSWORD)

    page = client.post(f"/access/users/{officer.pk}/password/")

    assert "Issue and show it" in asked_first.content.decode()
    officer.refresh_from_db()
    assert officer.check_password(page.context["password"])
    assert not officer.check_password(PASSWORD)
    assert not Notification.objects.filter(kind="password-reissued").exists()


def test_new_password_of_an_administrator_is_announced_to_the_others(
    system_admin, security_admin, audit_admin, as_user
):
    as_user(system_admin).post(f"/access/users/{audit_admin.pk}/password/")

    told = Notification.objects.filter(kind="password-reissued").values_list("recipient", flat=True)
    assert set(told) == {security_admin.pk, audit_admin.pk}


def test_lost_phone_of_an_administrator_is_replaced_and_announced(
    system_admin, security_admin, audit_admin, as_user
):
    TOTPDevice.objects.create(user=security_admin, confirmed=True)
    client = as_user(system_admin)
    url = f"/access/users/{security_admin.pk}/second-factor/remove/"
    offered = client.get(f"/access/users/{security_admin.pk}/").content.decode()
    asked_first = client.get(url).content.decode()

    client.post(url)

    assert url in offered
    assert "the password alone signs in" in asked_first
    assert not TOTPDevice.objects.exists()
    told = Notification.objects.filter(kind="second-factor-reset")
    assert set(told.values_list("recipient", flat=True)) == {security_admin.pk, audit_admin.pk}


def test_password_of_a_disabled_account_is_refused_on_the_page(officer, system_admin, as_user):
    officer.is_active = False
    officer.save()

    page = as_user(system_admin).post(f"/access/users/{officer.pk}/password/")

    assert "is disabled" in page.content.decode()
    assert "password" not in page.context
