"""The audit trail is append-only for everybody."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from policeroom.common import audit
from policeroom.common.models import AuditEvent
from tests.world import World

pytestmark = pytest.mark.integration


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE common_auditevent SET action = 'x'",
        "DELETE FROM common_auditevent",
        "TRUNCATE common_auditevent CASCADE",
    ],
)
def test_raw_sql_is_refused(world: World, statement: str) -> None:
    before = AuditEvent.objects.unscoped("test").count()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no pending key checks in the way
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute(statement)
    assert AuditEvent.objects.unscoped("test").count() == before > 0


def test_the_orm_is_refused(world: World) -> None:
    event = AuditEvent.objects.unscoped("test").first()
    event.action = "forged"
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        event.save()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        event.delete()


def test_only_changed_fields_are_kept(world: World) -> None:
    event = audit.record(
        "stations.edit",
        by=None,
        obj=world.station_a1,
        before={"a": 1, "b": 2},
        after={"a": 1, "b": 3},
    )
    assert (event.before, event.after) == ({"b": 2}, {"b": 3})
    assert event.org_path == world.station_a1.org_path
