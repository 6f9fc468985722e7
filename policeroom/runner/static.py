"""`python -m policeroom.runner.static STAMP`: the static files of production, when they changed.

Names with a hash and compressed copies are what people load in production; `make run` serves the
same, so that what is measured and tried there is true. Collecting takes some seconds: a stamp
beside the files holds what they were made from.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

from policeroom.runner import paths

#: Beside static/: what decides which files there are and how they are named.
_MAKERS = ("policeroom/common/staticfiles.py", "requirements/base.lock")
_MANIFEST = "staticfiles.json"


def collect(stamp: Path, target: Path) -> bool:
    """Collect into `target` unless `stamp` says that nothing changed; whether it was needed."""
    wanted = fingerprint(paths.PROJECT, target)
    known = stamp.read_text(encoding="ascii") if stamp.exists() else ""
    if known == wanted and (target / _MANIFEST).exists():
        return False
    stamp.unlink(missing_ok=True)  # half a collection never counts
    _run_command()
    paths.write_private(stamp, wanted)
    return True


def fingerprint(project: Path, target: Path) -> str:
    """Of the names, sizes and times of the sources, and of where they go."""
    sources = [path for path in (project / "static").rglob("*") if path.is_file()]
    sources += [project / name for name in _MAKERS]
    lines = [str(target)]
    for path in sorted(sources):
        facts = path.stat()
        lines.append(f"{path.relative_to(project)} {facts.st_size} {facts.st_mtime_ns}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _run_command() -> None:
    import django  # noqa: PLC0415 -- slow import
    from django.core.management import call_command  # noqa: PLC0415 -- slow import

    django.setup()
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)


if __name__ == "__main__":
    collect(Path(sys.argv[1]), Path(os.environ["STATIC_ROOT"]))
