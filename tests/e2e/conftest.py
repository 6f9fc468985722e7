"""One running site and one browser for all browser tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from policeroom.accounts.demo import DEMO_PASSWORD
from tests.e2e import site as e2e


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The walk over every page comes first: it looks at the demonstration as it was seeded."""
    items.sort(key=lambda item: item.path.name != "test_every_page.py")


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Where the seeded site answers."""
    with e2e.running_site(os.environ["DATABASE_URL"], os.environ["REDIS_URL"]) as url:
        yield url


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        running = e2e.launch(playwright, tmp_path_factory.mktemp("fonts"))
        yield running
        running.close()


@pytest.fixture(scope="session")
def states(
    address: str, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], str]:
    """Signed-in cookies of a demo account, made through the sign-in page when there are none.

    Some tests end every session of a person: what they ended is made again.
    """
    folder: Path = tmp_path_factory.mktemp("states")

    def is_signed_in(path: Path) -> bool:
        context = e2e.context_of(browser, e2e.WIDE, str(path))
        answer = context.request.get(f"{address}/accounts/sessions/", max_redirects=0)
        context.close()
        return answer.status == 200

    def state_of(username: str) -> str:
        path = folder / f"{username}.json"
        if not path.exists() or not is_signed_in(path):
            context = e2e.context_of(browser, e2e.WIDE)
            page = context.new_page()
            e2e.sign_in(page, address, username, DEMO_PASSWORD)
            assert "/accounts/login/" not in page.url
            context.storage_state(path=path)
            context.close()
        return str(path)

    return state_of


@pytest.fixture
def open_as(
    browser: Browser, states: Callable[[str], str], address: str
) -> Iterator[Callable[..., Page]]:
    """Open a page as a demo account: `open_as("990101", "/stations/", size=NARROW)`."""
    contexts = []

    def open_page(username: str, path: str = "/", size: tuple[int, int] = e2e.WIDE) -> Page:
        context = e2e.context_of(browser, size, states(username))
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{address}{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()
