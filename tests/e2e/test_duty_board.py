"""The duty board and the workbench: what one session does, another sees within two seconds."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.site import NARROW, WIDE

pytestmark = pytest.mark.e2e
OpenAs = Callable[..., Page]
COMMAND, COUNTY, LEAD = "990102", "990301", "990401"
#: What the issue asks for, in milliseconds: an order stands on the board within two seconds.
WITHIN = 2_000


def looks_right(page: Page, size: tuple[int, int]) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert Axe().run(page).violations_count == 0


def submit(page: Page) -> None:
    page.locator("main form.form button[type=submit], .confirm button[type=submit]").click()
    page.wait_for_load_state()


def issue_order(page: Page, subject: str, room: str) -> None:
    """An order of level two for one room."""
    page.goto(page.url.partition("/duty/")[0] + "/duty/orders/new/")
    page.fill("[name=number]", f"试{time.time_ns()}号")
    page.fill("[name=title]", subject)
    page.fill("[name=reason]", "大型活动")
    page.fill("[name=rooms]", room)
    submit(page)
    expect(page.locator(".messages .message").first).to_be_visible()


def test_order_reaches_the_board_and_its_receipt_clears_it(open_as: OpenAs) -> None:
    """Issued in one session, answered in another; the board of a third shows both at once."""
    board = open_as(COMMAND, "/", WIDE)
    expect(board).to_have_url(re.compile(r"/duty/board/$"))
    bench = open_as(LEAD, "/", NARROW)
    expect(bench).to_have_url(re.compile(r"/duty/workbench/\d+/$"))
    bench.goto(bench.url.partition("/duty/")[0] + "/stations/own/")
    room = bench.locator(".page-head__sub").inner_text().split("·")[0].strip()
    bench.go_back()

    subject = f"看板试验{time.time_ns()}"
    county = open_as(COUNTY, "/duty/board/", WIDE)
    board.locator("#board-orders a").first.focus()
    focused = board.evaluate("document.activeElement.href")
    issue_order(county, subject, room)
    line = board.locator("#orders-rows li").filter(has_text=subject)
    expect(line).to_be_visible(timeout=WITHIN)
    expect(line.locator("progress")).to_have_attribute("value", "0")
    assert board.evaluate("document.activeElement.href") == focused  # nothing moved the keyboard
    looks_right(board, WIDE)

    todo = bench.locator("#todos-rows li").filter(has_text=subject)
    expect(todo).to_be_visible(timeout=5_000)
    looks_right(bench, NARROW)
    todo.locator("button").click()
    bench.wait_for_url("**/duty/orders/**")
    expect(line.locator("progress")).to_have_attribute("value", "1", timeout=WITHIN)
    expect(line.locator(".tag--ok")).to_be_visible()


def test_directive_is_answered_and_a_24_hour_presence_comes_and_goes(open_as: OpenAs) -> None:
    """Sent by the county, acknowledged and fed back by the room; open pages show each step."""
    board = open_as(COMMAND, "/duty/board/", WIDE)
    county = open_as(COUNTY, "/duty/board/", WIDE)
    origin = county.url.partition("/duty/")[0]
    bench = open_as(LEAD, "/stations/own/", NARROW)
    room = bench.locator(".page-head__sub").inner_text().split("·")[0].strip()

    number = f"令试{time.time_ns()}"
    county.goto(f"{origin}/duty/directives/new/")
    county.fill("[name=number]", number)
    county.fill("[name=station]", room)
    county.fill("[name=text]", "核查东门监控")
    submit(county)
    line = board.locator("#directives-rows li").filter(has_text=number)
    expect(line).to_be_visible(timeout=WITHIN)

    bench.goto(f"{origin}/")
    bench.locator("#todos-rows li").filter(has_text=number).locator("button").click()
    bench.wait_for_url("**/duty/directives/**")
    bench.locator("a[href$='/feedback/']").click()
    bench.fill("[name=feedback]", "已恢复")
    submit(bench)
    expect(line).to_have_count(0, timeout=WITHIN)

    subject = f"驻守试验{time.time_ns()}"
    county.goto(f"{origin}/duty/triggers/new/")
    county.fill("[name=number]", f"驻试{time.time_ns()}")
    county.locator("[name=kind][value=event]").check(force=True)
    county.fill("[name=title]", subject)
    county.fill("[name=rooms]", room)
    ends = county.evaluate("new Date(Date.now() + 864e5 + 288e5).toISOString().slice(0, 16)")
    county.fill("[name=ends_at]", ends)
    submit(county)
    watched = board.locator("#triggers-rows li").filter(has_text=subject)
    expect(watched).to_be_visible(timeout=WITHIN)
    looks_right(county, WIDE)

    other = open_as(COUNTY, county.url.replace(origin, ""), WIDE)
    other.locator("a[href$='/end/']").click()
    other.fill("[name=reason]", "试验结束")
    submit(other)
    expect(county.locator("#trigger-facts")).to_contain_text("试验结束", timeout=5_000)
    expect(watched).to_have_count(0, timeout=WITHIN)
