"""A change of shift in the browser: two people, few clicks, one sheet of paper."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.site import NARROW

pytestmark = pytest.mark.e2e

LEAD, AUXILIARY = "990401", "990403"
LONG = "图书馆自修室盗窃警情的失主明日上午来室补充材料，请接班人员留意。" * 8


def test_a_shift_is_handed_over_and_fits_on_one_page(
    open_as: Callable[..., Page], address: str
) -> None:
    outgoing = open_as(LEAD, "/duty/log/")
    for number in range(12):
        outgoing.fill("[name=text]", f"第{number:02d}件：{LONG}")
        outgoing.check("[name=is_key]")
        outgoing.click("form[action$='/log/new/'] button[type=submit]")

    outgoing.goto(f"{address}/")
    outgoing.click(".side a[href='/duty/handover/']")  # one
    outgoing.get_by_role("radio", name="马跃 辅警").check()
    outgoing.fill("[name=notes]", "\n".join("一二三四五六七八九十" * 4 for _line in range(12)))
    outgoing.click("button[value=sign]")  # two
    expect(outgoing.locator("h1")).to_contain_text("待接班人签字")

    incoming = open_as(AUXILIARY, "/duty/handover/", size=NARROW)
    button = incoming.locator("form[action*='/sign-in/'] button")
    expect(button).to_be_in_viewport()
    expect(incoming.locator("[aria-labelledby=section-notes] li")).to_have_count(12)
    button.click()
    expect(incoming.locator("h1")).to_contain_text("双方已签字")

    outgoing.goto(f"{outgoing.url}print/")
    paper = outgoing.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", paper)) == 1
    assert outgoing.locator(".record-print").inner_text().count("件：") < 12
    signed = outgoing.locator(".record-print__sign").inner_text()
    assert ("王志强" in signed, "马跃" in signed) == (True, True)
