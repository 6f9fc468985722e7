"""The list of clocks, and the escalation: each told exactly once, whatever happens to a worker."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from incidents.deadline_kinds import ACTS, KINDS
from incidents.forms.clocks import read_moment
from incidents.queries.clocks import clock_rows, overdue_count
from incidents.services.transfers import receive_transfer
from incidents.tables.clocks import REASON_WORDS, span, time_left
from personnel.models import RoleGrant
from personnel.services import deadlines as escalation
from personnel.services import escalate_overdue
from policeroom.accounts.models import User
from policeroom.common.clock import ZONE, ClockStatus
from policeroom.common.deadlines import status_of
from policeroom.common.models import Deadline, Notification
from policeroom.common.roles import ACTIONS, Role
from policeroom.common.scope import Scope, ScopeGrant
from tests.incidents.clocks_cast import HOUR, MINUTE, NOW, SECOND, call, clock, hand_over, notice
from tests.incidents.test_hazards import evidence
from tests.incidents.test_leads import lead, task
from tests.incidents.test_registers import fill
from tests.world import World, build, make_user

pytestmark = pytest.mark.integration


def scope_of(role: Role, unit: object) -> Scope:
    return Scope((ScopeGrant(role, unit.pk, unit.name, unit.org_path),))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("t", "2026-09-17 15:42"),
        ("T", "2026-09-17 15:42"),
        ("-15", "2026-09-17 15:27"),
        ("- 90", "2026-09-17 14:12"),
        ("1542", "2026-09-17 15:42"),
        ("1543", "2026-09-16 15:43"),
        ("2330", "2026-09-16 23:30"),
        ("8:05", "2026-09-17 08:05"),
        ("15:30", "2026-09-17 15:30"),
        ("2026-09-01 7:00", "2026-09-01 07:00"),
        ("2026-09-01T07:00:31", "2026-09-01 07:00"),
        ("2460", None),
        ("2026-02-30 10:00", None),
        ("9999-12-31 10:00", None),
        ("soon", None),
        ("", None),
    ],
)
def test_instants_are_read_as_people_write_them(text: str, expected: str | None) -> None:
    found = read_moment(text, now=NOW)
    assert (f"{found.astimezone(ZONE):%Y-%m-%d %H:%M}" if found else None) == expected


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (dt.timedelta(), "0 minutes"),
        (MINUTE, "1 minute"),
        (119 * MINUTE, "119 minutes"),
        (120 * MINUTE, "2 hours"),
        (47 * HOUR, "47 hours"),
        (48 * HOUR, "2 days"),
    ],
)
def test_durations_are_said_in_one_unit(duration: dt.timedelta, words: str) -> None:
    assert span(duration) == words


def test_time_left_says_left_over_or_late() -> None:
    due = NOW + HOUR
    assert time_left(due_at=due, done_at=None, now=due) == "0 minutes left"
    assert time_left(due_at=due, done_at=None, now=due + 5 * MINUTE) == "5 minutes over"
    assert time_left(due_at=due, done_at=due + 3 * HOUR, now=due + 9 * HOUR) == "3 hours late"
    assert time_left(due_at=due, done_at=due, now=due + 9 * HOUR) == ""


def test_every_kind_has_one_act_with_a_right_and_an_address() -> None:
    assert set(ACTS) == {kind.code for kind in KINDS}
    for act in ACTS.values():
        assert act.action in ACTIONS
        assert reverse(act.url_name, args=[1]).startswith("/incidents/")


def test_every_reason_of_the_rules_has_a_word() -> None:
    import ast
    import inspect

    from incidents import rules_clocks

    tree = ast.parse(inspect.getsource(rules_clocks))
    said = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.replace("_", "").isalpha()
        and "_" in node.value
        and node.value.islower()
    }
    assert said <= set(REASON_WORDS)
    assert len(said) > 20


def test_list_shows_the_most_urgent_first_and_the_omission_only_when_it_ran_out(
    world: World, officer: User
) -> None:
    scope = scope_of(Role.OFFICER, world.station_a1.unit)
    transfer = hand_over(world, officer, call(world, officer))
    notice(world, officer)
    soon = [row.kind for row in clock_rows(scope, now=NOW).order_by("due_at", "id")]
    assert sorted(soon[:2]) == ["urgent-notify", "urgent-report"]
    assert soon[2:] == [clock("transfer-receipt", transfer).kind]
    later = clock_rows(scope, now=NOW + 25 * HOUR)
    assert "urgent-omission" in set(later.values_list("kind", flat=True))


def test_list_ends_where_the_scope_ends(world: World, officer: User) -> None:
    hand_over(world, officer, call(world, officer))
    for unit, count in (
        (world.station_a1.unit, 1),
        (world.city_a, 1),
        (world.center_a.unit, 0),
        (world.city_b, 0),
    ):
        scope = scope_of(Role.CITY, unit)
        assert clock_rows(scope, now=NOW).count() == count


@pytest.mark.parametrize(("now", "overdue"), [(NOW + 24 * HOUR, 0), (NOW + 24 * HOUR + SECOND, 1)])
def test_overdue_is_worked_out_when_it_is_read(
    world: World, officer: User, now: dt.datetime, overdue: int
) -> None:
    hand_over(world, officer, call(world, officer))
    assert overdue_count(scope_of(Role.OFFICER, world.station_a1.unit), now=now) == overdue


def test_page_filters_and_offers_the_act_to_who_may_do_it(
    world: World,
    officer: User,
    city_supervisor: User,
    as_user: Callable[[User | None], Client],
) -> None:
    now = timezone.now()
    late = call(world, officer, reported_at=now - 48 * HOUR, now=now)
    fresh = call(world, officer, reported_at=now - HOUR, now=now)
    old = hand_over(world, officer, late, handed_at=now - 47 * HOUR, now=now)
    new = hand_over(world, officer, fresh, handed_at=now - HOUR, now=now)
    done = hand_over(world, officer, fresh, handed_at=now - HOUR, now=now)
    receive_transfer(transfer=done, received_at=now, received_by_name="李某", by=officer, now=now)

    def shown(client: Client, query: str = "") -> list[tuple[str, str]]:
        table = client.get(f"/incidents/clocks/?{query}").context["table"]
        texts = [{c.label: c for c in row.cells} for row in table.rows]
        return [(cells["Status"].text, cells["Act"].url) for cells in texts]

    mine, above = as_user(officer), as_user(city_supervisor)
    receipt = "/incidents/transfers/%d/receipt/"
    assert shown(mine) == [("overdue", receipt % old.pk), ("running", receipt % new.pk)]
    assert shown(above) == [("overdue", ""), ("running", "")]
    assert shown(mine, "state=overdue") == [("overdue", receipt % old.pk)]
    assert shown(mine, "state=running") == [("running", receipt % new.pk)]
    assert shown(mine, "state=met") == [("done in time", "")]
    assert shown(mine, "state=late") == []
    assert shown(mine, "kind=lead-result") == []
    assert len(shown(mine, "state=nonsense")) == 2


def test_list_of_clocks_takes_the_same_queries_for_one_row_and_for_many(
    world: World, officer: User, as_user: Callable[[User | None], Client]
) -> None:
    client = as_user(officer)
    counted = []
    client.get("/incidents/clocks/")
    for number in (1, 3):
        for _ in range(number):
            hand_over(world, officer, call(world, officer))
        with CaptureQueriesContext(connection) as seen:
            client.get("/incidents/clocks/")
        counted.append(len(seen))
    assert counted[0] == counted[1]


#: frame of a page (session, user, grants, inbox, sessions), rows, capped count
LISTS = {
    "clocks": 7,
    "transfers": 7,
    "urgent": 8,  # the numbers of the day
    "leads": 7,
    "tasks": 7,
    "disputes": 7,
    "disputes/screenings": 7,
    "hazards": 7,
    "evidence": 7,
    "outreach": 7,
}


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_a_list_do_not_grow(
    world: World, officer: User, as_user: Callable[[User | None], Client], rows: int
) -> None:
    for number in range(rows):
        fill(world, officer)
        notice(world, officer)
        lead(world, officer, reference_no=str(number))
        task(world, officer)
        evidence(world, officer)
    client = as_user(officer)
    client.get("/incidents/clocks/")  # the first page of a session records that it began
    counted = {}
    for name in LISTS:
        with CaptureQueriesContext(connection) as seen:
            shown = client.get(f"/incidents/{name}/").context["table"].rows
        sent = [q for q in seen if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
        counted[name] = len(sent)
        assert len(shown) >= rows, name
    assert counted == LISTS


def test_what_is_done_late_afterwards_stays_late(
    world: World, officer: User, county_staff: User
) -> None:
    row = hand_over(world, officer, call(world, officer))
    after = NOW + 30 * HOUR
    assert escalate_overdue(now=after) == 1
    receive_transfer(
        transfer=row, received_at=after, received_by_name="李某", by=officer, now=after
    )
    found = clock("transfer-receipt", row)
    assert status_of(found, now=after + 1000 * HOUR) is ClockStatus.LATE
    assert found.escalated_at == after
    assert escalate_overdue(now=after + HOUR) == 0
    assert Notification.objects.filter(kind="deadline", recipient=county_staff).count() == 1


def test_clock_at_its_last_instant_is_not_told_of(world: World, officer: User) -> None:
    hand_over(world, officer, call(world, officer))
    assert escalate_overdue(now=NOW + 24 * HOUR) == 0
    assert escalate_overdue(now=NOW + 24 * HOUR + SECOND) == 1


def test_omission_reaches_city_and_province_and_the_late_report_does_not_reach_the_province(
    world: World, officer: User, city_supervisor: User, province_staff: User
) -> None:
    notice(world, officer)
    escalate_overdue(now=NOW + HOUR)
    escalate_overdue(now=NOW + 25 * HOUR)
    told = Notification.objects.filter(kind="deadline")
    assert told.filter(recipient=province_staff).count() == 1
    assert told.filter(recipient=city_supervisor).count() == 3


# --- two workers, and one that dies ---------------------------------------------------------------


@pytest.fixture
def overdue(transactional_db: None) -> tuple[World, User]:
    """Twelve receipts that ran out, and one supervisor above them."""
    with transaction.atomic():
        world = build()
        writer = make_user("100001", "陈一", world.station_a1.unit, Role.OFFICER)
        above = make_user("100004", "郑四", world.county_a1, Role.COUNTY)
        for _ in range(12):
            hand_over(world, writer, call(world, writer))
    return world, above


AFTER = NOW + 30 * HOUR


def told(person: User) -> int:
    return Notification.objects.filter(kind="deadline", recipient=person).count()


def test_two_workers_at_once_tell_each_clock_once(
    overdue: tuple[World, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    _world, above = overdue
    monkeypatch.setattr(escalation, "BATCH", 2)

    def work(_number: int) -> int:
        try:
            return escalate_overdue(now=AFTER)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(work, range(4)))
    assert sum(counts) == 12
    assert told(above) == 12
    assert not Deadline.objects.unscoped("test").filter(escalated_at__isnull=True).exists()


def test_worker_killed_in_the_middle_leaves_nothing_half_told(
    overdue: tuple[World, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    _world, above = overdue
    real, calls = escalation._tell, []

    def dying(row: Deadline, *, at: dt.datetime) -> None:
        real(row, at=at)
        calls.append(row.pk)
        if len(calls) == 5:  # the server ends the worker's connection, as a kill does
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(escalation, "_tell", dying)
    with pytest.raises(DatabaseError):
        escalate_overdue(now=AFTER)
    connection.close()
    assert told(above) == 0
    assert not Deadline.objects.unscoped("test").filter(escalated_at__isnull=False).exists()
    monkeypatch.setattr(escalation, "_tell", real)
    assert escalate_overdue(now=AFTER) == 12
    assert told(above) == 12
    assert escalate_overdue(now=AFTER) == 0


def test_somebody_whose_role_ended_is_not_told(world: World, officer: User) -> None:
    gone = make_user("100099", "走人", world.county_a1, Role.COUNTY)
    RoleGrant.objects.filter(user=gone).update(valid_to=NOW)
    hand_over(world, officer, call(world, officer))
    escalate_overdue(now=AFTER)
    assert told(gone) == 0
