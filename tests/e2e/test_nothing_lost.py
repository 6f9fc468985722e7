"""Nothing typed is lost and nothing is filed twice; after signing out nothing can be read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.lossy import (
    CAPTURE,
    TEXT,
    Device,
    Line,
    Log,
    Web,
    call,
    database_of,
    is_drained,
    kept_on,
    type_call,
    until,
)
from tests.e2e.site import free_port

pytestmark = pytest.mark.e2e
NOTE = ".draft-note"
OUTBOX = "#outbox"


@pytest.fixture(scope="module")
def web(address: str) -> Iterator[Web]:
    """A web process of its own over the seeded database: it will be killed."""
    server = Web(database_of(os.environ["DATABASE_URL"]), os.environ["REDIS_URL"], free_port())
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="module")
def line(web: Web) -> Iterator[Line]:
    """The line to it."""
    found = Line(web.port)
    yield found
    if not found.is_cut:
        found.cut()


@pytest.fixture
def device(browser: Browser, line: Line, log: Log, tmp_path: Path) -> Iterator[Device]:
    """An officer's browser with a fresh profile."""
    found = Device(browser.browser_type, tmp_path, line.address)
    found.start()
    log.forget_drafts()
    yield found
    found.kill()
    if line.is_cut:
        line.mend()


@pytest.fixture(scope="module")
def log(address: str) -> Log:
    return Log(database_of(os.environ["DATABASE_URL"]))


def file(page: Page) -> None:
    page.locator(TEXT).first.press("Enter")


# --- text that is not filed yet -------------------------------------------------------------------
def test_a_killed_browser_gives_the_text_back_and_it_is_filed_once(
    device: Device, log: Log
) -> None:
    page = device.open()
    type_call(page, "Kbrowser")
    device.kill()
    device.start()
    page = device.open()
    expect(page.locator(TEXT).first).to_have_value(call("Kbrowser"))
    expect(page.locator(NOTE)).to_have_attribute("data-state", "restored")
    file(page)
    until(lambda: log.count("Kbrowser"), 10, "the call is filed")
    page.reload()
    expect(page.locator(TEXT).first).to_have_value("")
    assert log.count("Kbrowser") == 1


def test_the_server_has_the_text_on_another_device(device: Device, tmp_path: Path) -> None:
    page = device.open()
    type_call(page, "Kother", pause_ms=0)
    expect(page.locator(f"{NOTE} small")).to_contain_text("草稿已保存")
    (tmp_path / "other").mkdir()
    other = Device(device.chromium, tmp_path / "other", device.address)
    other.start()
    try:
        expect(other.open().locator(TEXT).first).to_have_value(call("Kother"))
    finally:
        other.kill()
    file(page)


def test_a_discarded_text_is_gone_and_comes_back_with_undo(device: Device) -> None:
    page = device.open()
    type_call(page, "Kdiscard")
    page.reload()
    page.locator(NOTE).get_by_role("button").click()
    expect(page.locator(TEXT).first).to_have_value("")
    page.locator(NOTE).get_by_role("button").click()
    expect(page.locator(TEXT).first).to_have_value(call("Kdiscard"))
    page.reload()
    page.locator(NOTE).get_by_role("button").click()
    page.wait_for_timeout(500)
    page.reload()
    page.wait_for_timeout(1000)
    expect(page.locator(TEXT).first).to_have_value("")


def test_a_second_tab_says_so_and_takes_over_without_losing_either_text(
    device: Device, log: Log
) -> None:
    first = device.open()
    type_call(first, "Ktab")
    second = device.open()
    expect(second.locator(NOTE)).to_have_attribute("data-state", "elsewhere")
    expect(second.locator(TEXT).first).to_have_value("")
    second.locator(TEXT).first.click()
    second.keyboard.insert_text(call("Kown"))
    first.bring_to_front()
    first.locator(TEXT).first.press("End")
    first.keyboard.insert_text(" 又及")  # not yet on any disk when the other tab asks
    second.bring_to_front()
    second.locator(NOTE).get_by_role("button").click()
    expect(second.locator(TEXT).first).to_have_value(call("Ktab") + " 又及")
    expect(first.locator(TEXT).first).to_be_disabled()
    file(second)
    until(lambda: log.count("Ktab"), 10, "the call is filed")
    second.goto(f"{device.address}/drafts/")
    second.get_by_role("link", name="Kown").click()
    expect(second.locator(TEXT).first).to_have_value(call("Kown"))
    file(second)
    until(lambda: log.count("Kown"), 10, "the other call is filed")
    assert (log.count("Ktab"), log.count("Kown")) == (1, 1)


def test_a_rotated_token_and_an_ended_session_cost_nothing(device: Device, log: Log) -> None:
    page = device.open()
    type_call(page, "Ktoken", pause_ms=0)
    device.context.clear_cookies(name="csrftoken")
    file(page)
    until(lambda: log.count("Ktoken"), 10, "the call is filed")
    type_call(page, "Ksession", pause_ms=0)
    log.end_sessions()
    file(page)
    expect(page.locator(OUTBOX)).to_be_visible()
    page.locator(f"{OUTBOX} summary").click()
    expect(page.locator(f"{OUTBOX} [data-sign-in]")).to_be_visible()
    again = device.open()
    is_drained(again)
    assert (log.count("Ktoken"), log.count("Ksession")) == (1, 1)


#: The browser's locks of drafts wait until the test lets them go.
SLOW_LOCKS = """(() => {
  const request = navigator.locks.request.bind(navigator.locks);
  let go;
  const gate = new Promise((resolve) => { go = resolve; });
  window.letGo = () => go();
  navigator.locks.request = async (name, options, act) => {
    if (!name.startsWith("draft:")) return request(name, options, act);
    window.asksForLock = true;
    await gate;
    return request(name, options, act);
  };
})()"""


def test_a_letter_typed_while_a_draft_comes_back_is_not_overwritten(
    device: Device, log: Log
) -> None:
    page = device.open()
    type_call(page, "Kolder")
    page.close()
    page = device.context.new_page()
    page.add_init_script(SLOW_LOCKS)
    page.goto(f"{device.address}{CAPTURE}")
    until(lambda: page.evaluate("window.asksForLock"), 10, "the draft is about to come back")
    type_call(page, "Knewer", pause_ms=100)
    page.evaluate("window.letGo()")
    page.wait_for_timeout(700)
    expect(page.locator(TEXT).first).to_have_value(call("Knewer"))
    file(page)
    until(lambda: log.count("Knewer"), 10, "the newer call is filed")
    page = device.open()
    expect(page.locator(TEXT).first).to_have_value(call("Kolder"))
    file(page)
    until(lambda: log.count("Kolder"), 10, "the older call is filed")
    assert (log.count("Kolder"), log.count("Knewer")) == (1, 1)


#: Somebody types before the page's scripts run: no script hears of it.
EARLY = """new MutationObserver((changes, watch) => {
  const line = document.querySelector("textarea[name=text]");
  if (!line) return;
  watch.disconnect();
  line.value = "%s";
}).observe(document, { childList: true, subtree: true })"""


def test_what_is_typed_before_the_scripts_came_is_kept_beside_the_draft(
    device: Device, log: Log
) -> None:
    page = device.open()
    type_call(page, "Kdraft")
    page.close()
    page = device.context.new_page()
    page.add_init_script(EARLY % call("Kearly"))
    page.goto(f"{device.address}{CAPTURE}")
    until(lambda: kept_on(page, "drafts") == 2, 10, "both texts are on the device")
    expect(page.locator(TEXT).first).to_have_value(call("Kearly"))
    file(page)
    until(lambda: log.count("Kearly"), 10, "the early call is filed")
    page = device.open()
    expect(page.locator(TEXT).first).to_have_value(call("Kdraft"))
    file(page)
    until(lambda: log.count("Kdraft"), 10, "the draft is filed")
    assert (log.count("Kdraft"), log.count("Kearly")) == (1, 1)


def test_enter_on_the_next_call_while_one_is_under_way_files_both(device: Device, log: Log) -> None:
    page = device.open()
    page.wait_for_load_state("networkidle")
    under_way: list[Route] = []

    def hold(route: Route) -> None:
        if under_way:
            route.continue_()
        under_way.append(route)

    page.route("**/incidents/quick/", hold)
    type_call(page, "Kfirst", pause_ms=0)
    file(page)
    until(lambda: under_way or page.wait_for_timeout(50), 10, "the first call is sent")
    file(page)  # nothing new: this Enter means nothing
    type_call(page, "Ksecond", pause_ms=0)
    file(page)
    under_way[0].continue_()
    until(lambda: page.wait_for_timeout(50) or log.count("Ksecond"), 10, "both are filed")
    expect(page.locator(TEXT).first).to_have_value("")
    assert (log.count("Kfirst"), log.count("Ksecond")) == (1, 1)
    assert log.count("Kfirst%Ksecond") == 0  # two calls, not one of both


# --- calls without a line -------------------------------------------------------------------------
def test_calls_wait_sealed_survive_both_processes_and_are_sent_once(
    device: Device, web: Web, line: Line, log: Log
) -> None:
    page = device.open()
    device.worker_is_ready(page)
    page.wait_for_load_state("networkidle")
    line.cut()
    type_call(page, "Kline")
    file(page)
    expect(page.locator(f"{OUTBOX} [data-text-count]")).to_contain_text("1")
    page.goto(f"{device.address}/incidents/board/")  # the worker's page: there is no line
    expect(page.locator("form[data-outbox=plain]")).to_be_visible()
    type_call(page, "Kempty", pause_ms=0)
    page.locator("main button[type=submit]").click()
    expect(page.locator(f"{OUTBOX} [data-text-count]")).to_contain_text("2")
    web.kill()
    device.kill()
    device.start()
    web.start()
    line.mend()
    is_drained(device.open())
    assert (log.count("Kline"), log.count("Kempty")) == (1, 1)


def test_an_answer_that_never_came_does_not_file_twice(device: Device, log: Log) -> None:
    page = device.open()
    page.wait_for_load_state("networkidle")
    page.route("**/incidents/quick/", lambda route: (route.fetch(), route.abort()))
    type_call(page, "Kanswer", pause_ms=0)
    with page.expect_response("**/incidents/offline/sealed/") as second:
        file(page)
    assert second.value.status == 200  # it was here before
    is_drained(page)
    assert log.count("Kanswer") == 1


def test_a_refused_call_stays_in_the_list_and_is_corrected(
    device: Device, line: Line, log: Log
) -> None:
    page = device.open()
    page.wait_for_load_state("networkidle")
    line.cut()
    type_call(page, "Krefused", pause_ms=0)
    page.evaluate("document.querySelector('[name=reported_at]').value = '2030-01-01 00:00'")
    file(page)
    expect(page.locator(OUTBOX)).to_be_visible()
    line.mend()
    page.reload()
    page.locator(f"{OUTBOX} summary").click()
    row = page.locator(f"{OUTBOX} li")
    expect(row).to_contain_text("2030-01-01")
    row.locator("[data-act=correct]").click()
    page.wait_for_url(f"**{CAPTURE}**")
    expect(page.locator(TEXT).first).to_have_value(call("Krefused"))
    expect(page.locator(OUTBOX)).to_be_hidden()
    page.evaluate("document.querySelector('[name=reported_at]').value = ''")
    file(page)
    until(lambda: log.count("Krefused"), 10, "the corrected call is filed")


# --- what stays on the device ---------------------------------------------------------------------
def sign_out(page: Page) -> None:
    page.locator("details.menu summary").last.click()
    page.locator("form[data-sign-out] button").click()


def test_signing_out_leaves_nothing_readable_and_no_call_behind(
    device: Device, line: Line, log: Log
) -> None:
    secret, typed = "梧桐路十七号张某", "紫藤架下李某"
    page = device.open()
    device.worker_is_ready(page)
    page.wait_for_load_state("networkidle")
    line.cut()
    type_call(page, secret)
    file(page)
    expect(page.locator(OUTBOX)).to_be_visible()
    type_call(page, typed)
    line.mend()
    page.route("**/incidents/offline/sealed/", lambda route: route.abort())  # still waits
    sign_out(page)
    expect(page.locator("#outbox-question")).to_contain_text("1")
    page.locator("#outbox-question [value=yes]").click()
    page.wait_for_url("**/accounts/login/**")
    device.quit()
    assert device.holds("policeroom") != []  # the profile is the one that was used
    assert (device.holds(secret), device.holds(typed)) == ([], [])
    device.start()
    is_drained(device.open())  # signed in again: what waited is sent
    assert log.count(secret) == 1


def test_another_person_finds_nothing_of_the_one_before(device: Device, line: Line) -> None:
    page = device.open()
    type_call(page, "Kbefore")
    assert kept_on(page, "drafts") == 1
    device.context.clear_cookies(name="sessionid")
    other = device.open("/", username="990401")
    until(lambda: kept_on(other, "drafts") == 0, 10, "the drafts of the one before are gone")


def complaints(page: Page) -> list[str]:
    """What axe finds on a page."""
    return [item["id"] for item in Axe().run(page).response["violations"]]


def test_notes_list_and_the_page_without_a_line_are_usable_by_everybody(
    device: Device, line: Line
) -> None:
    page = device.open()
    device.worker_is_ready(page)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: "Security Policy" in message.text and errors.append(""))
    type_call(page, "Kaxe")
    page.reload()
    expect(page.locator(NOTE)).to_have_attribute("data-state", "restored")
    line.cut()
    file(page)
    page.locator(f"{OUTBOX} summary").click()
    assert complaints(page) == []
    page.goto(f"{device.address}/incidents/board/")
    expect(page.locator(f"{OUTBOX} [data-text-count]")).to_contain_text("1")
    assert complaints(page) == []
    assert errors == []
    line.mend()
    is_drained(device.open())
