"""The second factor: enrol, verify, replay, throttle, recovery codes, removal (05, 06, 12)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from policeroom.accounts.models import User
from policeroom.common.models import AuditEvent
from tests.world import PASSWORD

pytestmark = pytest.mark.integration

SignIn = Callable[..., HttpResponse]
AsUser = Callable[..., Client]
FACTOR = "/accounts/second-factor/"
VERIFY = "/accounts/second-factor/verify/"
PAGE = "/accounts/sessions/"


def code_of(user: User) -> str:
    """What the person's authenticator shows now."""
    device = TOTPDevice.objects.filter(user=user).latest("pk")
    return f"{totp(device.bin_key):06d}"


def wrong_code_of(user: User) -> str:
    return f"{(int(code_of(user)) + 1) % 1_000_000:06d}"


def enrol(browser: Client, user: User) -> list[str]:
    """Turn the second factor on; the recovery codes that were shown."""
    browser.post(FACTOR, {"start": "1"})
    page = browser.post(FACTOR, {"code": code_of(user)}).content.decode()
    return re.findall(r"<code>([a-z2-7]{4}(?:-[a-z2-7]{4}){3})</code>", page)


def events(action: str) -> list[str]:
    rows = AuditEvent.objects.unscoped("test").filter(action=action).order_by("id")
    return list(rows.values_list("result", flat=True))


@pytest.fixture
def enrolled(officer: User, as_user: AsUser, clock: object) -> list[str]:
    """`officer` has a second factor, enrolled a minute ago; gives the recovery codes."""
    browser = as_user(officer)
    codes = enrol(browser, officer)
    browser.post(reverse("accounts:logout"))
    clock.shift(60)
    return codes


@pytest.fixture
def halfway(officer: User, enrolled: list[str], sign_in: SignIn) -> Client:
    """A browser in which `officer` gave the right password, and no code yet."""
    browser = Client()
    assert sign_in(officer, browser=browser, next=PAGE).url == PAGE
    return browser


def test_page_offers_to_set_up_and_get_writes_nothing(officer: User, as_user: AsUser) -> None:
    page = as_user(officer).get(FACTOR).content.decode()

    assert 'name="start"' in page
    assert TOTPDevice.objects.count() == 0


def test_set_up_shows_qr_code_and_key(officer: User, as_user: AsUser) -> None:
    browser = as_user(officer)

    page = browser.post(FACTOR, {"start": "1"}, follow=True).content.decode()
    picture = browser.get(reverse("accounts:second-factor-qr"))

    assert reverse("accounts:second-factor-qr") in page
    assert re.search(r"<code>([A-Z2-7]{4} ){7}[A-Z2-7]{4}</code>", page)
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert picture.headers["Cache-Control"] == "no-store"
    assert b"<svg" in picture.content
    assert b"style=" not in picture.content


def test_qr_code_is_absent_before_the_start_and_after_the_end(
    officer: User, as_user: AsUser
) -> None:
    browser = as_user(officer)
    before = browser.get(reverse("accounts:second-factor-qr"))

    enrol(browser, officer)

    after = browser.get(reverse("accounts:second-factor-qr"))
    assert (before.url, after.url) == (FACTOR, FACTOR)


def test_new_key_replaces_the_one_that_was_never_confirmed(officer: User, as_user: AsUser) -> None:
    browser = as_user(officer)
    browser.post(FACTOR, {"start": "1"})
    old_code = code_of(officer)

    browser.post(FACTOR, {"start": "1"})

    assert TOTPDevice.objects.filter(user=officer).count() == 1
    assert code_of(officer) != old_code
    assert "wrong, too old" in browser.post(FACTOR, {"code": old_code}).content.decode()


def test_pages_of_a_factor_that_is_off_lead_back(officer: User, as_user: AsUser) -> None:
    browser = as_user(officer)

    for name in ("accounts:second-factor-remove", "accounts:second-factor-codes"):
        assert browser.post(reverse(name), {"current": PASSWORD}).url == FACTOR
    assert browser.get(VERIFY).url == "/"
    assert StaticToken.objects.count() == 0


def test_first_code_turns_it_on_and_shows_ten_codes_once(officer: User, as_user: AsUser) -> None:
    browser = as_user(officer)
    old_key = browser.cookies["sessionid"].value

    codes = enrol(browser, officer)
    page = browser.get(FACTOR).content.decode()

    assert len(set(codes)) == 10
    assert "10 recovery codes are left" in page
    assert not any(code in page for code in codes)
    stored = set(StaticToken.objects.values_list("token", flat=True))
    assert not stored & {code.replace("-", "") for code in codes}
    assert browser.cookies["sessionid"].value != old_key
    assert browser.get(PAGE).status_code == 200
    assert events("account.second-factor-on") == ["ok"]


def test_wrong_first_code_turns_nothing_on(officer: User, as_user: AsUser) -> None:
    browser = as_user(officer)
    browser.post(FACTOR, {"start": "1"})

    page = browser.post(FACTOR, {"code": wrong_code_of(officer)}).content.decode()

    assert "wrong, too old or already used" in page
    assert not TOTPDevice.objects.filter(confirmed=True).exists()
    assert events("account.second-factor-on") == ["refused"]


def test_enrolment_ends_other_sessions(officer: User, as_user: AsUser) -> None:
    here, other = as_user(officer), as_user(officer)

    enrol(here, officer)

    assert (here.get(PAGE).status_code, other.get(PAGE).status_code) == (200, 302)


@pytest.mark.parametrize(
    "name",
    [
        "home",
        "accounts:sessions",
        "accounts:password",
        "accounts:second-factor",
        "accounts:second-factor-remove",
        "accounts:inbox",
    ],
)
def test_password_alone_opens_only_the_code_page(halfway: Client, name: str) -> None:
    assert halfway.get(reverse(name)).url.startswith(VERIFY)


def test_password_alone_cannot_take_the_factor_away(halfway: Client, officer: User) -> None:
    halfway.post(reverse("accounts:second-factor-remove"), {"current": PASSWORD})

    assert TOTPDevice.objects.filter(user=officer, confirmed=True).exists()


def test_password_alone_can_sign_out(halfway: Client) -> None:
    assert halfway.post(reverse("accounts:logout")).url == reverse("accounts:login")


def test_right_code_opens_under_a_new_key_and_greets(halfway: Client, officer: User) -> None:
    old_key = halfway.cookies["sessionid"].value

    response = halfway.post(VERIFY, {"code": code_of(officer), "next": PAGE})

    assert response.url == PAGE
    assert halfway.cookies["sessionid"].value != old_key
    assert "Last sign-in: " in halfway.get(PAGE).content.decode()
    assert events("account.second-factor") == ["ok"]


def test_code_is_accepted_with_spaces(halfway: Client, officer: User) -> None:
    code = code_of(officer)

    assert halfway.post(VERIFY, {"code": f" {code[:3]} {code[3:]} "}).status_code == 302


def test_code_works_once(halfway: Client, officer: User, sign_in: SignIn) -> None:
    code = code_of(officer)
    halfway.post(VERIFY, {"code": code})
    second = Client()
    sign_in(officer, browser=second)

    replay = second.post(VERIFY, {"code": code})

    assert replay.status_code == 200
    assert "already used" in replay.content.decode()
    assert second.get(PAGE).url.startswith(VERIFY)


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        pytest.param(1, 302, id="one-step-late"),
        pytest.param(2, 200, id="two-steps-late"),
    ],
)
def test_code_may_be_one_step_late(
    halfway: Client, officer: User, clock: object, steps: int, status: int
) -> None:
    code = code_of(officer)
    clock.shift(30 * steps)

    assert halfway.post(VERIFY, {"code": code}).status_code == status


def test_repeated_failures_are_slowed_down(halfway: Client, officer: User, clock: object) -> None:
    for pause in (1, 2, 4, 8):
        halfway.post(VERIFY, {"code": wrong_code_of(officer)})
        clock.shift(pause)
    halfway.post(VERIFY, {"code": wrong_code_of(officer)})

    too_soon = halfway.post(VERIFY, {"code": code_of(officer)})
    clock.shift(17)
    in_time = halfway.post(VERIFY, {"code": code_of(officer)})

    assert "Too many wrong codes. Try again at 08:01:31" in too_soon.content.decode()
    assert in_time.status_code == 302


def test_recovery_code_works_once(
    halfway: Client, officer: User, enrolled: list[str], sign_in: SignIn, clock: object
) -> None:
    first = halfway.post(VERIFY, {"code": enrolled[0].upper()})
    second_browser = Client()
    sign_in(officer, browser=second_browser)
    second = second_browser.post(VERIFY, {"code": enrolled[0]})
    clock.shift(2)
    other = second_browser.post(VERIFY, {"code": enrolled[1].replace("-", " ")})

    assert (first.status_code, second.status_code, other.status_code) == (302, 200, 302)
    assert "8 recovery codes are left" in second_browser.get(FACTOR).content.decode()


def test_recovery_code_of_another_person_is_refused(
    halfway: Client, neighbour_officer: User, as_user: AsUser
) -> None:
    theirs = enrol(as_user(neighbour_officer), neighbour_officer)

    assert halfway.post(VERIFY, {"code": theirs[0]}).status_code == 200


def test_new_recovery_codes_end_the_old_ones(
    halfway: Client, officer: User, enrolled: list[str]
) -> None:
    halfway.post(VERIFY, {"code": code_of(officer)})
    url = reverse("accounts:second-factor-codes")

    refused = halfway.post(url, {"current": "Wrong-Umbrella-1"})
    page = halfway.post(url, {"current": PASSWORD}).content.decode()

    assert "not your present password" in refused.content.decode()
    assert len(re.findall(r"<code>[a-z2-7-]{19}</code>", page)) == 10
    assert not any(code in page for code in enrolled)
    assert StaticToken.objects.count() == 10


def test_removal_asks_for_the_password(halfway: Client, officer: User, sign_in: SignIn) -> None:
    halfway.post(VERIFY, {"code": code_of(officer)})
    url = reverse("accounts:second-factor-remove")

    asked = halfway.get(url).content.decode()
    refused = halfway.post(url, {"current": "Wrong-Umbrella-1"}).content.decode()
    removed = halfway.post(url, {"current": PASSWORD})

    assert "unused recovery codes end" in asked
    assert "not your present password" in refused
    assert removed.url == FACTOR
    assert not TOTPDevice.objects.filter(user=officer).exists()
    assert events("account.second-factor-off") == ["ok"]
    again = Client()
    sign_in(officer, browser=again)
    assert again.get(PAGE).status_code == 200


def test_phone_taken_off_by_an_administrator_opens_the_way(halfway: Client, officer: User) -> None:
    TOTPDevice.objects.filter(user=officer).delete()

    assert halfway.get(VERIFY).status_code == 302
    assert halfway.get(PAGE).status_code == 200


@override_settings(SECOND_FACTOR_REQUIRED=True)
def test_required_factor_opens_only_the_enrol_page(officer: User, as_user: AsUser) -> None:
    browser = as_user(officer)

    for name in ("home", "accounts:sessions", "accounts:password", "accounts:inbox"):
        assert browser.get(reverse(name)).url.startswith(FACTOR)
    page = browser.get(FACTOR).content.decode()
    assert "every account needs a second factor" in page
    assert reverse("accounts:inbox") not in page
    enrol(browser, officer)

    assert browser.get(PAGE).status_code == 200


def test_offered_factor_hinders_nobody(officer: User, as_user: AsUser) -> None:
    assert as_user(officer).get(PAGE).status_code == 200
