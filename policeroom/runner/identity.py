"""Which user PostgreSQL runs as: it refuses to be root, and containers often are root.

No user is created and no mode of a foreign directory is changed (the wheel's own start-up code
does both, which is why it is never called).
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from policeroom.runner.errors import RunnerError
from policeroom.runner.process import tied

#: "nobody" on every Linux distribution.
NOBODY = 65534


@dataclass(frozen=True, slots=True)
class Identity:
    """How to start a server, and who must own its files."""

    name: str
    prefix: tuple[str, ...]
    owner: int

    @property
    def foreign(self) -> bool:
        """True when the server cannot pass through directories that only we may enter."""
        return self.owner != os.geteuid()

    def argv(self, command: Sequence[str]) -> list[str]:
        """`command` under this identity, ended by SIGINT (a fast shutdown) if the runner dies.

        The death signal is set last: changing user or namespace clears it.
        """
        return [*self.prefix, *tied(command, "INT")]


def choose() -> Identity:
    """An ordinary user runs the server directly; root uses a user namespace, else `nobody`.

    In the namespace the server sees itself as `nobody` while its files stay the user's, so a
    project under root's private home works. It also serves a user id without a name (containers
    run with an arbitrary one), which initdb refuses. POLICEROOM_NO_USERNS=1 pretends that
    namespaces are refused, as they are by the default profile of container engines.
    """
    me = os.geteuid()
    if me != 0 and _has_name(me):
        return Identity("direct", (), me)
    unshare, setpriv = shutil.which("unshare"), shutil.which("setpriv")
    mapping = (f"--map-user={NOBODY}", f"--map-group={NOBODY}")
    namespace = (unshare or "", "--user", *mapping, "--")
    if unshare and os.environ.get("POLICEROOM_NO_USERNS") != "1" and _works(namespace):
        return Identity("namespace", namespace, me)
    if me != 0:
        raise RunnerError(
            f"PostgreSQL does not run as a user without a name (id {me} is not in the system's "
            "user list): run as a listed user, or set DATABASE_URL."
        )
    if setpriv is None:
        raise RunnerError(
            "PostgreSQL does not run as root and the command setpriv (package util-linux) is "
            "missing: install it, run as an ordinary user, or set DATABASE_URL."
        )
    change = (setpriv, f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--")
    return Identity("nobody", change, NOBODY)


def _has_name(user_id: int) -> bool:
    try:
        pwd.getpwuid(user_id)
    except KeyError:
        return False
    return True


def _works(prefix: Sequence[str]) -> bool:
    probe = [*prefix, *tied(["/bin/true"], "INT")]
    return subprocess.run(probe, capture_output=True, check=False, cwd="/").returncode == 0


def passable(path: Path) -> bool:
    """May any user pass through every directory above `path`, and enter (or execute) it?"""
    return all(step.stat().st_mode & stat.S_IXOTH for step in (path, *path.parents))


def give(path: Path, owner: int) -> None:
    """Make `owner` the owner of everything below `path`, if it is not already.

    The same data directory may be used today with namespaces and tomorrow without.
    Raises: RunnerError when we are not root and it belongs to somebody else.
    """
    if path.lstat().st_uid == owner:
        return
    if os.geteuid() != 0:
        raise RunnerError(
            f"{path} belongs to another user: run policeroom as that user, or delete it "
            "(its data is lost)."
        )
    os.chown(path, owner, owner, follow_symlinks=False)
    for folder, folders, files in os.walk(path):
        for name in (*folders, *files):
            os.chown(Path(folder, name), owner, owner, follow_symlinks=False)
