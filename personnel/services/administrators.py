"""The first three administrators of a province, before anybody can sign in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils.translation import gettext as _

from personnel.models import RoleGrant
from personnel.services.grants import grant_role
from policeroom.accounts import services as accounts
from policeroom.accounts.models import User
from policeroom.common.errors import DomainError
from policeroom.common.roles import ADMIN_ROLES, Role
from stations.enums import UnitKind
from stations.models import OrgUnit
from stations.services.org import create_unit

#: Advisory lock that lets only one set-up run at a time.
_SETUP_LOCK = 20_260_728


@dataclass(frozen=True, slots=True)
class FirstAdministrator:
    """Who becomes one of the three."""

    role: Role
    username: str
    name: str


@transaction.atomic
def create_first_administrators(
    *,
    province: str,
    people: Sequence[FirstAdministrator],
    at: dt.datetime,
    unit_name: str = "",
) -> list[tuple[User, str]]:
    """The provincial unit, if absent, and one account for each of the three; with passwords.

    Source: requirements 01, 10, 28. The only path on which a role needs no second person.
    Raises: DomainError unless the three roles are named once each, or if an administrator
    exists already; ValidationError on a bad number.
    """
    if sorted(person.role for person in people) != sorted(ADMIN_ROLES):
        raise DomainError(_("Name one person for each of the three administrator roles."))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SETUP_LOCK])
    existing = RoleGrant.objects.filter(role__in=ADMIN_ROLES).select_related("user").first()
    if existing is not None:
        raise DomainError(
            _(
                "%(person)s already is %(role)s: this set-up runs once. "
                "Further administrators are requested and approved on the access pages."
            )
            % {"person": existing.user, "role": Role(existing.role).label}
        )
    unit = _province(province, unit_name)
    return [_create_administrator(person, unit, at=at) for person in people]


def _create_administrator(
    person: FirstAdministrator, unit: OrgUnit, *, at: dt.datetime
) -> tuple[User, str]:
    user = accounts.create_user(
        username=person.username,
        name=person.name,
        org_path=unit.org_path,
        unit_name=unit.name,
        email="",
        by=None,
        at=at,
    )
    password = accounts.issue_first_password(user=user, by=None, at=at)
    grant_role(
        user=user,
        role=person.role,
        unit=unit,
        valid_from=at,
        reason=_("First administrators of %(province)s") % {"province": unit.place},
    )
    return user, password


def _province(area_name: str, unit_name: str) -> OrgUnit:
    found: OrgUnit | None = (
        OrgUnit.objects.unscoped("set-up before any grant exists")
        .filter(kind=UnitKind.PROVINCE, area_name=area_name)
        .first()
    )
    if found is not None:
        return found
    return create_unit(
        parent=None,
        kind=UnitKind.PROVINCE,
        name=unit_name or f"{area_name}公安厅",
        area_name=area_name,
        by=None,
    )
