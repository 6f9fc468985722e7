"""The pages of log imports: upload, columns, words, report, write; who sees which."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from incidents.enums import Disposition, Precision
from incidents.imports.fields import LogField
from incidents.models import Incident, LogMapping
from policeroom.common import export
from policeroom.common.models import AuditEvent
from stations.imports.cells import read_tables
from stations.models import ImportJob
from tests.incidents.import_files import log, mapping_of, records, row
from tests.incidents.test_filing import NOW, call, category
from tests.stations.places_helpers import in_english, text_of

pytestmark = pytest.mark.integration

State = ImportJob.State
MIDNIGHT = NOW.replace(hour=0, minute=0)
HOUR = dt.timedelta(hours=1)
LIST, NEW = reverse("incidents:import-list"), reverse("incidents:import-new")
#: The answers of the form whose columns the header suggests.
ANSWERS = {
    "name": "旧台账",
    "zone": "Asia/Shanghai",
    "date_order": "ymd",
    "empty_date": "unknown",
    "bad_date": "unknown",
    "default_kind": "report",
}
SUGGESTED = ("key", "reported", "occurred", "category", "place", "narrative", "disposition")


def url(name: str, job: ImportJob) -> str:
    return reverse(f"incidents:import-{name}", args=[job.pk])


def newest() -> ImportJob:
    return ImportJob.objects.unscoped("test").order_by("-id").first()


@pytest.fixture
def lead(station_lead, as_user):
    return in_english(as_user(station_lead))


@pytest.fixture
def post(django_capture_on_commit_callbacks):
    """Post, then let what waits for the commit happen: the worker runs at once."""

    def send(client, address, **data):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(address, data)

    return send


@pytest.fixture
def upload(post, world):
    def send(client, content, *, name="log.csv", **data):
        file = SimpleUploadedFile(name, content)
        return post(client, NEW, file=file, **{"station": world.station_a1.pk, **data})

    return send


def answers(world, **changes):
    columns = {f"column-{place}": field for place, field in enumerate(SUGGESTED)}
    return {**ANSWERS, "unit": world.station_a1.org_path, **columns, **changes}


# --- the whole way


def test_upload_columns_check_write(world, lead, upload, post) -> None:
    response = upload(lead, log(row(), row(编号="A2", 发生时间="不详")))

    job = newest()
    assert (job.state, response.url) == (State.MAPPING, url("columns", job))
    form = lead.get(response.url).context["form"]
    assert [bound.value() for bound in form.columns] == list(SUGGESTED)
    assert form.columns[5].help_text == "手机被盗"

    response = post(lead, url("columns", job), **answers(world))

    assert response.url == url("detail", job)
    assert newest().state == State.READY
    page = text_of(lead, url("detail", job))
    assert "“不详”: the time is not known." in page
    assert records() == {}

    post(lead, url("commit", job))

    assert newest().state == State.DONE
    assert set(records()) == {"A1", "A2"}
    assert bytes(newest().content) == b""


def test_known_columns_go_straight_to_the_dry_run(world, lead, station_lead, upload) -> None:
    mapping_of(log(), world.station_a1, station_lead)

    response = upload(lead, log())

    assert response.url == url("detail", newest())
    assert (newest().state, newest().report["created"]) == (State.READY, 1)


def test_words_are_asked_once_and_kept(world, lead, upload, post) -> None:
    content = log(row(类别="奇怪的事", 处置结果="另行处理"))
    upload(lead, content)
    job = newest()

    response = post(lead, url("columns", job), **answers(world))

    assert (response.url, newest().state) == (url("words", job), State.MAPPING)
    form = lead.get(response.url).context["form"]
    assert [bound.label for bound in form.categories] == ["奇怪的事 × 1"]

    response = post(
        lead, url("words", job), **{"category-0": "help.other", "disposition-0": "advised"}
    )
    post(lead, url("commit", job))

    record = records()["A1"]
    assert (record.category.code, record.disposition) == ("help.other", Disposition.ADVISED)
    upload(lead, content)
    assert newest().state == State.READY
    assert newest().report["unchanged"] == 1


def test_words_left_open_are_asked_once_and_listed_every_time(world, lead, upload, post) -> None:
    upload(lead, log(row(类别="奇怪的事")))
    post(lead, url("columns", newest()), **answers(world))
    post(lead, url("words", newest()))

    post(lead, url("columns", newest()), **answers(world))

    assert newest().state == State.READY  # the words are not asked again
    assert "奇怪的事 × 1" in text_of(lead, url("detail", newest()))


def test_columns_that_make_no_record_are_explained_and_nothing_typed_is_lost(
    world, lead, upload, post
) -> None:
    upload(lead, log())
    job = newest()

    response = post(lead, url("columns", job), **answers(world, **{"column-0": "", "zone": "Mars"}))

    assert "“Mars” is no time zone" in response.content.decode()
    response = post(lead, url("columns", job), **answers(world, **{"column-0": ""}))
    assert "No column is “number or key of the record”" in response.content.decode()
    assert response.context["form"]["name"].value() == "旧台账"
    assert newest().state == State.MAPPING
    assert not LogMapping.objects.unscoped("test").exists()


def test_columns_can_be_named_anew_before_writing(world, lead, upload, post) -> None:
    upload(lead, log())
    job = newest()
    post(lead, url("columns", job), **answers(world))

    post(lead, url("columns", job), **answers(world, **{"column-4": "narrative"}))

    assert newest().state == State.READY
    post(lead, url("commit", job))
    assert records()["A1"].narrative == "南门\n手机被盗"
    assert LogMapping.objects.unscoped("test").count() == 1


def test_older_file_is_shown_and_taken_only_with_its_own_button(
    world, lead, station_lead, upload, post
) -> None:
    mapping_of(log(), world.station_a1, station_lead)
    for content in (log(row()), log(row(处置结果="移交"))):
        upload(lead, content)
        post(lead, url("commit", newest()))

    upload(lead, log(row()))
    page = text_of(lead, url("detail", newest()))

    assert "This file is older than the records; nothing would be written." in page
    assert "take 1 record back to the older file" in page
    post(lead, url("commit", newest()))
    assert records()["A1"].disposition == Disposition.TRANSFERRED
    upload(lead, log(row()))
    post(lead, url("commit", newest()), apply_stale="1")
    assert records()["A1"].disposition == Disposition.MEDIATED
    assert newest().report["changed"] == 1


def test_listed_rows_are_downloaded(world, lead, station_lead, upload) -> None:
    mapping_of(log(), world.station_a1, station_lead)
    upload(lead, log(row(内容="=1+1", 发生时间="=2+2")))

    response = lead.get(url("rows", newest()))

    lines = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert lines[0] == ["Row", "Column", "Value", "What is to be known", "What to do"]
    assert lines[1][:3] == ["2", "发生时间", "'=2+2"]


def test_file_without_rows_or_header_is_refused_at_the_form(lead, upload) -> None:
    response = upload(lead, b"")
    assert "The submitted file is empty." in response.content.decode()
    response = upload(lead, b"<html>")
    assert "This is a web page" in response.content.decode()
    assert newest() is None


def test_cancelled_import_forgets_the_file(lead, upload, post) -> None:
    upload(lead, log())
    post(lead, url("cancel", newest()))
    assert (newest().state, bytes(newest().content)) == (State.CANCELLED, b"")
    assert lead.get(url("columns", newest())).url == url("detail", newest())


# --- who


def test_room_of_somebody_else_is_no_choice(world, lead, upload) -> None:
    response = upload(lead, log(), station=world.station_b1.pk)

    assert response.status_code == 200
    assert newest() is None


def test_bureau_imports_for_a_room_and_keeps_the_mapping_for_all(
    world, county_staff, as_user, upload, post
) -> None:
    client = in_english(as_user(county_staff))
    upload(client, log())

    post(client, url("columns", newest()), **answers(world, unit=world.county_a1.org_path))
    upload(client, log(), station=world.center_a.pk)

    assert newest().state == State.READY
    assert LogMapping.objects.unscoped("test").get().org_path == world.county_a1.org_path
    assert newest().org_path == world.center_a.org_path


def test_lead_saves_an_own_mapping_beside_that_of_the_bureau(
    world, county_staff, lead, upload, post
) -> None:
    mapping_of(log(), world.station_a1, county_staff)
    LogMapping.objects.unscoped("test").update(org_path=world.county_a1.org_path)
    upload(lead, log())
    job = newest()
    assert lead.post(url("words", job), {}).status_code == 403

    post(lead, url("columns", job), **answers(world))

    assert LogMapping.objects.unscoped("test").count() == 2
    assert newest().options["mapping"] != job.options["mapping"]


def test_officer_reaches_no_page_of_imports(officer, as_user) -> None:
    assert as_user(officer).get(LIST).status_code == 403
    assert as_user(officer).get(NEW).status_code == 403


def test_logs_are_no_lists_of_the_master_data(world, lead, province_staff, as_user, upload) -> None:
    upload(lead, log())
    client = as_user(province_staff)

    assert not client.get(reverse("stations:import-list")).context["table"].rows
    assert client.get(newest().get_absolute_url()).status_code == 404


def test_list_shows_the_own_rooms_only(world, lead, upload, county_staff, as_user) -> None:
    upload(lead, log())
    other = as_user(county_staff)
    assert len(other.get(LIST).context["table"].rows) == 1
    ImportJob.objects.unscoped("test").update(org_path=world.station_b1.org_path)
    assert not other.get(LIST).context["table"].rows
    assert "No log imported yet" in text_of(lead, LIST)


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_same_number_of_questions(lead, upload, rows) -> None:
    for _each in range(rows):
        upload(lead, log())
    lead.get(LIST)

    with CaptureQueriesContext(connection) as queries:
        response = lead.get(LIST)

    assert len(response.context["table"].rows) == rows
    assert len([q for q in queries if "stations_importjob" in q["sql"]]) == 2


def test_saving_a_mapping_leaves_an_audit_event(world, lead, upload, post) -> None:
    upload(lead, log())
    post(lead, url("columns", newest()), **answers(world))

    event = AuditEvent.objects.unscoped("test").get(action="incidents.mapping")
    assert [column["field"] for column in event.after["columns"]] == list(SUGGESTED)


# --- out and in again

#: The columns of the list of calls that make a record.
CARRIED = (
    *("number", "reported", "occurred", "kind", "category", "place", "text", "state"),
    *("disposition", "dispatched", "arrived", "closed"),
)


#: How well the times of each call are known.
TIMES = (
    {},
    {"reported_precision": Precision.DAY, "reported_at": MIDNIGHT},
    {"occurred_from": MIDNIGHT, "occurred_precision": Precision.DAY},
    {"occurred_from": MIDNIGHT + HOUR, "occurred_precision": Precision.EXACT},
    {"occurred_from": MIDNIGHT, "occurred_to": MIDNIGHT + HOUR},
    {"reported_precision": Precision.UNKNOWN, "reported_at": MIDNIGHT, "occurred_from": MIDNIGHT},
)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_export_is_safe_and_comes_back_as_it_was(
    world, officer, lead, county_staff, as_user, upload, post, kind
) -> None:
    texts = ("=1+1", "+86 13800000000", "-", "@SUM(A1)", "南门\n手机被盗", 'a,b;"c"')
    filed = [
        call(
            world,
            officer,
            narrative=text,
            place_text=text.replace("\n", ""),
            category=category("help.lost") if number % 2 else None,
            disposition=Disposition.ADVISED if number % 3 else "",
            arrived_at=NOW - dt.timedelta(minutes=1) if number == 2 else None,
            **{"reported_at": NOW - dt.timedelta(minutes=7 * number + 1), **TIMES[number]},
        )
        for number, text in enumerate(texts)
    ]
    response = lead.get(reverse("incidents:list"), {"export": kind, "col": CARRIED})
    cells = [cell for line in rows_of(response.content) for cell in line]
    assert not [cell for cell in cells if str(cell).startswith(export.FORMULA_STARTS)]

    bureau = in_english(as_user(county_staff))
    upload(bureau, response.content, name=f"log.{kind}", station=world.center_a.pk)
    job = newest()
    form = bureau.get(url("columns", job)).context["form"]
    data = {bound.html_name: bound.value() or "" for bound in form}
    assert LogField.REPORTED in data.values()
    post(bureau, url("columns", job), **{**data, "name": "own"})
    post(bureau, url("commit", job))

    assert newest().state == State.DONE, newest().report
    back = {key: facts_of(record) for key, record in records().items() if key}
    assert back == {record.number: facts_of(record) for record in filed}


def facts_of(record: Incident) -> dict[str, object]:
    """What an export carries; instants as far as it writes them, to the minute."""
    plain = ("kind", "category", "place_text", "narrative", "disposition", "state")
    instants = ("reported_at", "occurred_from", "occurred_to", "arrived_at", "closed_at")
    known = ("reported_precision", "occurred_precision")
    found = {name: getattr(record, name) for name in (*plain, *known)}
    for name in instants:
        at = getattr(record, name)
        found[name] = at and at.replace(second=0, microsecond=0)
    return found


def rows_of(content: bytes) -> list[tuple[object, ...]]:
    return [line.cells for line in read_tables(content)[0].lines]
