"""What outlives a killed runner is ended."""

from __future__ import annotations

import subprocess
import time

import pytest

from policeroom.runner.reaper import Reaper, reap

pytestmark = pytest.mark.integration

#: Hears no polite word, and has a child of its own.
DEAF = "trap '' TERM INT HUP; sleep 60 & wait; sleep 60"


def deaf() -> subprocess.Popen[bytes]:
    return subprocess.Popen(["sh", "-c", DEAF], start_new_session=True)


def test_group_that_does_not_end_is_killed_after_the_grace() -> None:
    popen = deaf()
    begun = time.monotonic()
    reap([popen.pid], grace=0.5)
    assert popen.wait(5) == -9
    assert 0.5 <= time.monotonic() - begun < 5


def test_group_that_is_gone_takes_no_time() -> None:
    popen = subprocess.Popen(["true"], start_new_session=True)
    popen.wait(5)
    begun = time.monotonic()
    reap([popen.pid], grace=30)
    assert time.monotonic() - begun < 1


def test_end_of_the_pipe_is_the_end_of_the_groups() -> None:
    """The runner was killed: the pipe closes and nobody says anything more."""
    popen, reaper = deaf(), Reaper()
    reaper.watch(popen.pid)
    reaper.close()
    assert popen.wait(5) == -9
