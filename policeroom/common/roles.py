"""Who may do what: the one table a supervisor can read.

A role says *what*; the organisation unit it is granted on says *where* (see `scope.py`). Roles are
stored as codes: the codename of the guardian permission on `OrgUnit` is `role_<code>`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    """Roles of design section 1. The value is the stored code."""

    OFFICER = "officer"
    AUXILIARY = "auxiliary"
    STATION_LEAD = "station_lead"
    COUNTY = "county"
    CITY = "city"
    COMMAND = "command"
    PROVINCE = "province"
    EDUCATION = "education"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"

    @property
    def label(self) -> str:
        """The name shown to people."""
        return str(ROLE_LABELS[self])

    @property
    def codename(self) -> str:
        """Codename of the guardian permission on `OrgUnit`."""
        return f"role_{self.value}"


ROLE_LABELS: Final = {
    Role.OFFICER: _("Station officer"),
    Role.AUXILIARY: _("Auxiliary officer"),
    Role.STATION_LEAD: _("Station lead"),
    Role.COUNTY: _("County bureau staff"),
    Role.CITY: _("City bureau supervisor"),
    Role.COMMAND: _("Command centre"),
    Role.PROVINCE: _("Provincial staff"),
    Role.EDUCATION: _("Education department (read only)"),
    Role.SYSTEM_ADMIN: _("System administrator"),
    Role.SECURITY_ADMIN: _("Security administrator"),
    Role.AUDIT_ADMIN: _("Audit administrator"),
}

#: The three administrators (三员): nobody holds two of them, none of them reads case data.
ADMIN_ROLES: Final = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
STATION_ROLES: Final = frozenset({Role.OFFICER, Role.AUXILIARY, Role.STATION_LEAD})
DATA_ROLES: Final = frozenset(Role) - ADMIN_ROLES

_EDITORS: Final = frozenset({Role.COUNTY, Role.CITY, Role.PROVINCE})
_MASTER: Final = frozenset({Role.CITY, Role.PROVINCE})

#: action -> roles. An action missing here does not exist; a test compares this table with the code.
ACTIONS: Final[dict[str, frozenset[Role]]] = {
    # stations: the station file
    "stations.view": DATA_ROLES,
    "stations.open": _EDITORS,  # 第六条: the county bureau establishes, city and province plan
    "stations.edit": _EDITORS | {Role.STATION_LEAD},
    "stations.close": _EDITORS,
    "stations.equip": _EDITORS | {Role.STATION_LEAD, Role.OFFICER, Role.AUXILIARY},
    "stations.export": DATA_ROLES,
    # master data: universities, campuses, populations, designations, calendars, bureaus
    "universities.view": DATA_ROLES,
    "universities.edit": _MASTER,
    "campuses.edit": _EDITORS,
    "designations.decide": frozenset({Role.CITY, Role.PROVINCE}),  # 第六条: the city designates
    "calendar.edit": frozenset({Role.PROVINCE}),
    "bureaus.view": DATA_ROLES,
    "bureaus.edit": frozenset({Role.PROVINCE}),
    "imports.run": _EDITORS,
    # reports
    "coverage.view": DATA_ROLES,
    "coverage.export": DATA_ROLES,
    "parameters.view": DATA_ROLES,
    "parameters.edit": frozenset({Role.PROVINCE}),
    # the three administrators
    "users.manage": frozenset({Role.SYSTEM_ADMIN}),
    "users.unlock": frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}),
    "grants.view": ADMIN_ROLES,
    "grants.request": frozenset({Role.SYSTEM_ADMIN}),
    "grants.approve": frozenset({Role.SECURITY_ADMIN}),
    "grants.end": frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}),
    "audit.view": frozenset({Role.AUDIT_ADMIN}),
    "audit.export": frozenset({Role.AUDIT_ADMIN}),
}


def roles_for(action: str) -> frozenset[Role]:
    """Roles that hold `action`.

    Raises: KeyError if the action is not in the table: a typing mistake must never mean "allowed".
    """
    return ACTIONS[action]
