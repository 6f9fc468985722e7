"""Sealed fields: AES-256-GCM with a key id, bound to the row and field they stand in.

A sealed value reads `<key id>:<base64 of nonce and ciphertext>`. `settings.FIELD_KEYS` lists
`<key id>:<base64 of 32 bytes>`; the first seals, all unseal. Where none is set (never in
production) the keys are derived from SECRET_KEY and its fallbacks.
Source: requirement 55 (GB/T 22239 8.1.4.8b).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from policeroom.common.errors import DomainError

KEY_BYTES = 32
NONCE_BYTES = 12


class TamperedError(DomainError):
    """A sealed value that its key does not open: changed, moved to another row, or key lost."""

    def __init__(self) -> None:
        super().__init__(
            _("A sealed value cannot be opened: it was altered, or its key is missing.")
        )


def seal(text: str, *, context: str) -> str:
    """`text` sealed with the current key. `context` names row and field; "" stays ""."""
    if not text:
        return ""
    key_id, key = next(_keys())
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), context.encode())
    return f"{key_id}:{base64.b64encode(nonce + sealed).decode()}"


def unseal(value: str, *, context: str) -> str:
    """What `seal` was given under the same context.

    Raises: TamperedError for a value that was changed or moved, or whose key is not configured.
    """
    if not value:
        return ""
    key_id, _colon, body = value.partition(":")
    key = dict(_keys()).get(key_id)
    if key is None:
        raise TamperedError
    try:
        raw = base64.b64decode(body, validate=True)
        opened = AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], context.encode())
    except (binascii.Error, InvalidTag, ValueError) as error:
        raise TamperedError from error
    return opened.decode()


def keyed_digest(text: str) -> str:
    """Fingerprint of personal values: tells whether two are equal, and nobody without the key."""
    _key_id, key = next(_keys())
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def current_key_id() -> str:
    """Id of the key that seals now."""
    return next(_keys())[0]


def _keys() -> Iterator[tuple[str, bytes]]:
    """Key id and key, the sealing one first."""
    configured: list[str] = getattr(settings, "FIELD_KEYS", [])
    if not configured:
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            yield _derived(secret)
        return
    for entry in configured:
        key_id, _colon, body = entry.partition(":")
        try:
            key = base64.b64decode(body, validate=True)
        except binascii.Error:
            key = b""
        if not key_id or len(key) != KEY_BYTES:
            raise ImproperlyConfigured(
                "FIELD_KEYS: each key reads <id>:<base64 of 32 bytes>, separated by commas"
            )
        yield key_id, key


def _derived(secret: str) -> tuple[str, bytes]:
    kdf = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"policeroom field key")
    key = kdf.derive(secret.encode())
    return f"s{hashlib.sha256(key).hexdigest()[:8]}", key
