"""Wrong first days put right: of a room, of a recorded state of a university or a campus."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from policeroom.accounts.models import User
from policeroom.common.errors import DomainError
from policeroom.common.models import AuditEvent
from stations.enums import LinkKind
from stations.models import (
    AcademicCalendar,
    Article6Designation,
    CampusVersion,
    CoverageLink,
    ServiceDesk,
    ServiceSession,
    StationVersion,
    UniversityVersion,
)
from stations.services import places, places_campuses, rooms
from stations.services.corrections import (
    correct_campus_day,
    correct_opening,
    correct_university_day,
)
from tests.world import START, World, add_station

pytestmark = pytest.mark.integration

AT = timezone.make_aware(dt.datetime(2026, 6, 1, 9, 0))  # noqa: DTZ001 -- made aware
TODAY = dt.date(2026, 6, 1)
EARLIER, LATER = dt.date(2025, 9, 1), dt.date(2026, 2, 1)


def opened(world: World, by: User, day: dt.date, *, station: str = "station_a1") -> None:
    correct_opening(station=getattr(world, station), opened_on=day, reason="批复文件", by=by, at=AT)
    getattr(world, station).refresh_from_db()


def intervals(model: type, subject: object) -> list[tuple[dt.date, dt.date | None]]:
    rows = model.objects.filter(subject=subject).order_by("valid_from")
    return list(rows.values_list("valid_from", "valid_to"))


# --- the opening of a room ----------------------------------------------------------------------
@pytest.mark.parametrize("day", [EARLIER, LATER], ids=["earlier", "later"])
def test_opening_moves_with_its_first_facts_and_leaves_an_event(
    world: World, county_staff: User, day: dt.date
) -> None:
    opened(world, county_staff, day)

    assert world.station_a1.opened_on == day
    assert intervals(StationVersion, world.station_a1) == [(day, None)]
    event = AuditEvent.objects.unscoped("test").get(action="stations.opening")
    assert event.before == {"opened_on": START.isoformat()}
    assert event.after["opened_on"] == day.isoformat()
    assert event.after["reason"] == "批复文件"
    assert event.org_path == world.station_a1.org_path


def test_coverage_that_began_with_the_opening_moves_along(world: World, county_staff: User) -> None:
    support = CoverageLink.objects.create(
        station=world.center_a,
        campus=world.campus_a_main,
        kind=LinkKind.SUPPORT,
        valid_from=dt.date(2026, 3, 1),
    )

    opened(world, county_staff, EARLIER, station="center_a")

    days = CoverageLink.objects.unscoped("test").filter(station=world.center_a)
    assert set(days.values_list("campus", "valid_from")) == {
        (world.campus_college.pk, EARLIER),
        (support.campus_id, dt.date(2026, 3, 1)),
    }
    event = AuditEvent.objects.unscoped("test").get(action="stations.opening")
    assert event.after["links_moved"] == [str(world.campus_college)]


def test_coverage_never_moves_into_another_centres_time(world: World, county_staff: User) -> None:
    other = add_station(
        "A0009", "另一中心", world.county_a1, kind="center", opened_on=dt.date(2025, 1, 1)
    )
    CoverageLink.objects.create(
        station=other,
        campus=world.campus_college,
        valid_from=dt.date(2025, 1, 1),
        valid_to=START,
    )

    with pytest.raises(ValidationError, match="already has a primary centre"):
        opened(world, county_staff, EARLIER, station="center_a")


def test_opening_stops_before_the_second_state_of_the_facts(
    world: World, county_staff: User
) -> None:
    change = dt.date(2026, 3, 1)
    rooms.edit_station(
        station=world.station_a1, valid_from=change, by=county_staff, at=AT, co_located=True
    )

    opened(world, county_staff, change - dt.timedelta(days=1))
    assert intervals(StationVersion, world.station_a1) == [
        (change - dt.timedelta(days=1), change),
        (change, None),
    ]
    with pytest.raises(DomainError, match="changed on 2026-03-01 already"):
        opened(world, county_staff, change)


def test_opening_is_refused_where_facts_lie_before_it(world: World, county_staff: User) -> None:
    rooms.suspend_station(
        station=world.station_a1,
        valid_from=dt.date(2026, 1, 20),
        valid_to=dt.date(2026, 1, 30),
        reason="装修",
        document_no="1",
        by=county_staff,
        at=AT,
    )
    desk = ServiceDesk.objects.create(
        station=world.station_a1,
        branch="household",
        responsible_unit=world.county_a1,
        weekdays=[2],
        opens_at=dt.time(9),
        closes_at=dt.time(11),
        started_on=START,
    )
    for day in (dt.date(2026, 1, 6), dt.date(2026, 1, 13)):
        ServiceSession.objects.create(
            desk=desk, held_on=day, served_count=1, recorded_by=county_staff
        )

    with pytest.raises(DomainError) as refusal:
        opened(world, county_staff, LATER)

    assert refusal.value.field == "opened_on"
    assert "suspension (1, the first on 2026-01-20)" in refusal.value.message
    assert "day of a service desk (2, the first on 2026-01-06)" in refusal.value.message
    opened(world, county_staff, EARLIER)  # nothing lies before an earlier day


def test_opening_is_refused_while_another_room_stood_there(
    world: World, county_staff: User
) -> None:
    before = add_station(
        "A0008", "旧警务室", world.county_a1, campus=world.campus_a_main, opened_on=EARLIER
    )
    rooms.close_station(station=before, on=START, reason="搬迁", by=county_staff, at=AT)

    with pytest.raises(DomainError, match=r"another room of its own then: 旧警务室 \(A0008\)"):
        opened(world, county_staff, START - dt.timedelta(days=1))


@pytest.mark.parametrize(
    ("day", "reason", "message"),
    [
        (START, "x", "is what is recorded already"),
        (LATER, "  ", "Say why"),
        (dt.date(2026, 5, 2), "x", "closed from 2026-05-01"),
    ],
    ids=["same", "no reason", "after the closing"],
)
def test_opening_refusals(
    world: World, county_staff: User, day: dt.date, reason: str, message: str
) -> None:
    rooms.close_station(
        station=world.station_a1, on=dt.date(2026, 5, 1), reason="撤并", by=county_staff, at=AT
    )

    with pytest.raises(DomainError, match=message):
        correct_opening(
            station=world.station_a1, opened_on=day, reason=reason, by=county_staff, at=AT
        )


# --- recorded states of places ------------------------------------------------------------------
def test_first_day_of_a_university_moves_earlier(world: World, city_supervisor: User) -> None:
    version = world.university_a.versions.get()

    correct_university_day(
        university=world.university_a,
        version=version,
        valid_from=EARLIER,
        reason="教育部名单",
        by=city_supervisor,
        today=TODAY,
    )

    assert intervals(UniversityVersion, world.university_a) == [(EARLIER, None)]
    event = AuditEvent.objects.unscoped("test").get(action="universities.edit")
    assert (event.before["valid_from"], event.after["valid_from"]) == ("2026-01-01", "2025-09-01")


@pytest.mark.parametrize("day", [dt.date(2026, 2, 10), dt.date(2026, 4, 10)])
def test_a_rename_moves_and_the_name_before_ends_there(
    world: World, city_supervisor: User, day: dt.date
) -> None:
    places.edit_university(
        university=world.university_a,
        valid_from=dt.date(2026, 3, 1),
        today=TODAY,
        by=city_supervisor,
        name="澜江科技大学",
    )
    renamed = world.university_a.versions.get(name="澜江科技大学")

    correct_university_day(
        university=world.university_a,
        version=renamed,
        valid_from=day,
        reason="x",
        by=city_supervisor,
        today=TODAY,
    )

    assert intervals(UniversityVersion, world.university_a) == [(START, day), (day, None)]


def test_a_state_never_swallows_its_neighbours(world: World, city_supervisor: User) -> None:
    for day, name in ((dt.date(2026, 3, 1), "二"), (dt.date(2026, 5, 1), "三")):
        places.edit_university(
            university=world.university_a,
            valid_from=day,
            today=TODAY,
            by=city_supervisor,
            name=name,
        )
    middle = world.university_a.versions.get(name="二")

    for day, message in ((START, "begins on 2026-01-01"), (dt.date(2026, 5, 1), "changed on")):
        with pytest.raises(DomainError, match=message):
            correct_university_day(
                university=world.university_a,
                version=middle,
                valid_from=day,
                reason="x",
                by=city_supervisor,
                today=TODAY,
            )


def test_first_day_of_a_university_stays_before_its_facts(
    world: World, city_supervisor: User
) -> None:
    Article6Designation.objects.create(
        university=world.college_a, basis="key", decided_by=world.city_a, valid_from=START
    )
    AcademicCalendar.objects.create(
        university=world.college_a, kind="term", name="春", starts_on=START, ends_on=LATER
    )

    with pytest.raises(DomainError) as refusal:
        correct_university_day(
            university=world.college_a,
            version=world.college_a.versions.get(),
            valid_from=LATER,
            reason="x",
            by=city_supervisor,
            today=TODAY,
        )

    for text in ("designation (1", "term or vacation (1", "recorded state of a campus (1"):
        assert text in refusal.value.message


def test_first_day_of_a_campus_stays_before_people_rooms_and_coverage(
    world: World, county_staff: User
) -> None:
    with pytest.raises(DomainError) as refusal:
        correct_campus_day(
            campus=world.campus_college,
            version=world.campus_college.versions.get(),
            valid_from=LATER,
            reason="x",
            by=county_staff,
            today=TODAY,
        )
    assert "population (1" in refusal.value.message
    assert "coverage by a centre (1" in refusal.value.message

    with pytest.raises(DomainError, match=r"police room on the campus \(1"):
        correct_campus_day(
            campus=world.campus_a_main,
            version=world.campus_a_main.versions.get(),
            valid_from=LATER,
            reason="x",
            by=county_staff,
            today=TODAY,
        )


def test_the_day_of_a_closing_is_not_moved_here(world: World, city_supervisor: User) -> None:
    places_campuses.close_campus(
        campus=world.campus_a_far, day=dt.date(2026, 4, 1), today=TODAY, by=city_supervisor
    )
    closing = world.campus_a_far.versions.get(status="closed")

    with pytest.raises(DomainError, match="This day is the closing"):
        correct_campus_day(
            campus=world.campus_a_far,
            version=closing,
            valid_from=dt.date(2026, 4, 2),
            reason="x",
            by=city_supervisor,
            today=TODAY,
        )


def test_a_first_day_in_the_future_is_refused(world: World, county_staff: User) -> None:
    with pytest.raises(DomainError, match="lies in the future"):
        correct_campus_day(
            campus=world.campus_a_main,
            version=world.campus_a_main.versions.get(),
            valid_from=TODAY + dt.timedelta(days=1),
            reason="x",
            by=county_staff,
            today=TODAY,
        )


# --- screens ------------------------------------------------------------------------------------
def test_opening_is_corrected_from_the_history_tab(
    world: World, county_staff: User, as_user: Callable[[User | None], Client]
) -> None:
    client = as_user(county_staff)
    history = reverse("stations:history", args=[world.station_a1.pk])
    page = reverse("stations:opening", args=[world.station_a1.pk])
    assert page in client.get(history).content.decode()

    answer = client.post(page, {"opened_on": "2025-09-01", "reason": "批复"}, follow=True)

    assert answer.redirect_chain == [(history, 302)]
    text = answer.content.decode()
    assert "is recorded as open since 2025-09-01" in text
    assert "Opening day corrected" in text


def test_opening_link_is_absent_for_who_may_not(
    world: World, station_lead: User, as_user: Callable[[User | None], Client]
) -> None:
    client = as_user(station_lead)
    page = reverse("stations:opening", args=[world.station_a1.pk])

    assert (
        page
        not in client.get(reverse("stations:history", args=[world.station_a1.pk])).content.decode()
    )
    assert client.post(page, {"opened_on": "2025-09-01", "reason": "x"}).status_code == 403


def test_refused_opening_keeps_what_was_typed(
    world: World, county_staff: User, as_user: Callable[[User | None], Client]
) -> None:
    page = reverse("stations:opening", args=[world.station_a1.pk])

    answer = as_user(county_staff).post(page, {"opened_on": "2026-01-01", "reason": "核对档案"})

    assert answer.status_code == 422
    assert "is what is recorded already" in answer.content.decode()
    assert "核对档案" in answer.content.decode()


@pytest.mark.parametrize(
    ("kind", "attribute"), [("university", "university_a"), ("campus", "campus_a_far")]
)
def test_first_day_is_corrected_from_the_history_of_a_place(
    world: World,
    province_staff: User,
    as_user: Callable[[User | None], Client],
    kind: str,
    attribute: str,
) -> None:
    client = as_user(province_staff)
    row = getattr(world, attribute)
    page = reverse(f"stations:{kind}-version-correct", args=[row.pk, row.versions.get().pk])
    assert page in client.get(row.get_absolute_url()).content.decode()

    answer = client.post(page, {"valid_from": "2025-09-01", "reason": "文件"}, follow=True)

    assert "is recorded as true since 2025-09-01 now" in answer.content.decode()
    assert row.versions.get().valid_from == EARLIER


def test_a_day_shared_with_another_area_is_not_one_areas_to_move(
    world: World, city_supervisor: User, as_user: Callable[[User | None], Client]
) -> None:
    places_campuses.edit_campus(
        campus=world.campus_a_far,
        valid_from=dt.date(2026, 3, 1),
        today=TODAY,
        by=city_supervisor,
        unit=world.county_a1,
    )
    here = world.campus_a_far.versions.get(valid_to=None)
    there = world.campus_a_far.versions.exclude(pk=here.pk).get()
    client = as_user(city_supervisor)

    def status(version: CampusVersion) -> int:
        name = "stations:campus-version-correct"
        return client.get(reverse(name, args=[world.campus_a_far.pk, version.pk])).status_code

    assert (status(here), status(there)) == (403, 404)
