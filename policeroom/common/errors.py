"""Errors of the domain: each says what is wrong, with the values, and what to do next."""

from __future__ import annotations


class DomainError(Exception):
    """Base of every refusal that a person can understand and act on.

    `field` names the input the message belongs to, when it belongs to one.
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class ConflictError(DomainError):
    """The same client UUID came with a different body, or a fact changed underneath (HTTP 409)."""


class NotAllowedError(DomainError):
    """The actor may see the object but not do this to it (HTTP 403)."""


class UnscopedReadError(RuntimeError):
    """A programming error: rows were read without `.within(scope)` or `.unscoped(reason)`."""
