"""Accounts as the administrators act on them (requirements 01, 13, 17, 63)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import override_settings
from django.utils import timezone

from policeroom.accounts import services
from policeroom.accounts.models import User, UserSession
from policeroom.accounts.tasks import disable_idle_accounts
from policeroom.common.errors import DomainError
from policeroom.common.models import AuditEvent
from policeroom.common.roles import Role
from tests.world import PASSWORD, World, make_user

pytestmark = pytest.mark.integration


def create(world: World, username: str = "100500", **fields: str) -> User:
    values = {"name": "新警官", "email": "", **fields}
    return services.create_user(
        username=username,
        org_path=world.county_a1.org_path,
        unit_name=world.county_a1.name,
        by=None,
        at=timezone.now(),
        **values,
    )


def last_event() -> AuditEvent:
    return AuditEvent.objects.unscoped("test").latest("id")


def test_new_account_cannot_sign_in_before_a_first_password(
    world: World, sign_in: Callable[..., HttpResponse]
) -> None:
    user = create(world, "  100500 ")

    assert user.username == "100500"
    assert not user.has_usable_password()
    assert user.must_change_password
    assert sign_in(user, "!").status_code == 200
    assert (last_event().action, last_event().result) == ("account.sign-in", "refused")


def test_creation_is_audited_with_what_was_entered(world: World, system_admin: User) -> None:
    user = services.create_user(
        username="100500",
        name="新警官",
        org_path=world.county_a1.org_path,
        unit_name=world.county_a1.name,
        email="",
        by=system_admin,
        at=timezone.now(),
    )

    event = last_event()
    assert (event.action, event.actor, event.object_id) == (
        "account.create",
        system_admin,
        str(user.pk),
    )
    assert event.org_path == world.county_a1.org_path
    assert event.after["username"] == "100500"


@pytest.mark.parametrize(
    "username",
    [
        pytest.param("admin", id="generic"),
        pytest.param("Admin", id="generic-with-a-capital"),
        pytest.param("GUEST", id="generic-in-capitals"),
        pytest.param("ab", id="too-short"),
        pytest.param("police room", id="with-a-space"),
        pytest.param("100001", id="taken"),
        pytest.param("ab1234", id="taken-in-other-case"),
        pytest.param("", id="nothing"),
    ],
)
def test_refused_number_creates_nothing(world: World, officer: User, username: str) -> None:
    make_user("AB1234", "田九", world.county_a1, Role.COUNTY)
    before = User.objects.count()

    with pytest.raises(ValidationError):
        create(world, username)

    assert User.objects.count() == before


def test_database_refuses_two_spellings_of_one_number(world: World) -> None:
    make_user("AB1234", "田九", world.county_a1)

    with pytest.raises(IntegrityError, match="user_username_any_case"), transaction.atomic():
        User.objects.create_user("ab1234", name="田十")


def test_disabled_account_comes_back_only_with_a_new_password(
    officer: User, system_admin: User, sign_in: Callable[..., HttpResponse]
) -> None:
    now = timezone.now()
    services.deactivate_user(user=officer, reason="leave", by=system_admin, at=now)
    assert sign_in(officer).status_code == 200

    services.reactivate_user(user=officer, reason="back", by=system_admin, at=now)

    assert sign_in(officer).status_code == 200
    officer.refresh_from_db()
    first = services.issue_first_password(user=officer, by=system_admin, at=now)
    assert sign_in(officer, first).status_code == 302
    kept = AuditEvent.objects.unscoped("test").filter(object_id=str(officer.pk), result="ok")
    actions = set(kept.values_list("action", flat=True))
    assert {"account.disable", "account.enable", "account.first-password"} <= actions


def test_password_from_before_a_leave_is_not_chosen_again(
    officer: User, system_admin: User
) -> None:
    now = timezone.now()
    services.deactivate_user(user=officer, reason="leave", by=system_admin, at=now)
    services.reactivate_user(user=officer, reason="back", by=system_admin, at=now)
    officer.refresh_from_db()

    with pytest.raises(ValidationError, match="last 5 passwords"):
        services.change_password(user=officer, password=PASSWORD, by=officer, at=now)


def test_nobody_disables_themselves_or_twice(officer: User, system_admin: User) -> None:
    now = timezone.now()
    with pytest.raises(DomainError, match="own account"):
        services.deactivate_user(user=system_admin, reason="x", by=system_admin, at=now)
    services.deactivate_user(user=officer, reason="x", by=system_admin, at=now)
    with pytest.raises(DomainError, match="already disabled"):
        services.deactivate_user(user=officer, reason="x", by=system_admin, at=now)
    services.reactivate_user(user=officer, reason="x", by=system_admin, at=now)
    with pytest.raises(DomainError, match="not disabled"):
        services.reactivate_user(user=officer, reason="x", by=system_admin, at=now)


@pytest.mark.parametrize(
    ("signed_in", "enabled", "disabled"),
    [
        pytest.param(89, 400, False, id="signed-in-89-days-ago"),
        pytest.param(90, 400, True, id="signed-in-90-days-ago"),
        pytest.param(None, 89, False, id="never-signed-in-enabled-89-days-ago"),
        pytest.param(None, 90, True, id="never-signed-in-enabled-90-days-ago"),
        pytest.param(400, 1, False, id="enabled-again-yesterday"),
    ],
)
def test_idle_accounts_are_disabled_after_ninety_days(
    officer: User, signed_in: int | None, enabled: int, disabled: bool
) -> None:
    now = timezone.now()
    User.objects.filter(pk=officer.pk).update(
        last_login=None if signed_in is None else now - dt.timedelta(days=signed_in),
        enabled_at=now - dt.timedelta(days=enabled),
    )

    number = disable_idle_accounts()

    officer.refresh_from_db()
    assert (number, officer.is_active) == ((1, False) if disabled else (0, True))
    assert disable_idle_accounts() == 0


def test_demo_accounts_are_not_disabled_and_not_allowed_outside_demo_mode(world: World) -> None:
    user = make_user("990001", "王演示", world.city_a, Role.CITY, is_demo=True)
    User.objects.filter(pk=user.pk).update(enabled_at=timezone.now() - dt.timedelta(days=400))

    assert disable_idle_accounts() == 0
    found = run_checks(tags=["database"], databases=["default"])
    assert [error.id for error in found] == ["accounts.E002"]
    with override_settings(DEMO_MODE=True):
        assert run_checks(tags=["database"], databases=["default"]) == []


@pytest.mark.parametrize("number", [1, 3])
def test_session_row_needs_a_start_before_its_last_activity(officer: User, number: int) -> None:
    now = timezone.now()
    fields = {"user": officer, "created_at": now}
    for index in range(number):
        UserSession.objects.create(session_key=f"right-{index}", last_seen_at=now, **fields)

    with pytest.raises(IntegrityError, match="usersession_seen_after_start"), transaction.atomic():
        UserSession.objects.create(
            session_key="wrong", last_seen_at=now - dt.timedelta(seconds=1), **fields
        )
