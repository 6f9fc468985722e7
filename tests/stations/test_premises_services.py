"""Acts on premises, equipment and documents: success, each refusal, and what a resend does."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from policeroom.accounts.models import User
from policeroom.common.errors import ConflictError, DomainError
from policeroom.common.models import AuditEvent
from stations.models import (
    ContactBox,
    Document,
    DocumentVersion,
    EquipmentCheck,
    EquipmentItem,
    FunctionalArea,
    NoticeBoard,
    ServiceDesk,
    ServiceSession,
)
from stations.queries.premises import premises_on
from stations.services import documents, equipment, premises, upkeep
from stations.services.records import end_record
from tests.stations.places_helpers import scope_at
from tests.stations.test_premises_uploads import PDF_BYTES, picture
from tests.world import START, World

pytestmark = pytest.mark.integration

TODAY = dt.date(2026, 6, 10)
DAY = dt.timedelta(days=1)


def events(row: Any) -> list[AuditEvent]:
    rows = AuditEvent.objects.unscoped("assert").filter(
        object_type=row._meta.label_lower, object_id=str(row.pk)
    )
    return list(rows.order_by("id"))


def count(model: Any) -> int:
    return model.objects.unscoped("assert").count()


@pytest.fixture
def area(world: World, officer: User) -> FunctionalArea:
    return premises.add_area(
        station=world.station_a1,
        kind="mediation",
        floor_area_m2=Decimal("12.50"),
        started_on=START,
        by=officer,
        today=TODAY,
    )


@pytest.fixture
def board(world: World, officer: User) -> NoticeBoard:
    return premises.add_board(
        station=world.station_a1,
        kind="disclosure",
        location="门厅",
        started_on=START,
        by=officer,
        today=TODAY,
    )


@pytest.fixture
def box(world: World, officer: User) -> ContactBox:
    return premises.add_box(
        station=world.station_a1, location="门外", started_on=START, by=officer, today=TODAY
    )


def new_desk(world: World, by: User, **changes: Any) -> ServiceDesk:
    facts = {
        "branch": "household",
        "responsible_unit": world.county_a1,
        "weekdays": [4, 2, 2],
        "opens_at": dt.time(9),
        "closes_at": dt.time(11, 30),
        "started_on": START,
        **changes,
    }
    return premises.add_desk(station=world.station_a1, by=by, today=TODAY, **facts)


def new_item(world: World, by: User, **changes: Any) -> EquipmentItem:
    facts = {
        "category": "police_gear",
        "name": "防暴盾牌",
        "asset_no": "P-001",
        "quantity": 4,
        "started_on": START,
        "next_check_on": TODAY - 10 * DAY,
        **changes,
    }
    return equipment.add_equipment(station=world.station_a1, by=by, today=TODAY, **facts)


def new_document(world: World, by: User, **changes: Any) -> Document:
    facts = {
        "kind": "duty_log",
        "title": "工作日志制度",
        "effective_from": START,
        "filename": "日志.pdf",
        "content": PDF_BYTES,
        **changes,
    }
    return documents.add_document(station=world.station_a1, by=by, today=TODAY, **facts)


# --- areas, and what every row shares ------------------------------------------------------------


def test_area_is_added_with_one_audit_event_at_the_stations_place(
    area: FunctionalArea, world: World, officer: User
) -> None:
    [event] = events(area)

    assert (event.action, event.actor) == ("stations.equip", officer)
    assert event.org_path == world.station_a1.org_path
    assert event.after["floor_area_m2"] == "12.50"


def test_second_area_of_the_kind_is_refused_until_the_first_ended(
    area: FunctionalArea, world: World, officer: User
) -> None:
    facts = {"station": world.station_a1, "kind": "mediation", "by": officer, "today": TODAY}
    with pytest.raises(DomainError, match="already recorded since 2026-01-01"):
        premises.add_area(started_on=TODAY, **facts)

    end_record(row=area, ended_on=TODAY, by=officer)
    premises.add_area(started_on=TODAY, **facts)

    assert count(FunctionalArea) == 2


def test_open_area_of_a_kind_is_unique_in_the_database(area: FunctionalArea) -> None:
    twin = FunctionalArea(station=area.station, kind=area.kind, started_on=TODAY)
    with pytest.raises(IntegrityError, match="functionalarea_once"), transaction.atomic():
        twin.save()


def test_row_of_the_future_is_refused(world: World, officer: User) -> None:
    with pytest.raises(DomainError, match="2026-06-11 lies in the future") as refusal:
        premises.add_box(
            station=world.station_a1,
            location="x",
            started_on=TODAY + DAY,
            by=officer,
            today=TODAY,
        )

    assert refusal.value.field == "started_on"


def test_nothing_is_added_to_a_closed_room(world: World, officer: User) -> None:
    room = world.station_a1
    room.closed_on, room.close_reason = dt.date(2026, 5, 1), "合并"
    room.save()

    with pytest.raises(DomainError, match="closed on 2026-05-01"):
        premises.add_box(
            station=room, location="x", started_on=dt.date(2026, 5, 1), by=officer, today=TODAY
        )


def test_edit_writes_only_what_differs_and_keeps_both_values(
    area: FunctionalArea, officer: User
) -> None:
    saved = premises.edit_area(
        area=area, by=officer, today=TODAY, kind="mediation", floor_area_m2=Decimal("13.00")
    )

    event = events(area)[-1]
    assert saved.floor_area_m2 == Decimal("13.00")
    assert (event.before, event.after) == (
        {"floor_area_m2": "12.50"},
        {"floor_area_m2": "13.00"},
    )


def test_edit_without_a_difference_leaves_no_event(area: FunctionalArea, officer: User) -> None:
    premises.edit_area(area=area, by=officer, today=TODAY, note=area.note)

    assert len(events(area)) == 1


def test_two_people_edit_different_fields_of_one_row(area: FunctionalArea, officer: User) -> None:
    stale = FunctionalArea.objects.unscoped("a second reader").get(pk=area.pk)
    premises.edit_area(area=area, by=officer, today=TODAY, note="first")
    premises.edit_area(area=stale, by=officer, today=TODAY, floor_area_m2=Decimal("9.00"))

    area.refresh_from_db()
    assert (area.note, area.floor_area_m2) == ("first", Decimal("9.00"))


def test_end_is_kept_as_history_and_happens_once(area: FunctionalArea, officer: User) -> None:
    end_record(row=area, ended_on=TODAY, by=officer)
    end_record(row=area, ended_on=TODAY, by=officer)

    area.refresh_from_db()
    assert area.ended_on == TODAY
    assert len(events(area)) == 2


def test_ended_row_is_neither_ended_again_nor_changed(area: FunctionalArea, officer: User) -> None:
    end_record(row=area, ended_on=TODAY, by=officer)

    with pytest.raises(DomainError, match="ended on 2026-06-10"):
        end_record(row=area, ended_on=TODAY - DAY, by=officer)
    with pytest.raises(DomainError, match="ended on 2026-06-10"):
        premises.edit_area(area=area, by=officer, today=TODAY, note="x")


def test_end_before_the_start_is_refused(area: FunctionalArea, officer: User) -> None:
    with pytest.raises(DomainError, match="began on 2026-01-01; it cannot end on 2025-12-31"):
        end_record(row=area, ended_on=START - DAY, by=officer)
    with pytest.raises(IntegrityError, match="functionalarea_period"), transaction.atomic():
        FunctionalArea.objects.unscoped("assert").filter(pk=area.pk).update(ended_on=START - DAY)


# --- boards and boxes ----------------------------------------------------------------------------


def test_twin_board_of_a_double_click_is_refused(board: NoticeBoard, officer: User) -> None:
    with pytest.raises(DomainError, match="already recorded since 2026-01-01"):
        premises.add_board(
            station=board.station,
            kind="disclosure",
            location="门厅",
            started_on=START,
            by=officer,
            today=TODAY,
        )


def test_board_is_edited(board: NoticeBoard, officer: User) -> None:
    saved = premises.edit_board(board=board, by=officer, today=TODAY, prominent=True)

    assert saved.prominent is True


def test_contents_are_renewed_once_and_never_backwards(board: NoticeBoard, officer: User) -> None:
    facts = {"board": board, "by": officer, "today": TODAY}
    upkeep.renew_board(items=["staff", "duties"], day=TODAY, **facts)
    upkeep.renew_board(items=["staff"], day=TODAY, **facts)
    upkeep.renew_board(items=["staff"], day=START, **facts)

    board.refresh_from_db()
    assert board.contents == {"staff": "2026-06-10", "duties": "2026-06-10"}
    assert set(board.renewals.values_list("item", "renewed_on", "recorded_by")) == {
        ("staff", TODAY, officer.pk),
        ("duties", TODAY, officer.pk),
        ("staff", START, officer.pk),
    }
    assert len(events(board)) == 3  # added, renewed, the earlier renewal


def test_each_renewal_is_kept_with_what_changed(board: NoticeBoard, officer: User) -> None:
    for day, note in ((TODAY - DAY, "换值班照片"), (TODAY, "换电话")):
        upkeep.renew_board(
            board=board, items=["staff"], day=day, note=note, by=officer, today=TODAY
        )
    upkeep.renew_board(
        board=board, items=["staff"], day=TODAY, note="再说一遍", by=officer, today=TODAY
    )

    kept = board.renewals.order_by("renewed_on").values_list("renewed_on", "note")
    assert list(kept) == [(TODAY - DAY, "换值班照片"), (TODAY, "换电话")]


def test_a_past_day_shows_what_was_renewed_by_then(board: NoticeBoard, officer: User) -> None:
    for day in (TODAY - 3 * DAY, TODAY):
        upkeep.renew_board(board=board, items=["staff"], day=day, by=officer, today=TODAY)

    def shown(on: dt.date) -> dt.date | None:
        sheet = premises_on(board.station, scope_at(board.station.unit), on=on)
        (line,) = (row for row in sheet.boards if row.board == board)
        return next(row.renewed_on for row in line.contents if row.code == "staff")

    assert [shown(TODAY - n * DAY) for n in (0, 1, 3, 4)] == [
        TODAY,
        TODAY - 3 * DAY,
        TODAY - 3 * DAY,
        None,
    ]


@pytest.mark.parametrize(
    ("items", "day", "message"),
    [
        pytest.param(["weather"], TODAY, "Unknown: weather", id="unknown-content"),
        pytest.param([], TODAY, "Choose one of the five", id="no-content"),
        pytest.param(["staff"], TODAY + DAY, "in the future", id="future"),
        pytest.param(["staff"], START - DAY, "hangs there since", id="before-it-hung"),
    ],
)
def test_renewal_is_refused(
    board: NoticeBoard, officer: User, items: list[str], day: dt.date, message: str
) -> None:
    with pytest.raises(DomainError, match=message):
        upkeep.renew_board(board=board, items=items, day=day, by=officer, today=TODAY)


def test_only_a_disclosure_board_has_contents(board: NoticeBoard, officer: User) -> None:
    premises.edit_board(board=board, by=officer, today=TODAY, kind="publicity")

    with pytest.raises(DomainError, match="Only a disclosure board"):
        upkeep.renew_board(board=board, items=["staff"], day=TODAY, by=officer, today=TODAY)


def test_box_is_emptied_once_a_day_and_never_backwards(box: ContactBox, officer: User) -> None:
    for day in (TODAY, TODAY, TODAY - DAY):
        upkeep.empty_box(box=box, day=day, by=officer, today=TODAY)

    box.refresh_from_db()
    assert box.last_emptied_on == TODAY
    assert set(box.emptyings.values_list("emptied_on", "recorded_by")) == {
        (TODAY, officer.pk),
        (TODAY - DAY, officer.pk),
    }
    assert len(events(box)) == 3  # added, emptied, the earlier day


@pytest.mark.parametrize(
    ("day", "message"),
    [
        pytest.param(TODAY + DAY, "in the future", id="future"),
        pytest.param(START - DAY, "hangs there since 2026-01-01", id="before-it-was-there"),
    ],
)
def test_emptying_is_refused(box: ContactBox, officer: User, day: dt.date, message: str) -> None:
    with pytest.raises(DomainError, match=message):
        upkeep.empty_box(box=box, day=day, by=officer, today=TODAY)


def test_twin_box_is_refused_and_box_is_edited(box: ContactBox, officer: User) -> None:
    with pytest.raises(DomainError, match="already recorded"):
        premises.add_box(
            station=box.station, location="门外", started_on=TODAY, by=officer, today=TODAY
        )

    assert premises.edit_box(box=box, by=officer, today=TODAY, location="楼道").location == "楼道"


# --- service desks -------------------------------------------------------------------------------


def test_desk_keeps_its_weekdays_sorted(world: World, officer: User) -> None:
    assert new_desk(world, officer).weekdays == [2, 4]


def test_desk_is_refused(world: World, officer: User) -> None:
    with pytest.raises(DomainError, match="at least one fixed weekday"):
        new_desk(world, officer, weekdays=[])
    with pytest.raises(ValidationError, match="must close after it opens"):
        new_desk(world, officer, closes_at=dt.time(8))
    with pytest.raises(ValidationError, match="not a valid choice"):
        new_desk(world, officer, weekdays=[8])
    new_desk(world, officer)
    with pytest.raises(DomainError, match="already recorded"):
        new_desk(world, officer)


def test_desk_is_edited(world: World, officer: User) -> None:
    desk = new_desk(world, officer)

    saved = premises.edit_desk(desk=desk, by=officer, today=TODAY, weekdays=[5, 1])

    assert saved.weekdays == [1, 5]
    with pytest.raises(DomainError, match="at least one fixed weekday"):
        premises.edit_desk(desk=desk, by=officer, today=TODAY, weekdays=[])


def test_session_is_recorded_once_a_day(world: World, officer: User) -> None:
    desk = new_desk(world, officer)
    facts = {"desk": desk, "held_on": TODAY, "by": officer, "today": TODAY}

    first = premises.record_session(served_count=12, **facts)
    again = premises.record_session(served_count=12, **facts)

    assert first.pk == again.pk
    assert count(ServiceSession) == 1
    with pytest.raises(DomainError, match="already recorded with 12 people"):
        premises.record_session(served_count=13, **facts)


def test_session_outside_the_desks_time_is_refused(world: World, officer: User) -> None:
    desk = end_record(row=new_desk(world, officer), ended_on=TODAY, by=officer)

    for day in (START - DAY, TODAY):
        with pytest.raises(DomainError, match="lies outside"):
            premises.record_session(desk=desk, held_on=day, served_count=1, by=officer, today=TODAY)
    with pytest.raises(DomainError, match="in the future"):
        premises.record_session(
            desk=desk, held_on=TODAY + DAY, served_count=1, by=officer, today=TODAY
        )


def test_session_count_is_corrected_with_both_numbers_kept(world: World, officer: User) -> None:
    session = premises.record_session(
        desk=new_desk(world, officer), held_on=TODAY, served_count=12, by=officer, today=TODAY
    )

    premises.correct_session(session=session, served_count=21, by=officer)

    event = events(session)[-1]
    assert (event.before, event.after) == ({"served_count": 12}, {"served_count": 21})
    assert event.org_path == world.station_a1.org_path


# --- equipment -----------------------------------------------------------------------------------


def test_equipment_sent_twice_is_one_line_and_other_content_is_refused(
    world: World, officer: User
) -> None:
    sent = uuid.uuid4()
    first = new_item(world, officer, client_uuid=sent)

    assert new_item(world, officer, client_uuid=sent).pk == first.pk
    assert count(EquipmentItem) == 1
    assert len(events(first)) == 1
    with pytest.raises(ConflictError, match="already sent with other content"):
        new_item(world, officer, client_uuid=sent, quantity=5)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"asset_no": "P-001"}, "already on the list: 防暴盾牌", id="number-taken"),
        pytest.param(
            {"asset_no": "N", "state": "retired"}, "retired with its last day", id="state"
        ),
        pytest.param({"asset_no": "N", "started_on": TODAY + DAY}, "in the future", id="future"),
    ],
)
def test_equipment_is_refused(
    world: World, officer: User, changes: dict[str, Any], message: str
) -> None:
    new_item(world, officer)

    with pytest.raises(DomainError, match=message):
        new_item(world, officer, **changes)


def test_equipment_of_no_pieces_is_refused(world: World, officer: User) -> None:
    with pytest.raises(ValidationError, match="greater than or equal to 1"):
        new_item(world, officer, quantity=0)


def test_equipment_is_edited_but_not_onto_a_taken_number(world: World, officer: User) -> None:
    new_item(world, officer)
    item = new_item(world, officer, asset_no="P-002")

    saved = equipment.edit_equipment(item=item, by=officer, today=TODAY, state="repair")

    assert saved.state == "repair"
    with pytest.raises(DomainError, match="P-001 is already on the list"):
        equipment.edit_equipment(item=item, by=officer, today=TODAY, asset_no="P-001")
    with pytest.raises(DomainError, match="retired with its last day"):
        equipment.edit_equipment(item=item, by=officer, today=TODAY, state="retired")


def checked(item: EquipmentItem, by: User, **changes: Any) -> EquipmentCheck:
    facts = {
        "checked_on": TODAY,
        "result": "good",
        "next_check_on": TODAY + 90 * DAY,
        **changes,
    }
    return equipment.record_check(item=item, by=by, today=TODAY, **facts)


def test_check_moves_the_next_check(world: World, officer: User) -> None:
    item = new_item(world, officer)

    check = checked(item, officer, result="defect", note="裂纹", state="repair")

    item.refresh_from_db()
    [event] = events(check)
    assert (item.next_check_on, item.state) == (TODAY + 90 * DAY, "repair")
    assert event.before["next_check_on"] == (TODAY - 10 * DAY).isoformat()
    assert event.after["result"] == "defect"


def test_check_sent_twice_is_recorded_once(world: World, officer: User) -> None:
    item = new_item(world, officer)

    assert checked(item, officer).pk == checked(item, officer).pk
    assert count(EquipmentCheck) == 1


def test_check_entered_late_moves_nothing(world: World, officer: User) -> None:
    item = new_item(world, officer)
    checked(item, officer)

    checked(item, officer, checked_on=START, next_check_on=TODAY - 5 * DAY, state="unusable")

    item.refresh_from_db()
    assert (item.next_check_on, item.state) == (TODAY + 90 * DAY, "in_service")
    assert count(EquipmentCheck) == 2


@pytest.mark.parametrize(
    ("changes", "message", "field"),
    [
        pytest.param({"checked_on": TODAY + DAY}, "in the future", "checked_on", id="future"),
        pytest.param(
            {"checked_on": START - DAY}, "on the list since 2026-01-01", "checked_on", id="before"
        ),
        pytest.param({"result": "defect"}, "what the defect is", "note", id="defect-without-note"),
        pytest.param(
            {"next_check_on": TODAY},
            "must lie after this one",
            "next_check_on",
            id="next-not-later",
        ),
        pytest.param(
            {"next_check_on": None}, "enter the day of the next", "next_check_on", id="gear-no-next"
        ),
        pytest.param({"state": "retired"}, "retired with its last day", "state", id="retired"),
    ],
)
def test_check_is_refused(
    world: World, officer: User, changes: dict[str, Any], message: str, field: str
) -> None:
    item = new_item(world, officer)

    with pytest.raises(DomainError, match=message) as refusal:
        checked(item, officer, **changes)

    assert refusal.value.field == field
    assert count(EquipmentCheck) == 0


def test_desks_need_no_next_check(world: World, officer: User) -> None:
    item = new_item(world, officer, category="desks", asset_no="D-1")

    checked(item, officer, next_check_on=None)

    item.refresh_from_db()
    assert item.next_check_on is None


def test_retired_equipment_stays_with_its_day_and_is_not_checked(
    world: World, officer: User
) -> None:
    item = new_item(world, officer)

    equipment.retire_equipment(item=item, ended_on=TODAY, by=officer)

    item.refresh_from_db()
    assert (item.state, item.ended_on) == ("retired", TODAY)
    with pytest.raises(DomainError, match="ended on 2026-06-10"):
        checked(item, officer)
    with pytest.raises(DomainError, match="already on the list"):
        new_item(world, officer)


# --- documents -----------------------------------------------------------------------------------


def test_document_is_filed_with_its_first_version(world: World, officer: User) -> None:
    document = new_document(world, officer)

    [version] = document.versions.all()
    [event] = events(document)
    assert (version.number, version.filename, version.size) == (1, "日志.pdf", len(PDF_BYTES))
    assert bytes(version.content) == PDF_BYTES
    assert event.after["version"]["sha256"] == version.sha256
    assert event.org_path == world.station_a1.org_path


def test_document_sent_twice_is_one_and_another_file_is_refused(
    world: World, officer: User
) -> None:
    sent = uuid.uuid4()
    first = new_document(world, officer, client_uuid=sent)

    assert new_document(world, officer, client_uuid=sent).pk == first.pk
    assert (count(Document), count(DocumentVersion)) == (1, 1)
    with pytest.raises(ConflictError):
        new_document(world, officer, client_uuid=sent, content=PDF_BYTES + b"\n")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"content": b"MZ\x90"}, "not what its name says", id="bad-file"),
        pytest.param({"effective_from": TODAY + DAY}, "in the future", id="future"),
        pytest.param({"valid_until": START - DAY}, "in effect only from", id="expired-before"),
    ],
)
def test_document_is_refused_and_nothing_is_written(
    world: World, officer: User, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(DomainError, match=message):
        new_document(world, officer, **changes)

    assert (count(Document), count(DocumentVersion)) == (0, 0)


def test_document_over_the_limit_is_refused(world: World, officer: User, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = len(PDF_BYTES) - 1

    with pytest.raises(DomainError, match="at most"):
        new_document(world, officer)


def test_versions_are_added_and_never_replaced(world: World, officer: User) -> None:
    document = new_document(world, officer)
    facts = {"document": document, "by": officer, "today": TODAY, "filename": "二.pdf"}
    newer = PDF_BYTES.replace(b"1.4", b"1.5")

    second = documents.add_version(effective_from=TODAY, content=newer, **facts)
    again = documents.add_version(effective_from=TODAY, content=newer, **facts)

    assert second.pk == again.pk
    assert [(v.number, bytes(v.content)) for v in document.versions.all()] == [
        (2, newer),
        (1, PDF_BYTES),
    ]
    with pytest.raises(DomainError, match="same file as version 2"):
        documents.add_version(effective_from=TODAY - DAY, content=newer, **facts)
    with pytest.raises(DomainError, match="cannot do so before"):
        documents.add_version(effective_from=START, content=PDF_BYTES, **facts)


def test_withdrawn_document_takes_no_version(world: World, officer: User) -> None:
    document = end_record(row=new_document(world, officer), ended_on=TODAY, by=officer)

    with pytest.raises(DomainError, match="ended on 2026-06-10"):
        documents.add_version(
            document=document,
            effective_from=TODAY,
            filename="p.png",
            content=picture("PNG"),
            by=officer,
            today=TODAY,
        )


def test_document_facts_are_edited(world: World, officer: User) -> None:
    document = new_document(world, officer)

    saved = documents.edit_document(
        document=document, by=officer, today=TODAY, title="日志制度", valid_until=TODAY
    )

    assert (saved.title, saved.valid_until) == ("日志制度", TODAY)
    with pytest.raises(DomainError, match="in effect only from 2026-01-01"):
        documents.edit_document(document=document, by=officer, today=TODAY, valid_until=START - DAY)


def test_version_number_is_unique_in_the_database(world: World, officer: User) -> None:
    version = new_document(world, officer).versions.get()
    version.pk = None

    with pytest.raises(IntegrityError, match="documentversion_once"), transaction.atomic():
        version.save()
