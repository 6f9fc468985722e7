"""Every page carries the header set (requirements 40, 41, 52)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from policeroom.accounts.models import User

pytestmark = pytest.mark.integration

PAGES = (
    "accounts:login",
    "accounts:sessions",
    "accounts:password",
    "accounts:second-factor",
    "accounts:inbox",
    "accounts:notice",
    "healthz",
)


def assert_headers(response: HttpResponse) -> None:
    headers = response.headers
    policy = dict(
        part.strip().partition(" ")[::2]
        for part in headers["Content-Security-Policy"].split(";")
        if part.strip()
    )
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert policy["default-src"] == "'self'"
    assert policy["base-uri"] == "'none'"
    assert policy["object-src"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert len(headers["X-Request-Id"]) == 32


@pytest.mark.parametrize("name", PAGES)
def test_page_carries_the_header_set(
    officer: User, as_user: Callable[..., Client], name: str
) -> None:
    visitor = None if name in {"accounts:login", "healthz"} else officer

    response = as_user(visitor).get(reverse(name))

    assert response.status_code == 200
    assert_headers(response)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param("/accounts/sessions/", 302, id="redirect"),
        pytest.param("/no-such-page/", 404, id="absent"),
        pytest.param("/accounts/language/", 405, id="wrong-method"),
    ],
)
def test_refusal_carries_the_header_set(client: Client, db: None, path: str, status: int) -> None:
    response = client.get(path)

    assert response.status_code == status
    assert_headers(response)


def test_locked_page_carries_the_header_set(
    officer: User, sign_in: Callable[..., HttpResponse]
) -> None:
    for _index in range(5):
        response = sign_in(officer, "Wrong-Umbrella-99")

    assert response.status_code == 429
    assert_headers(response)


@pytest.mark.parametrize("name", PAGES[:-1])
def test_page_has_no_inline_script_style_or_handler(
    officer: User, as_user: Callable[..., Client], name: str
) -> None:
    visitor = None if name == "accounts:login" else officer

    page = as_user(visitor).get(reverse(name)).content.decode()

    assert " style=" not in page
    assert "<style" not in page
    assert "<script>" not in page
    assert " onclick=" not in page
    assert "javascript:" not in page


def test_session_cookie_is_kept_from_scripts_and_other_sites(
    officer: User, sign_in: Callable[..., HttpResponse]
) -> None:
    cookie = sign_in(officer).cookies["sessionid"]

    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
