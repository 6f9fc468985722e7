"""Changing the password, the first password, the 90-day change (requirements 03, 10, 13)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from policeroom.accounts.models import User, UserSession
from policeroom.accounts.services import issue_first_password
from policeroom.common.errors import DomainError
from policeroom.common.models import AuditEvent
from tests.world import PASSWORD

pytestmark = pytest.mark.integration

SignIn = Callable[..., HttpResponse]
AsUser = Callable[..., Client]
NEW = "Harbour-Umbrella-77"


def change(
    browser: Client, current: str = PASSWORD, new: str = NEW, repeated: str | None = None
) -> HttpResponse:
    form = {"current": current, "new": new, "repeated": new if repeated is None else repeated}
    return browser.post(reverse("accounts:password"), form)


def test_new_password_replaces_the_old_one(officer: User, as_user: AsUser, sign_in: SignIn) -> None:
    response = change(as_user(officer))

    assert (response.status_code, response.url) == (302, "/")
    assert sign_in(officer, PASSWORD).status_code == 200
    assert sign_in(officer, NEW).status_code == 302
    officer.refresh_from_db()
    assert len(officer.previous_passwords) == 1
    assert officer.password_changed_at == timezone.now()


def test_change_keeps_this_session_under_a_new_key_and_ends_the_others(
    officer: User, as_user: AsUser
) -> None:
    here, other = as_user(officer), as_user(officer)
    old_key = here.cookies["sessionid"].value

    change(here)

    assert here.get(reverse("accounts:sessions")).status_code == 200
    assert here.cookies["sessionid"].value != old_key
    assert other.get(reverse("accounts:sessions")).status_code == 302
    assert UserSession.objects.filter(user=officer).count() == 1


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param({"current": "Wrong-Umbrella-1"}, "not your present password", id="wrong"),
        pytest.param({"repeated": "Other-Umbrella-1"}, "two new passwords differ", id="differ"),
        pytest.param({"new": "Short-1"}, "at least 12 characters", id="short"),
        pytest.param({"new": "gongan-Umbrella-7"}, "Leave out “gongan”", id="context-word"),
        pytest.param({"new": "umbrella-harbour"}, "2 kinds of characters", id="classes"),
        pytest.param({"new": PASSWORD}, "one of your last 5 passwords", id="reused"),
    ],
)
def test_refused_change_says_why_and_changes_nothing(
    officer: User, as_user: AsUser, data: dict[str, str], message: str
) -> None:
    browser = as_user(officer)

    response = change(browser, **data)

    assert response.status_code == 200
    assert message in response.content.decode()
    officer.refresh_from_db()
    assert officer.check_password(PASSWORD)
    assert browser.get(reverse("accounts:sessions")).status_code == 200


@override_settings(PASSWORD_PROFILE="asvs")
def test_asvs_accepts_a_long_simple_password(officer: User, as_user: AsUser) -> None:
    assert change(as_user(officer), new="umbrella harbour morning").status_code == 302


def test_wrong_present_password_counts_towards_the_lock(officer: User, as_user: AsUser) -> None:
    browser = as_user(officer)

    statuses = [change(browser, current="Wrong-Umbrella-1").status_code for _index in range(5)]

    assert statuses == [200, 200, 200, 200, 429]
    assert change(browser).status_code == 429


def test_sixth_password_may_be_the_first_again(officer: User, as_user: AsUser) -> None:
    browser = as_user(officer)
    present = PASSWORD
    for number in range(1, 5):
        change(browser, current=present, new=f"Harbour-Umbrella-{number}")
        present = f"Harbour-Umbrella-{number}"

    fifth = change(browser, current=present, new=PASSWORD)
    change(browser, current=present, new="Harbour-Umbrella-5")
    sixth = change(browser, current="Harbour-Umbrella-5", new=PASSWORD)

    assert (fifth.status_code, sixth.status_code) == (200, 302)
    officer.refresh_from_db()
    assert officer.check_password(PASSWORD)
    assert len(officer.previous_passwords) == 4


@pytest.mark.parametrize(
    ("profile", "days", "led"),
    [
        pytest.param("mlps3", 89, False, id="mlps3-89-days"),
        pytest.param("mlps3", 90, True, id="mlps3-90-days"),
        pytest.param("asvs", 400, False, id="asvs-never"),
    ],
)
def test_password_is_changed_after_ninety_days(
    officer: User, as_user: AsUser, profile: str, days: int, led: bool
) -> None:
    changed_at = timezone.now() - dt.timedelta(days=days)
    User.objects.filter(pk=officer.pk).update(password_changed_at=changed_at)
    browser = as_user(officer)

    with override_settings(PASSWORD_PROFILE=profile):
        response = browser.get(reverse("accounts:sessions"))

    assert response.status_code == (302 if led else 200)
    if led:
        assert response.url == f"{reverse('accounts:password')}?next=%2Faccounts%2Fsessions%2F"
        assert "every 90 days" in browser.get(response.url).content.decode()
        assert change(browser).status_code == 302
        assert browser.get(reverse("accounts:sessions")).status_code == 200


def test_first_password_opens_only_the_change_page(
    officer: User, system_admin: User, sign_in: SignIn
) -> None:
    first = issue_first_password(user=officer, by=system_admin, at=timezone.now())
    browser = Client()

    sign_in(officer, first, browser=browser)

    for name in ("home", "accounts:sessions", "accounts:second-factor", "accounts:inbox"):
        assert browser.get(reverse(name)).url.startswith(reverse("accounts:password"))
    page = browser.get(reverse("accounts:password")).content.decode()
    assert "Choose your own password" in page
    assert reverse("accounts:inbox") not in page
    assert change(browser, current=first).status_code == 302
    assert browser.get(reverse("accounts:sessions")).status_code == 200
    officer.refresh_from_db()
    assert (officer.must_change_password, officer.password_expires_at) == (False, None)


@pytest.mark.parametrize(
    ("later", "status"),
    [
        pytest.param(dt.timedelta(hours=24, seconds=-1), 302, id="23:59:59"),
        pytest.param(dt.timedelta(hours=24), 200, id="24:00:00"),
    ],
)
def test_first_password_is_valid_for_a_day(
    *,
    officer: User,
    system_admin: User,
    sign_in: SignIn,
    clock: object,
    later: dt.timedelta,
    status: int,
) -> None:
    first = issue_first_password(user=officer, by=system_admin, at=timezone.now())
    clock.shift(later)

    response = sign_in(officer, first)

    assert response.status_code == status
    if status == 200:
        assert "Ask your system administrator for a new one" in response.content.decode()


def test_first_password_signs_in_once(officer: User, system_admin: User, sign_in: SignIn) -> None:
    first = issue_first_password(user=officer, by=system_admin, at=timezone.now())

    answers = [sign_in(officer, first).status_code for _index in range(2)]

    assert answers == [302, 200]


def test_first_password_ends_the_old_one_and_every_session(
    officer: User, system_admin: User, as_user: AsUser, sign_in: SignIn
) -> None:
    browser = as_user(officer)

    issue_first_password(user=officer, by=system_admin, at=timezone.now())

    assert browser.get(reverse("accounts:sessions")).status_code == 302
    assert sign_in(officer, PASSWORD).status_code == 200
    actions = list(
        AuditEvent.objects.unscoped("test")
        .filter(actor=system_admin)
        .order_by("id")
        .values_list("action", flat=True)
    )
    assert actions == ["account.first-password", "account.session-end"]


def test_first_password_is_stored_nowhere(officer: User, system_admin: User) -> None:
    first = issue_first_password(user=officer, by=system_admin, at=timezone.now())

    officer.refresh_from_db()

    assert officer.check_password(first)
    assert first not in str(list(AuditEvent.objects.unscoped("test").values()))


def test_nobody_issues_a_first_password_to_themselves_or_to_a_disabled_account(
    officer: User, system_admin: User
) -> None:
    with pytest.raises(DomainError, match="own password"):
        issue_first_password(user=system_admin, by=system_admin, at=timezone.now())
    User.objects.filter(pk=officer.pk).update(is_active=False)
    with pytest.raises(DomainError, match="disabled"):
        issue_first_password(user=officer, by=system_admin, at=timezone.now())
