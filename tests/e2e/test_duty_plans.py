"""A city writes a missing element of its plan, and a room reads it at its level."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.site import NARROW, WIDE

pytestmark = pytest.mark.e2e
OpenAs = Callable[..., Page]
CITY, LEAD = "990201", "990401"
TEXT = "与保卫处、校医院同步到场。"


def test_a_cell_is_written_and_read_in_the_room(open_as: OpenAs, address: str) -> None:
    city = open_as(CITY, "/duty/plans/", WIDE)
    city.locator("table.table tbody a").first.click()
    city.locator("table.heat tbody a").nth(1).click()  # level two of the first type
    city.locator(".page-head a.button--primary").click()
    city.fill("[name=joint_duty]", TEXT)
    city.locator("main form.form button[type=submit]").click()
    expect(city.locator(".plan-lines")).to_contain_text(TEXT)

    room = open_as(LEAD, "/stations/own/", NARROW)
    room.locator("section[aria-labelledby=level-title] a[href*='/duty/plans/']").click()
    room.locator(".tabs a[href$='/levels/2/']").click()
    expect(room.locator(".plan-chapters .card").first).to_contain_text(TEXT)
    assert room.evaluate("document.documentElement.scrollWidth") <= NARROW[0]


def test_a_new_version_of_the_routine_takes_over_what_the_old_one_says(open_as: OpenAs) -> None:
    city = open_as(CITY, "/duty/arrangements/", WIDE)
    city.locator("table.table tbody a").first.click()
    title = city.locator("h1").inner_text().split("\n")[0]
    city.locator(".page-head a.button--primary").click()
    kept = city.input_value("[name=title]")
    assert title.startswith(kept)
    city.fill("[name=document_no]", "澜公〔2099〕1号")
    city.fill("[name=day_ends]", "22:30")
    city.locator("main form.form button[type=submit]").click()
    expect(city.locator(".messages .message").first).to_be_visible()
    expect(city.locator("table.table tbody tr")).to_have_count(2)
    expect(city.locator("table.table tbody tr").first).to_contain_text("22:30")
