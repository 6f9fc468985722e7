"""A week of a room's roster, by keyboard and on a phone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from policeroom.common.clock import ZONE
from tests.e2e.site import NARROW, WIDE
from tests.e2e.test_duty_presence import picture

pytestmark = pytest.mark.e2e
OpenAs = Callable[..., Page]
LEAD = "990401"
#: The demonstration and the tests of proposals fill the next weeks; this one is empty.
EMPTY_WEEKS_FROM = dt.timedelta(weeks=12)
NAME = "考试周白班"


def open_roster(open_as: OpenAs, size: tuple[int, int]) -> Page:
    page = open_as(LEAD, "/duty/presence/", size)
    page.get_by_role("link", name="排班", exact=True).click()
    expect(page.locator("table.roster")).to_be_visible()
    show_empty_week(page)
    return page


def show_empty_week(page: Page) -> None:
    later = dt.datetime.now(ZONE).date() + EMPTY_WEEKS_FROM
    page.goto(f"{page.url.partition('?')[0]}?on={later.isoformat()}")


def test_lead_makes_a_usual_shift_and_books_it_with_the_keyboard(open_as: OpenAs) -> None:
    page = open_roster(open_as, WIDE)
    missing = page.locator("#open-title + .count")
    expect(page.locator(".roster__shift")).to_have_count(0)
    before = int(missing.inner_text())
    page.locator("a[href*='/templates/new/']").click()
    for field, value in (("name", NAME), ("starts", "08:00"), ("minutes", "720")):
        page.fill(f"[name={field}]", value)
    page.select_option("[name=kind]", "day")
    page.locator("main form.form button[type=submit]").click()
    expect(page.locator(".messages .message").first).to_be_visible()  # the week it was opened from
    expect(missing).to_have_text(str(before + 14))  # seven days, an officer and an auxiliary each
    page.locator(".roster__add").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/book/**")
    page.select_option("[name=template]", label=NAME)
    page.locator("[name=template]").press("Enter")
    page.locator("main form.form button[type=submit]").click()
    expect(page.locator(".roster__shift")).to_have_count(1)
    # The officer serves the new shift and the room's own of the same hours.
    expect(missing).to_have_text(str(before + 12))
    picture(page, "roster-1440")
    assert Axe().run(page).violations_count == 0

    page.locator(".roster-bar > a").nth(1).click()  # the week after
    page.locator("form[action$='/copy/'] button").click()
    expect(page.locator(".roster__shift")).to_have_count(1)

    narrow = open_roster(open_as, NARROW)
    assert narrow.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    picture(narrow, "roster-390")
    assert Axe().run(narrow).violations_count == 0
