"""The coverage page, the spreadsheet and the API say the same, for who may see it."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from policeroom.accounts.models import User
from tests.world import World

pytestmark = pytest.mark.integration
As = Callable[[User | None], Client]


def heat(response) -> dict[str, list[str]]:
    return {r["label"]: [c["text"] for c in r["cells"]] for r in response.context["heat"]["rows"]}


def test_province_sees_every_city_and_the_total(world: World, province_staff: User, as_user: As):
    response = as_user(province_staff).get("/reports/coverage/")
    assert heat(response) == {
        "澜江市": ["2", "3", "100.0", "100.0", "–", "0.0", "50.0", "100.0"],
        "云川市": ["1", "1", "100.0", "50.0", "–", "–", "–", "–"],
        "Total": ["3", "4", "100.0", "75.0", "–", "0.0", "50.0", "100.0"],
    }


def test_city_gets_the_same_page_for_its_own_area(
    world: World, other_city_supervisor: User, as_user: As
):
    response = as_user(other_city_supervisor).get("/reports/coverage/")
    assert heat(response) == {
        "云东区": ["1", "1", "100.0", "50.0", "–", "–", "–", "–"],
        "Total": ["1", "1", "100.0", "50.0", "–", "–", "–", "–"],
    }
    assert "澜江市" not in response.content.decode()


def test_screen_spreadsheet_and_api_are_equal(world: World, province_staff: User, as_user: As):
    client = as_user(province_staff)
    page = heat(client.get("/reports/coverage/"))
    content = client.get("/reports/coverage/export/").content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    sheet = {
        row[0]: [str(int(row[1])), str(int(row[2]))]
        + [f"{row[i]:.1f}" if row[i] != "" else "–" for i in range(6, len(row), 4)]
        for row in rows[4:]
    }
    answer = client.get("/api/v1/coverage/").json()
    api = {
        line["name"]: [str(line["universities"]), str(line["stations"])]
        + [rule["rate"] or "–" for rule in line["rules"].values()]
        for line in [*answer["areas"], {**answer["total"], "name": "Total"}]
    }
    assert page == sheet == api


def test_another_citys_area_is_as_absent_as_no_area(
    world: World, city_supervisor: User, as_user: As
):
    client = as_user(city_supervisor)
    other = client.get("/reports/coverage/", {"area": world.city_b.org_path})
    absent = client.get("/reports/coverage/", {"area": "9999"})
    assert (other.status_code, absent.status_code) == (404, 404)
    assert other.content == absent.content


def test_gap_list_names_campus_and_reason(world: World, province_staff: User, as_user: As):
    response = as_user(province_staff).get("/reports/gaps/", {"rule": "JS-06-1"})
    rows = [[c.text for c in row.cells] for row in response.context["table"].rows]
    assert rows == [
        [
            "澜江大学 云东校区",
            "JS-06-1",
            "Undergraduate campus has its own room",
            "云川市",
            "云东区",
            "gap",
            "0",
            "1",
            "No operating police room.",
        ]
    ]


def test_gap_page_explains_and_links_only_records_in_scope(
    world: World, other_city_supervisor: User, as_user: As
):
    client = as_user(other_city_supervisor)
    page = client.get(f"/reports/gaps/campus/{world.campus_a_far.pk}/")
    assert "第六条" in page.content.decode()
    assert client.get(f"/reports/gaps/campus/{world.campus_a_main.pk}/").status_code == 404


def test_a_day_to_come_is_refused_with_the_value(world: World, province_staff: User, as_user: As):
    page = as_user(province_staff).get("/reports/coverage/", {"on": "2099-01-01"})
    assert "2099-01-01 has not come yet" in page.content.decode()


def test_nobody_without_a_role_reads_it(world: World, system_admin: User, as_user: As):
    assert as_user(system_admin).get("/reports/coverage/").status_code == 403
    assert as_user(None).get("/reports/coverage/").status_code == 302
