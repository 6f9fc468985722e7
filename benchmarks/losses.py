"""`python -m benchmarks.losses [--losses N] [--seed S] [--pause MS] [--control]`: forced losses.

Every round types one call with a mark of its own, breaks something, recovers as a person would
(open the page, sign in, go on) and counts the mark in the database at the very end. Lost: not
there. Doubled: there more than once. The control forgets what device and server keep just before
the loss: it must lose, or the counting is worth nothing.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, sync_playwright

from policeroom.runner.servers import throwaway
from tests.e2e import site as e2e
from tests.e2e.lossy import (
    CAPTURE,
    TEXT,
    Device,
    Line,
    Log,
    Web,
    database_of,
    is_drained,
    kept_on,
    type_call,
    until,
)

#: What passes between the last letter and Enter, or the loss: the promise is a copy "each second".
TYPED_MS: Final = 1000
#: The loss strikes at a random instant within this time after Enter.
SENDING_MS: Final = 60
ROUND_SECONDS: Final = 90.0
DRAFT, SENDING, QUEUED = "unsaved text", "while it is sent", "filed without a line"


@dataclass
class Bench:
    """The site, the officer's device, and what was counted so far."""

    web: Web
    line: Line
    device: Device
    log: Log
    dice: random.Random
    is_control: bool = False
    pause_ms: int = TYPED_MS
    page: Page | None = None
    marks: dict[str, str] = field(default_factory=dict)

    def fresh(self) -> Page:
        """A page on which the next call is typed, with everything in order."""
        for tab in self.device.context.pages:
            if tab is not self.page:
                tab.close()
        if self.page is None or self.page.is_closed() or CAPTURE not in self.page.url:
            self.page = self.device.open()
            self.page.wait_for_load_state("networkidle")
            self.device.worker_is_ready(self.page)
        return self.page

    def recovered(self) -> Page:
        """Everything works again, and a person opens the page and signs in."""
        if self.web.process is None:
            self.web.start()
        if self.line.is_cut:
            self.line.mend()
        if self.device.process is None:
            self.device.start()
        self.page = self.device.open()
        self.page.wait_for_load_state("networkidle")
        return self.page


# --- losses -------------------------------------------------------------------------------------
def tab_closed(bench: Bench) -> None:
    if bench.page is not None:
        bench.page.close()


def browser_killed(bench: Bench) -> None:
    bench.device.kill()


def server_killed(bench: Bench) -> None:
    bench.web.kill()


def line_dropped(bench: Bench) -> None:
    """Where there is none already, it comes back for a moment and goes again."""
    if bench.line.is_cut:
        bench.line.mend()
        time.sleep(bench.dice.uniform(0, 0.5))
    bench.line.cut()


def session_ended(bench: Bench) -> None:
    bench.log.end_sessions()


def token_rotated(bench: Bench) -> None:
    bench.device.context.clear_cookies(name="csrftoken")


def second_tab(bench: Bench) -> None:
    """Another tab on the same text takes it over, if it is offered there."""
    other = bench.device.context.new_page()
    try:
        other.goto(f"{bench.device.address}{CAPTURE}")
        other.wait_for_timeout(600)
        button = other.locator(".draft-note[data-state=elsewhere] button")
        if button.count():
            button.click(timeout=3000)
            other.wait_for_timeout(300)
    except PlaywrightError:
        pass  # without a line there is nothing to take over
    bench.page = other


LOSSES: Final[dict[str, Callable[[Bench], None]]] = {
    "tab closed": tab_closed,
    "browser killed -9": browser_killed,
    "server killed -9": server_killed,
    "line dropped": line_dropped,
    "session ended": session_ended,
    "token rotated": token_rotated,
    "second tab": second_tab,
}


# --- rounds -------------------------------------------------------------------------------------
def run_round(bench: Bench, kind: str, loss: str, mark: str) -> None:
    """One call and one loss; returns when the call is in the log, or raises."""
    page = bench.fresh()
    if kind == QUEUED:
        bench.line.cut()
    type_call(page, mark, {DRAFT: TYPED_MS, SENDING: bench.pause_ms, QUEUED: 0}[kind])
    if kind == QUEUED:
        page.locator(TEXT).first.press("Enter")
        until(lambda: kept_on(page, "outbox") > 0, 20, "the page says that it is kept")
    elif kind == SENDING:
        page.locator(TEXT).first.press("Enter")
        time.sleep(bench.dice.uniform(0, SENDING_MS) / 1000)
    if bench.is_control:
        _forget(bench, page)
    LOSSES[loss](bench)
    time.sleep(bench.dice.uniform(0, 0.3))
    page = bench.recovered()
    is_drained(page)
    _go_on(bench, page, mark)


def _forget(bench: Bench, page: Page) -> None:
    """As if nothing were kept anywhere."""
    session = bench.device.context.new_cdp_session(page)
    what = {"origin": bench.device.address, "storageTypes": "indexeddb"}
    session.send("Storage.clearDataForOrigin", what)
    bench.log.forget_drafts()


def _go_on(bench: Bench, page: Page, mark: str) -> None:
    """File what came back to the form, as its author would; what is in the log needs nothing."""
    if bench.log.count(mark):
        return
    line = page.locator(TEXT).first
    try:
        until(lambda: mark in line.input_value() or bench.log.count(mark), 10, "the text is back")
    except TimeoutError:
        take = page.locator(".draft-note[data-state=elsewhere] button")
        if take.count():
            take.click()
            page.wait_for_timeout(1500)
    if mark in line.input_value():
        line.press("Enter")
        until(lambda: bench.log.count(mark), 30, "the call is filed")


def campaign(bench: Bench, number: int) -> int:
    """Every kind with every loss, again and again, until `number` are done; gives the failures."""
    plan = [(kind, loss) for kind in (DRAFT, SENDING, QUEUED) for loss in LOSSES]
    broken: list[str] = []
    started = time.monotonic()
    for index in range(number):
        kind, loss = plan[index % len(plan)]
        mark = f"K{index:05d}"
        bench.marks[mark] = f"{kind} · {loss}"
        try:
            run_round(bench, kind, loss, mark)
        except (TimeoutError, PlaywrightError, AssertionError) as error:
            broken.append(f"{mark} {kind} · {loss}: {str(error).splitlines()[0]}")
            _start_over(bench)
        if (index + 1) % len(plan) == 0:
            print(f"  {index + 1} losses, {time.monotonic() - started:.0f} s", flush=True)
    is_drained(bench.recovered())
    for line in broken:
        print(f"  round stopped: {line}")
    return _report(bench, time.monotonic() - started)


def _start_over(bench: Bench) -> None:
    """A round that stopped halfway counts by its call alone; the next one begins in order."""
    bench.device.kill()
    bench.recovered()


def _report(bench: Bench, seconds: float) -> int:
    """Print what became of every call; returns how many were lost or doubled."""
    counts = {mark: bench.log.count(mark) for mark in bench.marks}
    print(f"\n{'kind · loss':<46}{'forced':>8}{'lost':>8}{'doubled':>9}")
    for name in dict.fromkeys(bench.marks.values()):
        marks = [mark for mark, kind in bench.marks.items() if kind == name]
        missing = sum(counts[mark] == 0 for mark in marks)
        twice = sum(counts[mark] > 1 for mark in marks)
        print(f"{name:<46}{len(marks):>8}{missing:>8}{twice:>9}")
    lost = [mark for mark, count in counts.items() if count == 0]
    doubled = [mark for mark, count in counts.items() if count > 1]
    print(f"{'together':<46}{len(counts):>8}{len(lost):>8}{len(doubled):>9}   {seconds:.0f} s")
    print("".join(f"\n  lost: {mark} ({bench.marks[mark]})" for mark in lost))
    return len(lost) + len(doubled)


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.losses", description=__doc__)
    parser.add_argument("--losses", type=int, default=200, help="how many (default 200)")
    parser.add_argument("--seed", type=int, default=1, help="of the instants (default 1)")
    parser.add_argument(
        "--pause", type=int, default=TYPED_MS, help="ms from text to Enter (default 1000)"
    )
    parser.add_argument("--control", action="store_true", help="keep nothing: this must lose")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="policeroom-losses-"))
    try:
        with throwaway() as servers, ExitStack() as stack:
            given = {**os.environ, **servers}
            database, redis = given["DATABASE_URL"], given["REDIS_URL"]
            stack.enter_context(e2e.running_site(database, redis))
            playwright = stack.enter_context(sync_playwright())
            web = Web(database_of(database), redis, e2e.free_port())
            web.start()
            line, log = Line(web.port), Log(database_of(database))
            device = Device(playwright.chromium, folder, line.address)
            device.start()
            log.forget_drafts()
            dice = random.Random(options.seed)  # noqa: S311 -- instants, no secrets
            try:
                bench = Bench(web, line, device, log, dice, options.control, options.pause)
                return 1 if campaign(bench, options.losses) else 0
            finally:
                device.kill()
                web.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
