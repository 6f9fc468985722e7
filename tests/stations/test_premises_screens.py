"""The tabs premises, equipment and documents: what they show, to whom, and what a send does."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import load_workbook

from policeroom.accounts.models import User
from policeroom.common.models import AuditEvent
from policeroom.common.roles import Role
from stations.enums import DayKind
from stations.models import (
    CalendarDay,
    ContactBox,
    Document,
    DocumentVersion,
    EquipmentCheck,
    EquipmentItem,
    FunctionalArea,
    NoticeBoard,
    ServiceDesk,
    ServiceSession,
    Station,
)
from stations.queries.premises import session_days
from stations.services import documents
from tests.stations.test_premises_uploads import PDF_BYTES
from tests.world import START, World, make_user

pytestmark = pytest.mark.integration

TODAY = dt.date(2026, 6, 10)  # a Wednesday
DAY = dt.timedelta(days=1)
SignIn = Callable[[User | None], Client]


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """Noon in Shanghai on a known Wednesday."""
    with time_machine.travel("2026-06-10T04:00:00Z", tick=False):
        yield


@pytest.fixture
def as_user(as_user: SignIn) -> SignIn:
    """The cast reads English here: texts are asserted in the language of the source."""

    def sign_in(user: User | None) -> Client:
        client = as_user(user)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        return client

    return sign_in


@pytest.fixture
def education(world: World) -> User:
    return make_user("100021", "教育厅", world.province, Role.EDUCATION)


def url(name: str, *args: int) -> str:
    return reverse(f"stations:{name}", args=args)


def text(response: Any) -> str:
    """The page as a reader hears it: no markup, single spaces."""
    body = re.sub(r"(?s)<(script|style|svg|title)\b.*?</\1>", " ", response.content.decode())
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def reads(client: Client, address: str) -> list[str]:
    """The statements one page sends for its own data (the shell's and the session's left out)."""
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return [q["sql"] for q in captured.captured_queries if ' FROM "stations_' in q["sql"]]


def item_of(station: Station, number: int = 1, **changes: Any) -> EquipmentItem:
    facts = {
        "category": "police_gear",
        "name": f"盾牌{number}",
        "asset_no": f"P-{number:03d}",
        "quantity": 2,
        "started_on": START,
        **changes,
    }
    return EquipmentItem.objects.create(station=station, **facts)


def document_of(station: Station, by: User, **changes: Any) -> Document:
    facts = {
        "kind": "duty_log",
        "title": "日志制度",
        "effective_from": START,
        "filename": "日志 一.pdf",
        "content": PDF_BYTES,
        **changes,
    }
    return documents.add_document(station=station, by=by, today=TODAY, **facts)


def desk_of(station: Station, **changes: Any) -> ServiceDesk:
    facts = {
        "branch": "traffic",
        "responsible_unit": station.operator,
        "weekdays": [3],
        "opens_at": dt.time(9),
        "closes_at": dt.time(11),
        "started_on": START,
        **changes,
    }
    return ServiceDesk.objects.create(station=station, **facts)


# --- premises tab --------------------------------------------------------------------------------


def test_premises_tab_shows_each_area_present_or_missing(
    world: World, officer: User, as_user: SignIn
) -> None:
    FunctionalArea.objects.create(
        station=world.station_a1, kind="rest", floor_area_m2="12.50", started_on=START
    )

    page = text(as_user(officer).get(url("premises", world.station_a1.pk)))

    assert "1 of 6 present" in page
    assert "rest (休息) ✓ present 12.50" in page
    assert "mediation (调解) △ missing" in page
    assert "96.50 m²" in page  # the measured floor area of the room


def test_premises_tab_shows_missing_boards_and_empty_registers(
    world: World, officer: User, as_user: SignIn
) -> None:
    page = text(as_user(officer).get(url("premises", world.station_a1.pk)))

    assert "publicity board (宣传栏) △ missing" in page
    assert "No contact box is recorded" in page
    assert "No service desk is recorded" in page


def test_premises_tab_offers_acts_only_to_who_holds_them(
    world: World, officer: User, education: User, as_user: SignIn
) -> None:
    add = url("area-new", world.station_a1.pk)

    mine = as_user(officer).get(url("premises", world.station_a1.pk))
    theirs = as_user(education).get(url("premises", world.station_a1.pk))

    assert add in mine.content.decode()
    assert add not in theirs.content.decode()
    assert "0 of 6 present" in text(theirs)


def test_premises_of_a_past_day_show_what_was_there_and_offer_nothing(
    world: World, officer: User, as_user: SignIn
) -> None:
    room = world.station_a1
    ContactBox.objects.create(
        station=room, location="旧箱", started_on=START, ended_on=TODAY, last_emptied_on=TODAY - DAY
    )
    ContactBox.objects.create(station=room, location="新箱", started_on=TODAY)
    client = as_user(officer)

    now = text(client.get(url("premises", room.pk)))
    eve = client.get(url("premises", room.pk), {"on": (TODAY - DAY).isoformat()})
    before = text(client.get(url("premises", room.pk), {"on": (START).isoformat()}))

    assert ("新箱" in now, "旧箱" in now) == (True, False)
    assert ("新箱" in text(eve), "旧箱" in text(eve)) == (False, True)
    assert "As of 2026-06-09" in text(eve)
    assert url("box-new", room.pk) not in eve.content.decode()
    assert "旧箱 △ never recorded" in before  # emptied later: unknown for that day


def test_unreadable_day_is_named_and_today_is_shown(
    world: World, officer: User, as_user: SignIn
) -> None:
    page = text(as_user(officer).get(url("premises", world.station_a1.pk), {"on": "2026-02-31"}))

    assert "Enter a valid date" in page
    assert "As of 2026" not in page


def test_closed_room_offers_no_acts(world: World, county_staff: User, as_user: SignIn) -> None:
    room = world.station_a1
    room.closed_on, room.close_reason = TODAY, "合并"
    room.save()

    page = as_user(county_staff).get(url("equipment", room.pk))

    assert url("equipment-new", room.pk) not in page.content.decode()


@pytest.mark.parametrize(
    ("kind", "sent", "model", "anchor"),
    [
        pytest.param(
            "area",
            {"kind": "rest", "floor_area_m2": "9.5", "note": "合用"},
            FunctionalArea,
            "areas",
            id="area",
        ),
        pytest.param(
            "board",
            {"kind": "publicity", "location": "门厅", "prominent": "on"},
            NoticeBoard,
            "boards",
            id="board",
        ),
        pytest.param("box", {"location": "门外"}, ContactBox, "boxes", id="box"),
        pytest.param(
            "desk",
            {"branch": "traffic", "weekdays": ["2", "4"], "opens_at": "9:00", "closes_at": "11:30"},
            ServiceDesk,
            "desks",
            id="desk",
        ),
    ],
)
def test_record_is_added_changed_and_ended(
    world: World,
    officer: User,
    as_user: SignIn,
    kind: str,
    sent: dict[str, Any],
    model: Any,
    anchor: str,
) -> None:
    pk, client = world.station_a1.pk, as_user(officer)
    back = f"{url('premises', pk)}#{anchor}"
    sent = {**sent, "started_on": "2026-06-01"}
    if kind == "desk":
        sent["responsible_unit"] = world.county_a1.pk

    added = client.post(url(f"{kind}-new", pk), sent)
    row = model.objects.unscoped("assert").get()
    changed = client.post(url(f"{kind}-edit", pk, row.pk), {**sent, "started_on": "2026-06-02"})
    question = text(client.get(url(f"{kind}-end", pk, row.pk)))
    ended = client.post(url(f"{kind}-end", pk, row.pk), {"ended_on": "2026-06-10"})

    row.refresh_from_db()
    assert [(r.status_code, r["Location"]) for r in (added, changed, ended)] == [(302, back)] * 3
    assert (row.station_id, row.started_on, row.ended_on) == (pk, dt.date(2026, 6, 2), TODAY)
    assert "8 days on record" in question


def test_refused_form_keeps_what_was_typed_and_links_to_the_field(
    world: World, officer: User, as_user: SignIn
) -> None:
    sent = {"kind": "rest", "note": "靠窗", "started_on": "2026-06-11"}

    page = as_user(officer).post(url("area-new", world.station_a1.pk), sent)

    assert page.status_code == 422
    assert "2026-06-11 lies in the future; today is 2026-06-10" in text(page)
    assert 'href="#id_started_on"' in page.content.decode()
    assert 'value="靠窗"' in page.content.decode()
    assert FunctionalArea.objects.unscoped("assert").count() == 0


def test_desk_offers_the_stations_own_superiors_and_refuses_others(
    world: World, officer: User, as_user: SignIn
) -> None:
    client, page = as_user(officer), url("desk-new", world.station_a1.pk)
    form = client.get(page).content.decode()
    sent = {"branch": "traffic", "weekdays": "2", "opens_at": "9:00", "closes_at": "11:00"}

    answers = [
        client.post(page, {**sent, "started_on": "2026-06-01", "responsible_unit": unit})
        for unit in (world.county_a2.pk, world.city_b.pk, world.station_a1.unit.pk, 987654)
    ]

    assert "澜江市公安局芦北分局" in form
    assert "栗桥县公安局" not in form
    assert [a.status_code for a in answers] == [422] * 4
    assert len({text(a).count("That choice is not one of the available") for a in answers}) == 1
    assert ServiceDesk.objects.unscoped("assert").count() == 0


# --- quick buttons -------------------------------------------------------------------------------


def test_renewed_today_counts_once_on_a_double_click(
    world: World, officer: User, as_user: SignIn
) -> None:
    room, client = world.station_a1, as_user(officer)
    board = NoticeBoard.objects.create(
        station=room, kind="disclosure", location="门厅", started_on=START
    )

    answers = [client.post(url("board-renew", room.pk, board.pk), {"items": "staff"})] * 2
    client.post(url("board-renew", room.pk, board.pk), {"items": "staff"})

    board.refresh_from_db()
    page = text(client.get(url("premises", room.pk)))
    events = AuditEvent.objects.unscoped("assert").filter(object_type="stations.noticeboard")
    assert {a["Location"] for a in answers} == {f"{url('premises', room.pk)}#boards"}
    assert board.contents == {"staff": "2026-06-10"}
    assert events.count() == 1
    assert "(民警辅警信息) 2026-06-10 ✓ renewed today" in page
    assert "(职责任务) △ no renewal recorded" in page


def test_all_five_contents_are_renewed_with_one_button(
    world: World, officer: User, as_user: SignIn
) -> None:
    room, client = world.station_a1, as_user(officer)
    board = NoticeBoard.objects.create(
        station=room, kind="disclosure", location="门厅", started_on=START
    )
    form = client.get(url("premises", room.pk)).content.decode()
    codes = re.findall(r'name="items" value="(\w+)"', form.split("All renewed today")[0])

    client.post(url("board-renew", room.pk, board.pk), {"items": codes})

    board.refresh_from_db()
    assert set(board.contents) == {"staff", "duties", "procedures", "rules", "supervision_phone"}
    assert "All renewed today" not in text(client.get(url("premises", room.pk)))


def test_bad_renewal_is_told_and_writes_nothing(
    world: World, officer: User, as_user: SignIn
) -> None:
    room = world.station_a1
    board = NoticeBoard.objects.create(
        station=room, kind="publicity", location="门厅", started_on=START
    )
    client = as_user(officer)

    unknown = client.post(url("board-renew", room.pk, board.pk), {"items": "weather"}, follow=True)
    wrong = client.post(url("board-renew", room.pk, board.pk), {"items": "staff"}, follow=True)

    board.refresh_from_db()
    assert "weather is not one of the available choices" in text(unknown)
    assert "Only a disclosure board has the five contents" in text(wrong)
    assert board.contents == {}


def test_emptied_today_counts_once_on_a_double_click(
    world: World, officer: User, as_user: SignIn
) -> None:
    room, client = world.station_a1, as_user(officer)
    box = ContactBox.objects.create(station=room, location="门外", started_on=START)

    for _ in range(2):
        client.post(url("box-emptied", room.pk, box.pk))

    box.refresh_from_db()
    events = AuditEvent.objects.unscoped("assert").filter(object_type="stations.contactbox")
    assert box.last_emptied_on == TODAY
    assert events.count() == 1
    assert "门外 2026-06-10" in text(client.get(url("premises", room.pk)))


@pytest.mark.parametrize("name", ["board-renew", "box-emptied"])
def test_quick_button_is_no_link(world: World, officer: User, as_user: SignIn, name: str) -> None:
    assert as_user(officer).get(url(name, world.station_a1.pk, 1)).status_code == 405


# --- service desks -------------------------------------------------------------------------------


def test_session_log_flags_holidays_and_odd_days(
    world: World, officer: User, as_user: SignIn
) -> None:
    desk = desk_of(world.station_a1)  # Wednesdays
    CalendarDay.objects.create(day=dt.date(2026, 5, 27), kind=DayKind.HOLIDAY, name="甲节")
    CalendarDay.objects.create(day=dt.date(2026, 6, 3), kind=DayKind.HOLIDAY, name="乙节")
    for day, served in ((dt.date(2026, 6, 3), 5), (dt.date(2026, 6, 4), 7), (TODAY, 9)):
        ServiceSession.objects.create(
            desk=desk, held_on=day, served_count=served, recorded_by=officer
        )

    page = text(as_user(officer).get(url("desk", world.station_a1.pk, desk.pk)))

    assert "3 sessions, 21 people served" in page
    assert "2026-06-10 Wednesday 9 Correct" in page
    assert "2026-06-04 Thursday 7 not a fixed weekday" in page
    assert "2026-06-03 Wednesday 5 △ session on a holiday: 乙节" in page
    assert "2026-05-27 Wednesday holiday, none due: 甲节" in page
    assert "2026-05-20 Wednesday nothing recorded" in page


def test_fixed_days_stay_within_the_desks_time() -> None:
    desk = ServiceDesk(weekdays=[3], started_on=dt.date(2026, 6, 4), ended_on=dt.date(2026, 6, 24))

    days = session_days(desk, [], {}, dt.date(2026, 5, 1), dt.date(2026, 7, 1))

    assert [line.day.isoformat() for line in days] == ["2026-06-17", "2026-06-10"]


def test_next_day_of_a_desk_skips_holidays(world: World, officer: User, as_user: SignIn) -> None:
    desk_of(world.station_a1)
    CalendarDay.objects.create(day=TODAY, kind=DayKind.HOLIDAY, name="甲节")

    page = text(as_user(officer).get(url("premises", world.station_a1.pk)))

    assert "2026-06-17 2026-06-10 甲节" in page


def test_session_on_a_holiday_is_recorded_and_flagged_at_once(
    world: World, officer: User, as_user: SignIn
) -> None:
    desk, client = desk_of(world.station_a1), as_user(officer)
    CalendarDay.objects.create(day=TODAY, kind=DayKind.HOLIDAY, name="甲节")
    sent = {"held_on": TODAY.isoformat(), "served_count": "4"}
    page = url("session-new", world.station_a1.pk, desk.pk)

    first = client.post(page, sent, follow=True)
    client.post(page, sent)
    other = client.post(page, {**sent, "served_count": "5"})

    assert "4 people recorded. The day is a statutory holiday (甲节)" in text(first)
    assert ServiceSession.objects.unscoped("assert").count() == 1
    assert other.status_code == 422
    assert "already recorded with 4 people" in text(other)


def test_session_is_corrected(world: World, officer: User, as_user: SignIn) -> None:
    desk = desk_of(world.station_a1)
    session = ServiceSession.objects.create(
        desk=desk, held_on=TODAY, served_count=4, recorded_by=officer
    )

    as_user(officer).post(
        url("session-edit", world.station_a1.pk, desk.pk, session.pk), {"served_count": "40"}
    )

    session.refresh_from_db()
    assert session.served_count == 40


# --- equipment -----------------------------------------------------------------------------------


def test_equipment_tab_shows_missing_categories_and_overdue_checks(
    world: World, officer: User, as_user: SignIn
) -> None:
    room = world.station_a1
    item_of(room, 1, next_check_on=TODAY - 12 * DAY)
    item_of(room, 2, category="desks", next_check_on=TODAY, state="repair")

    page = text(as_user(officer).get(url("equipment", room.pk)))

    assert "police gear (警用器械) ✓ 2 in service" in page
    assert "office desks and chairs (办公室桌椅) △ listed, none in service" in page
    assert "meeting table (会议桌) △ missing" in page
    assert "盾牌1 police gear (警用器械) P-001 2 in service 2026-05-29 △ 12" in page
    assert "盾牌2 office desks and chairs (办公室桌椅) P-002 2 △ under repair 2026-06-10 –" in page


def test_terminal_needs_a_secrecy_certificate_in_force(
    world: World, officer: User, as_user: SignIn
) -> None:
    room, client = world.station_a1, as_user(officer)
    item_of(room, category="police_terminal")
    warning = "no secrecy certificate in force is filed"

    without = text(client.get(url("equipment", room.pk)))
    certificate = document_of(room, officer, kind="secrecy", valid_until=TODAY)
    with_it = text(client.get(url("equipment", room.pk)))
    certificate.valid_until = TODAY - DAY
    certificate.save()
    expired = text(client.get(url("equipment", room.pk)))

    assert [warning in page for page in (without, with_it, expired)] == [True, False, True]


def test_equipment_filters_narrow_the_list(world: World, officer: User, as_user: SignIn) -> None:
    room, client = world.station_a1, as_user(officer)
    item_of(room, 1, next_check_on=TODAY - DAY)
    item_of(room, 2, category="desks", state="repair")

    def shown(**params: str) -> list[bool]:
        page = text(client.get(url("equipment", room.pk), params))
        return [name in page for name in ("盾牌1", "盾牌2")]

    assert shown() == [True, True]
    assert shown(overdue="on") == [True, False]
    assert shown(category="desks") == [False, True]
    assert shown(state="repair") == [False, True]
    assert "Nothing matches this filter" in text(
        client.get(url("equipment", room.pk), {"category": "other"})
    )


def test_officer_adds_equipment_and_a_resend_gives_the_same_line(
    world: World, officer: User, as_user: SignIn
) -> None:
    room, client = world.station_a1, as_user(officer)
    page = url("equipment-new", room.pk)
    hidden = re.search(r'name="client_uuid" value="([\w-]+)"', client.get(page).content.decode())
    sent = {
        "category": "desks",
        "name": "桌",
        "asset_no": "D-1",
        "quantity": "3",
        "state": "in_service",
        "started_on": "2026-06-01",
        "client_uuid": hidden[1],
    }

    answers = [client.post(page, sent) for _ in range(2)]
    other = client.post(page, {**sent, "quantity": "4"})

    item = EquipmentItem.objects.unscoped("assert").get()
    assert {a["Location"] for a in answers} == {url("equipment", room.pk)}
    assert (item.quantity, item.station_id, str(item.client_uuid)) == (3, room.pk, hidden[1])
    assert other.status_code == 422
    assert "already sent with other content" in text(other)


def test_check_moves_the_next_check_and_is_listed(
    world: World, officer: User, as_user: SignIn
) -> None:
    room, client = world.station_a1, as_user(officer)
    item = item_of(room, next_check_on=TODAY - DAY)
    sent = {
        "checked_on": "2026-06-10",
        "result": "defect",
        "note": "裂纹",
        "state": "unusable",
        "next_check_on": "2026-09-10",
    }

    for _ in range(2):
        client.post(url("equipment-check", room.pk, item.pk), sent)
    page = text(client.get(url("equipment-item", room.pk, item.pk)))

    assert EquipmentCheck.objects.unscoped("assert").count() == 1
    assert "▲ unusable Next check 2026-09-10 Since" in page
    assert "2026-06-10 ▲ defect 裂纹 陈一 2026-06-10 12:00" in page


def test_item_is_changed_and_retired(world: World, officer: User, as_user: SignIn) -> None:
    room, client = world.station_a1, as_user(officer)
    item = item_of(room)
    sent = {
        "category": "police_gear",
        "name": "新名",
        "asset_no": "P-001",
        "quantity": "2",
        "state": "repair",
        "started_on": "2026-01-01",
    }

    client.post(url("equipment-edit", room.pk, item.pk), sent)
    question = text(client.get(url("equipment-retire", room.pk, item.pk)))
    client.post(url("equipment-retire", room.pk, item.pk), {"ended_on": "2026-06-10"})

    page = text(client.get(url("equipment-item", room.pk, item.pk)))
    assert "2 pieces leave the list 0 checks stay on record" in question
    assert "Retired from 2026-06-10" in page
    assert url("equipment-check", room.pk, item.pk) not in page
    assert "新名" not in text(client.get(url("equipment", room.pk)))
    assert "新名" in text(client.get(url("equipment", room.pk), {"on": "2026-06-09"}))


def test_equipment_export_holds_what_the_screen_shows_and_no_formula(
    world: World, officer: User, as_user: SignIn
) -> None:
    room, client = world.station_a1, as_user(officer)
    item_of(room, 1, name="=HYPERLINK(1)", next_check_on=TODAY - 3 * DAY)
    item_of(room, 2, category="desks")
    item_of(world.station_a2, 3)

    csv = client.get(url("equipment", room.pk), {"export": "csv", "category": "police_gear"})
    xlsx = client.get(url("equipment", room.pk), {"export": "xlsx"})

    lines = csv.content.decode("utf-8-sig").splitlines()
    sheet = load_workbook(io.BytesIO(xlsx.content)).get_sheet_by_index(0).to_python()
    assert lines[1:] == ["'=HYPERLINK(1),police gear (警用器械),P-001,2,in service,2026-06-07,3"]
    assert [row[0] for row in sheet[-2:]] == ["盾牌2", "'=HYPERLINK(1)"]
    assert AuditEvent.objects.unscoped("assert").filter(action="export").count() == 2


def test_equipment_list_costs_the_same_for_one_and_three_items(
    world: World, officer: User, as_user: SignIn
) -> None:
    room, client = world.station_a1, as_user(officer)
    item_of(room, 1)
    one = reads(client, url("equipment", room.pk))
    item_of(room, 2)
    item_of(room, 3)

    three = reads(client, url("equipment", room.pk))

    assert len(one) == len(three) == 6
    assert "盾牌3" in text(client.get(url("equipment", room.pk)))


def test_premises_tab_costs_the_same_for_one_and_three_rows(
    world: World, officer: User, as_user: SignIn
) -> None:
    room, client = world.station_a1, as_user(officer)

    def add(number: int) -> None:
        FunctionalArea.objects.create(
            station=room, kind=["rest", "server", "mediation"][number], started_on=START
        )
        NoticeBoard.objects.create(
            station=room, kind="disclosure", location=f"{number}", started_on=START
        )
        ContactBox.objects.create(station=room, location=f"箱{number}", started_on=START)
        desk = desk_of(room, opens_at=dt.time(number))
        ServiceSession.objects.create(desk=desk, held_on=TODAY, served_count=1, recorded_by=officer)

    add(0)
    one = reads(client, url("premises", room.pk))
    add(1)
    add(2)

    three = reads(client, url("premises", room.pk))

    assert len(one) == len(three) == 9
    assert "箱2" in text(client.get(url("premises", room.pk)))


# --- documents -----------------------------------------------------------------------------------


def upload(name: str = "日志.pdf", content: bytes = PDF_BYTES) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/html")


def test_documents_tab_shows_institutions_and_expiry(
    world: World, officer: User, as_user: SignIn
) -> None:
    room = world.station_a1
    document_of(room, officer)
    document_of(room, officer, kind="secrecy", title="保密证", valid_until=TODAY - 2 * DAY)

    page = text(as_user(officer).get(url("documents", room.pk)))

    assert "1 of 8 on file" in page
    assert "institution: duty log ✓ on file 日志制度 version 1, effective from 2026-01-01" in page
    assert "institution: weekly briefing △ not on file" in page
    assert "保密证 secrecy certificate – 1 2026-01-01 2026-06-08 △ 2" in page


def test_document_is_uploaded_once_and_its_type_comes_from_the_content(
    world: World, officer: User, as_user: SignIn
) -> None:
    room, client = world.station_a1, as_user(officer)
    page = url("document-new", room.pk)
    hidden = re.search(r'name="client_uuid" value="([\w-]+)"', client.get(page).content.decode())
    sent = {
        "kind": "duty_log",
        "title": "日志制度",
        "effective_from": "2026-06-01",
        "client_uuid": hidden[1],
    }

    answers = [client.post(page, {**sent, "file": upload()}) for _ in range(2)]

    document = Document.objects.unscoped("assert").get()
    version = DocumentVersion.objects.unscoped("assert").get()
    assert {a["Location"] for a in answers} == {url("document", room.pk, document.pk)}
    assert (version.content_type, version.filename) == ("application/pdf", "日志.pdf")
    assert version.sha256 in text(client.get(url("document", room.pk, document.pk)))


@pytest.mark.parametrize(
    ("file", "message"),
    [
        pytest.param(("a.pdf", b"MZ" * 90), "not what its name says", id="exe-named-pdf"),
        pytest.param(("a.exe", PDF_BYTES), "cannot be kept here", id="exe"),
        pytest.param(("a.pdf", PDF_BYTES * 10), "at most", id="too-large"),
        pytest.param(("a.pdf", b""), "empty", id="empty"),
    ],
)
def test_upload_is_refused_at_its_field_and_the_rest_stays(
    world: World,
    officer: User,
    as_user: SignIn,
    settings: Any,
    file: tuple[str, bytes],
    message: str,
) -> None:
    settings.UPLOAD_MAX_BYTES = 300
    sent = {"kind": "other", "title": "留着", "effective_from": "2026-06-01"}

    page = as_user(officer).post(
        url("document-new", world.station_a1.pk), {**sent, "file": upload(*file)}
    )

    assert page.status_code == 422
    assert message in text(page)
    assert 'value="留着"' in page.content.decode()
    assert Document.objects.unscoped("assert").count() == 0


def test_versions_are_added_and_both_can_be_downloaded(
    world: World, officer: User, as_user: SignIn
) -> None:
    room, client = world.station_a1, as_user(officer)
    document = document_of(room, officer)
    newer = PDF_BYTES + b"\n%%EOF"

    client.post(
        url("document-version-new", room.pk, document.pk),
        {"effective_from": "2026-06-10", "file": upload("二.pdf", newer)},
    )
    answers = [client.get(url("document-download", room.pk, document.pk, n)) for n in (1, 2)]

    assert [a.content for a in answers] == [PDF_BYTES, newer]


def test_download_is_an_attachment_of_the_stored_type(
    world: World, officer: User, as_user: SignIn
) -> None:
    room = world.station_a1
    document = document_of(room, officer, filename='日志 "一".pdf')

    answer = as_user(officer).get(url("document-download", room.pk, document.pk, 1))

    event = AuditEvent.objects.unscoped("assert").get(action="export")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == (
        "attachment; filename*=UTF-8''%E6%97%A5%E5%BF%97%20%22%E4%B8%80%22.pdf"
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert (event.org_path, event.object_id) == (room.org_path, str(document.pk))


def test_missing_version_is_absent(world: World, officer: User, as_user: SignIn) -> None:
    document = document_of(world.station_a1, officer)

    answer = as_user(officer).get(url("document-download", world.station_a1.pk, document.pk, 2))

    assert answer.status_code == 404


def test_document_facts_change_and_withdrawal_keeps_versions_readable(
    world: World, officer: User, as_user: SignIn
) -> None:
    room, client = world.station_a1, as_user(officer)
    document = document_of(room, officer)

    client.post(
        url("document-edit", room.pk, document.pk),
        {"kind": "duty_log", "title": "新题", "number": "1号", "valid_until": "2027-01-01"},
    )
    question = text(client.get(url("document-end", room.pk, document.pk)))
    client.post(url("document-end", room.pk, document.pk), {"ended_on": "2026-06-10"})

    document.refresh_from_db()
    download = client.get(url("document-download", room.pk, document.pk, 1))
    assert (document.title, document.number, document.ended_on) == ("新题", "1号", TODAY)
    assert "1 version stays readable" in question
    assert "institution: duty log △ not on file" in text(client.get(url("documents", room.pk)))
    assert download.content == PDF_BYTES


def test_document_list_costs_the_same_for_one_and_three_and_reads_no_file(
    world: World, officer: User, as_user: SignIn
) -> None:
    room, client = world.station_a1, as_user(officer)
    document_of(room, officer, title="文0")
    one = reads(client, url("documents", room.pk))
    document_of(room, officer, title="文1", kind="other")
    document_of(room, officer, title="文2", kind="urgent_notice")

    three = reads(client, url("documents", room.pk))

    assert len(one) == len(three) == 5
    assert "文2" in text(client.get(url("documents", room.pk)))
    assert not any('"content"' in query for query in three)


# --- scope ---------------------------------------------------------------------------------------

READS = ("premises", "equipment", "documents")
ACTS = ("area-new", "board-new", "box-new", "desk-new", "equipment-new", "document-new")


@pytest.mark.parametrize("name", [*READS, *ACTS])
def test_station_out_of_scope_is_absent(
    world: World, neighbour_officer: User, as_user: SignIn, name: str
) -> None:
    client = as_user(neighbour_officer)

    hidden = client.get(url(name, world.station_a1.pk))
    absent = client.get(url(name, 987654))

    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert hidden.content == absent.content


@pytest.mark.parametrize("name", ACTS)
def test_education_department_reads_but_does_not_write(
    world: World, education: User, as_user: SignIn, name: str
) -> None:
    client = as_user(education)

    assert client.get(url(name, world.station_a1.pk)).status_code == 403
    assert client.post(url(name, world.station_a1.pk), {}).status_code == 403
    assert "△ missing" in text(client.get(url("premises", world.station_a1.pk)))


def test_reader_of_two_rooms_writes_only_where_the_role_is_held(
    world: World, as_user: SignIn
) -> None:
    person = make_user("100031", "两处", world.station_a1.unit, Role.OFFICER)
    from tests.world import grant

    grant(person, Role.COMMAND, world.center_a.unit)
    client = as_user(person)

    assert client.get(url("equipment-new", world.station_a1.pk)).status_code == 200
    assert client.get(url("equipment", world.center_a.pk)).status_code == 200
    assert client.get(url("equipment-new", world.center_a.pk)).status_code == 403


def test_row_of_another_station_is_absent_under_ones_own(
    world: World, officer: User, county_staff: User, as_user: SignIn
) -> None:
    foreign = item_of(world.center_a)
    paper = document_of(world.center_a, officer)
    here = world.station_a1.pk

    for person in (officer, county_staff):
        client = as_user(person)
        answers = [
            client.get(url("equipment-item", here, foreign.pk)),
            client.post(url("equipment-retire", here, foreign.pk), {"ended_on": "2026-06-10"}),
            client.get(url("document-download", here, paper.pk, 1)),
        ]
        assert [a.status_code for a in answers] == [404, 404, 404]
    foreign.refresh_from_db()
    assert foreign.ended_on is None


def test_county_staff_equip_a_station_of_their_county(
    world: World, county_staff: User, as_user: SignIn
) -> None:
    client = as_user(county_staff)

    inside = client.post(
        url("box-new", world.station_a1.pk), {"location": "门外", "started_on": "2026-06-01"}
    )
    outside = client.post(
        url("box-new", world.station_a2.pk), {"location": "门外", "started_on": "2026-06-01"}
    )

    assert (inside.status_code, outside.status_code) == (302, 404)
    box = ContactBox.objects.unscoped("assert").get()
    assert box.station_id == world.station_a1.pk
