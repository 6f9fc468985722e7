"""Import of a log: created, changed, unchanged, flagged, stale; all or nothing, with history."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test.utils import CaptureQueriesContext

from incidents.enums import Disposition, EntryKind, IncidentKind, IncidentState, Precision, Source
from incidents.imports import compare
from incidents.imports.header import find_log_header
from incidents.imports.proposal import columns_of
from incidents.models import Incident, IncidentEntry, LogMapping, Place, SourceRow
from incidents.services.imports import check_columns, save_mapping
from incidents.services.states import review_incident
from policeroom.common.errors import ConflictError, DomainError, NotAllowedError
from policeroom.common.models import AuditEvent
from stations.imports import pipeline
from stations.imports.cells import read_tables
from stations.models import ImportJob
from tests.incidents.import_files import (
    HEADER,
    NOW,
    ROW,
    SHANGHAI,
    commit,
    context,
    examine,
    flags,
    lead_of,
    log,
    mapping_of,
    records,
    row,
)
from tests.incidents.test_filing import call, category
from tests.stations.imports.files import csv_file, xlsx_file
from tests.world import World

pytestmark = pytest.mark.integration


def here(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture
def room(world: World) -> Any:
    return world.station_a1


@pytest.fixture
def bring(room, station_lead):
    """Import a log into the room, once its columns are known; later files use the mapping."""

    def run(*rows, header=HEADER, settings=None, **fields) -> Any:
        content = log(*rows, header=header)
        mapping = LogMapping.objects.unscoped("test").first()
        if mapping is None:
            mapping = mapping_of(content, room, station_lead, **(settings or {}))
        return commit(content, context(room, mapping, station_lead, **fields))

    return run


@pytest.fixture
def check(room, station_lead):
    """The dry run of a log with the mapping that is there."""

    def run(*rows, header=HEADER, **fields) -> Any:
        mapping = LogMapping.objects.unscoped("test").get()
        return examine(log(*rows, header=header), context(room, mapping, station_lead, **fields))

    return run


# --- created


def test_row_becomes_a_closed_record_with_its_first_line(room, bring, station_lead) -> None:
    place = Place(station=room, name="南门")
    place.save()

    report = bring()

    assert report.counts() == {"created": 1, "changed": 0, "unchanged": 0, "problems": 0}
    record = records()["A1"]
    assert record.category == category("theft.property")
    assert (record.kind, record.source, record.state) == (
        IncidentKind.REPORT,
        Source.IMPORT,
        IncidentState.CLOSED,
    )
    assert (record.reported_at, record.reported_precision) == (
        here("2026-09-10 08:00"),
        Precision.EXACT,
    )
    assert (record.occurred_from, record.occurred_to) == (here("2026-09-10 07:30"), None)
    assert (record.place_text, record.place_id) == ("南门", place.pk)
    assert (record.narrative, record.disposition) == ("手机被盗", Disposition.MEDIATED)
    assert (record.source_log, record.number) == ("旧台账", "2026-0910-001")
    assert (record.recorded_by, record.closed_at) == (station_lead, record.reported_at)
    entry = IncidentEntry.objects.unscoped("test").get(incident=record)
    assert entry.kind == EntryKind.FILED
    assert entry.text.splitlines() == [f"{a}: {b}" for a, b in zip(HEADER, ROW, strict=True)]


def test_columns_that_are_not_imported_are_kept_nowhere(bring) -> None:
    bring((*ROW, "13800000000"), header=(*HEADER, "报警人电话"))

    record = records()["A1"]
    entry = IncidentEntry.objects.unscoped("test").get(incident=record)
    said = SourceRow.objects.unscoped("test").get()
    assert not [text for text in (entry.text, record.narrative, str(said.values)) if "138" in text]


def test_numbers_are_of_the_day_in_the_order_of_the_calls(world, officer, bring) -> None:
    call(world, officer, reported_at=NOW - dt.timedelta(minutes=5))  # 2026-0917-001

    bring(
        row(编号="A1", 报警时间="2026-09-17 12:00"),
        row(编号="A2", 报警时间="2026-09-17 09:00"),
        row(编号="A3", 报警时间="2026-09-16 09:00"),
    )

    numbers = {key: record.number for key, record in records().items() if key}
    assert numbers == {"A2": "2026-0917-002", "A1": "2026-0917-003", "A3": "2026-0916-001"}
    assert call(world, officer).number == "2026-0917-004"


def test_words_without_a_code_leave_it_empty_and_are_listed(bring) -> None:
    report = bring(row(类别="奇怪的事", 处置结果="另行处理"), row(编号="A2", 类别="奇怪的事"))

    record = records()["A1"]
    assert (record.category, record.disposition, record.state) == (None, "", IncidentState.CLOSED)
    listed = {notice.code: notice.items for notice in report.notices if notice.items}
    assert listed == {
        "unknown_category": ("奇怪的事 × 2",),
        "unknown_disposition": ("另行处理 × 1",),
    }


def test_words_somebody_assigned_give_codes_and_say_what_is_open(room, bring, station_lead) -> None:
    content = log()
    mapping = mapping_of(
        content,
        room,
        station_lead,
        words={"category": {"奇怪的事": "help.other"}, "disposition": {"待办": "open"}},
    )
    commit(log(row(类别="奇怪的事", 处置结果="待办")), context(room, mapping, station_lead))

    record = records()["A1"]
    assert record.category == category("help.other")
    assert record.kind == IncidentKind.ASSISTANCE  # the usual kind of the category
    assert (record.state, record.closed_at) == (IncidentState.HANDLING, None)


# --- precision and oddities


def test_what_is_known_of_a_time_is_kept_and_nothing_more(bring) -> None:
    report = bring(
        row(编号="1", 报警时间="2026-09-10", 发生时间="2026-09-09"),
        row(编号="2", 发生时间="不详"),
        row(编号="3", 发生时间=""),
        row(编号="4", 报警时间="", 发生时间="2026-09-01 10:00"),
        row(编号="5", 报警时间="上周", 发生时间=""),
        row(编号="6", 发生时间="2026-09-08 至 2026-09-09"),
        filename="log 2026-09-12.csv",
    )

    found = records()
    known = {
        key: (record.reported_precision, record.occurred_precision) for key, record in found.items()
    }
    assert known == {
        "1": (Precision.DAY, Precision.DAY),
        "2": (Precision.EXACT, Precision.UNKNOWN),
        "3": (Precision.EXACT, Precision.UNKNOWN),
        "4": (Precision.UNKNOWN, Precision.EXACT),
        "5": (Precision.UNKNOWN, Precision.UNKNOWN),
        "6": (Precision.EXACT, Precision.RANGE),
    }
    assert found["1"].reported_at == here("2026-09-10 00:00")
    assert found["4"].reported_at == here("2026-09-01 10:00")  # orders it; said to be unknown
    assert found["5"].reported_at == here("2026-09-12 00:00")  # the day of the file
    assert found["6"].occurred_to == here("2026-09-09 23:59")
    assert flags(report) == [
        (2, "报警时间", "day_only"),
        (2, "发生时间", "day_only"),
        (3, "发生时间", "not_known"),
        (4, "发生时间", "no_when"),
        (5, "报警时间", "no_when"),
        (6, "报警时间", "unreadable"),
        (6, "发生时间", "no_when"),
    ]


def test_empty_time_may_mean_the_other_one(bring) -> None:
    report = bring(
        row(编号="1", 发生时间=""),
        row(编号="2", 报警时间=""),
        settings={"empty_date": LogMapping.EmptyDate.OTHER},
    )

    found = records()
    assert found["1"].occurred_from == found["1"].reported_at == here("2026-09-10 08:00")
    assert found["2"].reported_at == found["2"].occurred_from == here("2026-09-10 07:30")
    assert found["2"].reported_precision == Precision.EXACT
    assert report.flags == []


def test_unreadable_time_stops_the_import_where_the_mapping_says_so(room, station_lead) -> None:
    content = log(row(), row(编号="A2", 报警时间="上周"))
    mapping = mapping_of(content, room, station_lead, bad_date=LogMapping.BadDate.REFUSE)

    report, written = pipeline.commit(
        ImportJob.Kind.INCIDENTS, content, context(room, mapping, station_lead)
    )

    assert not written
    (problem,) = report.problems
    assert (problem.line, problem.column, problem.value) == (3, "报警时间", "上周")
    assert records() == {}


def test_occurred_after_reported_is_listed_not_refused(bring) -> None:
    report = bring(
        row(编号="1", 发生时间="2026-09-10 08:01"),
        row(编号="2", 发生时间="2026-09-10 08:00"),
        row(编号="3", 发生时间="2026-09-11"),
        row(编号="4", 发生时间="2026-09-10"),
        row(编号="5", 发生时间="2027-09-10 07:30"),
    )

    assert len(records()) == 5
    found = [flag for flag in flags(report) if flag[2] in ("after_report", "ahead_of_now")]
    assert found == [
        (2, "发生时间", "after_report"),
        (4, "发生时间", "after_report"),
        (6, "发生时间", "ahead_of_now"),
        (6, "发生时间", "after_report"),
    ]


def test_zone_of_the_file_moves_times(bring) -> None:
    bring(row(发生时间="2026-09-10"), settings={"zone": "UTC"})

    record = records()["A1"]
    assert record.reported_at == here("2026-09-10 16:00")
    assert record.occurred_from == here("2026-09-10 00:00")  # a day stays the day


def test_texts_too_long_are_kept_whole_in_the_first_line(bring) -> None:
    place = "很长的地点" * 30

    report = bring(row(地点=place))

    record = records()["A1"]
    assert record.place_text == place[:120]
    assert (2, "地点", "shortened") in flags(report)
    assert place in IncidentEntry.objects.unscoped("test").get(incident=record).text


def test_row_without_words_is_taken_and_listed(bring) -> None:
    report = bring(row(类别="", 内容=""))

    assert records()["A1"].narrative == "–"
    assert (2, "内容", "no_what") in flags(report)


def test_category_says_what_happened_where_the_log_has_no_text(bring) -> None:
    bring(row(内容=""))

    assert records()["A1"].narrative == "盗窃财物"


def test_records_before_the_room_opened_are_taken_and_said(bring) -> None:
    report = bring(row(报警时间="2019-09-10 08:00", 发生时间="2019-09-10"))

    said = {notice.code: notice.params for notice in report.notices}
    assert said["before_opening"] == {"count": 1, "day": "2026-01-01"}


# --- numbers of the log


def test_repeated_row_is_taken_once_and_a_number_used_twice_stays_twice(bring, check) -> None:
    rows = (row(), row(), row(内容="另一件事"), row(编号="A1‐2"))

    report = bring(*rows)

    assert set(records()) == {"A1", "A1¶2", "A1-2"}
    assert [flag for flag in flags(report) if flag[1] == "编号"] == [
        (3, "编号", "repeated"),
        (4, "编号", "key_twice"),
        (5, "编号", "key_read_as"),
    ]
    assert check(*rows).counts()["unchanged"] == 3
    again = check(row(内容="另一件事"), row(), row(编号="A1‐2"))  # in another order
    assert (again.created, again.changed, again.unchanged) == (0, 0, 3)


def test_row_without_a_number_is_known_by_its_content(bring, check) -> None:
    report = bring(row(编号=""))

    (key,) = records()
    assert key.startswith("row ")
    assert (2, "编号", "no_key") in flags(report)
    assert check(row(编号="")).counts()["unchanged"] == 1


# --- a later file


def test_change_is_written_with_its_history(bring) -> None:
    bring(row(), row(编号="A2"))
    before = records()["A1"]

    report = bring(row(处置结果="移交", 发生时间="2026-09-10 07:45"), row(编号="A2"))

    assert (report.created, report.changed, report.unchanged) == (0, 1, 1)
    record = records()["A1"]
    assert record.disposition == Disposition.TRANSFERRED
    assert record.occurred_from == here("2026-09-10 07:45")
    assert record.version == before.version + 1
    entry = IncidentEntry.objects.unscoped("test").get(kind=EntryKind.CHANGE)
    assert entry.incident == record
    assert entry.changes == {
        "disposition": [Disposition.MEDIATED, Disposition.TRANSFERRED],
        "occurred_from": ["2026-09-10 07:30", "2026-09-10 07:45"],
    }
    assert records()["A2"].version == 1


def test_word_that_changes_without_another_code_is_history_too(bring) -> None:
    bring(row(处置结果="正在查"))

    report = bring(row(处置结果="查完了"))

    assert report.changed == 1
    entry = IncidentEntry.objects.unscoped("test").get(kind=EntryKind.CHANGE)
    assert entry.changes == {"disposition": ["正在查", "查完了"]}


def test_same_file_again_changes_nothing(bring) -> None:
    bring(row(), row(编号="A2", 发生时间="不详"))

    report = bring(row(), row(编号="A2", 发生时间="不详"))

    assert report.counts() == {"created": 0, "changed": 0, "unchanged": 2, "problems": 0}
    assert SourceRow.objects.unscoped("test").count() == 2


def test_records_missing_from_a_later_file_stay(bring) -> None:
    bring(row(), row(编号="A2"))

    report = bring(row())

    assert set(records()) == {"A1", "A2"}
    assert {notice.code: notice.params for notice in report.notices}["missing_rows"] == {"count": 1}


def test_word_assigned_later_completes_records_of_the_same_file(room, bring, station_lead) -> None:
    bring(row(类别="奇怪的事"))
    mapping = LogMapping.objects.unscoped("test").get()
    mapping.words = {"category": {"奇怪的事": "help.other"}}
    mapping.save()

    report = bring(row(类别="奇怪的事"))

    assert report.changed == 1
    assert records()["A1"].category == category("help.other")


def test_what_an_officer_changed_stays(bring, check) -> None:
    bring(row())
    Incident.objects.unscoped("test").update(narrative="手机被盗,已找回", place_text="北门")

    same = check(row())
    other = bring(row(内容="手机被偷", 处置结果="移交"))

    assert (same.changed, same.unchanged, same.flags) == (0, 1, [])
    assert other.changed == 1
    record = records()["A1"]
    assert (record.narrative, record.place_text) == ("手机被盗,已找回", "北门")
    assert record.disposition == Disposition.TRANSFERRED
    assert (2, "内容", "edited_here") in flags(other)
    again = check(row(内容="手机被偷", 处置结果="移交"))
    assert (2, "内容", "edited_here") in flags(again)  # until the two agree


def test_reviewed_record_is_left_alone_and_listed(bring, county_staff) -> None:
    bring(row())
    review_incident(incident=records()["A1"], by=county_staff, now=NOW)

    report = bring(row(处置结果="移交"))

    assert (report.changed, report.unchanged) == (0, 1)
    assert records()["A1"].disposition == Disposition.MEDIATED
    assert (2, "编号", "reviewed") in flags(report)


# --- an older file


def test_older_file_is_recognised_by_its_values_and_not_taken(bring, check) -> None:
    old, new = (row(), row(编号="A2")), (row(处置结果="移交"), row(编号="A2"), row(编号="A3"))
    bring(*old)
    bring(*new)

    report = check(*old)

    assert (report.created, report.changed, report.unchanged, report.stale) == (0, 0, 1, 1)
    (change,) = report.stale_rows
    assert [(field.field, field.old, field.new) for field in change.fields] == [
        ("disposition_word", "移交", "已调解"),
        ("disposition", Disposition.TRANSFERRED, Disposition.MEDIATED),
    ]
    assert (2, "编号", "stale") in flags(report)
    bring(*old)
    assert records()["A1"].disposition == Disposition.TRANSFERRED


def test_older_file_is_taken_when_somebody_says_so(bring) -> None:
    bring(row())
    bring(row(处置结果="移交"))

    report = bring(row(), options={"apply_stale": True})

    assert (report.changed, report.stale) == (1, 0)
    assert records()["A1"].disposition == Disposition.MEDIATED
    assert IncidentEntry.objects.unscoped("test").filter(kind=EntryKind.CHANGE).count() == 2


def test_earlier_day_of_the_file_makes_new_values_stale_too(bring, check) -> None:
    bring(row(处置结果="移交"), filename="log_2026-09-15.csv")

    report = check(row(处置结果="告知"), filename="log_2026-09-12.csv")
    later = check(row(处置结果="告知"), filename="log_2026-09-16.csv")

    assert (report.changed, report.stale) == (0, 1)
    assert (later.changed, later.stale) == (1, 0)
    assert report.summary[-2].code == "older_file"


def test_day_in_a_name_that_is_before_the_calls_is_not_the_day_of_the_file(bring, check) -> None:
    bring(row(), filename="room opened 2026-01-01.csv")

    assert SourceRow.objects.unscoped("test").get().dated is None


def test_last_change_in_the_log_decides_where_it_is_there(bring, check) -> None:
    header = (*HEADER, "更新时间")
    first = (*row(), "2026-09-10 09:00")
    second = (*row(处置结果="移交"), "2026-09-11 09:00")
    bring(first, header=header)
    bring(second, header=header)

    older = check(first, header=header)
    back = check((*row(), "2026-09-12 09:00"), header=header)

    assert (older.changed, older.stale) == (0, 1)
    assert (back.changed, back.stale) == (1, 0)  # the case was taken up again


# --- all or nothing


def test_collision_in_the_middle_leaves_nothing(room, station_lead, monkeypatch) -> None:
    content = log(row(), row(编号="A2"))
    mapping = mapping_of(content, room, station_lead)

    def fail(*args, **kwargs):
        raise RuntimeError("the power went")

    monkeypatch.setattr("incidents.imports.writing.Writer._said", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        commit(content, context(room, mapping, station_lead))

    assert records() == {}
    assert IncidentEntry.objects.unscoped("test").count() == 0


def test_record_changed_while_the_file_is_written_stops_everything(
    room, bring, station_lead, monkeypatch
) -> None:
    bring(row())
    original = compare.load

    def meanwhile(*args):
        found = original(*args)
        Incident.objects.unscoped("test").update(version=7)
        return found

    monkeypatch.setattr(compare, "load", meanwhile)
    with pytest.raises(ConflictError), transaction.atomic():
        bring(row(处置结果="移交"), row(编号="A2"))

    assert set(records()) == {"A1"}


def test_what_a_file_said_cannot_be_changed(bring) -> None:
    bring()
    with pytest.raises(DatabaseError), transaction.atomic():
        SourceRow.objects.unscoped("test").update(dated=NOW.date())


def test_import_leaves_one_audit_event_with_its_counts(bring, room) -> None:
    bring(row(), row(编号="A2"))

    event = AuditEvent.objects.unscoped("test").get(action="imports.commit")
    assert (event.after["created"], event.org_path) == (2, room.org_path)


def test_questions_do_not_grow_with_the_rows(room, station_lead) -> None:
    def questions(first: int, count: int) -> int:
        rows = [row(编号=f"{first + n}", 报警时间=f"2026-09-{1 + n % 9:02d}") for n in range(count)]
        content = log(*rows)
        with CaptureQueriesContext(connection) as queries:
            commit(content, context(room, mapping, station_lead))
        return len(queries)

    mapping = mapping_of(log(), room, station_lead)
    questions(1, 1)

    assert questions(100, 3) == questions(200, 90)


# --- mappings


def test_mapping_is_found_again_in_any_order_of_columns(room, station_lead) -> None:
    mapping_of(log(), room, station_lead)
    turned = csv_file([HEADER[::-1], ROW[::-1]])
    mapping = LogMapping.objects.unscoped("test").get()

    report = commit(turned, context(room, mapping, station_lead))

    assert report.created == 1
    assert records()["A1"].narrative == "手机被盗"


def test_other_header_than_the_mapping_is_refused(room, station_lead) -> None:
    mapping = mapping_of(log(), room, station_lead)

    report = examine(log(ROW[:-1], header=HEADER[:-1]), context(room, mapping, station_lead))

    assert [problem.code for problem in report.problems] == ["other_header"]


def test_header_stands_below_titles_and_is_skipped_on_every_page(room, station_lead) -> None:
    rows = [("某派出所接处警台账",), (), HEADER, ROW, HEADER, row(编号="A2")]
    content = xlsx_file(rows)
    mapping = mapping_of(content, room, station_lead)

    assert commit(content, context(room, mapping, station_lead)).created == 2


def test_mapping_of_a_bureau_holds_for_its_rooms_only(world, county_staff) -> None:
    content = log()
    mapping = mapping_of(content, world.station_a1, county_staff)
    LogMapping.objects.unscoped("test").update(org_path=world.county_a1.org_path)

    mine = examine(content, context(world.center_a, mapping, county_staff))
    other = examine(content, context(world.station_b1, mapping, county_staff))

    assert mine.created == 1
    assert [problem.code for problem in other.problems] == ["no_room"]


def test_lead_keeps_no_mapping_for_the_bureau(world, station_lead) -> None:
    _table, header = find_log_header(read_tables(log()))
    with pytest.raises(NotAllowedError):
        save_mapping(
            station=world.station_a1,
            unit_path=world.county_a1.org_path,
            name="x",
            fingerprint=header.fingerprint,
            columns=[],
            scope=lead_of(world.station_a1),
            by=station_lead,
        )


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (("key", "reported", "reported", "category"), "several columns"),
        (("reported", "category"), "number or key"),
        (("key", "category"), "reported: day"),
        (("key", "reported"), "what happened"),
    ],
)
def test_columns_that_make_no_record_are_named(fields, words) -> None:
    columns = [{"name": f"c{n}", "key": f"c{n}", "field": f} for n, f in enumerate(fields)]

    with pytest.raises(DomainError, match=words):
        check_columns(columns)


def test_number_and_text_of_several_columns(room, station_lead) -> None:
    header = ("区号", "序号", "报警时间", "内容", "经过")
    content = log(("A", "7", "2026-09-10 08:00", "手机被盗", "已找回"), header=header)
    _table, found = find_log_header(read_tables(content))
    fields = ("key", "key", "reported", "narrative", "narrative")
    mapping = save_mapping(
        station=room,
        unit_path=room.org_path,
        name="x",
        fingerprint=found.fingerprint,
        columns=columns_of(found, fields),
        scope=lead_of(room),
        by=station_lead,
    )

    commit(content, context(room, mapping, station_lead))

    assert {key: record.narrative for key, record in records().items()} == {
        "A 7": "手机被盗\n已找回"
    }
