"""A line that can be cut, a server and a browser that can be killed."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import URLError

import psycopg2
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page
from playwright.sync_api import Error as PlaywrightError

from policeroom.accounts.demo import DEMO_PASSWORD
from tests.e2e.site import DATABASE, QUIET, ROOT, fonts, free_port, sign_in

OFFICER = "990402"
CAPTURE = "/incidents/capture/"
TEXT = "textarea[name=text]"
CHUNK = 65536


class Line:
    """A TCP line between browser and server; cut, it refuses and breaks every connection."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = free_port()
        self.is_cut = False
        self._sockets: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        self.mend()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def mend(self) -> None:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(64)
        self._listener, self.is_cut = listener, False
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def cut(self) -> None:
        """Nobody listens any more, and what was under way breaks off."""
        self.is_cut = True
        if self._listener is not None:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        with self._lock:
            broken, self._sockets = self._sockets, set()
        for end in broken:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _peer = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        """One connection, both ways, until either end or the line breaks."""
        with near:
            try:
                far = socket.create_connection(("127.0.0.1", self.target), timeout=5)
            except OSError:
                return
            with far:
                far.settimeout(None)
                with self._lock:
                    self._sockets |= {near, far}
                back = threading.Thread(target=_pump, args=(far, near), daemon=True)
                back.start()
                _pump(near, far)
                back.join()
                with self._lock:
                    self._sockets -= {near, far}


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(CHUNK):
            sink.sendall(data)
    for end in (source, sink):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


class Web:
    """The web process over a seeded database; killed, it says nothing to anybody."""

    def __init__(self, database_url: str, redis_url: str, port: int) -> None:
        self.port = port
        self.env = {
            **os.environ,
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "DJANGO_SETTINGS_MODULE": "policeroom.settings.dev",
            "POLICEROOM_DEMO": "1",
            "SECRET_KEY": "for-browser-tests-only-for-browser-tests-only-0000",
        }
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "granian", "--interface", "wsgi"]
        command += ["--host", "127.0.0.1", "--port", str(self.port), "--workers", "1"]
        command += ["--blocking-threads", "4", "--backpressure", "32", "--log-level", "warning"]
        self.process = subprocess.Popen(
            [*command, "policeroom.wsgi:application"],
            cwd=ROOT, env=self.env, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until(lambda: _answers(f"http://127.0.0.1:{self.port}/healthz"), 60, "the web answers")

    def kill(self) -> None:
        """Kill -9 of the server and its workers."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
            self.process = None


class Device:
    """Chromium with a profile of its own, as on an officer's desk."""

    def __init__(self, chromium: BrowserType, folder: Path, address: str) -> None:
        self.chromium = chromium
        self.profile = folder / "profile"
        self.address = address
        self.env = {**os.environ, "FONTCONFIG_FILE": fonts(folder)}
        self.process: subprocess.Popen | None = None
        self.browser: Browser | None = None

    def start(self) -> None:
        port_file = self.profile / "DevToolsActivePort"
        port_file.unlink(missing_ok=True)
        executable = shutil.which("chromium") or shutil.which("chromium-browser") or "chromium"
        options = ["--headless=new", "--no-sandbox", "--remote-debugging-port=0", "--no-first-run"]
        options += [*QUIET, f"--user-data-dir={self.profile}", "--accept-lang=zh-CN", "about:blank"]
        self.process = subprocess.Popen(
            [executable, *options], env=self.env, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until(lambda: port_file.exists() and port_file.read_text().count("\n") >= 1, 30, "Chromium")
        port = port_file.read_text().split("\n", 1)[0]
        self.browser = self.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")

    def kill(self) -> None:
        """Kill -9 of the browser and everything that belongs to it."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
            self.process = None
        if self.browser is not None:
            with contextlib.suppress(PlaywrightError):
                self.browser.close()
            self.browser = None

    def quit(self) -> None:
        """End as a person would: everything that is going to be written is."""
        if self.process is not None and self.browser is not None:
            with contextlib.suppress(PlaywrightError):
                self.browser.new_browser_cdp_session().send("Browser.close")
            self.process.wait(20)
            self.process = None
        self.kill()

    @property
    def context(self) -> BrowserContext:
        assert self.browser is not None
        return self.browser.contexts[0]

    def open(self, path: str = CAPTURE, username: str = OFFICER) -> Page:
        """A new tab; signs in where the session is over."""
        page = self.context.new_page()
        page.set_default_timeout(20_000)
        page.goto(f"{self.address}{path}")
        if "/accounts/login/" in page.url:
            sign_in(page, self.address, username, DEMO_PASSWORD)
            page.goto(f"{self.address}{path}")
        return page

    def worker_is_ready(self, page: Page) -> None:
        """The page for a lost line is on the device."""
        page.evaluate("() => navigator.serviceWorker.ready.then(() => undefined)")
        until(
            lambda: page.evaluate(
                "async () => (await caches.match('/incidents/offline/')) !== undefined"
            ),
            20,
            "the page for a lost line is kept",
        )

    def holds(self, text: str) -> list[str]:
        """Files of the profile in which a text can be read, in UTF-8 or UTF-16."""
        spellings = (text.encode(), text.encode("utf-16-le"), json.dumps(text)[1:-1].encode())
        found = []
        for path in sorted(self.profile.rglob("*")):
            if path.is_file() and not path.is_symlink():
                data = path.read_bytes()
                if any(spelling in data for spelling in spellings):
                    found.append(path.relative_to(self.profile).as_posix())
        return found


class Log:
    """The room's log, read in the database itself."""

    def __init__(self, database_url: str) -> None:
        self.url = database_url

    def ask(self, statement: str, *values: Any) -> list[tuple]:
        with contextlib.closing(psycopg2.connect(self.url)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall() if cursor.description else []

    def count(self, mark: str) -> int:
        """Calls that carry a mark."""
        like = f"%{mark}%"
        return self.ask("SELECT count(*) FROM incidents_incident WHERE narrative LIKE %s", like)[0][
            0
        ]

    def forget_drafts(self) -> None:
        """What earlier tests, or the demonstration, left open."""
        self.ask("DELETE FROM common_draft")

    def end_sessions(self, username: str = OFFICER) -> None:
        """Every session of a person is over, as after a shift."""
        self.ask(
            "DELETE FROM django_session WHERE session_key IN (SELECT s.session_key FROM"
            " accounts_usersession s JOIN accounts_user u ON u.id = s.user_id"
            " WHERE u.username = %s)",
            username,
        )


def database_of(database_url: str, name: str = DATABASE) -> str:
    """The address of another database on the same server."""
    base, _slash, _name = database_url.partition("?")[0].rpartition("/")
    query = database_url.partition("?")[2]
    return f"{base}/{name}" + (f"?{query}" if query else "")


def until(condition: Callable[[], Any], seconds: float, what: str) -> None:
    """Wait for something outside the browser."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.05)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 -- our own loopback
            return answer.status == 200
    except (URLError, OSError):
        return False


def call(mark: str) -> str:
    """A standard call with a mark of its own."""
    return f"南门 电动车纠纷 已调解 {mark}"


def type_call(page: Page, mark: str, pause_ms: int = 1000) -> None:
    """Type a call; afterwards `pause_ms` pass, as the promise says, before anything happens."""
    page.locator(TEXT).first.click()
    page.keyboard.insert_text(call(mark))
    page.wait_for_timeout(pause_ms)


def kept_on(page: Page, store: str) -> int:
    """How many rows the device keeps: of "outbox" or of "drafts"."""
    found: int = page.evaluate(COUNT, store)
    return found


def is_drained(page: Page, seconds: float = 40) -> None:
    """Nothing waits on this device any more."""
    until(lambda: kept_on(page, "outbox") == 0, seconds, "the calls are sent")


COUNT = """(store) => new Promise((resolve, reject) => {
  const request = indexedDB.open("policeroom");
  request.onerror = () => reject(request.error);
  request.onupgradeneeded = () => request.transaction.abort(); // the page has not made it yet
  request.onsuccess = () => {
    const rows = request.result.transaction(store).objectStore(store).count();
    rows.onsuccess = () => { request.result.close(); resolve(rows.result); };
  };
})"""
