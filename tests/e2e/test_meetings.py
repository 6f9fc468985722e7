"""A weekly briefing from the plan to its minutes, by the lead of a room."""

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


def is_in_order(page: Page, name: str) -> None:
    """No axe violation and nothing wider than the window, at both widths."""
    for width, height in (NARROW, WIDE):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert Axe().run(page).violations_count == 0
        picture(page, f"{name}-{width}")


def test_lead_plans_a_briefing_and_enters_it_as_held(open_as: OpenAs) -> None:
    page = open_as(LEAD, "/meetings/", WIDE)
    page.locator("a[href$='/plan/']").click()
    page.locator("[name=regimes][value=weekly]").check(force=True)
    at = dt.datetime.now(ZONE) + dt.timedelta(days=2)
    page.fill("[name=planned_at]", at.strftime("%Y-%m-%dT%H:%M"))
    page.locator("main form.form button[type=submit]").click()
    page.locator("main a[href$='/cancel/']").click()
    is_in_order(page, "meeting-cancel")
    page.go_back()
    page.locator("main a[href$='/held/']").click()
    is_in_order(page, "meeting-held")

    page.fill("[name=said_weekly_calls]", "本周接警九起，均已办结。")
    page.locator("[name=nil_weekly_cases]").check()
    page.locator("[name=nil_weekly_risks]").check()
    name = page.locator("fieldset.seat input[name$='_name']").first
    name.fill("李明")
    page.locator("fieldset.seat input[name$='_post']").first.fill("保卫处处长")
    name.press("Enter")
    expect(page.locator(".minutes")).to_contain_text("本周接警九起")
    expect(page.locator("main")).to_contain_text("李明")
    assert Axe().run(page).violations_count == 0
