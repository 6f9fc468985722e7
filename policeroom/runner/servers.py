"""The two servers of one machine: which of them are needed, and for how long."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator, MutableMapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from policeroom.runner import binaries, identity, paths
from policeroom.runner.postgres import Cluster
from policeroom.runner.process import Running
from policeroom.runner.valkey import Valkey

THROWAWAY = "policeroom-throwaway-"
#: A younger directory without a lock may belong to a process that is just starting.
ABANDONED_SECONDS = 600.0


@dataclass
class Servers:
    """Addresses to hand to the application, and the processes behind them, in start order."""

    env: dict[str, str] = field(default_factory=dict)
    running: list[Running] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def start_missing(
    home: Path,
    spare: Path,
    runtime: Path,
    *,
    given: MutableMapping[str, str],
    throwaway: bool,
    stack: ExitStack,
) -> Servers:
    """Start what `given` (the environment) does not name; `stack` stops it in reverse order."""
    servers = Servers()
    if not given.get("DATABASE_URL"):
        cluster = Cluster(
            home, spare, runtime, binaries.postgres(), identity.choose(), throwaway=throwaway
        )
        _keep(servers, stack, cluster.start())
        servers.env["DATABASE_URL"] = cluster.url
        tools = cluster.binaries
        servers.notes.append(f"PostgreSQL {tools.major} ({tools.source}), data in {cluster.data}")
    if not given.get("REDIS_URL"):
        valkey = Valkey(home, runtime, binaries.valkey(), throwaway=throwaway)
        _keep(servers, stack, valkey.start())
        servers.env["REDIS_URL"] = valkey.url
        servers.notes.append(f"{valkey.program.name}, data in {valkey.data}")
    return servers


def _keep(servers: Servers, stack: ExitStack, running: Running) -> None:
    stack.callback(running.stop)
    servers.running.append(running)


@contextmanager
def throwaway() -> Iterator[dict[str, str]]:
    """Servers for one command or one test run; yields the environment that leads to them.

    Their files vanish with them. A run that was killed leaves files (never processes): the next
    one removes them.
    """
    with ExitStack() as stack:
        env = {"SECRET_KEY": os.environ.get("SECRET_KEY") or secrets.token_urlsafe(64)}
        if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
            root = paths.temp_root()
            _sweep(root)
            folder = Path(tempfile.mkdtemp(prefix=THROWAWAY, dir=root))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            stack.enter_context(_locked(folder))
            servers = start_missing(
                folder, folder, folder, given=os.environ, throwaway=True, stack=stack
            )
            env |= servers.env
        yield env


def _locked(folder: Path) -> IO[str]:
    stream = (folder / "lock").open("w", encoding="ascii")
    fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return stream


def _sweep(root: Path) -> None:
    """Remove the directories of runs that were killed: nobody holds their lock any more."""
    for folder in root.glob(f"{THROWAWAY}*"):
        with suppress(OSError):  # another user's, or in use
            if time.time() - folder.stat().st_mtime < ABANDONED_SECONDS:
                continue
            with (folder / "lock").open("r+", encoding="ascii") as stream:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
