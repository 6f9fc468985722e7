"""What a request and a grant must satisfy, each refusal with the values and the remedy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext as _

from personnel.models import RoleGrant
from personnel.permissions import is_cross_area, role_fits
from personnel.queries import holders, overlapping, scope_for
from policeroom.accounts.models import User
from policeroom.common.errors import DomainError, NotAllowedError
from policeroom.common.roles import ADMIN_ROLES, Role
from stations.enums import UnitKind
from stations.models import OrgUnit


def require_active(user: User) -> None:
    """Raises: DomainError if the account is disabled."""
    if not user.is_active:
        raise DomainError(
            _("The account of %(person)s is disabled: reactivate it first.") % {"person": user},
            field="user",
        )


def require_held(action: str, *, by: User, unit: OrgUnit, at: dt.datetime) -> None:
    """The actor's own grants, read again here, reach the unit.

    Raises: NotAllowedError if `action` is not held at the unit's place.
    """
    if not scope_for(by, at=at).allows(action, unit.org_path):
        raise NotAllowedError(
            _("%(unit)s lies outside your own area: ask an administrator of that area.")
            % {"unit": unit},
            field="unit",
        )


def require_fit(role: Role, unit: OrgUnit) -> None:
    """Raises: DomainError if the role is not granted on units of this kind."""
    level = unit.kind if unit.is_line or unit.parent is None else unit.parent.kind
    if not role_fits(role, kind=unit.kind, level=level):
        raise DomainError(
            _("The role %(role)s does not fit %(unit)s (%(kind)s): choose another role or unit.")
            % {"role": role.label, "unit": unit, "kind": UnitKind(unit.kind).label},
            field="role",
        )


def require_period(
    *, user: User, unit: OrgUnit, valid_from: dt.datetime, valid_to: dt.datetime | None
) -> None:
    """A period that is one, and an end where the unit is another area's (requirement 31).

    Raises: DomainError otherwise.
    """
    if valid_to is not None and valid_to <= valid_from:
        raise DomainError(
            _("The end %(end)s must lie after the start %(start)s.")
            % {"end": valid_to.date(), "start": valid_from.date()},
            field="valid_to",
        )
    if valid_to is None and is_cross_area(user.org_path, unit.org_path):
        raise DomainError(
            _("%(unit)s is outside %(person)s's own unit: a cross-area role needs an end day.")
            % {"unit": unit, "person": user.name},
            field="valid_to",
        )


def require_reason(reason: str, *, field: str = "reason") -> str:
    """The reason without surrounding space. Raises: DomainError if nothing is left."""
    reason = reason.strip()
    if not reason:
        raise DomainError(_("Give the reason: it stays in the record."), field=field)
    return reason


def require_no_clash(
    *,
    user: User,
    role: Role,
    unit: OrgUnit,
    valid_from: dt.datetime,
    valid_to: dt.datetime | None,
) -> None:
    """No second administrator role, no case data for an administrator, nothing held twice.

    Source: requirement 28 (three administrators). The database repeats the first and the last.
    Raises: DomainError naming the grant in the way.
    """
    for grant in overlapping(user, valid_from=valid_from, valid_to=valid_to):
        held = Role(grant.role)
        facts = {
            "person": user,
            "held": held.label,
            "unit": grant.content_object,
        }
        if {held, role} <= ADMIN_ROLES and held != role:
            message = _(
                "%(person)s is already %(held)s on %(unit)s: nobody holds two of the three "
                "administrator roles. End that role first."
            )
        elif (held in ADMIN_ROLES) != (role in ADMIN_ROLES):
            message = _(
                "%(person)s is already %(held)s on %(unit)s: an administrator holds no role that "
                "reads case data. End that role first."
            )
        elif held == role and (role in ADMIN_ROLES or grant.content_object_id == unit.pk):
            message = _("%(person)s already holds %(held)s on %(unit)s at that time.")
        else:
            continue
        raise DomainError(message % facts, field="role")


def require_successor(grants: Iterable[RoleGrant], *, at: dt.datetime) -> None:
    """Ending these grants leaves somebody in each administrator role of the province.

    Raises: DomainError for the last holder: nobody could repair that from the screens.
    """
    for grant in grants:
        unit, role = grant.content_object, Role(grant.role)
        if role not in ADMIN_ROLES or unit.kind != UnitKind.PROVINCE or grant.valid_from > at:
            continue
        others = holders(role, unit.org_path, at=at).filter(user__is_active=True)
        if others.exclude(user=grant.user_id).exists():
            continue
        raise DomainError(
            _("%(person)s is the last %(role)s of %(unit)s: grant the role to somebody else first.")
            % {"person": grant.user, "role": role.label, "unit": unit}
        )
