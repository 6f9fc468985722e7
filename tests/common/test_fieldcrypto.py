"""Sealed fields: what opens them, what does not, and which key seals."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from policeroom.common.fieldcrypto import (
    TamperedError,
    current_key_id,
    keyed_digest,
    seal,
    unseal,
)

pytestmark = pytest.mark.unit


def key(letter: str) -> str:
    return f"k{letter}:{base64.b64encode(letter.encode() * 32).decode()}"


@given(st.text(max_size=60))
def test_what_was_sealed_opens_again(text: str) -> None:
    assert unseal(seal(text, context="row/name"), context="row/name") == text


def test_seal_hides_the_text_and_differs_each_time() -> None:
    one, other = (seal("王小明", context="row/name") for _copy in range(2))
    assert one != other
    raw = base64.b64decode(one.partition(":")[2])
    assert "王小明".encode() not in raw


@pytest.mark.parametrize("place", [0, 5, 20, -1])
def test_changed_byte_does_not_open(place: int) -> None:
    key_id, _colon, body = seal("王小明", context="row/name").partition(":")
    raw = bytearray(base64.b64decode(body))
    raw[place] ^= 1
    with pytest.raises(TamperedError):
        unseal(f"{key_id}:{base64.b64encode(raw).decode()}", context="row/name")


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("王小明", id="plain text"),
        pytest.param("kx:AAAA", id="unknown key"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_was_never_sealed_does_not_open(value: str) -> None:
    if not value:
        assert unseal(value, context="row/name") == ""
        return
    with pytest.raises(TamperedError):
        unseal(value, context="row/name")


@pytest.mark.parametrize("body", ["", "AAAA", "not base64!"])
def test_cut_off_value_does_not_open(body: str) -> None:
    with pytest.raises(TamperedError):
        unseal(f"{current_key_id()}:{body}", context="row/name")


def test_value_moved_to_another_row_or_field_does_not_open() -> None:
    sealed = seal("王小明", context="row 1/name")
    for context in ("row 2/name", "row 1/telephone"):
        with pytest.raises(TamperedError):
            unseal(sealed, context=context)


def test_first_key_seals_and_every_key_opens(settings: Any) -> None:
    settings.FIELD_KEYS = [key("a")]
    old = seal("王小明", context="row/name")
    settings.FIELD_KEYS = [key("b"), key("a")]
    assert unseal(old, context="row/name") == "王小明"
    assert seal("王小明", context="row/name").startswith("kb:")
    settings.FIELD_KEYS = [key("b")]
    with pytest.raises(TamperedError):
        unseal(old, context="row/name")


def test_without_keys_a_rotated_secret_still_opens(settings: Any) -> None:
    settings.FIELD_KEYS, settings.SECRET_KEY = [], "old" * 20
    old = seal("王小明", context="row/name")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, ["old" * 20]
    assert unseal(old, context="row/name") == "王小明"
    assert current_key_id() != old.partition(":")[0]


@pytest.mark.parametrize("entry", ["", "k1", "k1:short", ":" + "A" * 44])
def test_malformed_key_is_refused(settings: Any, entry: str) -> None:
    settings.FIELD_KEYS = [entry]
    with pytest.raises(ImproperlyConfigured, match="FIELD_KEYS"):
        seal("王小明", context="row/name")


def test_fingerprint_depends_on_the_key(settings: Any) -> None:
    settings.FIELD_KEYS = [key("a")]
    one = keyed_digest("13800006021")
    settings.FIELD_KEYS = [key("b")]
    assert keyed_digest("13800006021") != one
