"""Which role fits which unit, and the readable table of actions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from personnel.permissions import (
    ACTION_LABELS,
    EVENT_LABELS,
    ROLE_LEVELS,
    SIDE_ROLES,
    action_label,
    is_cross_area,
    role_fits,
)
from policeroom.common.roles import ACTIONS, Role
from stations.enums import LINE_DEPTH, UnitKind

pytestmark = pytest.mark.unit

BUREAUS = {"province", "city", "county", "branch"}

#: role -> line units it is granted on, written out by hand.
ON_LINE = {
    Role.OFFICER: {"station"},
    Role.AUXILIARY: {"station"},
    Role.STATION_LEAD: {"station"},
    Role.COUNTY: {"county", "branch"},
    Role.CITY: {"city"},
    Role.COMMAND: BUREAUS,
    Role.PROVINCE: {"province"},
    Role.EDUCATION: {"province", "city"},
    Role.SYSTEM_ADMIN: {"province", "city"},
    Role.SECURITY_ADMIN: {"province", "city"},
    Role.AUDIT_ADMIN: {"province", "city"},
}


@pytest.mark.parametrize("role", list(Role))
def test_role_fits_line_units(role):
    fitting = {kind.value for kind in LINE_DEPTH if role_fits(role, kind=kind, level=kind)}

    assert fitting == ON_LINE[role]


@pytest.mark.parametrize(
    ("kind", "level", "fitting"),
    [
        ("internal_security", "province", {Role.PROVINCE}),
        ("internal_security", "city", {Role.CITY}),
        ("internal_security", "branch", {Role.COUNTY}),
        ("precinct", "county", {Role.COUNTY}),
        ("police_branch", "city", {Role.CITY}),
        ("command_center", "province", {Role.COMMAND}),
        ("command_center", "county", {Role.COMMAND}),
        ("education", "province", {Role.EDUCATION}),
        ("education", "city", {Role.EDUCATION}),
        ("education", "county", set()),
    ],
)
def test_side_unit_takes_the_roles_of_its_level(kind, level, fitting):
    assert {role for role in Role if role_fits(role, kind=kind, level=level)} == fitting


def test_tables_are_complete():
    assert set(ROLE_LEVELS) == set(Role)
    assert set(SIDE_ROLES) | set(LINE_DEPTH) == set(UnitKind)


@pytest.mark.parametrize(
    ("own", "unit", "cross"),
    [
        ("0101", "0101", False),
        ("0101", "01010001", False),
        ("0101", "01", False),
        ("0101", "0102", True),
        ("010101", "0102", True),
        ("", "01", True),
    ],
    ids=["own", "below", "above", "sibling", "uncle", "no-own-unit"],
)
def test_cross_area(own, unit, cross):
    assert is_cross_area(own, unit) is cross


def test_every_action_has_a_label():
    assert set(ACTION_LABELS) == set(ACTIONS)


def test_every_event_the_code_records_has_a_label():
    """Add the label to EVENT_LABELS: the auditor searches by it, in Chinese."""
    written = set()
    for package in ("policeroom", "stations", "personnel", "compliance", "reports"):
        for path in Path(package).rglob("*.py"):
            written |= set(re.findall(r'audit\.record\(\s*"([a-z_.-]+)"', path.read_text("utf-8")))

    assert {"grants.end", "account.create", "export"} <= written
    assert written - set(EVENT_LABELS) - set(ACTION_LABELS) == set()


def test_unknown_action_shows_its_code():
    assert action_label("nothing.known") == "nothing.known"
