"""The files of production are collected when one of their sources changed, and only then."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from policeroom.runner import __main__ as runner
from policeroom.runner import paths, static

pytestmark = pytest.mark.integration


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of three files; collecting writes a manifest and counts itself."""
    for name in ("static/js/a.js", *static._MAKERS):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("one")
    target = tmp_path / "collected"
    target.mkdir()

    def run() -> None:
        (target / static._MANIFEST).write_text("{}")

    monkeypatch.setattr(static.paths, "PROJECT", tmp_path)
    monkeypatch.setattr(static, "_run_command", run)
    return tmp_path


def collect(project: Path) -> bool:
    return static.collect(project / "static.stamp", project / "collected")


def test_a_second_start_collects_nothing(project: Path) -> None:
    assert (collect(project), collect(project)) == (True, False)


@pytest.mark.parametrize("name", ["static/js/a.js", *static._MAKERS])
def test_a_changed_source_is_collected_again(project: Path, name: str) -> None:
    collect(project)
    (project / name).write_text("longer")
    assert collect(project)


def test_a_new_and_a_removed_file_are_noticed(project: Path) -> None:
    collect(project)
    (project / "static/b.css").write_text("")
    assert collect(project)
    (project / "static/b.css").unlink()
    assert collect(project)


def test_files_that_are_gone_or_belong_elsewhere_are_collected_again(project: Path) -> None:
    collect(project)
    (project / "collected" / static._MANIFEST).unlink()
    assert collect(project)
    other = project / "other"
    shutil.copytree(project / "collected", other)
    assert static.collect(project / "static.stamp", other)


def test_a_collection_that_broke_off_never_counts(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collect(project)
    (project / "static/js/a.js").write_text("longer")

    def breaks() -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(static, "_run_command", breaks)
        with pytest.raises(OSError, match="no space"):
            collect(project)
    assert collect(project)


def test_the_real_files_have_hashed_names_and_compressed_copies(tmp_path: Path) -> None:
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "policeroom.settings.dev",
        "SECRET_KEY": "for-tests-only-for-tests-only-for-tests-only-00000",
        "STATIC_ROOT": str(tmp_path / "files"),
        "HASHED_STATIC": "1",
    }
    command = [sys.executable, "-m", "policeroom.runner.static", str(tmp_path / "stamp")]
    subprocess.run(command, cwd=paths.PROJECT, env=env, check=True)

    files = tmp_path / "files"
    names = json.loads((files / static._MANIFEST).read_text())["paths"]
    script = files / names["js/drafts.js"]
    assert script.name != "drafts.js"
    assert not (files / "js/drafts.js").exists()
    assert f'"./{Path(names["js/store.js"]).name}"' in script.read_text()
    assert script.with_name(f"{script.name}.gz").stat().st_size < script.stat().st_size / 2


@pytest.mark.parametrize(
    ("given", "is_there"),
    [({}, True), ({"HASHED_STATIC": "0"}, False), ({"DEBUG": "1"}, False), ({"DEBUG": "0"}, True)],
)
def test_the_plan_collects_unless_the_sources_are_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, str], is_there: bool
) -> None:
    for name in ("HASHED_STATIC", "DEBUG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    names = [step.name for step in runner._plan(tmp_path, 8000).steps]
    assert ("static" in names) is is_there
    assert names.index("migrate") == int(is_there)
