"""What stands on the sheet, and who may sign it."""

from __future__ import annotations

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from duty.handover_sources import MOST_LINES, Line, frozen, section, thawed
from duty.models import ShiftHandover
from duty.queries.handover import drawn, takers
from duty.services.comms import record_test
from duty.services.handover import change_handover, draft_handover, sign_in, sign_out
from duty.services.receipts import acknowledge
from incidents.enums import Disposition, IncidentState
from incidents.models import Category
from incidents.services.states import advance, close_incident
from personnel.queries import scope_for
from policeroom.accounts.models import User
from policeroom.common.errors import ConflictError, DomainError, NotAllowedError
from policeroom.common.models import AuditEvent, Deadline, Notification
from policeroom.common.roles import Role
from stations.enums import EquipmentCategory, EquipmentState
from stations.models import EquipmentItem, Station
from tests.duty.handover_helpers import (
    drafted,
    handed_over,
    lines_of,
    noted,
    person_of,
    signer,
)
from tests.duty.orders_helpers import DAY, HOUR, MINUTE, NOW, ordered, receipt_of
from tests.incidents.test_filing import call
from tests.personnel.people_helpers import serves, somebody
from tests.world import World, build, make_user

pytestmark = pytest.mark.integration


@pytest.fixture
def lin(world: World, city_supervisor: User) -> User:
    return signer(world.station_a1, city_supervisor, number="500001", name="林出")


@pytest.fixture
def he(world: World, city_supervisor: User) -> User:
    return signer(world.station_a1, city_supervisor, number="500002", name="何进", kind="auxiliary")


def signed(world: World, lin: User, he: User, *, now: dt.datetime = NOW) -> ShiftHandover:
    """A sheet the outgoing side has signed."""
    row = drafted(world.station_a1, lin, he, now=now)
    return sign_out(handover=row, by=lin, now=now)


def texts(world: World, key: str, *, now: dt.datetime = NOW) -> list[str]:
    (found,) = [s for s in drawn(world.station_a1, None, now=now) if s.key == key]
    return [line.text for line in found.lines]


def marks(world: World, key: str, *, now: dt.datetime = NOW) -> list[str]:
    (found,) = [s for s in drawn(world.station_a1, None, now=now) if s.key == key]
    return [line.mark for line in found.lines]


# --- what stands on it --------------------------------------------------------------------------
def test_sections_stand_in_order(world: World) -> None:
    keys = [found.key for found in drawn(world.station_a1, None, now=NOW)]
    assert keys == ["orders", "incidents", "notes", "clocks", "equipment"]


def test_orders_tell_level_receipt_and_what_is_not_done(
    world: World, officer: User, city_supervisor: User
) -> None:
    assert texts(world, "orders") == ["Duty level: level three"]
    order = ordered(world.city_a, city_supervisor, number="勤9号", title="校庆")
    level, line = texts(world, "orders", now=NOW + MINUTE)
    assert level == "Duty level: level two · since 2026-09-17 15:42"
    assert line == "勤9号 校庆 · level two · in force · not received yet"
    assert marks(world, "orders", now=NOW + MINUTE) == ["", "▲"]
    acknowledge(receipt=receipt_of(order, world.station_a1), by=officer, now=NOW)
    assert texts(world, "orders", now=NOW + MINUTE)[1].endswith("received, not carried out")
    assert marks(world, "orders", now=NOW + MINUTE) == ["", "△"]


def test_an_order_that_ended_since_the_last_sheet_still_stands_there_once(
    world: World, city_supervisor: User, lin: User, he: User
) -> None:
    ordered(world.city_a, city_supervisor, number="勤9号", ends_at=NOW + HOUR)
    handed_over(world.station_a1, lin, he, now=NOW)
    later = NOW + 2 * HOUR
    assert "over" in texts(world, "orders", now=later)[1]
    handed_over(world.station_a1, he, lin, now=later)
    assert texts(world, "orders", now=later + MINUTE) == [
        "Duty level: level three · since 2026-09-17 16:42"
    ]


def test_orders_of_other_rooms_do_not_stand_there(world: World, city_supervisor: User) -> None:
    ordered(world.city_a, city_supervisor, targets=[world.station_a2.org_path])
    assert texts(world, "orders") == ["Duty level: level three"]


def test_open_calls_stand_without_what_was_told(world: World, officer: User) -> None:
    open_call = call(world, officer, narrative="王某某报称手机被窃", place_text="南门")
    done = call(
        world,
        officer,
        category=Category.objects.get(code="help.lost"),
        disposition=Disposition.ASSISTED,
    )
    call(world, officer, station=world.center_a)
    close_incident(incident=done, by=officer, now=NOW)
    told, line = texts(world, "incidents")
    assert told == "Since the sheet before: 2 reported, 1 dealt with"
    assert line == (f"{open_call.number} · no category yet · 南门 · new call · 2026-09-17 15:37")


def test_incidents_are_shown_to_who_may_read_them_only(world: World) -> None:
    education = make_user("700009", "教育", world.province, Role.EDUCATION)
    scope = scope_for(education, at=NOW)
    keys = [found.key for found in drawn(world.station_a1, scope, now=NOW)]
    assert "incidents" not in keys
    assert "orders" in keys


def test_clocks_of_the_room_stand_there_most_urgent_first(
    world: World, officer: User, city_supervisor: User
) -> None:
    incident = call(world, officer)

    def clock(label: str, due_at: dt.datetime, room: Station = world.station_a1) -> None:
        Deadline.everything.create(
            kind="transfer-receipt",
            object_type="incidents.incident",
            object_id=incident.pk + Deadline.everything.count(),
            org_path=room.org_path,
            label=label,
            started_at=NOW - DAY,
            due_at=due_at,
        )

    clock("后到期", NOW + HOUR)
    clock("已超时", NOW - MINUTE)
    clock("邻室", NOW, world.center_a)
    ordered(world.city_a, city_supervisor)  # its receipt stands above, not here
    assert [text.split(" · ")[1:] for text in texts(world, "clocks")] == [
        ["已超时", "due at 2026-09-17 15:41"],
        ["后到期", "due at 2026-09-17 16:42"],
    ]
    assert marks(world, "clocks") == ["▲", ""]


def test_equipment_tells_what_is_broken_or_past_its_check(world: World, officer: User) -> None:
    def item(number: str, **facts: Any) -> None:
        values = {"state": EquipmentState.IN_SERVICE, "next_check_on": None, **facts}
        EquipmentItem.objects.create(
            station=world.station_a1,
            asset_no=number,
            name="警棍",
            category=EquipmentCategory.POLICE_GEAR,
            quantity=2,
            started_on=NOW.date() - DAY,
            **values,
        )

    item("G1")
    item("G2", next_check_on=NOW.date())
    item("G3", state=EquipmentState.RETIRED)
    assert texts(world, "equipment") == [
        "2 entries of the equipment list, all in order",
        "No comms test recorded yet",
    ]
    item("G4", next_check_on=NOW.date() - DAY)
    item("G5", state=EquipmentState.UNUSABLE)
    record_test(
        station=world.station_a1,
        channel="350兆电台",
        result="faulty",
        note="无应答",
        tested_at=NOW - HOUR,
        by=officer,
        now=NOW,
    )
    assert texts(world, "equipment") == [
        "警棍 (G4) · ×2 · in service · check was due on 2026-09-16",
        "警棍 (G5) · ×2 · unusable",
        "Comms test of 2026-09-17 14:42 · 350兆电台 · faulty · 无应答",
    ]
    assert marks(world, "equipment") == ["△", "△", "▲"]


# --- key notes: on exactly one sheet -------------------------------------------------------------
def test_each_key_note_stands_on_exactly_one_sheet(world: World, lin: User, he: User) -> None:
    room = world.station_a1
    noted(room, lin, "东门灯坏", now=NOW - HOUR)
    noted(room, lin, "巡逻一圈", now=NOW - HOUR, is_key=False)
    first = handed_over(room, lin, he, now=NOW)
    # written after the first sheet about something before it
    noted(room, he, "补记：来访登记未完", now=NOW + MINUTE, at=NOW - 2 * HOUR)
    second = handed_over(room, he, lin, now=NOW + 8 * HOUR)
    third = handed_over(room, lin, he, now=NOW + 16 * HOUR)
    assert lines_of(first, "notes") == ["2026-09-17 14:42 东门灯坏"]
    assert lines_of(second, "notes") == ["2026-09-17 13:42 补记：来访登记未完"]
    assert lines_of(third, "notes") == []


def test_a_note_that_waited_for_the_signature_is_on_the_next_sheet(
    world: World, lin: User, he: User
) -> None:
    """Its request began before the sheet was frozen and was written after."""
    room = world.station_a1
    first = handed_over(room, lin, he, now=NOW)
    noted(room, lin, "钥匙未还", now=NOW - dt.timedelta(milliseconds=1))
    second = handed_over(room, he, lin, now=NOW + HOUR)
    assert lines_of(first, "notes") == []
    assert len(lines_of(second, "notes")) == 1


# --- signatures ---------------------------------------------------------------------------------
def test_the_sheet_is_kept_word_for_word_from_the_first_signature(
    world: World, lin: User, he: User, officer: User
) -> None:
    incident = call(world, officer, place_text="南门")
    row = signed(world, lin, he)
    before = lines_of(row, "incidents")
    assert incident.number in before[1]
    advance(incident=incident, state=IncidentState.DISPATCHED, by=officer, at=NOW, now=NOW)
    assert texts(world, "incidents", now=NOW + MINUTE)[1] != before[1]
    sign_in(handover=row, by=he, now=NOW + MINUTE)
    row.refresh_from_db()
    assert lines_of(row, "incidents") == before
    assert (row.signed_out_by, row.signed_out_at) == (lin, NOW)
    assert (row.signed_in_by, row.signed_in_at) == (he, NOW + MINUTE)


def test_the_incoming_side_is_told_and_every_step_is_in_the_trail(
    world: World, lin: User, he: User
) -> None:
    row = handed_over(world.station_a1, lin, he, now=NOW)
    (told,) = Notification.objects.filter(kind="handover")
    assert (told.recipient, told.url) == (he, row.get_absolute_url())
    events = AuditEvent.everything.filter(object_type="duty.shifthandover").order_by("id")
    assert list(events.values_list("action", "actor__username")) == [
        ("handover.draft", "500001"),
        ("handover.sign-out", "500001"),
        ("handover.sign-in", "500002"),
    ]


def test_signing_twice_keeps_the_first(world: World, lin: User, he: User) -> None:
    row = signed(world, lin, he)
    sections = row.sections
    noted(world.station_a1, lin, "后来的事", now=NOW + MINUTE)
    again = sign_out(handover=row, by=lin, now=NOW + HOUR)
    assert (again.signed_out_at, again.sections) == (NOW, sections)
    sign_in(handover=row, by=he, now=NOW + HOUR)
    assert sign_in(handover=row, by=he, now=NOW + 2 * HOUR).signed_in_at == NOW + HOUR


def test_nobody_signs_for_somebody_else(
    world: World, lin: User, he: User, station_lead: User
) -> None:
    row = drafted(world.station_a1, lin, he, now=NOW)
    for other in (he, station_lead):
        with pytest.raises(NotAllowedError, match="Only 林出 signs here"):
            sign_out(handover=row, by=other, now=NOW)
    sign_out(handover=row, by=lin, now=NOW)
    for other in (lin, station_lead):
        with pytest.raises(NotAllowedError, match="Only 何进 signs here"):
            sign_in(handover=row, by=other, now=NOW)


def test_the_incoming_side_does_not_sign_first(world: World, lin: User, he: User) -> None:
    row = drafted(world.station_a1, lin, he, now=NOW)
    with pytest.raises(DomainError, match="林出 hands over and signs first"):
        sign_in(handover=row, by=he, now=NOW)


def test_one_account_never_signs_for_both(world: World, lin: User, he: User) -> None:
    """Two files name the same account: the other one by its number."""
    row = signed(world, lin, he)
    taker = person_of(he)
    taker.user = lin
    taker.save()
    with pytest.raises(DomainError, match="each for themselves"):
        sign_in(handover=row, by=lin, now=NOW)


def test_the_database_refuses_one_signer_twice(world: World, lin: User, he: User) -> None:
    row = signed(world, lin, he)
    row.signed_in_at, row.signed_in_by = NOW, lin
    with pytest.raises(IntegrityError, match="handover_two_signatures"), transaction.atomic():
        row.save()
    row.signed_in_by = he
    row.save()


# --- drafting -----------------------------------------------------------------------------------
def test_a_double_send_gives_the_first_sheet(world: World, lin: User, he: User) -> None:
    key = uuid.uuid4()
    first = drafted(world.station_a1, lin, he, now=NOW, client_uuid=key)
    second = drafted(world.station_a1, lin, he, now=NOW + MINUTE, handed_at=NOW, client_uuid=key)
    assert first == second
    assert ShiftHandover.everything.count() == 1
    with pytest.raises(ConflictError):
        drafted(world.station_a1, lin, he, now=NOW, client_uuid=key, notes="别的")


def test_numbers_count_within_the_day_of_the_room(world: World, lin: User, he: User) -> None:
    numbers = [handed_over(world.station_a1, lin, he, now=NOW + n * HOUR).number for n in (0, 1, 9)]
    assert numbers == ["20260917-01", "20260917-02", "20260918-01"]


def test_who_cannot_be_a_side_is_refused_by_name(
    world: World, lin: User, he: User, city_supervisor: User
) -> None:
    stranger = signer(world.center_a, city_supervisor, number="500003", name="邻人")
    without = serves(world.station_a1, city_supervisor, name="无号").person
    for person, words in (
        (person_of(lin), "Nobody hands over to themselves"),
        (person_of(stranger), "邻人 has neither a post nor a shift"),
        (without, "无号 has no account to sign with"),
    ):
        with pytest.raises(DomainError, match=words) as refusal:
            draft_handover(
                station=world.station_a1,
                outgoing=person_of(lin),
                incoming=person,
                handed_at=NOW,
                by=lin,
                now=NOW,
            )
        assert refusal.value.field == "incoming"
    assert not ShiftHandover.everything.exists()


def test_who_left_or_never_came_takes_nothing_over(
    world: World, lin: User, he: User, city_supervisor: User
) -> None:
    somebody(world.county_a1, city_supervisor, name="未派")
    taker = person_of(he)
    taker.left_on = NOW.date()
    taker.save()
    assert list(takers(world.station_a1, at=NOW)) == [person_of(lin)]


def test_a_second_sheet_waits_for_the_first(world: World, lin: User, he: User) -> None:
    first = drafted(world.station_a1, lin, he, now=NOW)
    with pytest.raises(DomainError, match=f"林出 has not signed {first.number} yet"):
        drafted(world.station_a1, lin, he, now=NOW)
    drafted(world.station_a1, he, lin, now=NOW)  # the other one may


@pytest.mark.parametrize(
    ("away", "fine"),
    [
        pytest.param(DAY, True, id="a day"),
        pytest.param(-DAY, True, id="a day ago"),
        pytest.param(DAY + MINUTE, False, id="more than a day"),
        pytest.param(-DAY - MINUTE, False, id="longer ago"),
    ],
)
def test_a_sheet_is_about_the_change_at_hand(
    world: World, lin: User, he: User, away: dt.timedelta, fine: bool
) -> None:
    if fine:
        assert drafted(world.station_a1, lin, he, now=NOW, handed_at=NOW + away).pk
    else:
        with pytest.raises(DomainError, match="more than a day away"):
            drafted(world.station_a1, lin, he, now=NOW, handed_at=NOW + away)


# --- changing -----------------------------------------------------------------------------------
def test_before_the_signature_everything_can_be_corrected(
    world: World, lin: User, he: User
) -> None:
    row = drafted(world.station_a1, lin, he, now=NOW)
    changed = change_handover(
        handover=row,
        incoming=person_of(he),
        handed_at=NOW + HOUR,
        notes=" 车钥匙在抽屉 ",
        by=lin,
        now=NOW,
    )
    assert (changed.handed_at, changed.notes) == (NOW + HOUR, "车钥匙在抽屉")


def test_under_a_signature_only_the_taker_changes_and_is_told(
    world: World, lin: User, he: User, city_supervisor: User
) -> None:
    other = signer(world.station_a1, city_supervisor, number="500004", name="替班")
    row = signed(world, lin, he)
    with pytest.raises(DomainError, match="only who takes over"):
        change_handover(handover=row, incoming=person_of(he), notes="改", by=lin, now=NOW)
    change_handover(handover=row, incoming=person_of(other), by=lin, now=NOW)
    assert Notification.objects.filter(kind="handover", recipient=other).exists()
    sign_in(handover=row, by=other, now=NOW)
    with pytest.raises(DomainError, match="it stays as it is"):
        change_handover(handover=row, incoming=person_of(he), by=lin, now=NOW)


# --- form of a section --------------------------------------------------------------------------
def test_a_section_is_cut_and_says_so() -> None:
    lines = [Line(str(number)) for number in range(MOST_LINES + 1)]
    assert (section("x", "X", lines[:MOST_LINES]).cut, section("x", "X", lines).cut) == (
        False,
        True,
    )
    assert len(section("x", "X", lines).lines) == MOST_LINES


def test_frozen_sections_come_back_word_for_word() -> None:
    sections = [section("x", "X", [Line("一", "/a/", "▲"), Line("二")]), section("y", "Y", [])]
    assert thawed(frozen(sections, since=NOW - HOUR, until=NOW)) == sections


def test_the_sheet_costs_the_same_however_much_stands_on_it(
    world: World, officer: User, city_supervisor: User
) -> None:
    def draw() -> int:
        with CaptureQueriesContext(connection) as seen:
            drawn(world.station_a1, None, now=NOW + HOUR)
        return len(seen)

    def fill() -> None:
        ordered(world.city_a, city_supervisor)
        call(world, officer)
        noted(world.station_a1, officer, "一", now=NOW)

    fill()
    before = draw()
    for _time in range(3):
        fill()
    assert draw() == before


# --- many at once -------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_ten_at_once_make_one_sheet() -> None:
    with transaction.atomic():
        world = build()
        boss = make_user("100005", "冯五", world.city_a, Role.CITY)
        out = signer(world.station_a1, boss, number="500001", name="林出")
        into = signer(world.station_a1, boss, number="500002", name="何进")

    def draft(_number: int) -> str:
        try:
            return drafted(world.station_a1, out, into, now=NOW).number
        except DomainError as refusal:
            return str(refusal.field)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(draft, range(10)))
    assert ShiftHandover.everything.count() == 1
    assert answers.count("20260917-01") == 1
    assert answers.count("outgoing") == 9
