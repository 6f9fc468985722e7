"""A secondment from the room's wish to the county's decision, and what stands in the file."""

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
LEAD, COUNTY = "990401", "990301"
#: Long after what the demonstration has asked for.
LATER = dt.timedelta(days=200)
ORDER = "试借〔九〕1号"


def test_lead_asks_and_county_approves_with_the_strength_in_view(open_as: OpenAs) -> None:
    day = dt.datetime.now(ZONE).date() + LATER
    lead = open_as(LEAD, "/people/?q=李晨", WIDE)
    lead.locator("table tbody a").first.click()
    lead.locator("a[href$='/secondments/new/']").click()
    lead.fill("[name=valid_from]", day.isoformat())
    lead.fill("[name=last_day]", (day + dt.timedelta(days=6)).isoformat())
    lead.locator("#id_ordered_by").fill("市公安局")
    lead.locator("[role=option]:visible").first.click()
    lead.fill("[name=order_no]", ORDER)
    lead.fill("[name=purpose]", "跨区安保")
    lead.locator("main form.form button[type=submit]").click()
    expect(lead.locator("a[href$='/strike/']")).to_be_visible()
    expect(lead.locator("a[href$='/approve/']")).to_have_count(0)
    address = "/" + lead.url.split("/", 3)[3]

    county = open_as(COUNTY, address, NARROW)
    county.locator("a[href$='/approve/']").click()
    expect(county.locator("main")).to_contain_text(day.isoformat())
    county.fill("[name=approval_no]", "县批〔九〕1号")
    picture(county, "secondment-approve-390")
    assert Axe().run(county).violations_count == 0
    county.locator("main form button[type=submit]").click()
    expect(county.locator("a[href$='/end/']")).to_be_visible()
    assert county.evaluate("document.documentElement.scrollWidth") <= NARROW[0]

    lead.goto(lead.url.partition("/people/")[0] + "/people/?q=李晨")
    lead.locator("table tbody a").first.click()
    expect(lead.locator("main")).to_contain_text(ORDER)
    picture(lead, "person-file-1440")
    assert Axe().run(lead).violations_count == 0
