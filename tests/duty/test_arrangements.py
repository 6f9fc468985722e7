"""The routine of term and vacation: issued once, holding by the calendar, asked of the roster."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from duty import routine
from duty.demand import Demand
from duty.enums import ArrangementPart, TriggerKind
from duty.models import DutyArrangement
from duty.queries.arrangements import Routines, arrangement_rows, routine_of
from duty.queries.roster import week_of
from duty.routine import Asking, hours_on, in_vacation, unrelieved
from duty.services.arrangements import copy_arrangements, end_arrangement, issue_arrangement
from duty.services.orders import revoke_order
from duty.services.triggers import declare_trigger
from duty.views.arrangements import ArrangementList
from personnel.queries import scope_for
from policeroom.accounts.models import User
from policeroom.common.errors import ConflictError, DomainError
from policeroom.common.intervals import Span
from policeroom.common.models import AuditEvent
from stations.enums import TermKind
from stations.models import AcademicCalendar, CalendarDay, Station, University
from tests.duty.orders_helpers import NOW, ordered
from tests.duty.presence_helpers import DAY, at
from tests.duty.test_levels_now import many_rooms
from tests.duty.test_roster import MONDAY, usual
from tests.world import START, World

SignIn = Callable[[User | None], Client]
ONE_DAY = dt.timedelta(days=1)
TERM, VACATION = ArrangementPart.TERM, ArrangementPart.VACATION


def arranged(world: World, by: User, **changes: Any) -> DutyArrangement:
    """City A's routine of term from the first day of the year, unless `changes` say otherwise."""
    values: dict[str, Any] = {
        "unit": world.city_a,
        "part": TERM,
        "title": "平时勤务安排",
        "document_no": "澜公〔2026〕5号",
        "day_starts": dt.time(8),
        "day_ends": dt.time(20),
        "officer_on_workdays": True,
        "auxiliary_every_day": True,
        "suspends_weekly": False,
        "valid_from": START,
        "by": by,
        **changes,
    }
    return issue_arrangement(**values)


def calendar(university: University, kind: str, first: dt.date, end: dt.date) -> None:
    AcademicCalendar.objects.create(
        university=university, kind=kind, name="学期", starts_on=first, ends_on=end
    )


def clock(at: dt.datetime) -> str:
    return f"{timezone.localtime(at):%d %H:%M}"


def open_hours(room: Station) -> list[tuple[str, str, bool]]:
    """What the week leaves open: begin, end, officer or not."""
    return [
        (clock(one.span.start), clock(one.span.end), one.is_officer)
        for one in week_of(room, MONDAY).lacks
    ]


# --- pure ---------------------------------------------------------------------------------------
@pytest.mark.unit
@pytest.mark.parametrize(
    ("calendars", "expected"),
    [
        pytest.param([True], False, id="term"),
        pytest.param([False], True, id="vacation"),
        pytest.param([False, True], False, id="one of a centre's two in term"),
        pytest.param([False, None], True, id="one in vacation, one unknown"),
        pytest.param([None], None, id="no calendar"),
        pytest.param([], None, id="no university"),
    ],
)
def test_vacation_holds_when_no_university_is_in_term(
    calendars: list[bool | None], expected: bool | None
) -> None:
    assert in_vacation(calendars) is expected


@pytest.mark.unit
@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        pytest.param("08:00", "20:00", [("08:00", 0, "20:00", 0)], id="by day"),
        pytest.param("08:00", "08:00", [("00:00", 0, "00:00", 1)], id="the whole day"),
        pytest.param("08:00", "00:00", [("08:00", 0, "00:00", 1)], id="until midnight"),
        pytest.param(
            "20:00", "06:00", [("00:00", 0, "06:00", 0), ("20:00", 0, "00:00", 1)], id="by night"
        ),
    ],
)
def test_hours_of_a_day(starts: str, ends: str, expected: list[tuple[str, int, str, int]]) -> None:
    spans = [Span(at(a, days=m), at(b, days=n)) for a, m, b, n in expected]
    assert hours_on(DAY, dt.time.fromisoformat(starts), dt.time.fromisoformat(ends)) == spans


@pytest.mark.unit
def test_demand_is_cut_to_the_hours_and_joined_over_midnight() -> None:
    night = Demand("夜班", Span(at("20:00"), at("08:00", days=1)), 1, 2)
    by_day = [
        Asking(Span(at("08:00", days=n), at("22:00", days=n)), officers=False) for n in (0, 1)
    ]
    assert routine.asked([night], by_day) == [Demand("夜班", Span(at("20:00"), at("22:00")), 0, 2)]
    whole = [
        Asking(one) for n in (0, 1) for one in hours_on(DAY + n * ONE_DAY, dt.time(), dt.time())
    ]
    assert routine.asked([night], whole) == [night]


@pytest.mark.unit
def test_raised_stretch_asks_in_full_within_and_outside_the_hours() -> None:
    day = Asking(Span(at("08:00"), at("20:00")), officers=False)
    raised = Span(at("18:00"), at("23:00"))
    assert unrelieved([day], [raised]) == [
        Asking(Span(at("08:00"), at("18:00")), officers=False),
        Asking(raised),
    ]


# --- acts ---------------------------------------------------------------------------------------
@pytest.mark.integration
def test_a_new_version_ends_the_one_before_and_keeps_the_one_after(
    world: World, city_supervisor: User
) -> None:
    first = arranged(world, city_supervisor)
    later = arranged(world, city_supervisor, valid_from=dt.date(2026, 9, 1))
    middle = arranged(world, city_supervisor, valid_from=dt.date(2026, 6, 1))
    vacation = arranged(world, city_supervisor, part=VACATION, last_day=dt.date(2026, 8, 31))
    rows = DutyArrangement.everything.in_bulk()
    assert [rows[row.pk].valid_to for row in (first, middle, later, vacation)] == [
        dt.date(2026, 6, 1),
        dt.date(2026, 9, 1),
        None,
        dt.date(2026, 9, 1),
    ]
    event = AuditEvent.everything.filter(action="arrangements.edit").latest("pk")
    assert (event.after["part"], event.actor) == ("vacation", city_supervisor)


@pytest.mark.integration
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"unit": "county_a1"}, "unit", id="no city"),
        pytest.param({"valid_from": START}, "valid_from", id="begins on that day already"),
        pytest.param(
            {"valid_from": START + ONE_DAY, "last_day": START}, "last_day", id="ends before"
        ),
    ],
)
def test_what_cannot_be_arranged_is_refused(
    world: World, city_supervisor: User, changes: dict[str, Any], field: str
) -> None:
    arranged(world, city_supervisor)
    if "unit" in changes:
        changes = {**changes, "unit": getattr(world, changes["unit"])}
    with pytest.raises(DomainError) as refusal:
        arranged(world, city_supervisor, **changes)
    assert refusal.value.field == field
    assert DutyArrangement.everything.count() == 1


@pytest.mark.integration
@pytest.mark.parametrize("part", list(ArrangementPart))
def test_database_refuses_two_of_one_part_at_once(
    world: World, city_supervisor: User, part: str
) -> None:
    row = arranged(world, city_supervisor, part=part)
    other = next(one for one in ArrangementPart if one != part)
    row.pk, row.part, row.valid_from = None, other, START + ONE_DAY
    row.save(force_insert=True)
    row.pk = None
    row.part = part
    with pytest.raises(IntegrityError, match=f"dutyarrangement_{part}_no_overlap"):  # noqa: SIM117
        with transaction.atomic():
            row.save(force_insert=True)


@pytest.mark.integration
def test_a_double_send_gives_the_first_row(world: World, city_supervisor: User) -> None:
    key = uuid.uuid4()
    first = arranged(world, city_supervisor, client_uuid=key)
    assert arranged(world, city_supervisor, client_uuid=key) == first
    with pytest.raises(ConflictError):
        arranged(world, city_supervisor, client_uuid=key, title="别的")


@pytest.mark.integration
def test_both_parts_are_copied_under_the_new_paper(world: World, city_supervisor: User) -> None:
    arranged(world, city_supervisor)
    arranged(world, city_supervisor, part=VACATION, day_ends=dt.time(18))
    day = dt.date(2026, 9, 1)
    facts = {"unit": world.city_a, "valid_from": day, "by": city_supervisor}
    assert copy_arrangements(document_no="6号", **facts) == 2
    rows = DutyArrangement.everything.filter(valid_from=day).order_by("part")
    assert [(r.part, r.document_no, r.day_ends) for r in rows] == [
        ("term", "6号", dt.time(20)),
        ("vacation", "6号", dt.time(18)),
    ]
    assert DutyArrangement.everything.filter(valid_from=START, valid_to=day).count() == 2
    with pytest.raises(DomainError, match="begin on"):
        copy_arrangements(document_no="7号", **facts)


@pytest.mark.integration
def test_an_arrangement_ends_once_and_not_before_it_began(
    world: World, city_supervisor: User
) -> None:
    row = arranged(world, city_supervisor)
    with pytest.raises(DomainError, match="begins on"):
        end_arrangement(row=row, last_day=START - ONE_DAY, by=city_supervisor)
    assert end_arrangement(row=row, last_day=START, by=city_supervisor).valid_to == START + ONE_DAY
    with pytest.raises(DomainError, match="ends on 2026-01-01 anyway"):
        end_arrangement(row=row, last_day=START, by=city_supervisor)


# --- which one holds ----------------------------------------------------------------------------
@pytest.mark.integration
def test_part_follows_the_calendar_of_the_university(world: World, city_supervisor: User) -> None:
    term = arranged(world, city_supervisor)
    vacation = arranged(world, city_supervisor, part=VACATION)
    calendar(world.university_a, TermKind.VACATION, dt.date(2026, 7, 6), dt.date(2026, 9, 1))
    calendar(world.university_a, TermKind.TERM, dt.date(2026, 9, 1), dt.date(2027, 1, 18))
    room = world.station_a1
    found = {
        day: (routine.arrangement, routine.is_known)
        for day in (dt.date(2026, 7, 5), dt.date(2026, 8, 31), dt.date(2026, 9, 1))
        for routine in [routine_of(room, day)]
    }
    assert list(found.values()) == [(term, False), (vacation, True), (term, True)]
    assert routine_of(world.station_b1, dt.date(2026, 9, 1)).arrangement is None


@pytest.mark.integration
def test_rooms_and_days_take_four_statements(
    world: World, city_supervisor: User, django_assert_num_queries: Callable[..., Any]
) -> None:
    arranged(world, city_supervisor)
    many_rooms(world, 196)
    rooms = list(Station.everything.all())
    with django_assert_num_queries(4):
        routines = Routines(rooms, MONDAY, MONDAY + 6 * ONE_DAY)
        found = [routines.of(room, MONDAY).arrangement for room in rooms]
    assert len(found) == 200
    assert sum(one is None for one in found) == 1  # B1, of a city that fixed none


# --- what the roster asks -----------------------------------------------------------------------
@pytest.mark.integration
def test_outside_the_hours_nothing_is_asked_at_level_three(
    world: World, city_supervisor: User, station_lead: User
) -> None:
    room = world.station_a1
    usual(room, station_lead, starts=dt.time(6), minutes=960)
    assert open_hours(room)[0] == ("14 06:00", "14 22:00", True)
    assert len(open_hours(room)) == 7
    CalendarDay.objects.create(day=MONDAY + 2 * ONE_DAY, kind="holiday", name="节")
    arranged(world, city_supervisor)
    assert open_hours(room) == [(f"{day} 08:00", f"{day} 20:00", True) for day in (14, 15, 17, 18)]


@pytest.mark.integration
def test_what_an_arrangement_does_not_ask_for_is_no_gap(
    world: World, city_supervisor: User, station_lead: User
) -> None:
    room = world.station_a1
    usual(room, station_lead, auxiliaries=1)
    arranged(world, city_supervisor, officer_on_workdays=False)
    assert open_hours(room) == [(f"{day} 08:00", f"{day} 20:00", False) for day in range(14, 21)]
    arranged(world, city_supervisor, valid_from=MONDAY + ONE_DAY, auxiliary_every_day=False)
    assert [row[2] for row in open_hours(room)] == [False, True, True, True, True]


@pytest.mark.integration
def test_an_order_and_a_24_hour_presence_ask_in_full(
    world: World, city_supervisor: User, station_lead: User
) -> None:
    room = world.station_a1
    usual(room, station_lead)
    arranged(world, city_supervisor, officer_on_workdays=False)
    assert open_hours(room) == []
    order = ordered(world.city_a, city_supervisor, now=at("10:00"), ends_at=at("14:00"))
    assert open_hours(room) == [("16 10:00", "16 14:00", True)]
    revoke_order(order=order, reason="结束", by=city_supervisor, now=at("12:00"))
    assert open_hours(room) == [("16 10:00", "16 12:00", True)]
    declare_trigger(
        issuer=world.city_a,
        number="驻1号",
        kind=TriggerKind.EVENT,
        title="开放日",
        targets=[room.org_path],
        starts_at=at("18:00", days=1),
        ends_at=at("09:00", days=2),
        by=city_supervisor,
        now=NOW,
    )
    assert open_hours(room)[1:] == [
        ("17 18:00", "17 20:00", True),
        ("18 08:00", "18 09:00", True),
    ]


# --- screens ------------------------------------------------------------------------------------
def typed(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "client_uuid": str(uuid.uuid4()),
        "unit": world.city_a.pk,
        "part": "term",
        "title": "平时勤务安排",
        "document_no": "5号",
        "valid_from": "2026-01-01",
        "day_starts": "08:00",
        "day_ends": "20:00",
        "officer_on_workdays": "on",
        **changes,
    }


@pytest.mark.integration
def test_the_city_arranges_follows_up_and_ends_on_the_screen(
    world: World, city_supervisor: User, as_user: SignIn
) -> None:
    client, new = as_user(city_supervisor), reverse("duty:arrangement-new")
    page = client.post(new, typed(world), follow=True)
    row = DutyArrangement.everything.get()
    assert (row.auxiliary_every_day, row.officer_on_workdays) == (False, True)
    figure = page.context["figures"][0]
    assert (figure.value, figure.detail) == (3, "of 3")
    again = client.post(new, typed(world))
    assert again.status_code == 422
    assert "already begins" in again.content.decode()
    form = client.get(f"{new}?after={row.pk}").context["form"]
    assert form["title"].value() == "平时勤务安排"
    end = reverse("duty:arrangement-end", args=[row.pk])
    client.post(end, {"last_day": timezone.localdate().isoformat()})
    row.refresh_from_db()
    assert row.valid_to == timezone.localdate() + ONE_DAY


@pytest.mark.integration
def test_list_names_the_city_without_a_routine_and_the_room_its_own(
    world: World, city_supervisor: User, officer: User, as_user: SignIn
) -> None:
    row = arranged(world, city_supervisor)
    listed = as_user(city_supervisor).get(reverse("duty:arrangement-list"))
    assert listed.context["holes"] == ["No arrangement for vacation time in force today: 澜江市."]
    file = as_user(officer).get(reverse("stations:detail", args=[world.station_a1.pk]))
    text = file.content.decode()
    assert "by “平时勤务安排”" in text
    assert row.get_absolute_url() in text


@pytest.mark.integration
def test_everybody_of_the_city_sees_its_routine_and_nobody_of_another(
    world: World,
    city_supervisor: User,
    officer: User,
    county_staff: User,
    province_staff: User,
    other_city_supervisor: User,
) -> None:
    row = arranged(world, city_supervisor)
    seen = {
        person.name: list(arrangement_rows(scope_for(person, at=NOW)))
        for person in (
            city_supervisor,
            county_staff,
            officer,
            province_staff,
            other_city_supervisor,
        )
    }
    assert seen == {"冯五": [row], "郑四": [row], "陈一": [row], "韩七": [row], "沈六": []}


@pytest.mark.integration
def test_list_asks_the_same_number_of_questions_for_many_rows(
    world: World, city_supervisor: User, asked: Callable[[User, str], HttpRequest]
) -> None:
    counts = []
    for month in (1, 4, 9):
        arranged(world, city_supervisor, valid_from=dt.date(2026, month, 1))
        request = asked(city_supervisor, "/?state=all")
        with CaptureQueriesContext(connection) as queries:
            assert ArrangementList.as_view()(request).status_code == 200
        counts.append(len(queries))
    assert counts == [4, 4, 4]
