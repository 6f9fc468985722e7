"""The lock files must work with every package index, so they name none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

LOCKS = sorted(Path(__file__).resolve().parents[2].joinpath("requirements").glob("*.lock"))


def test_locks_exist() -> None:
    assert {path.name for path in LOCKS} == {
        "base.lock",
        "bootstrap.lock",
        "dev.lock",
        "roster.lock",
    }


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_lock_has_only_pins_hashes_and_reasons(path: Path) -> None:
    allowed = re.compile(
        r"[A-Za-z0-9._-]+(\[[a-z0-9,-]+\])?==[A-Za-z0-9.!+]+( ; .+)? \\"  # name==version
        r"|    --hash=sha256:[0-9a-f]{64}( \\)?"
        r"|    #( via)?( .+)?"
    )
    lines = path.read_text("utf-8").splitlines()
    assert [line for line in lines if line and not allowed.fullmatch(line)] == []


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_lock_names_no_scheme_and_no_host(path: Path) -> None:
    text = path.read_text("utf-8")
    assert re.findall(r"\w+://|--\w*(?:index|find-links|host)\S*|\bwww\.|file:", text) == []
