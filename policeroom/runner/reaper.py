"""Ends what outlives a killed runner: `python -m policeroom.runner.reaper`, started by it.

The kernel's death signal reaches the process the runner started, once. A server that is only just
starting its own workers can lose it, and then waits for a worker nobody will end. This process
holds the other end of a pipe: when the runner is gone, whatever is left of the named process groups
gets some seconds, and then no choice.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress

#: Long enough for a database to close its files, short enough to start again at once.
GRACE_SECONDS = 6.0
POLL_SECONDS = 0.1


class Reaper:
    """The runner's end of the pipe."""

    def __init__(self) -> None:
        self._popen = subprocess.Popen(
            [sys.executable, "-m", "policeroom.runner.reaper"],
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def watch(self, group: int) -> None:
        """Name a process group to end when the runner dies."""
        if self._popen.stdin is not None:
            with suppress(BrokenPipeError):
                self._popen.stdin.write(f"{group}\n")
                self._popen.stdin.flush()

    def close(self) -> None:
        """The runner ends in order: nothing is left, so this takes no time."""
        if self._popen.stdin is not None:
            self._popen.stdin.close()
        self._popen.wait()


def reap(groups: Iterable[int], *, grace: float = GRACE_SECONDS) -> None:
    """Wait until the groups are gone, at most `grace` seconds, then kill what is left."""
    deadline = time.monotonic() + grace
    left = {group for group in groups if _alive(group)}
    while left and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
        left = {group for group in left if _alive(group)}
    for group in left:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


def _alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def main() -> int:
    """Collect names until the pipe closes, then reap."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    reap({int(line) for line in sys.stdin if line.strip().isdecimal()})
    return 0


if __name__ == "__main__":
    sys.exit(main())
