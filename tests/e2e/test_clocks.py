"""The records beside the log, made and opened in Chromium, with their cost in clicks."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.site import NARROW, WIDE

pytestmark = pytest.mark.e2e
OpenAs = Callable[..., Page]
OFFICER, LEAD, COUNTY, CITY = "990402", "990401", "990301", "990201"


def inspect(page: Page) -> None:
    """No overflow and no axe violation on the page that is open."""
    assert (
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        <= 0
    ), page.url
    found = Axe().run(page).response["violations"]
    assert [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found] == [], page.url


def both_widths(open_as: OpenAs, username: str, paths: list[str]) -> None:
    """Open the pages at both widths and look at each."""
    for size in (WIDE, NARROW):
        page = open_as(username, paths[0], size)
        complaints: list[str] = []
        page.on("pageerror", lambda error, seen=complaints: seen.append(str(error)))
        for path in paths:
            page.goto(page.url.partition("/incidents/")[0] + path)
            assert page.locator("main h1").count() == 1, path
            inspect(page)
        assert complaints == []


def send(page: Page) -> None:
    """Press the one button that sends the form of the page."""
    page.locator("main form button[type=submit].button--primary").click()
    page.wait_for_load_state()


def path_of(page: Page) -> str:
    return re.sub(r"^https?://[^/]+", "", page.url)


def a_call(open_as: OpenAs) -> str:
    """An open call of the officer's room, from the list."""
    page = open_as(OFFICER, "/incidents/?state=handling")
    links = page.locator("table.table tbody td:first-child a")
    if links.count() == 0:
        page.goto(page.url.partition("?")[0])
    address = links.first.get_attribute("href")
    assert address is not None
    return address


def test_major_situation_takes_one_tap_and_is_reported_in_two_clicks(open_as: OpenAs) -> None:
    call = a_call(open_as)
    page = open_as(OFFICER, call)
    page.locator(f"form[action='{call}urgent/'] button").click()
    page.wait_for_load_state()
    notice = path_of(page)
    assert re.fullmatch(r"/incidents/urgent/\d+/", notice)

    clicks = 0
    page.locator(".page-head__actions .button--primary").click()
    page.wait_for_load_state()
    clicks += 1
    page.fill("[name=reported_at]", "t")
    page.fill("[name=reported_to]", "分局指挥中心，电话")
    send(page)
    clicks += 1
    assert (path_of(page), clicks) == (notice, 2)
    expect(page.locator("section[aria-labelledby=police-title]")).to_contain_text("分局指挥中心")

    above = open_as(CITY, notice)
    above.locator(".page-head__actions .button--primary").click()
    above.wait_for_load_state()
    send(above)
    expect(above.locator("main .message--success")).to_be_visible()
    sides = page.locator("a[href*='/urgent/sides/']").all()
    forms = sorted({side.get_attribute("href") or "" for side in sides})
    both_widths(
        open_as,
        OFFICER,
        [notice, *forms, f"{notice}measures/new/", f"{notice}close/", "/incidents/urgent/new/"],
    )
    both_widths(open_as, CITY, [notice, f"{notice}judge/", f"{notice}strike/"])


def test_case_is_handed_over_and_received_from_the_list_of_clocks(open_as: OpenAs) -> None:
    call = a_call(open_as)
    page = open_as(OFFICER, f"{call}transfers/new/")
    page.fill("[name=receiver_name]", "大学城派出所")
    page.locator("[name=receiver_kind][value=precinct]").check(force=True)
    page.fill("[name=handed_at]", "t")
    send(page)
    transfer = path_of(page)
    both_widths(open_as, OFFICER, [transfer, f"{transfer}receipt/", f"{transfer}strike/"])

    page.goto(page.url.replace(transfer, "/incidents/clocks/?kind=transfer-receipt"))
    clicks = 0
    page.locator(f"a[href='{transfer}receipt/']").click()
    page.wait_for_load_state()
    clicks += 1
    page.fill("[name=received_by_name]", "李某")
    send(page)
    clicks += 1
    assert (path_of(page), clicks) == (transfer, 2)
    expect(page.locator("main table .tag--ok").first).to_be_visible()


def test_refused_form_keeps_what_was_typed(open_as: OpenAs) -> None:
    page = open_as(OFFICER, "/incidents/hazards/new/")
    page.fill("[name=place_text]", "图书馆北侧")
    page.fill("[name=description]", "消防通道被占")
    page.fill("[name=found_at]", "2599")
    page.fill("[name=responsible]", "后勤管理处")
    send(page)
    expect(page.locator(".error-summary")).to_be_visible()
    assert page.input_value("[name=place_text]") == "图书馆北侧"
    assert page.input_value("[name=found_at]") == "2599"
    inspect(page)
    page.fill("[name=found_at]", "-5")
    page.fill("[name=due_on]", "2199-01-01")
    send(page)
    hazard = path_of(page)
    recheck = page.locator(".page-head__actions .button--primary").get_attribute("href") or ""
    both_widths(open_as, LEAD, [hazard, recheck, f"{hazard}extend/", f"{hazard}strike/"])


def test_dispute_activity_and_screening_are_recorded(open_as: OpenAs) -> None:
    page = open_as(OFFICER, "/incidents/disputes/new/")
    page.locator("[name=kind][value=noise]").check(force=True)
    page.fill("[name=place_text]", "3号学生公寓")
    page.fill("[name=summary]", "夜间噪声")
    send(page)
    dispute = path_of(page)
    assert re.fullmatch(r"/incidents/disputes/\d+/", dispute)
    page.goto(page.url + "sessions/new/")
    page.locator("[name=outcome][value=agreed]").check(force=True)
    send(page)
    expect(page.locator(".page-head__actions .button--primary")).to_have_attribute(
        "href", f"{dispute}close/"
    )
    acts = ("edit", "sessions/new", "follow-ups/new", "close", "strike")
    both_widths(open_as, OFFICER, [dispute, *(f"{dispute}{act}/" for act in acts)])

    page.goto(page.url.replace(dispute, "/incidents/outreach/new/?topic=drugs"))
    assert page.locator("[name=topics]:checked").count() == 1
    page.fill("[name=title]", "禁毒宣传")
    page.locator("[name=form][value=lecture]").check(force=True)
    page.locator("[name=universities]").first.check(force=True)
    page.fill("[name=audience_count]", "120")
    send(page)
    activity = path_of(page)
    assert re.fullmatch(r"/incidents/outreach/\d+/", activity)
    both_widths(open_as, OFFICER, [activity, f"{activity}strike/"])


def test_lead_and_task_go_down_and_come_back(open_as: OpenAs) -> None:
    above = open_as(COUNTY, "/incidents/leads/new/")
    room = open_as(OFFICER, "/incidents/registers/")
    station = path_of(room).rstrip("/").rpartition("/")[2]
    above.select_option("select[name=station]", station, force=True)
    above.fill("[name=reference_no]", "内线〔2026〕9号")
    send(above)
    lead = path_of(above)
    assert re.fullmatch(r"/incidents/leads/\d+/", lead)
    page = open_as(LEAD, lead)
    page.locator(".page-head__actions .button--primary").click()
    page.wait_for_load_state()
    inspect(page)
    page.locator("[name=result][value=unconfirmed]").check(force=True)
    send(page)
    assert path_of(page) == lead
    both_widths(open_as, COUNTY, [lead, f"{lead}strike/", "/incidents/tasks/new/"])


def test_lists_and_ledgers_are_accessible_at_both_widths(open_as: OpenAs) -> None:
    lists = ["clocks", "urgent", "leads", "tasks", "transfers", "disputes", "hazards", "outreach"]
    paths = [f"/incidents/{name}/" for name in (*lists, "evidence", "registers")]
    paths += ["/incidents/disputes/screenings/", "/incidents/disputes/screenings/new/"]
    both_widths(open_as, LEAD, [*paths, "/incidents/evidence/new/?kind=plan"])
    both_widths(open_as, CITY, paths)


def test_nil_return_is_two_clicks_from_the_ledgers(open_as: OpenAs) -> None:
    page = open_as(LEAD, "/incidents/registers/")
    offered = page.locator("a[href*='/nil/?ledger=']").first
    address = offered.get_attribute("href")
    expect(page.locator(f"a[href='{address}']")).to_have_count(1)
    clicks = 0
    offered.click()
    page.wait_for_load_state()
    clicks += 1
    inspect(page)
    send(page)
    clicks += 1
    assert clicks == 2
    expect(page.locator("main h1")).to_have_count(1)
    expect(page.locator(f"a[href='{address}']")).to_have_count(0)
