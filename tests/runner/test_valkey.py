"""A real Valkey on its socket."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
import redis

from policeroom.runner import binaries
from policeroom.runner.errors import RunnerError
from policeroom.runner.valkey import Valkey

pytestmark = pytest.mark.integration


def test_valkey_keeps_what_was_written_over_a_restart(tmp_path: Path) -> None:
    valkey = Valkey(tmp_path, tmp_path, binaries.valkey())
    for expected in (None, b"kept"):
        running = valkey.start()
        try:
            with redis.Redis.from_url(valkey.url) as client:
                assert client.get("word") == expected
                client.set("word", "kept")
            assert stat.S_IMODE(valkey.socket.stat().st_mode) == 0o700
        finally:
            running.stop()
        assert running.poll() == 0


def test_valkey_that_does_not_start_shows_why(tmp_path: Path) -> None:
    program = tmp_path / "valkey-server"
    program.write_text("#!/bin/sh\necho 'out of luck'; exit 3\n", "ascii")
    program.chmod(0o755)
    with pytest.raises(RunnerError, match="out of luck"):
        Valkey(tmp_path, tmp_path, program).start()
