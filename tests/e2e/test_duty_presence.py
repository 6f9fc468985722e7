"""Checking in and out at the desk, with a thumb on a phone and with the keyboard."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.site import NARROW, WIDE

pytestmark = pytest.mark.e2e
OpenAs = Callable[..., Page]

IN, OUT = "form[action$='/in/'] button", "form[action$='/out/'] button"
#: A target for a thumb, in pixels.
THUMB = 48


def picture(page: Page, name: str) -> None:
    """Keep the page as a picture where somebody asks for it."""
    if folder := os.environ.get("POLICEROOM_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def check_out(page: Page) -> None:
    """Whoever the demonstration has on duty at this hour goes first."""
    while page.locator(OUT).count():
        page.locator(OUT).first.click()
        expect(page.locator(".messages .message").first).to_be_visible()


def test_one_tap_in_and_one_tap_out_on_a_phone(open_as: OpenAs) -> None:
    page = open_as("990402", "/duty/presence/", NARROW)
    expect(page.locator(".presence").first).to_be_visible()
    check_out(page)
    before = page.locator(IN).count()
    box = page.locator(IN).first.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= THUMB
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    picture(page, "presence-empty-390")

    page.locator(IN).first.click()
    expect(page.locator(OUT)).to_have_count(1)
    expect(page.locator(IN)).to_have_count(before - 1)
    picture(page, "presence-390")
    assert Axe().run(page).violations_count == 0

    page.locator(OUT).click()  # in the same minute: the page says what to do
    expect(page.locator(".message--error")).to_be_visible()
    expect(page.locator(OUT)).to_have_count(1)


def test_lead_corrects_from_the_line_with_the_keyboard(open_as: OpenAs) -> None:
    page = open_as("990401", "/duty/presence/", WIDE)
    name = page.locator("form[action$='/in/'] button span").first.inner_text().strip()
    line = page.locator("table tr").filter(has_text=name).first
    page.locator(IN).first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".messages .message").first).to_be_visible()  # the next page is there
    picture(page, "presence-1440")
    assert Axe().run(page).violations_count == 0
    line.locator("a[href$='/correct/']").click()
    came = dt.datetime.fromisoformat(page.input_value("[name=came_at]")) - dt.timedelta(minutes=1)
    page.fill("[name=came_at]", came.isoformat(timespec="minutes"))
    page.fill("[name=reason]", "补签")
    picture(page, "presence-correct-1440")
    assert Axe().run(page).violations_count == 0
    page.locator("main form.form button[type=submit]").click()
    page.wait_for_url("**/duty/presence/**rooms/**")
    expect(line).to_contain_text(came.strftime("%H:%M"))
    picture(page, "presence-corrected-1440")


def test_county_sees_where_somebody_is(open_as: OpenAs) -> None:
    for size in (WIDE, NARROW):
        page = open_as("990301", "/duty/presence/", size)
        expect(page.locator("table.table tbody tr").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert Axe().run(page).violations_count == 0
        picture(page, f"presence-rooms-{size[0]}")
