"""A call in the form and its record, in Chromium: keys, live parts, two editors, one A4 page."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.site import NARROW, WIDE

pytestmark = pytest.mark.e2e
OpenAs = Callable[..., Page]
OFFICER, LEAD, PROVINCE = "990402", "990401", "990101"
TEXT = "南门两辆电动车相碰，双方争执，无人受伤"


def path_of(page: Page) -> str:
    return re.sub(r"^https?://[^/]+", "", page.url).partition("#")[0]


def inspect(page: Page) -> None:
    """No overflow and no axe violation on the page that is open."""
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0, page.url
    found = Axe().run(page).response["violations"]
    assert [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found] == [], page.url


def press(page: Page, selector: str = "main button.button--primary[type=submit]") -> None:
    """Press a button and wait for the page it leads to; drafts are kept before a form leaves."""
    with page.expect_navigation():
        page.locator(selector).first.click()


def file_call(page: Page, text: str = TEXT) -> str:
    """File an open call through the form; returns the address of its record."""
    page.goto(page.url.partition("/incidents/")[0] + "/incidents/new/")
    page.wait_for_load_state("networkidle")  # an older draft comes back before anybody types
    page.fill("[name=narrative]", text)
    page.fill("[name=place_text]", "南门岗亭")
    page.fill("[name=reported_at]", "-15")
    page.locator("main button.button--primary[type=submit]").click()
    page.wait_for_url(re.compile(r"/incidents/\d+/$"))
    return path_of(page)


def test_form_finds_the_category_by_pinyin_and_keeps_a_refused_text(open_as: OpenAs) -> None:
    page = open_as(OFFICER, "/incidents/new/")
    page.fill("[name=narrative]", TEXT)
    page.fill("[name=reported_at]", "soon")
    page.locator("#id_category").click()
    page.locator("#id_category").fill("jtjf")
    page.keyboard.press("Enter")
    expect(page.locator("#id_category")).to_have_value("纠纷 › 交通纠纷")
    press(page)
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("[name=narrative]")).to_have_value(TEXT)
    expect(page.locator("#id_category")).to_have_value("纠纷 › 交通纠纷")
    page.fill("[name=reported_at]", "-15")
    page.fill("[name=place_text]", "南门岗亭")
    page.locator("main button.button--primary[type=submit]").click()
    page.wait_for_url(re.compile(r"/incidents/\d+/$"))
    expect(page.locator("main")).to_contain_text("南门岗亭")


def test_people_follow_the_time_that_is_typed(open_as: OpenAs) -> None:
    page = open_as(OFFICER, "/incidents/new/")
    with page.expect_response(re.compile(r"/incidents/new/people/")) as answer:
        page.fill("[name=reported_at]", "-20")
        page.keyboard.press("Tab")
    assert answer.value.status == 200
    expect(page.locator("#record-on-duty")).to_contain_text("李晨")


def test_closing_takes_one_key_for_each_missing_piece(open_as: OpenAs) -> None:
    page = open_as(OFFICER, "/incidents/new/")
    file_call(page)
    page.keyboard.press("c")
    refusal = page.locator(".record-missing--refused")
    expect(refusal).to_be_focused()
    inspect(page)
    label = refusal.locator("[data-key='1']").inner_text()
    assert "交通纠纷" in label  # what the narrative speaks of comes first
    page.keyboard.press("1")
    expect(page.locator("#record-side")).to_contain_text("纠纷 › 交通纠纷")
    page.keyboard.press("1")
    expect(page.locator("#record-top h1 .tag--ok")).to_be_visible()
    expect(page.locator("#act-close")).to_have_count(0)
    expect(page.locator("#record-top .record-missing")).to_have_count(0)


def test_news_arrive_without_moving_what_is_typed(open_as: OpenAs) -> None:
    page = open_as(OFFICER, "/incidents/new/")
    record = file_call(page)
    other = open_as(LEAD, record)
    field = page.locator("form[data-draft='incident-entry'] textarea")
    field.click()
    field.press_sequentially("正在核对监")

    other.fill("form[data-draft='incident-entry'] textarea", "保安队长到场")
    press(other, "form[data-draft='incident-entry'] button[type=submit]")

    expect(page.locator("#record-timeline")).to_contain_text("保安队长到场", timeout=10_000)
    expect(field).to_be_focused()
    field.press_sequentially("控")
    expect(field).to_have_value("正在核对监控")


def test_a_part_in_use_waits_and_catches_up(open_as: OpenAs) -> None:
    page = open_as(OFFICER, "/incidents/new/")
    record = file_call(page)
    other = open_as(LEAD, record)
    page.fill("#step-at", "-5")
    press(other, "#record-top [data-key='a']")
    expect(page.locator("#record-timeline")).to_contain_text("已派", timeout=10_000)
    expect(page.locator("#step-at")).to_have_value("-5")
    page.fill("#step-at", "")
    page.locator("h1").click()
    expect(page.locator("#record-top .tag").first).to_contain_text("已派", timeout=10_000)


def test_quiet_record_costs_no_transfer(open_as: OpenAs) -> None:
    page = open_as(OFFICER, "/incidents/new/")
    file_call(page)
    with page.expect_response(re.compile(r"/live/$")) as answer:
        pass
    assert answer.value.status == 304


def test_two_editors_of_one_narrative_both_keep_their_words(open_as: OpenAs) -> None:
    page = open_as(OFFICER, "/incidents/new/")
    record = file_call(page)
    other = open_as(LEAD, f"{record}edit/narrative/")
    page.goto(other.url)
    page.fill("[name=narrative]", TEXT.replace("无人受伤", "一人擦伤"))
    other.fill("[name=narrative]", TEXT.replace("南门", "北门"))
    for editor in (page, other):
        editor.locator("main button.button--primary[type=submit]").click()
        editor.wait_for_url(re.compile(rf"{record}$"))
    expect(other.locator(".record-narrative")).to_have_text(
        "北门两辆电动车相碰，双方争执，一人擦伤"
    )

    for editor, words in ((page, "西门"), (other, "东门")):
        editor.goto(f"{other.url.partition('/incidents/')[0]}{record}edit/narrative/")
        editor.fill("[name=narrative]", f"{words}两辆电动车相碰")
    page.locator("main button.button--primary[type=submit]").click()
    page.wait_for_url(re.compile(rf"{record}$"))
    press(other)
    expect(other.locator(".record-conflict")).to_contain_text("西门两辆电动车相碰")
    expect(other.locator("[name=narrative]")).to_have_value("东门两辆电动车相碰")
    inspect(other)


def test_people_are_masked_until_somebody_looks(open_as: OpenAs) -> None:
    page = open_as(OFFICER, "/incidents/new/")
    record = file_call(page)
    page.goto(page.url.replace(record, f"{record}parties/new/"))
    page.fill("[name=name]", "王小明")
    page.fill("[name=telephone]", "13800006021")
    page.locator("main button.button--primary[type=submit]").click()
    page.wait_for_url(re.compile(rf"{record}(#.*)?$"))
    expect(page.locator("#record-parties")).to_contain_text("王** 138****6021")
    assert "王小明" not in page.content()
    press(page, "#reveal")
    expect(page.locator("main")).to_contain_text("王小明 13800006021")
    inspect(page)


def test_every_page_of_a_record_at_both_widths(open_as: OpenAs) -> None:
    record = file_call(open_as(OFFICER, "/incidents/new/"))
    for size in (WIDE, NARROW):
        page = open_as(LEAD, record, size)
        complaints: list[str] = []
        page.on("pageerror", lambda error, seen=complaints: seen.append(str(error)))
        for below in ("", "print/", "edit/occurred/", "edit/category/", "attachments/new/",
                      "links/new/", "parties/new/", "handlers/new/"):  # fmt: skip
            page.goto(page.url.partition("/incidents/")[0] + record + below)
            inspect(page)
        page.goto(page.url.partition("/incidents/")[0] + "/incidents/new/")
        inspect(page)
        assert complaints == []


def test_typical_record_prints_on_one_page(open_as: OpenAs) -> None:
    page = open_as(OFFICER, "/incidents/new/")
    record = file_call(page, TEXT + "。" + "民警到场后了解经过，查看监控，双方同意调解。" * 8)
    for number in range(8):
        page.fill(
            "form[data-draft='incident-entry'] textarea", f"第{number + 1}次处置：联系双方，做笔录"
        )
        press(page, "form[data-draft='incident-entry'] button[type=submit]")
    page.goto(page.url.partition("/incidents/")[0] + record + "print/")
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", paper)) == 1
