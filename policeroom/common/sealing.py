"""Envelopes that only the server opens: what a device keeps while the line is lost.

The page makes an AES-256-GCM key, encrypts the record with it and wraps the key for this server's
RSA key (OAEP, SHA-256). UUID, user and key id are bound to the text as additional data: an
envelope cannot be passed on under another name. The browser holds nothing that opens it.
Source: security.md 3.4 (ASVS 14.3.3), requirement 58.
"""

from __future__ import annotations

import base64
import binascii
import functools
import hashlib
import json
import os
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from policeroom.common.errors import DomainError

KEY_BITS: Final = 3072
NONCE_BYTES: Final = 12
VERSION: Final = 1
_OAEP: Final = padding.OAEP(
    mgf=padding.MGF1(algorithm=hashes.SHA256()), algorithm=hashes.SHA256(), label=None
)


class UnopenedError(DomainError):
    """An envelope that none of our keys opens, or that was altered."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "This record cannot be opened: it was altered, or it was sealed for another "
                "server. Enter it again from your notes."
            )
        )


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a device sends: readable are only its UUID, its author and the key it was sealed for."""

    uuid: uuid.UUID
    user: str
    key_id: str
    wrapped_key: bytes
    nonce: bytes
    sealed: bytes

    @property
    def bound(self) -> bytes:
        """The additional data: another UUID, author or key does not open the text."""
        return f"policeroom/{VERSION}/{self.uuid}/{self.user}/{self.key_id}".encode()

    @classmethod
    def parse(cls, data: Any) -> Envelope:
        """Read the JSON of an envelope.

        Raises: UnopenedError where it is none of this version.
        """
        try:
            names = (data["user"], data["key_id"])
            if data["version"] != VERSION or not all(isinstance(name, str) for name in names):
                raise UnopenedError
            parts = {
                name: base64.b64decode(data[name], validate=True)
                for name in ("wrapped_key", "nonce", "sealed")
            }
            return cls(
                uuid=uuid.UUID(data["uuid"]), user=data["user"], key_id=data["key_id"], **parts
            )
        except (KeyError, TypeError, ValueError, AttributeError, binascii.Error) as error:
            raise UnopenedError from error


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What pages seal with."""

    key_id: str
    spki: str


def public_key() -> PublicKey:
    """The first of OFFLINE_KEYS: the one that new envelopes are sealed for."""
    key_id, key = next(iter(_keys().items()))
    return PublicKey(key_id, base64.b64encode(_spki(key)).decode())


def open_envelope(envelope: Envelope) -> dict[str, Any]:
    """The record inside, as the page wrote it. Every key of OFFLINE_KEYS opens.

    Raises: UnopenedError for an unknown key, an altered or exchanged part, or what is no record.
    """
    key = _keys().get(envelope.key_id)
    if key is None:
        raise UnopenedError
    try:
        inner = AESGCM(key.decrypt(envelope.wrapped_key, _OAEP))
        text = inner.decrypt(envelope.nonce, envelope.sealed, envelope.bound)
        record = json.loads(text)
    except (InvalidTag, ValueError) as error:
        raise UnopenedError from error
    if not isinstance(record, dict):
        raise UnopenedError
    return record


def seal(record: dict[str, Any], *, key: uuid.UUID, user: str) -> dict[str, Any]:
    """What a page does, in Python: for other clients, and for tests without a browser."""
    key_id, private = next(iter(_keys().items()))
    secret, nonce = AESGCM.generate_key(256), os.urandom(NONCE_BYTES)
    blank = Envelope(key, user, key_id, b"", nonce, b"")
    text = json.dumps(record, ensure_ascii=False).encode()
    parts = {
        "wrapped_key": private.public_key().encrypt(secret, _OAEP),
        "nonce": nonce,
        "sealed": AESGCM(secret).encrypt(nonce, text, blank.bound),
    }
    return {
        "version": VERSION,
        "uuid": str(key),
        "user": user,
        "key_id": key_id,
        **{name: base64.b64encode(part).decode() for name, part in parts.items()},
    }


def make_key() -> bytes:
    """A new private key as PEM: for an operator (`make_offline_key`) or a demonstration."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def key_id_of(key: rsa.RSAPrivateKey) -> str:
    """A key's name follows from the key: nothing to number, nothing to mistake."""
    return hashlib.sha256(_spki(key)).hexdigest()[:16]


def ensure_key_file(path: Path) -> None:
    """Make the key of a demonstration where there is none; of two that try, one wins."""
    if path.exists():
        return
    path.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent)  # mode 0600
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(make_key())
    try:
        os.link(name, path)
    except FileExistsError:
        pass
    finally:
        Path(name).unlink()


def _spki(key: rsa.RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _keys() -> dict[str, rsa.RSAPrivateKey]:
    """Key id -> key, the sealing one first."""
    return _load(tuple(settings.OFFLINE_KEYS))


@functools.lru_cache(maxsize=4)
def _load(names: tuple[str, ...]) -> dict[str, rsa.RSAPrivateKey]:
    if not names:
        raise ImproperlyConfigured("OFFLINE_KEYS names no key file: manage.py make_offline_key")
    found = {}
    for name in names:
        path = Path(name)
        if settings.OFFLINE_KEYS_MADE_HERE:
            ensure_key_file(path)
        try:
            key = load_pem_private_key(path.read_bytes(), password=None)
        except (OSError, ValueError) as error:
            raise ImproperlyConfigured(f"OFFLINE_KEYS: {name} is no readable key") from error
        if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < KEY_BITS:
            raise ImproperlyConfigured(f"OFFLINE_KEYS: {name} is no RSA key of {KEY_BITS} bits")
        found[key_id_of(key)] = key
    return found
