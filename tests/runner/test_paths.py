"""Directories, the lock, the key."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from policeroom.runner import paths
from policeroom.runner.errors import RunnerError

pytestmark = pytest.mark.unit


def test_own_dir_refuses_a_link_that_somebody_put_there(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "taken").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RunnerError, match="remove it"):
        paths.own_dir(tmp_path / "taken", 0o700)


def test_own_dir_narrows_the_mode_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir(mode=0o755)
    assert stat.S_IMODE(paths.own_dir(tmp_path / "mine", 0o700).stat().st_mode) == 0o700


def test_temp_root_is_short_enough_for_a_socket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("x" * 80)
    deep.mkdir()
    monkeypatch.setattr(paths.tempfile, "tempdir", str(deep))
    assert paths.temp_root() == Path("/tmp")  # noqa: S108 -- the answer


def test_secret_key_is_made_once_and_private(tmp_path: Path) -> None:
    key = paths.secret_key(tmp_path)
    assert len(key) >= 50
    assert paths.secret_key(tmp_path) == key
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_second_lock_names_the_holder_and_the_first_frees_it(tmp_path: Path) -> None:
    lock = paths.take_lock(tmp_path)
    with pytest.raises(RunnerError, match=rf"\(process {os.getpid()}\)"):
        paths.take_lock(tmp_path)
    lock.close()
    paths.take_lock(tmp_path).close()
