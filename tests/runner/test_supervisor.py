"""Start, watch, stop: real processes, seen from outside."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from policeroom.runner.paths import PROJECT

pytestmark = pytest.mark.integration


class Run:
    """One `tiny_run`, its output, and every process that descends from it."""

    def __init__(self, kind: str) -> None:
        self.port = free_port()
        self.mark = uuid.uuid4().hex
        self.popen = subprocess.Popen(
            [sys.executable, "-m", "tests.runner.tiny_run", kind, str(self.port)],
            cwd=PROJECT,
            env={**os.environ, "TINY_MARK": self.mark},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.lines: list[str] = []

    def read_until(self, text: str) -> None:
        assert self.popen.stdout is not None
        for line in self.popen.stdout:
            self.lines.append(line.rstrip())
            if text in line:
                return
        pytest.fail(f"{text!r} never came; output:\n" + "\n".join(self.lines))

    def finish(self) -> int:
        """The exit code, with the rest of the output read."""
        out, _ = self.popen.communicate(timeout=60)
        self.lines += out.splitlines()
        return self.popen.returncode

    def said(self, pattern: str) -> list[str]:
        return [found[0] for line in self.lines if (found := re.search(pattern, line))]

    def descendants(self) -> set[int]:
        return descendants(self.popen.pid)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def parents() -> dict[int, int]:
    """process id -> id of its parent, for every living process."""
    found = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text("utf-8", errors="replace").rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if fields[0] not in {"Z", "X"}:
            found[int(status.parent.name)] = int(fields[1])
    return found


def descendants(root: int) -> set[int]:
    tree = parents()
    found: set[int] = set()
    fresh = {root}
    while fresh:
        fresh = {pid for pid, parent in tree.items() if parent in fresh}
        found |= fresh
    return found


def commands(pids: set[int]) -> list[str]:
    """What the processes that still live were started as."""
    found = []
    for pid in sorted(pids):
        with suppress(OSError):
            line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ")
            found.append(f"{pid} {line.decode(errors='replace').strip()}")
    return found


def until(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


@pytest.fixture
def start() -> Iterator[Callable[[str], Run]]:
    runs: list[Run] = []

    def starter(kind: str) -> Run:
        runs.append(Run(kind))
        return runs[-1]

    yield starter
    for run in runs:
        left = run.descendants() | ({run.popen.pid} if run.popen.poll() is None else set())
        for pid in left:
            # a shell's short `sleep` may have ended since the look at /proc
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        run.popen.wait()
        if run.popen.stdout is not None:
            run.popen.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_stops_in_reverse_order_with_exit_code_0(
    number: signal.Signals, start: Callable[[str], Run]
) -> None:
    run = start("polite")
    run.read_until("lead / secret")
    started = run.descendants()
    os.kill(run.popen.pid, number)
    assert run.finish() == 0
    assert run.said(r"stopping \w+") == ["stopping web", "stopping beat", "stopping worker"]
    assert run.said(r"(beat|worker) +\| leaving") == ["beat     | leaving", "worker   | leaving"]
    assert started & set(parents()) == set()


def test_address_and_accounts_are_shown_when_the_page_answers(start: Callable[[str], Run]) -> None:
    run = start("polite")
    run.read_until("lead / secret")
    assert run.said(r"policeroom: \S+") == [f"policeroom: http://127.0.0.1:{run.port}/"]
    assert run.said(r"migrate +\| done") == ["migrate  | done"]


def test_process_that_dies_stops_the_others_and_is_named(start: Callable[[str], Run]) -> None:
    run = start("dying")
    assert run.finish() == 1
    assert run.said("web ended.*") == ["web ended (exit code 7): everything is stopped."]
    assert run.said(r"(beat|worker) +\| leaving") == ["beat     | leaving", "worker   | leaving"]


def test_step_that_fails_starts_nothing_else(start: Callable[[str], Run]) -> None:
    run = start("failing-step")
    assert run.finish() == 1
    assert run.said("migrate failed.*") == ["migrate failed (exit code 4): see its lines."]
    assert run.said(r"\| no table") == ["| no table"]
    assert run.said(r"\| here") == []


def test_second_signal_ends_a_process_that_does_not_listen(start: Callable[[str], Run]) -> None:
    run = start("stubborn")
    assert until(lambda: len(run.descendants()) > 0, 20)
    time.sleep(0.5)
    run.popen.send_signal(signal.SIGTERM)
    run.read_until("stopping worker")
    begun = time.monotonic()
    run.popen.send_signal(signal.SIGTERM)
    assert run.finish() == 0
    assert time.monotonic() - begun < 5


def test_kill_9_of_the_runner_leaves_no_process(start: Callable[[str], Run]) -> None:
    """PostgreSQL, Valkey, granian with its worker, Celery with its pool: nothing may stay."""
    run = start("real")
    run.read_until("policeroom: ")
    # runner's children: 2 servers, worker, beat, web; grandchildren: back ends, pool, web worker
    assert until(lambda: len(run.descendants()) >= 12, 20)
    started = run.descendants()
    run.popen.kill()
    run.popen.wait()
    gone = until(lambda: not started & set(parents()), 15)
    assert gone, f"still there after 15 s: {commands(started & set(parents()))}"


@pytest.mark.parametrize(("name", "word"), [("web", b"granian"), ("valkey", b"valkey")])
def test_kill_9_of_one_process_stops_all_and_leaves_none(
    name: str, word: bytes, start: Callable[[str], Run]
) -> None:
    run = start("real")
    run.read_until("policeroom: ")
    assert until(lambda: len(run.descendants()) >= 12, 20)
    started = run.descendants()
    tree = parents()
    victim = next(
        pid
        for pid in started
        if tree[pid] == run.popen.pid and word in Path(f"/proc/{pid}/cmdline").read_bytes()
    )
    os.kill(victim, signal.SIGKILL)
    assert run.finish() == 1
    assert run.said(f"{name} ended.*") == [
        f"{name} ended (killed by SIGKILL): everything is stopped."
    ]
    assert started & set(parents()) == set()
