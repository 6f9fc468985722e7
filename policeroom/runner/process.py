"""Start a process so that it cannot outlive the runner, read what it says, and end it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TextIO

POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Service:
    """A command and how it wants to be ended.

    `death_signal` is what the kernel sends it when the runner itself is killed.
    """

    name: str
    argv: tuple[str, ...]
    stop_signal: int = signal.SIGTERM
    stop_seconds: float = 10.0
    death_signal: str = "TERM"


class Console:
    """Lines of all processes on one stream: seconds since the start, name, text."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._started = time.monotonic()
        self._lock = threading.Lock()

    def line(self, name: str, text: str) -> None:
        self.plain(f"{time.monotonic() - self._started:7.1f} {name:<9}| {text}")

    def plain(self, text: str) -> None:
        # A reader that went away (`make run | head`) must not block the children on a full pipe.
        with self._lock, suppress(BrokenPipeError):
            print(text, file=self._stream, flush=True)


def tied(argv: Sequence[str], death_signal: str) -> list[str]:
    """`argv`, made to receive `death_signal` when the process that starts it dies.

    setpriv (util-linux) sets PR_SET_PDEATHSIG and then becomes the command: no code of ours runs
    between fork and exec. The kernel watches the starting *thread*: start from the main thread.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return list(argv)
    return [setpriv, "--pdeathsig", death_signal, "--", *argv]


class Running:
    """A started service."""

    def __init__(
        self,
        service: Service,
        popen: subprocess.Popen[str],
        pump: threading.Thread | None = None,
    ) -> None:
        self.service = service
        self.popen = popen
        self._pump = pump

    @property
    def name(self) -> str:
        return self.service.name

    @property
    def pid(self) -> int:
        return self.popen.pid

    def poll(self) -> int | None:
        return self.popen.poll()

    def wait(self, seconds: float, hurry: Callable[[], bool] = lambda: False) -> bool:
        """True when the process ended within `seconds` (cut short when `hurry` says so)."""
        deadline = time.monotonic() + seconds
        while self.poll() is None:
            if time.monotonic() > deadline or hurry():
                return False
            time.sleep(POLL_SECONDS)
        return True

    def stop(
        self, hurry: Callable[[], bool] = lambda: False, at_most: float = float("inf")
    ) -> None:
        """Ask, wait, then insist; afterwards nothing of the process group is left."""
        if self.poll() is None:
            self.popen.send_signal(self.service.stop_signal)
            if not self.wait(min(self.service.stop_seconds, at_most), hurry):
                self._kill_group()
                self.popen.wait()
        self._kill_group()
        self.finish_output()

    def finish_output(self) -> None:
        """Let the last lines through before the next process is reported."""
        if self._pump is not None:
            self._pump.join(timeout=2.0)

    def _kill_group(self) -> None:
        # Each service leads its own session, so this reaches forgotten grandchildren and no others.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)


def start(
    service: Service,
    *,
    env: Mapping[str, str],
    cwd: Path,
    emit: Callable[[str], None],
) -> Running:
    """Start `service`; every line it writes goes to `emit`."""
    popen = subprocess.Popen(
        tied(service.argv, service.death_signal),
        env={**env, "PYTHONUNBUFFERED": "1"},
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    assert popen.stdout is not None  # noqa: S101 -- for mypy: we asked for a pipe
    pump = threading.Thread(target=_pump, args=(popen.stdout, emit), daemon=True)
    pump.start()
    return Running(service, popen, pump)


def start_logged(service: Service, argv: Sequence[str], log: Path) -> Running:
    """Start a server whose output belongs into a file; `argv` already carries its death signal.

    Its working directory is `/`: another user, or a user namespace, may not see ours.
    """
    with log.open("wb") as stream:
        popen = subprocess.Popen(
            argv,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
    return Running(service, popen)


def tail(log: Path, lines: int = 12) -> list[str]:
    """The last lines of a server's log; nothing when it has not written any."""
    if not log.exists():
        return []
    return log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]


def _pump(stream: IO[str], emit: Callable[[str], None]) -> None:
    with stream:
        for line in stream:
            emit(line.rstrip())
