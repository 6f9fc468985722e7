"""The main tasks, clicked in Chromium as the people would, with their cost in clicks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from policeroom.accounts.demo import DEMO_PASSWORD
from tests.e2e.site import NARROW, WIDE, context_of, sign_in

pytestmark = pytest.mark.e2e
OpenAs = Callable[..., Page]

HEADER = "学校标识码,学校名称,所在地,办学层次,主管部门,备注,省份\r\n"


class Clicks:
    """Clicks and counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def __call__(self, selector: str) -> None:
        self.page.locator(selector).first.click()
        self.page.wait_for_load_state()
        self.count += 1


def test_wrong_password_says_no_more_than_that(browser: Browser, address: str) -> None:
    page = context_of(browser, WIDE).new_page()
    sign_in(page, address, "990101", "not-the-password")
    known = page.locator(".error-summary").inner_text()
    sign_in(page, address, "123456", "not-the-password")
    assert page.locator(".error-summary").inner_text() == known
    page.context.close()


def test_signing_in_leads_each_role_home(browser: Browser, address: str) -> None:
    for username, heading in (("990101", "海岚省"), ("990402", "工作台"), ("990902", "")):
        page = context_of(browser, NARROW).new_page()
        sign_in(page, address, username, DEMO_PASSWORD)
        expect(page.locator("h1")).to_contain_text(heading)
        expect(page.locator(".demo-band")).to_be_visible()
        page.context.close()


def test_province_reaches_the_rows_behind_a_number_in_two_clicks(open_as: OpenAs) -> None:
    page = open_as("990101", "/")
    click = Clicks(page)
    click("table.heat td.heat--d a")
    rows = page.locator("table.table tbody tr")
    expect(rows.first).to_be_visible()
    click("table.table tbody tr td a")
    expect(page.locator("main")).to_contain_text("第")
    assert click.count == 2


def test_coverage_of_a_past_day_takes_one_click(open_as: OpenAs) -> None:
    page = open_as("990101", "/")
    page.fill("[name=on]", "2025-08-31")
    click = Clicks(page)
    click("form.filters button[type=submit]")
    expect(page.locator("main .empty")).to_be_visible()  # before the demonstration begins
    assert click.count == 1


def test_city_tile_leads_to_the_city(open_as: OpenAs) -> None:
    page = open_as("990101", "/")
    page.locator(".tile-grid a").first.click()
    page.wait_for_load_state()
    assert "area=" in page.url
    assert page.locator("table.heat tbody tr").count() > 3


def test_coverage_is_downloaded_as_a_spreadsheet(open_as: OpenAs, tmp_path: Path) -> None:
    page = open_as("990101", "/")
    with page.expect_download() as download:
        page.locator("a[href*='/reports/coverage/export/']").first.click()
    path = tmp_path / "coverage.xlsx"
    download.value.save_as(path)
    assert path.read_bytes().startswith(b"PK")


def test_keyboard_opens_search_sheet_and_menu(open_as: OpenAs) -> None:
    page = open_as("990101", "/")
    page.keyboard.press("/")
    expect(page.locator("input[name=q]").first).to_be_focused()
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/stations/")


def test_language_switches_and_stays(open_as: OpenAs) -> None:
    page = open_as("990103", "/reports/coverage/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    page.locator("form[action*='/accounts/language/'] button").first.click()
    page.wait_for_load_state()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto(page.url.replace("/reports/coverage/", "/stations/"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator("form[action*='/accounts/language/'] button").first.click()
    page.wait_for_load_state()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")


def test_a_form_with_errors_keeps_what_was_typed(open_as: OpenAs) -> None:
    page = open_as("990101", "/universities/new/")
    page.fill("[name=name]", "新的大学")
    page.fill("[name=code]", "12")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator("[name=name]")).to_have_value("新的大学")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1440", "390"])
def test_import_checks_first_and_writes_after_one_confirmation(
    open_as: OpenAs, tmp_path: Path, size: tuple[int, int]
) -> None:
    code = f"419990{size[0]:04d}"
    name = f"试验{size[0]}大学"
    good = tmp_path / "good.csv"
    good.write_bytes((HEADER + f"{code},{name},澜江市,本科,海岚省,,海岚省\r\n").encode("gb18030"))
    page = open_as("990101", "/imports/new/?kind=universities", size)
    page.set_input_files("[name=file]", good)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_selector("form[action*='/commit/'] button", timeout=60_000)
    page.locator("form[action*='/commit/'] button").click()
    page.wait_for_load_state()
    expect(page.locator("main progress")).to_have_count(0, timeout=60_000)
    page.goto(page.url.split("/imports/")[0] + f"/universities/?q={code}")
    expect(page.locator("main")).to_contain_text(name)


def test_import_of_something_else_is_one_clear_report(open_as: OpenAs, tmp_path: Path) -> None:
    bad = tmp_path / "picture.xlsx"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 200)
    page = open_as("990101", "/imports/new/?kind=universities")
    page.set_input_files("[name=file]", bad)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    expect(page.locator("main progress")).to_have_count(0, timeout=60_000)
    assert page.locator("form[action*='/commit/']").count() == 0
    expect(page.locator(".error-summary")).to_contain_text("不是电子表格")


def test_officer_records_an_equipment_check(open_as: OpenAs) -> None:
    page = open_as("990402", "/duty/workbench/")
    page.get_by_role("link", name="警务室档案").click()
    page.wait_for_url("**/stations/**")
    page.goto(page.url.rstrip("/") + "/equipment/")
    page.locator("main table a").first.click()
    page.wait_for_load_state()
    page.locator("a[href$='/check/']").first.click()
    page.wait_for_load_state()
    page.locator("main [name=result]").first.evaluate("e => e.click()")
    page.fill("[name=note]", "夜班检查完好")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text("夜班检查完好")


def test_signing_out_closes_the_door(browser: Browser, address: str) -> None:
    page = context_of(browser, WIDE).new_page()
    sign_in(page, address, "990403", DEMO_PASSWORD)
    inside = page.url
    page.locator("summary[aria-label], .account summary, details.menu summary").last.click()
    page.locator("form[action*='/accounts/logout/'] button").first.click()
    page.wait_for_url("**/accounts/login/**")  # first the device forgets what it kept
    page.goto(inside)
    assert "/accounts/login/" in page.url
    page.context.close()
