"""`manage.py create_administrators`: once, all three or none."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from personnel.models import RoleGrant
from policeroom.accounts.models import User
from policeroom.common.models import AuditEvent
from stations.models import OrgUnit

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def run(**changes):
    out = io.StringIO()
    options = {
        "province": "海岚省",
        "system": ["900011", "华系统"],
        "security": ["900012", "金安全"],
        "audit": ["900013", "魏审计"],
        **changes,
    }
    call_command("create_administrators", stdout=out, **options)
    return out.getvalue()


def test_first_start_makes_the_province_and_three_administrators():
    printed = run()

    unit = OrgUnit.objects.unscoped("test").get()
    assert (unit.name, unit.area_name, unit.kind) == ("海岚省公安厅", "海岚省", "province")
    roles = {g.user.username: (g.role, g.content_object_id) for g in RoleGrant.objects.all()}
    assert roles == {
        "900011": ("system_admin", unit.pk),
        "900012": ("security_admin", unit.pk),
        "900013": ("audit_admin", unit.pk),
    }
    passwords = {}
    for line in printed.splitlines()[1:]:
        _role, number, _name, password = line.split("\t")
        passwords[number] = password
    for user in User.objects.all():
        assert user.check_password(passwords[user.username])
        assert user.must_change_password
    assert len(set(passwords.values())) == 3
    actions = list(AuditEvent.objects.unscoped("test").values_list("action", flat=True))
    assert actions.count("grants.grant") == 3


def test_existing_province_is_used(world):
    run()

    assert set(RoleGrant.objects.values_list("content_object_id", flat=True)) == {world.province.pk}


def test_second_run_is_refused(system_admin):
    before = User.objects.count()

    with pytest.raises(CommandError, match="this set-up runs once"):
        run()

    assert User.objects.count() == before


def test_bad_number_leaves_nothing():
    with pytest.raises(CommandError, match="letters or digits"):
        run(audit=["no", "魏审计"])

    assert not User.objects.exists()
    assert not OrgUnit.objects.unscoped("test").exists()
