"""Envelopes: only our keys open them, nothing in them can be exchanged, old keys still open."""

from __future__ import annotations

import base64
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from policeroom.common.sealing import (
    Envelope,
    UnopenedError,
    ensure_key_file,
    make_key,
    open_envelope,
    public_key,
    seal,
)

pytestmark = pytest.mark.unit
KEY = uuid.UUID(int=7)
RECORD = {"body": {"text": ["南门 电动车纠纷 已调解"]}}


@pytest.fixture(scope="module")
def key_files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Two keys; making one takes a second."""
    folder = tmp_path_factory.mktemp("keys")
    for name in ("old.pem", "new.pem"):
        (folder / name).write_bytes(make_key())
    return [str(folder / "old.pem"), str(folder / "new.pem")]


@pytest.fixture
def old(settings: Any, key_files: list[str]) -> None:
    settings.OFFLINE_KEYS = key_files[:1]


def opened(envelope: dict[str, Any]) -> dict[str, Any]:
    return open_envelope(Envelope.parse(envelope))


@pytest.mark.usefixtures("old")
def test_what_was_sealed_is_opened() -> None:
    envelope = seal(RECORD, key=KEY, user="7")
    assert opened(envelope) == RECORD
    assert "南门" not in str(envelope)


def flipped(text: str) -> str:
    raw = bytearray(base64.b64decode(text))
    raw[-1] ^= 1
    return base64.b64encode(bytes(raw)).decode()


@pytest.mark.usefixtures("old")
@pytest.mark.parametrize("part", ["wrapped_key", "nonce", "sealed"])
def test_a_flipped_bit_is_noticed(part: str) -> None:
    envelope = seal(RECORD, key=KEY, user="7")
    with pytest.raises(UnopenedError):
        opened({**envelope, part: flipped(envelope[part])})


@pytest.mark.usefixtures("old")
@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"user": "8"}, id="another author"),
        pytest.param({"uuid": str(uuid.UUID(int=8))}, id="another record"),
        pytest.param({"key_id": "0" * 16}, id="unknown key"),
        pytest.param({"version": 2}, id="unknown version"),
        pytest.param({"sealed": "AA"}, id="broken base64"),
        pytest.param({"sealed": ""}, id="nothing"),
        pytest.param({"wrapped_key": "AAAA"}, id="no key"),
        pytest.param({"nonce": ""}, id="no nonce"),
        pytest.param({"user": 7}, id="author as number"),
        pytest.param({"uuid": "x"}, id="no UUID"),
        pytest.param({"uuid": 7}, id="UUID as number"),
        pytest.param({"key_id": None}, id="no key id"),
    ],
)
def test_an_exchanged_part_is_noticed(change: dict[str, Any]) -> None:
    with pytest.raises(UnopenedError):
        opened({**seal(RECORD, key=KEY, user="7"), **change})


@pytest.mark.usefixtures("old")
@pytest.mark.parametrize("data", [None, [], "x", {}, {"version": 1}])
def test_what_is_no_envelope_is_refused(data: Any) -> None:
    with pytest.raises(UnopenedError):
        Envelope.parse(data)


def test_after_a_change_of_keys_the_old_one_still_opens(
    settings: Any, key_files: list[str]
) -> None:
    first, second = key_files
    settings.OFFLINE_KEYS = [first]
    before, old_name = seal(RECORD, key=KEY, user="7"), public_key().key_id
    settings.OFFLINE_KEYS = [second, first]
    after = seal(RECORD, key=KEY, user="7")
    assert opened(before) == opened(after) == RECORD
    assert (before["key_id"], after["key_id"]) == (old_name, public_key().key_id)
    assert public_key().key_id != old_name
    settings.OFFLINE_KEYS = [second]
    with pytest.raises(UnopenedError):
        opened(before)


@pytest.mark.parametrize(
    "content", [pytest.param(b"no key", id="text"), pytest.param(None, id="missing")]
)
def test_a_key_file_that_is_none_stops_the_server(
    settings: Any, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "key.pem"
    if content is not None:
        path.write_bytes(content)
    settings.OFFLINE_KEYS, settings.OFFLINE_KEYS_MADE_HERE = [str(path)], False
    with pytest.raises(ImproperlyConfigured, match="no readable key"):
        public_key()


def test_no_key_at_all_says_how_to_make_one(settings: Any) -> None:
    settings.OFFLINE_KEYS = []
    with pytest.raises(ImproperlyConfigured, match="make_offline_key"):
        public_key()


def test_the_key_of_a_demonstration_is_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "data" / "key.pem"
    ensure_key_file(path)
    first = path.read_bytes()
    ensure_key_file(path)
    assert path.read_bytes() == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert [found.name for found in path.parent.iterdir()] == ["key.pem"]


def test_command_writes_a_private_key_and_never_overwrites(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    call_command("make_offline_key", str(path))
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(CommandError, match="never overwritten"):
        call_command("make_offline_key", str(path))
