"""Administration exists only on listed networks (requirement 35)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from django.conf import settings as project
from django.test import Client
from django.urls import reverse

from policeroom.accounts.middleware import ADMIN_ACTIONS
from policeroom.accounts.models import User
from policeroom.common.models import AuditEvent

pytestmark = pytest.mark.integration

SignIn = Callable[[User | None], Client]
INSIDE, EDGE, OUTSIDE = "10.20.0.7", "10.20.255.255", "10.21.0.0"
PAGES = ("access:user-list", "access:grant-list", "access:grant-review", "access:roles")


@pytest.fixture(autouse=True)
def listed(settings) -> None:
    settings.ADMIN_NETWORKS = ["10.20.0.0/16", "2001:db8::/32"]


def status(client: Client, name: str, address: str, **more: str) -> int:
    return client.get(reverse(name), REMOTE_ADDR=address, **more).status_code


@pytest.mark.parametrize(
    ("address", "expected"),
    [(INSIDE, 200), (EDGE, 200), ("2001:db8::1", 200), (OUTSIDE, 404), ("::1", 404), ("", 404)],
)
def test_administration_answers_only_inside(
    system_admin: User, as_user: SignIn, address: str, expected: int
) -> None:
    client = as_user(system_admin)
    assert [status(client, name, address) for name in PAGES] == [expected] * len(PAGES)


def test_outside_it_looks_like_any_absent_page_for_everybody(
    audit_admin: User, city_supervisor: User, as_user: SignIn
) -> None:
    absent = as_user(city_supervisor).get("/stations/987654/", REMOTE_ADDR=OUTSIDE)
    for person in (audit_admin, city_supervisor, None):
        answer = as_user(person).get(reverse("access:audit-list"), REMOTE_ADDR=OUTSIDE)
        assert (answer.status_code, answer.content) == (404, absent.content)


def test_acts_are_fenced_as_pages_are(system_admin: User, officer: User, as_user: SignIn) -> None:
    address = reverse("access:user-unlock", args=[officer.pk])
    client = as_user(system_admin)

    assert client.post(address, REMOTE_ADDR=OUTSIDE).status_code == 404
    assert client.post(address, REMOTE_ADDR=INSIDE).status_code == 302


def test_outside_the_menu_offers_nothing_that_is_not_there(
    system_admin: User, as_user: SignIn
) -> None:
    client = as_user(system_admin)
    inbox = reverse("accounts:inbox")
    users = reverse("access:user-list")

    assert users in client.get(inbox, REMOTE_ADDR=INSIDE).content.decode()
    assert users not in client.get(inbox, REMOTE_ADDR=OUTSIDE).content.decode()


def test_daily_work_is_not_fenced(city_supervisor: User, as_user: SignIn) -> None:
    assert status(as_user(city_supervisor), "stations:list", OUTSIDE) == 200


def test_an_empty_list_means_everywhere(system_admin: User, as_user: SignIn, settings) -> None:
    settings.ADMIN_NETWORKS = []
    assert status(as_user(system_admin), "access:user-list", OUTSIDE) == 200


def test_every_action_of_the_three_administrators_is_fenced() -> None:
    assert {
        "users.manage",
        "users.unlock",
        "grants.view",
        "grants.request",
        "grants.approve",
        "grants.end",
        "audit.view",
        "audit.export",
    } == ADMIN_ACTIONS


# --- behind a proxy -----------------------------------------------------------------------------
def test_only_our_own_proxy_says_who_asks(system_admin: User, as_user: SignIn, settings) -> None:
    client = as_user(system_admin)
    forged = f"{INSIDE}, {OUTSIDE}"  # the client claims the first, our proxy saw the second

    assert status(client, "access:user-list", OUTSIDE, HTTP_X_FORWARDED_FOR=INSIDE) == 404
    settings.BEHIND_PROXY = True
    assert status(client, "access:user-list", "127.0.0.1", HTTP_X_FORWARDED_FOR=forged) == 404
    assert status(client, "access:user-list", "127.0.0.1", HTTP_X_FORWARDED_FOR=INSIDE) == 200
    assert status(client, "access:user-list", INSIDE, HTTP_X_FORWARDED_FOR="not one") == 200


def test_the_trail_keeps_the_readers_address_behind_a_proxy(
    system_admin: User, officer: User, as_user: SignIn, settings
) -> None:
    settings.BEHIND_PROXY = True
    as_user(system_admin).post(
        reverse("access:user-unlock", args=[officer.pk]),
        REMOTE_ADDR="127.0.0.1",
        HTTP_X_FORWARDED_FOR=f"6.6.6.6, {INSIDE}",
    )

    event = AuditEvent.objects.unscoped("test").get(action="account.unlock")
    assert event.ip == INSIDE


def test_a_network_that_is_none_stops_the_start() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import policeroom.settings.test"],
        cwd=project.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "ADMIN_NETWORKS": "10.20.0.0/16,10.20.0.1/16"},
    )
    assert done.returncode != 0
    assert "ADMIN_NETWORKS: 10.20.0.1/16 has host bits set" in done.stderr
