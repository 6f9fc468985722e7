"""Acts on police rooms: what each writes, and each refusal with its message."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from policeroom.accounts.models import User
from policeroom.common.errors import ConflictError, DomainError
from policeroom.common.models import AuditEvent
from stations.enums import CampusStatus, LinkKind, StationKind, StationState, UnitKind
from stations.models import CoverageLink, OrgUnit, Station, StationSuspension, StationVersion
from stations.queries.rooms import has_twin, name_differs, state_of, station_day
from stations.services import rooms as services
from stations.services.org import create_unit, edit_unit
from tests.world import START, World, add_campus, add_station

pytestmark = pytest.mark.integration

DAY = dt.date(2026, 3, 2)
AT = timezone.make_aware(dt.datetime(2026, 6, 1, 9, 0))  # noqa: DTZ001 -- made aware
TODAY = dt.date(2026, 6, 1)


def act(action: str) -> AuditEvent:
    """The newest audit event of one action."""
    return AuditEvent.objects.unscoped("test").filter(action=action).latest("id")


def links_of(station: Station) -> list[tuple[str, dt.date, dt.date | None]]:
    rows = CoverageLink.everything.filter(station=station).order_by("id")
    return [(link.campus.name, link.valid_from, link.valid_to) for link in rows]


# --- open ---------------------------------------------------------------------------------------
def test_open_standalone_room_builds_leaf_file_version_and_event(
    world: World, county_staff: User
) -> None:
    room = services.open_station(
        kind=StationKind.STANDALONE,
        operator=world.county_a1,
        campus=world.campus_college,
        opened_on=DAY,
        floor_area_m2=Decimal("88.00"),
        address="港口路 1 号",
        by=county_staff,
        at=AT,
    )

    assert room.name == "澜江市公安局芦北分局澜江港口职业学院警务室"
    assert room.org_path.startswith(world.county_a1.org_path)
    assert (room.unit.kind, room.unit.name) == (UnitKind.STATION, room.name)
    assert room.code == f"{room.org_path[:6]}-{room.org_path[6:]}"
    version = StationVersion.objects.get(subject=room)
    assert (version.valid_from, version.valid_to, version.floor_area_m2) == (
        DAY,
        None,
        Decimal("88.00"),
    )
    assert version.recorded_by == county_staff
    event = act("stations.open")
    assert (event.actor, event.object_id, event.org_path) == (
        county_staff,
        str(room.pk),
        room.org_path,
    )
    assert event.after["address"] == "港口路 1 号"


def test_open_county_run_room_takes_the_county_name(world: World, city_supervisor: User) -> None:
    campus = add_campus(world.university_b, 7, "栗桥分部", world.county_a2)

    room = services.open_station(
        kind=StationKind.STANDALONE,
        operator=world.county_a2,
        campus=campus,
        opened_on=DAY,
        by=city_supervisor,
        at=AT,
    )

    assert room.name == "栗桥县公安局云川大学警务室"


def test_open_second_room_of_one_university_takes_the_campus_suffix(
    world: World, county_staff: User
) -> None:
    campus = add_campus(world.university_a, 4, "江湾校区", world.county_a1, is_branch=True)

    room = services.open_station(
        kind=StationKind.STANDALONE,
        operator=world.county_a1,
        campus=campus,
        opened_on=DAY,
        by=county_staff,
        at=AT,
    )

    assert room.name == "澜江市公安局芦北分局澜江大学江湾校区警务室"


def test_open_center_writes_its_primary_links(world: World, province_staff: User) -> None:
    room = services.open_station(
        kind=StationKind.CENTER,
        operator=world.county_b1,
        campuses=[world.campus_a_far, world.campus_b_main],
        opened_on=DAY,
        code="B0900",
        by=province_staff,
        at=AT,
    )

    assert room.name == "云川市公安局云东分局大学城中心警务室"
    assert room.code == "B0900"
    assert sorted(links_of(room)) == sorted([("云东校区", DAY, None), ("主校区", DAY, None)])
    assert set(CoverageLink.everything.filter(station=room).values_list("kind", flat=True)) == {
        LinkKind.PRIMARY
    }
    assert len(act("stations.open").after["covers"]) == 2


def test_open_room_run_by_a_city_bureau_hangs_under_the_city(
    world: World, city_supervisor: User
) -> None:
    room = services.open_station(
        kind=StationKind.STANDALONE,
        operator=world.city_a,
        campus=world.campus_college,
        opened_on=DAY,
        by=city_supervisor,
        at=AT,
    )

    assert room.name == "澜江市公安局澜江港口职业学院警务室"
    assert room.org_path.startswith(f"{world.city_a.org_path}00")


def refused_open(by: User, **changes: Any) -> DomainError:
    """The refusal of an opening with the given facts; nothing may have been written."""
    values: dict[str, Any] = {
        "kind": StationKind.STANDALONE,
        "opened_on": DAY,
        "by": by,
        "at": AT,
        **changes,
    }
    before = Station.everything.count()
    with pytest.raises(DomainError) as refusal, transaction.atomic():
        services.open_station(**values)
    assert Station.everything.count() == before
    return refusal.value


def test_open_refuses_an_operator_that_is_no_bureau(world: World, province_staff: User) -> None:
    precinct = create_unit(
        parent=world.county_a1, kind=UnitKind.PRECINCT, name="芦北派出所", by=None
    )
    for unit in (world.province, precinct):
        refusal = refused_open(province_staff, operator=unit, campus=world.campus_college)
        assert refusal.field == "operator"
        assert unit.name in refusal.message


def test_open_refuses_a_standalone_room_without_campus(world: World, county_staff: User) -> None:
    refusal = refused_open(county_staff, operator=world.county_a1)

    assert (refusal.field, refusal.message) == (
        "campus",
        "A stand-alone police room stands on a campus: choose it.",
    )


def test_open_refuses_a_campus_outside_the_operators_area(
    world: World, city_supervisor: User
) -> None:
    refusal = refused_open(city_supervisor, operator=world.county_a1, campus=world.campus_a_far)

    assert refusal.field == "campus"
    assert "云川市公安局云东分局" in refusal.message
    assert "澜江市公安局芦北分局" in refusal.message


def test_open_refuses_a_second_room_on_one_campus(world: World, city_supervisor: User) -> None:
    for operator in (world.county_a1, world.city_a):
        refusal = refused_open(city_supervisor, operator=operator, campus=world.campus_a_main)
        assert refusal.field == "campus"
        assert world.station_a1.name in refusal.message


def test_open_after_the_old_room_closed_is_allowed(world: World, county_staff: User) -> None:
    services.close_station(station=world.station_a1, on=DAY, reason="搬迁", by=county_staff, at=AT)

    room = services.open_station(
        kind=StationKind.STANDALONE,
        operator=world.county_a1,
        campus=world.campus_a_main,
        opened_on=DAY,
        by=county_staff,
        at=AT,
    )

    assert room.name == world.station_a1.name
    assert room.pk != world.station_a1.pk


def test_open_refuses_a_closed_campus(world: World, county_staff: User) -> None:
    world.campus_college.status = CampusStatus.CLOSED
    world.campus_college.save()

    refusal = refused_open(county_staff, operator=world.county_a1, campus=world.campus_college)

    assert (refusal.field, refusal.message) == ("campus", "澜江港口职业学院 主校区 is closed.")


def test_open_refuses_town_and_links_for_a_standalone_room(
    world: World, county_staff: User
) -> None:
    town = refused_open(
        county_staff,
        operator=world.county_a1,
        campus=world.campus_college,
        cluster=world.cluster_a,
    )
    covered = refused_open(
        county_staff,
        operator=world.county_a1,
        campus=world.campus_college,
        campuses=[world.campus_a_main],
    )

    assert (town.field, covered.field) == ("cluster", "campuses")


def test_open_second_center_needs_a_town_to_tell_them_apart(
    world: World, county_staff: User
) -> None:
    refusal = refused_open(county_staff, kind=StationKind.CENTER, operator=world.county_a1)
    assert refusal.field == "cluster"
    assert world.center_a.name in refusal.message

    second = services.open_station(
        kind=StationKind.CENTER,
        operator=world.county_a1,
        cluster=world.cluster_a,
        opened_on=DAY,
        by=county_staff,
        at=AT,
    )
    assert second.name == "澜江市公安局芦北分局芦北大学城中心警务室"


def test_open_refuses_a_used_number(world: World, county_staff: User) -> None:
    refusal = refused_open(
        county_staff, operator=world.county_a1, campus=world.campus_college, code="B0001"
    )

    assert refusal.field == "code"
    assert "B0001" in refusal.message


def test_open_refuses_a_measurement_still_to_come(world: World, county_staff: User) -> None:
    refusal = refused_open(
        county_staff,
        operator=world.county_a1,
        campus=world.campus_college,
        measured_on=TODAY + dt.timedelta(days=1),
    )

    assert refusal.field == "measured_on"
    assert "2026-06-02" in refusal.message


def test_open_refuses_an_unknown_fact(world: World, county_staff: User) -> None:
    refusal = refused_open(
        county_staff, operator=world.county_a1, campus=world.campus_college, close_reason="x"
    )

    assert "close_reason" in refusal.message


def test_open_sent_twice_makes_one_room(world: World, county_staff: User) -> None:
    values: dict[str, Any] = {
        "kind": StationKind.STANDALONE,
        "operator": world.county_a1,
        "campus": world.campus_college,
        "opened_on": DAY,
        "client_uuid": uuid.uuid4(),
        "by": county_staff,
        "at": AT,
    }

    first = services.open_station(**values)
    again = services.open_station(**values)

    assert again.pk == first.pk
    assert AuditEvent.everything.filter(action="stations.open").count() == 1
    with pytest.raises(ConflictError):
        services.open_station(**{**values, "address": "另一条路"})


# --- edit and rename ----------------------------------------------------------------------------
def test_edit_keeps_the_facts_before_in_the_history(world: World, county_staff: User) -> None:
    services.edit_station(
        station=world.station_a1,
        valid_from=DAY,
        floor_area_m2=Decimal("120.00"),
        telephone="0000-1234",
        by=county_staff,
        at=AT,
    )

    rows = StationVersion.objects.filter(subject=world.station_a1).order_by("valid_from")
    assert [(r.valid_from, r.valid_to, r.floor_area_m2) for r in rows] == [
        (START, DAY, Decimal("96.50")),
        (DAY, None, Decimal("120.00")),
    ]
    event = act("stations.edit")
    assert event.before == {"floor_area_m2": "96.50", "telephone": ""}
    assert event.after == {
        "floor_area_m2": "120.00",
        "telephone": "0000-1234",
        "valid_from": "2026-03-02",
    }


def test_edit_of_the_campus_rebuilds_the_name(world: World, county_staff: User) -> None:
    room = services.edit_station(
        station=world.station_a1,
        valid_from=DAY,
        campus=world.campus_college,
        by=county_staff,
        at=AT,
    )

    assert room.name == "澜江市公安局芦北分局澜江港口职业学院警务室"
    assert OrgUnit.everything.get(pk=room.unit_id).name == room.name


@pytest.mark.parametrize(
    ("day", "text"),
    [
        pytest.param(dt.date(2025, 12, 31), "2025-12-31", id="before the opening"),
        pytest.param(dt.date(2026, 6, 2), "2026-06-02", id="tomorrow"),
    ],
)
def test_edit_refuses_a_day_that_cannot_be(
    world: World, county_staff: User, day: dt.date, text: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        services.edit_station(
            station=world.station_a1, valid_from=day, address="x", by=county_staff, at=AT
        )

    assert refusal.value.field == "valid_from"
    assert text in refusal.value.message


def test_edit_before_a_later_change_is_refused(world: World, county_staff: User) -> None:
    services.edit_station(
        station=world.station_a1,
        valid_from=DAY,
        floor_area_m2=Decimal("100"),
        by=county_staff,
        at=AT,
    )

    with pytest.raises(DomainError) as refusal:
        services.edit_station(
            station=world.station_a1,
            valid_from=DAY - dt.timedelta(days=1),
            floor_area_m2=Decimal("90"),
            by=county_staff,
            at=AT,
        )

    assert "2026-03-02" in refusal.value.message


def test_edit_refuses_fields_that_stay(world: World, county_staff: User) -> None:
    with pytest.raises(DomainError, match="operator"):
        services.edit_station(
            station=world.station_a1,
            valid_from=DAY,
            operator=world.county_a2,
            by=county_staff,
            at=AT,
        )


def test_edit_refuses_a_negative_area(world: World, county_staff: User) -> None:
    with pytest.raises(ValidationError) as refusal:
        services.edit_station(
            station=world.station_a1,
            valid_from=DAY,
            floor_area_m2=Decimal("-1"),
            by=county_staff,
            at=AT,
        )

    assert "floor_area_m2" in refusal.value.message_dict


def test_rename_follows_the_university(world: World, county_staff: User) -> None:
    world.university_a.name = "海岚大学"
    world.university_a.save()
    station = Station.everything.get(pk=world.station_a1.pk)
    assert name_differs(station, twin=has_twin(station))

    room = services.rename_from_master_data(
        station=world.station_a1, valid_from=DAY, by=county_staff, at=AT
    )

    assert room.name == "澜江市公安局芦北分局海岚大学警务室"
    assert not name_differs(room, twin=has_twin(room))
    assert act("stations.rename").before["name"] == "澜江市公安局芦北分局澜江大学警务室"


def test_rename_refuses_a_name_that_already_fits(world: World, county_staff: User) -> None:
    with pytest.raises(DomainError, match="already is the name"):
        services.rename_from_master_data(
            station=world.station_a1, valid_from=DAY, by=county_staff, at=AT
        )


def test_rename_follows_the_bureau(world: World, province_staff: User) -> None:
    edit_unit(unit=world.county_a2, by=None, name="栗桥市公安局")

    room = services.rename_from_master_data(
        station=world.station_a2, valid_from=DAY, by=province_staff, at=AT
    )

    assert room.name == "栗桥市公安局澜江大学警务室"


# --- close --------------------------------------------------------------------------------------
def test_close_ends_links_and_suspension_and_says_so(world: World, county_staff: User) -> None:
    services.suspend_station(
        station=world.center_a,
        valid_from=DAY,
        reason="装修",
        document_no="江公〔2026〕1 号",
        by=county_staff,
        at=AT,
    )
    future = TODAY + dt.timedelta(days=30)
    services.add_link(
        station=world.center_a,
        campus=world.campus_a_main,
        kind=LinkKind.SUPPORT,
        valid_from=future,
        by=county_staff,
        at=AT,
    )

    services.close_station(
        station=world.center_a, on=TODAY, reason="高校搬迁", by=county_staff, at=AT
    )

    assert links_of(world.center_a) == [("主校区", START, TODAY)]
    assert list(
        StationSuspension.everything.filter(station=world.center_a).values_list("valid_to")
    ) == [(TODAY,)]
    event = act("stations.close")
    assert event.after["closed_on"] == "2026-06-01"
    assert (len(event.after["links_ended"]), len(event.after["links_dropped"])) == (1, 1)


def test_close_refusals(world: World, county_staff: User) -> None:
    def close(**changes: Any) -> DomainError:
        values = {"on": TODAY, "reason": "撤并", "by": county_staff, "at": AT, **changes}
        with pytest.raises(DomainError) as refusal, transaction.atomic():
            services.close_station(station=world.station_a1, **values)
        return refusal.value

    assert close(on=START - dt.timedelta(days=1)).field == "on"
    assert close(reason="  ").field == "reason"
    services.close_station(
        station=world.station_a1, on=TODAY, reason="撤并", by=county_staff, at=AT
    )
    assert "already closed from 2026-06-01" in close().message


def test_closed_room_takes_no_more_acts(world: World, county_staff: User) -> None:
    services.close_station(station=world.center_a, on=TODAY, reason="撤并", by=county_staff, at=AT)
    common: dict[str, Any] = {"station": world.center_a, "by": county_staff, "at": AT}
    acts = [
        lambda: services.edit_station(**common, valid_from=DAY, address="x"),
        lambda: services.rename_from_master_data(**common, valid_from=DAY),
        lambda: services.suspend_station(**common, valid_from=DAY, reason="x", document_no="1"),
        lambda: services.resume_station(**common, on=DAY, document_no="1"),
        lambda: services.add_link(
            **common, campus=world.campus_a_main, kind=LinkKind.SUPPORT, valid_from=DAY
        ),
    ]

    for do in acts:
        with pytest.raises(DomainError, match="open a new room instead"):
            do()


# --- suspend and resume -------------------------------------------------------------------------
def test_suspend_and_resume_move_the_state(world: World, county_staff: User) -> None:
    services.suspend_station(
        station=world.station_a1,
        valid_from=DAY,
        reason="装修",
        document_no="江公〔2026〕1 号",
        by=county_staff,
        at=AT,
    )
    services.resume_station(
        station=world.station_a1, on=TODAY, document_no="江公〔2026〕9 号", by=county_staff, at=AT
    )

    eve = dt.timedelta(days=1)
    states = [state_of(world.station_a1, on=day) for day in (DAY - eve, DAY, TODAY - eve, TODAY)]
    assert states == [
        StationState.OPERATING,
        StationState.SUSPENDED,
        StationState.SUSPENDED,
        StationState.OPERATING,
    ]
    assert act("stations.suspend").after["document_no"] == "江公〔2026〕1 号"
    assert act("stations.resume").after["resume_document_no"] == "江公〔2026〕9 号"


def test_suspend_refusals(world: World, county_staff: User) -> None:
    common: dict[str, Any] = {
        "station": world.station_a1,
        "reason": "装修",
        "by": county_staff,
        "at": AT,
    }
    with pytest.raises(DomainError, match="number of the document"):
        services.suspend_station(**common, valid_from=DAY, document_no=" ")
    with pytest.raises(DomainError, match="opened on 2026-01-01"):
        services.suspend_station(**common, valid_from=dt.date(2025, 5, 1), document_no="1")
    with pytest.raises(ValidationError, match="The end must lie after the start"):
        services.suspend_station(**common, valid_from=DAY, valid_to=DAY, document_no="1")
    services.suspend_station(**common, valid_from=DAY, document_no="1")
    with pytest.raises(ValidationError, match="overlaps"):
        services.suspend_station(**common, valid_from=TODAY, document_no="2")


def test_resume_refuses_a_room_that_is_not_suspended(world: World, county_staff: User) -> None:
    with pytest.raises(DomainError, match="is not suspended on 2026-05-31"):
        services.resume_station(
            station=world.station_a1, on=TODAY, document_no="", by=county_staff, at=AT
        )


# --- links --------------------------------------------------------------------------------------
def test_add_and_end_link(world: World, county_staff: User) -> None:
    link = services.add_link(
        station=world.center_a,
        campus=world.campus_a_main,
        kind=LinkKind.SUPPORT,
        valid_from=DAY,
        by=county_staff,
        at=AT,
    )
    services.end_link(link=link, on=TODAY, by=county_staff, at=AT)

    assert ("主校区", DAY, TODAY) in links_of(world.center_a)
    assert act("stations.link").object_id == str(world.center_a.pk)
    assert act("stations.unlink").after["valid_to"] == "2026-06-01"


def test_add_link_refusals(world: World, county_staff: User) -> None:
    common: dict[str, Any] = {"kind": LinkKind.PRIMARY, "by": county_staff, "at": AT}
    with pytest.raises(DomainError, match="Only a university-town centre"):
        services.add_link(
            station=world.station_a1,
            campus=world.campus_college,
            valid_from=DAY,
            **common,
        )
    with pytest.raises(DomainError, match="opened on 2026-01-01"):
        services.add_link(
            station=world.center_a,
            campus=world.campus_a_main,
            valid_from=dt.date(2025, 1, 1),
            **common,
        )
    with pytest.raises(ValidationError, match="already covers this campus"):
        services.add_link(
            station=world.center_a, campus=world.campus_college, valid_from=DAY, **common
        )


def test_a_campus_has_one_primary_center_at_a_time(world: World, county_staff: User) -> None:
    second = add_station(
        "A0099", "澜江市公安局芦北分局西大学城中心警务室", world.county_a1, kind=StationKind.CENTER
    )
    common: dict[str, Any] = {
        "station": second,
        "campus": world.campus_college,
        "valid_from": DAY,
        "by": county_staff,
        "at": AT,
    }

    with pytest.raises(ValidationError, match="already has a primary centre"):
        services.add_link(kind=LinkKind.PRIMARY, **common)
    link = services.add_link(kind=LinkKind.SUPPORT, **common)

    assert link.kind == LinkKind.SUPPORT


def test_end_link_refusals(world: World, county_staff: User) -> None:
    link = CoverageLink.everything.get(station=world.center_a)

    with pytest.raises(DomainError, match="began on 2026-01-01"):
        services.end_link(link=link, on=START, by=county_staff, at=AT)
    services.end_link(link=link, on=DAY, by=county_staff, at=AT)
    with pytest.raises(DomainError, match="already ends on 2026-03-02"):
        services.end_link(link=link, on=TODAY, by=county_staff, at=AT)


# --- the file on any day ------------------------------------------------------------------------
def test_station_day_shows_facts_links_and_state_of_that_day(
    world: World, county_staff: User, city_supervisor: User
) -> None:
    from personnel.queries import scope_for

    scope = scope_for(city_supervisor, at=AT)
    services.edit_station(
        station=world.center_a,
        valid_from=DAY,
        floor_area_m2=Decimal("180.00"),
        by=county_staff,
        at=AT,
    )
    link = CoverageLink.everything.get(station=world.center_a)
    services.end_link(link=link, on=DAY, by=county_staff, at=AT)
    services.close_station(station=world.center_a, on=TODAY, reason="撤并", by=county_staff, at=AT)

    found = {
        day: station_day(world.center_a, scope, on=day)
        for day in (dt.date(2025, 12, 1), dt.date(2026, 2, 1), DAY, TODAY)
    }

    seen = [
        (view.state, view.facts and view.facts.floor_area_m2, len(view.links))
        for view in found.values()
    ]
    assert seen == [
        (StationState.PLANNED, None, 0),
        (StationState.OPERATING, Decimal("150.00"), 1),
        (StationState.OPERATING, Decimal("180.00"), 0),
        (StationState.CLOSED, Decimal("180.00"), 0),
    ]


# --- what the database itself promises ----------------------------------------------------------
def violates(constraint: str, station: Station, **values: Any) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Station.everything.filter(pk=station.pk).update(**values)


def test_station_constraints(world: World) -> None:
    station = world.station_a1
    rows = Station.everything.filter(pk=station.pk)

    violates(
        "station_closed_after_opened", station, closed_on=dt.date(2025, 1, 1), close_reason="x"
    )
    violates("station_close_has_reason", station, closed_on=TODAY)
    violates("station_close_has_reason", station, close_reason="x")
    violates("station_standalone_has_campus", station, campus=None)
    violates("station_area_not_negative", station, floor_area_m2=Decimal("-0.01"))
    violates("station_path_is_leaf", station, org_path="010101")

    assert rows.update(closed_on=START, close_reason="x", floor_area_m2=Decimal("0")) == 1
    assert Station.everything.filter(pk=world.center_a.pk).update(campus=None) == 1


def test_link_constraints(world: World) -> None:
    link = CoverageLink.everything.get(station=world.center_a)
    with pytest.raises(IntegrityError, match="interval"), transaction.atomic():
        CoverageLink.everything.filter(pk=link.pk).update(valid_to=START)
    with pytest.raises(IntegrityError, match="coveragelink_no_overlap"), transaction.atomic():
        CoverageLink.everything.create(
            station=world.center_a,
            campus=world.campus_college,
            kind=LinkKind.SUPPORT,
            valid_from=DAY,
        )
    link.valid_to = DAY
    link.save()

    CoverageLink.everything.create(
        station=world.center_a, campus=world.campus_college, valid_from=DAY
    )
    assert len(links_of(world.center_a)) == 2


def test_suspension_and_version_constraints(world: World) -> None:
    station = world.station_a1
    StationSuspension.everything.create(
        station=station, valid_from=DAY, valid_to=TODAY, reason="x", document_no="1"
    )
    with pytest.raises(IntegrityError, match="suspension_no_overlap"), transaction.atomic():
        StationSuspension.everything.create(
            station=station, valid_from=TODAY - dt.timedelta(days=1), reason="x", document_no="2"
        )
    with pytest.raises(IntegrityError, match="stationversion_no_overlap"), transaction.atomic():
        StationVersion.objects.create(
            subject=station,
            valid_from=DAY,
            kind=station.kind,
            name=station.name,
            operator=station.operator,
            org_path=station.org_path,
            campus=station.campus,
        )

    StationSuspension.everything.create(
        station=station, valid_from=TODAY, reason="x", document_no="2"
    )
    assert station.suspensions.count() == 2


def test_code_and_client_uuid_are_unique(world: World) -> None:
    key = uuid.uuid4()
    with pytest.raises(IntegrityError, match="code"), transaction.atomic():
        Station.everything.filter(pk=world.station_a1.pk).update(code=world.station_b1.code)
    assert Station.everything.filter(pk=world.station_a1.pk).update(client_uuid=key) == 1
    with pytest.raises(IntegrityError, match="client_uuid"), transaction.atomic():
        Station.everything.filter(pk=world.station_b1.pk).update(client_uuid=key)
