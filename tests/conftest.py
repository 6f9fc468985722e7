"""The fixed cast and the small world, used everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import hypothesis
import pytest
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import Client
from django.utils import translation

from policeroom.accounts.models import User
from policeroom.common.roles import Role
from tests.world import World, build, make_user

# a shared machine is slow now and then; how long an example takes is not what is tested
hypothesis.settings.register_profile("project", deadline=None)
hypothesis.settings.load_profile("project")

APPEND_ONLY = (
    "common_auditevent",
    "duty_commstest",
    "duty_directivehandover",
    "duty_dutylogentry",
    "duty_presencecorrection",
    "incidents_incidententry",
    "incidents_incidentattachment",
    "incidents_incidentlink",
    "incidents_incidentparty",
    "incidents_partyhold",
    "incidents_sourcerow",
    "incidents_disputescreening",
    "incidents_disputestep",
    "incidents_hazardorder",
    "incidents_hazardrecheck",
    "incidents_nilreturn",
    "incidents_urgentjudgement",
    "incidents_urgentknown",
    "incidents_urgentmeasure",
    "meetings_minutesversion",
)


@pytest.fixture(autouse=True, scope="session")
def flush_append_only_tables() -> None:
    """Let `transaction=True` tests empty append-only tables: as their owner, between tests."""
    flush = DatabaseOperations.execute_sql_flush

    def flushed(operations: DatabaseOperations, statements: list[str]) -> None:
        off, on = (
            [f"ALTER TABLE {table} {word} TRIGGER USER" for table in APPEND_ONLY]
            for word in ("DISABLE", "ENABLE")
        )
        flush(operations, [*off, *statements, *on])

    DatabaseOperations.execute_sql_flush = flushed


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Messages are asserted in the language of the source, whatever page a test before opened."""
    with translation.override("en"):
        yield


@pytest.fixture
def world(db: None) -> World:
    """The invented province of tests/world.py."""
    return build()


@pytest.fixture
def officer(world: World) -> User:
    return make_user("100001", "陈一", world.station_a1.unit, Role.OFFICER)


@pytest.fixture
def neighbour_officer(world: World) -> User:
    return make_user("100002", "周二", world.center_a.unit, Role.OFFICER)


@pytest.fixture
def station_lead(world: World) -> User:
    return make_user("100003", "吴三", world.station_a1.unit, Role.STATION_LEAD)


@pytest.fixture
def county_staff(world: World) -> User:
    return make_user("100004", "郑四", world.county_a1, Role.COUNTY)


@pytest.fixture
def city_supervisor(world: World) -> User:
    return make_user("100005", "冯五", world.city_a, Role.CITY)


@pytest.fixture
def other_city_supervisor(world: World) -> User:
    return make_user("100006", "沈六", world.city_b, Role.CITY)


@pytest.fixture
def province_staff(world: World) -> User:
    return make_user("100007", "韩七", world.province, Role.PROVINCE)


@pytest.fixture
def system_admin(world: World) -> User:
    return make_user("100011", "杨系统", world.province, Role.SYSTEM_ADMIN)


@pytest.fixture
def security_admin(world: World) -> User:
    return make_user("100012", "朱安全", world.province, Role.SECURITY_ADMIN)


@pytest.fixture
def audit_admin(world: World) -> User:
    return make_user("100013", "秦审计", world.province, Role.AUDIT_ADMIN)


@pytest.fixture
def as_user() -> Callable[[User | None], Client]:
    """A test client signed in as somebody, or nobody."""

    def sign_in(user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in
