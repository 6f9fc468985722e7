"""A bureau moves in the tree: everything below follows, the old superior sees nothing more."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from incidents.models import Incident, IncidentEntry
from policeroom.accounts.models import User
from policeroom.common.errors import ConflictError, DomainError
from policeroom.common.models import AuditEvent
from policeroom.common.roles import Role
from stations.enums import UnitKind
from stations.models import Campus, ImportJob, OrgUnit, Station, UnitMove
from stations.queries.moves import move_consequences, path_models
from stations.services.moves import move_unit, settle_moves
from stations.services.org import create_unit
from tests.world import START, World, add_station, build, make_user

pytestmark = pytest.mark.integration

NOW = timezone.make_aware(dt.datetime(2026, 6, 1, 9, 0))  # noqa: DTZ001 -- made aware


def move(world: World, unit: OrgUnit, parent: OrgUnit, by: User | None = None) -> UnitMove:
    """Move a unit as it stands now."""
    unit.refresh_from_db()
    return move_unit(
        unit=unit, parent=parent, seen_path=unit.org_path, reason="区划调整", by=by, at=NOW
    )


def paths_below(path: str) -> dict[str, int]:
    """Rows of every table, found without the code under test, whose path begins so."""
    found = {}
    for model in apps.get_models():
        names = {field.name for field in model._meta.concrete_fields}
        if "org_path" in names and model is not AuditEvent:
            rows = model._base_manager.filter(org_path__startswith=path).count()
            if rows:
                found[model._meta.label] = rows
    return found


def file_incident(room: Station, by: User) -> Incident:
    """One call with a line of its timeline, as the log keeps it."""
    row = Incident.objects.create(
        station=room,
        org_path=room.org_path,
        number="A0001-1",
        kind="report",
        narrative="自行车丢失",
        reported_at=NOW,
        source="form",
        recorded_by=by,
    )
    IncidentEntry._base_manager.create(
        incident=row, org_path=room.org_path, kind="note", text="到场", at=NOW, recorded_by=by
    )
    return row


# --- what follows -------------------------------------------------------------------------------
def test_every_row_below_follows_and_nothing_is_orphaned(
    world: World, province_staff: User
) -> None:
    officer = make_user("200001", "甲", world.station_a1.unit, Role.OFFICER)
    ImportJob.objects.create(
        kind="stations",
        filename="a.csv",
        sha256="0" * 64,
        created_by=officer,
        org_path=world.county_a1.org_path,
    )
    side = create_unit(parent=world.county_a1, kind=UnitKind.PRECINCT, name="芦北派出所", by=None)
    incident = file_incident(world.station_a1, officer)
    old = world.county_a1.org_path
    before = paths_below(old)
    assert len(before) >= 9  # units, rooms, campuses, towns, versions, people, jobs, incidents

    done = move(world, world.county_a1, world.city_b, province_staff)

    new = done.new_path
    assert new.startswith(world.city_b.org_path)
    assert paths_below(old) == {}
    assert paths_below(new) == before
    for row in (world.station_a1, world.station_a1.unit, side, officer, incident):
        path = row.org_path
        row.refresh_from_db()
        assert row.org_path == new + path[len(old) :]
    assert incident.entries.get().org_path == incident.org_path
    assert sum(done.rows.values()) == sum(before.values())


def test_places_and_their_versions_agree_after_the_move(world: World) -> None:
    move(world, world.county_a1, world.city_b)

    for row in Station.objects.unscoped("test").select_related("unit", "operator"):
        assert row.org_path == row.unit.org_path
        assert row.org_path.startswith(row.operator.org_path)
        assert set(row.versions.values_list("org_path", flat=True)) == {row.org_path}
    for row in Campus.objects.unscoped("test").select_related("unit"):
        assert row.org_path == row.unit.org_path
        assert set(row.versions.values_list("org_path", flat=True)) == {row.org_path}


def test_paths_stay_unique_and_a_left_number_is_never_given_again(world: World) -> None:
    left = world.county_a1.org_path
    move(world, world.county_a1, world.city_b)

    created = create_unit(
        parent=world.city_a, kind=UnitKind.BRANCH, name="新分局", area_name="新区", by=None
    )
    back = move(world, world.county_a1, world.city_a)

    lines = OrgUnit.objects.unscoped("test").exclude(kind=UnitKind.PRECINCT)
    paths = list(lines.values_list("org_path", flat=True))
    assert len(paths) == len(set(paths))
    assert left not in paths
    assert created.org_path != left
    assert back.new_path.startswith(world.city_a.org_path)


def test_the_trail_keeps_its_paths_and_gets_one_event(world: World, province_staff: User) -> None:
    old = world.county_a1.org_path
    written = AuditEvent.objects.unscoped("test").filter(org_path__startswith=old)
    kept = set(written.values_list("id", flat=True))
    assert kept

    done = move(world, world.county_a1, world.city_b, province_staff)

    assert set(written.values_list("id", flat=True)) == kept
    event = AuditEvent.objects.unscoped("test").get(action="bureaus.move")
    assert (event.actor, event.org_path) == (province_staff, done.new_path)
    assert event.before["org_path"] == old
    assert event.after["reason"] == "区划调整"
    assert event.after["rows"] == done.rows


def test_acts_from_before_the_move_stay_in_the_history_of_a_room(
    world: World, county_staff: User, as_user: Callable[[User | None], Client]
) -> None:
    client = as_user(county_staff)
    client.post(
        reverse("stations:opening", args=[world.station_a1.pk]),
        {"opened_on": "2025-09-01", "reason": "批复"},
    )
    move(world, world.county_a1, world.city_b)

    page = client.get(reverse("stations:history", args=[world.station_a1.pk]))

    assert "Opening day corrected" in page.content.decode()


def test_every_table_with_a_path_lets_it_be_rewritten(db: None) -> None:
    """A table added later, append-only ones too, must follow a bureau; see `let_path_move`."""
    labels = {model._meta.label for model in path_models()}
    assert {"incidents.Incident", "incidents.IncidentEntry", "accounts.User"} <= labels
    assert "common.AuditEvent" not in labels
    with connection.cursor() as cursor:
        for model in path_models():
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"UPDATE {table} SET org_path = org_path WHERE false")  # noqa: S608


def test_a_line_of_a_timeline_still_changes_in_nothing_else(world: World, officer: User) -> None:
    entry = file_incident(world.station_a1, officer).entries.get()
    rows = IncidentEntry._base_manager.filter(pk=entry.pk)

    for change in ({"text": "改"}, {"org_path": "0102", "text": "改"}):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        rows._raw_delete(rows.db)


# --- who sees what ------------------------------------------------------------------------------
def test_roles_reach_the_new_place_on_the_next_request(
    world: World,
    officer: User,
    county_staff: User,
    city_supervisor: User,
    other_city_supervisor: User,
    province_staff: User,
    as_user: Callable[[User | None], Client],
) -> None:
    page = reverse("stations:detail", args=[world.station_a1.pk])
    people = [officer, county_staff, city_supervisor, other_city_supervisor, province_staff]
    clients = [as_user(person) for person in people]

    def answers() -> list[int]:
        return [client.get(page).status_code for client in clients]

    assert answers() == [200, 200, 200, 404, 200]
    move(world, world.county_a1, world.city_b, province_staff)
    assert answers() == [200, 200, 404, 200, 200]


def test_the_old_city_finds_no_word_of_it_and_the_report_counts_it_in_the_new_one(
    world: World,
    city_supervisor: User,
    other_city_supervisor: User,
    as_user: Callable[[User | None], Client],
) -> None:
    old, new = as_user(city_supervisor), as_user(other_city_supervisor)
    move(world, world.county_a1, world.city_b)

    for address in ("/stations/", "/campuses/", "/bureaus/", "/search/?q=芦北"):
        assert "芦北分局" not in old.get(address).content.decode()
        assert "芦北" in new.get(address).content.decode()
    assert old.get("/reports/coverage/").status_code == 200
    assert "芦北区" in new.get("/reports/coverage/").content.decode()


def test_work_goes_on_at_the_new_place(world: World, county_staff: User) -> None:
    move(world, world.county_a1, world.city_b)

    unit = create_unit(
        parent=world.county_a1, kind=UnitKind.STATION, name="新警务室", by=county_staff
    )

    world.county_a1.refresh_from_db()
    assert unit.org_path.startswith(world.county_a1.org_path)  # though the caller held the old one


# --- side units ---------------------------------------------------------------------------------
def test_a_side_unit_moves_with_its_own_people_only(world: World, province_staff: User) -> None:
    side = create_unit(
        parent=world.city_a, kind=UnitKind.INTERNAL_SECURITY, name="澜江内保支队", by=None
    )
    person = make_user("200002", "乙", side, Role.CITY)
    other = make_user("200003", "丙", world.city_a, Role.CITY)

    done = move(world, side, world.city_b, province_staff)

    side.refresh_from_db()
    assert side.org_path == world.city_b.org_path
    assert side.parent == world.city_b
    assert User.objects.get(pk=person.pk).org_path == world.city_b.org_path
    assert User.objects.get(pk=other.pk).org_path == world.city_a.org_path
    assert done.rows == {"accounts.user": 1}


def test_a_side_unit_keeps_its_level_while_roles_run_on_it(world: World) -> None:
    side = create_unit(
        parent=world.city_a, kind=UnitKind.INTERNAL_SECURITY, name="澜江内保支队", by=None
    )
    make_user("200002", "乙", side, Role.CITY)

    with pytest.raises(DomainError, match="1 roles run on it") as refusal:
        move(world, side, world.county_b1)
    assert refusal.value.field == "parent"


# --- refusals and races -------------------------------------------------------------------------
def test_a_move_decided_on_an_old_page_is_refused(world: World) -> None:
    seen = world.county_a1.org_path
    move(world, world.county_a1, world.city_b)

    with pytest.raises(ConflictError, match="was moved meanwhile"):
        move_unit(
            unit=world.county_a1, parent=world.city_b, seen_path=seen, reason="x", by=None, at=NOW
        )


@pytest.mark.parametrize(
    ("unit", "parent", "message"),
    [
        ("county_a1", "city_a", "already hangs under"),
        ("county_a1", "county_a2", "cannot hang under"),
        ("county_a1", "province", "cannot hang under"),
        ("city_a", "city_b", "stays where it is"),
        ("province", "city_b", "stays where it is"),
    ],
)
def test_a_unit_hangs_only_where_its_kind_may(
    world: World, unit: str, parent: str, message: str
) -> None:
    before = paths_below("")
    with pytest.raises(DomainError, match=message):
        move(world, getattr(world, unit), getattr(world, parent))
    assert paths_below("") == before
    assert not UnitMove.objects.unscoped("test").exists()


def test_a_move_without_a_reason_is_refused(world: World) -> None:
    with pytest.raises(DomainError, match="Say why"):
        move_unit(
            unit=world.county_a1,
            parent=world.city_b,
            seen_path=world.county_a1.org_path,
            reason="  ",
            by=None,
            at=NOW,
        )


def test_what_is_written_late_under_the_old_path_follows(world: World) -> None:
    old = world.station_a1.org_path
    move(world, world.county_a1, world.city_b)
    world.station_a1.refresh_from_db()
    Station._base_manager.filter(pk=world.station_a1.pk).update(org_path=old)  # a late request

    assert settle_moves(now=NOW + dt.timedelta(minutes=1)) == 1
    assert settle_moves(now=NOW + dt.timedelta(minutes=2)) == 0

    assert Station._base_manager.get(pk=world.station_a1.pk).org_path == world.station_a1.org_path
    event = AuditEvent.objects.unscoped("test").get(action="bureaus.settle")
    assert event.after == {"rows": 1}


@pytest.mark.django_db(transaction=True)
def test_of_two_moves_at_once_one_is_refused_and_a_new_room_lands_below(
    transactional_db: None,
) -> None:
    with transaction.atomic():
        places = build()
    seen, barrier = places.county_a1.org_path, threading.Barrier(3)

    def run(act: Callable[[], object]) -> object:
        try:
            barrier.wait()
            return act()
        except DomainError as refusal:
            return refusal
        finally:
            connection.close()

    def moving() -> object:
        return move_unit(
            unit=places.county_a1,
            parent=places.city_b,
            seen_path=seen,
            reason="x",
            by=None,
            at=NOW,
        )

    def opening() -> object:
        return create_unit(parent=places.county_a1, kind=UnitKind.STATION, name="并发", by=None)

    with ThreadPoolExecutor(3) as pool:
        results = list(pool.map(run, (moving, moving, opening)))

    assert sorted(type(result).__name__ for result in results) == [
        "ConflictError",
        "OrgUnit",
        "UnitMove",
    ]
    settle_moves(now=NOW)
    unit = OrgUnit.objects.unscoped("test").get(name="并发")
    county = OrgUnit.objects.unscoped("test").get(pk=places.county_a1.pk)
    assert unit.org_path.startswith(county.org_path)
    assert paths_below(seen) == {}


# --- the page -----------------------------------------------------------------------------------
def test_the_page_says_what_follows_before_anything_moves(
    world: World,
    province_staff: User,
    city_supervisor: User,
    other_city_supervisor: User,
    as_user: Callable[[User | None], Client],
) -> None:
    client = as_user(province_staff)
    page = reverse("stations:bureau-move", args=[world.county_a1.pk])
    seen = world.county_a1.org_path
    assert (
        page
        in client.get(reverse("stations:bureau-detail", args=[world.county_a1.pk])).content.decode()
    )
    sent = {"parent": world.city_b.pk, "reason": "区划调整", "seen": seen}

    asked = client.post(page, sent)

    world.county_a1.refresh_from_db()
    assert world.county_a1.org_path == seen
    numbers = {line.text: line.number for line in asked.context["consequences"]}
    assert numbers["police rooms move"] == 2
    assert numbers["campuses move"] == 2
    assert numbers["university town moves"] == 1
    assert numbers["role of the old superiors no longer sees it"] == 1
    assert numbers["role of the new superiors sees it from the next page on"] == 1
    assert numbers["records are rewritten"] == sum(paths_below(seen).values())
    assert 'type="hidden" name="sure" value="True"' in asked.content.decode()

    done = client.post(page, {**sent, "sure": "True"}, follow=True)

    world.county_a1.refresh_from_db()
    assert world.county_a1.org_path.startswith(world.city_b.org_path)
    text = done.content.decode()
    assert "hangs under 云川市公安局 now" in text
    assert "区划调整" in text  # the moves of the unit stand on its page


def test_a_conflict_on_the_page_keeps_what_was_chosen(
    world: World, province_staff: User, as_user: Callable[[User | None], Client]
) -> None:
    page = reverse("stations:bureau-move", args=[world.county_a1.pk])
    seen = world.county_a1.org_path
    move(world, world.county_a1, world.city_b)
    move(world, world.county_a1, world.city_a)
    sent = {"parent": world.city_b.pk, "reason": "区划调整", "seen": seen, "sure": "True"}

    answer = as_user(province_staff).post(page, sent)

    assert "was moved meanwhile" in answer.content.decode()
    assert "区划调整" in answer.content.decode()


def test_rooms_and_cities_offer_no_move(
    world: World, province_staff: User, as_user: Callable[[User | None], Client]
) -> None:
    client = as_user(province_staff)
    text = client.get(reverse("stations:bureau-detail", args=[world.city_a.pk])).content.decode()
    assert reverse("stations:bureau-move", args=[world.city_a.pk]) not in text


def test_counting_the_consequence_takes_the_same_queries_for_one_room_and_many(
    world: World, django_assert_num_queries: Callable[..., object]
) -> None:
    literal = 8 + len(path_models())
    with django_assert_num_queries(literal):
        move_consequences(world.county_a1, world.city_b, at=NOW)
    for number in range(3):
        add_station(f"Z{number}", f"室{number}", world.county_a1, kind="center", opened_on=START)
    with django_assert_num_queries(literal):
        move_consequences(world.county_a1, world.city_b, at=NOW)
