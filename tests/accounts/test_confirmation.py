"""Who signed in long ago proves again who it is, before acts that reach far (requirement 16)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from personnel.models import GrantRequest
from policeroom.accounts.models import User
from policeroom.common.models import AuditEvent
from policeroom.common.roles import Role
from tests.accounts.conftest import NOW
from tests.world import PASSWORD, World, make_user

pytestmark = pytest.mark.integration

SignIn = Callable[[User | None], Client]
#: Just young enough, just too old.
YOUNG, OLD = settings.CONFIRMATION_SECONDS - 1, settings.CONFIRMATION_SECONDS
ASKS = "This act reaches far"


@pytest.fixture
def person(world: World) -> User:
    return make_user("300001", "某人", world.city_a)


@pytest.fixture
def waiting(world: World, person: User, system_admin: User) -> GrantRequest:
    return GrantRequest.objects.create(
        user=person,
        role=Role.CITY,
        unit=world.city_a,
        valid_from=NOW,
        reason="调任",
        requested_by=system_admin,
        requested_at=NOW,
    )


def addresses(person: User, waiting: GrantRequest) -> dict[str, list[str]]:
    """Every address that asks, by who may use it."""
    acts = ("deactivate", "reactivate", "password", "second-factor")
    return {
        "system_admin": [
            reverse("access:user-new"),
            reverse("access:grant-new"),
            *(reverse(f"access:user-{act}", args=[person.pk]) for act in acts),
        ],
        "security_admin": [],
        "audit_admin": [f"{reverse('access:audit-list')}?export=csv"],
    }


def test_each_far_reaching_page_asks_once_ten_minutes_are_over(
    person: User,
    waiting: GrantRequest,
    system_admin: User,
    audit_admin: User,
    as_user: SignIn,
    clock,
) -> None:
    people = {"system_admin": system_admin, "audit_admin": audit_admin}
    clients = {name: as_user(user) for name, user in people.items()}
    pages = [(n, url) for n in people for url in addresses(person, waiting)[n]]

    clock.shift(YOUNG)
    assert [ASKS in clients[n].get(url).content.decode() for n, url in pages] == [False] * 7
    clock.shift(OLD - YOUNG)
    assert [ASKS in clients[n].get(url).content.decode() for n, url in pages] == [True] * 7


@pytest.mark.parametrize("name", ["user-unlock", "user-sessions-end"])
def test_acts_without_a_page_ask_too_and_then_act(
    person: User, system_admin: User, as_user: SignIn, clock, name: str
) -> None:
    client = as_user(system_admin)
    address = reverse(f"access:{name}", args=[person.pk])
    clock.shift(OLD)

    asked = client.post(address)
    done = client.post(address, {"confirm_password": PASSWORD})

    assert ASKS in asked.content.decode()
    assert done.status_code == 302


def test_reading_asks_for_nothing(
    system_admin: User, audit_admin: User, as_user: SignIn, clock
) -> None:
    clients = [as_user(system_admin), as_user(audit_admin)]
    clock.shift(OLD)

    assert ASKS not in clients[0].get(reverse("access:user-list")).content.decode()
    assert ASKS not in clients[1].get(reverse("access:audit-list")).content.decode()


def test_what_was_typed_is_kept_and_saved_after_the_password(
    system_admin: User, world: World, as_user: SignIn, clock
) -> None:
    client = as_user(system_admin)
    page = reverse("access:user-new")
    sent = {
        "username": "700001",
        "name": "新人",
        "unit": str(world.city_a.pk),
        "valid_from": f"{NOW:%Y-%m-%d}",
    }
    clock.shift(OLD)

    asked = client.post(page, sent)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', asked.content.decode()))
    carried = {name: hidden[name] for name in sent}
    assert carried == sent
    assert not User.objects.filter(username="700001").exists()

    client.post(page, {**carried, "confirm_password": PASSWORD})

    assert User.objects.get(username="700001").name == "新人"


def test_a_wrong_password_acts_on_nothing_counts_as_a_failure_and_keeps_the_form(
    person: User, system_admin: User, as_user: SignIn, clock
) -> None:
    client = as_user(system_admin)
    page = reverse("access:user-deactivate", args=[person.pk])
    clock.shift(OLD)

    answer = client.post(page, {"reason": "离职", "confirm_password": "Wrong-Password-2026"})

    person.refresh_from_db()
    assert person.is_active
    assert answer.status_code == 422
    assert "This is not your present password." in answer.content.decode()
    assert 'name="reason" value="离职"' in answer.content.decode()
    refused = AuditEvent.objects.unscoped("test").filter(result=AuditEvent.Result.REFUSED)
    assert refused.filter(action="account.sign-in").count() == 1


def test_an_approval_needs_the_confirmation(
    waiting: GrantRequest, security_admin: User, as_user: SignIn, clock
) -> None:
    client = as_user(security_admin)
    address = reverse("access:grant-decide", args=[waiting.pk])
    clock.shift(OLD)

    client.post(address, {"decision": "approve", "note": ""})
    waiting.refresh_from_db()
    assert waiting.state == GrantRequest.State.PENDING

    client.post(address, {"decision": "approve", "note": "", "confirm_password": PASSWORD})
    waiting.refresh_from_db()
    assert waiting.state == GrantRequest.State.APPROVED


def test_the_trail_leaves_the_site_only_after_the_password(
    audit_admin: User, as_user: SignIn, clock
) -> None:
    client = as_user(audit_admin)
    address = f"{reverse('access:audit-list')}?export=csv"
    clock.shift(OLD)

    key = client.session.session_key
    answer = client.post(address, {"confirm_password": PASSWORD, "confirm_only": "1"})

    assert (answer.status_code, answer["Location"]) == (302, address)
    assert client.get(address).headers["Content-Type"].startswith("text/csv")
    assert client.session.session_key != key  # a new key, as after every proof
    assert AuditEvent.objects.unscoped("test").get(action="account.confirm").actor == audit_admin
    clock.shift(OLD)
    assert ASKS in client.get(address).content.decode()


def test_who_has_a_second_factor_gives_a_code_as_well(
    person: User, system_admin: User, as_user: SignIn, clock
) -> None:
    device = TOTPDevice.objects.create(user=system_admin, confirmed=True)
    client = as_user(system_admin)
    session = client.session
    session.pop("second_factor_pending", None)
    session.save()
    page = reverse("access:user-deactivate", args=[person.pk])
    clock.shift(OLD)
    sent = {"reason": "离职", "confirm_password": PASSWORD}
    assert 'name="confirm_code"' in client.get(page).content.decode()

    without = client.post(page, sent)
    person.refresh_from_db()
    assert (without.status_code, person.is_active) == (422, True)

    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    totp.time = (NOW + dt.timedelta(seconds=OLD)).timestamp()
    client.post(page, {**sent, "confirm_code": f"{totp.token():06d}"})
    person.refresh_from_db()
    assert not person.is_active


def test_a_sign_in_counts_from_the_second_factor_on(world: World, sign_in, clock) -> None:
    admin = make_user("100031", "管理", world.province, Role.SYSTEM_ADMIN)
    browser = Client()
    sign_in(admin, browser=browser)

    clock.shift(YOUNG)
    assert ASKS not in browser.get(reverse("access:user-new")).content.decode()
    clock.shift(1)
    assert ASKS in browser.get(reverse("access:user-new")).content.decode()
