"""A lead brings the room's old log: upload, columns, words, dry run, write; then a later file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.site import NARROW, WIDE

pytestmark = pytest.mark.e2e

LEAD = "990401"
HEADER = "编号,报警时间,发生时间,类别,地点,内容,处置结果\n"
#: Two widths, two logs: the second is not known by the first.
ROWS = (
    "{0}-1,2025-03-01 08:05,2025-03-01 07:50,盗窃财物,南门,手机放在桌上被拿走,移交\n"
    "{0}-2,2025-03-02 21:10,不详,夜间吵闹,5号楼,隔壁太吵,劝导\n"
    "{0}-3,2025-03-03,2025-03-04 09:00,物品遗失,图书馆,学生证丢失,另行处理\n"
)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1440", "390"])
def test_log_is_brought_in_checked_and_updated(
    open_as: Callable[..., Page], tmp_path: Path, size: tuple[int, int]
) -> None:
    name = f"甲{size[0]}"  # each width brings a log of its own
    old = tmp_path / "log.csv"
    old.write_text((HEADER + ROWS.format(name)).replace("编号", f"编号{size[0]}"), encoding="utf-8")
    page = open_as(LEAD, "/incidents/imports/new/", size)
    _upload(page, old)

    assert "/columns/" in page.url
    assert page.locator("select[name=column-0]").input_value() == "key"
    expect(page.locator("[name=zone]")).to_have_value("Asia/Shanghai")
    page.fill("[name=name]", f"旧台账{name}")
    _sound(page)
    page.locator("main form button[type=submit]").click()

    assert "/words/" in page.url
    _sound(page)
    box = page.get_by_role("combobox", name="夜间吵闹")
    box.fill("噪声")
    box.press("Enter")
    assert page.locator("select[name=category-0]").input_value() == "dispute.noise"
    page.locator("main form button[type=submit]").first.click()

    page.locator(".confirm").wait_for()
    assert page.locator(".confirm__list b").first.inner_text() == "3"
    expect(page.locator("main")).to_contain_text("不详")
    _sound(page)
    page.locator(".confirm form button[type=submit]").first.click()
    page.locator("main .tag--ok").first.wait_for()

    old.write_text(old.read_text(encoding="utf-8").replace("移交", "劝导"), encoding="utf-8")
    page.goto(page.url.split("/incidents/")[0] + "/incidents/imports/new/")
    _upload(page, old)
    page.locator(".confirm").wait_for()  # known columns: straight to the dry run
    assert [b.inner_text() for b in page.locator(".confirm__list b").all()] == ["0", "1"]


def _upload(page: Page, path: Path) -> None:
    page.set_input_files("[name=file]", path)
    page.locator("main form button[type=submit]").click()
    page.wait_for_load_state()


def _sound(page: Page) -> None:
    assert not Axe().run(page).response["violations"]
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0
