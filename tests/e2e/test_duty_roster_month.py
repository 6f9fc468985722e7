"""A month of a room's roster: arrow keys, Enter, Delete; a shift dragged; the list on a phone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from policeroom.common.clock import ZONE
from tests.e2e.site import NARROW, WIDE
from tests.e2e.test_duty_presence import picture

pytestmark = pytest.mark.e2e
OpenAs = Callable[..., Page]
LEAD = "990401"
#: The demonstration fills two weeks; a month that begins so much later is empty.
AHEAD = dt.timedelta(days=150)
SAY = "#roster-say"


def open_month(open_as: OpenAs, size: tuple[int, int]) -> Page:
    page = open_as(LEAD, "/duty/roster/", size)
    month = dt.datetime.now(ZONE).date() + AHEAD
    page.goto(f"{page.url.partition('?')[0]}month/?month={month:%Y-%m}")
    return page


def cell(page: Page, row: int, column: int) -> Locator:
    return page.locator(".month tbody tr").nth(row).locator("td[data-day]").nth(column)


def book_here(page: Page) -> None:
    """From the cell with the focus, by keyboard, and back at it."""
    page.keyboard.press("Enter")
    page.wait_for_url("**/book/**")
    page.select_option("[name=template]", index=1)
    expect(page.locator(f"{SAY} .message--success")).to_be_visible()
    page.locator("main form.form button[type=submit]").press("Enter")
    page.wait_for_url("**/month/**")


def test_lead_fills_a_month_by_keyboard_and_by_dragging(open_as: OpenAs) -> None:
    page = open_month(open_as, WIDE)
    marks = page.locator(".month__mark")
    expect(marks).to_have_count(0)
    cell(page, 0, 0).focus()
    for key in ("ArrowRight", "ArrowDown", "End", "Home", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
    expect(cell(page, 0, 1)).to_be_focused()
    book_here(page)
    expect(cell(page, 0, 1)).to_be_focused()
    expect(cell(page, 0, 1).locator(".month__mark")).to_have_count(1)
    page.keyboard.press("ArrowRight")
    book_here(page)
    expect(marks).to_have_count(2)

    cell(page, 0, 1).locator("a").drag_to(cell(page, 0, 2))  # a clash: nothing moves
    expect(cell(page, 0, 2)).to_be_focused()  # the answer to the drop is there
    expect(page.locator(f"{SAY} .message--error")).to_be_visible()
    expect(cell(page, 0, 1).locator(".month__mark")).to_have_count(1)
    cell(page, 0, 1).locator("a").drag_to(cell(page, 1, 4))
    expect(cell(page, 1, 4).locator(".month__mark")).to_have_count(1)
    expect(cell(page, 1, 4)).to_be_focused()
    picture(page, "roster-month-1440")
    assert Axe().run(page).violations_count == 0
    page.locator(".roster-said button").click()
    expect(cell(page, 0, 1).locator(".month__mark")).to_have_count(1)

    narrow = open_month(open_as, NARROW)
    expect(narrow.locator(".month-days__shift")).to_have_count(2)
    expect(narrow.locator(".month")).to_be_hidden()
    assert narrow.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    picture(narrow, "roster-month-390")
    assert Axe().run(narrow).violations_count == 0

    for column in (1, 2):
        cell(page, 0, column).focus()
        page.keyboard.press("Delete")
        page.locator(".confirm button[type=submit]").click()
        page.wait_for_url("**/month/**")
    expect(marks).to_have_count(0)
