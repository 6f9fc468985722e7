"""A private Valkey on a unix socket: broker, results and cache of one machine."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import redis

from policeroom.runner.errors import RunnerError
from policeroom.runner.process import Running, Service, start_logged, tail, tied

START_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Valkey:
    """One data directory (`home/valkey`), one socket, one program."""

    home: Path
    runtime: Path
    program: Path
    throwaway: bool = False

    @property
    def data(self) -> Path:
        return self.home / "valkey"

    @property
    def log(self) -> Path:
        return self.home / "valkey.log"

    @property
    def socket(self) -> Path:
        return self.runtime / "valkey" / "socket"

    @property
    def url(self) -> str:
        """redis-py's spelling; the settings derive Celery's and the cache's from it."""
        return f"unix://{self.socket}?db=0"

    def start(self) -> Running:
        """The server, answering.

        Raises: RunnerError with its last lines when it ends or stays silent.
        """
        self.data.mkdir(mode=0o700, exist_ok=True)
        self.socket.parent.mkdir(mode=0o700, exist_ok=True)
        service = Service("valkey", self._command())
        running = start_logged(service, tied(service.argv, service.death_signal), self.log)
        deadline = time.monotonic() + START_SECONDS
        while running.poll() is None and time.monotonic() < deadline:
            if self._answers():
                return running
            time.sleep(0.05)
        running.stop()
        raise RunnerError("Valkey did not start:\n  " + "\n  ".join(tail(self.log)))

    def _command(self) -> tuple[str, ...]:
        """Durable by an append-only file, so that queued work survives a restart."""
        kept = "no" if self.throwaway else "yes"
        return (
            *(str(self.program), "--port", "0", "--unixsocket", str(self.socket)),
            *("--unixsocketperm", "700", "--dir", str(self.data), "--save", ""),
            *("--appendonly", kept, "--maxmemory-policy", "noeviction", "--loglevel", "notice"),
        )

    def _answers(self) -> bool:
        client = redis.Redis.from_url(self.url)
        try:
            return bool(client.ping())
        except redis.exceptions.ConnectionError:  # also: still loading its data
            return False
        finally:
            client.close()
