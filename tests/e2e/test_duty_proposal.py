"""A roster proposed by the worker and booked; a shift of it swapped; on both widths."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from policeroom.common.clock import ZONE
from tests.e2e.site import NARROW, WIDE
from tests.e2e.test_duty_presence import picture

pytestmark = pytest.mark.e2e
OpenAs = Callable[..., Page]
LEAD, OFFICER = "990401", "990402"
#: No roster of the demonstration or of another test reaches so far.
FAR = dt.timedelta(weeks=10)
#: The worker has other work; a plan of two officers takes turns, which needs no second.
PATIENCE = 60_000


def room_page(open_as: OpenAs, account: str, name: str) -> Page:
    page = open_as(account, "/duty/roster/", WIDE)
    page.goto(f"{page.url.partition('?')[0]}{name}/")
    return page


def with_usual_shifts(page: Page) -> None:
    """The room's usual shifts; one by day where it has none."""
    if page.locator("a[href*='/roster/templates/']").count():
        return
    page.locator("a[href$='/templates/new/']").click()
    for field, value in (("name", "白班"), ("starts", "08:00"), ("minutes", "720")):
        page.fill(f"[name={field}]", value)
    page.select_option("[name=kind]", "day")
    page.locator("main form.form button[type=submit]").click()


def sound(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert Axe().run(page).violations_count == 0


def test_a_proposed_roster_is_booked_and_a_shift_of_it_is_swapped(open_as: OpenAs) -> None:
    with_usual_shifts(open_as(LEAD, "/duty/roster/", WIDE))
    page = room_page(open_as, LEAD, "proposals")
    page.locator("a[href$='/proposals/new/']").first.click()
    day = dt.datetime.now(ZONE).date() + FAR
    page.fill("[name=first_day]", day.isoformat())
    page.select_option("[name=weeks]", "1")
    page.locator("main form.form button[type=submit]").click()
    adopt = page.locator("form[action$='/adopt/'] button")
    expect(adopt).to_be_visible(timeout=PATIENCE)
    proposed = page.locator(".roster__shift").count()
    assert proposed > 0
    sound(page)
    picture(page, "proposal-1440")
    narrow = open_as(LEAD, urlsplit(page.url).path, NARROW)
    sound(narrow)
    picture(narrow, "proposal-390")
    adopt.click()
    page.wait_for_url("**/duty/roster/rooms/*/?on=*")
    expect(page.locator(".roster__shift").first).to_be_visible()

    officer = room_page(open_as, OFFICER, "swaps")
    officer.locator("a[href$='/swap/']").last.click()
    officer.select_option("[name=to_person]", index=1)
    officer.fill("[name=reason]", "培训")
    officer.locator("main form.form button[type=submit]").click()
    expect(officer.locator("form[action$='/withdraw/'] button")).to_be_visible()
    swap = officer.url

    lead = open_as(LEAD, "/accounts/inbox/", WIDE)
    lead.goto(swap)
    sound(lead)
    lead.locator("button[value=approve]").click()
    expect(lead.locator("form[action$='/decide/']")).to_have_count(0)
    expect(lead.locator("h1 .tag--ok")).to_be_visible()
