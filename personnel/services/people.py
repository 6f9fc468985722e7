"""Accounts together with their roles: a newcomer in one act, a leaver in one act."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from personnel.models import GrantRequest
from personnel.queries import open_grants
from personnel.services import checks, notices
from personnel.services.grants import end_grant, request_grant
from policeroom.accounts import services as accounts
from policeroom.accounts.models import User
from policeroom.common.errors import NotAllowedError
from policeroom.common.roles import ADMIN_ROLES, Role
from stations.models import OrgUnit


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What the page after a creation shows, once."""

    user: User
    password: str
    request: GrantRequest | None


@transaction.atomic
def create_person(
    *,
    username: str,
    name: str,
    unit: OrgUnit,
    email: str,
    role: Role | None,
    valid_from: dt.datetime,
    valid_to: dt.datetime | None,
    reason: str,
    by: User,
    at: dt.datetime,
) -> NewPerson:
    """An account with its first password and, if `role` is given, a request for it on the unit.

    Raises: NotAllowedError outside the actor's area; whatever `accounts.services.create_user` and
    `request_grant` refuse. Nothing is written then.
    """
    checks.require_held("users.manage", by=by, unit=unit, at=at)
    user = accounts.create_user(
        username=username,
        name=name,
        org_path=unit.org_path,
        unit_name=unit.name,
        email=email,
        by=by,
        at=at,
    )
    password = accounts.issue_first_password(user=user, by=by, at=at)
    request = None
    if role is not None:
        request = request_grant(
            user=user,
            role=role,
            unit=unit,
            valid_from=valid_from,
            valid_to=valid_to,
            reason=reason,
            by=by,
            at=at,
        )
    return NewPerson(user, password, request)


@dataclass(frozen=True, slots=True)
class Disabled:
    """What ended with the account."""

    sessions: int
    grants: int


@transaction.atomic
def disable_person(
    *, user: User, reason: str, end_grants: bool, by: User, at: dt.datetime
) -> Disabled:
    """Disable a leaver's account, end its sessions and, if asked, every role that still runs.

    Raises: DomainError without a reason or for the last administrator of the province;
    NotAllowedError for oneself and, with `end_grants`, where a role lies outside the area.
    """
    reason = checks.require_reason(reason)
    if user.pk == by.pk:
        raise NotAllowedError(_("Nobody disables their own account: ask another administrator."))
    grants = list(open_grants(user, at=at))
    checks.require_successor(grants, at=at)
    sessions = accounts.deactivate_user(user=user, reason=reason, by=by, at=at)
    ended = 0
    if end_grants:
        for grant in grants:
            end_grant(grant=grant, reason=reason, by=by, at=at)
            ended += 1
    return Disabled(sessions, ended)


@transaction.atomic
def reissue_password(*, user: User, by: User, at: dt.datetime) -> str:
    """A new first password; that of an administrator is announced to the other administrators.

    Source: requirement 28. Whoever issues a password could use it, so the three watch each other.
    Raises: DomainError for oneself and for a disabled account.
    """
    password = accounts.issue_first_password(user=user, by=by, at=at)
    if _is_administrator(user, at=at):
        notices.tell_password_reissued(user, by=by, at=at)
    return password


@transaction.atomic
def reset_second_factor(*, user: User, by: User, at: dt.datetime) -> bool:
    """After a lost phone: the person enrols again; announced like a password.

    Returns: whether there was a second factor. Raises: NotAllowedError for oneself.
    """
    if user.pk == by.pk:
        raise NotAllowedError(_("Change your own second factor on your account page."))
    had_one = accounts.remove_second_factor(user=user, by=by, at=at)
    if had_one and _is_administrator(user, at=at):
        notices.tell_second_factor_reset(user, by=by, at=at)
    return had_one


def _is_administrator(user: User, *, at: dt.datetime) -> bool:
    return any(Role(grant.role) in ADMIN_ROLES for grant in open_grants(user, at=at))
