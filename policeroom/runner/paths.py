"""Where the runner keeps things: data in the project, sockets in a short private directory."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import tempfile
from pathlib import Path
from typing import IO

from policeroom.runner.errors import RunnerError

PROJECT = Path(__file__).resolve().parents[2]
#: A unix socket's path has at most 107 bytes; the longest name below a directory is this.
SOCKET_ROOM = 107 - len("/valkey/.s.PGSQL.5432")


def data_dir(project: Path = PROJECT) -> Path:
    """`.data`: ignored by git, may be deleted at any time while nothing runs.

    Others may pass through it, not list it: PostgreSQL may have to run under another user id, and
    everything private in it carries its own mode.
    """
    path = project / ".data"
    if not path.exists() and os.access(project, os.W_OK | os.X_OK):
        path.mkdir(mode=0o711)
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise RunnerError(
            f"This user may not write to {path}: run as the owner of the project, "
            "or delete that directory (its data is lost)."
        )
    return path


def digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:10]


def temp_root() -> Path:
    """The system's directory for temporary files, unless its path is too long for sockets."""
    root = Path(tempfile.gettempdir())
    return root if len(os.fsencode(root)) + 32 <= SOCKET_ROOM else Path("/tmp")  # noqa: S108 -- private directories are made in it


def runtime_dir(project: Path = PROJECT) -> Path:
    """The directory of this project's sockets, private to this user."""
    return own_dir(temp_root() / f"policeroom-{os.geteuid()}-{digest(project)}", 0o700)


def own_dir(path: Path, mode: int) -> Path:
    """Make `path`; refuse one that somebody else made first (the parent is open to everybody).

    Raises: RunnerError when it exists and is not a directory of this user.
    """
    try:
        path.mkdir(mode=mode)
    except FileExistsError:
        found = path.lstat()
        if path.is_symlink() or not path.is_dir() or found.st_uid != os.geteuid():
            raise RunnerError(
                f"{path} exists and is not a directory of this user: remove it, then try again."
            ) from None
    path.chmod(mode)
    return path


def take_lock(data: Path) -> IO[str]:
    """Hold `.data/lock` for as long as the returned file is open; the kernel frees it on death.

    Raises: RunnerError when another runner uses the same data.
    """
    stream = (data / "lock").open("a+", encoding="ascii")
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        stream.seek(0)
        pid = stream.read().strip() or "unknown"
        stream.close()
        raise RunnerError(
            f"policeroom already runs from this directory (process {pid}): "
            "stop it with Ctrl-C in its terminal, or work with the one that runs."
        ) from None
    stream.truncate(0)
    stream.write(f"{os.getpid()}\n")
    stream.flush()
    return stream


def secret_key(data: Path) -> str:
    """The key of this installation, made once, readable by its owner only."""
    path = data / "secret_key"
    if not path.exists():
        write_private(path, secrets.token_urlsafe(64))
    return path.read_text(encoding="ascii").strip()


def write_private(path: Path, text: str) -> None:
    """Write through a new file and a rename, so that a crash never leaves half of it."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    fresh.rename(path)
