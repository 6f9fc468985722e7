"""The real site for browser tests and pictures: granian, worker, the demonstration province."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

import psycopg2
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

ROOT = Path(__file__).resolve().parents[2]
WIDE, NARROW = (1440, 900), (390, 844)
DATABASE = "policeroom_e2e"
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running_site(database_url: str, redis_url: str) -> Iterator[str]:
    """Serve a freshly seeded database; yields the address, stops every process afterwards."""
    base, _slash, _name = database_url.partition("?")[0].rpartition("/")
    query = database_url.partition("?")[2]
    own = f"{base}/{DATABASE}" + (f"?{query}" if query else "")
    _recreate(database_url)
    env = {
        **os.environ,
        "DATABASE_URL": own,
        "REDIS_URL": redis_url,
        "DJANGO_SETTINGS_MODULE": "policeroom.settings.dev",
        "POLICEROOM_DEMO": "1",
        "SECRET_KEY": "for-browser-tests-only-for-browser-tests-only-0000",
        "PYTHONUNBUFFERED": "1",
    }
    for command in (["migrate", "--noinput", "-v", "0"], ["seed_demo"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=env, check=True)
    port = free_port()
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "policeroom.wsgi:application"]
    web += ["--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    web += ["--blocking-threads", "4", "--backpressure", "32", "--log-level", "warning"]
    worker = [sys.executable, "-m", "celery", "-A", "policeroom", "worker", "-P", "solo"]
    worker += ["--loglevel", "error"]
    with tempfile.TemporaryFile() as log:
        processes = [
            subprocess.Popen(
                command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True
            )
            for command in (web, worker)
        ]
        try:
            _wait(f"http://127.0.0.1:{port}/healthz", processes[0], log)
            yield f"http://127.0.0.1:{port}"
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait(5)


def _recreate(database_url: str) -> None:
    connection = psycopg2.connect(database_url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8'")
    connection.close()


def _wait(url: str, process: subprocess.Popen, log: object) -> None:
    for _attempt in range(240):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 -- our own loopback
                return
        except (URLError, OSError):
            time.sleep(0.25)
    log.seek(0)  # type: ignore[attr-defined]
    raise RuntimeError(log.read().decode()[-4000:])  # type: ignore[attr-defined]


def fonts(folder: Path) -> str:
    """A fontconfig file that names the packaged Chinese font; without it pictures show boxes."""
    spec = importlib.util.find_spec("pylopdf_fonts_zh_cn")
    assert spec is not None
    assert spec.origin is not None
    path = folder / "fonts.conf"
    path.write_text(
        f"<?xml version='1.0'?><!DOCTYPE fontconfig SYSTEM 'fonts.dtd'><fontconfig>"
        f"<dir>{Path(spec.origin).parent}</dir><cachedir>{folder / 'cache'}</cachedir>"
        "</fontconfig>",
        encoding="utf-8",
    )
    return str(path)


def launch(playwright: Playwright, folder: Path) -> Browser:
    """Debian's Chromium, quiet on a closed network."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        raise RuntimeError("Chromium is missing: apt-get install chromium")
    return playwright.chromium.launch(
        executable_path=executable,
        args=list(QUIET),
        env={**os.environ, "FONTCONFIG_FILE": fonts(folder)},
    )


def sign_in(page: Page, address: str, username: str, password: str) -> None:
    """Type number and password."""
    page.goto(f"{address}/accounts/login/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", password)
    page.locator("form:has([name=username]:not([type=hidden])) button[type=submit]").click()
    page.wait_for_load_state()


def context_of(
    browser: Browser, size: tuple[int, int], state: str | None = None, locale: str = "zh-CN"
) -> BrowserContext:
    """A browser window of the given width, in the language of the users."""
    return browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale=locale, storage_state=state
    )
