"""The quick line in Chromium: what a standard call costs, with and without an input method."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any
from urllib.error import URLError

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.e2e.site import DATABASE, NARROW, ROOT, WIDE, context_of, free_port

pytestmark = pytest.mark.e2e
OpenAs = Callable[..., Page]

OFFICER = "990402"
STANDARD = ("南门", "电动车纠纷", "已调解")
DIALOG, TEXT, TOAST = "#quick", "#quick-line-text", "#quick-toast"
CAPTURE = "/incidents/capture/"
#: The promise: beyond the words themselves, and without a click.
KEYS_MOST = 8
#: Bytes of the capture page's first load.
WEIGHT_MOST = 150_000
#: A person needs longer between the key that ends a composition and the next one.
HUMAN_MS = 120


def say(figure: str) -> None:
    """A figure for whoever runs the tests with -s."""
    sys.stdout.write(f"\n{figure}\n")


class Keys:
    """A keyboard and a mouse that count; words come from a keyboard that does not."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed: list[str] = []
        self.clicks = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed.append(key)

    def click(self, selector: str) -> None:
        self.page.locator(selector).click()
        self.clicks += 1

    def words(self, text: str) -> None:
        self.page.keyboard.insert_text(text)


class Complaints:
    """Script errors, refused sources, and sends that reached the server."""

    def __init__(self, page: Page) -> None:
        self.found: list[str] = []
        self.sends = 0
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.found.append(str(error)))
        page.on("request", self._request)

    def _console(self, message: Any) -> None:
        if message.type == "error" and "422" not in message.text:  # a question is no fault
            self.found.append(message.text)

    def _request(self, request: Any) -> None:
        self.sends += request.method == "POST" and request.url.endswith("/incidents/quick/")


def chip(page: Page, slot: str, form: str = "#quick-line") -> Any:
    return page.locator(f"{form} [data-slot={slot}]")


def filed(page: Page) -> Any:
    """The record the toast leads to."""
    expect(page.locator(f"{TOAST} a")).to_be_visible()
    return page.locator(f"{TOAST} a").get_attribute("href")


def record_text(page: Page, url: str) -> str:
    page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + url)
    return page.locator("main").inner_text()


def forget_drafts(page: Page) -> None:
    """What an earlier test left in the line, away from the server; a new window has no other."""
    page.evaluate(
        """async () => {
          const shell = document.getElementById("outbox").dataset;
          const { token } = await (await fetch(shell.session)).json();
          const { drafts } = await (await fetch(`${shell.draftOpen}?form=incidents.quick`)).json();
          for (const { key } of drafts) {
            const body = new URLSearchParams({ key, csrfmiddlewaretoken: token });
            const headers = { Accept: "application/json" };
            await fetch(shell.draftDiscard, { method: "POST", body, headers });
          }
        }"""
    )


@pytest.fixture
def open_page(open_as: OpenAs) -> OpenAs:
    """Open an officer's page, quiet and without a draft."""

    def opened(path: str = "/", size: tuple[int, int] = WIDE) -> Page:
        found = open_as(OFFICER, path, size)
        found.wait_for_load_state("networkidle")
        forget_drafts(found)
        return found

    return opened


@pytest.fixture
def page(open_page: OpenAs) -> Page:
    """An officer's station page on a desk."""
    return open_page()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1440", "390"])
def test_standard_call_costs_at_most_eight_keys_and_no_click(
    open_page: OpenAs, size: tuple[int, int]
) -> None:
    page = open_page(size=size)
    complaints, keys = Complaints(page), Keys(page)
    keys.press("n")
    expect(page.locator(TEXT)).to_be_focused()
    for number, word in enumerate(STANDARD):
        if number:
            keys.press(" ")
        keys.words(word)
    keys.press("Enter")
    url = filed(page)
    say(f"standard call at {size[0]} px: {len(keys.pressed)} keys, {keys.clicks} clicks")
    assert len(keys.pressed) <= KEYS_MOST
    assert keys.clicks == 0
    expect(page.locator(DIALOG)).to_be_hidden()
    assert (complaints.sends, complaints.found) == (1, [])
    text = record_text(page, url)
    for word in ("南门", "交通纠纷", "李晨"):
        assert word in text


def test_pinyin_alone_files_the_same_call(page: Page) -> None:
    keys = Keys(page)
    keys.press("n")
    page.keyboard.type("nm ddcjf ytj")
    expect(chip(page, "category").locator("[data-value]")).to_have_text("交通纠纷")
    expect(chip(page, "place").locator("[data-value]")).to_have_text("南门")
    keys.press("Enter")
    assert "电动车纠纷" in record_text(page, filed(page))


# --- input method -------------------------------------------------------------------------------
class InputMethod:
    """Composes through the browser's own interface, as an input method of the system does."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.cdp: CDPSession = page.context.new_cdp_session(page)

    def compose(self, letters: str) -> None:
        for end in range(1, len(letters) + 1):
            self._key("rawKeyDown", letters[end - 1])
            state = {"text": letters[:end], "selectionStart": end, "selectionEnd": end}
            self.cdp.send("Input.imeSetComposition", state)
            self._key("keyUp", letters[end - 1])

    def process(self, key: str) -> None:
        """A key that the input method takes for itself: Chromium reports 229."""
        self._key("rawKeyDown", key)
        self._key("keyUp", key)

    def commit(self, text: str) -> None:
        self.cdp.send("Input.insertText", {"text": text})

    def _key(self, kind: str, key: str) -> None:
        code = 229 if kind == "rawKeyDown" else ord(key[0].upper())
        event = {"type": kind, "key": key, "windowsVirtualKeyCode": code}
        self.cdp.send("Input.dispatchKeyEvent", event)


def test_enter_that_confirms_a_composition_files_nothing_and_the_next_files_once(
    page: Page,
) -> None:
    complaints, ime = Complaints(page), InputMethod(page)
    page.keyboard.press("n")
    expect(page.locator(TEXT)).to_be_focused()
    pressed = ["n"]
    for number, (letters, word) in enumerate(
        zip(("nanmen", "diandongchejiufen", "yitiaojie"), STANDARD, strict=True)
    ):
        if number:
            page.keyboard.press(" ")
            pressed.append(" ")
        ime.compose(letters)
        assert page.locator(TEXT).input_value().endswith(letters)
        ime.process("Enter")
        ime.commit(word)
        page.wait_for_timeout(HUMAN_MS)
        assert complaints.sends == 0
    assert page.locator(TEXT).input_value() == " ".join(STANDARD)
    page.keyboard.press("Enter")
    pressed.append("Enter")
    filed(page)
    say(f"with an input method: {len(pressed)} keys beyond the words, 0 clicks")
    assert len(pressed) <= KEYS_MOST
    assert (complaints.sends, complaints.found) == (1, [])


def test_enter_right_after_the_end_of_a_composition_files_nothing(page: Page) -> None:
    """The order in which the confirming Enter comes as a plain key behind compositionend."""
    complaints = Complaints(page)
    page.keyboard.press("n")
    page.locator(TEXT).fill(" ".join(STANDARD))
    is_prevented = page.evaluate(
        """selector => {
          const text = document.querySelector(selector);
          const fire = (event) => text.dispatchEvent(event);
          fire(new CompositionEvent("compositionstart", { bubbles: true }));
          fire(new CompositionEvent("compositionend", { bubbles: true, data: "解" }));
          const init = { key: "Enter", keyCode: 13, bubbles: true, cancelable: true };
          return !fire(new KeyboardEvent("keydown", init));
        }""",
        TEXT,
    )
    assert is_prevented  # no line break either
    page.wait_for_timeout(HUMAN_MS)
    assert complaints.sends == 0
    page.keyboard.press("Enter")
    filed(page)
    assert complaints.sends == 1


@pytest.mark.parametrize("key", ["n", "?", "/", "g"])
def test_no_shortcut_fires_while_an_input_method_composes(page: Page, key: str) -> None:
    page.evaluate(
        """key => document.body.dispatchEvent(
          new KeyboardEvent("keydown", { key, keyCode: 229, isComposing: true, bubbles: true }))""",
        key,
    )
    assert page.locator("dialog[open]").count() == 0
    expect(page.locator("body")).to_be_focused()


# --- shortcuts ----------------------------------------------------------------------------------
def test_shortcuts_are_silent_while_typing(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("n?n")
    expect(page.locator("#search")).to_have_value("n?n")
    assert page.locator("dialog[open]").count() == 0


def test_shortcuts_are_silent_behind_an_open_dialog(page: Page) -> None:
    page.keyboard.press("n")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.keyboard.press("n")
    expect(page.locator(DIALOG)).to_be_hidden()
    expect(page.locator("#shortcuts")).to_be_visible()


def test_shortcuts_can_be_switched_off(page: Page) -> None:
    page.keyboard.press("?")
    sheet = page.locator("#shortcuts")
    keys = sheet.locator("dt").all_inner_texts()
    assert {"n", "Enter", "Ctrl+Enter", "/", "?"} <= set(keys)
    sheet.locator("#shortcuts-on").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.wait_for_timeout(HUMAN_MS)
    expect(page.locator(DIALOG)).to_be_hidden()


# --- chips --------------------------------------------------------------------------------------
def test_a_chosen_chip_survives_further_typing(page: Page) -> None:
    page.keyboard.press("n")
    page.keyboard.insert_text("南门 电动车纠纷")
    expect(chip(page, "category")).to_have_attribute("data-state", "suggested")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(chip(page, "category")).to_be_focused()
    page.keyboard.type("xyz")  # nothing of this name: Enter takes nothing and files nothing
    page.keyboard.press("Enter")
    expect(page.locator(DIALOG)).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.type("hjjz")  # the initials of 户籍、居住证咨询, whatever input method is on
    page.keyboard.press("Enter")
    chosen = chip(page, "category").locator("[data-value]")
    expect(chosen).to_have_text("户籍、居住证咨询")
    page.keyboard.press("Escape")
    expect(page.locator(TEXT)).to_be_focused()
    page.keyboard.insert_text(" 手机被偷 已调解")
    expect(chip(page, "disposition")).to_have_attribute("data-state", "suggested")
    expect(chosen).to_have_text("户籍、居住证咨询")
    expect(chip(page, "category")).to_have_attribute("data-state", "chosen")
    page.keyboard.press("Enter")
    assert "户籍、居住证咨询" in record_text(page, filed(page))


def test_digits_choose_and_time_words_set_the_time(page: Page) -> None:
    page.keyboard.press("n")
    page.keyboard.insert_text(" ".join(STANDARD))
    expect(chip(page, "place")).to_have_attribute("data-state", "suggested")
    page.keyboard.press("Tab")
    second = page.locator("#quick-line-list [role=option]").nth(1).locator("span").inner_text()
    page.keyboard.press("2")
    expect(chip(page, "place").locator("[data-value]")).to_have_text(second)
    for _step in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.type("-15")
    page.keyboard.press("Enter")
    expect(chip(page, "reported_at")).to_have_attribute("data-state", "chosen")
    page.keyboard.press("Enter")
    assert second in record_text(page, filed(page))


def test_people_are_added_and_taken_out_by_digit(page: Page) -> None:
    page.keyboard.press("n")
    page.keyboard.insert_text(" ".join(STANDARD))
    handlers = chip(page, "handlers")
    shown = handlers.locator("[data-value]")
    handlers.focus()
    options = page.locator("#quick-line-list [role=option] span")
    expect(options.nth(2)).to_be_visible()  # the words of the room are here
    me, other = options.all_inner_texts()[:2]
    expect(shown).to_have_text(me)  # the writer, until somebody says otherwise
    page.keyboard.press("2")
    expect(shown).to_have_text(f"{me}、{other}")
    page.keyboard.press("1")
    expect(shown).to_have_text(other)
    expect(handlers).to_have_attribute("data-state", "chosen")
    page.keyboard.press("Enter")
    text = record_text(page, filed(page))
    assert other in text


def test_reloaded_page_gives_words_and_choices_back(page: Page) -> None:
    page.keyboard.press("n")
    page.keyboard.insert_text("南门 电动车纠纷")
    expect(chip(page, "category")).to_have_attribute("data-state", "suggested")
    chip(page, "category").focus()
    page.keyboard.type("hjjz")
    page.keyboard.press("Enter")
    line = page.locator("#quick-line")  # the second change, the choice, is on the device
    expect(line).to_have_attribute("data-draft-on-device", re.compile(r"^([2-9]|\d\d+)$"))
    page.reload()
    page.wait_for_load_state("networkidle")
    page.keyboard.press("n")
    expect(page.locator(TEXT)).to_have_value("南门 电动车纠纷")
    expect(chip(page, "category").locator("[data-value]")).to_have_text("户籍、居住证咨询")
    expect(chip(page, "category")).to_have_attribute("data-state", "chosen")
    expect(chip(page, "place")).to_have_attribute("data-state", "suggested")


def test_what_is_missing_is_asked_with_one_key(page: Page) -> None:
    complaints, keys = Complaints(page), Keys(page)
    keys.press("n")
    keys.words("南门 嗯嗯嗯")
    expect(chip(page, "place")).to_have_attribute("data-state", "suggested")
    keys.press("Enter")
    expect(chip(page, "category")).to_be_focused()
    expect(chip(page, "category")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#quick-line [data-quick-question]")).to_be_visible()
    first = page.locator("#quick-line-list [role=option]").first.locator("span").inner_text()
    keys.press("1")
    assert first in record_text(page, filed(page))
    assert keys.pressed == ["n", "Enter", "1"]
    assert complaints.sends == 1


def test_server_asks_where_the_screen_had_no_time_to(page: Page) -> None:
    """Enter faster than the suggestions come."""
    page.keyboard.press("n")
    page.keyboard.insert_text("嗯嗯嗯")
    page.keyboard.press("Enter")
    expect(chip(page, "category")).to_be_focused()
    page.keyboard.press("1")
    expect(chip(page, "place")).to_be_focused()
    page.keyboard.press("0")
    filed(page)


def test_officer_of_several_rooms_picks_one(page: Page) -> None:
    """The demonstration has nobody with two rooms: the server's answer is stood in for."""
    rooms = {
        "station": 70,
        "rooms": [{"id": 70, "name": "第一警务室"}, {"id": 71, "name": "第二警务室"}],
        "kinds": [{"code": "report", "name": "报警"}],
        "usual": [],
    }
    asked: list[str] = []
    page.route("**/incidents/quick/room/**", lambda route: route.fulfill(json=rooms))
    page.on("request", lambda r: asked.append(r.url) if "/suggest/" in r.url else None)
    page.keyboard.press("n")
    select = page.locator("#quick-line-station")
    expect(select).to_be_visible()
    expect(select).to_have_value("70")
    select.select_option("71")
    page.locator(TEXT).fill("南门")
    page.wait_for_timeout(3 * HUMAN_MS)
    assert asked[-1].endswith("station=71")


# --- dialog -------------------------------------------------------------------------------------
def test_escape_closes_and_keeps_the_text(page: Page) -> None:
    page.locator("main a").first.focus()
    before = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("n")
    page.keyboard.insert_text("南门 手")
    page.keyboard.press("Escape")
    expect(page.locator(DIALOG)).to_be_hidden()
    assert page.evaluate("document.activeElement.textContent") == before  # focus is back
    page.keyboard.press("n")
    expect(page.locator(TEXT)).to_have_value("南门 手")
    page.keyboard.insert_text("机被偷")
    expect(page.locator(TEXT)).to_have_value("南门 手机被偷")
    page.locator(TEXT).fill("")


def test_control_enter_goes_on_with_the_next(page: Page) -> None:
    complaints = Complaints(page)
    page.keyboard.press("n")
    for number in (1, 2):
        page.keyboard.insert_text(" ".join(STANDARD))
        page.keyboard.press("Control+Enter")
        expect(page.locator("#quick-line [data-quick-status] a")).to_be_visible()
        expect(page.locator(TEXT)).to_have_value("")
        expect(page.locator(TEXT)).to_be_focused()
        assert complaints.sends == number
    expect(page.locator(DIALOG)).to_be_visible()


def test_impatient_enter_files_once(page: Page) -> None:
    complaints = Complaints(page)
    page.keyboard.press("n")
    page.keyboard.insert_text(" ".join(STANDARD))
    for _time in range(5):
        page.keyboard.press("Enter", delay=0)
    filed(page)
    page.wait_for_timeout(HUMAN_MS)
    assert complaints.sends == 1


def test_filing_is_announced_and_the_key_o_opens_the_record(page: Page) -> None:
    page.keyboard.press("n")
    page.keyboard.insert_text(" ".join(STANDARD))
    page.keyboard.press("Enter")
    url = filed(page)
    expect(page.locator("#live-region")).to_contain_text("南门")
    page.keyboard.press("o")
    page.wait_for_url(f"**{url}")


# --- pages --------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1440", "390"])
def test_dialog_and_capture_page_are_accessible(
    browser: Browser,
    states: Callable[[str], str],
    address: str,
    size: tuple[int, int],
    language: str,
) -> None:
    context = context_of(browser, size, states(OFFICER), language)
    page = context.new_page()
    complaints = Complaints(page)
    for path, form in (("/", "#quick-line"), (CAPTURE, "#capture")):
        page.goto(address + path)
        page.wait_for_load_state("networkidle")
        page.keyboard.press("n") if path == "/" else None
        page.locator(f"{form} textarea").fill("南门 嗯嗯嗯 已调解")
        expect(chip(page, "disposition", form)).to_have_attribute("data-state", "suggested")
        page.keyboard.press("Enter")
        expect(chip(page, "category", form)).to_have_attribute("aria-invalid", "true")
        page.keyboard.press("ArrowDown")
        violations = Axe().run(page).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"][:200]) for v in violations] == []
        wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wider) <= 0
        page.locator(f"{form} textarea").fill("")
    assert complaints.found == []
    context.close()


def test_phone_files_from_the_middle_of_the_bottom_bar(open_page: OpenAs) -> None:
    page = open_page(size=NARROW)
    bar = page.locator(".tabbar a")
    assert bar.count() == 5
    bar.nth(2).click()
    page.wait_for_url(f"**{CAPTURE}")
    page.locator("#capture-text").fill(" ".join(STANDARD))
    expect(chip(page, "category", "#capture")).to_have_attribute("data-state", "suggested")
    for target in page.locator("#capture .quick-chip, #capture .quick__actions .button").all():
        assert target.bounding_box()["height"] >= 44
    page.locator("#capture button[type=submit]").first.click()
    expect(page.locator("#capture [data-quick-status] a")).to_be_visible()


def test_capture_page_works_without_script(
    browser: Browser, states: Callable[[str], str], address: str
) -> None:
    context = browser.new_context(
        java_script_enabled=False, storage_state=states(OFFICER), locale="zh-CN"
    )
    page = context.new_page()
    page.goto(address + CAPTURE)
    page.fill("#capture-text", "嗯嗯嗯")
    page.locator("#capture button[type=submit]").first.click()
    expect(page.locator(".error-summary")).to_be_visible()
    page.fill("[name=place_text]", "南门")
    page.locator("[name=category]").select_option(index=5)
    page.locator("#capture button[type=submit]").first.click()
    expect(page.locator("main")).to_contain_text("嗯嗯嗯")
    assert page.url.split("/")[-2].isdecimal()
    context.close()


@pytest.fixture(scope="module")
def production_address(address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same database behind granian with production's static files: hashed and compressed.

    `address` is asked for so that the database is there.
    """
    folder = tmp_path_factory.mktemp("static")
    settings = folder / "served_as_in_production.py"
    settings.write_text(
        "from policeroom.settings.dev import *\n"
        "STORAGES = {'default': {'BACKEND': 'django.core.files.storage.FileSystemStorage'},"
        " 'staticfiles': {'BACKEND': 'policeroom.common.staticfiles.HashedModulesStorage'}}\n"
        "WHITENOISE_KEEP_ONLY_HASHED_FILES = True\nWHITENOISE_USE_FINDERS = False\n"
        f"STATIC_ROOT = {str(folder / 'collected')!r}\n",
        encoding="utf-8",
    )
    server, _mark, query = os.environ["DATABASE_URL"].partition("?")
    base = server.rpartition("/")[0]
    env = {
        **os.environ,
        "DATABASE_URL": f"{base}/{DATABASE}" + (f"?{query}" if query else ""),
        "DJANGO_SETTINGS_MODULE": "served_as_in_production",
        "PYTHONPATH": os.pathsep.join((str(folder), str(ROOT))),
        "POLICEROOM_DEMO": "1",
        "SECRET_KEY": "for-browser-tests-only-for-browser-tests-only-0000",
    }
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"]
    subprocess.run(collect, cwd=ROOT, env=env, check=True)
    port = free_port()
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "policeroom.wsgi:application"]
    web += ["--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--log-level", "warning"]
    process = subprocess.Popen(web, cwd=ROOT, env=env, start_new_session=True)
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def wait_for(url: str) -> None:
    for _attempt in range(120):
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 -- our own loopback
                return
        except (URLError, OSError):
            time.sleep(0.25)
    raise RuntimeError(f"{url} does not answer")


def weigh(page: Page, url: str) -> tuple[int, int, int]:
    """(bytes over the line, bytes unpacked, requests) of a first visit: empty cache, all files."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("Network.enable")
    cdp.send("Network.setCacheDisabled", {"cacheDisabled": True})
    packed: dict[str, int] = {}
    unpacked: dict[str, int] = {}
    cdp.on(
        "Network.loadingFinished", lambda e: packed.update({e["requestId"]: e["encodedDataLength"]})
    )
    cdp.on(
        "Network.dataReceived",
        lambda e: unpacked.update(
            {e["requestId"]: unpacked.get(e["requestId"], 0) + e["dataLength"]}
        ),
    )
    page.goto(url)
    page.wait_for_load_state("networkidle")
    return int(sum(packed.values())), sum(unpacked.values()), len(packed)


def test_first_load_of_the_capture_page_is_light(
    browser: Browser, states: Callable[[str], str], production_address: str
) -> None:
    context = context_of(browser, NARROW, states(OFFICER))
    page = context.new_page()
    complaints = Complaints(page)
    sent, unpacked, requests = weigh(page, production_address + CAPTURE)
    say(f"capture page, first load: {sent} bytes sent, {unpacked} unpacked, {requests} requests")
    expect(page.locator("#capture-text")).to_be_focused()  # the hashed modules run
    assert complaints.found == []
    assert requests > 10
    assert sent <= WEIGHT_MOST
    context.close()
