"""A private PostgreSQL on a unix socket: made once, started as our child, ended with us.

Access is by the mode of the socket's directory (0700): authentication inside is `trust`. Django
connects as `policeroom_app`, which owns its database but is neither superuser nor allowed to
bypass row-level security; a superuser would make every policy a decoration.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg2

from policeroom.runner.binaries import PostgresBinaries
from policeroom.runner.errors import RunnerError
from policeroom.runner.identity import Identity, give, passable
from policeroom.runner.paths import own_dir
from policeroom.runner.process import Running, Service, start_logged, tail

PORT = 5432
#: A crashed predecessor may hold its lock or shared memory until the system has reaped it.
STALE_SECONDS = 10.0
#: Crash recovery of a large database takes time; a server that is alive is given this much.
START_SECONDS = 60.0
STALE_MESSAGES = ('"postmaster.pid" already exists', "pre-existing shared memory block")
#: Only for data that may vanish: no promise survives a power cut.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass(frozen=True, slots=True)
class Cluster:
    """One data directory and the directory of its socket.

    `home` holds `postgres/` (data) and `postgres.log`; `spare` replaces it when the server runs
    as another user who may not pass through `home`; `runtime` holds the socket's directory.
    """

    home: Path
    spare: Path
    runtime: Path
    binaries: PostgresBinaries
    identity: Identity
    throwaway: bool = False

    @property
    def place(self) -> Path:
        if self.identity.foreign and not passable(self.home):
            return self.spare
        return self.home

    @property
    def data(self) -> Path:
        return self.place / "postgres"

    @property
    def log(self) -> Path:
        return self.home / "postgres.log"

    @property
    def sockets(self) -> Path:
        return self.runtime / "pg"

    @property
    def url(self) -> str:
        """For Django (django-environ) and for libpq alike; the port keeps PGPORT out of it."""
        where = quote(str(self.sockets), safe="/")
        return f"postgresql://policeroom_app@/policeroom?host={where}&port={PORT}"

    def start(self) -> Running:
        """The running server, with role and database in place.

        Raises: RunnerError with the server's own last lines when it does not start.
        """
        tools = self._prepare()
        self._init(tools)
        deadline = time.monotonic() + STALE_SECONDS
        while True:
            running = self._launch(tools)
            if self._await(running):
                self._create_role_and_database()
                return running
            last = tail(self.log)
            stale = any(message in line for message in STALE_MESSAGES for line in last)
            if not stale or time.monotonic() > deadline:
                raise RunnerError("PostgreSQL did not start:\n  " + "\n  ".join(last))
            time.sleep(0.5)

    def _prepare(self) -> PostgresBinaries:
        """Directories with the right owner, and binaries this identity may execute."""
        if self.identity.foreign:
            self.runtime.chmod(0o711)
            if self.place == self.spare:
                own_dir(self.spare, 0o711)
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        give(self.sockets, self.identity.owner)
        if self.identity.foreign and not passable(Path(self.binaries.postgres)):
            return self._copy_binaries()
        return self.binaries

    def _copy_binaries(self) -> PostgresBinaries:
        """The environment lies behind a private directory: the server gets its own copy."""
        copy = self.place / "postgresql"
        shutil.rmtree(copy, ignore_errors=True)  # it may be of an older version, or half a copy
        tools = self.binaries.copied_to(copy)
        give(copy, self.identity.owner)
        return tools

    def _init(self, tools: PostgresBinaries) -> None:
        """Make the cluster beside its final name and rename it: half a cluster never counts."""
        if self.data.exists():
            give(self.data, self.identity.owner)
            self._check_version(tools)
            return
        fresh = self.data.with_name("postgres.init")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        give(fresh, self.identity.owner)
        locale = ["--locale=C.UTF-8"]
        if tools.major >= 17:
            locale = ["--locale-provider=builtin", *locale]
        command = [tools.initdb, "-D", str(fresh), "-U", "postgres", "-E", "UTF8"]
        command += ["--auth=trust", "--no-instructions", *locale]
        if self.throwaway:
            command.append("--no-sync")
        answer = subprocess.run(
            self.identity.argv(command), capture_output=True, text=True, check=False, cwd="/"
        )
        if answer.returncode:
            lines = (answer.stderr or answer.stdout).strip().splitlines()[-8:]
            raise RunnerError("initdb failed:\n  " + "\n  ".join(lines))
        fresh.rename(self.data)

    def _check_version(self, tools: PostgresBinaries) -> None:
        made_by = (self.data / "PG_VERSION").read_text(encoding="ascii").strip()
        if made_by != str(tools.major):
            raise RunnerError(
                f"{self.data} was made by PostgreSQL {made_by}, the binaries found are "
                f"{tools.major} ({tools.source}): delete it to start afresh (its data is lost), "
                f"or make PostgreSQL {made_by} available."
            )

    def _launch(self, tools: PostgresBinaries) -> Running:
        command = [tools.postgres, "-D", str(self.data), "-k", str(self.sockets)]
        settings = ["listen_addresses=", f"port={PORT}", *(FAST if self.throwaway else ())]
        for setting in settings:
            command += ["-c", setting]
        service = Service("postgres", tuple(command), signal.SIGINT, stop_seconds=20.0)
        return start_logged(service, self.identity.argv(command), self.log)

    def _await(self, running: Running) -> bool:
        """True when it answers, False when it ended."""
        deadline = time.monotonic() + START_SECONDS
        while running.poll() is None:
            try:
                self._connect().close()
            except psycopg2.OperationalError as error:
                if time.monotonic() > deadline:
                    running.stop()
                    raise RunnerError(
                        f"PostgreSQL did not answer within {START_SECONDS:.0f} s: {error}"
                    ) from error
                time.sleep(0.05)
            else:
                return True
        running.stop()
        return False

    def _connect(self) -> psycopg2.extensions.connection:
        return psycopg2.connect(
            host=str(self.sockets), port=PORT, user="postgres", dbname="postgres", connect_timeout=5
        )

    def _create_role_and_database(self) -> None:
        extra = "CREATEDB" if self.throwaway else "NOCREATEDB"  # pytest makes its own databases
        connection = self._connect()
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = 'policeroom_app'")
                if cursor.fetchone() is None:
                    cursor.execute(
                        "CREATE ROLE policeroom_app LOGIN NOSUPERUSER NOBYPASSRLS "
                        f"NOCREATEROLE NOREPLICATION {extra}"
                    )
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'policeroom'")
                if cursor.fetchone() is None:
                    cursor.execute("CREATE DATABASE policeroom OWNER policeroom_app")
        finally:
            connection.close()
