"""Sign-in: who gets in, what is told, the lock, where it leads (requirements 07, 08, 18, 43)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import translation

from policeroom.accounts.demo import DEMO_PASSWORD
from policeroom.accounts.models import User
from policeroom.accounts.services import deactivate_user, unlock_user
from policeroom.common.models import AuditEvent
from policeroom.common.roles import Role
from tests.world import PASSWORD, World, make_user

pytestmark = pytest.mark.integration

SignIn = Callable[..., HttpResponse]
WRONG = "Wrong-Umbrella-99"


def texts(response: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def plain(response: HttpResponse) -> str:
    """The body without what differs by design: tokens, and the number that was typed."""
    body = response.content.decode()
    body = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", body)
    body = re.sub(r'"X-CSRFToken": "\w+"', "", body)
    return re.sub(r'(name="username"[^>]*) value="\w+"|value="\w+"([^>]*name="username")', "", body)


def events(action: str) -> list[tuple[str, int | None, str]]:
    rows = AuditEvent.objects.unscoped("test").filter(action=action).order_by("id")
    return [(row.result, row.actor_id, row.object_id) for row in rows]


def test_right_password_signs_in_and_leads_home(officer: User, sign_in: SignIn) -> None:
    browser = Client()

    response = sign_in(officer, browser=browser)

    assert (response.status_code, response.url) == (302, "/")
    assert browser.session["_auth_user_id"] == str(officer.pk)
    assert events("account.sign-in") == [("ok", officer.pk, str(officer.pk))]


def test_number_is_accepted_in_any_case(world: World, sign_in: SignIn) -> None:
    make_user("AB1234", "田九", world.county_a1, Role.COUNTY)

    assert sign_in("ab1234").status_code == 302


def test_sign_in_again_gets_a_new_session_key(officer: User, sign_in: SignIn) -> None:
    browser = Client()
    browser.get(reverse("accounts:login"))
    sign_in(officer, browser=browser)
    first = browser.cookies["sessionid"].value
    browser.post(reverse("accounts:logout"))

    sign_in(officer, browser=browser)

    assert browser.cookies["sessionid"].value != first


def test_first_sign_in_and_last_sign_in_with_failures_are_told(
    officer: User, sign_in: SignIn, clock: object
) -> None:
    with translation.override("en"):
        assert texts(sign_in(officer)) == ["This is the first sign-in with this account."]
        clock.shift(dt.timedelta(minutes=5))
        assert texts(sign_in(officer)) == ["Last sign-in: 2026-03-02 08:00."]
        clock.shift(dt.timedelta(minutes=1))
        sign_in(officer, WRONG)
        sign_in(officer, WRONG)
        clock.shift(dt.timedelta(minutes=5))
        told = texts(sign_in(officer))

    assert told == [
        "Last sign-in: 2026-03-02 08:05. 2 failed attempts since then. If that was not you, "
        "change your password and tell the security administrator."
    ]


def test_every_refusal_has_the_same_body(
    officer: User, neighbour_officer: User, world: World, sign_in: SignIn
) -> None:
    deactivate_user(user=neighbour_officer, reason="left", by=None, at=dt.datetime.now(dt.UTC))
    demo = make_user("990001", "演示", world.station_a1.unit, Role.OFFICER, is_demo=True)

    answers = {
        "wrong password": sign_in(officer, WRONG),
        "unknown number": sign_in("777777", WRONG),
        "disabled account": sign_in(neighbour_officer),
        "demo account outside demo mode": sign_in(demo),
    }

    assert {answer.status_code for answer in answers.values()} == {200}
    assert len({plain(answer) for answer in answers.values()}) == 1
    assert "do not match an account in use" in plain(answers["wrong password"])


def test_refused_sign_in_is_audited_without_what_was_typed(officer: User, sign_in: SignIn) -> None:
    sign_in(officer, WRONG)
    sign_in("mysecret1", WRONG)

    assert events("account.sign-in") == [
        ("refused", None, str(officer.pk)),
        ("refused", None, ""),
    ]
    stored = str(list(AuditEvent.objects.unscoped("test").values()))
    assert "mysecret1" not in stored
    assert WRONG not in stored


def test_five_failures_lock_and_the_right_password_is_refused(
    officer: User, sign_in: SignIn
) -> None:
    statuses = [sign_in(officer, WRONG).status_code for _index in range(5)]

    sixth = sign_in(officer)

    assert statuses == [200, 200, 200, 200, 429]
    assert sixth.status_code == 429
    assert "30" in sixth.content.decode()
    assert events("account.lock") == [("refused", None, str(officer.pk))]
    assert ("ok", officer.pk, str(officer.pk)) not in events("account.sign-in")


@pytest.mark.parametrize(
    ("minutes", "status"), [pytest.param(29, 429, id="29"), pytest.param(31, 302, id="31")]
)
def test_lock_lasts_thirty_minutes(
    officer: User, sign_in: SignIn, clock: object, minutes: int, status: int
) -> None:
    for _index in range(5):
        sign_in(officer, WRONG)

    clock.shift(dt.timedelta(minutes=minutes))

    assert sign_in(officer).status_code == status


def test_trying_during_the_lock_does_not_prolong_it(
    officer: User, sign_in: SignIn, clock: object
) -> None:
    for _index in range(5):
        sign_in(officer, WRONG)
    clock.shift(dt.timedelta(minutes=20))
    sign_in(officer, WRONG)

    clock.shift(dt.timedelta(minutes=11))

    assert sign_in(officer).status_code == 302


def test_failures_count_within_fifteen_minutes(
    officer: User, sign_in: SignIn, clock: object
) -> None:
    for _index in range(4):
        sign_in(officer, WRONG)
    clock.shift(dt.timedelta(minutes=16))

    statuses = [sign_in(officer, WRONG).status_code for _index in range(5)]

    assert statuses == [200, 200, 200, 200, 429]


def test_lock_counts_one_account_whatever_its_spelling(world: World, sign_in: SignIn) -> None:
    make_user("AB1234", "田九", world.county_a1, Role.COUNTY)

    for spelling in ("AB1234", "ab1234", "Ab1234", "aB1234", "AB1234"):
        last = sign_in(spelling, WRONG)

    assert last.status_code == 429
    assert sign_in("AB1234").status_code == 429


def test_success_forgets_failures_whatever_the_spelling(world: World, sign_in: SignIn) -> None:
    make_user("AB1234", "田九", world.county_a1, Role.COUNTY)
    for _index in range(4):
        sign_in("ab1234", WRONG)
    sign_in("AB1234")

    statuses = [sign_in("ab1234", WRONG).status_code for _index in range(4)]

    assert statuses == [200, 200, 200, 200]


def test_lock_page_is_the_same_for_an_unknown_number(officer: User, sign_in: SignIn) -> None:
    for _index in range(5):
        known = sign_in(officer, WRONG)
        unknown = sign_in("777777", WRONG)

    assert (known.status_code, unknown.status_code) == (429, 429)
    assert plain(known) == plain(unknown)


def test_lock_of_one_account_leaves_others_alone(
    officer: User, neighbour_officer: User, sign_in: SignIn
) -> None:
    for _index in range(5):
        sign_in(officer, WRONG)

    assert sign_in(neighbour_officer).status_code == 302


def test_administrator_unlocks(officer: User, security_admin: User, sign_in: SignIn) -> None:
    for _index in range(5):
        sign_in(officer, WRONG)

    removed = unlock_user(user=officer, by=security_admin, at=dt.datetime.now(dt.UTC))

    assert removed == 1
    assert sign_in(officer).status_code == 302
    assert events("account.unlock") == [("ok", security_admin.pk, str(officer.pk))]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        pytest.param("/accounts/sessions/", "/accounts/sessions/", id="own-page"),
        pytest.param("/accounts/inbox/?cursor=x", "/accounts/inbox/?cursor=x", id="with-query"),
        pytest.param("https://evil.example/", "/", id="other-host"),
        pytest.param("//evil.example/", "/", id="scheme-relative"),
        pytest.param("///evil.example/", "/", id="three-slashes"),
        pytest.param("/\\evil.example", "/", id="backslash"),
        pytest.param("https:evil.example", "/", id="no-slashes"),
        pytest.param("javascript:alert(1)", "/", id="script"),
        pytest.param("http://testserver@evil.example/", "/", id="user-info"),
        pytest.param("\thttps://evil.example", "/", id="leading-tab"),
        pytest.param("/accounts/logout/", "/", id="sign-out-is-no-way-back"),
        pytest.param("", "/", id="nothing"),
    ],
)
def test_next_leads_nowhere_else(
    officer: User, sign_in: SignIn, target: str, expected: str
) -> None:
    assert sign_in(officer, next=target).url == expected


def test_signed_in_reader_is_led_on(officer: User, as_user: Callable[..., Client]) -> None:
    response = as_user(officer).get(reverse("accounts:login"))

    assert (response.status_code, response.url) == (302, "/")


def test_sign_in_without_token_is_refused(officer: User) -> None:
    browser = Client(enforce_csrf_checks=True)

    response = browser.post(
        reverse("accounts:login"), {"username": officer.username, "password": PASSWORD}
    )

    assert response.status_code == 403
    assert "_auth_user_id" not in browser.session


def test_demo_accounts_are_offered_in_demo_mode_only(world: World, client: Client) -> None:
    make_user("990001", "王演示", world.city_a, Role.CITY, is_demo=True, demo_role=Role.CITY.value)
    make_user("100009", "真警官", world.city_a, Role.CITY)

    with override_settings(DEMO_MODE=True):
        shown = client.get(reverse("accounts:login"), headers={"accept-language": "en"})
    hidden = client.get(reverse("accounts:login"), headers={"accept-language": "en"})

    body = shown.content.decode()
    for text in ("990001", "王演示", "City bureau supervisor", "澜江市公安局", DEMO_PASSWORD):
        assert text in body
        assert text not in hidden.content.decode()
    assert "100009" not in body


def test_demo_account_signs_in_by_its_button(world: World, sign_in: SignIn) -> None:
    user = make_user("990001", "王演示", world.city_a, Role.CITY, is_demo=True)
    user.set_password(DEMO_PASSWORD)
    user.save()

    with override_settings(DEMO_MODE=True):
        assert sign_in(user, DEMO_PASSWORD).status_code == 302


def test_notice_comes_before_anything_else_and_once(
    officer: User, as_user: Callable[..., Client]
) -> None:
    User.objects.filter(pk=officer.pk).update(notice_seen_at=None)
    browser = as_user(officer)

    led = browser.get(reverse("accounts:sessions"))
    refused = browser.post(reverse("accounts:notice"), {"next": "/accounts/sessions/"})
    accepted = browser.post(
        reverse("accounts:notice"), {"seen": "on", "next": "/accounts/sessions/"}
    )

    assert led.url == f"{reverse('accounts:notice')}?next=%2Faccounts%2Fsessions%2F"
    assert "Tick the box" in refused.content.decode()
    assert (accepted.status_code, accepted.url) == (302, "/accounts/sessions/")
    assert browser.get(reverse("accounts:sessions")).status_code == 200
    assert events("account.notice") == [("ok", officer.pk, str(officer.pk))]
