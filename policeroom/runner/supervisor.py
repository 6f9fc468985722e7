"""Start everything in order, watch it, end it in reverse order."""

from __future__ import annotations

import http.client
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from policeroom.runner.errors import RunnerError, StopRequestedError
from policeroom.runner.process import Console, Running, Service, start, tail
from policeroom.runner.reaper import Reaper

LOOP_SECONDS = 0.1
#: After this a page that is not ready is reported; supervision goes on.
READY_SECONDS = 120.0
#: Without its broker a worker would wait in vain for the end of everything.
SERVERLESS_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run: `steps` one after another, then `services` together.

    Services are stopped last to first. `announce` runs once when the page at `path` answers 200;
    what it prints is shown, its failure is not.
    """

    steps: tuple[Service, ...]
    services: tuple[Service, ...]
    port: int
    path: str = "/"
    announce: Service | None = None
    logs: Mapping[str, Path] = field(default_factory=dict)


class Signals:
    """Remembers Ctrl-C, SIGTERM and SIGHUP; the second one means hurry.

    Handlers only count. Acting inside them could lose a child between its start and its record.
    """

    def __init__(self) -> None:
        self.count = 0
        self.last = signal.SIGTERM

    def hurry(self) -> bool:
        return self.count > 1

    def check(self) -> None:
        if self.count:
            raise StopRequestedError

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self.count += 1
        self.last = signal.Signals(number)

    @contextmanager
    def caught(self) -> Iterator[None]:
        numbers = [signal.SIGINT, signal.SIGTERM]
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup stays nohup
            numbers.append(signal.SIGHUP)
        before = {number: signal.signal(number, self._note) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


class Supervisor:
    """One run of a plan."""

    def __init__(
        self,
        plan: Plan,
        *,
        env: Mapping[str, str],
        cwd: Path,
        console: Console,
        signals: Signals,
    ) -> None:
        self.plan = plan
        self._env = env
        self._cwd = cwd
        self._console = console
        self._signals = signals
        self._watched: list[Running] = []
        self._servers: list[Running] = []
        self._patience = float("inf")
        self._reaper: Reaper | None = None

    def run(self, servers: list[Running]) -> None:
        """Returns when asked to stop.

        Raises: RunnerError when a step fails or a process ends by itself, naming it.
        """
        self._servers = servers
        self._watched = list(servers)
        try:
            with ExitStack() as stack:
                self._reaper = Reaper()
                stack.callback(self._reaper.close)
                for step in self.plan.steps:
                    self._step(step, stack)
                for service in self.plan.services:
                    self._watched.append(self._start(service, stack))
                self._until_ready(stack)
                while True:
                    self._pause()
        except StopRequestedError:
            return

    def _start(
        self, service: Service, stack: ExitStack, emit: Callable[[str], None] | None = None
    ) -> Running:
        """Started, and stopped when `stack` unwinds. From the main thread: see process.tied."""

        def show(text: str) -> None:
            self._console.line(service.name, text)

        running = start(service, env=self._env, cwd=self._cwd, emit=emit or show)
        if self._reaper is not None:
            self._reaper.watch(running.pid)
        stack.callback(self._stop, running)
        return running

    def _stop(self, running: Running) -> None:
        if running.poll() is None:
            self._console.line("runner", f"stopping {running.name}")
        running.stop(self._signals.hurry, self._patience)

    def _step(self, step: Service, stack: ExitStack) -> None:
        self._console.line("runner", f"{step.name} ...")
        running = self._start(step, stack)
        self._wait_for(running)
        if running.poll():
            raise RunnerError(f"{step.name} failed (exit code {running.poll()}): see its lines.")

    def _wait_for(self, running: Running) -> None:
        while running.poll() is None:
            self._pause()
        running.finish_output()

    def _pause(self) -> None:
        """One turn of the loop. Every wait passes here, so nothing is missed anywhere."""
        self._signals.check()
        for running in self._watched:
            code = running.poll()
            if code is not None:
                running.finish_output()
                for line in tail(self.plan.logs.get(running.name, Path(os.devnull, "none"))):
                    self._console.line(running.name, line)
                if running in self._servers:
                    self._patience = SERVERLESS_SECONDS
                raise RunnerError(f"{running.name} ended ({_how(code)}): everything is stopped.")
        time.sleep(LOOP_SECONDS)

    def _until_ready(self, stack: ExitStack) -> None:
        deadline = time.monotonic() + READY_SECONDS
        status = None
        while status != http.client.OK:
            if time.monotonic() > deadline:
                answer = f"status {status}" if status else "no answer"
                self._console.line("runner", f"{self._address()} is not ready ({answer})")
                return
            self._pause()
            status = self._status()
        self._console.plain(f"\n  policeroom: {self._address()}   (Ctrl-C stops it)\n")
        self._announce(stack)

    def _announce(self, stack: ExitStack) -> None:
        if self.plan.announce is None:
            return
        lines: list[str] = []
        running = self._start(self.plan.announce, stack, lines.append)
        self._wait_for(running)
        if running.poll() == 0:
            for line in (*lines, ""):
                self._console.plain(f"  {line}".rstrip())

    def _address(self) -> str:
        return f"http://127.0.0.1:{self.plan.port}/"

    def _status(self) -> int | None:
        """Plain http.client: a proxy configured for the machine must not be asked."""
        connection = http.client.HTTPConnection("127.0.0.1", self.plan.port, timeout=5)
        try:
            connection.request("GET", self.plan.path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()


def run_one(argv: list[str], *, env: Mapping[str, str], signals: Signals) -> int:
    """Run `argv` on this terminal and return its exit code as a shell would.

    The command keeps our process group, so that it may read from the terminal. A terminal sends
    Ctrl-C to the command itself; every other signal is passed on.
    """
    popen = subprocess.Popen(argv, env=env)
    passed_on = False
    while popen.poll() is None:
        if signals.count and not passed_on:
            passed_on = True
            if signals.last != signal.SIGINT or not sys.stdin.isatty():
                popen.send_signal(signals.last)
        if signals.hurry():
            popen.kill()
        time.sleep(LOOP_SECONDS)
    return popen.returncode if popen.returncode >= 0 else 128 - popen.returncode


def env_lines(env: Mapping[str, str]) -> str:
    """Shell assignments, for `set -a; . .data/env`."""
    return "".join(f"{name}={shlex.quote(value)}\n" for name, value in sorted(env.items()))


def _how(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"
