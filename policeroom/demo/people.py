"""Demonstration accounts: one for every role, and the police behind them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Permission

from personnel.models import RoleGrant
from policeroom.accounts.demo import DEMO_PASSWORD
from policeroom.accounts.models import User
from policeroom.common.notify import notify
from policeroom.common.roles import Role
from policeroom.demo.places import Places
from stations.enums import UnitKind
from stations.models import OrgUnit, Station


@dataclass(frozen=True, slots=True)
class Account:
    """One demonstration account."""

    username: str
    name: str
    role: Role
    unit: OrgUnit


def build_people(places: Places, stations: list[Station], *, at: dt.datetime) -> list[Account]:
    """Create the accounts with their grants and a line in each inbox."""
    accounts = _accounts(places, stations)
    password = make_password(DEMO_PASSWORD)
    for account in accounts:
        user = User.objects.create(
            username=account.username,
            name=account.name,
            password=password,
            org_path=account.unit.org_path,
            unit_name=account.unit.name,
            must_change_password=False,
            password_changed_at=at,
            is_demo=True,
            demo_role=account.role.value,
            notice_seen_at=at,
        )
        _grant(user, account.role, account.unit, at=at)
        notify(
            [user],
            kind="welcome",
            title="欢迎使用演示系统",
            body="这里的高校、警务室和人员全部是虚构的，可以放心试用。",
            key="demo-welcome",
        )
    return accounts


def recorder(places: Places, *, at: dt.datetime) -> User:
    """The account that stands behind the demonstration's own entries; it cannot sign in."""
    return User.objects.create(
        username="DEMO000",
        name="演示数据",
        password="!",  # noqa: S106 -- unusable by design
        org_path=places.province.org_path,
        unit_name=places.province.name,
        is_active=False,
        password_changed_at=at,
    )


def _accounts(places: Places, stations: list[Station]) -> list[Account]:
    biggest = max(places.cities, key=lambda c: len(places.counties[c.pk]))
    county = places.counties[biggest.pk][0]
    room = next(s for s in stations if s.operator_id == county.pk)
    side = {
        unit.kind: unit
        for unit in OrgUnit.objects.unscoped("demo: the province's side units").filter(
            parent=places.province
        )
        if unit.kind in {UnitKind.COMMAND_CENTER, UnitKind.EDUCATION}
    }
    province = places.province
    return [
        Account("990101", "刘芳", Role.PROVINCE, province),
        Account("990102", "何清", Role.COMMAND, side[UnitKind.COMMAND_CENTER]),
        Account("990103", "田雨", Role.EDUCATION, side[UnitKind.EDUCATION]),
        Account("990201", "郭涛", Role.CITY, biggest),
        Account("990301", "许静", Role.COUNTY, county),
        Account("990401", "王志强", Role.STATION_LEAD, room.unit),
        Account("990402", "李晨", Role.OFFICER, room.unit),
        Account("990403", "马跃", Role.AUXILIARY, room.unit),
        Account("990901", "系统管理员甲", Role.SYSTEM_ADMIN, province),
        Account("990902", "安全管理员乙", Role.SECURITY_ADMIN, province),
        Account("990903", "审计管理员丙", Role.AUDIT_ADMIN, province),
    ]


def _grant(user: User, role: Role, unit: OrgUnit, *, at: dt.datetime) -> Any:
    permission = Permission.objects.get(codename=role.codename, content_type__app_label="stations")
    return RoleGrant.objects.create(
        user=user,
        content_object=unit,
        role=role.value,
        permission=permission,
        valid_from=at,
        reason="演示账号",
    )
