"""What is refused before anything starts, and `exec`."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from policeroom.runner import __main__ as runner
from policeroom.runner import paths

pytestmark = pytest.mark.integration


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory of its own: a developer's `make run` may hold the real one."""
    monkeypatch.setattr(runner.paths, "data_dir", lambda: tmp_path)

    def never(*_args: object) -> None:
        pytest.fail("something was started")

    monkeypatch.setattr(runner, "_supervise", never)
    return tmp_path


def test_taken_port_is_refused_with_the_remedy(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        assert runner.main([]) == 2
    assert capsys.readouterr().err == (
        f"policeroom: Port {port} cannot be used (Address already in use): "
        f"choose another one, for example `PORT={port + 1} make run`.\n"
    )


@pytest.mark.parametrize("value", ["web", "0", "70000", "-1"])
def test_port_that_is_no_port_is_refused(
    value: str, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORT", value)
    assert runner.main(["run"]) == 2
    assert capsys.readouterr().err == (
        f"policeroom: PORT is {value!r}: use a number from 1 to 65535.\n"
    )


def test_second_run_is_refused(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with paths.take_lock(project):
        assert runner.main(["run"]) == 2
    assert capsys.readouterr().err == (
        f"policeroom: policeroom already runs from this directory (process {os.getpid()}): "
        "stop it with Ctrl-C in its terminal, or work with the one that runs.\n"
    )


def test_unknown_arguments_show_the_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert runner.main(["exec", "ls"]) == 2
    assert capsys.readouterr().err.startswith("usage: ")


def lend(script: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "policeroom.runner", "exec", "--", sys.executable, "-c", script],
        env={**os.environ, **env},
        cwd=paths.PROJECT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_exec_lends_servers_and_returns_the_exit_code() -> None:
    script = """
import os, psycopg2, redis, sys
psycopg2.connect(os.environ["DATABASE_URL"]).close()
redis.Redis.from_url(os.environ["REDIS_URL"]).ping()
print(redis.Redis.from_url(os.environ["REDIS_URL"]).connection_pool.connection_kwargs["path"])
sys.exit(9)
"""
    answer = lend(script, DATABASE_URL="", REDIS_URL="")
    assert (answer.returncode, answer.stderr) == (9, "")
    assert not Path(answer.stdout.strip()).exists()


def test_exec_uses_the_servers_it_is_given() -> None:
    given = {"DATABASE_URL": "postgresql://elsewhere/db", "REDIS_URL": "redis://elsewhere"}
    answer = lend("import os; print(os.environ['DATABASE_URL'], os.environ['REDIS_URL'])", **given)
    assert answer.stdout.split() == list(given.values())


def test_exec_passes_a_signal_on_and_reports_it() -> None:
    popen = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "policeroom.runner",
            "exec",
            "--",
            "sh",
            "-c",
            "echo up; exec sleep 60",
        ],
        env={**os.environ, "DATABASE_URL": "given", "REDIS_URL": "given"},
        cwd=paths.PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with popen:
        assert popen.stdout is not None
        assert popen.stdout.readline() == "up\n"
        begun = time.monotonic()
        popen.send_signal(signal.SIGTERM)
        assert popen.wait(timeout=20) == 128 + signal.SIGTERM
        assert time.monotonic() - begun < 10
