"""The board in Chromium: it changes by itself and disturbs nobody."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.site import NARROW

pytestmark = pytest.mark.e2e
OpenAs = Callable[..., Page]
#: A station lead of the demonstration: files, moves and closes calls of one room.
LEAD = "990401"
BOARD = "/incidents/board/"


def file_call(page: Page, text: str) -> None:
    """File a call through the quick line of another page."""
    page.goto(re.sub(r"(https?://[^/]+).*", r"\1/incidents/", page.url))
    page.locator("h1").click()
    page.keyboard.press("n")
    page.keyboard.insert_text(text)
    page.keyboard.press("Enter")
    expect(
        page.get_by_role("status").filter(has_text=re.compile(r"\d{4}-\d{4}-\d{3}"))
    ).not_to_have_count(0)


def test_new_call_appears_within_two_seconds_and_moves_nothing(open_as: OpenAs) -> None:
    board, other = open_as(LEAD, BOARD), open_as(LEAD, "/incidents/")
    board.locator("main input[name=q]").focus()
    board.keyboard.type("dianchi")
    before = board.locator("#column-new .board-card").count()

    file_call(other, "南门 有人推销")

    expect(board.locator("#column-new .board-card")).to_have_count(before + 1, timeout=4000)
    expect(board.locator("main input[name=q]")).to_be_focused()
    expect(board.locator("main input[name=q]")).to_have_value("dianchi")
    expect(board.locator("#live-region")).to_contain_text("新警情")


def test_keys_walk_the_cards_and_move_one_on(open_as: OpenAs) -> None:
    other = open_as(LEAD, "/incidents/")
    for text in ("北门 有人推销", "东门 有人推销"):
        file_call(other, text)
    page = open_as(LEAD, BOARD)
    cards = page.locator("#column-new [data-board-card]")
    cards.first.focus()
    page.keyboard.press("ArrowDown")
    expect(cards.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    number = cards.first.inner_text()

    page.keyboard.press("m")

    moved = page.locator("#column-dispatched [data-board-card]", has_text=number).first
    expect(moved).to_be_visible(timeout=4000)
    expect(moved).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#column-new [data-board-card]:focus")).to_have_count(1)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/incidents/\d+/$"))


def test_a_call_that_cannot_be_closed_says_why(open_as: OpenAs) -> None:
    other = open_as(LEAD, "/incidents/")
    file_call(other, "西门 有人推销")
    page = open_as(LEAD, BOARD)
    number = page.locator("#column-new [data-board-card]").first.inner_text()
    for state in ("dispatched", "on_scene", "handling"):
        page.locator(".board-card", has_text=number).first.locator("[data-board-card]").focus()
        page.keyboard.press("m")
        card = page.locator(f"#column-{state} [data-board-card]", has_text=number).first
        expect(card).to_be_visible(timeout=4000)
    page.locator("#column-handling [data-board-card]", has_text=number).first.focus()
    page.keyboard.press("m")
    refusal = page.locator("#board-refusal")
    expect(refusal).to_be_visible()
    expect(refusal).to_contain_text(number)
    expect(refusal.locator("a")).to_have_attribute("href", re.compile(r"/incidents/\d+/$"))


def test_unchanged_board_is_answered_304(open_as: OpenAs) -> None:
    page = open_as(LEAD, BOARD)
    statuses: list[int] = []
    page.on("response", lambda r: statuses.append(r.status) if BOARD in r.url else None)
    page.wait_for_timeout(7000)
    assert len(statuses) >= 3
    assert statuses[-2:] == [304, 304]


def test_phone_shows_one_column_at_a_time(open_as: OpenAs) -> None:
    page = open_as(LEAD, BOARD, NARROW)
    expect(page.locator(".board__column:visible")).to_have_count(1)
    page.locator("[data-board-tab=closed]").click()
    expect(page.locator(".board__column:visible")).to_have_count(1)
    expect(page.locator("#column-closed")).to_be_visible()
    expect(page.locator("[data-board-tab=closed]")).to_have_attribute("aria-current", "true")
    expect(page).to_have_url(re.compile(r"/incidents/board/$"))


def test_card_of_a_number_in_the_statistics_leads_to_its_calls(open_as: OpenAs) -> None:
    page = open_as(LEAD, "/incidents/statistics/?span=year")
    total = page.locator(".table-figures__total a").first
    number = total.inner_text()
    total.click()
    expect(page.locator(".pagination")).to_contain_text(number)
    expect(page.locator("svg.chart")).to_have_count(0)
    page.go_back()
    charts = page.locator("svg.chart[role=img]")
    expect(charts).to_have_count(3)
    for index in range(3):
        assert charts.nth(index).locator("title").text_content()
