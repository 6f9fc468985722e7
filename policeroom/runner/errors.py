"""The one error of the runner."""

from __future__ import annotations


class RunnerError(RuntimeError):
    """Something the person at the keyboard can mend: one sentence, with the remedy."""


class StopRequestedError(RuntimeError):
    """Ctrl-C or a signal arrived while the runner was waiting for something."""
