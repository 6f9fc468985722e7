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
#: Whoever reads incidents: the rooms and the bureaus above; the education department does not.
_READERS: Final = STATION_ROLES | {Role.COUNTY, Role.CITY, Role.COMMAND, Role.PROVINCE}
_OFFICERS: Final = frozenset({Role.OFFICER, Role.STATION_LEAD})
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
    # incidents: the log of a room, and what follows from an entry (第十三条, 第十四条)
    "incidents.view": _READERS,
    "incidents.file": STATION_ROLES,
    "incidents.edit": STATION_ROLES,
    "incidents.close": STATION_ROLES,
    "incidents.reopen": frozenset({Role.STATION_LEAD, Role.COUNTY}),
    "incidents.review": frozenset({Role.STATION_LEAD, Role.COUNTY}),
    "incidents.parties": STATION_ROLES | {Role.COUNTY},  # matrix Art. 13: names, room and county
    "incidents.export": _READERS - {Role.AUXILIARY},
    "incidents.import": _EDITORS | {Role.STATION_LEAD},
    "incidents.rules": _MASTER,  # categories and keyword rules a city adds
    "places.edit": STATION_ROLES,
    "transfers.make": _OFFICERS,
    "transfers.receive": _OFFICERS | {Role.COUNTY},
    "urgent.report": STATION_ROLES,
    "urgent.receive": frozenset({Role.COUNTY, Role.CITY, Role.COMMAND, Role.PROVINCE}),
    "urgent.judge": _MASTER,  # JS-14-4e: concealment is a human decision of city or province
    "leads.issue": frozenset({Role.COUNTY, Role.CITY, Role.COMMAND, Role.PROVINCE}),
    "leads.answer": _OFFICERS,
    "disputes.edit": STATION_ROLES,
    "hazards.edit": STATION_ROLES,
    "hazards.order": _OFFICERS | {Role.COUNTY},
    "outreach.edit": STATION_ROLES,
    "registers.nil": _OFFICERS,  # JS-11-5: a nil return of a ledger
    # people: who serves where (第八条, 第十九条, 第二十条)
    "people.view": STATION_ROLES | {Role.COUNTY, Role.CITY, Role.COMMAND, Role.PROVINCE},
    "people.edit": _EDITORS,
    "people.train": _EDITORS | {Role.STATION_LEAD},
    "people.absence": _EDITORS | {Role.STATION_LEAD},
    "people.export": _EDITORS,
    # 第二十五条: the room or a bureau asks, the county bureau or one above it decides
    "secondments.ask": _EDITORS | {Role.STATION_LEAD},
    "secondments.decide": _EDITORS,
    # 第二十一条: the city acts, the room sees its own
    "decisions.record": _MASTER,
    "accountability.view": _EDITORS | {Role.STATION_LEAD},
    # 第十五条: levels and the orders that put rooms on them
    "duty.view": _READERS,
    "duty.watch": _READERS - STATION_ROLES,  # the board over many rooms
    "orders.issue": frozenset({Role.COUNTY, Role.CITY, Role.COMMAND, Role.PROVINCE}),
    "orders.approve": _MASTER,  # 一级加强: a second person
    "orders.answer": STATION_ROLES,
    "staffing.edit": frozenset({Role.CITY}),  # JS-15-1: the city fixes the numbers
    "arrangements.edit": frozenset({Role.CITY}),  # 第十六条: the city fixes the routine
    "plans.edit": frozenset({Role.CITY}),  # 第十八条: the city writes the plan
    "drills.record": _OFFICERS | {Role.COUNTY, Role.CITY},  # JS-18-4
    # 第九条: an officer in the room round the clock; the county reinforces
    "triggers.declare": _EDITORS,
    "reinforcement.send": frozenset({Role.COUNTY, Role.CITY}),
    # 第十七条: command centres and superior units instruct a room directly
    "directives.send": frozenset({Role.COUNTY, Role.CITY, Role.COMMAND, Role.PROVINCE}),
    "directives.answer": STATION_ROLES,
    # 第九条, 第十六条: who is in the room, and who is to be
    "roster.edit": frozenset({Role.STATION_LEAD, Role.COUNTY}),
    "swaps.ask": STATION_ROLES,  # a shift of one's own; whoever edits the roster decides
    "presence.record": STATION_ROLES,
    "presence.correct": frozenset({Role.STATION_LEAD, Role.COUNTY}),
    # 第十七条, 第二十三条: what one shift leaves to the next
    "handover.sign": STATION_ROLES,
    "dutylog.write": STATION_ROLES,
    # 第十四条(一) to (三): the weekly, monthly and quarterly regime
    "meetings.view": _READERS,
    "meetings.edit": _OFFICERS,
    "meetings.confirm": frozenset({Role.CITY}),  # matrix D 11: the city confirms a late entry
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
