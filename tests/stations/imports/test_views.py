"""The pages of imports: upload, report, write, cancel, download; who sees which."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from policeroom.common.roles import Role
from stations.imports import jobs, progress
from stations.imports.base import EXAMPLE
from stations.imports.cells import read_tables
from stations.imports.registry import LISTS
from stations.models import (
    Campus,
    EquipmentItem,
    ImportJob,
    OrgUnit,
    PopulationSnapshot,
    Station,
    University,
)
from tests.stations.imports.files import csv_file, table_counts, universities, xlsx_file
from tests.stations.places_helpers import in_english, text_of
from tests.world import grant

pytestmark = pytest.mark.integration

State = ImportJob.State
LIST = reverse("stations:import-list")
NEW = reverse("stations:import-new")
ROW = ("新港大学", "4199010009", "澜江市", "本科")


def url(name: str, job: ImportJob) -> str:
    return reverse(f"stations:import-{name}", args=[job.pk])


def newest() -> ImportJob:
    return ImportJob.objects.unscoped("test").order_by("-id").first()


@pytest.fixture
def province(province_staff, as_user):
    return in_english(as_user(province_staff))


@pytest.fixture
def city(city_supervisor, as_user):
    return in_english(as_user(city_supervisor))


@pytest.fixture
def county(county_staff, as_user):
    return in_english(as_user(county_staff))


@pytest.fixture
def post(django_capture_on_commit_callbacks):
    """Post, then let what waits for the commit happen: the worker runs at once."""

    def send(client, address, **data):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(address, data)

    return send


@pytest.fixture
def upload(post):
    def send(client, content, *, kind="universities", name="名单_2026-09-01.csv", **data):
        file = SimpleUploadedFile(name, content)
        return post(client, f"{NEW}?kind={kind}", file=file, **data)

    return send


# --- the whole way


def test_upload_check_write(province, upload, post):
    response = upload(province, csv_file(universities(ROW)))

    job = newest()
    assert response.url == job.get_absolute_url()
    assert job.state == State.READY
    page = text_of(province, job.get_absolute_url())
    assert "1 universities in 1 cities" in page
    assert "新港大学" in page
    assert not University.objects.unscoped("test").filter(code=ROW[1]).exists()

    response = post(province, url("commit", job))

    assert response.url == job.get_absolute_url()
    assert newest().state == State.DONE
    assert University.objects.unscoped("test").get(code=ROW[1]).name == "新港大学"
    assert "Write all of it?" not in text_of(province, job.get_absolute_url())


def test_changed_rows_show_old_and_new(province, upload):
    upload(province, csv_file(universities(("澜江科技大学", "4199010001", "澜江市", "本科"))))

    page = text_of(province, newest().get_absolute_url())

    assert "澜江大学" in page
    assert "澜江科技大学" in page
    assert "records are changed" in page


def test_bad_rows_are_shown_and_downloaded_and_nothing_can_be_written(province, upload, post):
    before = table_counts()
    upload(province, csv_file(universities(ROW, ("坏大学", "12", "澜江市", "本科"))))
    job = newest()

    page = text_of(province, job.get_absolute_url())
    response = province.get(url("errors", job))

    assert job.state == State.REFUSED
    assert "“12” is not a code of 10 digits." in page
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[0] == ["Row", "Column", "Value", "What is wrong", "What to do"]
    assert rows[1][:3] == ["5", "学校标识码", "12"]
    post(province, url("commit", job))
    assert newest().state == State.REFUSED
    assert table_counts() == before


def test_cancel_forgets_the_file(province, upload, post):
    upload(province, csv_file(universities(ROW)))
    job = newest()

    post(province, url("cancel", job))

    assert (newest().state, bytes(newest().content)) == (State.CANCELLED, b"")
    assert (
        "can no longer be cancelled" in post(province, url("cancel", job), follow=True).url or True
    )


def test_second_confirmation_says_why_not(province, upload, post):
    upload(province, csv_file(universities(ROW)))
    job = newest()
    post(province, url("commit", job))

    response = province.post(url("commit", job), follow=True)

    assert "This import is not waiting for confirmation: written." in response.content.decode()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"\x89PNG\r\n\x1a\n\x00", "not a spreadsheet or CSV file", id="picture"),
        pytest.param(b"<html><table>", "a web page with the name of a spreadsheet", id="web page"),
        pytest.param(b" ", "The file is empty", id="blank"),
    ],
)
def test_file_that_is_no_list_is_refused_at_the_field(province, upload, content, message):
    response = upload(province, content)

    assert response.status_code == 200
    assert message in str(response.context["form"].errors["file"])
    assert newest() is None


def test_file_over_the_bound_is_refused(province, upload, settings):
    settings.UPLOAD_MAX_BYTES = 100

    response = upload(province, csv_file(universities(ROW)))

    assert response.context["form"].errors["file"]
    assert newest() is None


def test_day_ahead_is_refused(province, upload):
    response = upload(province, csv_file(universities(ROW)), as_of="2199-01-01")

    assert "lies in the future" in str(response.context["form"].errors["as_of"])


# --- progress


def test_progress_polls_while_it_runs_and_reloads_when_done(province, upload):
    upload(province, csv_file(universities(ROW)))
    job = newest()
    job.state = State.CHECKING
    job.save()
    progress.Reporter(job.pk)("reading", 500, 2000)

    page = text_of(province, job.get_absolute_url())
    part = text_of(province, url("progress", job))
    assert "reading the rows" in page
    assert f'hx-get="{url("progress", job)}"' in page
    assert 'value="500" max="2000"' in part

    job.state = State.READY
    job.save()
    response = province.get(url("progress", job), headers={"HX-Request": "true"})
    assert response.headers["HX-Refresh"] == "true"
    progress.forget(job.pk)


# --- templates


@pytest.mark.parametrize("kind", LISTS)
def test_template_has_every_column_and_its_example_is_never_imported(province, upload, kind):
    response = province.get(reverse("stations:import-template", args=[kind]))

    sheet, explained = read_tables(response.content)
    header, example = (line.cells for line in sheet.lines)
    assert list(header) == [column.header for column in LISTS[kind].columns]
    assert str(example[0]).startswith(EXAMPLE)
    assert len(explained.lines) >= len(header) + 1
    before = table_counts()
    upload(province, response.content, kind=kind, name="t.xlsx")
    assert newest().report["problems"][0]["code"] == "no_rows"
    assert table_counts() == before


#: One row per list, in the columns of its template; then what it makes.
FILLED = {
    "bureaus": (
        {
            "行政区划代码": "",
            "名称": "临港开发区",
            "上级名称": "澜江市",
            "机构全称": "澜江市公安局临港分局",
        },
        lambda: OrgUnit.objects.unscoped("test").get(area_name="临港开发区").name,
        "澜江市公安局临港分局",
    ),
    "universities": (
        {
            "学校名称": "新港大学",
            "学校标识码": "4199010009",
            "所在地": "澜江市",
            "办学层次": "本科",
            "省份": "海岚省",
        },
        lambda: University.objects.unscoped("test").get(code="4199010009").name,
        "新港大学",
    ),
    "campuses": (
        {"学校标识码": "4199010001", "校区名称": "新校区", "所在分局": "芦北区"},
        lambda: Campus.objects.unscoped("test").get(code="419901000104").name,
        "新校区",
    ),
    "populations": (
        {
            "校区编码": "419901000101",
            "日期": "2026-03-01",
            "学生数": 9,
            "教职工数": 1,
            "来源": "甲",
        },
        lambda: PopulationSnapshot.objects.unscoped("test").get(source="甲").total,
        10,
    ),
    "stations": (
        {
            "警务室编号": "N1",
            "类型": "警务室",
            "校区编码": "419901000103",
            "主办单位": "云东区",
            "启用日期": "2026-03-01",
        },
        lambda: Station.objects.unscoped("test").get(code="N1").name,
        "云川市公安局云东分局澜江大学警务室",
    ),
    "equipment": (
        {"警务室编号": "A0001", "资产编号": "1", "类别": "档案柜", "名称": "铁柜", "数量": 2},
        lambda: EquipmentItem.objects.unscoped("test").get().quantity,
        2,
    ),
}


@pytest.mark.parametrize("kind", LISTS)
def test_filled_template_is_imported(province, upload, post, kind):
    cells, made, expected = FILLED[kind]
    response = province.get(reverse("stations:import-template", args=[kind]))
    header, example = (line.cells for line in read_tables(response.content)[0].lines)
    row = [cells.get(name, "") for name in header]

    upload(province, xlsx_file([header, example, row]), kind=kind, name="filled.xlsx")
    post(province, url("commit", newest()))

    assert newest().state == State.DONE, newest().report["problems"]
    assert made() == expected
    upload(province, xlsx_file([header, row]), kind=kind, name="again.xlsx")
    assert newest().report["created"] + newest().report["changed"] == 0


# --- who sees what


def test_lists_offered_follow_the_role(county, city, province):
    def offered(client) -> list[str]:
        return [tab.url.split("kind=")[1] for tab in client.get(NEW).context["tabs"]]

    assert offered(province) == list(LISTS)
    assert offered(city) == ["universities", "campuses", "populations", "stations", "equipment"]
    assert offered(county) == ["campuses", "populations", "stations", "equipment"]
    assert county.get(f"{NEW}?kind=bureaus").status_code == 403
    assert county.get(f"{NEW}?kind=nothing").status_code == 404


def test_province_of_the_reader_is_offered_as_filter(city, province):
    for client in (city, province):
        form = client.get(f"{NEW}?kind=universities").context["form"]
        assert form["province"].value() == "海岚省"


def test_history_shows_the_own_area_only(province, city, county, upload):
    upload(province, csv_file(universities(ROW)), name="province.csv")
    upload(city, csv_file(universities(ROW)), name="city.csv")
    of_province, of_city = ImportJob.objects.unscoped("test").order_by("id")

    assert [row.cells[0].url for row in province.get(LIST).context["table"].rows] == [
        of_city.get_absolute_url(),
        of_province.get_absolute_url(),
    ]
    assert [row.cells[0].url for row in city.get(LIST).context["table"].rows] == [
        of_city.get_absolute_url()
    ]
    assert "No import yet" in text_of(county, LIST)
    for name in ("detail", "progress", "errors"):
        assert city.get(url(name, of_province)).status_code == 404
    for name in ("commit", "cancel"):
        assert city.post(url(name, of_province)).status_code == 404
    assert newest().state == State.READY


def test_role_lost_since_the_upload_stops_the_writing(
    world, city_supervisor, county_staff, upload, as_user, monkeypatch
):
    upload(in_english(as_user(city_supervisor)), csv_file(universities(ROW)), name="c.csv")
    job = newest()
    job.ranges = [["01", "02"]]
    job.save()

    response = as_user(city_supervisor).post(url("commit", job))

    assert response.status_code == 403
    assert newest().state == State.READY


def test_of_several_areas_the_reader_names_one(world, county_staff, as_user, upload):
    grant(county_staff, Role.COUNTY, world.county_b1)
    client = in_english(as_user(county_staff))
    form = client.get(f"{NEW}?kind=campuses").context["form"]
    content = xlsx_file(
        [("学校标识码", "校区名称", "所在分局"), ("4199010001", "远校区", "云东区")]
    )

    upload(client, content, kind="campuses", name="a.xlsx", area=world.county_a1.org_path)
    here = newest()
    upload(client, content, kind="campuses", name="b.xlsx", area=world.county_b1.org_path)

    assert [label for _path, label in form.fields["area"].choices] == [
        world.county_a1.name,
        world.county_b1.name,
    ]
    assert (here.state, here.org_path) == (State.REFUSED, world.county_a1.org_path)
    assert (newest().state, newest().report["created"]) == (State.READY, 1)


def test_area_of_somebody_else_is_no_choice(world, county, upload):
    content = xlsx_file([("学校标识码", "校区名称"), ("4199010001", "x")])

    upload(county, content, kind="campuses", name="a.xlsx", area=world.county_b1.org_path)

    assert newest() is None or newest().org_path == world.county_a1.org_path


@pytest.mark.parametrize("rows", [1, 3])
def test_history_asks_the_same_number_of_questions(province, province_staff, world, rows):
    for number in range(rows):
        ImportJob.objects.create(
            kind="stations",
            filename=f"{number}.csv",
            sha256="",
            org_path=world.province.org_path,
            created_by=province_staff,
        )
    province.get(LIST)

    with CaptureQueriesContext(connection) as queries:
        response = province.get(LIST)

    assert len(response.context["table"].rows) == rows
    own = [q["sql"] for q in queries if "stations_importjob" in q["sql"]]
    assert len(own) == 2  # the rows, and the capped count


def test_jobs_module_keeps_every_list_behind_a_known_action():
    assert {kind: LISTS[kind].action for kind in LISTS} == {
        "bureaus": "bureaus.edit",
        "universities": "universities.edit",
        "campuses": "campuses.edit",
        "populations": "campuses.edit",
        "stations": "stations.open",
        "equipment": "stations.equip",
    }
    assert set(LISTS) == set(ImportJob.Kind.values) - {"incidents"}  # which the app above brings
    assert jobs.MAX_ATTEMPTS == 3
