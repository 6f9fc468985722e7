"""The language switch: remembered by browser and account, no way out of the site."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from policeroom.accounts.models import User

pytestmark = pytest.mark.integration

AsUser = Callable[..., Client]
SignIn = Callable[..., HttpResponse]
SWITCH = "/accounts/language/"


def test_visitor_switches_on_the_sign_in_page(client: Client, db: None) -> None:
    login = reverse("accounts:login")

    response = client.post(SWITCH, {"language": "en", "next": login})

    assert response.url == login
    page = client.get(login)
    assert '<html lang="en">' in page.content.decode()
    client.post(SWITCH, {"language": "zh-hans", "next": login})
    assert '<html lang="zh-hans">' in client.get(login).content.decode()


def test_chinese_comes_first(client: Client, db: None) -> None:
    assert '<html lang="zh-hans">' in client.get(reverse("accounts:login")).content.decode()


def test_switch_is_remembered_with_the_account(
    officer: User, as_user: AsUser, sign_in: SignIn
) -> None:
    as_user(officer).post(SWITCH, {"language": "zh-hans"})
    fresh = Client()

    sign_in(officer, browser=fresh)

    officer.refresh_from_db()
    assert officer.language == "zh-hans"
    assert fresh.cookies[settings.LANGUAGE_COOKIE_NAME].value == "zh-hans"
    assert fresh.get("/accounts/sessions/").headers["Content-Language"] == "zh-hans"


def test_account_language_wins_over_the_browser(officer: User, as_user: AsUser) -> None:
    response = as_user(officer).get("/accounts/sessions/", headers={"accept-language": "zh-hans"})

    assert response.headers["Content-Language"] == "en"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:///evil.example",
    ],
)
def test_switch_leads_nowhere_else(client: Client, db: None, target: str) -> None:
    assert client.post(SWITCH, {"language": "en", "next": target}).url == "/"


@pytest.mark.parametrize("language", ["fr", "", "../en", "zh-hans; secure"])
def test_unknown_language_changes_nothing(officer: User, as_user: AsUser, language: str) -> None:
    browser = as_user(officer)

    response = browser.post(SWITCH, {"language": language})

    assert response.status_code == 302
    assert settings.LANGUAGE_COOKIE_NAME not in browser.cookies
    officer.refresh_from_db()
    assert officer.language == "en"


def test_get_switches_nothing(client: Client, db: None) -> None:
    assert client.get(SWITCH, {"language": "en"}).status_code == 405
