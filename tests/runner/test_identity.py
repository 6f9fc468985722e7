"""Who runs PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from policeroom.runner import identity
from policeroom.runner.errors import RunnerError

pytestmark = pytest.mark.integration

Become = Callable[..., None]


@pytest.fixture
def become(monkeypatch: pytest.MonkeyPatch) -> Become:
    """Pretend to be another user, with or without a name, with or without namespaces."""

    def pretend(user_id: int, *, named: bool = True, namespaces: bool = True) -> None:
        monkeypatch.delenv("POLICEROOM_NO_USERNS", raising=False)
        monkeypatch.setattr(identity.os, "geteuid", lambda: user_id)
        monkeypatch.setattr(identity, "_has_name", lambda _id: named)
        monkeypatch.setattr(identity, "_works", lambda _prefix: namespaces)

    return pretend


def test_ordinary_user_runs_it_directly(become: Become) -> None:
    become(1001)
    assert identity.choose() == identity.Identity("direct", (), 1001)


def test_root_uses_a_namespace_and_keeps_the_files(become: Become) -> None:
    become(0)
    chosen = identity.choose()
    assert (chosen.name, chosen.owner, chosen.foreign) == ("namespace", 0, False)


def test_root_without_namespaces_becomes_nobody(become: Become) -> None:
    become(0, namespaces=False)
    chosen = identity.choose()
    assert (chosen.name, chosen.owner, chosen.foreign) == ("nobody", identity.NOBODY, True)


def test_user_id_without_a_name_uses_a_namespace(become: Become) -> None:
    become(4711, named=False)
    assert identity.choose().name == "namespace"


def test_user_id_without_a_name_and_without_namespaces_is_told(become: Become) -> None:
    become(4711, named=False, namespaces=False)
    with pytest.raises(RunnerError, match="id 4711 is not in the system's user list"):
        identity.choose()


def test_passable_looks_at_every_directory_above(tmp_path: Path) -> None:
    inner = tmp_path / "closed" / "inner"
    inner.mkdir(parents=True)
    inner.chmod(0o755)
    (tmp_path / "closed").chmod(0o700)
    assert not identity.passable(inner)


def test_give_refuses_to_take_from_another_user(
    tmp_path: Path,
    become: Become,
) -> None:
    become(os.geteuid() + 1)
    with pytest.raises(RunnerError, match="belongs to another user"):
        identity.give(tmp_path, os.geteuid() + 1)
