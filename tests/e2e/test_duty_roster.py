"""A week of a room's roster, by keyboard and on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.site import NARROW, WIDE
from tests.e2e.test_duty_presence import picture

pytestmark = pytest.mark.e2e
OpenAs = Callable[..., Page]
LEAD = "990401"


def open_roster(open_as: OpenAs, size: tuple[int, int]) -> Page:
    page = open_as(LEAD, "/duty/presence/", size)
    page.locator(".tabs a[href*='/duty/roster/']").click()
    expect(page.locator("table.roster")).to_be_visible()
    return page


def test_lead_makes_a_usual_shift_and_books_it_with_the_keyboard(open_as: OpenAs) -> None:
    page = open_roster(open_as, WIDE)
    page.locator("a[href$='/templates/new/']").click()
    for field, value in (("name", "白班"), ("starts", "08:00"), ("minutes", "720")):
        page.fill(f"[name={field}]", value)
    page.select_option("[name=kind]", "day")
    page.locator("main form.form button[type=submit]").click()
    missing = page.locator("#open-title + .count")
    expect(missing).to_have_text("14")  # seven days, an officer and an auxiliary each
    page.locator(".roster__add").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/book/**")
    page.select_option("[name=template]", label="白班")
    page.locator("[name=template]").press("Enter")
    page.locator("main form.form button[type=submit]").click()
    expect(page.locator(".roster__shift")).to_have_count(1)
    expect(missing).to_have_text("13")
    picture(page, "roster-1440")
    assert Axe().run(page).violations_count == 0

    page.locator(".roster-bar > a").last.click()
    page.locator("form[action$='/copy/'] button").click()
    expect(page.locator(".roster__shift")).to_have_count(1)

    narrow = open_roster(open_as, NARROW)
    assert narrow.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    picture(narrow, "roster-390")
    assert Axe().run(narrow).violations_count == 0
