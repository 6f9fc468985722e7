"""Recurring work on accounts: minimal doors, being deepened."""

from __future__ import annotations

from celery import shared_task


@shared_task
def disable_idle_accounts() -> None:
    """Disable accounts idle for 90 days."""


@shared_task
def clear_expired_sessions() -> None:
    """Remove sessions that are over."""
